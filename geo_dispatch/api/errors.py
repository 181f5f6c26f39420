"""Every failure as an RFC 9457 problem document; only faults of ours are logged."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from geo_dispatch.api.problems import PROBLEM_MEDIA_TYPE, Problem, problem_of, problem_of_status
from geo_dispatch.errors import GeoDispatchError

__all__ = ["install_error_handlers", "problem_response"]

_log = logging.getLogger(__name__)


def problem_response(problem: Problem, *, instance: str | None = None, headers: Any = None) -> Response:
    """Answer with a problem document.

    Parameters
    ----------
    problem
        What went wrong.
    instance
        Path of the request.
    headers
        Further headers, as ``Allow``.

    Returns
    -------
    starlette.responses.Response
        With media type ``application/problem+json``.
    """
    return JSONResponse(
        problem.document(instance=instance),
        status_code=problem.status,
        headers=headers,
        media_type=PROBLEM_MEDIA_TYPE,
    )


def install_error_handlers(app: FastAPI) -> None:
    """Answer every failure of an application with a problem document.

    Parameters
    ----------
    app
        The application.
    """
    app.add_exception_handler(GeoDispatchError, _on_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)


async def _on_error(request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    if problem.status >= 500:
        _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem_response(problem, instance=request.url.path, headers=_headers(problem))


def _headers(problem: Problem) -> dict[str, str] | None:
    """Return what RFC 9110 wants with a status: how to sign in (401), when to come again (429)."""
    if problem.status == 401:
        return {"www-authenticate": "Bearer"}
    wait = problem.details.get("retry_after_s")
    return None if wait is None else {"retry-after": str(wait)}


async def _on_http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    details = {
        400: "The body is not JSON that can be read.",
        404: f"There is nothing at {request.url.path}: /docs lists what there is.",
        405: f"{request.method} is not allowed at {request.url.path}: /docs lists what is.",
    }
    given = str(error.detail) if isinstance(error, HTTPException) else ""
    return problem_response(
        problem_of_status(status, details.get(status, given)), instance=request.url.path, headers=headers
    )


async def _on_invalid(request: Request, error: Exception) -> Response:
    rows = error.errors() if isinstance(error, RequestValidationError) else []
    if any(row["type"] == "json_invalid" for row in rows):
        reason = _printable(str(rows[0].get("ctx", {}).get("error", "")))
        problem = problem_of_status(400, f"The body is not JSON that can be read ({reason}): send one JSON object.")
        return problem_response(problem, instance=request.url.path)
    errors = [{"pointer": _pointer(row["loc"]), "detail": _printable(str(row["msg"]))} for row in rows]
    first = "; ".join(f"{row['pointer']}: {row['detail']}" for row in errors[:3])
    problem = problem_of_status(422, f"{first}: /docs shows what is expected.", details={"errors": errors})
    return problem_response(problem, instance=request.url.path)


def _pointer(location: Sequence[Any]) -> str:
    """Return where a value stands: a JSON pointer into the body, or ``query:name``."""
    where, *parts = location
    if where == "body":
        names = [str(part) for part in parts if not (isinstance(part, int) and parts == [part])]
        return _printable("#/" + "/".join(names))
    return _printable(f"{where}:{'/'.join(str(part) for part in parts)}")


def _printable(text: str) -> str:
    """Return text that UTF-8 can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
