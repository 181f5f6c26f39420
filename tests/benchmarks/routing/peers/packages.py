"""Each package behind the same five questions, asked in the way its own documentation gives for speed.

None of them is a dependency: a package that is not installed is left out of the table, and said so. routingkit-cch names no licence and
pandana is AGPL: both are only measured.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from tests.benchmarks.routing.peers.graphs import Floats, Ints, Plain

CLOSED_S = 1e9
_ROUNDED_S = 2e-4
"""Pandana cuts seconds to whole milliseconds: a little more keeps 4.1 s from becoming 4.099."""


class Package(Protocol):
    """A package that has taken a graph."""

    def route(self, origin: int, destination: int) -> tuple[float, list[int]]:
        """Return seconds and the nodes of the way."""

    def units(self, units: Ints, call: int) -> Floats:
        """Return the seconds from each unit to a call."""

    def sweep(self, stations: Ints, nearest: int) -> Floats:
        """Return the seconds from the nearest stations to every node, rising, shape ``(n_nodes, nearest)``."""

    def matrix(self, origins: Ints, destinations: Ints) -> Floats:
        """Return seconds, a row for each origin."""

    def closure(self, link: int, origin: int, destination: int) -> Callable[[], float]:
        """Return what closes a link and gives the seconds of the detour; the link is opened again by `reopen`."""

    def reopen(self) -> None:
        """Open what was closed."""


def _least(rows: Floats, nearest: int) -> Floats:
    return np.sort(rows, axis=0)[:nearest].T


class Networkx:
    """networkx: pure Python."""

    name, needs = "networkx", "networkx"

    def __init__(self, graph: Plain) -> None:
        import networkx as nx

        self._nx, self._plain = nx, graph
        self._graph = nx.DiGraph()
        self._graph.add_nodes_from(range(graph.size))
        self._graph.add_weighted_edges_from(
            zip(graph.tail.tolist(), graph.head.tolist(), graph.weight_s.tolist(), strict=True)
        )
        self._reverse = self._graph.reverse(copy=False)
        self._removed: tuple[int, int, float] | None = None

    def route(self, origin: int, destination: int) -> tuple[float, list[int]]:
        seconds, path = self._nx.bidirectional_dijkstra(self._graph, origin, destination)
        return float(seconds), path

    def units(self, units: Ints, call: int) -> Floats:
        found = self._nx.single_source_dijkstra_path_length(self._reverse, call)
        return np.asarray([found.get(int(unit), np.inf) for unit in units])

    def _from(self, origin: int) -> Floats:
        times = np.full(self._plain.size, np.inf)
        found = self._nx.single_source_dijkstra_path_length(self._graph, origin)
        times[list(found)] = list(found.values())
        return times

    def sweep(self, stations: Ints, nearest: int) -> Floats:
        return _least(np.asarray([self._from(int(station)) for station in stations]), nearest)

    def matrix(self, origins: Ints, destinations: Ints) -> Floats:
        return np.asarray([self._from(int(origin))[destinations] for origin in origins])

    def closure(self, link: int, origin: int, destination: int) -> Callable[[], float]:
        a, b = int(self._plain.tail[link]), int(self._plain.head[link])
        self._removed = (a, b, float(self._plain.weight_s[link]))

        def close_and_route() -> float:
            self._graph.remove_edge(a, b)
            try:
                return self.route(origin, destination)[0]
            except self._nx.NetworkXNoPath:
                return np.inf

        return close_and_route

    def reopen(self) -> None:
        assert self._removed is not None
        a, b, seconds = self._removed
        self._graph.add_edge(a, b, weight=seconds)


class Scipy:
    """scipy.sparse.csgraph: compiled, no goal to stop at."""

    name, needs = "scipy", "scipy.sparse.csgraph"

    def __init__(self, graph: Plain) -> None:
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        self._dijkstra, self._plain = dijkstra, graph
        self._graph = csr_array(
            (graph.weight_s.copy(), graph.head.astype(np.int32), graph.first.astype(np.int32)), shape=(graph.size,) * 2
        )
        self._reverse = csr_array(self._graph.T)
        self._closed = -1

    def route(self, origin: int, destination: int) -> tuple[float, list[int]]:
        times, before = self._dijkstra(self._graph, indices=origin, return_predecessors=True)
        path = [destination]
        while path[-1] != origin and before[path[-1]] >= 0:
            path.append(int(before[path[-1]]))
        return float(times[destination]), path[::-1]

    def units(self, units: Ints, call: int) -> Floats:
        return np.asarray(self._dijkstra(self._reverse, indices=call)[units])

    def sweep(self, stations: Ints, nearest: int) -> Floats:
        return _least(self._dijkstra(self._graph, indices=stations), nearest)

    def matrix(self, origins: Ints, destinations: Ints) -> Floats:
        step = max(1, 20_000_000 // self._plain.size)
        return np.concatenate(
            [
                self._dijkstra(self._graph, indices=origins[row : row + step])[:, destinations]
                for row in range(0, len(origins), step)
            ]
        )

    def closure(self, link: int, origin: int, destination: int) -> Callable[[], float]:
        self._closed = link

        def close_and_route() -> float:
            self._graph.data[link] = CLOSED_S
            seconds = self.route(origin, destination)[0]
            return seconds if seconds < CLOSED_S else np.inf

        return close_and_route

    def reopen(self) -> None:
        self._graph.data[self._closed] = self._plain.weight_s[self._closed]


class Rustworkx:
    """rustworkx: networkx's calls in Rust; weights are Python objects."""

    name, needs = "rustworkx", "rustworkx"

    def __init__(self, graph: Plain) -> None:
        import rustworkx as rx

        self._rx, self._plain = rx, graph
        links = list(zip(graph.tail.tolist(), graph.head.tolist(), graph.weight_s.tolist(), strict=True))
        self._graph = rx.PyDiGraph()
        self._graph.add_nodes_from(range(graph.size))
        self._graph.add_edges_from(links)
        self._reverse = rx.PyDiGraph()
        self._reverse.add_nodes_from(range(graph.size))
        self._reverse.add_edges_from([(b, a, w) for a, b, w in links])
        self._removed: tuple[int, int, float] | None = None

    def route(self, origin: int, destination: int) -> tuple[float, list[int]]:
        found = self._rx.dijkstra_shortest_paths(self._graph, origin, target=destination, weight_fn=float)
        if destination not in found:
            return np.inf, []
        path = [int(node) for node in found[destination]]
        return sum(self._graph.get_edge_data(a, b) for a, b in itertools.pairwise(path)), path

    def _all(self, graph: Any, origin: int) -> Floats:
        times = np.full(self._plain.size, np.inf)
        found = self._rx.dijkstra_shortest_path_lengths(graph, origin, float)
        times[list(found.keys())] = list(found.values())
        times[origin] = 0.0
        return times

    def units(self, units: Ints, call: int) -> Floats:
        return self._all(self._reverse, call)[units]

    def sweep(self, stations: Ints, nearest: int) -> Floats:
        return _least(np.asarray([self._all(self._graph, int(station)) for station in stations]), nearest)

    def matrix(self, origins: Ints, destinations: Ints) -> Floats:
        return np.asarray([self._all(self._graph, int(origin))[destinations] for origin in origins])

    def closure(self, link: int, origin: int, destination: int) -> Callable[[], float]:
        a, b = int(self._plain.tail[link]), int(self._plain.head[link])
        self._removed = (a, b, float(self._plain.weight_s[link]))

        def close_and_route() -> float:
            self._graph.remove_edge(a, b)
            return self.route(origin, destination)[0]

        return close_and_route

    def reopen(self) -> None:
        assert self._removed is not None
        self._graph.add_edge(*self._removed)


