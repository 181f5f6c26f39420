"""The footprints of large places: a caller at a beach or a park may be anywhere on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geo_dispatch.locate.tables import load_model
from geo_dispatch.town.town import Town

__all__ = ["PlaceShape", "PlaceShapes"]

_MOST_KEPT = 4096
_SIMPLER_M = 8.0
_MOST_POINTS = 400
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

    shape: shapely.Geometry
    x: _Floats
    y: _Floats
    step_m: float
    extent_m: float
    radius90_m: float


class PlaceShapes:
    """Footprints of a town's places that are too large to be a point.

    Parameters
    ----------
    town
        The town.
    """

    def __init__(self, town: Town) -> None:
        self._town = town
        areas, places = town.table("place_areas"), town.table("places")
        self._row = {place_id: row for row, place_id in enumerate(areas.text("place_id")) if place_id}
        self._place = {place_id: row for row, place_id in enumerate(places.text("place_id")) if place_id in self._row}
        self._kept: dict[str, PlaceShape | None] = {}

    def find(self, place_id: str | None) -> PlaceShape | None:
        """Return the footprint of a place; None for one that is not large, or whose area is not on file."""
        if place_id is None or place_id not in self._place:
            return None
        if place_id not in self._kept:
            if len(self._kept) > _MOST_KEPT:
                self._kept.clear()
            self._kept[place_id] = self._make(place_id)
        return self._kept[place_id]

    def _make(self, place_id: str) -> PlaceShape | None:
        places, row = self._town.table("places"), self._place[place_id]
        area = float(places.numbers("area_m2")[row])
        raw = self._town.table("place_areas").wkb(self._row[place_id])
        if raw is None or not np.isfinite(area) or (area / np.pi) ** 0.5 < load_model().large_place_m:
            return None
        shape = shapely.simplify(shapely.transform(shapely.from_wkb(raw), self._to_xy), _SIMPLER_M)
        if shape.is_empty or not shape.is_valid or shape.area <= 0:
            return None
        shapely.prepare(shape)
        west, south, east, north = shapely.bounds(shape).tolist()
        step = max((shape.area / _MOST_POINTS) ** 0.5, 10.0)
        grid = np.stack(np.meshgrid(np.arange(west, east, step), np.arange(south, north, step)), axis=-1).reshape(-1, 2)
        inside = grid[shapely.contains_xy(shape, grid[:, 0] + step / 2, grid[:, 1] + step / 2)] + step / 2
        if not len(inside):
            return None
        x, y = float(places.x[row]), float(places.y[row])
        corners = shapely.get_coordinates(shape)
        extent = float(np.hypot(corners[:, 0] - x, corners[:, 1] - y).max())
        radius = float(np.quantile(np.hypot(inside[:, 0] - x, inside[:, 1] - y), 0.9)) + step / 2
        return PlaceShape(shape, inside[:, 0], inside[:, 1], step, extent, radius)

    def _to_xy(self, points: _Floats) -> _Floats:
        return np.column_stack(self._town.projection.arrays_to_xy(points[:, 0].copy(), points[:, 1].copy()))
