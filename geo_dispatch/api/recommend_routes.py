"""The route of recommendations."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from geo_dispatch.api.access import Actor
from geo_dispatch.api.answering import answer_document
from geo_dispatch.api.openapi import PROBLEMS, answers
from geo_dispatch.api.recommend_models import RecommendRequest, RecommendResponse, SaidPlace
from geo_dispatch.api.requests import Position
from geo_dispatch.api.routes import read_closures
from geo_dispatch.errors import InputError
from geo_dispatch.geometry import LonLat
from geo_dispatch.locate import Reply
from geo_dispatch.service.recommend_desk import RecommendDesk
from geo_dispatch.service.said import Said

__all__ = ["make_recommend_router"]


def make_recommend_router(desk: RecommendDesk, *, max_text_length: int) -> APIRouter:
    """Make ``POST /v1/recommend``.

    Parameters
    ----------
    desk
        Recommends.
    max_text_length
        Longest words for a place.

    Returns
    -------
    fastapi.APIRouter
        To be included in an application.
    """
    router = APIRouter(prefix="/v1")

    @router.post(
        "/recommend",
        tags=["live"],
        summary="Recommend units for a call",
        operation_id="recommend",
        responses=answers(RecommendResponse, (404, 409, 503, *PROBLEMS)),
    )
    def recommend(request: RecommendRequest, actor: Actor) -> Response:
        """Recommend the units that fill the run card best: first all that can be filled, then the last unit as early as possible.

        Units and closures are those of the live store, without one those of the town file, taken to be available. The answer is
        kept under `record_id`, and can be made again of what it was made of. No unit assigned is an answer, with the reasons.
        """
        plan = desk.plan(
            _place(request.place, max_text_length),
            request.call_type,
            alarm=request.alarm,
            weather=tuple(request.weather),
            at=request.at,
            closures=read_closures(request.closures),
            actor=actor,
        )
        return answer_document(plan.document)

    return router


def _place(given: str | Position | SaidPlace, most: int) -> str | LonLat | Said:
    """Return a place as the service takes it, no text of it longer than is allowed."""
    if isinstance(given, Position):
        return given.lonlat()
    if isinstance(given, str):
        return _short(given, most)
    replies = [Reply("", row) if isinstance(row, str) else Reply(row.question, row.answer) for row in given.answers]
    for reply in replies:
        _short(reply.answer, most)
    return Said([_short(text, most) for text in given.text], replies, given.rank)


def _short(text: str, most: int) -> str:
    if len(text) > most:
        raise InputError(f"the place has {len(text)} characters, more than {most}: give only what says where it is")
    return text
