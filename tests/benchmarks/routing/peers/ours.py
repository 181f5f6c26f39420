"""Our own hierarchy on a graph like any other's: the compiled parts of `geo_dispatch.routing.hierarchy`, without roads and vehicles."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np

from geo_dispatch.routing.exact import exact_s
from geo_dispatch.routing.hierarchy.contraction import contract, passable
from geo_dispatch.routing.hierarchy.customise import customise
from geo_dispatch.routing.hierarchy.many import select, take
from geo_dispatch.routing.hierarchy.order import node_order
from geo_dispatch.routing.hierarchy.query import clear, climb, times_to_one, way_between
from geo_dispatch.routing.hierarchy.sweep import LANES, descend, nearest, take_lane
from geo_dispatch.routing.hierarchy.update import bounds_of, update
from tests.benchmarks.routing.peers.graphs import Floats, Ints, Plain, grid

_ZERO = np.zeros(1)


class Ours:
    """The customizable contraction hierarchy of this project, one thread."""

    name, needs = "ours", "geo_dispatch.routing.hierarchy"

    def __init__(self, graph: Plain) -> None:
        self._plain = graph
        self._first, self._head = graph.first.astype(np.int32), graph.head.astype(np.int32)
        self._link_s = exact_s(graph.weight_s)
        began = time.process_time()
        order = node_order(graph.tail, graph.head, graph.x, graph.y)
        ordered = time.process_time()
        self._topology = contract(order, self._first, self._head)
        contracted = time.process_time()
        self._up_s, self._down_s = customise(self._topology, self._link_s)
        customised = time.process_time()
        self._bounds = bounds_of(self._topology, self._up_s.copy(), self._down_s.copy())
        self._notes = {
            "order": f"{ordered - began:.2f} s",
            "fill-in": f"{contracted - ordered:.2f} s",
            "customised": f"{(customised - contracted) * 1e3:.1f} ms",
            "shortcuts to a link": f"{len(self._topology.upper) / max(len(self._head), 1):.2f}",
        }
        self._rising, self._falling = passable(self._topology, self._up_s), passable(self._topology, self._down_s)
        self._state = np.argsort(self._topology.rank).astype(np.int64)
        self._there_s, self._back_s = np.full(graph.size, np.inf), np.full(graph.size, np.inf)
        self._there_via, self._back_via = np.empty(graph.size, dtype=np.int32), np.empty(graph.size, dtype=np.int32)
        self._rank = self._topology.rank.astype(np.int64)
        self._closed = -1

    @classmethod
    def prepare(cls) -> None:
        """Compile everything on a small graph, as an installation does once."""
        small = cls(grid(6))
        small.route(0, 35)
        small.units(np.arange(12), 30)
        small.sweep(np.arange(5), 2)
        small.matrix(np.arange(9), np.arange(9))
        small.closure(3, 0, 35)()
        small.reopen()

    def notes(self) -> dict[str, str]:
        """Return processor seconds of each step, and the fill; customising is timed again, compiled."""
        began = time.process_time()
        customise(self._topology, self._link_s)
        self._notes["customised"] = f"{(time.process_time() - began) * 1e3:.1f} ms"
        return self._notes

    def route(self, origin: int, destination: int) -> tuple[float, list[int]]:
        seconds, _, links = way_between(
            self._topology, self._rising, self._falling, self._link_s, self._up_s, self._down_s,
            self._rank[origin : origin + 1], _ZERO, self._rank[destination : destination + 1], _ZERO,
            self._there_s, self._back_s, self._there_via, self._back_via,
        )  # fmt: skip
        return float(seconds), [origin, *self._head[links].tolist()]

    def units(self, units: Ints, call: int) -> Floats:
        return times_to_one(
            self._rising, self._falling, self._up_s, self._down_s,
            np.arange(len(units) + 1), self._rank[units], np.zeros(len(units)), self._rank[call : call + 1], _ZERO,
            self._there_s, self._back_s, self._there_via,
        )  # fmt: skip

    def sweep(self, stations: Ints, nearest_of: int) -> Floats:
        best, which = np.full((self._plain.size, nearest_of), np.inf), np.full((self._plain.size, nearest_of), -1)
        for begin in range(0, len(stations), LANES):
            batch = stations[begin : begin + LANES]
            lanes = np.full(self._plain.size * LANES, np.inf)
            for lane, ranks in self._climbed(batch):
                take_lane(self._topology.parent, ranks, self._there_s, lanes, lane)
            descend(self._falling, self._down_s, lanes)
            nearest(self._topology.rank, _own(self._plain.size), lanes, begin, len(batch), best, which)
        return best

    def matrix(self, origins: Ints, destinations: Ints) -> Floats:
        selection = select(self._falling, self._rank[destinations])
        numbers = selection.number[self._rank[destinations]]
        times = np.empty((len(origins), len(destinations)))
        for begin in range(0, len(origins), LANES):
            batch = origins[begin : begin + LANES]
            lanes = np.full(LANES * len(selection.ways.parent), np.inf)
            for lane, ranks in self._climbed(batch):
                take(self._topology.parent, selection, ranks, self._there_s, lanes, lane)
            descend(selection.ways, self._down_s, lanes)
            times[begin : begin + len(batch)] = lanes.reshape(-1, LANES)[numbers, : len(batch)].T
        return times

    def closure(self, link: int, origin: int, destination: int) -> Callable[[], float]:
        self._closed = link

        def close_and_route() -> float:
            self._set(link, np.inf)
            return self.route(origin, destination)[0]

        return close_and_route

    def reopen(self) -> None:
        self._set(self._closed, float(exact_s(self._plain.weight_s[self._closed : self._closed + 1])[0]))

    def _set(self, link: int, seconds: float) -> None:
        self._link_s[link] = seconds
        update(self._topology, self._bounds, self._link_s, self._up_s, self._down_s, np.asarray([link], dtype=np.int32))

    def _climbed(self, nodes: Ints) -> Iterator[tuple[int, Ints]]:
        """Climb from one node after another; what is found stands there until the next is asked for."""
        for lane, node in enumerate(nodes.tolist()):
            ranks = self._rank[node : node + 1]
            climb(self._rising, self._up_s, ranks, _ZERO, self._there_s, self._there_via)
            yield lane, ranks
            clear(self._topology.parent, ranks, self._there_s)


_arcs: dict[int, Ints] = {}


def _own(size: int) -> Ints:
    """Return each node's own number, made once: a sweep over nodes rather than arcs."""
    if size not in _arcs:
        _arcs[size] = np.arange(size, dtype=np.int32)
    return _arcs[size]
