"""The OpenAPI description: problem documents for every route, and what the town adds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from geo_dispatch.api.problems import PROBLEM_MEDIA_TYPE, problem_of_status
from geo_dispatch.api.requests import TEXT_LIMIT
from geo_dispatch.api.responses import ProblemResponse

__all__ = ["OPERATIONAL", "PROBLEMS", "answers", "example_body", "install_openapi"]

PROBLEMS = (422, 500)
"""Statuses that every route under /v1 can answer with; those with a body have 400, 413 and 415 too."""

OPERATIONAL = (500,)
"""Statuses that the operational routes can answer with."""

_WITH_BODY = (400, 413, 415)
_REF = {"$ref": "#/components/schemas/ProblemResponse"}

Responses = dict[int | str, dict[str, Any]]


def answers(model: type[BaseModel], problems: Iterable[int]) -> Responses:
    """Describe a route's answers: its document, and a problem for each status.

    Parameters
    ----------
    model
        The document with status 200.
    problems
        HTTP statuses of the problems.
    """
    described: Responses = {200: {"model": model, "description": (model.__doc__ or "").strip().splitlines()[0]}}
    described.update({status: _problem(status) for status in sorted(set(problems))})
    return described


def _problem(status: int) -> dict[str, Any]:
    title = {409: "The words match several places", 404: "Nothing is found"}.get(status)
    return {
        "description": title or problem_of_status(status, "").title,
        "content": {PROBLEM_MEDIA_TYPE: {"schema": _REF}},
    }


def example_body(example: Mapping[str, Any]) -> dict[str, Any]:
    """Return the OpenAPI fragment that shows an example of a request's body."""
    return {"requestBody": {"content": {"application/json": {"example": dict(example)}}}}


def install_openapi(app: FastAPI, *, profiles: Sequence[str], max_text_length: int) -> None:
    """Complete an application's OpenAPI description, made once when first asked for.

    Parameters
    ----------
    app
        All its routes are there already.
    profiles
        The vehicle profiles there are.
    max_text_length
        Longest text a request may hold.
    """

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title,
                version=app.version,
                summary=app.summary,
                description=app.description,
                routes=app.routes,
                tags=app.openapi_tags,
                license_info=app.license_info,
            )
            components = schema.setdefault("components", {}).setdefault("schemas", {})
            problem = ProblemResponse.model_json_schema(ref_template="#/components/schemas/{model}")
            components.update(problem.pop("$defs", {}))
            components["ProblemResponse"] = problem
            for unused in ("HTTPValidationError", "ValidationError"):
                components.pop(unused, None)
            _add_body_problems(schema)
            for request in ("RouteRequest", "MatrixRequest"):
                components[request]["properties"]["profile"]["enum"] = list(profiles)
            _shorten_texts(schema, max_text_length)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def _add_body_problems(schema: Mapping[str, Any]) -> None:
    for methods in schema["paths"].values():
        for operation in methods.values():
            if "requestBody" in operation:
                operation["responses"].update({str(status): _problem(status) for status in _WITH_BODY})


def _shorten_texts(schema: Any, max_length: int) -> None:
    """Put the length that the settings allow wherever the description has the longest that they could."""
    if isinstance(schema, dict):
        if schema.get("maxLength") == TEXT_LIMIT:
            schema["maxLength"] = max_length
        for value in schema.values():
            _shorten_texts(value, max_length)
    elif isinstance(schema, list):
        for value in schema:
            _shorten_texts(value, max_length)
