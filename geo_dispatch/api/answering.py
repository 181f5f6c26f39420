"""What the routes of the live store have in common."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from geo_dispatch.api.openapi import PROBLEMS
from geo_dispatch.json_text import dump_json
from geo_dispatch.service import document_with_lines

__all__ = ["CHANGE", "READ", "READ_ONE", "answer_document", "answer_json"]

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
    return answer_document(document_with_lines(answer), status)


def answer_document(content: Any, status: int = 200) -> Response:
    """Answer with a document that is made already.

    Parameters
    ----------
    content
        Plain values, and written lines.
    status
        HTTP status.

    Returns
    -------
    starlette.responses.Response
        With media type ``application/json``.
    """
    return Response(dump_json(content), status, media_type="application/json")
