"""The road network in memory: nodes, segments (centre lines) and arcs (directions of travel)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray
from geo_dispatch.town.columns import Arrays, TableColumns

__all__ = ["Network"]


@dataclass(frozen=True, slots=True)
class Network:
    """A road network as arrays.

    A *segment* is one stretch of centre line between two nodes, in its digitised direction; an *arc* is a segment
    travelled one way. Arcs are sorted by the node they start at, so that ``first_arc[n]:first_arc[n + 1]`` are the arcs
    that leave node ``n``.

    Attributes
    ----------
    node_osmid, node_lon, node_lat, node_x, node_y
        Id; degrees; metres in the town's CRS; shape ``(n_nodes,)``.
    nodes
        The table ``nodes``: highway, barrier, access, ref, municipality ... of each node.
    segment_from, segment_to
        Nodes at the ends of each segment, shape ``(n_segments,)``.
    first_vertex
        Where each segment's vertices begin, shape ``(n_segments + 1,)``.
    vertex_lon, vertex_lat, vertex_x, vertex_y
        All vertices in digitised order, degrees and metres, shape ``(n_vertices,)``.
    vertex_along_m
        Geodesic metres from the start of its segment, shape ``(n_vertices,)``.
    segment_length_m
        Geodesic length, shape ``(n_segments,)``.
    segment_street
        Row of ``streets``, -1 when unnamed, shape ``(n_segments,)``.
    segments
        Attributes of each segment (name, ref, highway, bridge, access ...), columns as in ``edges``.
    arc_from, arc_to, arc_segment
        Shape ``(n_arcs,)``.
    arc_reversed
        True when the arc runs against the digitised direction.
    arc_key
        Tells parallel edges apart in the exported graph: (u, v, key).
    arc_length_m, arc_speed_kph, arc_time_s
        Car defaults, shape ``(n_arcs,)``.
    first_arc
        Shape ``(n_nodes + 1,)``.
    segment_forward_arc, segment_backward_arc
        Arc of each segment in each direction, -1 when closed, shape ``(n_segments,)``.
    """

    node_osmid: npt.NDArray[np.int64]
    node_lon: FloatArray
    node_lat: FloatArray
    node_x: FloatArray
    node_y: FloatArray
    nodes: TableColumns
    segment_from: npt.NDArray[np.int32]
    segment_to: npt.NDArray[np.int32]
    first_vertex: npt.NDArray[np.int64]
    vertex_lon: FloatArray
    vertex_lat: FloatArray
    vertex_x: FloatArray
    vertex_y: FloatArray
    vertex_along_m: FloatArray
    segment_length_m: FloatArray
    segment_street: npt.NDArray[np.int32]
    segments: TableColumns
    arc_from: npt.NDArray[np.int32]
    arc_to: npt.NDArray[np.int32]
    arc_segment: npt.NDArray[np.int32]
    arc_reversed: npt.NDArray[np.bool_]
    arc_key: npt.NDArray[np.int32]
    arc_length_m: FloatArray
    arc_speed_kph: FloatArray
    arc_time_s: FloatArray
    first_arc: npt.NDArray[np.int64]
    segment_forward_arc: npt.NDArray[np.int32]
    segment_backward_arc: npt.NDArray[np.int32]

    @classmethod
    def of(cls, arrays: Arrays) -> Network:
        """Make a network of a town's arrays."""
        fields: dict[str, Any] = {
            name: arrays[f"network/{name}"] for name in cls.__dataclass_fields__ if name not in ("nodes", "segments")
        }
        return cls(nodes=TableColumns(arrays, "nodes"), segments=TableColumns(arrays, "segments"), **fields)

    @property
    def node_count(self) -> int:
        """Return the number of nodes."""
        return len(self.node_osmid)

    @property
    def segment_count(self) -> int:
        """Return the number of segments."""
        return len(self.segment_from)

    @property
    def arc_count(self) -> int:
        """Return the number of arcs."""
        return len(self.arc_from)

    def segment_lonlat(self, segment: int) -> npt.NDArray[np.float64]:
        """Return a segment's vertices in digitised order, degrees, shape ``(k, 2)``."""
        span = slice(int(self.first_vertex[segment]), int(self.first_vertex[segment + 1]))
        return np.column_stack([self.vertex_lon[span], self.vertex_lat[span]])

    def segment_xy(self, segment: int) -> npt.NDArray[np.float64]:
        """Return a segment's vertices in digitised order, metres, shape ``(k, 2)``."""
        span = slice(int(self.first_vertex[segment]), int(self.first_vertex[segment + 1]))
        return np.column_stack([self.vertex_x[span], self.vertex_y[span]])

    def part_lonlat(self, segment: int, from_m: float, to_m: float) -> npt.NDArray[np.float64]:
        """Return the part of a segment between two distances from its digitised start, degrees, shape ``(k, 2)``, at least 2."""
        low, high = min(from_m, to_m), max(from_m, to_m)
        whole = self.segment_lonlat(segment)
        if high - low == float(self.segment_length_m[segment]):
            return whole
        along = np.asarray(self.vertex_along_m[int(self.first_vertex[segment]) : int(self.first_vertex[segment + 1])])
        ends = np.asarray([self.point_along(segment, m) for m in (low, high)])
        return np.vstack([ends[:1], whole[(along > low) & (along < high)], ends[1:]])

    def arcs_from(self, node: int) -> range:
        """Return the arcs that leave a node."""
        return range(int(self.first_arc[node]), int(self.first_arc[node + 1]))

    def point_along(self, segment: int, along_m: float) -> tuple[float, float]:
        """Return longitude and latitude at a distance from the digitised start of a segment, metres (clamped)."""
        start, end = int(self.first_vertex[segment]), int(self.first_vertex[segment + 1])
        along = self.vertex_along_m[start:end]
        return (
            float(np.interp(along_m, along, self.vertex_lon[start:end])),
            float(np.interp(along_m, along, self.vertex_lat[start:end])),
        )

    def points_along_xy(
        self, segments: npt.NDArray[np.integer[Any]], along_m: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return x and y at distances from the digitised starts of segments, metres (clamped), shape ``(n,)`` each.

        Parameters
        ----------
        segments
            Rows of segments, shape ``(n,)``.
        along_m
            Metres from the start of each, shape ``(n,)``.
        """
        first, end = self.first_vertex[segments], self.first_vertex[segments + 1]
        counts = end - first
        begin = np.cumsum(counts) - counts
        vertex = np.arange(int(counts.sum())) - np.repeat(begin - first, counts)
        passed = self.vertex_along_m[vertex] <= np.repeat(along_m, counts)
        before = first + np.maximum(np.add.reduceat(passed, begin, dtype=np.int64) - 1, 0)
        after = np.minimum(before + 1, end - 1)
        start, span = self.vertex_along_m[before], self.vertex_along_m[after] - self.vertex_along_m[before]
        beyond = np.maximum(along_m - start, 0.0)

        def between(values: FloatArray) -> FloatArray:
            low = values[before]
            slope = np.divide(values[after] - low, span, out=np.zeros(len(low)), where=span > 0)
            mixed: FloatArray = slope * beyond + low
            return mixed

        return between(self.vertex_x), between(self.vertex_y)

    def municipalities_of(self, segments: Iterable[int]) -> list[str]:
        """Return the municipalities that segments lie in, each once, in order."""
        column = self.segments.text("municipality")
        return list(dict.fromkeys(name for segment in segments if (name := column[segment])))
