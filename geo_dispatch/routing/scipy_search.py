"""`RoadSearch` by scipy's compiled Dijkstra on CSR arrays.

References
----------
Dijkstra 1959, "A note on two problems in connexion with graphs", doi 10.1007/BF01386390.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.ends import Ends, States, share_along
from geo_dispatch.routing.graph import Links, RoadGraph
from geo_dispatch.routing.search import FoundPath, RoadPoint, RoadPoints, Sweep

__all__ = ["ScipySearch"]

_CHUNK_CELLS = 4_000_000
"""States times rows searched at a time: 32 MB of times and 16 MB of predecessors."""

Closed = npt.NDArray[np.int64]


class ScipySearch:
    """Fastest ways by scipy.

    A point in mid-edge becomes a virtual state, linked to where its arcs lead, so that one search answers for both
    directions; parallel arcs are one link already (see `geo_dispatch.routing.graph`), for scipy would add them up.

    Parameters
    ----------
    graph
        The graph of a profile.
    regraph
        Makes the same graph with arcs closed; None refuses closures.
    """

    def __init__(self, graph: RoadGraph, *, regraph: Callable[[Closed], RoadGraph] | None = None) -> None:
        self.graph = graph
        self._regraph = regraph
        self._closed: tuple[bytes, RoadGraph] | None = None

    def one_to_one(
        self, origin: RoadPoint, destination: RoadPoint, *, closed: Closed | None = None
    ) -> FoundPath | None:
        """Find the fastest way from one point to another; None where there is none."""
        graph = self._graph(closed)
        direct = _direct(graph, origin, destination)
        ends = Ends(graph, RoadPoints.of([origin]), RoadPoints.of([destination]))
        times, before = _dijkstra(graph.forward, ends.from_state, ends.from_time, graph.state_count)
        total = np.where(ends.to_state[0] >= 0, times[0][ends.to_state[0]] + ends.to_time[0], np.inf)
        best = int(np.argmin(total))
        if direct is not None and direct.time_s <= total[best]:
            return direct
        if not np.isfinite(total[best]):
            return None
        states = [int(ends.to_state[0, best])]
        while (previous := int(before[0, states[-1]])) < graph.state_count:
            states.append(previous)
        states.reverse()
        joins = np.flatnonzero(ends.from_state[0] == states[0])
        first = int(joins[np.argmin(ends.from_time[0][joins])])
        arcs = [graph.forward.arc_between(a, b) for a, b in itertools.pairwise(states)]
        start_arc, end_arc = int(ends.from_arc[0, first]), int(ends.to_arc[0, best])
        if start_arc < 0 and end_arc < 0 and not arcs:
            return _standstill(graph, origin)
        return FoundPath(
            float(total[best]),
            np.asarray(
                [*([start_arc] if start_arc >= 0 else []), *arcs, *([end_arc] if end_arc >= 0 else [])], dtype=np.int64
            ),
            ends.from_share(first) if start_arc >= 0 else 0.0,
            ends.to_share(best) if end_arc >= 0 else 1.0,
        )

    def many_to_one(self, origins: RoadPoints, destination: RoadPoint, *, closed: Closed | None = None) -> FloatArray:
        """Return the time from each origin to one destination, shape ``(n_origins,)``."""
        graph = self._graph(closed)
        target = RoadPoints.of([destination])
        ends = Ends(graph, origins, target)
        times, _ = _dijkstra(graph.backward, ends.to_state, ends.to_time, graph.state_count)
        reached = np.where(ends.from_state >= 0, times[0][ends.from_state] + ends.from_time, np.inf).min(axis=1)
        result: FloatArray = np.minimum(reached, _direct_times(graph, origins, target)[0][:, 0])
        return result

    def matrix(
        self, origins: RoadPoints, destinations: RoadPoints, *, closed: Closed | None = None
    ) -> tuple[FloatArray, FloatArray]:
        """Return times, and lengths in metres of those fastest ways, each ``(n_origins, n_destinations)``."""
        graph = self._graph(closed)
        ends = Ends(graph, origins, destinations)
        if len(destinations) < len(origins):
            swapped = ends.swapped()
            times, lengths = _all_pairs(graph, graph.backward, swapped)
            times, lengths = times.T.copy(), lengths.T.copy()
        else:
            times, lengths = _all_pairs(graph, graph.forward, ends)
        direct_s, direct_m = _direct_times(graph, origins, destinations)
        shorter = direct_s <= times
        return np.where(shorter, direct_s, times), np.where(shorter, direct_m, lengths)

    def sweep(self, sources: RoadPoints, *, k: int = 1, closed: Closed | None = None) -> Sweep:
        """Return the k nearest sources of the start of every arc.

        Raises
        ------
        ValueError
            If ``k`` is not positive.
        """
        if k < 1:
            raise ValueError(f"k is {k}: ask for at least one nearest source")
        graph = self._graph(closed)
        arcs = graph.network.arc_count
        best = np.full((arcs, k), np.inf)
        which = np.full((arcs, k), -1, dtype=np.int64)
        for source in range(len(sources)):
            row = RoadPoints(sources.segment[source : source + 1], sources.along_m[source : source + 1])
            time = _arc_times(graph, row, np.inf)
            better = time < best[:, -1]
            best[better, -1] = time[better]
            which[better, -1] = source
            order = np.argsort(best, axis=1, kind="stable")
            best, which = np.take_along_axis(best, order, 1), np.take_along_axis(which, order, 1)
        return Sweep(best, which)

    def within(self, source: RoadPoint, limit_s: float, *, closed: Closed | None = None) -> FloatArray:
        """Return the time from a source to the start of every arc within a limit (inclusive), else inf."""
        return _arc_times(self._graph(closed), RoadPoints.of([source]), limit_s)

    def _graph(self, closed: Closed | None) -> RoadGraph:
        if closed is None or not len(closed):
            return self.graph
        if self._regraph is None:
            raise ValueError("this search was made without a way to close arcs: give it regraph")
        wanted = np.unique(np.asarray(closed, dtype=np.int64))
        key = wanted.tobytes()
        kept = self._closed
        if kept is None or kept[0] != key:
            kept = (key, self._regraph(wanted))
            self._closed = kept
        return kept[1]


def _dijkstra(
    links: Links, start_state: States, start_time: FloatArray, states: int, *, limit_s: float = np.inf
) -> tuple[FloatArray, npt.NDArray[np.int32]]:
    """Search from virtual states that lead to ``start_state`` in ``start_time`` seconds, rows of ``(n, 6)``."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    rows = len(start_state)
    head, weight, first = _with_virtual(links, start_state, start_time)
    size = states + rows
    matrix = csr_array((weight, head, first), shape=(size, size))
    times, before = dijkstra(
        matrix, directed=True, indices=np.arange(states, size), return_predecessors=True, limit=limit_s
    )
    return times, before


