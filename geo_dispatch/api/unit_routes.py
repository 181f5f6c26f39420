"""The routes of units, what they report, and run cards."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from geo_dispatch.api.access import Actor
from geo_dispatch.api.answering import CHANGE, READ, READ_ONE, answer_json
from geo_dispatch.api.live_requests import (
    CardQuery,
    EditUnitRequest,
    PositionRequest,
    RecordId,
    StatusRequest,
    UnitRequest,
    UnitsQuery,
)
from geo_dispatch.api.live_responses import CardResponse, CardsResponse, UnitResponse, UnitsResponse
from geo_dispatch.api.openapi import PROBLEMS, answers
from geo_dispatch.geometry import LonLat
from geo_dispatch.live.models import UnitSeed
from geo_dispatch.service.live_desk import LiveDesk

__all__ = ["add_cards", "add_reports", "add_units"]


def add_units(router: APIRouter, desk: LiveDesk) -> None:
    """Add the routes of units.

    Parameters
    ----------
    router
        The routes under /v1.
    desk
        Does what is asked.
    """

    @router.get(
        "/units",
        tags=["live"],
        summary="List units",
        operation_id="list_units",
        responses=answers(UnitsResponse, READ),
    )
    def list_units(query: Annotated[UnitsQuery, Query()]) -> Response:
        """List units: what they are doing, since when, on which incident, and where they were last."""
        return answer_json(desk.units.list_units(retired=query.retired))

    @router.post(
        "/units",
        tags=["live"],
        summary="Add a unit",
        operation_id="add_unit",
        status_code=201,
        responses=answers(UnitResponse, CHANGE, status=201),
    )
    def add_unit(request: UnitRequest, actor: Actor) -> Response:
        """Add a unit that the town file doesn't have; 409 when there is one of that id."""
        seed = UnitSeed(**{name: getattr(request, name) for name in UnitSeed.__dataclass_fields__})
        return answer_json(desk.units.add(seed, actor=actor), 201)

    @router.get(
        "/units/{unit_id}",
        tags=["live"],
        summary="Look at a unit",
        operation_id="get_unit",
        responses=answers(UnitResponse, READ_ONE),
    )
    def get_unit(unit_id: RecordId) -> Response:
        """Tell what is known of one unit now, retired or not."""
        return answer_json(desk.units.get_unit(unit_id))

    @router.patch(
        "/units/{unit_id}",
        tags=["live"],
        summary="Change a unit",
        operation_id="edit_unit",
        responses=answers(UnitResponse, CHANGE),
    )
    def edit_unit(unit_id: RecordId, request: EditUnitRequest, actor: Actor) -> Response:
        """Change what is written down of a unit, or retire it; from then on the town file's changes of it are passed over."""
        return answer_json(desk.units.edit(unit_id, request.changes(), actor=actor, version=request.version))


def add_reports(router: APIRouter, desk: LiveDesk) -> None:
    """Add the routes of what units report.

    Parameters
    ----------
    router
        The routes under /v1.
    desk
        Does what is asked.
    """

    @router.put(
        "/units/{unit_id}/status",
        tags=["live"],
        summary="Say what a unit is doing",
        operation_id="set_unit_status",
        responses=answers(UnitResponse, CHANGE),
    )
    def set_unit_status(unit_id: RecordId, request: StatusRequest, actor: Actor) -> Response:
        """Set a unit's status; 409 with `allowed` when it can't follow the present one.

        A status that no unit on an incident has (available, returning, out of service) releases it from its incident.
        """
        return answer_json(
            desk.units.set_status(unit_id, request.status, actor=actor, at=request.at, note=request.note)
        )

    @router.put(
        "/units/{unit_id}/position",
        tags=["live"],
        summary="Say where a unit is",
        operation_id="set_unit_position",
        responses=answers(UnitResponse, CHANGE),
    )
    def set_unit_position(unit_id: RecordId, request: PositionRequest, actor: Actor) -> Response:
        """Set a unit's position; refused outside the town's roads, far from all of them (boats excepted), or in the future."""
        where = LonLat(request.lon, request.lat)
        return answer_json(
            desk.units.set_position(
                unit_id, where, actor=actor, at=request.at, accuracy_m=request.accuracy_m, source=request.source
            )
        )


def add_cards(router: APIRouter, desk: LiveDesk) -> None:
    """Add the routes of run cards.

    Parameters
    ----------
    router
        The routes under /v1.
    desk
        Does what is asked.
    """

    @router.get(
        "/run-cards",
        tags=["live"],
        summary="List run cards and statuses",
        operation_id="list_run_cards",
        responses=answers(CardsResponse, PROBLEMS),
    )
    def list_run_cards() -> Response:
        """List the town's run cards, each with all it requires, and the statuses of units with what may follow them."""
        return answer_json(desk.cards.list_cards())

    @router.get(
        "/run-cards/selected",
        tags=["live"],
        summary="Choose the run card for a call",
        operation_id="select_run_card",
        responses=answers(CardResponse, (404, *PROBLEMS)),
    )
    def select_run_card(query: Annotated[CardQuery, Query()]) -> Response:
        """Choose the run card for a call type, place, time, alarm and weather; tell why, and why not the others."""
        where = LonLat(query.lon, query.lat)
        return answer_json(
            desk.cards.select(query.call_type, where, alarm=query.alarm, weather=query.weather, at=query.at)
        )
