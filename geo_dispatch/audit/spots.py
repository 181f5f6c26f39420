"""Callers at things that are no address: exits, mile markers, bridges, water, beaches, car parks, trails, nicknames."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import cached_property
from random import Random
from typing import Any

import shapely

from geo_dispatch.audit.callers import Caller, Maker, area_tolerance_m, fill, lead
from geo_dispatch.audit.ground import Ground
from geo_dispatch.locate.normalise import street_key

__all__ = ["spot_makers"]

_TRIES = 30
_Area = tuple[str, Any]
_Numbered = list[tuple[tuple[str, str], list[tuple[float, float]]]]


def spot_makers(ground: Ground) -> dict[str, Maker]:
    """Return the makers of callers at such things.

    Parameters
    ----------
    ground
        The town.
    """
    spots = _Spots(ground)
    return {
        "exit": spots.exit,
        "mile_marker": spots.mile_marker,
        "bridge": spots.bridge,
        "under_bridge": spots.under_bridge,
        "category": spots.category,
        "nickname": spots.nickname,
        "water": spots.water,
        "beach": spots.beach,
        "area": spots.area,
        "parking_lot": spots.parking_lot,
        "trail": spots.trail,
    }


def _point_in(rng: Random, shape: Any) -> tuple[float, float] | None:
    """Draw a point inside an area."""
    west, south, east, north = shape.bounds
    for _ in range(_TRIES):
        x, y = rng.uniform(west, east), rng.uniform(south, north)
        if shape.contains(shapely.Point(x, y)):
            return x, y
    return None


class _Spots:
    """Makers of callers at things on file; each method makes one caller or None."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._town = ground.town

    def _tolerance(self, kind: str) -> float:
        return float(self._ground.table["tolerance_m"][kind])

    def _numbered(self, table: str, number: Callable[[int], str]) -> _Numbered:
        """Return the points of the exits or markers of each number and route: there is one on each carriageway."""
        rows = self._town.table(table)
        routes = rows.text("route")
        found: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
        for row in range(len(rows)):
            if routes[row] and number(row) and math.isfinite(rows.x[row]):
                found[number(row), routes[row]].append((float(rows.x[row]), float(rows.y[row])))
        return sorted(found.items())

    @cached_property
    def _exits(self) -> _Numbered:
        numbers = self._town.table("exits").text("number")
        return self._numbered("exits", lambda row: numbers[row] or "")

    @cached_property
    def _markers(self) -> _Numbered:
        numbers = self._town.table("mile_markers").numbers("number")
        return self._numbered("mile_markers", lambda row: f"{numbers[row]:g}" if math.isfinite(numbers[row]) else "")

    def _of_route(self, rng: Random, kind: str, pool: _Numbered) -> Caller | None:
        if not pool:
            return None
        (number, route), points = rng.choice(pool)
        apart = max(math.dist(points[0], point) for point in points)
        if apart > self._ground.table["ramps_m"]:
            return None
        text = fill(self._ground, rng, kind, number=number, route=route)
        return Caller(text, *rng.choice(points), self._tolerance(kind) + apart, (number, route))

    def exit(self, rng: Random) -> Caller | None:
        """At a numbered exit, on either carriageway."""
        return self._of_route(rng, "exit", self._exits)

    def mile_marker(self, rng: Random) -> Caller | None:
        """At a mile marker."""
        return self._of_route(rng, "mile_marker", self._markers)

    # --- bridges ---------------------------------------------------------------------------------

    @cached_property
    def _bridges(self) -> list[tuple[int, str, str]]:
        """Return the bridges that can be told apart: segment, street, and the bridge's own name or ""."""
        network, texts = self._town.network, self._town.network.segments
        raised, names = texts.text("bridge"), texts.text("bridge_name")
        of_street: dict[str, list[int]] = defaultdict(list)
        for segment in range(network.segment_count):
            street = int(network.segment_street[segment])
            if raised[segment] and street >= 0:
                of_street[self._ground.street_name(street)].append(segment)
        found = []
        for street_name, segments in of_street.items():
            middles = [self._middle(segment) for segment in segments]
            alone = all(math.dist(middles[0], middle) <= self._tolerance("bridge") for middle in middles)
            for segment in segments:
                name = names[segment] or ""
                if alone or name:
                    found.append((segment, street_name if alone else "", name))
        return found

    def _middle(self, segment: int) -> tuple[float, float]:
        network = self._town.network
        length = float(network.segment_length_m[segment])
        return self._town.projection.to_xy(*network.point_along(segment, length / 2))

    def bridge(self, rng: Random) -> Caller | None:
        """On a bridge."""
        if not self._bridges:
            return None
        network = self._town.network
        segment, street, name = rng.choice(self._bridges)
        length = float(network.segment_length_m[segment])
        at = self._town.projection.to_xy(*network.point_along(segment, rng.random() * length))
        if name and (not street or rng.random() < 0.5):
            text, said = fill(self._ground, rng, "named_bridge", bridge=name), name
        else:
            text, said = fill(self._ground, rng, "on_bridge", street=street), street
        return Caller(lead(self._ground, rng, text), *at, self._tolerance("bridge") + length / 2, (said,))

    def under_bridge(self, rng: Random) -> Caller | None:
        """On a road under a bridge."""
        network = self._town.network
        pool = [entry for entry in self._bridges if entry[1]]
        if not pool:
            return None
        segment, street, _ = rng.choice(pool)
        line = shapely.LineString(network.segment_xy(segment))
        ends = {int(network.segment_from[segment]), int(network.segment_to[segment])}
        for other in sorted(self._ground.road_tree.query(line, predicate="intersects").tolist()):
            if ends & {int(network.segment_from[other]), int(network.segment_to[other])}:
                continue
            met = line.intersection(shapely.LineString(network.segment_xy(other)))
            point = met.representative_point()
            text = fill(self._ground, rng, "under_bridge", street=street)
            return Caller(
                lead(self._ground, rng, text), float(point.x), float(point.y), self._tolerance("bridge"), (street,)
            )
        return None

    # --- kinds and nicknames ---------------------------------------------------------------------

    def category(self, rng: Random) -> Caller | None:
        """At the only place of a kind on a street."""
        pool = self._ground.only_of_kind
        row = rng.choice(list(pool)) if pool else -1
        kind, street = pool.get(row, ("", ""))
        if not kind or not self._ground.ours(kind, street):
            return None
        places = self._town.table("places")
        tolerance = area_tolerance_m(self._ground, float(places.numbers("area_m2")[row]), "place")
        text = fill(self._ground, rng, "category", kind=kind, street=street)
        return Caller(
            lead(self._ground, rng, text), float(places.x[row]), float(places.y[row]), tolerance, (kind, street)
        )

    @cached_property
    def _aliases(self) -> list[int]:
        aliases = self._town.table("aliases")
        kinds = aliases.text("target_kind")
        single = Counter(street_key(text or "") for text in aliases.text("alias"))
        return [
            row
            for row, alias in enumerate(aliases.text("alias"))
            if alias and single[street_key(alias)] == 1 and kinds[row] and math.isfinite(aliases.x[row])
        ]

    def nickname(self, rng: Random) -> Caller | None:
        """At a thing by the name people of the town use: the thing, or a house on it when it is a street."""
        if not self._aliases:
            return None
        row = rng.choice(self._aliases)
        aliases = self._town.table("aliases")
        alias, kind = str(aliases.text("alias")[row]), aliases.text("target_kind")[row]
        if kind not in ("street", "route"):
            text = rng.choice([alias, f"at {alias}"])
            at = (float(aliases.x[row]), float(aliases.y[row]))
            return Caller(text, *at, self._tolerance("nickname") * (3 if kind == "area" else 1), (alias,))
        target = aliases.text("target_id")[row] or ""
        rows = self._town.street_addresses(int(target)) if target.isdigit() else ()
        if not len(rows):
            return None
        addresses, home = self._town.table("addresses"), int(rng.choice(list(rows)))
        number = int(addresses.numbers("number")[home])
        at = (float(addresses.x[home]), float(addresses.y[home]))
        if number <= 0 or not math.isfinite(at[0]):
            return None
        said = alias.removeprefix("the ") if rng.random() < 0.3 else alias
        return Caller(f"{number} {said}", *at, self._tolerance("address"), (alias,))

    # --- areas -----------------------------------------------------------------------------------

    def _areas(self, table: str, kinds: Sequence[str] | None) -> list[_Area]:
        """Return name and outline of the areas whose name is theirs alone."""
        rows = self._town.table(table)
        named = rows.text("name")
        names = Counter(street_key(name or "") for name in named)
        found = []
        for row, name in enumerate(named):
            if not name or names[street_key(name)] > 1 or (kinds is not None and rows.text("kind")[row] not in kinds):
                continue
            shape = self._ground.shape(rows, row)
            if shape is not None and not shape.is_empty and self._ground.street_counts[street_key(name)] == 0:
                found.append((name, shape))
        return found

    @cached_property
    def _waters(self) -> list[_Area]:
        return self._areas("basemap_water", None)

    def _footprints_of(self, categories: Sequence[str]) -> list[_Area]:
        places = self._town.table("places")
        names, kinds = places.text("name"), places.text("category")
        return [
            (name, shape)
            for row, shape in sorted(self._ground.footprints.items())
            if kinds[row] in categories and (name := names[row]) and self._ground.is_own_name(name)
        ]

    @cached_property
    def _beaches(self) -> list[_Area]:
        return self._footprints_of(self._ground.table["beaches"])

    @cached_property
    def _grounds(self) -> list[_Area]:
        return self._footprints_of(self._ground.table["areas"])

    def _inside(self, rng: Random, pool: Sequence[_Area], relation: str) -> Caller | None:
        pool = [entry for entry in pool if self._ground.ours(entry[0])]
        if not pool:
            return None
        name, shape = rng.choice(pool)
        at = _point_in(rng, shape)
        if at is None:
            return None
        text = fill(self._ground, rng, relation, name=name)
        tolerance = area_tolerance_m(self._ground, float(shape.area), "area")
        return Caller(lead(self._ground, rng, text), *at, tolerance, (name,))

    def water(self, rng: Random) -> Caller | None:
        """In or on a water."""
        return self._inside(rng, self._waters, "on_water")

    def beach(self, rng: Random) -> Caller | None:
        """On a beach."""
        return self._inside(rng, self._beaches, "on_beach")

    def area(self, rng: Random) -> Caller | None:
        """In a park, a cemetery, the grounds of a school."""
        return self._inside(rng, self._grounds, "in_area")

    @cached_property
    def _lots(self) -> tuple[Any, list[Any]]:
        """Return an index of the car parks on file, and their outlines."""
        land = self._town.table("basemap_landuse")
        rows = [row for row, kind in enumerate(land.text("kind")) if kind == "parking"]
        shapes = [shape for row in rows if (shape := self._ground.shape(land, row)) is not None]
        return shapely.STRtree(shapes), shapes

    def parking_lot(self, rng: Random) -> Caller | None:
        """In the car park of a place: one on file beside it, else the ground on its side of the road."""
        marks = self._ground.landmarks
        mark = rng.choices(marks, [m.prominence for m in marks])[0] if marks else None
        if mark is None or not self._ground.ours(mark.name):
            return None
        tree, shapes = self._lots
        place = self._ground.footprints.get(mark.row, shapely.Point(mark.x, mark.y))
        near = tree.query(place, predicate="dwithin", distance=self._ground.table["lot_reach_m"]) if shapes else ()
        if len(near):
            at = _point_in(rng, min((shapes[row] for row in sorted(near)), key=place.distance))
        else:
            low, high = self._ground.table["lot_m"]
            out, turn = rng.uniform(low, high), rng.uniform(0, 2 * math.pi)
            at = (mark.x + out * math.cos(turn), mark.y + out * math.sin(turn))
            at = None if self._ground.crosses_road(*at, mark.x, mark.y) else at
        if at is None:
            return None
        text = fill(self._ground, rng, "in_lot", name=mark.name)
        return Caller(lead(self._ground, rng, text), *at, self._tolerance("relation"), (mark.name,))

    @cached_property
    def _trails(self) -> list[_Area]:
        return self._areas("basemap_lines", ("path", "footway", "track", "cycleway", "bridleway", "pier"))

    def trail(self, rng: Random) -> Caller | None:
        """On a path or pier with a name."""
        pool = [entry for entry in self._trails if self._ground.ours(entry[0])]
        if not pool:
            return None
        name, line = rng.choice(pool)
        point = line.interpolate(rng.random(), normalized=True)
        text = fill(self._ground, rng, "on_trail", name=name)
        tolerance = self._tolerance("area") + float(line.length) / 2
        return Caller(lead(self._ground, rng, text), float(point.x), float(point.y), tolerance, (name,))
