"""Where the two ends of a trip join the graph."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.graph import RoadGraph
from geo_dispatch.routing.search import RoadPoints

__all__ = ["Ends", "States", "share_along"]

_COLUMNS = 6
_AT_NODE_M = 0.1
"""A point nearer than this to an end of its segment is at the node: degrees rounded to six digits move it by 0.07 m."""

States = npt.NDArray[np.int64]


class Ends:
    """Where points on roads join the states: up to six states each, -1 where there are fewer.

    Columns 0 and 1 are the arc along the segment, 2 and 3 the one against it. An origin joins where its arcs lead, a
    destination where its arcs come from. Columns 4 and 5, without an arc, are the node that a point at the very end of
    its segment is at: from a crossing all its streets can be taken, whichever of them the point was moved to, but not
    across a barrier.

    Parameters
    ----------
    graph
        The graph of a profile.
    origins, destinations
        Points on its roads.

    Attributes
    ----------
    from_state, from_time, from_arc, from_length
        Of each origin: states, seconds, arcs (-1 none) and metres to them, shape ``(n_origins, 6)``.
    to_state, to_time, to_arc, to_length
        The same from states to each destination, shape ``(n_destinations, 6)``.
    """

    def __init__(self, graph: RoadGraph, origins: RoadPoints, destinations: RoadPoints) -> None:
        self.from_state, self.from_time, self.from_arc, self.from_length, self._from = _joins(graph, origins, True)
        self.to_state, self.to_time, self.to_arc, self.to_length, self._to = _joins(graph, destinations, False)

    def from_share(self, column: int) -> float:
        """Return where on its arc the first origin lies, in the direction of travel."""
        return float(self._from[0, column])

    def to_share(self, column: int) -> float:
        """Return where on its arc the first destination lies, in the direction of travel."""
        return float(self._to[0, column])

    def swapped(self) -> Ends:
        """Return the ends for a search from the destinations back."""
        other = object.__new__(Ends)
        other.from_state, other.from_time, other.from_arc, other.from_length, other._from = (
            self.to_state, self.to_time, self.to_arc, self.to_length, self._to,
        )  # fmt: skip
        other.to_state, other.to_time, other.to_arc, other.to_length, other._to = (
            self.from_state, self.from_time, self.from_arc, self.from_length, self._from,
        )  # fmt: skip
        return other


def share_along(graph: RoadGraph, points: RoadPoints) -> FloatArray:
    """Return where on their segments points lie, 0..1 in the digitised direction."""
    length = np.asarray(graph.network.segment_length_m)[points.segment]
    return np.clip(np.divide(points.along_m, length, out=np.zeros(len(points)), where=length > 0), 0.0, 1.0)


def _joins(
    graph: RoadGraph, points: RoadPoints, leaving: bool
) -> tuple[States, FloatArray, States, FloatArray, FloatArray]:
    """Return states, seconds, arcs, metres and shares (position on the arc), each ``(n, 6)``."""
    network = graph.network
    share = share_along(graph, points)
    shape = (len(points), _COLUMNS)
    states, arcs_out = np.full(shape, -1, dtype=np.int64), np.full(shape, -1, dtype=np.int64)
    seconds, metres, shares = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    private = np.zeros(len(points), dtype=bool)
    for column, arcs, position in (
        (0, network.segment_forward_arc, share),
        (2, network.segment_backward_arc, 1.0 - share),
    ):
        arc = np.asarray(arcs)[points.segment].astype(np.int64)
        time = np.where(arc >= 0, graph.arc_time_s[arc], np.inf)
        usable = np.isfinite(time)
        ends_only = usable & graph.arc_ends_only[arc]
        private |= ends_only
        node = np.asarray(network.arc_to if leaving else network.arc_from)[arc].astype(np.int64)
        part = (1.0 - position) if leaving else position
        plain, extra = _states_at(graph, node, leaving)
        states[:, column] = np.where(usable, plain, -1)
        states[:, column + 1] = np.where(ends_only, extra, -1)
        for offset in (column, column + 1):
            arcs_out[:, offset] = arc
            seconds[:, offset] = np.where(usable, part * np.where(usable, time, 0.0), 0.0)
            metres[:, offset] = part * np.asarray(network.arc_length_m)[arc]
            shares[:, offset] = position
    length = np.asarray(network.segment_length_m)[points.segment]
    at_start, at_end = share * length <= _AT_NODE_M, (1.0 - share) * length <= _AT_NODE_M
    node = np.where(at_start, network.segment_from[points.segment], network.segment_to[points.segment]).astype(np.int64)
    known = (at_start | at_end) & (graph.blocked[node] < 0)
    states[:, 4] = np.where(known, node, -1)
    states[:, 5] = np.where(known & private, (graph.leaving if leaving else graph.arriving)[node], -1)
    return states, seconds, arcs_out, metres, shares


def _states_at(graph: RoadGraph, node: States, leaving: bool) -> tuple[States, States]:
    """Return the plain state of nodes and the one of end roads; where a barrier blocks, arrival ends at it."""
    stop = graph.blocked[node]
    if leaving:
        return np.where(stop >= 0, stop, node), np.where(stop >= 0, -1, graph.leaving[node])
    return node, graph.arriving[node].astype(np.int64)
