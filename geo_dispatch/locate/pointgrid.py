"""The nearest row of a table of points, by a grid kept beside the town file."""

from __future__ import annotations

import math

import numpy as np

from geo_dispatch.town.columns import Arrays
from geo_dispatch.town.town import Town

__all__ = ["PointGrid"]

VERSION = 1
_CELL_M = 400.0


def _grid_arrays(town: Town, table: str) -> Arrays:
    columns = town.table(table)
    rows = np.flatnonzero(np.isfinite(columns.x) & np.isfinite(columns.y))
    x, y = np.asarray(columns.x)[rows], np.asarray(columns.y)[rows]
    west, south = (float(x.min()), float(y.min())) if len(rows) else (0.0, 0.0)
    column, row = ((x - west) // _CELL_M).astype(np.int64), ((y - south) // _CELL_M).astype(np.int64)
    width = int(column.max()) + 1 if len(rows) else 1
    height = int(row.max()) + 1 if len(rows) else 1
    cell = row * width + column
    order = np.argsort(cell, kind="stable")
    return {
        "first": np.searchsorted(cell[order], np.arange(width * height + 1)).astype(np.int64),
        "row": rows[order].astype(np.int32),
        "shape": np.asarray([width, height], dtype=np.int64),
        "origin": np.asarray([west, south]),
    }


class PointGrid:
    """Finds the rows of a point table that are near a point.

    Parameters
    ----------
    town
        The town.
    table
        Name of a point table: addresses, places, exits, mile_markers.
    """

    def __init__(self, town: Town, table: str) -> None:
        self._columns = town.table(table)
        self._arrays = town.derived(f"points_{table}", VERSION, lambda: _grid_arrays(town, table))

    def list_near(self, x: float, y: float, reach_m: float) -> list[tuple[float, int]]:
        """Return distance in metres and row of all points within a reach, nearest first.

        Parameters
        ----------
        x, y
            Metres in the town's CRS.
        reach_m
            The furthest distance, inclusive.
        """
        first, rows = self._arrays["first"], self._arrays["row"]
        width, height = self._arrays["shape"].tolist()
        west, south = self._arrays["origin"].tolist()
        low_row = max(int((y - reach_m - south) // _CELL_M), 0)
        high_row = min(int((y + reach_m - south) // _CELL_M), height - 1)
        low = min(max(int((x - reach_m - west) // _CELL_M), 0), width - 1)
        high = min(max(int((x + reach_m - west) // _CELL_M), -1), width - 1)
        parts = [
            rows[int(first[row * width + low]) : int(first[row * width + high + 1])]
            for row in range(low_row, high_row + 1)
            if high >= low
        ]
        near = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)
        distance = np.hypot(self._columns.x[near] - x, self._columns.y[near] - y)
        keep = distance <= reach_m
        pairs = sorted(zip(distance[keep].tolist(), near[keep].tolist(), strict=True))
        return [(float(d), int(r)) for d, r in pairs]

    def find_nearest(self, x: float, y: float, reach_m: float) -> tuple[float, int] | None:
        """Return distance in metres and row of the nearest point within a reach, else None."""
        reach = min(_CELL_M, reach_m)
        while True:
            found = self.list_near(x, y, reach)
            if found:
                return found[0]
            if reach >= reach_m:
                return None
            reach = min(math.ceil(reach * 2.5), reach_m)
