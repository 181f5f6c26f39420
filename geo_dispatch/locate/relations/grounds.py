"""Kinds of ground that callers say they are in or on: water, beach, woods, trails, parking lots."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import cast

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import KDTree

from geo_dispatch.locate.tables.scene import Ground, load_scene
from geo_dispatch.town.town import Town

__all__ = ["Grounds"]

VERSION = 1
_EDGE_M = 40.0
_INNER_M = 120.0
_Floats = npt.NDArray[np.float64]


class Grounds:
    """Where each kind of ground is, from the base map and the roads; each kind is read when first asked for.

    Parameters
    ----------
    town
        The town.
    """

    def __init__(self, town: Town) -> None:
        self._town = town
        self._trees: dict[str, shapely.STRtree] = {}

    def _tree(self, kind: str) -> shapely.STRtree:
        found = self._trees.get(kind)
        if found is None:
            ground = load_scene().ground[kind]
            shapes = [shape for table, kinds in ground.tables.items() for shape in self._shapes(table, kinds, ground)]
            shapes += self._roads(ground)
            found = self._trees[kind] = shapely.STRtree(shapes)
        return found

    def _shapes(self, table: str, kinds: Sequence[str], ground: Ground) -> list[shapely.Geometry]:
        """Return areas of a base-map table, lines widened, metres in the town's CRS."""
        rows = self._town.table(table)
        column = rows.text("kind")
        wanted = [code for code, kind in enumerate(column.vocabulary()) if not kinds or kind in kinds]
        raw = [rows.wkb(row) for row in np.flatnonzero(np.isin(column.codes, wanted)).tolist()]
        shapes = shapely.from_wkb([wkb for wkb in raw if wkb is not None])
        return self._widened(list(shapely.transform(shapes, self._to_xy)), ground.line_m) if len(shapes) else []

    def _roads(self, ground: Ground) -> list[shapely.Geometry]:
        if not ground.highways:
            return []
        network = self._town.network
        column = network.segments.text("highway")
        wanted = [code for code, kind in enumerate(column.vocabulary()) if kind in ground.highways]
        rows = np.flatnonzero(np.isin(column.codes, wanted)).tolist()
        return self._widened([shapely.LineString(network.segment_xy(row)) for row in rows], ground.line_m)

    def _widened(self, shapes: Sequence[shapely.Geometry], line_m: float) -> list[shapely.Geometry]:
        found = np.asarray(shapes, dtype=object)
        if not len(found):
            return []
        lines = shapely.get_dimensions(found) < 2
        found[lines] = shapely.buffer(found[lines], line_m, quad_segs=2)
        return list(found)

    def _to_xy(self, points: _Floats) -> _Floats:
        x, y = self._town.projection.arrays_to_xy(points[:, 0].copy(), points[:, 1].copy())
        return np.column_stack([x, y])

    @property
    def has_water(self) -> bool:
        """Tell whether any water is on file."""
        return bool(self._shore.n)

    def is_on(self, kind: str, x: _Floats, y: _Floats) -> npt.NDArray[np.bool_]:
        """Tell which points lie on a kind of ground.

        Parameters
        ----------
        kind
            Key of the table of grounds.
        x, y
            Metres in the town's CRS.
        """
        inside = np.zeros(len(x), dtype=bool)
        tree = self._tree(kind)
        if not len(x) or not len(tree.geometries):
            return inside
        around = shapely.box(float(x.min()), float(y.min()), float(x.max()), float(y.max()))
        for row in tree.query(around).tolist():
            shape = tree.geometries[row]
            shapely.prepare(shape)  # does nothing the second time
            west, south, east, north = shapely.bounds(shape).tolist()
            near = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north) & ~inside)
            inside[near] = shapely.contains_xy(shape, x[near], y[near])
        return inside

    @cached_property
    def _shore(self) -> KDTree:
        """Return points on and in water, a few metres apart along its edge."""
        found = self._town.derived("water_points", VERSION, lambda: {"xy": self._water_points()})
        return KDTree(np.asarray(found["xy"]))

    def _water_points(self) -> _Floats:
        shapes = np.asarray(self._tree("water").geometries)
        edge = (
            shapely.get_coordinates(shapely.segmentize(shapely.boundary(shapes), _EDGE_M))
            if len(shapes)
            else np.zeros((0, 2))
        )
        inner = [_lattice_in(shape) for shape in shapes.tolist() if shape.area > _INNER_M**2]
        both = np.concatenate([edge, *inner])
        # One of many in a square: streams run along their own banks.
        _, first = np.unique((both // (_EDGE_M / 2)).astype(np.int64), axis=0, return_index=True)
        return cast(_Floats, both[np.sort(first)])

    def water_distance_m(self, x: _Floats, y: _Floats, furthest_m: float) -> _Floats:
        """Return metres from points to the nearest water, to some 20 m; the furthest where there is none nearer.

        Parameters
        ----------
        x, y
            Metres in the town's CRS.
        furthest_m
            How far to look.
        """
        if not self._shore.n:
            return np.full(len(x), furthest_m)
        distance, _ = self._shore.query(np.column_stack([x, y]), distance_upper_bound=furthest_m)
        return cast(_Floats, np.minimum(distance, furthest_m))

    def warm(self) -> None:
        """Make what is kept beside the town file."""
        self._shore  # noqa: B018

    def lay_cells(self, kind: str, centres: Sequence[tuple[float, float, float]]) -> tuple[_Floats, _Floats]:
        """Return points of a lattice over a kind of ground within reach of centres, metres.

        Parameters
        ----------
        kind
            Key of the table of grounds.
        centres
            x, y and reach, metres.
        """
        scene = load_scene()
        area = sum(reach**2 for _, _, reach in centres) * 4.0
        # As fine as the table says, but never more points than can be looked at.
        step = max(scene.ground_spacing_m, (area / (4.0 * scene.ground_most)) ** 0.5)
        squares: list[npt.NDArray[np.int64]] = []
        for x, y, reach in centres:
            column = np.arange(int((x - reach) // step), int((x + reach) // step) + 1)
            row = np.arange(int((y - reach) // step), int((y + reach) // step) + 1)
            grid = np.stack(np.meshgrid(column, row), axis=-1).reshape(-1, 2)
            away = np.hypot((grid[:, 0] + 0.5) * step - x, (grid[:, 1] + 0.5) * step - y)
            squares.append(grid[away <= reach])
        both = np.unique(np.concatenate(squares), axis=0) if squares else np.zeros((0, 2), dtype=np.int64)
        px, py = (both[:, 0] + 0.5) * step, (both[:, 1] + 0.5) * step
        on = self.is_on(kind, px, py)
        return px[on][: scene.ground_most], py[on][: scene.ground_most]


def _lattice_in(shape: shapely.Geometry) -> _Floats:
    """Return points of a lattice inside an area, metres."""
    west, south, east, north = shapely.bounds(shape).tolist()
    step = max(_INNER_M, ((east - west) * (north - south) / 20_000) ** 0.5)
    grid = np.stack(np.meshgrid(np.arange(west, east, step), np.arange(south, north, step)), axis=-1).reshape(-1, 2)
    shapely.prepare(shape)
    return cast(_Floats, grid[shapely.contains_xy(shape, grid[:, 0], grid[:, 1])])
