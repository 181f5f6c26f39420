"""Where the two ends of a trip join the graph."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.exact import exact_s
from geo_dispatch.routing.graph import RoadGraph
from geo_dispatch.routing.search import RoadPoints

__all__ = ["Joins", "at_node", "join_destinations", "join_origins", "share_along"]

_AT_NODE_M = 0.1
"""A point nearer than this to an end of its segment is at the node: degrees rounded to six digits move it by 0.07 m."""
_NONE = -1

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Joins:
    """Where points on roads join the states, those of each point together.

    Attributes
    ----------
    first
        Joins of point ``p`` stand at ``first[p]:first[p + 1]``, shape ``(n_points + 1,)``.
    state
        State joined, shape ``(n_joins,)``.
    time_s, length_m
        Seconds and metres between the point and the start of the state's arc.
    arc
        Arc driven between the two, -1 when none is: the origin's own, the destination's last.
    share
        Where on that arc the point lies, 0..1 in the direction of travel.
    """

    first: Ints
    state: Ints
    time_s: FloatArray
    length_m: FloatArray
    arc: Ints
    share: FloatArray

    def of(self, rows: slice) -> Joins:
        """Return the joins of a range of points."""
        begin, end = int(self.first[rows.start]), int(self.first[rows.stop])
        part = slice(begin, end)
        first = self.first[rows.start : rows.stop + 1] - begin
        return Joins(first, self.state[part], self.time_s[part], self.length_m[part], self.arc[part], self.share[part])

    @property
    def owner(self) -> Ints:
        """Return the point of each join, shape ``(n_joins,)``."""
        return np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))

    def fastest(self) -> tuple[Ints, Ints, FloatArray]:
        """Return point, state and seconds of the joins, by point and state; of several to one state the fastest."""
        order = np.lexsort((self.time_s, self.state, self.owner))
        owner, state = self.owner[order], self.state[order]
        keep = np.ones(len(order), dtype=bool)
        keep[1:] = (owner[1:] != owner[:-1]) | (state[1:] != state[:-1])
        return owner[keep], state[keep], self.time_s[order][keep]

    def least(self, total: FloatArray) -> tuple[FloatArray, Ints]:
        """Return the least of each point's totals by row, inf where it has none, and the join that gives it, -1 for none.

        Parameters
        ----------
        total
            Seconds of each join, shape ``(n_rows, n_joins)``.
        """
        points = len(self.first) - 1
        least = np.full((len(total), points), np.inf)
        which = np.full((len(total), points), -1, dtype=np.int64)
        there = np.flatnonzero(np.diff(self.first))
        if len(there):
            least[:, there] = np.minimum.reduceat(total, self.first[there], axis=1)
            row, join = np.nonzero(total == least[:, self.owner])
            which[row[::-1], self.owner[join[::-1]]] = join[::-1]
        return least, which


def share_along(graph: RoadGraph, points: RoadPoints) -> FloatArray:
    """Return where on their segments points lie, 0..1 in the digitised direction."""
    length = np.asarray(graph.network.segment_length_m)[points.segment]
    share = np.divide(points.along_m, length, out=np.zeros(len(points)), where=length > 0)
    bounded: FloatArray = np.minimum(np.maximum(share, 0.0), 1.0)
    return bounded


def at_node(graph: RoadGraph, points: RoadPoints) -> Ints:
    """Return the node that each point is at, -1 for most; a barrier that blocks is no node to be at.

    From a crossing all its streets can be taken, whichever of them the point was moved to.
    """
    network = graph.network
    share = share_along(graph, points)
    length = np.asarray(network.segment_length_m)[points.segment]
    at_start, at_end = share * length <= _AT_NODE_M, (1.0 - share) * length <= _AT_NODE_M
    node = np.where(at_start, network.segment_from[points.segment], network.segment_to[points.segment]).astype(np.int64)
    known = (at_start | at_end) & ~graph.node_blocked[node]
    return np.where(known, node, _NONE)


def join_origins(graph: RoadGraph, points: RoadPoints) -> Joins:
    """Return where trips that begin at points join: the states that can be turned into from their own arcs, or at their node."""
    gathered = _Gathered()
    links, arriving = graph.forward, graph.arriving_from
    for arc, share, owner in _own_arcs(graph, points):
        row, link = _expand(np.asarray(links.first)[arc], np.asarray(links.first)[arc + 1])
        leads_on = np.isfinite(
            graph.arc_time_s[graph.state_arc[links.head[link]]]
        )  # not so everywhere in a masked graph
        row, link = row[leads_on], link[leads_on]
        rest = (1.0 - share)[row]
        driven = arc[row]
        seconds = np.asarray(links.weight_s)[link] - exact_s(share[row] * graph.arc_time_s[driven])
        metres = rest * np.asarray(graph.network.arc_length_m)[driven]
        gathered.add(owner[row], np.asarray(links.head)[link], seconds, metres, driven, share[row])
    node = at_node(graph, points)
    there = np.flatnonzero(node >= 0)
    if len(there):
        first = np.asarray(graph.network.first_arc)
        row, arc = _expand(first[node[there]], first[node[there] + 1])
        usable = np.isfinite(graph.arc_time_s[arc])
        owner, arc = there[row][usable], arc[usable]
        ends = graph.arc_ends_only[arc]
        gathered.add_standing(owner, np.where(ends, arc + arriving, arc))
        leaving = ends & _is_private(graph, points)[owner]
        gathered.add_standing(owner[leaving], arc[leaving])
    return gathered.joins(len(points))


def join_destinations(graph: RoadGraph, points: RoadPoints) -> Joins:
    """Return where trips that end at points join: the states of their own arcs, or of the arcs that reach their node."""
    gathered = _Gathered()
    for arc, share, owner in _own_arcs(graph, points):
        row, state = _states_of(graph, arc, np.ones(len(arc), dtype=bool))
        seconds, metres = exact_s(share * graph.arc_time_s[arc]), share * np.asarray(graph.network.arc_length_m)[arc]
        gathered.add(owner[row], state, seconds[row], metres[row], arc[row], share[row])
    node = at_node(graph, points)
    there = np.flatnonzero(node >= 0)
    if len(there):
        first, into = graph.arcs_into
        row, place = _expand(first[node[there]], first[node[there] + 1])
        arc = into[place]
        usable = np.isfinite(graph.arc_time_s[arc])
        owner, arc = there[row][usable], arc[usable]
        row, state = _states_of(graph, arc, _is_private(graph, points)[owner])
        metres = np.asarray(graph.network.arc_length_m)[arc]
        gathered.add(owner[row], state, graph.arc_time_s[arc][row], metres[row], arc[row], np.ones(len(row)))
    return gathered.joins(len(points))


class _Gathered:
    """Collects joins in any order."""

    def __init__(self) -> None:
        self._columns: list[tuple[npt.NDArray[np.generic], ...]] = []

    def add(
        self, owner: Ints, state: npt.NDArray[np.generic], time_s: FloatArray, length_m: FloatArray, arc: Ints,
        share: FloatArray,
    ) -> None:  # fmt: skip
        self._columns.append((owner, state, time_s, length_m, arc, share))

    def add_standing(self, owner: Ints, state: Ints) -> None:
        nothing = np.zeros(len(owner))
        self.add(owner, state, nothing, nothing, np.full(len(owner), _NONE, dtype=np.int64), nothing)

    def joins(self, points: int) -> Joins:
        owner, state, time_s, length_m, arc, share = (np.concatenate(c) for c in zip(*self._columns, strict=True))
        order = np.argsort(owner, kind="stable")
        first = np.searchsorted(owner[order], np.arange(points + 1))
        return Joins(
            first, state[order].astype(np.int64), time_s[order], length_m[order], arc[order].astype(np.int64),
            share[order],
        )  # fmt: skip


def _own_arcs(graph: RoadGraph, points: RoadPoints) -> list[tuple[Ints, FloatArray, Ints]]:
    """Return arc, share in the direction of travel, and point, for the usable arcs that points lie on."""
    network = graph.network
    share = share_along(graph, points)
    found = []
    for arcs, position in ((network.segment_forward_arc, share), (network.segment_backward_arc, 1.0 - share)):
        arc = np.asarray(arcs)[points.segment].astype(np.int64)
        usable = np.flatnonzero((arc >= 0) & np.isfinite(graph.arc_time_s[arc]))
        found.append((arc[usable], position[usable], usable))
    return found


def _is_private(graph: RoadGraph, points: RoadPoints) -> npt.NDArray[np.bool_]:
    """Tell which points lie on a road for the ends of trips only, closed now or not."""
    network = graph.network
    private = np.zeros(len(points), dtype=bool)
    for arcs in (network.segment_forward_arc, network.segment_backward_arc):
        arc = np.asarray(arcs)[points.segment]
        private |= (arc >= 0) & graph.arc_ends_only[arc]
    return private


def _states_of(graph: RoadGraph, arc: Ints, arriving_too: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Return row of `arc` and state, for every state that an arc has; those of arriving only where wanted."""
    first, copies = graph.copies
    row, place = _expand(first[arc], first[arc + 1])
    rows = np.concatenate([np.arange(len(arc)), row])
    states = np.concatenate([arc, copies[place]])
    arrives = graph.arc_ends_only[arc[rows]] & arriving_too[rows]
    return np.concatenate([rows, rows[arrives]]), np.concatenate([states, states[arrives] + graph.arriving_from])


def _expand(begin: npt.NDArray[np.generic], end: npt.NDArray[np.generic]) -> tuple[Ints, Ints]:
    """Return row and position for every position of the ranges ``begin[row]:end[row]``."""
    start = np.asarray(begin, dtype=np.int64)
    counts = np.asarray(end, dtype=np.int64) - start
    row = np.repeat(np.arange(len(start)), counts)
    within = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    return row, start[row] + within
