"""Node the roads: snap ends, share a vertex at every junction, put bridges over water and other roads."""

from __future__ import annotations

import math
from collections.abc import Iterable

import shapely
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from sample_town.model import XY, Feature, Ground, Road, Town
from sample_town.shapes import cut, lines

__all__ = ["add_bridges", "junctions", "node_roads", "passes_over", "straighten_bridges"]

_SNAP_M = 18.0
_MERGE_M = 2.5


def passes_over(upper: Road, lower: Road) -> bool:
    """Tell whether a road passes above another, so that they share no vertex.

    Keys name a road or, before an underscore, a group: "shore" means "shore_nb" too.
    """
    return any(lower.key == key or lower.key.startswith(f"{key}_") for key in upper.over)


def _separate(a: Road, b: Road) -> bool:
    return passes_over(a, b) or passes_over(b, a)


def node_roads(roads: list[Road]) -> None:
    """Give crossing and touching roads a common vertex, exactly; stretches (`spans`) keep their distances."""
    _snap_ends(roads)
    registry = _Registry()
    hits: dict[int, list[XY]] = {i: [] for i in range(len(roads))}
    drawn = [road.line for road in roads]
    tree = shapely.STRtree(drawn)
    for i, line in enumerate(drawn):
        for j in sorted(int(n) for n in tree.query(line.buffer(1.0))):
            if j <= i or _separate(roads[i], roads[j]):
                continue
            for point in _meeting_points(line, drawn[j]):
                place = registry.place(point)
                hits[i].append(place)
                hits[j].append(place)
    for i, road in enumerate(roads):
        road.line = _with_vertices(road.line, hits[i])


class _Registry:
    """Junction positions, one for all that lie closer than the merging distance."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[XY]] = {}

    def place(self, point: XY) -> XY:
        cx, cy = (math.floor(v / _MERGE_M) for v in point)
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                for known in self._cells.get((cx + dx, cy + dy), ()):
                    if math.dist(known, point) < _MERGE_M:
                        return known
        new = (round(point[0], 2), round(point[1], 2))
        self._cells.setdefault((cx, cy), []).append(new)
        return new


def _snap_ends(roads: list[Road]) -> None:
    """Move a dangling end onto the road it was meant to reach."""
    for road in roads:
        if road.kind in ("rail", "rotary", "path") or road.line.coords[0] == road.line.coords[-1]:
            continue
        coords = [(x, y) for x, y in road.line.coords]
        for end in (0, -1):
            spot = Point(coords[end])
            near = [
                other
                for other in roads
                if other is not road
                and other.kind not in ("rail", "path")
                and not _separate(road, other)
                and other.line.distance(spot) < _SNAP_M
            ]
            if not near:
                continue
            best = min(near, key=lambda other: other.line.distance(spot))
            ends = [Point(best.line.coords[0]), Point(best.line.coords[-1])]
            target = min(ends, key=spot.distance)
            if target.distance(spot) > 6.0:
                target = best.line.interpolate(best.line.project(spot))
            coords[end] = (target.x, target.y)
        road.line = LineString(coords)


def _meeting_points(a: LineString, b: LineString) -> list[XY]:
    """List where two lines cross or touch, ends within half a metre included."""
    found = [(p.x, p.y) for p in _points_of(a.intersection(b))]
    for one, other in ((a, b), (b, a)):
        for x, y in (one.coords[0], one.coords[-1]):
            if other.distance(Point(x, y)) < 0.5 and all(math.dist((x, y), p) > _MERGE_M for p in found):
                found.append((x, y))
    return found


def _points_of(geometry: BaseGeometry) -> Iterable[Point]:
    if geometry.is_empty:
        return
    if isinstance(geometry, Point):
        yield geometry
    elif isinstance(geometry, LineString):
        yield Point(geometry.coords[0])
        yield Point(geometry.coords[-1])
    else:
        for part in getattr(geometry, "geoms", []):
            yield from _points_of(part)


def _with_vertices(line: LineString, places: list[XY]) -> LineString:
    """Put the junctions into the line, in order, and drop old vertices that crowd them."""
    unique = list(dict.fromkeys(places))
    closed = line.coords[0] == line.coords[-1]
    old = [(line.project(Point(x, y)), (round(x, 2), round(y, 2))) for x, y in line.coords]
    old[-1] = (line.length, old[-1][1])
    kept = [item for item in old if all(math.dist(item[1], place) >= _MERGE_M for place in unique)]
    marked: list[tuple[float, XY]] = []
    for place in unique:
        at = line.project(Point(place))
        marked.append((at, place))
        if closed and math.dist(place, old[0][1]) < _MERGE_M:
            marked.append((line.length, place))
    rows = sorted([*kept, *marked], key=lambda item: item[0])
    coords = [xy for _, xy in rows]
    if closed and coords[0] != coords[-1]:
        coords.append(coords[0])
    return LineString([xy for k, xy in enumerate(coords) if k == 0 or xy != coords[k - 1]])


def junctions(roads: list[Road]) -> dict[XY, list[Road]]:
    """List the vertices that two or more roads share, and each road's own ends."""
    seen: dict[XY, list[Road]] = {}
    for road in roads:
        for xy in dict.fromkeys((x, y) for x, y in road.line.coords):
            seen.setdefault(xy, []).append(road)
    return {xy: found for xy, found in seen.items() if len(found) > 1}


