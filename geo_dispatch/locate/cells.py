"""Where a place may be as weighted points, and the regions they make."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo_dispatch.locate.circle import Circle
from geo_dispatch.locate.shapes import to_geojson
from geo_dispatch.locate.tables import load_model
from geo_dispatch.locate.tables.relations import load_relations
from geo_dispatch.town.town import Town

__all__ = ["Cells", "cells_in_circle", "cells_region", "highest", "place_cells"]

_COLUMNS = 10_000_000
_MOST_SQUARES = 500
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Weighted points: metres in the town's CRS, and the share of the probability at each (sum 1).

    ``margin_m`` is how far from its points on a road a place may be: houses stand back from it. ``half_m`` is half the side of
    the square that each point stands for, metres; None: that of the table. ``on_road`` tells which lie on a road; None: all.
    """

    x: FloatArray
    y: FloatArray
    mass: FloatArray
    margin_m: float = 0.0
    half_m: FloatArray | None = None
    on_road: npt.NDArray[np.bool_] | None = None

    def take(self, rows: npt.NDArray[np.int64] | list[int]) -> Cells:
        """Return some of the cells, their probability scaled to sum 1."""
        mass = self.mass[rows]
        half = None if self.half_m is None else self.half_m[rows]
        on_road = None if self.on_road is None else self.on_road[rows]
        return Cells(self.x[rows], self.y[rows], mass / float(mass.sum()), self.margin_m, half, on_road)


def highest(cells: Cells, share: float) -> npt.NDArray[np.int64]:
    """Return the fewest cells that hold a share of the probability, heaviest first.

    Parameters
    ----------
    cells
        Weighted points.
    share
        0 to 1.

    Examples
    --------
    >>> highest(Cells(np.zeros(3), np.zeros(3), np.array([0.2, 0.7, 0.1])), 0.75).tolist()
    [1, 0]
    """
    order = np.argsort(-cells.mass, kind="stable")
    count = int(np.searchsorted(np.cumsum(cells.mass[order]), share * (1 - 1e-9))) + 1
    kept: npt.NDArray[np.int64] = order[:count]
    return kept


def place_cells(cells: Cells) -> tuple[float, float, float]:
    """Return the point that stands for the cells, and the radius around it that holds 90%, metres."""
    core = highest(cells, 0.5)
    mean_x = float(np.average(cells.x[core], weights=cells.mass[core]))
    mean_y = float(np.average(cells.y[core], weights=cells.mass[core]))
    at = core[int(np.argmin(np.hypot(cells.x[core] - mean_x, cells.y[core] - mean_y)))]
    x, y = float(cells.x[at]), float(cells.y[at])
    distance = np.hypot(cells.x - x, cells.y - y)
    order = np.argsort(distance)
    last = min(int(np.searchsorted(np.cumsum(cells.mass[order]), 0.9)), len(order) - 1)
    return x, y, max(float(distance[order[last]]), load_relations().cell_m) + cells.margin_m / 2


def _squares(cells: Cells, kept: npt.NDArray[np.int64], size: float) -> npt.NDArray[np.int64]:
    """Return the squares of a grid that cells lie in, each as one number."""
    row, column = (cells.y[kept] // size).astype(np.int64), (cells.x[kept] // size).astype(np.int64)
    found: npt.NDArray[np.int64] = np.unique(row * _COLUMNS + column)
    return found


def cells_region(town: Town, cells: Cells, share: float) -> dict[str, Any]:
    """Draw the fewest cells that hold a share of the probability as a GeoJSON polygon."""
    kept = highest(cells, share)
    if cells.on_road is None or cells.on_road[kept].all():
        return to_geojson(town, shapely.buffer(_union(cells, kept), cells.margin_m, quad_segs=1))
    road, off = kept[cells.on_road[kept]], kept[~cells.on_road[kept]]
    shape: BaseGeometry = _union(cells, off)
    if len(road):
        shape = shapely.union(shape, shapely.buffer(_union(cells, road), cells.margin_m, quad_segs=1))
    return to_geojson(town, shape)


def _union(cells: Cells, kept: npt.NDArray[np.int64]) -> BaseGeometry:
    """Join the squares that cells stand for."""
    least = load_relations().cell_m
    half = np.full(len(kept), least) if cells.half_m is None else cells.half_m[kept]
    small, large = kept[half <= least], kept[half > least]
    shapes = [] if not len(small) else [_small_squares(cells, small, 2 * float(half[half <= least].max()))]
    if len(large):
        x, y, h = cells.x[large], cells.y[large], half[half > least]
        shapes.append(shapely.union_all(shapely.box(x - h, y - h, x + h, y + h)))
    return shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)


def _small_squares(cells: Cells, kept: npt.NDArray[np.int64], size: float) -> BaseGeometry:
    squares = _squares(cells, kept, size)
    while len(squares) > _MOST_SQUARES:
        size *= 2  # of two regions the wider one's squares hold the other's: they are cut from one grid
        squares = _squares(cells, kept, size)
    west, south = squares % _COLUMNS * size, squares // _COLUMNS * size
    return shapely.coverage_union_all(shapely.box(west, south, west + size, south + size))


def cells_in_circle(town: Town, cells: Cells, circle: Circle) -> tuple[Cells, float]:
    """Weigh cells by the phone's circle: the cells, and how well they fit as a whole, 0 to 1."""
    cx, cy = town.projection.to_xy(circle.lon, circle.lat)
    wrong = load_model().circle_wrong
    squared = ((cells.x - cx) ** 2 + (cells.y - cy) ** 2) / circle.sigma_m**2
    mass = cells.mass * ((1 - wrong) * np.exp(-0.5 * squared) + wrong)
    fit = float(mass.sum())
    return replace(cells, mass=mass / fit), fit