def _with_virtual(
    links: Links, start_state: States, start_time: FloatArray
) -> tuple[npt.NDArray[np.int32], FloatArray, npt.NDArray[np.int32]]:
    """Append one row for each start to the links; of two ways to one state the faster is kept."""
    heads, weights, counts = [links.head], [links.weight_s], []
    for row_state, row_time in zip(start_state, start_time, strict=True):
        fastest: dict[int, float] = {}
        for state, time in zip(row_state.tolist(), row_time.tolist(), strict=True):
            if state >= 0 and time < fastest.get(state, np.inf):
                fastest[state] = time
        ordered = sorted(fastest)
        heads.append(np.asarray(ordered, dtype=np.int32))
        weights.append(np.asarray([fastest[state] for state in ordered], dtype=np.float64))
        counts.append(len(ordered))
    first = np.concatenate([links.first, links.first[-1] + np.cumsum(counts, dtype=np.int32)]).astype(np.int32)
    return np.concatenate(heads).astype(np.int32), np.concatenate(weights), first


def _direct(graph: RoadGraph, origin: RoadPoint, destination: RoadPoint) -> FoundPath | None:
    """Return the way along one segment without leaving it, when both points are on it and it runs that way."""
    if origin.segment != destination.segment:
        return None
    network = graph.network
    length = float(network.segment_length_m[origin.segment])
    start, end = (min(max(p.along_m / length, 0.0), 1.0) if length > 0 else 0.0 for p in (origin, destination))
    found: list[FoundPath] = []
    for arc, a, b in (
        (int(network.segment_forward_arc[origin.segment]), start, end),
        (int(network.segment_backward_arc[origin.segment]), 1.0 - start, 1.0 - end),
    ):
        if arc >= 0 and b >= a and np.isfinite(graph.arc_time_s[arc]):
            found.append(FoundPath((b - a) * float(graph.arc_time_s[arc]), np.asarray([arc], dtype=np.int64), a, b))
    return min(found, key=lambda path: path.time_s, default=None)


def _standstill(graph: RoadGraph, point: RoadPoint) -> FoundPath:
    """Return the path of no length at a point."""
    network = graph.network
    share = float(share_along(graph, RoadPoints.of([point]))[0])
    forward, backward = (int(a[point.segment]) for a in (network.segment_forward_arc, network.segment_backward_arc))
    if forward >= 0:
        return FoundPath(0.0, np.asarray([forward], dtype=np.int64), share, share)
    return FoundPath(0.0, np.asarray([backward], dtype=np.int64), 1.0 - share, 1.0 - share)


