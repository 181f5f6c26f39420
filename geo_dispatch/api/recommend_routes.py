"""The route of recommendations."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from geo_dispatch.api.access import Actor
from geo_dispatch.api.answering import answer_json
from geo_dispatch.api.openapi import PROBLEMS, answers
from geo_dispatch.api.recommend_models import RecommendRequest, RecommendResponse
from geo_dispatch.api.requests import Position
from geo_dispatch.api.routes import read_closures
from geo_dispatch.errors import InputError
from geo_dispatch.service.recommend_desk import RecommendDesk

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
        place = request.place
        if isinstance(place, str) and len(place) > max_text_length:
            raise InputError(
                f"the place has {len(place)} characters, more than {max_text_length}: give only what says where it is"
            )
        return answer_json(
            desk.recommend(
                place.lonlat() if isinstance(place, Position) else place,
                request.call_type,
                alarm=request.alarm,
                weather=tuple(request.weather),
                at=request.at,
                closures=read_closures(request.closures),
                actor=actor,
            )
        )

    return router
