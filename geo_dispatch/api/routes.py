"""The routers: what is asked over HTTP, handed to the service, answered as its JSON document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse, Response

from geo_dispatch import __version__
from geo_dispatch.api.errors import problem_response
from geo_dispatch.api.openapi import OPERATIONAL, PROBLEMS, answers
from geo_dispatch.api.problems import problem_of_status
from geo_dispatch.api.requests import (
    ClosureIn,
    LocateRequest,
    MatrixPointIn,
    MatrixRequest,
    PlacesQuery,
    Position,
    PositionQuery,
    ReplyIn,
    RouteRequest,
)
from geo_dispatch.api.responses import (
    Health,
    LocateResponse,
    MatrixResponse,
    PlacesResponse,
    Readiness,
    ReverseResponse,
    RouteResponse,
)
from geo_dispatch.errors import InputError
from geo_dispatch.geometry import LonLat
from geo_dispatch.live.feed import StoreState
from geo_dispatch.locate import Circle, Reply
from geo_dispatch.routing import Closure, NamedPoint
from geo_dispatch.service import Service, document

__all__ = ["Limits", "make_operations_router", "make_router", "read_closures"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may ask for at most."""

    max_text_length: int
    max_matrix_pairs: int
    max_places: int


def make_router(service: Service, limits: Limits) -> APIRouter:
    """Make the routes under /v1.

    Parameters
    ----------
    service
        Answers.
    limits
        What one request may ask for at most.

    Returns
    -------
    fastapi.APIRouter
        To be included in an application.
    """
    router = APIRouter(prefix="/v1")
    _add_places(router, service, limits)
    _add_routes(router, service, limits)
    return router


def _add_places(router: APIRouter, service: Service, limits: Limits) -> None:
    @router.post(
        "/locate",
        tags=["places"],
        summary="Locate a caller's words",
        operation_id="locate",
        responses=answers(LocateResponse, (404, *PROBLEMS)),
    )
    def locate(request: LocateRequest) -> Response:
        """Turn a caller's words into ranked places, each with its reasons, and the one question to ask next.

        Words that match nothing give status `unknown` and a question, never a town centre.
        """
        given = request.circle
        circle = None if given is None else Circle(given.lon, given.lat, given.radius_m, given.confidence)
        texts = [_checked(text, limits) for text in request.text]
        replies = [_reply(given, limits) for given in request.answers]
        return _json(service.locate(texts, circle=circle, answers=replies, limit=request.limit))

    @router.get(
        "/reverse",
        tags=["places"],
        summary="Say where a position is",
        operation_id="reverse",
        responses=answers(ReverseResponse, (404, *PROBLEMS)),
    )
    def reverse(position: Annotated[PositionQuery, Query()]) -> Response:
        """Give the address, cross streets and municipality of a position."""
        return _json(service.reverse(LonLat(position.lon, position.lat)))

    @router.get(
        "/places",
        tags=["places"],
        summary="List places as GeoJSON",
        operation_id="list_places",
        responses=answers(PlacesResponse, PROBLEMS),
    )
    def places(query: Annotated[PlacesQuery, Query()]) -> Response:
        """List the town's places by name, category or bounding box; QGIS opens the address as a layer."""
        if query.q is not None:
            _checked(query.q, limits)
        bounds = None if query.bbox is None else [float(bound) for bound in query.bbox.split(",")]
        return _json(
            service.places(
                query.q,
                category=query.category,
                limit=min(query.limit, limits.max_places),
                offset=query.offset,
                bbox=None if bounds is None else (bounds[0], bounds[1], bounds[2], bounds[3]),
            )
        )


