"""Whether closing arcs is a mask over the links of a hierarchy, or changes which links there are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo_dispatch.routing.graph import RoadGraph
from geo_dispatch.routing.hierarchy.hierarchy import Hierarchy
from geo_dispatch.routing.hierarchy.query import times_to_one

__all__ = ["is_mask", "surely_mask"]

Arcs = npt.NDArray[np.int64]
_FEW = 200
"""So many closed arcs are tried one by one."""


def is_mask(open_graph: RoadGraph, closed_graph: RoadGraph) -> bool:
    """Tell whether what serves the ends of trips is the same in a graph and in that with arcs closed."""
    kept = open_graph.arc_ends_only & np.isfinite(closed_graph.arc_time_s)
    return bool(np.array_equal(closed_graph.arc_ends_only, kept))


def surely_mask(hierarchy: Hierarchy, closed: Arcs) -> bool:
    """Tell whether closing arcs surely leaves what serves the ends of trips as it is.

    So it is where the arcs are open to through traffic, and from the start of each its end can still be reached by such roads: what
    was strongly connected is then so still.

    Parameters
    ----------
    hierarchy
        Of the graph with nothing closed.
    closed
        Rows of the network's arcs, rising.

    Returns
    -------
    bool
        False where that isn't sure.
    """
    graph = hierarchy.graph
    used = closed[np.isfinite(graph.arc_time_s[closed])]
    if graph.arc_ends_only[used].any() or len(used) > _FEW:
        return False
    through = np.isfinite(graph.arc_time_s) & ~graph.arc_ends_only
    through[closed] = False
    network, topology = graph.network, hierarchy.topology
    first, into = graph.arcs_into
    with hierarchy.metrics.using(closed) as metric, hierarchy.desk() as desk:
        for arc in used.tolist():
            tail, head = int(network.arc_from[arc]), int(network.arc_to[arc])
            start = np.arange(int(network.first_arc[tail]), int(network.first_arc[tail + 1]))
            end = into[first[head] : first[head + 1]]
            start, end = start[through[start]], end[through[end]]
            found = times_to_one(
                hierarchy.rising, hierarchy.falling, metric.up_s, metric.down_s,
                np.asarray([0, len(start)]), topology.rank[start].astype(np.int64), np.zeros(len(start)),
                topology.rank[end].astype(np.int64), np.zeros(len(end)),
                desk.there_s, desk.back_s, desk.there_via,
            )  # fmt: skip
            if not np.isfinite(found[0]):
                return False
    return True
