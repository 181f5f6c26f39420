"""The plain search that our `auto` stays with where a hierarchy would not pay, on a graph like any other's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from geo_dispatch.routing import scipy_search
from geo_dispatch.routing.ends import Joins
from geo_dispatch.routing.exact import exact_s
from geo_dispatch.routing.graph import Links
from tests.benchmarks.routing.peers.graphs import Floats, Ints, Plain


class OursPlain:
    """Dijkstra by scipy as `geo_dispatch.routing.scipy_search` asks it: first no further than most ways go, then without a limit."""

    name, needs = "ours-plain", "geo_dispatch.routing.scipy_search"

    def __init__(self, graph: Plain) -> None:
        self._plain = graph
        self._forward = Links(graph.first.astype(np.int32), graph.head.astype(np.int32), exact_s(graph.weight_s))
        by_head = np.lexsort((graph.tail, graph.head))
        first = np.searchsorted(graph.head[by_head], np.arange(graph.size + 1))
        self._backward = Links(
            first.astype(np.int32), graph.tail[by_head].astype(np.int32), self._forward.weight_s[by_head]
        )
        self._open = self._forward

    def _likely_s(self, some: Ints, others: Ints) -> float:
        x, y = self._plain.x, self._plain.y
        crow_m = np.hypot(x[some][:, None] - x[others][None, :], y[some][:, None] - y[others][None, :]).max()
        return float(scipy_search._LIKELY_START_S + crow_m / scipy_search._LIKELY_MPS)

    def _search(self, links: Links, start: Ints, goals: Ints) -> tuple[Floats, npt.NDArray[np.int32]]:
        """Return times to all nodes, enough of them to reach the goals, and what came before each."""
        for limit_s in (self._likely_s(start, goals), np.inf):
            times, before = scipy_search._dijkstra(links, _at(start), limit_s=limit_s)
            if (times[:, goals] <= limit_s).all():
                break
        return times, before

    def route(self, origin: int, destination: int) -> tuple[float, list[int]]:
        times, before = self._search(self._forward, np.asarray([origin]), np.asarray([destination]))
        if not np.isfinite(times[0, destination]):
            return np.inf, []
        return float(times[0, destination]), scipy_search._states_back(destination, before[0], self._plain.size)

    def units(self, units: Ints, call: int) -> Floats:
        return np.asarray(self._search(self._backward, np.asarray([call]), units)[0][0, units])

    def sweep(self, stations: Ints, nearest: int) -> Floats:
        rows = [scipy_search._dijkstra(self._forward, _at(row))[0][0] for row in stations.reshape(-1, 1)]
        return np.sort(np.asarray(rows)[:, : self._plain.size], axis=0)[:nearest].T

    def matrix(self, origins: Ints, destinations: Ints) -> Floats:
        step = max(1, scipy_search._CHUNK_CELLS // self._plain.size)
        parts = [origins[begin : begin + step] for begin in range(0, len(origins), step)]
        return np.concatenate([scipy_search._dijkstra(self._forward, _at(part))[0][:, destinations] for part in parts])

    def closure(self, link: int, origin: int, destination: int) -> Callable[[], float]:
        def close_and_route() -> float:
            shut = np.arange(len(self._open.head)) == link
            self._forward = Links(self._open.first, self._open.head, np.where(shut, np.inf, self._open.weight_s))
            return self.route(origin, destination)[0]

        return close_and_route

    def reopen(self) -> None:
        self._forward = self._open


def _at(nodes: Ints) -> Joins:
    """Return trips that begin at nodes."""
    zero, none = np.zeros(len(nodes)), np.full(len(nodes), -1)
    return Joins(np.arange(len(nodes) + 1), nodes, zero, zero, none, zero)
