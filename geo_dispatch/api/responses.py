"""What the HTTP API answers with; the commands' ``--json`` gives the same documents."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "Health",
    "LocateResponse",
    "MatrixResponse",
    "PlacesResponse",
    "ProblemResponse",
    "Readiness",
    "ReverseResponse",
    "RouteResponse",
]

Probability = Field(ge=0, le=1)


class _Response(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Geometry(BaseModel):
    """A GeoJSON geometry (RFC 7946), EPSG:4326, longitude first."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"]
    coordinates: list[Any]


class LineString(BaseModel):
    """A GeoJSON LineString (RFC 7946)."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["LineString"]
    coordinates: list[tuple[float, float]] = Field(min_length=2)


class Point(BaseModel):
    """A GeoJSON Point (RFC 7946)."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["Point"]
    coordinates: tuple[float, float]


class Why(_Response):
    """What one clause of the words did for a candidate."""

    clause: str
    reading: str
    effect: str
    status: Literal["supported", "neutral", "contradicted"]


class Candidate(_Response):
    """One place that the words may mean."""

    rank: int = Field(ge=1)
    probability: float = Probability
    lon: float
    lat: float
    label: str
    kind: Literal[
        "address", "intersection", "place", "relative", "segment", "street", "mile_marker", "coordinate", "area"
    ]
    place_id: str | None
    address: str | None
    cross_streets: list[str]
    municipality: str | None
    radius90_m: float
    region50: Geometry
    region90: Geometry
    why: list[Why]


class Question(_Response):
    """What to ask the caller next."""

    text: str
    reason: str
    answers: list[str]
    id: str = Field(description="What to give an answer back with; empty when it can't be.")
    child_text: str = Field(description="The same for a child.")


class LocateResponse(_Response):
    """Ranked places for a caller's words."""

    query: str
    status: Literal["located", "ambiguous", "unknown"]
    candidates: list[Candidate]
    question: Question | None
    unmatched: list[str]
    warnings: list[str]
    elapsed_ms: float


class NearAddress(_Response):
    """The nearest address on file."""

    text: str
    number: str
    street: str | None
    municipality: str | None
    distance_m: float
    lon: float
    lat: float


class NearStreet(_Response):
    """The nearest named street, and its hundred block where numbers are on file."""

    name: str
    ref: str | None
    distance_m: float
    lon: float
    lat: float
    block: str | None


class NearCross(_Response):
    """A cross street, metres along the road; the road ends there when it has no name."""

    name: str | None
    distance_m: float
    direction: str
    road_ends: bool


class NearPlace(_Response):
    """A place, exit or mile marker nearby, and the compass direction from it to the position."""

    name: str
    kind: str
    place_id: str | None
    distance_m: float
    direction: str
    lon: float
    lat: float


class ReverseResponse(_Response):
    """Where a position is, in words."""

    lon: float
    lat: float
    municipality: str | None
    state: str | None
    areas: list[str]
    address: NearAddress | None
    street: NearStreet | None
    cross_streets: list[NearCross]
    nearest_place: NearPlace | None
    nearest_exit: NearPlace | None
    nearest_mile_marker: NearPlace | None
    road_distance_m: float
    label: str
    warnings: list[str]


class Step(_Response):
    """One manoeuvre of a route."""

    instruction: str
    radio: str
    street: str | None
    length_m: float
    travel_time_s: float
    manoeuvre: str
    landmark: str | None
    lon: float
    lat: float
    screen: str


class Avoided(_Response):
    """A road the vehicle was kept off."""

    what: str
    reason: str
    detour_s: float | None


class RouteResponse(_Response):
    """A route."""

    profile: str
    travel_time_s: float
    travel_time_interval_s: tuple[float, float]
    length_m: float
    geometry: LineString
    steps: list[Step]
    avoided: list[Avoided]
    warnings: list[str]


class MatrixResponse(_Response):
    """Travel times and lengths: a row for each origin, a column for each destination; null where there is no way."""

    profile: str
    origins: list[str]
    destinations: list[str]
    travel_time_s: list[list[float | None]]
    length_m: list[list[float | None]]
    warnings: list[str]


class PlaceFeature(_Response):
    """A place as a GeoJSON Feature."""

    type: Literal["Feature"]
    id: str
    geometry: Point
    properties: dict[str, Any]


class PlacesResponse(_Response):
    """Places as a GeoJSON FeatureCollection."""

    type: Literal["FeatureCollection"]
    features: list[PlaceFeature]
    number_matched: int
    number_returned: int
    attribution: list[str]
    warnings: list[str]


class Health(_Response):
    """The process is alive."""

    status: Literal["ok"]
    version: str


class StoreReadiness(_Response):
    """Whether the live store can be used; `none` when the server was started without one."""

    status: Literal["ok", "starting", "unavailable", "none"]
    since: str | None
    detail: str | None


class Readiness(_Response):
    """The town is open and questions are answered; `store` tells whether units and incidents can be changed."""

    status: Literal["ready"]
    town: str
    zone: str = Field(description="Time zone of the town, as America/New_York.")
    state: str | None
    built_at: str
    fictional: bool
    notice: str | None
    attribution: list[str]
    store: StoreReadiness
    warnings: list[str]


class InvalidValue(_Response):
    """One value that can't be used."""

    pointer: str
    detail: str


class ProblemResponse(BaseModel):
    """A problem (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["urn:geo-dispatch:problem:coordinate"])
    title: str = Field(examples=["The town's roads don't cover the position"])
    status: int = Field(ge=400, le=599, examples=[404])
    detail: str = Field(examples=["41.58,-71.08 has longitude and latitude swapped: give -71.08,41.58"])
    instance: str | None = Field(None, examples=["/v1/reverse"])
    errors: list[InvalidValue] | None = Field(None, description="With status 422: each value that can't be used.")
    candidates: list[dict[str, Any]] | None = Field(None, description="With status 409: the places it could be.")
    question: Question | None = Field(None, description="With status 404 and 409: what to ask the caller next.")
