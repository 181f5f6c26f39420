"""Callers in or on things that have an area or a length: waters, beaches, parks, car parks, trails."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from random import Random
from typing import Any

import shapely

from geo_dispatch.audit.callers import Caller, Maker, fill, lead
from geo_dispatch.audit.ground import Ground
from geo_dispatch.locate.normalise import street_key

__all__ = ["area_makers"]

_TRIES = 30
_Area = tuple[str, Any]


def area_makers(ground: Ground) -> dict[str, Maker]:
    """Return the makers of callers in or on such things.

    Parameters
    ----------
    ground
        The town.
    """
    spread = _Spread(ground)
    return {
        "water": spread.water,
        "beach": spread.beach,
        "area": spread.area,
        "parking_lot": spread.parking_lot,
        "trail": spread.trail,
    }


def _point_in(rng: Random, shape: Any) -> tuple[float, float] | None:
    """Draw a point inside an area."""
    west, south, east, north = shape.bounds
    for _ in range(_TRIES):
        x, y = rng.uniform(west, east), rng.uniform(south, north)
        if shape.contains(shapely.Point(x, y)):
            return x, y
    return None


class _Spread:
    """Makers of callers in or on things on file; each method makes one caller or None."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._town = ground.town

    def _tolerance(self, shape: Any) -> float:
        """Return how near an answer must be that means the whole thing: the radius of the circle around it besides."""
        table = self._ground.table
        return float(table["tolerance_m"]["area"] + table["area_factor"] * shapely.minimum_bounding_radius(shape))

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
            if kinds[row] in categories and (name := names[row]) and self._ground.places.is_own_name(name)
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
        return Caller(lead(self._ground, rng, text), *at, self._tolerance(shape), (name,))

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
        if mark is None:
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
        tolerance = float(self._ground.table["tolerance_m"]["relation"])
        return Caller(lead(self._ground, rng, text), *at, tolerance, (mark.name,))

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
        return Caller(lead(self._ground, rng, text), float(point.x), float(point.y), self._tolerance(line), (name,))
