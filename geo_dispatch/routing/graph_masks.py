"""Closing arcs by masks over the links of a graph, where that leaves which links there are as it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from geo_dispatch.routing.access import CLOSED, RoadUse
from geo_dispatch.routing.graph import Links, RoadGraph, use_now
from geo_dispatch.routing.through_traffic import ends_only_arcs

__all__ = ["masked", "with_closed"]

Mask = npt.NDArray[np.bool_]


def with_closed(
    graph: RoadGraph, use: RoadUse, *, closed: npt.NDArray[Any], local_only: npt.NDArray[Any]
) -> RoadGraph | None:
    """Return a graph with more arcs closed, made by masks alone; None where that changes what serves ends of trips.

    Parameters
    ----------
    graph
        Made by `make_graph` with nothing closed.
    use
        What it was made of.
    closed, local_only
        As of `make_graph`.
    """
    arc_use = use_now(graph.network, use, closed, local_only)
    usable = arc_use != CLOSED
    ends_only, components = ends_only_arcs(graph.network, arc_use, use.node_blocked)
    if not np.array_equal(ends_only, graph.arc_ends_only & usable):
        return None
    return replace(masked(graph, np.flatnonzero(~usable)), arc_ends_only=ends_only, components=components)


def masked(graph: RoadGraph, closed: npt.NDArray[np.int64]) -> RoadGraph:
    """Return a graph with arcs closed that leave what serves ends of trips as it is.

    Parameters
    ----------
    graph
        Made by `make_graph` with nothing closed.
    closed
        Rows of the network's arcs.
    """
    usable = np.ones(graph.network.arc_count, dtype=bool)
    usable[closed] = False
    shut = ~usable[graph.state_arc]
    return replace(
        graph,
        arc_time_s=np.where(usable, graph.arc_time_s, np.inf),
        arc_ends_only=graph.arc_ends_only & usable,
        forward=_shut(graph.forward, shut),
        backward=_shut(graph.backward, shut),
    )


def _shut(links: Links, shut: Mask) -> Links:
    """Return links with those from and to some states closed."""
    closed = shut[links.head]
    for state in np.flatnonzero(shut).tolist():
        closed[links.first[state] : links.first[state + 1]] = True
    return Links(links.first, links.head, np.where(closed, np.inf, links.weight_s))
