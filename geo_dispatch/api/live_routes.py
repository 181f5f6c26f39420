"""The routes of the live store: units, incidents, closures, the record."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse, Response

from geo_dispatch.api.live_requests import (
    AssignRequest,
    AuditQuery,
    ClosureRequest,
    ClosuresQuery,
    Desk,
    EditClosureRequest,
    EditIncidentRequest,
    EditUnitRequest,
    IncidentRequest,
    IncidentsQuery,
    PositionRequest,
    RecordId,
    ReleaseRequest,
    StatusRequest,
    UnitRequest,
    UnitsQuery,
)
from geo_dispatch.api.live_responses import (
    AuditResponse,
    ClosureResponse,
    ClosuresResponse,
    IncidentResponse,
    IncidentsResponse,
    UnitResponse,
    UnitsResponse,
)
from geo_dispatch.api.openapi import PROBLEMS, answers
from geo_dispatch.api.requests import Position
from geo_dispatch.api.stream import add_stream
from geo_dispatch.errors import InputError
from geo_dispatch.geometry import LonLat
from geo_dispatch.live.models import UnitSeed
from geo_dispatch.service import document
from geo_dispatch.service.live_desk import LiveDesk

__all__ = ["make_live_router"]

_READ = (503, *PROBLEMS)
_READ_ONE = (404, *_READ)
_CHANGE = (404, 409, *_READ)


def make_live_router(desk: LiveDesk, *, max_text_length: int) -> APIRouter:
    """Make the routes of the live store.

    Parameters
    ----------
    desk
        Does what is asked.
    max_text_length
        Longest words for a place.

    Returns
    -------
    fastapi.APIRouter
        To be included in an application.
    """
    router = APIRouter(prefix="/v1")
    _add_units(router, desk)
    _add_reports(router, desk)
    _add_incidents(router, desk, max_text_length)
    _add_assigning(router, desk)
    _add_closures(router, desk)
    _add_record(router, desk)
    add_stream(router, desk.feed)
    return router


def _add_units(router: APIRouter, desk: LiveDesk) -> None:
    @router.get(
        "/units",
        tags=["live"],
        summary="List units",
        operation_id="list_units",
        responses=answers(UnitsResponse, _READ),
    )
    def list_units(query: Annotated[UnitsQuery, Query()]) -> Response:
        """List units: what they are doing, since when, on which incident, and where they were last."""
        return _json(desk.units.list_units(retired=query.retired))

    @router.post(
        "/units",
        tags=["live"],
        summary="Add a unit",
        operation_id="add_unit",
        status_code=201,
        responses=answers(UnitResponse, _CHANGE, status=201),
    )
    def add_unit(request: UnitRequest, desk_name: Desk = None) -> Response:
        """Add a unit that the town file doesn't have; 409 when there is one of that id."""
        seed = UnitSeed(**{name: getattr(request, name) for name in UnitSeed.__dataclass_fields__})
        return _json(desk.units.add(seed, actor=desk_name), 201)

    @router.get(
        "/units/{unit_id}",
        tags=["live"],
        summary="Look at a unit",
        operation_id="get_unit",
        responses=answers(UnitResponse, _READ_ONE),
    )
    def get_unit(unit_id: RecordId) -> Response:
        """Tell what is known of one unit now, retired or not."""
        return _json(desk.units.get_unit(unit_id))

    @router.patch(
        "/units/{unit_id}",
        tags=["live"],
        summary="Change a unit",
        operation_id="edit_unit",
        responses=answers(UnitResponse, _CHANGE),
    )
    def edit_unit(unit_id: RecordId, request: EditUnitRequest, desk_name: Desk = None) -> Response:
        """Change what is written down of a unit, or retire it; from then on the town file's changes of it are passed over."""
        return _json(desk.units.edit(unit_id, request.changes(), actor=desk_name, version=request.version))


def _add_reports(router: APIRouter, desk: LiveDesk) -> None:
    @router.put(
        "/units/{unit_id}/status",
        tags=["live"],
        summary="Say what a unit is doing",
        operation_id="set_unit_status",
        responses=answers(UnitResponse, _CHANGE),
    )
    def set_unit_status(unit_id: RecordId, request: StatusRequest, desk_name: Desk = None) -> Response:
        """Set a unit's status; 409 with `allowed` when it can't follow the present one.

        A status that no unit on an incident has (available, returning, out of service) releases it from its incident.
        """
        return _json(desk.units.set_status(unit_id, request.status, actor=desk_name, at=request.at, note=request.note))

    @router.put(
        "/units/{unit_id}/position",
        tags=["live"],
        summary="Say where a unit is",
        operation_id="set_unit_position",
        responses=answers(UnitResponse, _CHANGE),
    )
    def set_unit_position(unit_id: RecordId, request: PositionRequest, desk_name: Desk = None) -> Response:
        """Set a unit's position; refused outside the town's roads, far from all of them (boats excepted), or in the future."""
        where = LonLat(request.lon, request.lat)
        return _json(
            desk.units.set_position(
                unit_id, where, actor=desk_name, at=request.at, accuracy_m=request.accuracy_m, source=request.source
            )
        )


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
        responses=answers(IncidentsResponse, _READ),
    )
    def list_incidents(query: Annotated[IncidentsQuery, Query()]) -> Response:
        """List incidents, the newest first, each with the units on it."""
        status = None if query.status == "all" else query.status
        return _json(desk.incidents.list_incidents(status=status, limit=query.limit, before=query.before))

    @router.post(
        "/incidents",
        tags=["live"],
        summary="Open an incident",
        operation_id="open_incident",
        status_code=201,
        responses=answers(IncidentResponse, _CHANGE, status=201),
    )
    def open_incident(request: IncidentRequest, desk_name: Desk = None) -> Response:
        """Open an incident at a position or at words; words that tell no one place are refused with the question to ask."""
        fields = ("label", "radius90_m", "alarm", "weather", "note")
        told: dict[str, Any] = {name: getattr(request, name) for name in fields}
        return _json(desk.incidents.open(request.call_type, where(request.place), actor=desk_name, **told), 201)

    @router.get(
        "/incidents/{incident_id}",
        tags=["live"],
        summary="Look at an incident",
        operation_id="get_incident",
        responses=answers(IncidentResponse, _READ_ONE),
    )
    def get_incident(incident_id: RecordId) -> Response:
        """Tell what is known of one incident, and which units are and were on it."""
        return _json(desk.incidents.get_incident(incident_id))

    @router.patch(
        "/incidents/{incident_id}",
        tags=["live"],
        summary="Change or close an incident",
        operation_id="edit_incident",
        responses=answers(IncidentResponse, _CHANGE),
    )
    def edit_incident(incident_id: RecordId, request: EditIncidentRequest, desk_name: Desk = None) -> Response:
        """Change an incident, or close it; 409 with `units` when units are still on it."""
        changes = request.changes()
        if "place" in changes:
            changes["where"] = where(changes.pop("place"))
        return _json(desk.incidents.edit(incident_id, changes, actor=desk_name, version=request.version))


