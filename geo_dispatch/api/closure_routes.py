"""The routes of closures: kept, on the map, and before they are kept."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from geo_dispatch.api.access import Actor
from geo_dispatch.api.answering import CHANGE, READ, READ_ONE, answer_json
from geo_dispatch.api.closure_models import ClosurePreviewRequest, ClosurePreviewResponse, ClosureRoadsResponse
from geo_dispatch.api.live_requests import ClosureRequest, ClosuresQuery, EditClosureRequest, RecordId
from geo_dispatch.api.live_responses import ClosureResponse, ClosuresResponse
from geo_dispatch.api.openapi import answers
from geo_dispatch.service.live_desk import LiveDesk

__all__ = ["add_closures"]


def add_closures(router: APIRouter, desk: LiveDesk) -> None:
    """Add the routes of closures.

    Parameters
    ----------
    router
        The routes under /v1.
    desk
        Does what is asked.
    """
    _add_roads(router, desk)

    @router.get(
        "/closures",
        tags=["live"],
        summary="List closures",
        operation_id="list_closures",
        responses=answers(ClosuresResponse, READ),
    )
    def list_closures(query: Annotated[ClosuresQuery, Query()]) -> Response:
        """List closures that are active or still to come."""
        return answer_json(desk.closures.list_closures(at=query.at, expired=query.expired))

    @router.post(
        "/closures",
        tags=["live"],
        summary="Add a closure",
        operation_id="add_closure",
        status_code=201,
        responses=answers(ClosureResponse, CHANGE, status=201),
    )
    def add_closure(request: ClosureRequest, actor: Actor) -> Response:
        """Close a road for some vehicles or all, from now or later, for a time or until it is expired."""
        fields = ("profiles", "starts", "ends", "source", "note")
        told: dict[str, Any] = {name: getattr(request, name) for name in fields}
        return answer_json(desk.closures.add(request.kind, request.spec, actor=actor, **told), 201)

    @router.get(
        "/closures/{closure_id}",
        tags=["live"],
        summary="Look at a closure",
        operation_id="get_closure",
        responses=answers(ClosureResponse, READ_ONE),
    )
    def get_closure(closure_id: RecordId) -> Response:
        """Tell what is known of one closure, over or not."""
        return answer_json(desk.closures.get_closure(closure_id))

    @router.patch(
        "/closures/{closure_id}",
        tags=["live"],
        summary="Change a closure",
        operation_id="edit_closure",
        responses=answers(ClosureResponse, CHANGE),
    )
    def edit_closure(closure_id: RecordId, request: EditClosureRequest, actor: Actor) -> Response:
        """Change a closure; what is left out stays."""
        return answer_json(desk.closures.edit(closure_id, request.changes(), actor=actor, version=request.version))

    @router.delete(
        "/closures/{closure_id}",
        tags=["live"],
        summary="End a closure",
        operation_id="expire_closure",
        responses=answers(ClosureResponse, READ_ONE),
    )
    def expire_closure(closure_id: RecordId, actor: Actor) -> Response:
        """End a closure now; it stays in the record. One that is over stays as it is."""
        return answer_json(desk.closures.expire(closure_id, actor=actor))


def _add_roads(router: APIRouter, desk: LiveDesk) -> None:
    """Add what tells closures on the map; before ``/closures/{closure_id}``, which would take their addresses."""

    @router.get(
        "/closures/roads",
        tags=["live"],
        summary="List closures on the map",
        operation_id="list_closure_roads",
        responses=answers(ClosureRoadsResponse, READ),
    )
    def list_closure_roads() -> Response:
        """List the roads that closures close, active and upcoming ones, as GeoJSON; QGIS opens the address as a layer."""
        return answer_json(desk.closures.roads())

    @router.post(
        "/closures/preview",
        tags=["live"],
        summary="Look at what a closure would close",
        operation_id="preview_closure",
        responses=answers(ClosurePreviewResponse, READ_ONE),
    )
    def preview_closure(request: ClosurePreviewRequest) -> Response:
        """Find the roads of a closure without keeping it: of one text as `--close` takes it, or of positions along a road.

        `closure` can be given to `POST /v1/closures` as it is.
        """
        return answer_json(desk.closures.preview(request.what()))
