"""`RoadSearch` by scipy's compiled Dijkstra on CSR arrays.

References
----------
Dijkstra 1959, "A note on two problems in connexion with graphs", doi 10.1007/BF01386390.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.direct import direct_path, direct_times
from geo_dispatch.routing.ends import Joins, join_destinations, join_origins
from geo_dispatch.routing.found import path_of_states
from geo_dispatch.routing.graph import Links, RoadGraph
from geo_dispatch.routing.graph_masks import masked
from geo_dispatch.routing.search import FoundPath, RoadPoint, RoadPoints, Sweep

__all__ = ["ScipySearch", "nearest_of"]

_CHUNK_CELLS = 4_000_000
"""States times rows searched at a time: 32 MB of times and 16 MB of predecessors."""
_LONGEST_S = 1e12
"""Ways longer than this are none: what is closed weighs more."""
_LIKELY_START_S, _LIKELY_MPS = 60.0, 8.0
"""Within so many seconds, and seconds for so many metres as the crow flies, most ways are found."""
_FEW_PAIRS = 64

Closed = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int64]


class ScipySearch:
    """Fastest ways by scipy.

    A point in mid-edge becomes a virtual state, linked to what its arcs can turn into, so that one search answers for both
    directions.

    Parameters
    ----------
    graph
        The graph of a vehicle.
    """

    def __init__(self, graph: RoadGraph) -> None:
        self.graph = graph

    @property
    def arc_time_s(self) -> FloatArray:
        """Return the seconds over each arc, inf where it can't be used."""
        return self.graph.arc_time_s

    def closing(self, arcs: Closed) -> ScipySearch:
        """Return the search with more arcs closed, and what serves the ends of trips as it was.

        Parameters
        ----------
        arcs
            Rows of the network's arcs.
        """
        return ScipySearch(masked(self.graph, arcs))

    def one_to_one(self, origin: RoadPoint, destination: RoadPoint, *, limit_s: float = np.inf) -> FoundPath | None:
        """Find the fastest way from one point to another; None where there is none within a limit of seconds."""
        graph = self.graph
        direct = direct_path(graph, origin, destination)
        first, last = RoadPoints.of([origin]), RoadPoints.of([destination])
        start, end = join_origins(graph, first), join_destinations(graph, last)
        for limit in _limits_s(graph, first, last, limit_s):
            times, before = _dijkstra(graph.forward, start, limit_s=limit)
            total = times[0][end.state] + end.time_s
            best = int(np.argmin(total)) if len(total) else -1
            if best < 0 or total[best] <= limit:
                break
        if direct is not None and (best < 0 or direct.time_s <= total[best]):
            return direct if direct.time_s <= limit_s else None
        if best < 0 or not np.isfinite(total[best]) or total[best] > limit_s:
            return None
        states = _states_back(int(end.state[best]), before[0], graph.state_count)
        turns = [graph.turn_s(a, b) for a, b in itertools.pairwise(states)]
        return path_of_states(graph, states, turns, start, end, float(total[best]))

    def many_to_one(self, origins: RoadPoints, destination: RoadPoint) -> FloatArray:
        """Return the time from each origin to one destination, shape ``(n_origins,)``."""
        graph = self.graph
        target = RoadPoints.of([destination])
        start, end = join_origins(graph, origins), join_destinations(graph, target)
        for limit in _limits_s(graph, origins, target, np.inf):
            times, _ = _dijkstra(graph.backward, end, limit_s=limit)
            reached, _ = start.least(times[:, start.state] + start.time_s)
            if (reached <= limit).all():
                break
        result: FloatArray = np.minimum(reached[0], direct_times(graph, origins, target)[0][:, 0])
        return result

    def matrix(self, origins: RoadPoints, destinations: RoadPoints) -> tuple[FloatArray, FloatArray]:
        """Return times, and lengths in metres of those fastest ways, each ``(n_origins, n_destinations)``."""
        graph = self.graph
        start, end = join_origins(graph, origins), join_destinations(graph, destinations)
        few = len(origins) * len(destinations) <= _FEW_PAIRS
        for limit in _limits_s(graph, origins, destinations, np.inf) if few else (np.inf,):
            if len(destinations) < len(origins):
                times, lengths = _all_pairs(graph, graph.backward, end, start, backward=True, limit_s=limit)
                times, lengths = times.T.copy(), lengths.T.copy()
            else:
                times, lengths = _all_pairs(graph, graph.forward, start, end, backward=False, limit_s=limit)
            if (times <= limit).all():
                break
        direct_s, direct_m = direct_times(graph, origins, destinations)
        shorter = direct_s <= times
        return np.where(shorter, direct_s, times), np.where(shorter, direct_m, lengths)

    def reach(self, sources: RoadPoints, points: RoadPoints) -> tuple[FloatArray, FloatArray]:
        """Return times from sources to points, ``(n_sources, n_points)``, and to the start of every arc, ``(n_sources, n_arcs)``."""
        graph = self.graph
        start, end = join_origins(graph, sources), join_destinations(graph, points)
        point_s = np.full((len(sources), len(points)), np.inf)
        arc_s = np.full((len(sources), graph.network.arc_count), np.inf)
        for row in range(len(sources)):
            times, _ = _dijkstra(graph.forward, start.of(slice(row, row + 1)))
            point_s[row] = end.least(times[:, end.state] + end.time_s)[0][0]
            np.minimum.at(arc_s[row], graph.state_arc, times[0][: graph.state_count])
        return np.minimum(point_s, direct_times(graph, sources, points)[0]), arc_s

    def sweep(self, sources: RoadPoints, *, k: int = 1) -> Sweep:
        """Return the k nearest sources of the start of every arc.

        Raises
        ------
        ValueError
            If ``k`` is not positive.
        """
        alone = (sources.rows(slice(row, row + 1)) for row in range(len(sources)))
        return nearest_of((_arc_times(self.graph, source, np.inf) for source in alone), self.graph.network.arc_count, k)

    def within(self, source: RoadPoint, limit_s: float) -> FloatArray:
        """Return the time from a source to the start of every arc within a limit (inclusive), else inf."""
        return _arc_times(self.graph, RoadPoints.of([source]), limit_s)


