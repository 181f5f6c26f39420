"""What the routes of the live store have in common."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from geo_dispatch.api.openapi import PROBLEMS
from geo_dispatch.service import document

__all__ = ["CHANGE", "READ", "READ_ONE", "answer_json"]

READ = (503, *PROBLEMS)
"""Statuses of the problems of what lists."""

READ_ONE = (404, *READ)
"""Statuses of the problems of what looks at one thing."""

CHANGE = (404, 409, *READ)
"""Statuses of the problems of what changes something."""


def answer_json(answer: object, status: int = 200) -> Response:
    """Answer with the JSON document of an answer.

    Parameters
    ----------
    answer
        A frozen dataclass.
    status
        HTTP status.

    Returns
    -------
    starlette.responses.Response
        With media type ``application/json``.
    """
    content: Any = document(answer)
    return JSONResponse(content, status_code=status)
