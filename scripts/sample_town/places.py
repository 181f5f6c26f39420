"""Put places in the town: those drawn by hand, and businesses of invented names in houses along the busier roads."""

from __future__ import annotations

import math
import random
import re
from pathlib import Path
from typing import Any

import yaml
from shapely.geometry import LineString, Point

from sample_town.model import XY, Address, Feature, Place, Road, Town, rng_for
from sample_town.shapes import direction_at, offset_point, rectangle

__all__ = ["add_businesses", "add_fixed_places"]

_BUSY = ("primary", "secondary")


class _Phones:
    """Telephones from the range kept for fiction (555-0100 to 555-0199), each used once; the last twenty are the pack's."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._own = iter([f"{p}{k:02d}" for p in spec["prefixes"] for k in range(80)])
        self._other = iter([f"{spec['narrows']}{k:02d}" for k in range(80)])

    def draw(self, town: str) -> str:
        return next(self._other if town == "littlebourne" else self._own)


def _load(path: Path) -> dict[str, Any]:
    spec: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return spec


def add_fixed_places(town: Town, path: Path) -> None:
    """Add the hand-drawn places and clear their ground: no house will stand there later."""
    for row in _load(path)["fixed"]:
        road = town.road(row["road"])
        at = road.line.project(Point(row["at"][0] * 1000.0, row["at"][1] * 1000.0))
        tags = {k: str(v) for k, v in row["tags"].items()}
        if row.get("hours"):
            tags["opening_hours"] = row["hours"]
        point, side = _dry_side(town, road, at, float(row["back"]) + (row.get("shape", [0, 0])[1] / 2))
        place = Place(point, tags)
        if row.get("shape"):
            width, depth = row["shape"]
            place.outline = rectangle(point, width, depth, direction_at(road.line, at))
            place.tags["building"] = "yes"
        if row.get("parking"):
            wide, deep = row["parking"]
            lot = offset_point(road.line, at + (row["shape"][0] + wide) / 2 + 4, side * (row["back"] + deep / 2))
            area = rectangle(lot, wide, deep, direction_at(road.line, at))
            town.features.append(Feature(area, {"amenity": "parking", "parking": "surface", "surface": "asphalt"}))
        place.tags["addr:street"] = road.name
        town.places.append(place)


def _dry_side(town: Town, road: Road, at: float, back: float) -> tuple[XY, int]:
    """Choose the side of the road that has more room to the water and to other roads."""
    best: tuple[float, XY, int] | None = None
    for side in (1, -1):
        spot = offset_point(road.line, at, side * back)
        point = Point(spot)
        others = min((r.line.distance(point) for r in town.roads if r is not road), default=1e9)
        room = min(others, town.ground.water.distance(point) * 1.5, 120.0)
        if best is None or room > best[0]:
            best = (room, spot, side)
    if best is None:
        raise ValueError(f"no side of {road.key!r}")
    return best[1], best[2]


def add_businesses(town: Town, path: Path) -> None:
    """Give the fixed places numbers and telephones, and turn houses into businesses."""
    spec = _load(path)
    phones = _Phones(spec["phones"])
    for place in town.places:
        _number(town, place)
        if place.tags.keys() & {"amenity", "shop", "office", "tourism"} or place.tags.get("leisure") == "marina":
            place.tags["phone"] = phones.draw(_town_of(town, place.point))
    rng = rng_for(town.seed, "businesses")
    names = rng.sample(spec["words"]["a"], len(spec["words"]["a"]))
    used: set[str] = {place.tags.get("name", "") for place in town.places}
    busy = [a for a in town.addresses if _is_busy(a)]
    quiet = [a for a in town.addresses if a.on != "interpolation" and a.road.tags["highway"] in (*_BUSY, "tertiary")]
    rng.shuffle(busy)
    rng.shuffle(quiet)
    turn = 0
    for row in spec["catalog"]:
        for _ in range(row["count"]):
            pool = busy if row["where"] == "busy" else quiet
            home = _take(pool)
            name = ""
            while not name or name in used:
                turn += 1
                template = rng.choice(row["names"])
                name = template.format(a=names[turn % len(names)], v=home.tags["addr:city"])
            used.add(name)
            town.places.append(_business(home, name, row, phones, rng))


def _is_busy(address: Address) -> bool:
    if address.on == "interpolation":
        return False
    return (
        bool(address.road.village)
        or address.road.tags["highway"] in _BUSY
        or address.road.key in ("bridge_st", "dunes")
    )


def _take(pool: list[Address]) -> Address:
    while pool:
        address = pool.pop()
        if not address.used and address.building is not None:
            address.used = True
            return address
    raise ValueError("places.yaml asks for more places than there are houses on busy roads; lower the counts")


def _business(home: Address, name: str, row: dict[str, Any], phones: _Phones, rng: random.Random) -> Place:
    """Make a business of a house: its number moves onto the business, the building stays."""
    tags = {**{k: str(v) for k, v in row["tags"].items()}, "name": name}
    hours = rng.choice(row["hours"])
    if hours and rng.random() < 0.93:
        tags["opening_hours"] = hours
    if rng.random() < 0.95:
        tags["phone"] = phones.draw(home.road.town)
    if rng.random() < 0.5:
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        tags["website"] = f"https://www.example.org/{slug}"
    building = home.building
    if building is not None and "addr:housenumber" in building.tags:
        building.tags = {"building": "commercial" if rng.random() < 0.6 else "yes"}
    tags.update(home.tags)
    home.on = "place"
    door = LineString([home.building.outline.centroid if home.building else Point(home.point), Point(home.front)])
    spot = door.interpolate(4.0)
    return Place((spot.x, spot.y), tags, address=home)


def _town_of(town: Town, point: XY) -> str:
    spot = Point(point)
    return next((key for key, area in town.ground.towns.items() if area.contains(spot)), "")


def _number(town: Town, place: Place) -> None:
    """Give a hand-drawn place the number that lies between its neighbours on the road."""
    street = place.tags.pop("addr:street")
    key = _town_of(town, place.point)
    near = [a for a in town.addresses if a.tags["addr:street"] == street and a.road.town == key]
    if not near or ("amenity" not in place.tags and "shop" not in place.tags and "office" not in place.tags):
        return
    closest = min(near, key=lambda a: math.dist(a.front, place.point))
    line = closest.road.line
    at = line.project(Point(place.point))
    left = math.dist(offset_point(line, at, 5.0), place.point) < math.dist(offset_point(line, at, -5.0), place.point)
    row = [a for a in near if a.road is closest.road and a.side == (1 if left else -1)] or [closest]
    before = max((a for a in row if a.offset_m <= at), key=lambda a: a.offset_m, default=None)
    taken = {a.number for a in near} | {place_number(p) for p in town.places if p.tags.get("addr:street") == street}
    number = before.number + 2 if before else max(row[0].number - 2, 2 - row[0].number % 2)
    while number in taken:
        number += 2
    place.tags.update({**closest.tags, "addr:housenumber": str(number)})
    place.tags.pop("addr:unit", None)


def place_number(place: Place) -> int:
    """Return a place's house number, 0 when it has none."""
    found = re.match(r"\d+", place.tags.get("addr:housenumber", ""))
    return int(found[0]) if found else 0
