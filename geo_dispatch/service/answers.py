"""What the service answers with; `geo_dispatch.service.document` makes JSON of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo_dispatch.directions import Step
    from geo_dispatch.geometry import FloatArray, LonLat
    from geo_dispatch.routing import Avoided, Path

__all__ = [
    "MatrixAnswer",
    "PlaceFeature",
    "PlacesAnswer",
    "RouteAnswer",
    "RoutePlan",
    "StationRoute",
    "TownInfo",
    "Whereabouts",
]

GeoJson = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A position that words or a coordinate stand for; `label` says it in words, `warnings` what is doubtful about it."""

    position: LonLat
    label: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RouteAnswer:
    """A route: time, length, geometry as GeoJSON LineString, its coordinates a `WrittenLine`, and steps."""

    profile: str
    travel_time_s: float
    travel_time_interval_s: tuple[float, float]
    length_m: float
    geometry: GeoJson
    steps: tuple[Step, ...]
    avoided: tuple[Avoided, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoutePlan:
    """A route with what a map needs besides: its ends and its path over the network."""

    origin: Whereabouts
    destination: Whereabouts
    path: Path
    answer: RouteAnswer


@dataclass(frozen=True, slots=True)
class StationRoute:
    """The station that reaches a place first, and its route there."""

    station_id: str
    name: str
    plan: RoutePlan


@dataclass(frozen=True, slots=True)
class MatrixAnswer:
    """Travel times and lengths, shape ``(n_origins, n_destinations)``; inf (in JSON: null) where there is no way."""

    profile: str
    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    travel_time_s: FloatArray
    length_m: FloatArray
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlaceFeature:
    """A place as a GeoJSON Feature."""

    type_: str
    id: str
    geometry: GeoJson
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PlacesAnswer:
    """Places as a GeoJSON FeatureCollection; `number_matched` counts them all, `number_returned` those given."""

    type_: str
    features: tuple[PlaceFeature, ...]
    number_matched: int
    number_returned: int
    attribution: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TownInfo:
    """What a town file holds, where it comes from, and what its build warned of."""

    name: str
    state: str | None
    file: str | None
    size_bytes: int | None
    fictional: bool
    notice: str | None
    format_version: int
    crs: str
    built_at: str
    program_version: str
    extent: tuple[float, float, float, float] | None
    counts: Mapping[str, int]
    provenance: Sequence[Mapping[str, Any]]
    attribution: tuple[str, ...]
    options: Mapping[str, Any]
    report: Mapping[str, Any]
    warnings: tuple[str, ...]
    index: str
    engine: str
    profiles: tuple[str, ...]
