"""Compiling everything ahead, so that no question waits for it: ``python -m geo_dispatch.routing.hierarchy.compile_all``."""

from __future__ import annotations

import numpy as np

from geo_dispatch.routing.access import RoadUse
from geo_dispatch.routing.graph import make_graph
from geo_dispatch.routing.hierarchy.search import HierarchySearch
from geo_dispatch.routing.search import RoadPoint, RoadPoints
from geo_dispatch.town.network import Network

__all__ = ["compile_all"]

_NODES = 400


def compile_all() -> None:
    """Ask a search over a small ring of roads for everything once; compiled code is kept in numba's cache.

    The cache lies beside the program where that can be written, else in the user's cache folder, or where ``NUMBA_CACHE_DIR`` says.
    """
    network = _ring()
    use = RoadUse(np.zeros(_NODES, dtype=np.int8), np.zeros(_NODES, dtype=bool))
    graph = make_graph(network, use)
    open_roads = HierarchySearch.of(graph)
    here, there = RoadPoint(0, 10.0), RoadPoint(5, 10.0)
    points = RoadPoints.of([here, there])
    for search in (open_roads, open_roads.closing(np.asarray([0])), open_roads.closing(np.arange(40))):
        search.one_to_one(here, there)
        search.many_to_one(points, there)
        search.matrix(points, points)
        search.reach(points, points)
        search.sweep(points, k=2)
        search.within(here, 60.0)


def _ring() -> Network:
    """Return a ring of two-way roads of 100 m each."""
    node, road = np.arange(_NODES), np.arange(_NODES, dtype=np.int32)
    following, previous = (node + 1) % _NODES, (node - 1) % _NODES
    arc = np.arange(2 * _NODES)
    ahead = arc % 2 == 0  # the arcs of a node: ahead, and back
    x, y = 300 * np.cos(node), 300 * np.sin(node)
    lengths = np.full(_NODES, 100.0)
    arrays = {
        "node_osmid": node,
        "node_lon": x / 1e5,
        "node_lat": y / 1e5,
        "node_x": x,
        "node_y": y,
        "segment_from": road,
        "segment_to": following.astype(np.int32),
        "first_vertex": np.zeros(_NODES + 1, dtype=np.int64),
        "segment_length_m": lengths,
        "segment_street": np.full(_NODES, -1, dtype=np.int32),
        "arc_from": (arc // 2).astype(np.int32),
        "arc_to": np.where(ahead, following[arc // 2], previous[arc // 2]).astype(np.int32),
        "arc_segment": np.where(ahead, arc // 2, previous[arc // 2]).astype(np.int32),
        "arc_reversed": ~ahead,
        "arc_key": np.zeros(2 * _NODES, dtype=np.int32),
        "arc_length_m": np.full(2 * _NODES, 100.0),
        "arc_speed_kph": np.full(2 * _NODES, 36.0),
        "arc_time_s": np.full(2 * _NODES, 10.0),
        "first_arc": 2 * np.arange(_NODES + 1),
        "segment_forward_arc": 2 * road,
        "segment_backward_arc": (2 * following + 1).astype(np.int32),
        **{name: np.zeros(0) for name in ("vertex_lon", "vertex_lat", "vertex_x", "vertex_y", "vertex_along_m")},
    }
    return Network.of({f"network/{name}": array for name, array in arrays.items()})


if __name__ == "__main__":
    compile_all()
