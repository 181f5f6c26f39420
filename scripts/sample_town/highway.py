"""The divided highway with its ramps and mile markers, the rotary and the railway."""

from __future__ import annotations

import math
from typing import Any

from shapely.geometry import LineString, Point

from sample_town.model import XY, Road, Town, rng_for
from sample_town.shapes import catmull_rom, offset_point, simplified, smooth_line
from sample_town.skeleton import metres

__all__ = ["add_highway", "add_railway", "add_rotary"]

_MILE_M = 1609.344
_RAMP_M = 330.0


def add_highway(town: Town) -> None:
    """Add both carriageways, the two-lane part, the ramps, the exits and the mile markers."""
    spec = town.spec["highway"]
    rng = rng_for(town.seed, "highway")
    centre = smooth_line(metres(spec["divided"]), rng, sway_m=0.0)
    join = metres(spec["divided"])[-1]
    half = spec["gap_m"] / 2
    base = {"highway": "trunk", "name": spec["name"], "ref": spec["ref"], "surface": "asphalt"}
    fast = {**base, "oneway": "yes", "lanes": "2", "maxspeed": "55 mph"}
    stations = _steps(0.0, centre.length - 150.0, 45.0)
    west = [offset_point(centre, at, -half) for at in stations]
    east = [offset_point(centre, at, half) for at in stations]
    over = frozenset({"rail"})
    south = Road("shore_sb", simplified([*west, join], 0.5), dict(fast), "brantport", "highway", over=over)
    north = Road("shore_nb", simplified([join, *reversed(east)], 0.5), dict(fast), "brantport", "highway", over=over)
    plain = Road(
        "shore",
        smooth_line(metres(spec["two_lane"]), rng, sway_m=5.0),
        {**base, "lanes": "2", "maxspeed": "40 mph"},
        "brantport",
        "highway",
        bridge_name=spec["bridge"]["name"],
    )
    town.roads += [south, north, plain]
    for row in spec["exits"]:
        _add_diamond(town, row, south, north)
    _add_markers(town, plain, centre, float(spec["marker_every_mi"]))


def _steps(start: float, end: float, step: float) -> list[float]:
    count = max(1, round((end - start) / step))
    return [start + (end - start) * k / count for k in range(count + 1)]


def _add_diamond(town: Town, row: dict[str, Any], south: Road, north: Road) -> None:
    """Add the four ramps of a diamond interchange, and the exit numbers at the diverging nodes."""
    cross = town.road(row["at"]).line
    for carriageway, way in ((south, "s"), (north, "n")):
        line = carriageway.line
        hit = line.intersection(cross)
        at = line.project(Point(hit.centroid))
        on_cross = cross.project(hit.centroid)
        ends = [cross.interpolate(on_cross + shift) for shift in (-85.0, 85.0)]
        # The ramps lie on the right of the traffic.
        right = offset_point(line, at, -60.0)
        foot = min(ends, key=lambda p: math.dist((p.x, p.y), right))
        end: XY = (foot.x, foot.y)
        before = line.interpolate(at - _RAMP_M)
        after = line.interpolate(at + _RAMP_M)
        tags = {"highway": "trunk_link", "oneway": "yes", "maxspeed": "25 mph", "lanes": "1"}
        off = [(before.x, before.y), offset_point(line, at - 215, -22.0), offset_point(line, at - 95, -55.0), end]
        on = [end, offset_point(line, at + 95, -55.0), offset_point(line, at + 215, -22.0), (after.x, after.y)]
        signs = {"junction:ref": row["ref"], "destination": row["destination"]}
        key = f"ramp_{way}_{row['ref']}"
        town.roads.append(Road(f"{key}_off", LineString(catmull_rom(off)), {**tags, **signs}, carriageway.town, "ramp"))
        town.roads.append(Road(f"{key}_on", LineString(catmull_rom(on)), dict(tags), carriageway.town, "ramp"))
        exit_tags = {"highway": "motorway_junction", "ref": row["ref"], "old_ref": row["old_ref"], "name": row["name"]}
        town.node_tags.append(((before.x, before.y), exit_tags))


def _add_markers(town: Town, plain: Road, centre: LineString, every_mi: float) -> None:
    """Put a mile marker on the shoulder every so many miles, from the southern end."""
    whole = LineString([*reversed(plain.line.coords), *list(reversed(centre.coords))[1:]])
    for k in range(1, int(whole.length / _MILE_M / every_mi) + 1):
        miles = k * every_mi
        for side, direction in ((-22.0, "north"), (22.0, "south")):
            spot = offset_point(whole, miles * _MILE_M, side)
            text = f"{miles:g}"
            tags = {
                "highway": "milestone",
                "distance": f"{text} mi",
                "road_ref": town.spec["highway"]["ref"],
                "direction": direction,
            }
            town.node_tags.append((spot, {**tags, "inscription": f"83 mile {text}"}))


def add_rotary(town: Town) -> None:
    """Add the rotary: a closed one-way ring, counter-clockwise."""
    spec = town.spec["rotary"]
    x, y = (v * 1000.0 for v in spec["center"])
    radius = spec["radius_km"] * 1000.0
    ring = [(x + radius * math.cos(k * math.tau / 24), y + radius * math.sin(k * math.tau / 24)) for k in range(24)]
    tags = {"highway": "primary", "junction": "roundabout", "name": spec["name"], "maxspeed": "20 mph", "lanes": "1"}
    town.roads.append(Road("rotary", LineString([*ring, ring[0]]), tags, "brantport", "rotary"))


def add_railway(town: Town) -> None:
    """Add the railway: bridges over some roads (with a posted clearance below), level crossings with the others."""
    spec = town.spec["railway"]
    line = smooth_line(metres(spec["path"]), rng_for(town.seed, "railway"), sway_m=3.0)
    tags = {"railway": "rail", "name": spec["name"], "gauge": "1435", "usage": "branch"}
    town.roads.append(Road("rail", line, tags, "brantport", "rail", over=frozenset(spec["over"])))
    for key, clearance in spec["clearance"].items():
        road = town.road(key)
        at = road.line.project(road.line.intersection(line).centroid)
        road.spans.append((at - 18.0, at + 18.0, {"maxheight": clearance}))
