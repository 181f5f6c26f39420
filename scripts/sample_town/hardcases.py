"""The awkward things a dispatcher meets: gates, one-way streets, turn restrictions, signals, stops, crossovers."""

from __future__ import annotations

import math

from shapely.geometry import LineString, Point

from sample_town.model import XY, Feature, Restriction, Road, Town
from sample_town.network import junctions
from sample_town.shapes import offset_point
from sample_town.skeleton import metres

__all__ = ["add_crossover", "add_hard_cases"]

_MINOR = ("residential", "unclassified", "service")
_HYDRANTS_IN = "The Point"
_HYDRANT_ROADS = ("point", "harbor_st", "bridge_st")
_MAJOR = ("trunk", "primary", "secondary", "tertiary")


def add_crossover(town: Town) -> None:
    """Join the two carriageways by a turn-round for emergency vehicles only (before the roads are noded)."""
    south, north = town.road("shore_sb").line, town.road("shore_nb").line
    for share in (0.3, 0.75):
        a = south.interpolate(share, normalized=True)
        b = north.interpolate(north.project(a))
        tags = {
            "highway": "service",
            "service": "emergency_access",
            "access": "no",
            "emergency": "yes",
            "surface": "gravel",
        }
        town.roads.append(
            Road(f"crossover_{share}", LineString([(a.x, a.y), (b.x, b.y)]), tags, "brantport", "service")
        )


def add_hard_cases(town: Town) -> None:
    """Add everything that needs the noded network."""
    nodes = junctions([road for road in town.roads if road.kind != "path"])
    _gates(town)
    _one_way_streets(town, nodes)
    _signals_and_stops(town, nodes)
    _ramp_stops(town)
    _hydrants(town)
    _level_crossings(town, nodes)
    _restrictions(town, nodes)


def _nearest(nodes: dict[XY, list[Road]], point: XY) -> XY:
    return min(nodes, key=lambda xy: math.dist(xy, point))


def _gates(town: Town) -> None:
    """Put each gate a little way in, on a vertex of its road."""
    rows = [row for row in town.spec["roads"] if row.get("gate")]
    for row in rows:
        road = town.road(row["key"])
        at = min(22.0, road.line.length / 3)
        road.spans.append((at, at, {}))
        spot = road.line.interpolate(at)
        tags = {"barrier": row["gate"], "access": road.tags.get("access", "private")}
        if road.tags.get("emergency") == "yes":
            tags["emergency"] = "yes"
        town.node_tags.append(((spot.x, spot.y), tags))


def _one_way_streets(town: Town, nodes: dict[XY, list[Road]]) -> None:
    """Make the first through streets of a village one-way, by turns along and against their line."""
    for village in town.spec["villages"]:
        streets = [r for r in town.roads if r.village == village["name"] and r.kind == "village"]
        streets = [r for r in streets if r.line.coords[0] in nodes and r.line.coords[-1] in nodes]
        for k, road in enumerate(streets[: int(village.get("one_way", 0))]):
            road.tags["oneway"] = "yes" if k % 2 == 0 else "-1"


def _signals_and_stops(town: Town, nodes: dict[XY, list[Road]]) -> None:
    signals = {_nearest(nodes, xy) for xy in metres(town.spec["signals"])}
    for xy in sorted(signals):
        town.node_tags.append((xy, {"highway": "traffic_signals"}))
    for xy, roads in nodes.items():
        if xy in signals:
            continue
        minor = [r for r in roads if r.tags.get("highway") in _MINOR and xy in (r.line.coords[0], r.line.coords[-1])]
        major = [r for r in roads if r.tags.get("highway") in _MAJOR and r.kind == "main"]
        if len(minor) == 1 and major and int(xy[0] + xy[1]) % 2 == 0:
            _add_stop(town, minor[0], xy)


def _ramp_stops(town: Town) -> None:
    for road in town.roads:
        if road.kind == "ramp" and road.key.endswith("_off"):
            _add_stop(town, road, (road.line.coords[-1][0], road.line.coords[-1][1]))


def _add_stop(town: Town, road: Road, xy: XY) -> None:
    """Put a stop sign 7 m before the junction, facing it."""
    at_start = xy == road.line.coords[0]
    at = 7.0 if at_start else road.line.length - 7.0
    if road.line.length < 60 or any(s - 3 < at < e + 3 for s, e, _ in road.spans):
        return
    spot = road.line.interpolate(at)
    insert_vertex(road, (round(spot.x, 2), round(spot.y, 2)), at)
    town.node_tags.append(((spot.x, spot.y), {"highway": "stop", "direction": "backward" if at_start else "forward"}))


def insert_vertex(road: Road, xy: XY, at_m: float) -> None:
    """Put a vertex into a road's line at a distance along it."""
    rows = [(road.line.project(Point(p)), (p[0], p[1])) for p in road.line.coords[1:-1]]
    rows.append((at_m, xy))
    inner = [p for _, p in sorted(rows)]
    road.line = LineString([road.line.coords[0], *inner, road.line.coords[-1]])


def _hydrants(town: Town) -> None:
    """Put a hydrant every 150 m along the streets of the village that has water mains."""
    count = 0
    for road in town.roads:
        if road.village != _HYDRANTS_IN and road.key not in _HYDRANT_ROADS:
            continue
        at = 40.0
        while at < road.line.length - 20.0:
            count += 1
            tags = {"emergency": "fire_hydrant", "fire_hydrant:type": "pillar", "ref": f"P{count}"}
            town.features.append(Feature(Point(offset_point(road.line, at, 5.5)), tags))
            at += 150.0


def _level_crossings(town: Town, nodes: dict[XY, list[Road]]) -> None:
    for xy, roads in nodes.items():
        if any(r.kind == "rail" for r in roads):
            town.node_tags.append((xy, {"railway": "level_crossing", "crossing:barrier": "half"}))


def _restrictions(town: Town, nodes: dict[XY, list[Road]]) -> None:
    """Cut the roads at each restriction's junction, so that ways begin and end there."""
    for row in town.spec["restrictions"]:
        spots = [row[k] for k in ("via_from", "via_to")] if row.get("via") else [row["at"]]
        for spot in metres(spots):
            junction = _nearest(nodes, spot)
            for road in nodes[junction]:
                at = road.line.project(Point(junction))
                road.spans.append((at, at, {}))
        near = metres([row["at"]])[0]
        town.restrictions.append(Restriction(row["from"], row.get("via", ""), row["to"], dict(row["tags"]), near))