def _limits_s(graph: RoadGraph, origins: RoadPoints, destinations: RoadPoints, limit_s: float) -> tuple[float, ...]:
    """Return how far to search first, by the distance as the crow flies, and then; seconds.

    A way found within the first limit is the fastest: everything nearer was searched. scipy can't stop at a goal, and most calls
    are close by.
    """
    network = graph.network
    x, y = np.asarray(network.node_x), np.asarray(network.node_y)
    start, end = (np.asarray(network.segment_from)[points.segment] for points in (origins, destinations))
    crow_m = np.hypot(x[start][:, None] - x[end][None, :], y[start][:, None] - y[end][None, :]).max(initial=0.0)
    likely = _LIKELY_START_S + float(crow_m) / _LIKELY_MPS
    return (likely, limit_s) if likely < limit_s else (limit_s,)


def _dijkstra(links: Links, start: Joins, *, limit_s: float = np.inf) -> tuple[FloatArray, npt.NDArray[np.int32]]:
    """Search from virtual states, one for each point, that lead to what the points join."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    states, rows = len(links.first) - 1, len(start.first) - 1
    owner, state, time_s = start.fastest()
    first = links.first[-1] + np.searchsorted(owner, np.arange(1, rows + 1))
    size = states + rows
    matrix = csr_array(
        (
            np.concatenate([links.weight_s, time_s]),
            np.concatenate([links.head, state.astype(np.int32)]),
            np.concatenate([links.first, first.astype(np.int32)]),
        ),
        shape=(size, size),
    )
    times, before = dijkstra(
        matrix,
        directed=True,
        indices=np.arange(states, size),
        return_predecessors=True,
        limit=min(limit_s, _LONGEST_S),
    )
    return times, before


def _states_back(end: int, before: npt.NDArray[np.int32], states: int) -> list[int]:
    """Follow a path back from the state where it ends, and return its states in the order travelled."""
    found = [end]
    while (previous := int(before[found[-1]])) < states:
        found.append(previous)
    return found[::-1]


def _all_pairs(
    graph: RoadGraph, links: Links, start: Joins, end: Joins, *, backward: bool, limit_s: float
) -> tuple[FloatArray, FloatArray]:
    """Search from every point of ``start`` to all of ``end``, rows by columns."""
    rows, columns = len(start.first) - 1, len(end.first) - 1
    times, lengths = np.full((rows, columns), np.inf), np.full((rows, columns), np.inf)
    step = max(1, _CHUNK_CELLS // max(graph.state_count, len(end.state), 1))
    metres = np.asarray(graph.network.arc_length_m)[graph.state_arc]
    for begin in range(0, rows, step):
        part = slice(begin, min(begin + step, rows))
        own = start.of(part)
        found, before = _dijkstra(links, own, limit_s=limit_s)
        times[part], which = end.least(found[:, end.state] + end.time_s)
        row, column = np.nonzero(np.isfinite(times[part]))
        joins = which[row, column]
        along = _way_lengths(row, end.state[joins], before, metres, own, backward=backward)
        lengths[begin + row, column] = along + end.length_m[joins]
    return times, lengths


def _way_lengths(
    row: Ints, state: Ints, before: npt.NDArray[np.int32], metres: FloatArray, start: Joins, *, backward: bool
) -> FloatArray:
    """Return the metres of the found ways to states, each of the search of its row, following all of them back together."""
    owner = np.repeat(np.arange(len(start.first) - 1), np.diff(start.first))
    order = np.lexsort((start.time_s, start.state, owner))  # the fastest join of a state counts
    keys = owner[order] * len(metres) + start.state[order]
    total = np.zeros(len(state))
    active, here, count = np.arange(len(state)), state, len(metres)
    while len(active):
        previous = before[row, here].astype(np.int64)
        root = previous >= count
        if root.any():
            join = order[np.searchsorted(keys, row[root] * count + here[root])]
            total[active[root]] += start.length_m[join]
        on = ~root
        total[active[on]] += metres[here[on] if backward else previous[on]]  # each link is its tail's arc
        active, row, here = active[on], row[on], previous[on]
    return total


def _arc_times(graph: RoadGraph, source: RoadPoints, limit_s: float) -> FloatArray:
    """Return seconds from one source to the start of every usable arc, turned into it; inf beyond the limit."""
    times, _ = _dijkstra(graph.forward, join_origins(graph, source), limit_s=limit_s)
    reached = times[0][: graph.state_count]
    found = np.full(graph.network.arc_count, np.inf)
    np.minimum.at(found, graph.state_arc, reached)
    result: FloatArray = np.where(found <= limit_s, found, np.inf)
    return result


def nearest_of(time_s: Iterable[FloatArray], arcs: int, k: int) -> Sweep:
    """Return the k nearest of several sources.

    Parameters
    ----------
    time_s
        Seconds from each source to the start of each arc, shape ``(n_arcs,)`` each.
    arcs
        How many arcs there are.
    k
        How many sources are wanted.

    Raises
    ------
    ValueError
        If ``k`` is not positive.
    """
    if k < 1:
        raise ValueError(f"k is {k}: ask for at least one nearest source")
    best = np.full((arcs, k), np.inf)
    which = np.full((arcs, k), -1, dtype=np.int64)
    for source, time in enumerate(time_s):
        better = time < best[:, -1]
        best[better, -1] = time[better]
        which[better, -1] = source
        order = np.argsort(best, axis=1, kind="stable")
        best, which = np.take_along_axis(best, order, 1), np.take_along_axis(which, order, 1)
    return Sweep(best, which)
