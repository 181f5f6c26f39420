"""From a position to the nearest point on a road."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from geo_dispatch.errors import CoordinateError
from geo_dispatch.geometry import FloatArray, LonLat
from geo_dispatch.routing.search import RoadPoint, RoadPoints
from geo_dispatch.town.columns import Arrays
from geo_dispatch.town.town import Town
from geo_dispatch.units import format_distance

__all__ = ["MAX_SNAP_M", "Snap", "Snapper", "Snaps"]

MAX_SNAP_M = 2000.0
"""A position farther than this from every road is refused: it is at sea, in the woods, or a slip of the finger."""

_CELL_M = 200.0
_VERSION = 1
_KEPT = 2048
"""Single positions whose road is remembered: stations, and the two ends of a call."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Snap:
    """A position moved to the nearest road.

    Attributes
    ----------
    segment
        Row of the network's segments.
    along_m
        Metres from the segment's digitised start.
    lon, lat
        The point on the road, degrees.
    distance_m
        From the position asked for to the road, metres.
    side
        Which side of the digitised direction the position lies on.
    """

    segment: int
    along_m: float
    lon: float
    lat: float
    distance_m: float
    side: Literal["left", "right"]

    @property
    def point(self) -> RoadPoint:
        """Return it as searches take it."""
        return RoadPoint(self.segment, self.along_m)


@dataclass(frozen=True, slots=True)
class Snaps:
    """Many positions moved to the nearest road, shape ``(n,)`` each; ``segment`` is -1 where no road is near enough."""

    segment: npt.NDArray[np.int64]
    along_m: FloatArray
    lon: FloatArray
    lat: FloatArray
    distance_m: FloatArray
    left: Mask

    def __len__(self) -> int:
        return len(self.segment)

    def one(self, row: int) -> Snap | None:
        """Return one of them; None where no road is near enough."""
        if self.segment[row] < 0:
            return None
        return Snap(
            int(self.segment[row]),
            float(self.along_m[row]),
            float(self.lon[row]),
            float(self.lat[row]),
            float(self.distance_m[row]),
            "left" if self.left[row] else "right",
        )

    @property
    def points(self) -> RoadPoints:
        """Return them as searches take them; every one must have a road."""
        return RoadPoints(self.segment, self.along_m)


