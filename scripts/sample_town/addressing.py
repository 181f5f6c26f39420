"""Number the houses as New England towns do, and build them: odd on one side, even on the other, rising from one end."""

from __future__ import annotations

import math
import random

import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from sample_town.model import XY, Address, Building, Road, Town, rng_for
from sample_town.shapes import direction_at, offset_point, rectangle

__all__ = ["add_addresses"]

_CELL_M = 40.0
_LOT = 1.75
"""Lots are this much wider than the skeleton's frontage, in the town itself."""
_LOT_NEIGHBOUR = 3.4


class _Lots:
    """Where a house may stand: not in water, not on a road, not on another house."""

    def __init__(self, town: Town) -> None:
        ground = town.ground
        self._wet = shapely.union_all([ground.water.buffer(12.0), *[m for m, _ in ground.marshes]])
        shapely.prepare(self._wet)
        self._lines = [road.line for road in town.roads]
        self._half = [_half_width_m(road) for road in town.roads]
        self._tree = shapely.STRtree(self._lines)
        self._grid: dict[tuple[int, int], list[tuple[XY, float]]] = {}
        kept: list[BaseGeometry] = [p.outline.buffer(6.0) for p in town.places if p.outline is not None]
        kept += [f.geometry for f in town.features if f.tags.get("amenity") == "parking"]
        self._kept = shapely.union_all(kept)
        shapely.prepare(self._kept)

    def free(self, outline: Polygon, centre: XY, radius: float) -> bool:
        if self._wet.intersects(outline) or self._kept.intersects(outline):
            return False
        for k in self._tree.query(outline.buffer(16.0)):
            if self._lines[k].distance(outline) < self._half[k]:
                return False
        cx, cy = (math.floor(v / _CELL_M) for v in centre)
        near = (item for dx in (-1, 0, 1) for dy in (-1, 0, 1) for item in self._grid.get((cx + dx, cy + dy), ()))
        return all(math.dist(other, centre) > radius + r + 2.0 for other, r in near)

    def take(self, centre: XY, radius: float) -> None:
        key = (math.floor(centre[0] / _CELL_M), math.floor(centre[1] / _CELL_M))
        self._grid.setdefault(key, []).append((centre, radius))


def _half_width_m(road: Road) -> float:
    kind = road.tags.get("highway", "rail")
    return {"trunk": 15.0, "trunk_link": 10.0, "primary": 9.0, "secondary": 8.0, "path": 4.0}.get(kind, 6.5)


def add_addresses(town: Town) -> None:
    """Put houses with numbers along every street that has frontage."""
    lots = _Lots(town)
    last: dict[tuple[str, str], int] = {}
    order = [
        r
        for r in town.roads
        if r.frontage_m > 0 and r.name and r.kind in ("main", "village", "lane", "loop", "connector")
    ]
    for road in order:
        rng = rng_for(town.seed, f"addresses/{road.key}")
        base = road.first_number or last.get((road.name, road.town), 0) + 1
        style = rng.random()
        on = "interpolation" if road.kind != "village" and style < 0.07 else ("node" if style < 0.45 else "building")
        added = _along(town, road, lots, rng, base, on)
        top = max((a.number for a in added), default=base)
        last[road.name, road.town] = top + top % 2 + 10
        if on == "interpolation":
            _interpolate(town, added)


def _along(town: Town, road: Road, lots: _Lots, rng: random.Random, base: int, on: str) -> list[Address]:
    """Walk both sides of a street; return the addresses added."""
    frontage = road.frontage_m * (_LOT if road.town == "brantport" else _LOT_NEIGHBOUR)
    unit = max(6.0, min(14.0, frontage / 5.0))
    added: list[Address] = []
    for side in (1, -1):
        at = 18.0 + rng.uniform(0.0, frontage * 0.6)
        while at < road.line.length - 12.0:
            house = _house(road, at, side, rng, lots)
            if house is not None:
                number = base - (base + 1) % 2 + 2 * int(at / unit) + (0 if side == 1 else 1)
                address = _address(town, road, house, at, side, number, on, rng)
                if not added or address.number != added[-1].number or added[-1].side != side:
                    added.append(address)
                    town.addresses.append(address)
            at += frontage * rng.uniform(0.62, 1.5)
    return added


