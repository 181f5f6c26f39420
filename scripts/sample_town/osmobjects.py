"""Turn the finished town into OSM nodes, ways and relations with stable ids."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from sample_town.model import XY, Road, Town
from sample_town.shapes import polygons

__all__ = ["NODE_BASE", "RELATION_BASE", "WAY_BASE", "Objects", "cut_road"]

NODE_BASE = 1_000_000_000
WAY_BASE = 1_100_000_000
RELATION_BASE = 1_200_000_000


@dataclass(slots=True)
class Objects:
    """OSM objects in the making; each list is in id order."""

    town: Town
    nodes: list[tuple[int, XY, dict[str, str]]] = field(default_factory=list)
    ways: list[tuple[int, list[int], dict[str, str]]] = field(default_factory=list)
    relations: list[tuple[int, list[tuple[str, int, str]], dict[str, str]]] = field(default_factory=list)
    road_nodes: dict[XY, int] = field(default_factory=dict)
    road_ways: dict[str, list[int]] = field(default_factory=dict)

    def node(self, point: XY, tags: dict[str, str] | None = None) -> int:
        """Add a node and return its id."""
        number = NODE_BASE + len(self.nodes) + 1
        self.nodes.append((number, point, tags or {}))
        return number

    def road_node(self, point: XY) -> int:
        """Return the node at a road vertex; roads that share the vertex share the node."""
        key = (round(point[0], 2), round(point[1], 2))
        if key not in self.road_nodes:
            self.road_nodes[key] = self.node(key)
        return self.road_nodes[key]

    def tag_node(self, point: XY, tags: dict[str, str], *, within_m: float = 3.0) -> int:
        """Add tags to the road node at a point, or make a free node when no road has a vertex there."""
        best = min(self.road_nodes, key=lambda key: math.dist(key, point))
        number = self.road_nodes[best] if math.dist(best, point) <= within_m else self.node(point)
        self.nodes[number - NODE_BASE - 1][2].update(tags)
        return number

    def way(self, nodes: list[int], tags: dict[str, str]) -> int:
        """Add a way and return its id."""
        number = WAY_BASE + len(self.ways) + 1
        self.ways.append((number, nodes, tags))
        return number

    def relation(self, members: list[tuple[str, int, str]], tags: dict[str, str]) -> int:
        """Add a relation and return its id."""
        number = RELATION_BASE + len(self.relations) + 1
        self.relations.append((number, members, tags))
        return number

    def ring(self, coords: Iterable[Sequence[float]], tags: dict[str, str]) -> int:
        """Add a closed way."""
        points = [(p[0], p[1]) for p in coords]
        numbers = [self.node(p) for p in points[:-1]]
        return self.way([*numbers, numbers[0]], tags)

    def line(self, line: LineString, tags: dict[str, str]) -> int:
        """Add an open way with nodes of its own."""
        return self.way([self.node((p[0], p[1])) for p in line.coords], tags)

    def feature(self, geometry: BaseGeometry, tags: dict[str, str]) -> tuple[str, int]:
        """Add any geometry: a node, a way, or a multipolygon relation; return its type letter and id."""
        if isinstance(geometry, Point):
            return "n", self.node((geometry.x, geometry.y), tags)
        if isinstance(geometry, LineString):
            return "w", self.line(geometry, tags)
        if isinstance(geometry, Polygon) and not geometry.interiors:
            return "w", self.ring(geometry.exterior.coords, tags)
        members: list[tuple[str, int, str]] = []
        for part in polygons(geometry):
            members.append(("w", self.ring(part.exterior.coords, {}), "outer"))
            members += [("w", self.ring(hole.coords, {}), "inner") for hole in part.interiors]
        return "r", self.relation(members, {"type": "multipolygon", **tags})

    def road(self, road: Road) -> None:
        """Add a road as one way for each stretch of equal tags."""
        self.road_ways[road.key] = [
            self.way([self.road_node(p) for p in points], tags) for points, tags in cut_road(road)
        ]


def cut_road(road: Road) -> list[tuple[list[XY], dict[str, str]]]:
    """Cut a road at the ends of its spans; each piece carries the road's tags and those of the spans over it.

    A cut within 1.5 m of a vertex is made at that vertex, so that junctions stay whole.
    """
    line = road.line
    marks = [0.0]
    coords = [(x, y) for x, y in line.coords]
    for a, b in itertools.pairwise(coords):
        marks.append(marks[-1] + math.dist(a, b))
    rows = list(zip(marks, coords, strict=True))
    cuts = set()
    for start, end, _ in road.spans:
        for at in (start, end):
            if not 1.5 < at < marks[-1] - 1.5:
                continue
            near = min(rows, key=lambda row: abs(row[0] - at))
            if abs(near[0] - at) > 1.5:
                p = line.interpolate(at)
                near = (at, (round(p.x, 2), round(p.y, 2)))
                rows.append(near)
            cuts.add(near[0])
    rows.sort(key=lambda row: row[0])
    bounds = [0.0, *sorted(cuts), marks[-1]]
    pieces = []
    for start, end in itertools.pairwise(bounds):
        middle = (start + end) / 2
        tags = dict(road.tags)
        for s, e, extra in road.spans:
            if s <= middle <= e:
                tags.update(extra)
        pieces.append(([xy for at, xy in rows if start - 1e-6 <= at <= end + 1e-6], tags))
    return pieces
