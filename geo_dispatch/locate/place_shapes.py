"""The footprints of large places and named grounds: a caller at a beach or on a trail may be anywhere on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo_dispatch.locate.named_grounds import NamedGrounds
from geo_dispatch.locate.tables import load_model
from geo_dispatch.town.town import Town

__all__ = ["PlaceShape", "PlaceShapes"]

_MOST_KEPT = 4096
_SIMPLER_M = 8.0
_MOST_POINTS = 400
_SAME_AREA = 1.2
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PlaceShape:
    """A place's footprint.

    Attributes
    ----------
    shape
        Its area, metres in the town's CRS, a little simplified.
    x, y
        Points spread over it evenly.
    step_m
        Their distance.
    extent_m
        How far it reaches from the place's point.
    radius90_m
        Radius around the place's point that holds nine tenths of it.
    """

    shape: BaseGeometry
    x: _Floats
    y: _Floats
    step_m: float
    extent_m: float
    radius90_m: float


class PlaceShapes:
    """Footprints of a town's places that are too large to be a point, and outlines of its named grounds.

    Parameters
    ----------
    town
        The town.
    """

    def __init__(self, town: Town) -> None:
        self._town = town
        self.grounds = NamedGrounds(town)
        areas, places = town.table("place_areas"), town.table("places")
        self._row = {place_id: row for row, place_id in enumerate(areas.text("place_id")) if place_id}
        self._place = {place_id: row for row, place_id in enumerate(places.text("place_id")) if place_id}
        self._kept: dict[str, PlaceShape | None] = {}

    def find(self, place_id: str | None) -> PlaceShape | None:
        """Return the footprint of a place, or a named ground's outline; None for one that is not large, or whose area is not on file."""
        if place_id is None:
            return None
        ground = self.grounds.find(place_id)
        if ground is None and place_id not in self._row:
            return None
        if place_id not in self._kept:
            if len(self._kept) > _MOST_KEPT:
                self._kept.clear()
            self._kept[place_id] = self._make(place_id) if ground is None else self._make_ground(place_id, ground)
        return self._kept[place_id]

    def distance_m(self, ground: int, x: float, y: float) -> float:
        """Return metres from a point to a named ground; 0 in it.

        Parameters
        ----------
        ground
            Its number.
        x, y
            Metres in the town's CRS.
        """
        named = self.grounds.get(ground)
        outline = self.find(named.ground_id)
        if outline is None:
            return float(np.hypot(named.x - x, named.y - y))
        return float(shapely.distance(outline.shape, shapely.Point(x, y)))

    def _make(self, place_id: str) -> PlaceShape | None:
        """Make the footprint of a place."""
        if place_id not in self._place:
            return None
        places, row = self._town.table("places"), self._place[place_id]
        area = float(places.numbers("area_m2")[row])
        raw = self._town.table("place_areas").wkb(self._row[place_id])
        if raw is None or not np.isfinite(area) or (area / np.pi) ** 0.5 < load_model().large_place_m:
            return None
        shape = shapely.transform(shapely.from_wkb(raw), self._to_xy)
        return _spread([shape], [0.0], float(places.x[row]), float(places.y[row]))

    def _make_ground(self, place_id: str, ground: int) -> PlaceShape | None:
        """Make the outline of a named ground; of a place that is one, its footprint where that is the larger."""
        shapes, halves = self.grounds.pieces(ground)
        row = self._place.get(place_id)
        if row is None:
            named = self.grounds.get(ground)
            return _spread(shapes, halves, named.x, named.y)
        places = self._town.table("places")
        own = float(places.numbers("area_m2")[row]) if place_id in self._row else 0.0
        whole = _spread(shapes, halves, float(places.x[row]), float(places.y[row]))
        if whole is None or (np.isfinite(own) and whole.shape.area <= _SAME_AREA * own):
            return self._make(place_id) if own else None
        return whole if whole.extent_m >= load_model().large_place_m else None

    def _to_xy(self, points: _Floats) -> _Floats:
        return np.column_stack(self._town.projection.arrays_to_xy(points[:, 0].copy(), points[:, 1].copy()))


def _spread(shapes: Sequence[BaseGeometry], halves: Sequence[float], x: float, y: float) -> PlaceShape | None:
    """Spread points over areas and along lines of some half width, seen from a point; None where there is no area."""
    areas = [shapely.simplify(s, _SIMPLER_M) for s, half in zip(shapes, halves, strict=True) if not half]
    areas = [area for area in areas if area.is_valid and not area.is_empty]
    lines = [(_outside(shapely.simplify(s, _SIMPLER_M), areas), h) for s, h in zip(shapes, halves, strict=True) if h]
    wide = [*areas, *(shapely.buffer(line, half, quad_segs=2) for line, half in lines)]
    shape: Any = wide[0] if len(wide) == 1 else shapely.union_all(wide)
    if shape.is_empty or not shape.is_valid or shape.area <= 0:
        return None
    shapely.prepare(shape)
    length = sum(line.length for line, _ in lines)
    step = max((shape.area / _MOST_POINTS) ** 0.5, length / _MOST_POINTS, 10.0)
    # As many to an area of a line as to one of an area, and no gap between those of a line.
    along = [(part, half) for line, half in lines for part in shapely.get_parts(line).tolist()]
    found = [_lattice(area, step) for area in areas]
    found += [_along(part, min(step, step * step / (2 * half))) for part, half in along]
    points = np.concatenate(found)
    if not len(points):
        return None
    corners = shapely.get_coordinates(shape)
    extent = float(np.hypot(corners[:, 0] - x, corners[:, 1] - y).max())
    radius = float(np.quantile(np.hypot(points[:, 0] - x, points[:, 1] - y), 0.9)) + step / 2
    return PlaceShape(shape, points[:, 0], points[:, 1], step, extent, radius)


def _outside(line: Any, areas: Sequence[Any]) -> Any:
    """Return what of a line lies in none of some areas: a river's middle in its water."""
    for area in areas:
        line = shapely.difference(line, area)
    return line


def _lattice(shape: BaseGeometry, step: float) -> _Floats:
    """Return the points of a lattice inside an area."""
    west, south, east, north = shapely.bounds(shape).tolist()
    grid = np.stack(np.meshgrid(np.arange(west, east, step), np.arange(south, north, step)), axis=-1).reshape(-1, 2)
    shapely.prepare(shape)
    points: _Floats = grid[shapely.contains_xy(shape, grid[:, 0] + step / 2, grid[:, 1] + step / 2)] + step / 2
    return points


def _along(line: Any, step: float) -> _Floats:
    """Return points along a line, every so many metres."""
    count = max(int(line.length / step), 1)
    points: _Floats = shapely.get_coordinates(line.interpolate((np.arange(count) + 0.5) * line.length / count))
    return points
