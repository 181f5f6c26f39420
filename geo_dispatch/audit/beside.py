"""Callers who say how they stand to a place: near, next to, across from, behind, in front of, north of it."""

from __future__ import annotations

import math
from random import Random

import shapely

from geo_dispatch.audit.callers import Caller, Maker, fill, lead
from geo_dispatch.audit.ground import Ground
from geo_dispatch.audit.landmarks import Landmark
from geo_dispatch.audit.positions import OnRoad
from geo_dispatch.audit.tables import human_distance
from geo_dispatch.geometry import bearing_deg, compass_point

__all__ = ["beside_makers", "said_compass"]

_CARDINALS = ("north", "east", "south", "west")


def beside_makers(ground: Ground) -> dict[str, Maker]:
    """Return the makers of callers who stand in a relation to one place.

    Parameters
    ----------
    ground
        The town.
    """
    beside = _Beside(ground)
    return {
        "near": beside.near,
        "next_to": beside.next_to,
        "across": beside.across,
        "front": beside.front,
        "behind": beside.behind,
        "direction": beside.direction,
        "block": beside.block,
        "on_near": beside.on_near,
    }


def said_compass(ground: Ground, rng: Random, bearing: float) -> str:
    """Say a direction: the nearest of four mostly, at times of eight."""
    if rng.random() < ground.table["cardinal_share"]:
        return _CARDINALS[round((bearing % 360.0) / 90.0) % 4]
    return compass_point(bearing)


class _Beside:
    """Makers of relations to one place; each method makes one caller or None."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._tolerance = float(ground.table["tolerance_m"]["relation"])

    def _caller(self, rng: Random, text: str, at: tuple[float, float], *names: str) -> Caller:
        return Caller(lead(self._ground, rng, text), *at, self._tolerance, names)

    def _pair(self, rng: Random, relation: str) -> tuple[tuple[float, float], float, Landmark] | None:
        """Draw a position, and the landmark named there in a relation with its distance."""
        return self._ground.draw_pair(rng, human_distance(relation))

    def _say(self, rng: Random, relation: str, at: tuple[float, float], mark: Landmark) -> Caller:
        words = fill(self._ground, rng, relation)
        return self._caller(rng, f"{words} {mark.name}", at, mark.name)

    def near(self, rng: Random) -> Caller | None:
        """Anywhere around it."""
        pair = self._pair(rng, "near")
        return None if pair is None else self._say(rng, "near", pair[0], pair[2])

    def next_to(self, rng: Random) -> Caller | None:
        """Beside it: no other place named is nearer, and no road lies between."""
        pair = self._pair(rng, "next_to")
        if pair is None:
            return None
        at, distance, mark = pair
        nearest = min(self._ground.places.list_near(*at, distance + 1.0), default=(distance, mark))[1]
        if nearest is not mark or self._ground.crosses_road(*at, mark.x, mark.y):
            return None
        return self._say(rng, "next_to", at, mark)

    def across(self, rng: Random) -> Caller | None:
        """On the other side of the road it fronts, about straight over."""
        pair = self._pair(rng, "across")
        front = None if pair is None else self._front(pair[2])
        if pair is None or front is None:
            return None
        at, _, mark = pair
        (dx, dy), here, there = self._ground.heading(front), at, (mark.x, mark.y)
        over, other = (dx * (py - front.y) - dy * (px - front.x) for px, py in (here, there))
        along = abs(dx * (here[0] - there[0]) + dy * (here[1] - there[1]))
        angle = math.degrees(math.atan2(along, abs(over - other)))
        if over * other >= 0 or angle > self._ground.table["across_angle_deg"]:
            return None
        road = self._ground.find_road(*here)
        if road is None or road.street != front.street:
            return None
        return self._say(rng, "across", at, mark)

    def _front(self, mark: Landmark) -> OnRoad | None:
        """Return the point of the road that a place stands at, near enough to be its own."""
        road = self._ground.find_road(mark.x, mark.y)
        return road if road is not None and 2.0 <= road.distance_m <= self._ground.table["on_road_m"] * 2 else None

    def _building(self, mark: Landmark, ux: float, uy: float) -> float:
        """Return how far a building reaches from its point in a direction, metres."""
        shape = self._ground.footprints.get(mark.row)
        if shape is None or not shape.intersects(shapely.Point(mark.x, mark.y)):
            return float(self._ground.table["half_depth_m"])
        ray = shapely.LineString([(mark.x, mark.y), (mark.x + 400 * ux, mark.y + 400 * uy)]).intersection(shape)
        return float(shapely.Point(mark.x, mark.y).hausdorff_distance(ray)) if not ray.is_empty else 0.0

    def _mark(self, rng: Random) -> tuple[Landmark, OnRoad, tuple[float, float]] | None:
        """Draw a place whose road is known, and the direction from it to the road."""
        marks = self._ground.landmarks
        mark = rng.choices(marks, [m.prominence for m in marks])[0] if marks else None
        front = self._front(mark) if mark is not None else None
        if mark is None or front is None:
            return None
        ux, uy = (front.x - mark.x) / front.distance_m, (front.y - mark.y) / front.distance_m
        return mark, front, (ux, uy)

    def front(self, rng: Random) -> Caller | None:
        """Between its front and the middle of its road."""
        drawn = self._mark(rng)
        if drawn is None:
            return None
        mark, front, (ux, uy) = drawn
        low, high = self._ground.table["front_m"]
        out = min(self._building(mark, ux, uy) + rng.uniform(low, high), front.distance_m)
        aside = rng.uniform(-1.0, 1.0) * self._ground.table["beside_m"]
        at = (mark.x + out * ux - aside * uy, mark.y + out * uy + aside * ux)
        return self._say(rng, "front", at, mark)

    def behind(self, rng: Random) -> Caller | None:
        """Beyond the side that is turned from its road, with no other road between."""
        drawn = self._mark(rng)
        if drawn is None:
            return None
        mark, _, (ux, uy) = drawn
        low, high = self._ground.table["behind_m"]
        out = self._building(mark, -ux, -uy) + rng.uniform(low, high)
        aside = rng.uniform(-1.0, 1.0) * self._ground.table["beside_m"]
        at = (mark.x - out * ux - aside * uy, mark.y - out * uy + aside * ux)
        if self._ground.crosses_road(*at, mark.x, mark.y):
            return None
        return self._say(rng, "behind", at, mark)

    def direction(self, rng: Random) -> Caller | None:
        """North, east, south or west of it."""
        pair = self._pair(rng, "direction")
        if pair is None:
            return None
        at, _, mark = pair
        compass = said_compass(self._ground, rng, bearing_deg(mark.x, mark.y, *at))
        text = fill(self._ground, rng, "direction", compass=compass)
        return self._caller(rng, f"{text} {mark.name}", at, mark.name)

    def block(self, rng: Random) -> Caller | None:
        """A block away, where there are blocks."""
        pair = self._pair(rng, "block")
        if pair is None or self._ground.road_density(*pair[0]) < self._ground.table["block_density"]:
            return None
        return self._say(rng, "block", pair[0], pair[2])

    def on_near(self, rng: Random) -> Caller | None:
        """On a street, near a place."""
        pair = self._pair(rng, "near")
        road = None if pair is None else self._ground.find_road(*pair[0])
        if pair is None or road is None or not self._ground.is_road(road.street):
            return None
        if road.distance_m > self._ground.table["on_road_m"]:
            return None
        street, mark = self._ground.street_name(road.street), pair[2]
        text = fill(self._ground, rng, "on_near", street=street, name=mark.name)
        return self._caller(rng, text, pair[0], street, mark.name)
