"""Routes on a real town set against networkx's own Dijkstra on the exported graph."""

from __future__ import annotations

import math
from dataclasses import dataclass

import networkx as nx
import numpy as np

from geo_dispatch.routing import FoundPath, RoadPoint, RoadPoints, ScipySearch
from geo_dispatch.routing.access import RoadUse
from geo_dispatch.routing.graph import make_graph
from geo_dispatch.town.export import to_networkx
from geo_dispatch.town.town import Town


@dataclass(frozen=True)
class Comparison:
    """How many pairs were asked, how many had a way, the largest difference in seconds, and the matrix's."""

    pairs: int
    with_way: int
    largest_s: float
    largest_matrix_s: float


def search_all_roads(town: Town) -> ScipySearch:
    """Return the search over every edge of the town, as networkx sees them."""
    network = town.network
    everyone = RoadUse(np.zeros(network.segment_count, dtype=np.int8), np.zeros(network.node_count, dtype=bool))
    return ScipySearch(make_graph(network, everyone))


def point_at(town: Town, node: int) -> RoadPoint:
    """Return the road point at a node: an end of any road there."""
    network = town.network
    starts = np.flatnonzero(network.segment_from == node)
    if len(starts):
        return RoadPoint(int(starts[0]), 0.0)
    segment = int(np.flatnonzero(network.segment_to == node)[0])
    return RoadPoint(segment, float(network.segment_length_m[segment]))


def compare(town: Town, pairs: int, seed: int) -> Comparison:
    """Route between random pairs of nodes with the search and with networkx."""
    graph = to_networkx(town)
    search = search_all_roads(town)
    rng = np.random.default_rng(seed)
    osmid = town.network.node_osmid
    nodes = rng.integers(0, town.network.node_count, size=(pairs, 2))
    points = [(point_at(town, int(a)), point_at(town, int(b))) for a, b in nodes]
    largest = 0.0
    with_way = 0
    expected: list[float] = []
    for (a, b), (origin, destination) in zip(nodes, points, strict=True):
        found = search.one_to_one(origin, destination)
        try:
            truth = float(nx.dijkstra_path_length(graph, int(osmid[a]), int(osmid[b]), weight="travel_time"))
        except nx.NetworkXNoPath:
            truth = math.inf
        expected.append(truth)
        got = math.inf if found is None else found.time_s
        if math.isinf(truth) or math.isinf(got):
            largest = max(largest, 0.0 if truth == got else math.inf)
            continue
        with_way += 1
        largest = max(largest, abs(got - truth), abs(_driven(graph, town, found) - truth))
    block = min(pairs, 60)
    times, _ = search.matrix(RoadPoints.of(p[0] for p in points[:block]), RoadPoints.of(p[1] for p in points[:block]))
    both = [(float(times[i, i]), expected[i]) for i in range(block)]
    off = max(0.0 if got == truth else abs(got - truth) for got, truth in both)
    return Comparison(pairs, with_way, largest, off)


def _driven(graph: nx.MultiDiGraph, town: Town, path: FoundPath | None) -> float:
    """Add up the exported edges that a path names, by (u, v, key); parts of the way must join."""
    assert path is not None
    network = town.network
    total = 0.0
    last = None
    for index, arc in enumerate(path.arcs.tolist()):
        u, v = int(network.node_osmid[network.arc_from[arc]]), int(network.node_osmid[network.arc_to[arc]])
        assert last in (None, u)
        last = v
        share = (path.end_share if index == len(path.arcs) - 1 else 1.0) - (path.start_share if index == 0 else 0.0)
        total += share * float(graph.edges[u, v, int(network.arc_key[arc])]["travel_time"])
    return total
