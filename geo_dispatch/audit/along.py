"""Callers who speak of the way along a road: past, before, between, half a mile north of, northbound."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from random import Random

import numpy as np

from geo_dispatch.audit.beside import said_compass
from geo_dispatch.audit.callers import Caller, Maker, fill, lead
from geo_dispatch.audit.ground import Ground
from geo_dispatch.audit.landmarks import Landmark
from geo_dispatch.audit.positions import OnRoad
from geo_dispatch.audit.tables import human_distance
from geo_dispatch.errors import GeoDispatchError
from geo_dispatch.geometry import angle_between_deg, bearing_deg
from geo_dispatch.locate.normalise import street_key

__all__ = ["along_makers"]

_BOUND = {0: "northbound", 90: "eastbound", 180: "southbound", 270: "westbound"}


def along_makers(ground: Ground) -> dict[str, Maker]:
    """Return the makers of callers who measure along roads.

    Parameters
    ----------
    ground
        The town.
    """
    along = _Along(ground)
    return {
        "past": along.past,
        "before": along.before,
        "between_streets": along.between_streets,
        "between_places": along.between_places,
        "distance_straight": along.distance_straight,
        "distance_along": along.distance_along,
        "distance_past": along.distance_past,
        "bound": along.bound,
    }


class _Along:
    """Makers of what is said along a road; each method makes one caller or None."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._tolerance = float(ground.table["tolerance_m"]["relation"])

    def _caller(self, rng: Random, text: str, at: tuple[float, float], *names: str, stated_m: float = 0.0) -> Caller:
        tolerance = max(self._tolerance, stated_m * self._ground.table["stated_tolerance"])
        return Caller(lead(self._ground, rng, text), *at, tolerance, names)

    def _on_road(self, rng: Random, *, near_m: float | None = None) -> tuple[tuple[float, float], OnRoad] | None:
        """Draw a position on a named road."""
        at = self._ground.positions.draw(rng, near_m=near_m)
        road = None if at is None else self._ground.find_road(*at)
        if at is None or road is None or not self._ground.is_road(road.street):
            return None
        return (at, road) if road.distance_m <= self._ground.table["on_road_m"] else None

    def _further(self, rng: Random, relation: str) -> Caller | None:
        distance = human_distance(relation)
        drawn = self._on_road(rng, near_m=distance.reach_m())
        mark = None if drawn is None else self._ground.choose_on_street(rng, drawn[0], drawn[1].street, distance)
        if drawn is None or mark is None:
            return None
        at, road = drawn
        street, words = self._ground.street_name(road.street), fill(self._ground, rng, relation)
        text = f"{words} {mark.name}"
        if rng.random() < 0.5:
            text = rng.choice([f"on {street} {text}", f"{text} on {street}"])
        return self._caller(rng, text, at, street, mark.name)

    def past(self, rng: Random) -> Caller | None:
        """On its road, beyond it as someone drove who may have come either way."""
        return self._further(rng, "past")

    def before(self, rng: Random) -> Caller | None:
        """On its road, short of it."""
        return self._further(rng, "before")

    def between_streets(self, rng: Random) -> Caller | None:
        """On a road, between the next roads that meet it on both sides."""
        drawn = self._on_road(rng)
        if drawn is None:
            return None
        at, road = drawn
        one, other = self._ground.cross.find_both(road.segment, road.along_m)
        street = self._ground.street_name(road.street)
        names = [one.name or "", other.name or ""]
        if not all(names) or street_key(names[0]) == street_key(names[1]) or not self._ground.ours(street, *names):
            return None
        stretch = one.distance_m + other.distance_m
        if stretch > self._ground.table["between_m"]:
            return None
        rng.shuffle(names)
        text = fill(self._ground, rng, "between", street=street, one=names[0], other=names[1])
        tolerance = max(self._tolerance, stretch / 2)
        return Caller(lead(self._ground, rng, text), *at, tolerance, (street, *names))

    def between_places(self, rng: Random) -> Caller | None:
        """Between two places, as the caller sees one on each hand."""
        reach = self._ground.table["between_places_m"]
        at = self._ground.positions.draw(rng, near_m=reach)
        marks = [] if at is None else [mark for _, mark in self._ground.places.list_near(*at, reach)]
        if at is None or len(marks) < 2:
            return None
        bearings = [bearing_deg(*at, mark.x, mark.y) for mark in marks]
        least = self._ground.table["between_angle_deg"]
        pairs = [
            (one, other)
            for one in range(len(marks))
            for other in range(one + 1, len(marks))
            if abs(angle_between_deg(bearings[one], bearings[other])) >= least
        ]
        weights = [marks[one].prominence * marks[other].prominence for one, other in pairs]
        if not pairs:
            return None
        names = [marks[row].name for row in rng.choices(pairs, weights)[0]]
        rng.shuffle(names)
        return self._caller(rng, f"between {names[0]} and {names[1]}", at, *names)

    # --- stated distances ------------------------------------------------------------------------

    def _amount(self, rng: Random, distance_m: float) -> str:
        """Say a distance as a caller estimates it: the nearest of the usual amounts."""
        felt = distance_m * math.exp(rng.gauss(0.0, self._ground.table["estimate_error"]))
        amounts = self._ground.table["amounts"]
        nearest = min(abs(math.log(length / felt)) for _, length in amounts)
        return str(rng.choice([text for text, m in amounts if abs(math.log(m / felt)) <= nearest + 1e-9]))

    def _stated(self, rng: Random, x: float, y: float) -> tuple[float, Landmark] | None:
        """Choose a landmark that a distance is stated from: every distance as likely, on a logarithmic scale."""
        low, high = self._ground.table["stated_m"]
        wanted = low * (high / low) ** rng.random()
        near = [(d, m) for d, m in self._ground.places.list_near(x, y, wanted * 1.15) if d >= wanted / 1.15]
        return rng.choices(near, [mark.prominence for _, mark in near])[0] if near else None

    def distance_straight(self, rng: Random) -> Caller | None:
        """So far in a direction, as the crow flies."""
        at = self._ground.positions.draw(rng)
        found = None if at is None else self._stated(rng, *at)
        if at is None or found is None:
            return None
        distance, mark = found
        compass = said_compass(self._ground, rng, bearing_deg(mark.x, mark.y, *at))
        return self._caller(
            rng, f"{self._amount(rng, distance)} {compass} of {mark.name}", at, mark.name, stated_m=distance
        )

    def _driven(self, rng: Random) -> tuple[tuple[float, float], str, Landmark, float] | None:
        """Draw a position on a road, its street, a landmark on the same street, and the metres along the street between them."""
        road = self._ground.positions.draw_on_road(rng, of_landmarks=True)
        if road is None:
            return None
        low, high = self._ground.table["stated_m"]
        marks = [(math.dist((road.x, road.y), (m.x, m.y)), m) for m in self._ground.places.by_street[road.street]]
        marks = [(d, mark) for d, mark in marks if low <= d <= high]
        if not marks:
            return None
        _, mark = rng.choices(marks, [mark.prominence / d for d, mark in marks])[0]
        beside = self._ground.find_road(mark.x, mark.y)
        if beside is None:
            return None
        try:
            way = self._ground.router.route(
                self._ground.lonlat(beside.x, beside.y), self._ground.lonlat(road.x, road.y)
            )
        except GeoDispatchError:
            return None
        streets = {int(self._ground.town.network.segment_street[part.segment]) for part in way.parts}
        if streets != {road.street} or way.length_m < self._ground.table["stated_m"][0]:
            return None
        return self._ground.positions.beside_road(rng, road), self._ground.street_name(road.street), mark, way.length_m

    def distance_along(self, rng: Random) -> Caller | None:
        """So far in a direction along a street."""
        drawn = self._driven(rng)
        if drawn is None:
            return None
        at, street, mark, length_m = drawn
        compass = said_compass(self._ground, rng, bearing_deg(mark.x, mark.y, *at))
        amount = self._amount(rng, length_m)
        text = rng.choice(
            [f"{amount} {compass} of {mark.name} on {street}", f"on {street} {amount} {compass} of {mark.name}"]
        )
        return self._caller(rng, text, at, street, mark.name, stated_m=length_m)

    def distance_past(self, rng: Random) -> Caller | None:
        """So far past a place along a street."""
        drawn = self._driven(rng)
        if drawn is None:
            return None
        at, street, mark, length_m = drawn
        text = f"{self._amount(rng, length_m)} past {mark.name} on {street}"
        return self._caller(rng, text, at, street, mark.name, stated_m=length_m)

    # --- one carriageway -------------------------------------------------------------------------

    @cached_property
    def _carriageways(self) -> list[tuple[str, float, list[int]]]:
        """Return the numbered routes with one-way segments: name, the bearing they are signed by, and those segments."""
        network, streets = self._ground.town.network, self._ground.town.table("streets")
        one_way = (network.segment_forward_arc < 0) != (network.segment_backward_arc < 0)
        found = []
        for row, kind in enumerate(streets.text("kind")):
            segments = self._ground.town.street_segments(row)
            ways = segments[one_way[segments]]
            if kind != "route" or not len(ways):
                continue
            ends = np.concatenate([network.segment_from[segments], network.segment_to[segments]])
            tall, wide = np.ptp(network.node_y[ends]), np.ptp(network.node_x[ends])
            found.append((streets.text("name")[row] or "", 0.0 if tall >= wide else 90.0, ways.tolist()))
        return found

    def bound(self, rng: Random) -> Caller | None:
        """On one carriageway of a numbered route, near an exit or a place."""
        routes = self._carriageways
        if not routes:
            return None
        route, axis, ways = rng.choices(routes, [len(ways) for _, _, ways in routes])[0]
        network = self._ground.town.network
        segment = rng.choice(ways)
        at = self._ground.town.projection.to_xy(
            *network.point_along(segment, rng.random() * float(network.segment_length_m[segment]))
        )
        start, end = int(network.segment_from[segment]), int(network.segment_to[segment])
        if network.segment_forward_arc[segment] < 0:
            start, end = end, start
        heading = bearing_deg(network.node_x[start], network.node_y[start], network.node_x[end], network.node_y[end])
        off = angle_between_deg(axis, heading)
        if 60.0 < abs(off) < 120.0:
            return None
        bound = _BOUND[int(axis) if abs(off) <= 60.0 else int(axis) + 180]
        what = self._beside_highway(rng, at, route)
        if what is None:
            return None
        text = fill(self._ground, rng, "bound", bound=bound, route=route, what=what)
        tolerance = float(self._ground.table["tolerance_m"]["highway"])
        return Caller(lead(self._ground, rng, text), *at, tolerance, (bound, route, what))

    def _beside_highway(self, rng: Random, at: tuple[float, float], route: str) -> str | None:
        """Return what a driver there saw last: an exit of the route, or a place."""
        exits, distance = self._ground.town.table("exits"), human_distance("bound")
        numbers, routes = exits.text("number"), exits.text("route")
        near = [
            (math.hypot(float(exits.x[row]) - at[0], float(exits.y[row]) - at[1]), f"exit {numbers[row]}")
            for row in range(len(exits))
            if numbers[row] and street_key(routes[row] or "") == street_key(route)
        ]
        near = [entry for entry in near if entry[0] <= distance.reach_m()]
        if near:
            weights = [distance.density(max(d, 10.0)) for d, _ in near]
            return rng.choices(near, weights)[0][1] if self._is_near(rng, weights) else None
        marks = self._ground.places.list_near(*at, distance.reach_m())
        weights = [mark.prominence * distance.density(max(d, 10.0)) for d, mark in marks]
        return rng.choices(marks, weights)[0][1].name if self._is_near(rng, weights) else None

    @staticmethod
    def _is_near(rng: Random, weights: Sequence[float]) -> bool:
        """Tell whether a caller would name what is there at all: as often as the distances of the table say."""
        distance = human_distance("bound")
        return bool(weights) and rng.random() * distance.density(distance.p50_m) <= sum(weights)
