"""The routes of the information desk: questions, services, events, and both in formats of others."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse, Response

from geo_dispatch.api.desk_models import (
    DeskRequest,
    DeskResponse,
    EventsQuery,
    EventsResponse,
    ServicesQuery,
    ServicesResponse,
)
from geo_dispatch.api.openapi import PROBLEMS, answers, problem_answers
from geo_dispatch.api.requests import Position
from geo_dispatch.errors import InputError
from geo_dispatch.service import Service, document
from geo_dispatch.service.desk import TownDesk
from geo_dispatch.service.desk.exports import calendar_text, hsds_document, open311_document

__all__ = ["make_desk_router"]

_LIST = {"content": {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}}}


def make_desk_router(service: Service, desk: TownDesk, *, max_text_length: int) -> APIRouter:
    """Make the routes of the desk.

    Parameters
    ----------
    service
        Of the town.
    desk
        Answers.
    max_text_length
        Characters that a question may have.

    Returns
    -------
    fastapi.APIRouter
        To be included in an application.
    """
    router = APIRouter(prefix="/v1", tags=["desk"])
    _add_questions(router, desk, max_text_length)
    _add_formats(router, service)
    return router


def _add_questions(router: APIRouter, desk: TownDesk, max_text_length: int) -> None:
    @router.post(
        "/desk",
        summary="Answer a question of the public",
        operation_id="desk",
        responses=answers(DeskResponse, (404, 409, *PROBLEMS)),
    )
    def ask(request: DeskRequest) -> Response:
        """Answer from the directory, notes, events, places and roads: with the source, its date, and whether it is verified.

        What nothing on file answers has status `unknown`, and a referral to who may know.
        """
        if len(request.text) > max_text_length:
            raise InputError(
                f"the question has {len(request.text)} characters, more than {max_text_length}: ask one thing"
            )
        origin = request.origin.lonlat() if isinstance(request.origin, Position) else request.origin
        return JSONResponse(document(desk.ask(request.text, origin=origin, at=request.at)))

    @router.get(
        "/services",
        summary="List offices and services",
        operation_id="list_services",
        responses=answers(ServicesResponse, PROBLEMS),
    )
    def services(query: Annotated[ServicesQuery, Query()]) -> Response:
        """List who does what, with source and whether it is open now."""
        return JSONResponse(document(desk.contacts.services(query.q, category=query.category, limit=query.limit)))

    @router.get(
        "/events", summary="List events", operation_id="list_events", responses=answers(EventsResponse, PROBLEMS)
    )
    def events(query: Annotated[EventsQuery, Query()]) -> Response:
        """List what is on, recurrences written out, cancelled ones as cancelled."""
        return JSONResponse(document(desk.events.listed(query.starts, query.ends, query=query.q, limit=query.limit)))


def _add_formats(router: APIRouter, service: Service) -> None:
    @router.get(
        "/events.ics",
        summary="Events as iCalendar",
        operation_id="events_ics",
        response_class=Response,
        responses={
            200: {"description": "RFC 5545", "content": {"text/calendar": {"schema": {"type": "string"}}}},
            **problem_answers(PROBLEMS),
        },
    )
    def ics() -> Response:
        """Give every event of the town, recurrences as rules, for calendar programs."""
        return Response(calendar_text(service), media_type="text/calendar; charset=utf-8")

    @router.get(
        "/hsds/services",
        summary="Services as Open Referral HSDS 3",
        operation_id="hsds_services",
        responses={
            200: _LIST | {"description": "HSDS 3 services, each with what belongs to it"},
            **problem_answers(PROBLEMS),
        },
    )
    def hsds() -> Response:
        """Give every service in the shape of the Human Services Data Specification."""
        return JSONResponse(hsds_document(service))

    @router.get(
        "/open311/services.json",
        summary="Services as an Open311 list",
        operation_id="open311_services",
        responses={200: _LIST | {"description": "GeoReport v2 service list"}, **problem_answers(PROBLEMS)},
    )
    def open311() -> Response:
        """Give what services handle as a GeoReport v2 service list; requests are not taken."""
        return JSONResponse(open311_document(service))