def _house(road: Road, at: float, side: int, rng: random.Random, lots: _Lots) -> Building | None:
    village = road.frontage_m < 33
    setback = rng.uniform(12.0, 17.0) if village else rng.uniform(17.0, 46.0)
    width, depth = rng.uniform(9.0, 15.0), rng.uniform(7.5, 11.0)
    centre = offset_point(road.line, at, side * (setback + depth / 2))
    heading = direction_at(road.line, at) + rng.gauss(0.0, 0.06 if village else 0.2)
    outline = rectangle(centre, width, depth, heading)
    radius = math.hypot(width, depth) / 2
    if any(start - 15 < at < end + 15 and "bridge" in tags for start, end, tags in road.spans):
        return None
    if not lots.free(outline, centre, radius):
        return None
    lots.take(centre, radius)
    if rng.random() < 0.45:
        outline = _with_ell(outline, centre, width, depth, heading, rng)
    return Building(outline, {"building": rng.choice(("house", "house", "house", "yes", "detached"))})


def _with_ell(outline: Polygon, centre: XY, width: float, depth: float, heading: float, rng: random.Random) -> Polygon:
    """Add an ell to a house, as many have."""
    side = rng.choice((-1, 1))
    u, v = side * width * 0.28, depth * 0.45
    corner = (
        centre[0] + math.cos(heading) * u - math.sin(heading) * v,
        centre[1] + math.sin(heading) * u + math.cos(heading) * v,
    )
    joined = shapely.union_all([outline, rectangle(corner, width * 0.42, depth * 0.6, heading)])
    return joined if isinstance(joined, Polygon) else outline


def _address(
    town: Town, road: Road, house: Building, at: float, side: int, number: int, on: str, rng: random.Random
) -> Address:
    row = town.spec["towns"][road.town]
    centre = house.outline.centroid
    front = road.line.interpolate(at)
    tags = {
        "addr:housenumber": str(number),
        "addr:street": road.name,
        "addr:city": row["name"],
        "addr:state": {"penwick": "PW", "narrows": "NW"}[row["state"]],
        "addr:postcode": row["postcode"],
    }
    if road.village and rng.random() < 0.04:
        tags["addr:housenumber"] = f"{number}-{number + 4}"
    elif road.village and rng.random() < 0.03:
        tags["addr:unit"] = rng.choice(("A", "B", "1", "2"))
    elif rng.random() < 0.01:
        tags["addr:housenumber"] = f"{number}{rng.choice('AB')}"
    address = Address(number, road, (centre.x, centre.y), (front.x, front.y), at, side, tags, house, on)
    if on == "building":
        house.tags.update(tags)
    elif on == "node":
        door = LineString([centre, front]).interpolate(3.0)
        address.point = (door.x, door.y)
    town.buildings.append(house)
    return address


def _interpolate(town: Town, added: list[Address]) -> None:
    """Keep only the first and last number of each side, joined by an interpolation way."""
    for side, kind in ((1, "odd"), (-1, "even")):
        row = sorted((a for a in added if a.side == side), key=lambda a: a.offset_m)
        if len(row) < 4 or row[-1].number <= row[0].number:
            for a in row:
                a.on = "node"
            continue
        ends = [row[0], row[len(row) // 2], row[-1]]
        for a in ends:
            a.tags["addr:housenumber"] = str(a.number)
            a.point = offset_point(a.road.line, a.offset_m, side * 11.0)
        drop = {id(a) for a in row} - {id(a) for a in ends}
        town.addresses[:] = [a for a in town.addresses if id(a) not in drop]
        town.interpolations.append((ends, kind))
