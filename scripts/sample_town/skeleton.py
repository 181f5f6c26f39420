"""Read the hand-drawn skeleton: land, water, town lines and main roads."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import shapely
import yaml
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from sample_town.model import XY, Frame, Ground, Road, Town, rng_for
from sample_town.shapes import catmull_rom, chaikin, largest, ribbon, rough_ring, roughen, smooth_line

__all__ = ["load_skeleton"]


def load_skeleton(path: Path) -> Town:
    """Read the skeleton file and draw the ground and the main roads.

    Parameters
    ----------
    path
        The skeleton, YAML, in kilometres.

    Returns
    -------
    Town
        With ground and main roads; no side streets yet.
    """
    spec: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    seed = str(spec["seed"])
    town = Town(spec=spec, frame=_frame(spec["origin"]), seed=seed, ground=_ground(spec, seed))
    town.roads = [_road(row, seed) for row in spec["roads"]]
    return town


def _frame(origin: dict[str, float]) -> Frame:
    """Make the frame: metres per degree on WGS 84 at the origin (series of the meridian and parallel radii)."""
    lat = math.radians(origin["lat"])
    per_lat = 111132.954 - 559.822 * math.cos(2 * lat) + 1.175 * math.cos(4 * lat)
    per_lon = 111412.84 * math.cos(lat) - 93.5 * math.cos(3 * lat) + 0.118 * math.cos(5 * lat)
    return Frame(origin["lon"], origin["lat"], per_lon, per_lat)


def metres(points: list[list[float]]) -> list[XY]:
    """Turn kilometres into metres."""
    return [(p[0] * 1000.0, p[1] * 1000.0) for p in points]


def _discs(rows: list[list[float]]) -> BaseGeometry:
    return shapely.union_all([Point(x * 1000.0, y * 1000.0).buffer(r * 1000.0, quad_segs=4) for x, y, r in rows])


def _ground(spec: dict[str, Any], seed: str) -> Ground:
    box = spec["extent"]
    west, south, east, north = (box[k] * 1000.0 for k in ("west", "south", "east", "north"))
    extent = shapely.box(west, south, east, north)
    rng = rng_for(seed, "ground")
    shore = chaikin(
        roughen(catmull_rom(metres(spec["coastline"]), step_m=170.0), rng, amplitude=0.13, rounds=3), rounds=1
    )
    islands = [(rough_ring(metres(row["ring"]), rng), row["name"]) for row in spec["islands"]]
    open_sea = Polygon([*shore, (east, south), (west, south)])
    sea = open_sea.difference(shapely.union_all([ring for ring, _ in islands]))
    river = _river(spec["estuary"]["ribbons"], rng)
    inner = [(rough_ring(_outline(_discs(row["discs"]))[::3], rng), row["name"]) for row in spec["estuary"]["islands"]]
    estuary = largest(river.difference(open_sea).difference(shapely.union_all([ring for ring, _ in inner])))
    ponds = [
        (rough_ring(metres(row["ring"]), rng), {"natural": "water", "name": row["name"], **row["tags"]})
        for row in spec["ponds"]
    ]
    fresh = shapely.union_all([river, *[p for p, _ in ponds]])
    marshes = _marshes(spec["marshes"], fresh, open_sea, rng)
    streams = [(smooth_line(metres(row["path"]), rng, sway_m=45.0), row["name"]) for row in spec["streams"]]
    return Ground(
        extent=extent,
        sea=sea,
        coast=[LineString(shore)],
        estuary=estuary,
        ponds=ponds,
        streams=streams,
        islands=[*islands, *inner],
        marshes=marshes,
        towns={key: Polygon(metres(row["line"])) for key, row in spec["towns"].items()},
        states={key: Polygon(metres(row["line"])) for key, row in spec["states"].items()},
        water=shapely.union_all([sea, estuary, *[p for p, _ in ponds]]),
    )


def _outline(geometry: BaseGeometry) -> list[XY]:
    return [(p[0], p[1]) for p in largest(geometry).exterior.coords]


def _river(ribbons: list[list[list[float]]], rng: random.Random) -> Polygon:
    """Sweep the ribbons, and give the whole a rough shore that never cuts it in two."""
    water = [ribbon([(x * 1000.0, y * 1000.0, w * 1000.0) for x, y, w in row]) for row in ribbons]
    outline = shapely.union_all(water).simplify(18.0)
    shore = chaikin(roughen(_outline(outline), rng, amplitude=0.17, rounds=2), rounds=1)
    return largest(shapely.union_all([Polygon(shore).buffer(0), outline.buffer(-22.0)]).buffer(0))


def _marshes(
    rows: list[dict[str, Any]], fresh: BaseGeometry, sea: BaseGeometry, rng: random.Random
) -> list[tuple[BaseGeometry, str]]:
    """Fringe the water with marsh inside the hand-drawn discs."""
    fringe = fresh.buffer(150.0)
    dry = shapely.union_all([sea, fresh])
    marshes = []
    for row in rows:
        area = _discs(row["discs"]).buffer(60.0).simplify(30.0)
        rough = rough_ring(_outline(area), rng, amplitude=0.2)
        marshes.append((rough.intersection(fringe).difference(dry), str(row["name"])))
    return marshes


def _road(row: dict[str, Any], seed: str) -> Road:
    rng = rng_for(seed, f"road/{row['key']}")
    tags = {
        "highway": str(row["class"]),
        "name": str(row["name"]),
        **{k: str(v) for k, v in row.get("tags", {}).items()},
    }
    return Road(
        key=row["key"],
        line=smooth_line(metres(row["path"]), rng),
        tags=tags,
        town=row["town"],
        frontage_m=float(row.get("addr", 0)),
        first_number=row.get("numbers"),
        over=frozenset(row.get("over", [])),
        bridge={k: str(v) for k, v in row.get("bridge", {}).items()},
        bridge_name=row.get("bridge_name", ""),
        wet=bool(row.get("causeway")),
    )
