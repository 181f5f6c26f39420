"""Land cover: woods cleared around people, fields with walls, beaches, bogs, reserves with trails, piers."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import shapely
import yaml
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from sample_town.model import XY, Feature, Road, Town, rng_for
from sample_town.shapes import catmull_rom, direction_at, largest, lines, polygons, rectangle, rough_ring, roughen
from sample_town.skeleton import metres

__all__ = ["add_landscape", "kept_open"]

_FIELDS = 330
_FIELD_KINDS = (
    {"landuse": "farmland"},
    {"landuse": "farmland"},
    {"landuse": "meadow"},
    {"landuse": "meadow"},
    {"landuse": "orchard"},
    {"landuse": "vineyard"},
)


def add_landscape(town: Town, path: Path) -> None:
    """Add everything that lies between the roads and houses.

    Parameters
    ----------
    town
        With roads, addresses and places.
    path
        The hand-drawn landscape, YAML.
    """
    spec: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    ground = town.ground
    land = ground.extent.difference(shapely.union_all([ground.water, *[m for m, _ in ground.marshes]]))
    shapely.prepare(land)
    _residential(town)
    fields = _fields(town, land, rng_for(town.seed, "fields"))
    fields += _bogs(town, spec["bogs"])
    _beaches(town, spec["beaches"])
    _woods(town, spec["woods"], land, fields)
    _reserves(town, spec["reserves"], land)
    for row in spec["cemeteries"]:
        town.features.append(Feature(_ring(row), {"landuse": "cemetery", "name": row["name"]}))
    for row in spec["areas"]:
        shape = _ring(row)
        town.features.append(Feature(shape, dict(row["tags"])))
    for key, kind in (("piers", "pier"), ("breakwaters", "breakwater")):
        for row in spec[key]:
            name = {"name": row["name"]} if "name" in row else {}
            town.features.append(Feature(LineString(metres(row["path"])), {"man_made": kind, **name}))
    for row in spec["points"]:
        town.features.append(Feature(Point(metres([row["at"]])[0]), dict(row["tags"])))


def kept_open(path: Path) -> BaseGeometry:
    """Return the land where no street may be grown: conservation land, burying grounds, golf, bogs, quarry.

    Parameters
    ----------
    path
        The hand-drawn landscape, YAML.
    """
    spec: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    rings = [_ring(row).buffer(20.0) for row in (*spec["reserves"], *spec["cemeteries"])]
    rings += [_ring(row).buffer(15.0) for row in spec["areas"] if "boundary" not in row["tags"]]
    bogs = [Point(metres([row["at"]])[0]).buffer(1.2 * sum(row["size"])) for row in spec["bogs"]]
    return shapely.union_all([*rings, *bogs])


def _ring(row: dict[str, Any]) -> Polygon:
    return Polygon(metres(row["ring"]))


def _residential(town: Town) -> None:
    """Mark the villages as residential land."""
    for village in town.spec["villages"]:
        houses = [b.outline.centroid.buffer(42.0, quad_segs=2) for b in _village_houses(town, village["name"])]
        if not houses:
            continue
        area = shapely.union_all(houses).buffer(20.0).buffer(-20.0).simplify(8.0)
        for part in polygons(area.difference(town.ground.water)):
            if part.area > 15_000:
                town.features.append(Feature(part, {"landuse": "residential"}))


def _village_houses(town: Town, name: str) -> list[Any]:
    return [a.building for a in town.addresses if a.road.village == name and a.building is not None]


def _fields(town: Town, land: BaseGeometry, rng: random.Random) -> list[Polygon]:
    """Lay walled fields behind the country roads: one or a few side by side."""
    roads = [r for r in town.roads if r.kind in ("main", "connector") and r.line.length > 400 and r.frontage_m >= 45]
    tree = shapely.STRtree([r.line for r in town.roads])
    solid = shapely.STRtree([b.outline for b in town.buildings] + [p.outline for p in town.places if p.outline])
    fields: list[Polygon] = []
    for _ in range(_FIELDS * 14):
        if len(fields) >= _FIELDS:
            break
        road = rng.choice(roads)
        at = rng.uniform(60, road.line.length - 60)
        side = rng.choice((-1, 1))
        near = rng.choice((14.0, 14.0, 70.0, 80.0))
        for shape in _field_row(road, at, side, near, rng):
            if not land.contains(shape) or len(tree.query(shape.buffer(7.0), predicate="intersects")):
                continue
            if len(solid.query(shape.buffer(6.0), predicate="intersects")) or any(f.intersects(shape) for f in fields):
                continue
            fields.append(shape)
            town.features.append(Feature(shape, dict(rng.choice(_FIELD_KINDS))))
    return fields


def _field_row(road: Road, at: float, side: int, near: float, rng: random.Random) -> list[Polygon]:
    """Draw one to three neighbouring quadrilaterals whose corners are a little off, as stone walls are."""
    p = road.line.interpolate(at)
    heading = direction_at(road.line, at) + rng.uniform(-0.12, 0.12)
    u = (math.cos(heading), math.sin(heading))
    v = (-u[1] * side, u[0] * side)
    wide, deep = rng.uniform(90, 210), rng.uniform(100, 230)
    count = rng.choice((1, 2, 2, 3))
    edge = [(k * wide + rng.uniform(-12, 12), near + rng.uniform(0, 10)) for k in range(count + 1)]
    back = [(x + rng.uniform(-25, 25), near + deep + rng.uniform(-25, 25)) for x, _ in edge]
    place = [[(p.x + u[0] * a + v[0] * b, p.y + u[1] * a + v[1] * b) for a, b in row] for row in (edge, back)]
    shapes = [
        Polygon([place[0][k], place[0][k + 1], place[1][k + 1], place[1][k]]).buffer(-2.0, join_style="mitre")
        for k in range(count)
    ]
    return [s for shape in shapes for s in polygons(shape) if s.area > 4000]


def _bogs(town: Town, rows: list[dict[str, Any]]) -> list[Polygon]:
    """Lay cranberry bogs: rectangles in rows, dikes between them."""
    made: list[Polygon] = []
    roads = shapely.STRtree([r.line for r in town.roads])
    for row in rows:
        x, y = metres([row["at"]])[0]
        turn = math.radians(row["turn"])
        wide, deep = row["size"]
        for i in range(row["columns"]):
            for j in range(row["rows"]):
                a, b = i * (wide + 12.0), j * (deep + 12.0)
                centre = (x + a * math.cos(turn) - b * math.sin(turn), y + a * math.sin(turn) + b * math.cos(turn))
                bog = rectangle(centre, wide, deep, turn)
                if len(roads.query(bog.buffer(8.0), predicate="intersects")) or bog.intersects(town.ground.water):
                    continue
                made.append(bog)
                tags = {"landuse": "farmland", "crop": "cranberry", "name": row["name"]}
                town.features.append(Feature(bog, tags if not (i or j) else {k: tags[k] for k in ("landuse", "crop")}))
    return made


def _woods(town: Town, spec: dict[str, Any], land: BaseGeometry, fields: list[Polygon]) -> None:
    """Let woods grow wherever nobody has cleared and the sea wind lets them."""
    rng = rng_for(town.seed, "woods")
    west, _, east, north = town.ground.extent.bounds
    edge = roughen(metres(spec["edge"]), rng, amplitude=0.18, rounds=3)
    inland = Polygon([*edge, (east, north), (west, north)]).buffer(0)
    meadows = []
    for _ in range(int(spec["clearings"])):
        x, y, r = rng.uniform(west, east), rng.uniform(0, north), rng.uniform(70.0, 260.0)
        ring = [
            (x + r * rng.uniform(0.5, 1.3) * math.cos(k), y + r * rng.uniform(0.5, 1.3) * math.sin(k)) for k in range(6)
        ]
        meadows.append(rough_ring(ring, rng, amplitude=0.2))
    houses = [b.outline.centroid.buffer(rng.uniform(26.0, 48.0), quad_segs=2) for b in town.buildings]
    kept = [p.outline.buffer(30.0, quad_segs=2) for p in town.places if p.outline is not None]
    roads = [r.line.buffer(20.0 if r.kind == "highway" else 8.0, quad_segs=2) for r in town.roads]
    clear = shapely.union_all([*houses, *kept, *roads, *meadows, *[f.buffer(rng.uniform(2.0, 40.0)) for f in fields]])
    grown = (
        land.intersection(inland).difference(clear).buffer(-26.0, quad_segs=2).buffer(28.0, quad_segs=3).simplify(3.0)
    )
    for part in polygons(grown.difference(shapely.union_all(roads))):
        if part.area > 9_000:
            town.features.append(Feature(part, {"natural": "wood"}))
    shore = land.difference(inland).difference(clear).buffer(-18.0, quad_segs=2).buffer(19.0, quad_segs=2).simplify(3.0)
    beaches = [f.geometry.buffer(9.0) for f in town.features if f.tags.get("natural") == "beach"]
    for part in polygons(shore.difference(shapely.union_all([*beaches, *roads]))):
        if part.area > 5_000:
            town.features.append(Feature(part, {"natural": "heath" if part.area > 60_000 else "scrub"}))


def _beaches(town: Town, rows: list[dict[str, Any]]) -> None:
    """Lay sand along the sea."""
    ground = town.ground
    south = ground.extent.bounds[1]
    for row in rows:
        strip: BaseGeometry = shapely.box(
            row["west"] * 1000.0, south, row["east"] * 1000.0, -200.0 if row.get("island") else 1500.0
        )
        if not row.get("island"):
            strip = strip.difference(shapely.box(-1e5, -1e5, 1e5, -100.0))
        sea = ground.sea.intersection(strip.buffer(300.0))
        sand = sea.buffer(row["width_m"], quad_segs=2).intersection(strip).difference(ground.water)
        keep = [r.line.buffer(5.0) for r in town.roads if r.line.intersects(sand)]
        keep += [b.outline.buffer(3.0) for b in town.buildings if b.outline.intersects(sand)]
        sand = sand.difference(shapely.union_all(keep))
        part = largest(sand.simplify(1.5)) if not row.get("island") else largest(sand)
        if not part.is_empty:
            town.features.append(Feature(part, {"natural": "beach", "surface": "sand", "name": row["name"]}))


def _reserves(town: Town, rows: list[dict[str, Any]], land: BaseGeometry) -> None:
    """Add conservation land, each with trails that start from the nearest road."""
    for row in rows:
        rng = rng_for(town.seed, f"reserve/{row['name']}")
        area = rough_ring(metres(row["ring"]), rng, amplitude=0.04, rounds=1)
        tags = {
            "leisure": "nature_reserve",
            "boundary": "protected_area",
            "operator": row["operator"],
            "name": row["name"],
        }
        town.features.append(Feature(area, tags))
        for k in range(row["trails"]):
            _trail(town, row["name"], area, land, k, rng)


def _trail(town: Town, name: str, area: Polygon, land: BaseGeometry, number: int, rng: random.Random) -> None:
    """Add a loop trail inside a reserve, each in a part of its own."""
    x0, y0, x1, y1 = area.bounds
    centre = area.centroid
    swing = number * math.tau / 3 + 0.7
    cx, cy = centre.x + (x1 - x0) * 0.17 * math.cos(swing), centre.y + (y1 - y0) * 0.17 * math.sin(swing)
    reach = 0.22 * min(x1 - x0, y1 - y0)
    ring: list[XY] = []
    for k in range(11):
        r = reach * rng.uniform(0.45, 1.35)
        ring.append((cx + r * math.cos(k * math.tau / 11), cy + r * math.sin(k * math.tau / 11)))
    loop = LineString(catmull_rom([*ring, ring[0]], step_m=20.0)).intersection(area.intersection(land))
    colour = ("Red", "Blue", "White")[number % 3]
    tags = {
        "highway": "path",
        "foot": "yes",
        "motor_vehicle": "no",
        "surface": "ground",
        "name": f"{name} {colour} Trail",
    }
    best = max(lines(loop), key=lambda part: part.length, default=None)
    if best is not None and best.length > 150:
        town.features.append(Feature(best.simplify(1.0), tags))