class Networkit:
    """NetworKit: C++."""

    name, needs = "networkit", "networkit"

    def __init__(self, graph: Plain) -> None:
        import networkit as nk

        self._nk, self._plain = nk, graph
        nk.setNumberOfThreads(1)
        self._graph = self._made(graph.tail, graph.head)
        self._reverse = self._made(graph.head, graph.tail)
        self._removed: tuple[int, int, float] | None = None

    def _made(self, tail: Ints, head: Ints) -> Any:
        coo = (self._plain.weight_s, (tail, head))
        return self._nk.GraphFromCoo(coo, n=self._plain.size, weighted=True, directed=True)

    def route(self, origin: int, destination: int) -> tuple[float, list[int]]:
        found = self._nk.distance.BidirectionalDijkstra(self._graph, origin, destination, True)
        found.run()
        seconds = float(found.getDistance())
        return (seconds if seconds < 1e300 else np.inf), [origin, *found.getPath(), destination]

    def _all(self, graph: Any, origin: int) -> Floats:
        found = self._nk.distance.Dijkstra(graph, origin, storePaths=False)
        found.run()
        times = np.asarray(found.getDistances(asarray=True))
        return np.where(times < 1e300, times, np.inf)

    def units(self, units: Ints, call: int) -> Floats:
        return self._all(self._reverse, call)[units]

    def sweep(self, stations: Ints, nearest: int) -> Floats:
        return _least(np.asarray([self._all(self._graph, int(station)) for station in stations]), nearest)

    def matrix(self, origins: Ints, destinations: Ints) -> Floats:
        return np.asarray([self._all(self._graph, int(origin))[destinations] for origin in origins])

    def closure(self, link: int, origin: int, destination: int) -> Callable[[], float]:
        a, b = int(self._plain.tail[link]), int(self._plain.head[link])
        self._removed = (a, b, float(self._plain.weight_s[link]))

        def close_and_route() -> float:
            self._graph.removeEdge(a, b)
            return self.route(origin, destination)[0]

        return close_and_route

    def reopen(self) -> None:
        assert self._removed is not None
        a, b, seconds = self._removed
        self._graph.addEdge(a, b, seconds)