class Snapper:
    """Finds the nearest road of a position, by a grid of straight pieces kept beside the town file.

    Parameters
    ----------
    town
        The town.
    max_distance_m
        How far from a position a road may be, metres.
    """

    def __init__(self, town: Town, *, max_distance_m: float = MAX_SNAP_M) -> None:
        self._town = town
        self._network = town.network
        self._grid = town.derived("snap", _VERSION, lambda: _make_grid(town))
        self._max_m = max_distance_m
        x0, y0, columns, rows = self._grid["extent"].tolist()
        self._origin = (x0, y0)
        self._shape = (int(columns), int(rows))
        self._kept: dict[tuple[float, float, int], tuple[Mask | None, Snap | None]] = {}

    def snap(self, position: LonLat, *, usable: Mask | None = None) -> Snap:
        """Move a position to the nearest road.

        Parameters
        ----------
        position
            Degrees.
        usable
            Which segments count, shape ``(n_segments,)``; all when None.

        Returns
        -------
        Snap
            The nearest point; of two equally near the segment with the lower row.

        Raises
        ------
        CoordinateError
            If the position is outside the network, swapped, or farther than the limit from every road that counts.
        """
        self._town.check_covers(position)
        found = self.find(position, usable=usable)
        if found is None:
            raise CoordinateError(
                f"{position.lon:g},{position.lat:g} has no usable road within {format_distance(self._max_m)}: "
                "check the position, longitude first"
            )
        return found

    def find(self, position: LonLat, *, usable: Mask | None = None) -> Snap | None:
        """Return the point that `snap` gives, also of a position outside the network; None where no road is near enough.

        Parameters
        ----------
        position
            Degrees.
        usable
            Which segments count, shape ``(n_segments,)``; all when None.
        """
        return self.find_all([position], usable=usable)[0]

    def find_all(self, positions: Sequence[LonLat], *, usable: Mask | None = None) -> list[Snap | None]:
        """Return the points that `find` gives for several positions; what is found is remembered.

        Parameters
        ----------
        positions
            Degrees.
        usable
            Which segments count, shape ``(n_segments,)``; all when None.
        """
        found: dict[LonLat, Snap | None] = {}
        for position in positions:
            kept = self._kept.get((position.lon, position.lat, id(usable)))
            if kept is not None and kept[0] is usable:
                found[position] = kept[1]
        if missing := [position for position in dict.fromkeys(positions) if position not in found]:
            lon, lat = ([position[axis] for position in missing] for axis in (0, 1))
            snaps = self.snap_many(lon, lat, usable=usable)
            if len(self._kept) + len(missing) > _KEPT:
                self._kept.clear()
            for row, position in enumerate(missing):
                found[position] = snaps.one(row)
                self._kept[position.lon, position.lat, id(usable)] = (usable, found[position])
        return [found[position] for position in positions]

    def snap_many(
        self, lon: Sequence[float] | FloatArray, lat: Sequence[float] | FloatArray, *, usable: Mask | None = None
    ) -> Snaps:
        """Move many positions to their nearest roads.

        Parameters
        ----------
        lon, lat
            Degrees, shape ``(n,)``.
        usable
            Which segments count, shape ``(n_segments,)``; all when None.

        Returns
        -------
        Snaps
            ``segment`` -1, and NaN, where no road is near enough.
        """
        x, y = self._town.projection.arrays_to_xy(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
        if not len(self._grid["pieces"]):  # a town without roads
            none = np.full(len(x), np.nan)
            return Snaps(np.full(len(x), -1), none, none, none, none, np.zeros(len(x), dtype=bool))
        piece, distance = self._nearest_pieces(x, y, usable)
        return self._describe(x, y, piece, distance)

    def _nearest_pieces(
        self, x: FloatArray, y: FloatArray, usable: Mask | None
    ) -> tuple[npt.NDArray[np.int64], FloatArray]:
        """Search rings of cells outwards until nothing nearer can come."""
        best_piece = np.full(len(x), -1, dtype=np.int64)
        best = np.full(len(x), np.inf)
        column = np.floor((x - self._origin[0]) / _CELL_M)
        row = np.floor((y - self._origin[1]) / _CELL_M)
        open_ = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        for ring in range(math.ceil(self._max_m / _CELL_M) + 2):
            if not len(open_):
                break
            owner, piece = self._pieces_in_ring(open_, column[open_], row[open_], ring)
            if usable is not None:
                keep = usable[np.asarray(self._grid["piece_segment"])[piece]]
                owner, piece = owner[keep], piece[keep]
            if len(piece):
                distance = self._distances(x[owner], y[owner], piece)[0]
                order = np.lexsort((piece, distance, owner))
                owner, piece, distance = owner[order], piece[order], distance[order]
                first = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]]))
                owner, piece, distance = owner[first], piece[first], distance[first]
                nearer = (distance < best[owner]) | ((distance == best[owner]) & (piece < best_piece[owner]))
                best[owner[nearer]], best_piece[owner[nearer]] = distance[nearer], piece[nearer]
            open_ = open_[best[open_] > ring * _CELL_M]
        far = best > self._max_m
        best_piece[far] = -1
        return best_piece, best

    def _pieces_in_ring(
        self, points: npt.NDArray[np.int64], column: FloatArray, row: FloatArray, ring: int
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return pairs of point and piece for the cells at a distance of ``ring`` from each point's own."""
        span = np.arange(-ring, ring + 1)
        offset_x, offset_y = (grid.ravel() for grid in np.meshgrid(span, span, indexing="ij"))
        edge = np.maximum(np.abs(offset_x), np.abs(offset_y)) == ring
        cell_x = column[:, None] + offset_x[edge]
        cell_y = row[:, None] + offset_y[edge]
        columns, rows = self._shape
        inside = (cell_x >= 0) & (cell_x < columns) & (cell_y >= 0) & (cell_y < rows)
        cell = (cell_y * columns + cell_x)[inside].astype(np.int64)
        owner = np.broadcast_to(points[:, None], inside.shape)[inside]
        first = np.asarray(self._grid["first"])
        counts = first[cell + 1] - first[cell]
        total = int(counts.sum())
        within = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
        return np.repeat(owner, counts), np.asarray(self._grid["pieces"])[np.repeat(first[cell], counts) + within]

    def _distances(
        self, x: FloatArray, y: FloatArray, piece: npt.NDArray[np.int64]
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return metres to each piece, where on it (0..1), and the cross product (positive: left of it)."""
        vertex = np.asarray(self._grid["piece_vertex"])[piece]
        vx, vy = np.asarray(self._network.vertex_x), np.asarray(self._network.vertex_y)
        ax, ay = vx[vertex], vy[vertex]
        dx, dy = vx[vertex + 1] - ax, vy[vertex + 1] - ay
        px, py = x - ax, y - ay
        squared = dx * dx + dy * dy
        share = np.clip(np.divide(px * dx + py * dy, squared, out=np.zeros_like(px), where=squared > 0), 0.0, 1.0)
        return np.hypot(px - share * dx, py - share * dy), share, dx * py - dy * px

    def _describe(self, x: FloatArray, y: FloatArray, piece: npt.NDArray[np.int64], distance: FloatArray) -> Snaps:
        network = self._network
        none = piece < 0
        safe = np.where(none, 0, piece)
        _, share, cross = self._distances(x, y, safe)
        vertex = np.asarray(self._grid["piece_vertex"])[safe]

        def between(values: FloatArray) -> FloatArray:
            start = np.asarray(values)[vertex]
            mixed: FloatArray = start + share * (np.asarray(values)[vertex + 1] - start)
            return np.where(none, np.nan, mixed)

        segment = np.where(none, -1, np.asarray(self._grid["piece_segment"])[safe]).astype(np.int64)
        along = between(network.vertex_along_m)
        return Snaps(segment, along, between(network.vertex_lon), between(network.vertex_lat), distance, cross > 0)


def _make_grid(town: Town) -> Arrays:
    """List the straight pieces of all segments by grid cell."""
    network = town.network
    x, y = np.asarray(network.vertex_x), np.asarray(network.vertex_y)
    owner = np.repeat(np.arange(network.segment_count), np.diff(network.first_vertex))
    vertex = np.flatnonzero(owner[1:] == owner[:-1])
    low_x, high_x = np.minimum(x[vertex], x[vertex + 1]), np.maximum(x[vertex], x[vertex + 1])
    low_y, high_y = np.minimum(y[vertex], y[vertex + 1]), np.maximum(y[vertex], y[vertex + 1])
    x0, y0 = (float(low_x.min()), float(low_y.min())) if len(vertex) else (0.0, 0.0)
    first_column, last_column = ((v - x0) // _CELL_M for v in (low_x, high_x))
    first_row, last_row = ((v - y0) // _CELL_M for v in (low_y, high_y))
    columns = int(last_column.max()) + 1 if len(vertex) else 1
    rows = int(last_row.max()) + 1 if len(vertex) else 1
    wide = (last_column - first_column + 1).astype(np.int64)
    cells_of = wide * (last_row - first_row + 1).astype(np.int64)
    piece = np.repeat(np.arange(len(vertex)), cells_of)
    within = np.arange(len(piece)) - np.repeat(np.cumsum(cells_of) - cells_of, cells_of)
    column = first_column[piece] + within % wide[piece]
    row = first_row[piece] + within // wide[piece]
    cell = (row * columns + column).astype(np.int64)
    order = np.argsort(cell, kind="stable")
    return {
        "extent": np.asarray([x0, y0, columns, rows], dtype=np.float64),
        "first": np.searchsorted(cell[order], np.arange(columns * rows + 1)).astype(np.int64),
        "pieces": piece[order].astype(np.int64),
        "piece_vertex": vertex.astype(np.int64),
        "piece_segment": owner[vertex].astype(np.int64),
    }
