"""The OpenAPI description: problem documents for every route, and what the town adds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from geo_dispatch.api.access_table import capability_of
from geo_dispatch.api.problems import PROBLEM_MEDIA_TYPE, problem_of_status
from geo_dispatch.api.requests import TEXT_LIMIT
from geo_dispatch.api.responses import ProblemResponse
from geo_dispatch.data_tables import load_table
from geo_dispatch.directions.language import list_languages

__all__ = ["OPERATIONAL", "PROBLEMS", "answers", "install_openapi", "problem_answers"]

PROBLEMS = (422, 500)
"""Statuses that every route under /v1 can answer with; those with a body have 400, 413 and 415 too."""

OPERATIONAL = (500,)
"""Statuses that the operational routes can answer with."""

_WITH_BODY = (400, 413, 415)
_REF = {"$ref": "#/components/schemas/ProblemResponse"}

_SHOWN = {
    401: (
        "Nobody is signed in",
        "that is for dispatcher, supervisor, administrator: sign in at /sign-in, or send a key",
    ),
    403: ("The role may not do that", "information desk may not do that, but: dispatcher, supervisor, administrator"),
    429: ("Too often", "too many wrong passwords: try again in 10 s; an administrator can unlock the account"),
    503: (
        "What is needed can't be used now",
        "the live store live.sqlite can't be used (disk I/O error): check the database; look before doing it again",
    ),
    404: (
        "Nothing is found there, or for these words or this id",
        "'Xyzzy Lane' matches nothing in Brantport: ask: What street are you on?",
    ),
    409: (
        "The words do not tell one place; or others were first, and the state of things forbids it",
        "E1 is on incident 2026-0000001 already: assigned by Desk 1 at 2026-03-02T12:00:00.000000Z: release it there first, "
        "or take another",
    ),
    413: ("The request is too large", "The body has more than 2097152 bytes: ask for less at once."),
    415: ("The body is not JSON", "The body is 'text/plain': send application/json."),
    422: (
        "A value can't be used",
        "#/limit: Input should be greater than or equal to 1: /docs shows what is expected.",
    ),
}
"""For each status: what it means, and a detail as an example."""

_SCHEMES = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "geo-dispatch-8000",
        "description": "From POST /v1/session; the number is the server's port. Changes carry X-CSRF-Token too.",
    },
    "key": {"type": "http", "scheme": "bearer", "description": "From `geo-dispatch key add`"},
}

Responses = dict[int | str, dict[str, Any]]


def answers(model: type[BaseModel], problems: Iterable[int], *, status: int = 200) -> Responses:
    """Describe a route's answers: its document, and a problem for each status.

    Parameters
    ----------
    model
        The document of success.
    problems
        HTTP statuses of the problems.
    status
        HTTP status of success.

    Returns
    -------
    dict
        The ``responses`` of a route.
    """
    described: Responses = {status: {"model": model, "description": (model.__doc__ or "").strip().splitlines()[0]}}
    return {**described, **problem_answers(problems)}


def problem_answers(problems: Iterable[int]) -> Responses:
    """Describe the problems of a route.

    Parameters
    ----------
    problems
        Their HTTP statuses.

    Returns
    -------
    dict
        A part of the ``responses`` of a route.
    """
    return {status: _problem(status) for status in sorted(set(problems))}


def _problem(status: int) -> dict[str, Any]:
    title, detail = _SHOWN.get(status, (None, "What is wrong, which value, and what to do about it."))
    problem = problem_of_status(status, detail)
    return {
        "description": title or problem.title,
        "content": {PROBLEM_MEDIA_TYPE: {"schema": _REF, "example": problem.document(instance="/v1/route")}},
    }


def install_openapi(app: FastAPI, *, profiles: Sequence[str], max_text_length: int, asked: str = "nobody") -> None:
    """Complete an application's OpenAPI description, made once when first asked for.

    Parameters
    ----------
    app
        All its routes are there already.
    profiles
        The vehicle profiles there are.
    max_text_length
        Longest text a request may hold.
    asked
        Who must say who they are: all, others (than programs of this machine), nobody.
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
            _add_access(schema, asked)
            for request in ("RouteRequest", "MatrixRequest", "CoverageRequest", "EdgesRequest", "SitingRequest"):
                components[request]["properties"]["profile"]["enum"] = list(profiles)
            components["RouteRequest"]["properties"]["language"]["enum"] = list_languages()
            components["ClosureIn"]["properties"]["profiles"]["items"]["enum"] = list(profiles)
            _shorten_texts(schema, max_text_length)
            _add_examples(schema)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def _add_body_problems(schema: Mapping[str, Any]) -> None:
    for methods in schema["paths"].values():
        for operation in methods.values():
            if "requestBody" in operation:
                operation["responses"].update({str(status): _problem(status) for status in _WITH_BODY})


def _add_access(schema: Mapping[str, Any], asked: str) -> None:
    """Say of each operation what it needs, with the problems of whoever has it not."""
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            needed = capability_of(method.upper(), path, described=True)
            operation["x-capability"] = needed
            if needed != "ask" and asked != "nobody":
                operation["security"] = [*([{}] if asked == "others" else []), {"session": []}, {"key": []}]
                operation["responses"].update({str(status): _problem(status) for status in (401, 403)})
    if asked != "nobody":
        schema["components"]["securitySchemes"] = _SCHEMES


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


def _add_examples(schema: Mapping[str, Any]) -> None:
    """Show requests and answers of the sample town; each answer is checked against its model by the tests."""
    tables = [
        load_table("geo_dispatch.api", name)
        for name in (
            "examples",
            "live_examples",
            "recommend_examples",
            "desk_examples",
            "coverage_examples",
            "session_examples",
        )
    ]
    requests, shown = (
        {key: row for table in tables for key, row in table[part].items()} for part in ("requests", "answers")
    )
    for methods in schema["paths"].values():
        for operation in methods.values():
            name = operation["operationId"]
            success = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
            if name in shown:
                success["content"]["application/json"]["example"] = shown[name]
            if "requestBody" in operation and name in requests:
                operation["requestBody"]["content"]["application/json"]["example"] = requests[name]