def straighten_bridges(town: Town) -> None:
    """Make the roads straight where they cross water, as bridges are (before the roads are noded)."""
    wet = town.ground.water.buffer(12.0)
    shapely.prepare(wet)
    for road in town.roads:
        if road.kind == "village" or not wet.intersects(road.line):
            continue
        coords = list(road.line.coords)
        inside = [wet.contains(Point(xy)) for xy in coords]
        road.line = LineString([xy for k, xy in enumerate(coords) if k in (0, len(coords) - 1) or not inside[k]])


def add_bridges(town: Town) -> None:
    """Make a bridge of every stretch over water or over another road; a ford where the skeleton says so."""
    ground = town.ground
    wet = ground.water.buffer(5.0)
    shapely.prepare(wet)
    fords = {row["key"] for row in town.spec["roads"] if row.get("ford")}
    for road in town.roads:
        if not road.wet and wet.intersects(road.line):
            _bridge_water(town, road, wet)
        _cross_streams(road, ground, is_ford=road.key in fords)
        for other in town.roads:
            if passes_over(road, other) and road.line.intersects(other.line):
                _bridge_road(road, other)


def _bridge_tags(road: Road, layer: int) -> dict[str, str]:
    name = {"bridge:name": road.bridge_name} if road.bridge_name else {}
    return {"bridge": "yes", "layer": str(layer), **name, **road.bridge}


def _bridge_water(town: Town, road: Road, wet: BaseGeometry) -> None:
    parts = lines(road.line.intersection(wet))
    spans = sorted(
        (min(s), max(s))
        for s in ([road.line.project(Point(p.coords[k])) for k in (0, -1)] for p in parts if p.length > 1.0)
    )
    merged: list[tuple[float, float]] = []
    for start, end in spans:
        if merged and start - merged[-1][1] < 60.0:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    road.spans += [(start - 4.0, end + 4.0, _bridge_tags(road, 1)) for start, end in merged]
    if road.bridge_name and merged:
        deck = cut(road.line, merged[0][0], merged[-1][1]).buffer(7.0, cap_style="flat")
        town.features.append(Feature(deck, {"man_made": "bridge", "name": road.bridge_name}))


def _cross_streams(road: Road, ground: Ground, *, is_ford: bool) -> None:
    for stream, _ in ground.streams:
        for point in _points_of(road.line.intersection(stream)):
            at = road.line.project(point)
            if any(start <= at <= end and "bridge" in tags for start, end, tags in road.spans):
                continue
            tags = {"ford": "yes"} if is_ford else {"bridge": "yes", "layer": "1"}
            road.spans.append((at - 8.0, at + 8.0, tags))


def _bridge_road(road: Road, below: Road) -> None:
    for point in _points_of(road.line.intersection(below.line)):
        at = road.line.project(point)
        start, end = at - 22.0, at + 22.0
        for k, (s, e, tags) in enumerate(road.spans):
            if "bridge" in tags and s < end and start < e:
                road.spans[k] = (min(s, start), max(e, end), tags)
                break
        else:
            road.spans.append((start, end, _bridge_tags(road, 1)))