def _direct_times(graph: RoadGraph, origins: RoadPoints, destinations: RoadPoints) -> tuple[FloatArray, FloatArray]:
    """Return seconds and metres along one segment for every pair that shares one; inf for the others."""
    times = np.full((len(origins), len(destinations)), np.inf)
    lengths = np.full_like(times, np.inf)
    start, end = share_along(graph, origins), share_along(graph, destinations)
    rows, columns = np.nonzero(origins.segment[:, None] == destinations.segment[None, :])
    segment = origins.segment[rows]
    for arcs, way in (
        (graph.network.segment_forward_arc, end[columns] - start[rows]),
        (graph.network.segment_backward_arc, start[rows] - end[columns]),
    ):
        arc = np.asarray(arcs)[segment]
        full = np.where(arc >= 0, graph.arc_time_s[arc], np.inf)
        ok = np.isfinite(full) & (way >= 0)
        time = np.full(len(rows), np.inf)
        time[ok] = way[ok] * full[ok]
        better = time < times[rows, columns]
        times[rows[better], columns[better]] = time[better]
        lengths[rows[better], columns[better]] = (way * np.asarray(graph.network.arc_length_m)[arc])[better]
    return times, lengths


def _all_pairs(graph: RoadGraph, links: Links, ends: Ends) -> tuple[FloatArray, FloatArray]:
    rows, columns = len(ends.from_state), len(ends.to_state)
    times, lengths = np.full((rows, columns), np.inf), np.full((rows, columns), np.inf)
    step = max(1, _CHUNK_CELLS // max(graph.state_count, 1))
    link_length = np.asarray(graph.network.arc_length_m)[links.arc]
    keys = links.pair_keys()
    for begin in range(0, rows, step):
        chunk = slice(begin, min(begin + step, rows))
        found, before = _dijkstra(links, ends.from_state[chunk], ends.from_time[chunk], graph.state_count)
        for offset in range(len(found)):
            row = begin + offset
            reach = np.where(ends.to_state >= 0, found[offset][ends.to_state] + ends.to_time, np.inf)
            best = reach.argmin(axis=1)
            pick = np.arange(columns), best
            times[row] = reach[pick]
            metres = _tree_lengths(keys, link_length, before[offset][: graph.state_count], ends, row)
            along = metres[ends.to_state[pick]] + ends.to_length[pick]
            lengths[row] = np.where(np.isfinite(times[row]), along, np.inf)
    return times, lengths


def _tree_lengths(
    keys: npt.NDArray[np.int64], link_length: FloatArray, before: npt.NDArray[np.int32], ends: Ends, row: int
) -> FloatArray:
    """Return the metres of the fastest way to every state, by doubling over the tree of predecessors."""
    states = len(before)
    previous = before.astype(np.int64)
    metres = np.zeros(states)
    inner = np.flatnonzero((previous >= 0) & (previous < states))
    metres[inner] = link_length[np.searchsorted(keys, previous[inner] * states + inner)]
    parent = np.arange(states)
    parent[inner] = previous[inner]
    for column in np.argsort(-ends.from_time[row], kind="stable"):
        state = int(ends.from_state[row, column])
        if state >= 0 and previous[state] >= states:
            metres[state] = ends.from_length[row, column]
    # metres[s] counts from parent[s]'s own start; a root is its own parent and must be counted once
    roots = parent == np.arange(states)
    base = np.where(roots, metres, 0.0)
    metres[roots] = 0.0
    while not np.array_equal(parent, grand := parent[parent]):
        metres += metres[parent]
        parent = grand
    result: FloatArray = metres + base[parent]
    return result


def _arc_times(graph: RoadGraph, source: RoadPoints, limit_s: float) -> FloatArray:
    """Return seconds from one source to the start of every usable arc, going on along it; inf beyond the limit."""
    ends = Ends(graph, source, source)
    times, _ = _dijkstra(graph.forward, ends.from_state, ends.from_time, graph.state_count, limit_s=limit_s)
    network = graph.network
    node = np.asarray(network.arc_from)
    found: FloatArray = times[0][node]
    arriving = graph.arriving[node]
    entering = graph.arc_ends_only & (arriving >= 0)
    found = np.where(entering, np.minimum(found, times[0][np.maximum(arriving, 0)]), found)
    usable: npt.NDArray[Any] = np.isfinite(graph.arc_time_s) & (found <= limit_s)
    return np.where(usable, found, np.inf)