def _add_assigning(router: APIRouter, desk: LiveDesk) -> None:
    @router.post(
        "/incidents/{incident_id}/assign",
        tags=["live"],
        summary="Assign units",
        operation_id="assign_units",
        responses=answers(IncidentResponse, _CHANGE),
    )
    def assign_units(incident_id: RecordId, request: AssignRequest, desk_name: Desk = None) -> Response:
        """Assign units to an incident, all of them or none; 409 tells which is taken, by whom, since when."""
        wanted = [(unit.unit_id, unit.role) for unit in request.units]
        return _json(desk.incidents.assign(incident_id, wanted, actor=desk_name))

    @router.post(
        "/incidents/{incident_id}/release",
        tags=["live"],
        summary="Release units",
        operation_id="release_units",
        responses=answers(IncidentResponse, _CHANGE),
    )
    def release_units(incident_id: RecordId, request: ReleaseRequest, desk_name: Desk = None) -> Response:
        """Take units off an incident, all of them or none."""
        return _json(
            desk.incidents.release(
                incident_id, request.units, status=request.status, reason=request.reason, actor=desk_name
            )
        )


def _add_closures(router: APIRouter, desk: LiveDesk) -> None:
    @router.get(
        "/closures",
        tags=["live"],
        summary="List closures",
        operation_id="list_closures",
        responses=answers(ClosuresResponse, _READ),
    )
    def list_closures(query: Annotated[ClosuresQuery, Query()]) -> Response:
        """List closures that are active or still to come."""
        return _json(desk.closures.list_closures(at=query.at, expired=query.expired))

    @router.post(
        "/closures",
        tags=["live"],
        summary="Add a closure",
        operation_id="add_closure",
        status_code=201,
        responses=answers(ClosureResponse, _CHANGE, status=201),
    )
    def add_closure(request: ClosureRequest, desk_name: Desk = None) -> Response:
        """Close a road for some vehicles or all, from now or later, for a time or until it is expired."""
        fields = ("profiles", "starts", "ends", "source", "note")
        told: dict[str, Any] = {name: getattr(request, name) for name in fields}
        return _json(desk.closures.add(request.kind, request.spec, actor=desk_name, **told), 201)

    @router.get(
        "/closures/{closure_id}",
        tags=["live"],
        summary="Look at a closure",
        operation_id="get_closure",
        responses=answers(ClosureResponse, _READ_ONE),
    )
    def get_closure(closure_id: RecordId) -> Response:
        """Tell what is known of one closure, over or not."""
        return _json(desk.closures.get_closure(closure_id))

    @router.patch(
        "/closures/{closure_id}",
        tags=["live"],
        summary="Change a closure",
        operation_id="edit_closure",
        responses=answers(ClosureResponse, _CHANGE),
    )
    def edit_closure(closure_id: RecordId, request: EditClosureRequest, desk_name: Desk = None) -> Response:
        """Change a closure; what is left out stays."""
        return _json(desk.closures.edit(closure_id, request.changes(), actor=desk_name, version=request.version))

    @router.delete(
        "/closures/{closure_id}",
        tags=["live"],
        summary="End a closure",
        operation_id="expire_closure",
        responses=answers(ClosureResponse, _READ_ONE),
    )
    def expire_closure(closure_id: RecordId, desk_name: Desk = None) -> Response:
        """End a closure now; it stays in the record. One that is over stays as it is."""
        return _json(desk.closures.expire(closure_id, actor=desk_name))


def _add_record(router: APIRouter, desk: LiveDesk) -> None:
    @router.get(
        "/audit",
        tags=["live"],
        summary="Read the record",
        operation_id="list_audit",
        responses=answers(AuditResponse, _READ),
    )
    def list_audit(query: Annotated[AuditQuery, Query()]) -> Response:
        """List rows of the record: who did what to what, each hashed over the one before."""
        return _json(
            desk.audit(
                after=query.after, limit=query.limit, subject_kind=query.subject_kind, subject_id=query.subject_id
            )
        )


def _json(answer: object, status: int = 200) -> Response:
    content: Any = document(answer)
    return JSONResponse(content, status_code=status)