def _add_routes(router: APIRouter, service: Service, limits: Limits) -> None:
    @router.post(
        "/route",
        tags=["routes"],
        summary="Find a route",
        operation_id="route",
        responses=answers(RouteResponse, (404, 409, *PROBLEMS)),
    )
    def route(request: RouteRequest) -> Response:
        """Find the quickest way between two places, with turn-by-turn steps.

        Words that match nothing are a problem with status 404 and the question to ask; words that match several places, or only
        a whole street or area, are one with status 409, the candidates and the question. What is doubtful about an end is among the
        warnings, with `from:` or `to:` before it.
        """
        origin, destination = (_where(end, limits) for end in (request.origin, request.destination))
        return _json(
            service.route(
                origin,
                destination,
                profile=request.profile,
                text=request.text,
                language=request.language,
                units=request.units,
                at=request.at,
                closures=read_closures(request.closures),
            )
        )

    @router.post(
        "/matrix",
        tags=["routes"],
        summary="Find travel times between many places",
        operation_id="matrix",
        responses=answers(MatrixResponse, (404, *PROBLEMS)),
    )
    def matrix(request: MatrixRequest) -> Response:
        """Find the travel time and length from every origin to every destination; null where there is no way."""
        pairs = len(request.origins) * len(request.destinations)
        if pairs > limits.max_matrix_pairs:
            raise InputError(
                f"{len(request.origins)} origins and {len(request.destinations)} destinations are {pairs} pairs, "
                f"more than {limits.max_matrix_pairs}: ask in parts"
            )
        origins, destinations = _points(request.origins), _points(request.destinations)
        return _json(
            service.matrix(
                origins,
                destinations,
                profile=request.profile,
                at=request.at,
                closures=read_closures(request.closures),
            )
        )


def make_operations_router(
    service: Service, *, is_ready: Callable[[], bool], store_state: Callable[[], StoreState | None] = lambda: None
) -> APIRouter:
    """Make /healthz and /readyz.

    Parameters
    ----------
    service
        Whose town is shown.
    is_ready
        Tells whether questions are answered at full speed.
    store_state
        Tells whether the live store can be used; None without one.

    Returns
    -------
    fastapi.APIRouter
        To be included in an application.
    """
    router = APIRouter(tags=["operations"])

    @router.get(
        "/healthz", summary="Is the process alive?", operation_id="health", responses=answers(Health, OPERATIONAL)
    )
    def healthz() -> Response:
        """Answer as long as the process runs; touches nothing."""
        return JSONResponse({"status": "ok", "version": __version__})

    @router.get(
        "/readyz",
        summary="Are questions answered at full speed?",
        operation_id="readiness",
        responses=answers(Readiness, (503, *OPERATIONAL)),
    )
    def readyz() -> Response:
        """Tell which town is open, whom to credit, and whether the live store can be used; 503 in the first second.

        A lost store makes nothing of this 503: places and routes go on. `store` and `warnings` say so.
        """
        if not is_ready():
            return problem_response(
                problem_of_status(503, "The town is open, its indexes are being loaded: ask again.")
            )
        meta = service.town.meta
        keys = ("state", "built_at", "fictional", "notice", "attribution")
        state = store_state()
        store = {"status": "none", "since": None, "detail": None} if state is None else state
        told = {"store": store, "warnings": service.remarks()}
        return _json(
            {
                "status": "ready",
                "town": meta.name,
                "zone": str(service.town.zone),
                **{key: getattr(meta, key) for key in keys},
                **told,
            }
        )

    return router


def _json(answer: object) -> Response:
    content: Any = document(answer)
    return JSONResponse(content)


def _checked(text: str, limits: Limits) -> str:
    if len(text) > limits.max_text_length:
        raise InputError(
            f"the text has {len(text)} characters, more than {limits.max_text_length}: give only what says where it is"
        )
    return text


def _reply(given: str | ReplyIn, limits: Limits) -> Reply:
    said, question = (given, "") if isinstance(given, str) else (given.answer, given.question)
    return Reply(question, _checked(said, limits))


def _where(end: str | Position, limits: Limits) -> str | LonLat:
    return end.lonlat() if isinstance(end, Position) else _checked(end, limits)


def read_closures(given: Sequence[str | ClosureIn]) -> list[str | Closure]:
    """Return closures as the service takes them."""
    return [closure.closure() if isinstance(closure, ClosureIn) else closure for closure in given]


def _points(points: Sequence[MatrixPointIn]) -> list[NamedPoint]:
    return [NamedPoint(point.id or str(row), point.lonlat()) for row, point in enumerate(points)]
