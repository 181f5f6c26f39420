"""Points along every road of a town, a few metres apart, found by where they are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo_dispatch.locate.tables.relations import load_relations
from geo_dispatch.town.columns import Arrays
from geo_dispatch.town.town import Town

__all__ = ["IntArray", "RoadSamples"]

VERSION = 4
_GRID_M = 250.0

IntArray = npt.NDArray[np.int64]


def _sample_arrays(town: Town) -> Arrays:
    """Place samples in the middle of equal steps of every segment, and sort them into a grid."""
    network = town.network
    count = np.maximum(np.rint(np.asarray(network.segment_length_m) / load_relations().spacing_m), 1).astype(np.int64)
    segment = np.repeat(np.arange(network.segment_count), count)
    first = np.concatenate([[0], np.cumsum(count)])
    share = (np.arange(first[-1]) - first[segment] + 0.5) / count[segment]
    # One running axis through all segments, each beginning beyond the end of the one before.
    length = np.asarray(network.segment_length_m)
    start = np.concatenate([[0.0], np.cumsum(length + 1.0)])[:-1]
    vertices = np.diff(network.first_vertex)
    axis = np.minimum(network.vertex_along_m, np.repeat(length, vertices)) + np.repeat(start, vertices)
    along = share * length[segment]
    x = _interp(along + start[segment], axis, network.vertex_x)
    y = _interp(along + start[segment], axis, network.vertex_y)
    ahead = start[segment] + np.minimum(along + 1.0, length[segment])
    behind = start[segment] + np.maximum(along - 1.0, 0.0)
    east = _interp(ahead, axis, network.vertex_x) - _interp(behind, axis, network.vertex_x)
    north = _interp(ahead, axis, network.vertex_y) - _interp(behind, axis, network.vertex_y)
    west, south = (float(x.min()), float(y.min())) if len(x) else (0.0, 0.0)
    column, row = ((x - west) // _GRID_M).astype(np.int64), ((y - south) // _GRID_M).astype(np.int64)
    width, height = (int(column.max()) + 1, int(row.max()) + 1) if len(x) else (1, 1)
    order = np.argsort(row * width + column, kind="stable")
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return {
        "x": x[order].astype(np.float32),  # to half a metre, in half the room
        "y": y[order].astype(np.float32),
        "segment": segment[order].astype(np.int32),
        "heading_deg": (np.degrees(np.arctan2(east, north)) % 360.0)[order].astype(np.float32),
        "along_m": along[order].astype(np.float32),
        "first": np.searchsorted((row * width + column)[order], np.arange(width * height + 1)).astype(np.int64),
        "segment_first": first.astype(np.int64),
        "segment_place": place,
        "shape": np.asarray([width, height], dtype=np.int64),
        "origin": np.asarray([west, south]),
        "setback_m": np.asarray([_setback_m(town, x, y)]),
    }


def _interp(
    at: npt.NDArray[np.float64], axis: npt.NDArray[np.float64], values: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Interpolate along an axis; a town without roads has no axis."""
    return np.interp(at, axis, values) if len(axis) else np.zeros(len(at))


def _setback_m(town: Town, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> float:
    """Return how far from the road most of the town's addresses are, metres."""
    from scipy.spatial import KDTree

    table, addresses = load_relations(), town.table("addresses")
    rows = np.flatnonzero(np.isfinite(addresses.x))
    if not len(x):
        return 0.0  # without roads, cells cover the ground itself
    if len(rows) < table.setback["least_addresses"]:
        return table.setback["unknown_m"]
    rows = rows[:: max(len(rows) // 20_000, 1)]
    distance, _ = KDTree(np.column_stack([x, y])).query(np.column_stack([addresses.x[rows], addresses.y[rows]]))
    measured = float(np.quantile(distance, table.setback["share"]))
    return min(max(measured, table.setback["least_m"]), table.setback["most_m"])


class RoadSamples:
    """Points along every road of a town.

    Parameters
    ----------
    town
        The town; the index is made at first use and kept beside the town file.

    Attributes
    ----------
    x, y
        Metres in the town's CRS, shape ``(n,)``.
    segment
        Road segment of each.
    along_m
        Metres from the segment's digitised start.
    heading_deg
        Direction of the segment there as digitised, degrees from north.
    setback_m
        How far from the road most of the town's addresses are, metres.
    """

    def __init__(self, town: Town) -> None:
        self._arrays = town.derived("road_samples", VERSION, lambda: _sample_arrays(town))
        self.x = self._arrays["x"]
        self.y = self._arrays["y"]
        self.segment = self._arrays["segment"]
        self.along_m = self._arrays["along_m"]
        self.heading_deg = self._arrays["heading_deg"]
        self.setback_m = float(self._arrays["setback_m"][0])

    def __len__(self) -> int:
        return len(self.x)

    def near(self, x: float, y: float, reach_m: float) -> IntArray:
        """Return the samples within a reach of a point, metres."""
        first = self._arrays["first"]
        width, height = self._arrays["shape"].tolist()
        west, south = self._arrays["origin"].tolist()
        low_row, high_row = int((y - reach_m - south) // _GRID_M), int((y + reach_m - south) // _GRID_M)
        low, high = int((x - reach_m - west) // _GRID_M), int((x + reach_m - west) // _GRID_M)
        low, high = max(low, 0), min(high, width - 1)
        parts = [
            np.arange(int(first[row * width + low]), int(first[row * width + high + 1]))
            for row in range(max(low_row, 0), min(high_row, height - 1) + 1)
            if low <= high
        ]
        found = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
        inside = (self.x[found] - x) ** 2 + (self.y[found] - y) ** 2 <= reach_m**2
        kept: IntArray = found[inside]
        return kept

    def of_segments(self, segments: npt.NDArray[np.integer]) -> IntArray:
        """Return the samples of road segments."""
        first, place = self._arrays["segment_first"], self._arrays["segment_place"]
        parts = [place[int(first[s]) : int(first[s + 1])] for s in segments]
        return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, dtype=np.int64)

    def road_km_per_km2(self, x: float, y: float, reach_m: float = 600.0) -> float:
        """Return the length of road per area around a point."""
        found = len(self.near(x, y, reach_m))
        return float(found * load_relations().spacing_m / 1e3 / (np.pi * (reach_m / 1e3) ** 2))
