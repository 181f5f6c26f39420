"""What the generator passes from step to step: roads, water, land, addresses, places, and the finished OSM objects."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

__all__ = ["XY", "Address", "Building", "Feature", "Frame", "Ground", "Place", "Restriction", "Road", "Town", "rng_for"]

XY = tuple[float, float]
"""East and north of the origin, in metres."""


def rng_for(seed: str, step: str) -> random.Random:
    """Make the random generator of one step, so that a change in one step leaves the others as they were."""
    return random.Random(f"{seed}/{step}")


@dataclass(frozen=True, slots=True)
class Frame:
    """The local metric frame: metres east and north of an origin on the open sea."""

    lon: float
    lat: float
    m_per_deg_lon: float
    m_per_deg_lat: float

    def to_lonlat(self, point: XY) -> tuple[float, float]:
        """Return longitude and latitude in degrees, rounded to what OSM stores (1e-7)."""
        return (
            round(self.lon + point[0] / self.m_per_deg_lon, 7),
            round(self.lat + point[1] / self.m_per_deg_lat, 7),
        )


@dataclass(slots=True)
class Road:
    """One road: a line with tags; `spans` are stretches (start, end in metres) with tags of their own."""

    key: str
    line: LineString
    tags: dict[str, str]
    town: str
    kind: str = "main"
    frontage_m: float = 0.0
    first_number: int | None = None
    over: frozenset[str] = frozenset()
    bridge: dict[str, str] = field(default_factory=dict)
    bridge_name: str = ""
    wet: bool = False
    spans: list[tuple[float, float, dict[str, str]]] = field(default_factory=list)
    village: str = ""

    @property
    def name(self) -> str:
        """Return the name on the signs, "" when it has none."""
        return self.tags.get("name", "")


@dataclass(slots=True)
class Ground:
    """Land and water: what the roads must respect."""

    extent: Polygon
    sea: BaseGeometry
    coast: list[LineString]
    estuary: BaseGeometry
    ponds: list[tuple[Polygon, dict[str, str]]]
    streams: list[tuple[LineString, str]]
    islands: list[tuple[Polygon, str]]
    marshes: list[tuple[BaseGeometry, str]]
    towns: dict[str, Polygon]
    states: dict[str, Polygon]
    water: BaseGeometry


@dataclass(slots=True)
class Building:
    """A building's footprint, and the tags it carries."""

    outline: Polygon
    tags: dict[str, str]


@dataclass(slots=True)
class Address:
    """A house number at the front of a lot; `on` tells what carries it: node, building, or interpolation."""

    number: int
    road: Road
    point: XY
    front: XY
    offset_m: float
    side: int
    tags: dict[str, str]
    building: Building | None = None
    on: str = "building"
    used: bool = False


@dataclass(slots=True)
class Place:
    """A point of interest: on a point, or on an area when `outline` is given."""

    point: XY
    tags: dict[str, str]
    outline: Polygon | None = None
    address: Address | None = None


@dataclass(slots=True)
class Feature:
    """Any other map object: an area, a line or a point with tags, and its relation members' roles."""

    geometry: BaseGeometry
    tags: dict[str, str]


@dataclass(slots=True)
class Restriction:
    """A turn restriction between roads, named by key; the writer finds ways and via node."""

    from_road: str
    via: str
    to_road: str
    tags: dict[str, str]
    near: XY


@dataclass(slots=True)
class Town:
    """The whole town while it grows."""

    spec: dict[str, Any]
    frame: Frame
    seed: str
    ground: Ground
    roads: list[Road] = field(default_factory=list)
    buildings: list[Building] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    features: list[Feature] = field(default_factory=list)
    node_tags: list[tuple[XY, dict[str, str]]] = field(default_factory=list)
    restrictions: list[Restriction] = field(default_factory=list)
    interpolations: list[tuple[list[Address], str]] = field(default_factory=list)

    def road(self, key: str) -> Road:
        """Return the road of that key.

        Raises
        ------
        KeyError
            If no road has it.
        """
        for road in self.roads:
            if road.key == key:
                return road
        raise KeyError(key)