class Pandana:
    """pandana: contraction hierarchies in C++ (AGPL); a change of a weight is a new network."""

    name, needs = "pandana", "pandana"

    def __init__(self, graph: Plain) -> None:
        import pandas as pd
        from pandana import Network

        self._pd, self._network, self._plain = pd, Network, graph
        # It finds a station's node by position, and several states of ours share one: each gets a position of its own.
        self._y, self._x = (axis * 100.0 for axis in np.divmod(np.arange(graph.size), 1000))
        self._forward = self._made(graph.tail, graph.head, graph.weight_s)
        self._backward: Any = None

    def _made(self, tail: Ints, head: Ints, weight_s: Floats) -> Any:
        frame, series = self._pd.DataFrame, self._pd.Series
        return self._network(
            series(self._x),
            series(self._y),
            series(tail),
            series(head),
            frame({"s": weight_s + _ROUNDED_S}),
            twoway=False,
        )

    def prepare_sweep(self) -> None:
        """Make the network turned round: pandana's nearest places are searched from the nodes."""
        self._backward = self._made(self._plain.head, self._plain.tail, self._plain.weight_s)

    def route(self, origin: int, destination: int) -> tuple[float, list[int]]:
        seconds = float(self._forward.shortest_path_length(origin, destination))
        return seconds, [int(node) for node in self._forward.shortest_path(origin, destination)]

    def units(self, units: Ints, call: int) -> Floats:
        return np.asarray(self._forward.shortest_path_lengths(units.tolist(), [int(call)] * len(units)))

    def sweep(self, stations: Ints, nearest: int) -> Floats:
        network, series = self._backward, self._pd.Series
        network.set_pois("stations", 1e7, nearest, series(self._x[stations]), series(self._y[stations]))
        found = network.nearest_pois(1e7, "stations", num_pois=nearest)
        times = found.to_numpy(dtype=float)
        return np.where(times < 1e7, np.rint(times * 1000) / 1000, np.inf)  # without what was added to each link

    def matrix(self, origins: Ints, destinations: Ints) -> Floats:
        a = np.repeat(origins, len(destinations)).tolist()
        b = np.tile(destinations, len(origins)).tolist()
        return np.asarray(self._forward.shortest_path_lengths(a, b)).reshape(len(origins), len(destinations))

    def closure(self, link: int, origin: int, destination: int) -> Callable[[], float]:
        def close_and_route() -> float:
            weight_s = self._plain.weight_s.copy()
            weight_s[link] = 1e6
            closed = self._made(self._plain.tail, self._plain.head, weight_s)
            seconds = float(closed.shortest_path_length(origin, destination))
            return seconds if seconds < 1e6 else np.inf

        return close_and_route

    def reopen(self) -> None:
        """Nothing to open: the closed network was another one."""


class RoutingkitCch:
    """RoutingKit's customizable contraction hierarchy, C++ (its Python package names no licence); integer milliseconds."""

    name, needs = "routingkit-cch", "routingkit_cch"

    def __init__(self, graph: Plain) -> None:
        import routingkit_cch as rk

        self._rk, self._plain = rk, graph
        tail, head = graph.tail.tolist(), graph.head.tolist()
        order = rk.compute_order_inertial(graph.size, tail, head, graph.y.tolist(), graph.x.tolist())
        self._cch = rk.CCH(order, tail, head, False)
        self._weights = graph.weight_ms.tolist()
        self._metric = rk.CCHMetric(self._cch, self._weights)
        self._updater = rk.CCHMetricPartialUpdater(self._cch)
        self._query = rk.CCHQuery(self._metric)
        self._closed = -1

    def route(self, origin: int, destination: int) -> tuple[float, list[int]]:
        found = self._query.run(origin, destination)
        return _seconds(found.distance), list(found.node_path)

    def units(self, units: Ints, call: int) -> Floats:
        pinned = self._rk.CCHManyToOne(self._metric, units.tolist())
        return np.asarray([_seconds(found) for found in pinned.distances_to(int(call))])

    def sweep(self, stations: Ints, nearest: int) -> Floats:
        pinned = self._rk.CCHOneToMany(self._metric, list(range(self._plain.size)))
        rows = [[_seconds(v) for v in pinned.distances_from(int(station))] for station in stations]
        return _least(np.asarray(rows), nearest)

    def matrix(self, origins: Ints, destinations: Ints) -> Floats:
        pinned = self._rk.CCHOneToMany(self._metric, destinations.tolist())
        return np.asarray([[_seconds(v) for v in pinned.distances_from(int(origin))] for origin in origins])

    def closure(self, link: int, origin: int, destination: int) -> Callable[[], float]:
        self._closed = link
        self._query = None  # a metric may not change while a query holds it

        def close_and_route() -> float:
            self._updater.apply(self._metric, {link: 2**31 - 1})
            self._query = self._rk.CCHQuery(self._metric)
            return _seconds(self._query.run(origin, destination).distance)

        return close_and_route

    def reopen(self) -> None:
        self._query = None
        self._updater.apply(self._metric, {self._closed: self._weights[self._closed]})
        self._query = self._rk.CCHQuery(self._metric)


def _seconds(milliseconds: int | None) -> float:
    return np.inf if milliseconds is None or milliseconds >= 2**31 - 1 else milliseconds / 1000
