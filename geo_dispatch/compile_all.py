"""Compiling everything ahead, so that no question waits for it: ``python -m geo_dispatch.compile_all``.

Everything compiled is asked for once over a small ring of roads, in the very ways in which searches and studies ask. What is compiled
goes to numba's cache: beside the program where that can be written, else in the cache folder of the settings, or where
``NUMBA_CACHE_DIR`` says. With the cache full it takes a second to load.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np

from geo_dispatch.compiled import keep_compiled
from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.routing.access import RoadUse
from geo_dispatch.routing.graph import RoadGraph, make_graph
from geo_dispatch.routing.search import RoadPoint, RoadPoints
from geo_dispatch.town.network import Network

if TYPE_CHECKING:
    from geo_dispatch.routing.vehicles import Vehicle

__all__ = ["compile_all", "compile_coverage", "compile_hierarchy"]

_NODES = 400
_USE = RoadUse(np.zeros(_NODES, dtype=np.int8), np.zeros(_NODES, dtype=bool))


def compile_all(*, progress: Progress = NO_PROGRESS) -> None:
    """Compile all that the program may ever compile.

    Parameters
    ----------
    progress
        Told of the two stages.
    """
    progress.stage("compiling the studies")
    compile_coverage()
    progress.stage("compiling the hierarchy")
    compile_hierarchy()


def compile_coverage() -> None:
    """Compile what coverage studies need: forests, and closing every road."""
    from geo_dispatch.coverage.closing import Closing
    from geo_dispatch.coverage.groups import VehicleGroup
    from geo_dispatch.routing.scipy_search import ScipySearch
    from geo_dispatch.routing.vehicle_search import VehicleSearch

    search = VehicleSearch(ScipySearch(_ring_graph()), lambda _: None)
    points = RoadPoints.of([RoadPoint(road, 10.0) for road in (1, 5, 200)])
    group = VehicleGroup("car", None, (0,), search, RoadPoints.of([RoadPoint(0, 10.0)]), points)
    vehicle = cast("Vehicle", SimpleNamespace(use=_USE, too_small=np.zeros(_NODES, dtype=bool)))
    closing = Closing(group, np.zeros(1), vehicle, np.zeros(0, dtype=np.int64))
    closing.close_each([2, 3, 100])


def compile_hierarchy() -> None:
    """Compile the contraction hierarchy: making it, keeping it up to date, and asking it."""
    from geo_dispatch.routing.hierarchy import HierarchySearch

    graph = _ring_graph()
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


def _ring_graph() -> RoadGraph:
    return make_graph(_ring(), _USE)


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


def _main() -> None:
    from geo_dispatch.config import load_settings

    keep_compiled(lambda: load_settings().compiled_dir)
    compile_all()


if __name__ == "__main__":
    _main()
