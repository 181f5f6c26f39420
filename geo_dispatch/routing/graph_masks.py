"""Closing arcs by masks over the links of a graph, which leaves which links there are as it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from geo_dispatch.routing.graph import Links, RoadGraph

__all__ = ["masked"]

Mask = npt.NDArray[np.bool_]


def masked(graph: RoadGraph, closed: npt.NDArray[np.int64]) -> RoadGraph:
    """Return a graph with arcs closed, and what serves the ends of trips as it was.

    Parameters
    ----------
    graph
        Made by `make_graph`.
    closed
        Rows of the network's arcs.
    """
    usable = np.ones(graph.network.arc_count, dtype=bool)
    usable[closed] = False
    shut = ~usable[graph.state_arc]
    return replace(
        graph,
        arc_time_s=np.where(usable, graph.arc_time_s, np.inf),
        forward=_shut(graph.forward, shut),
        backward=_shut(graph.backward, shut),
    )


def _shut(links: Links, shut: Mask) -> Links:
    """Return links with those from and to some states closed."""
    closed = shut[links.head]
    for state in np.flatnonzero(shut).tolist():
        closed[links.first[state] : links.first[state + 1]] = True
    return Links(links.first, links.head, np.where(closed, np.inf, links.weight_s))
