"""The routes of the live store: incidents, the record; those of units, closures and run cards stand beside."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from geo_dispatch.api.access import Access, Actor, who_asks
from geo_dispatch.api.answering import CHANGE, READ, READ_ONE, answer_json
from geo_dispatch.api.closure_routes import add_closures
from geo_dispatch.api.live_requests import (
    AssignRequest,
    AuditQuery,
    EditIncidentRequest,
    IncidentRequest,
    IncidentsQuery,
    RecordId,
    ReleaseRequest,
)
from geo_dispatch.api.live_responses import (
    AuditResponse,
    IncidentResponse,
    IncidentsResponse,
)
from geo_dispatch.api.openapi import answers
from geo_dispatch.api.requests import Position
from geo_dispatch.api.stream import add_stream
from geo_dispatch.api.unit_routes import add_cards, add_reports, add_units
from geo_dispatch.errors import InputError
from geo_dispatch.geometry import LonLat
from geo_dispatch.service.live_desk import LiveDesk

__all__ = ["make_live_router"]


def make_live_router(desk: LiveDesk, access: Access, *, max_text_length: int) -> APIRouter:
    """Make the routes of the live store.

    Parameters
    ----------
    desk
        Does what is asked.
    access
        How the server asks who somebody is.
    max_text_length
        Longest words for a place.

    Returns
    -------
    fastapi.APIRouter
        To be included in an application.
    """
    router = APIRouter(prefix="/v1")
    add_units(router, desk)
    add_reports(router, desk)
    _add_incidents(router, desk, max_text_length)
    _add_assigning(router, desk)
    add_closures(router, desk)
    add_cards(router, desk)
    _add_record(router, desk)
    add_stream(router, desk.feed, access)
    return router


def _add_incidents(router: APIRouter, desk: LiveDesk, max_text_length: int) -> None:
    def where(end: str | Position) -> str | LonLat:
        if isinstance(end, Position):
            return end.lonlat()
        if len(end) > max_text_length:
            raise InputError(
                f"the place has {len(end)} characters, more than {max_text_length}: give only what says where it is"
            )
        return end

    @router.get(
        "/incidents",
        tags=["live"],
        summary="List incidents",
        operation_id="list_incidents",
        responses=answers(IncidentsResponse, READ),
    )
    def list_incidents(query: Annotated[IncidentsQuery, Query()]) -> Response:
        """List incidents, the newest first, each with the units on it."""
        status = None if query.status == "all" else query.status
        return answer_json(desk.incidents.list_incidents(status=status, limit=query.limit, before=query.before))

    @router.post(
        "/incidents",
        tags=["live"],
        summary="Open an incident",
        operation_id="open_incident",
        status_code=201,
        responses=answers(IncidentResponse, CHANGE, status=201),
    )
    def open_incident(request: IncidentRequest, actor: Actor) -> Response:
        """Open an incident at a position or at words; words that tell no one place are refused with the question to ask."""
        fields = ("label", "radius90_m", "alarm", "weather", "note")
        told: dict[str, Any] = {name: getattr(request, name) for name in fields}
        return answer_json(desk.incidents.open(request.call_type, where(request.place), actor=actor, **told), 201)

    @router.get(
        "/incidents/{incident_id}",
        tags=["live"],
        summary="Look at an incident",
        operation_id="get_incident",
        responses=answers(IncidentResponse, READ_ONE),
    )
    def get_incident(incident_id: RecordId) -> Response:
        """Tell what is known of one incident, and which units are and were on it."""
        return answer_json(desk.incidents.get_incident(incident_id))

    @router.patch(
        "/incidents/{incident_id}",
        tags=["live"],
        summary="Change or close an incident",
        operation_id="edit_incident",
        responses=answers(IncidentResponse, CHANGE),
    )
    def edit_incident(incident_id: RecordId, request: EditIncidentRequest, actor: Actor) -> Response:
        """Change an incident, or close it; 409 with `units` when units are still on it."""
        changes = request.changes()
        if "place" in changes:
            changes["where"] = where(changes.pop("place"))
        return answer_json(desk.incidents.edit(incident_id, changes, actor=actor, version=request.version))


def _add_assigning(router: APIRouter, desk: LiveDesk) -> None:
    @router.post(
        "/incidents/{incident_id}/assign",
        tags=["live"],
        summary="Assign units",
        operation_id="assign_units",
        responses=answers(IncidentResponse, CHANGE),
    )
    def assign_units(incident_id: RecordId, request: AssignRequest, actor: Actor) -> Response:
        """Assign units to an incident, all of them or none; 409 tells which is taken, by whom, since when."""
        wanted = [(unit.unit_id, unit.role) for unit in request.units]
        return answer_json(desk.incidents.assign(incident_id, wanted, actor=actor))

    @router.post(
        "/incidents/{incident_id}/release",
        tags=["live"],
        summary="Release units",
        operation_id="release_units",
        responses=answers(IncidentResponse, CHANGE),
    )
    def release_units(incident_id: RecordId, request: ReleaseRequest, actor: Actor) -> Response:
        """Take units off an incident, all of them or none."""
        return answer_json(
            desk.incidents.release(
                incident_id, request.units, status=request.status, reason=request.reason, actor=actor
            )
        )


def _add_record(router: APIRouter, desk: LiveDesk) -> None:
    @router.get(
        "/audit",
        tags=["live"],
        summary="Read the record",
        operation_id="list_audit",
        responses=answers(AuditResponse, READ),
    )
    def list_audit(query: Annotated[AuditQuery, Query()], request: Request) -> Response:
        """List rows of the record: who did what to what, each hashed over the one before; sign-ins and accounts for those who read all."""
        return answer_json(
            desk.audit(
                after=query.after,
                limit=query.limit,
                subject_kind=query.subject_kind,
                subject_id=query.subject_id,
                whole="record.read" in who_asks(request).may,
            )
        )
