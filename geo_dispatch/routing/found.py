"""The path of the states that a search found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geo_dispatch.routing.ends import Joins
from geo_dispatch.routing.exact import exact_s
from geo_dispatch.routing.graph import RoadGraph
from geo_dispatch.routing.search import FoundPath

__all__ = ["path_of_states"]


def path_of_states(
    graph: RoadGraph, states: Sequence[int], turn_s: Sequence[float], start: Joins, end: Joins, time_s: float
) -> FoundPath:
    """Return the path along states, from where one point joins the first to where the last joins another point.

    Parameters
    ----------
    graph
        That was searched.
    states
        In the order travelled, at least one.
    turn_s
        Seconds of the turn from each to the next.
    start, end
        Joins of the two points.
    time_s
        Seconds of the whole way.

    Returns
    -------
    FoundPath
        Its arcs.
    """
    first, last = _fastest(start, states[0]), _fastest(end, states[-1])
    arcs = [int(graph.state_arc[state]) for state in states]
    turns = list(turn_s)
    start_share = 0.0
    if (driven := int(start.arc[first])) >= 0:
        start_share = float(start.share[first])
        arcs.insert(0, driven)
        driven_s = graph.arc_time_s[driven] - exact_s(start.share[first] * graph.arc_time_s[driven])
        turns.insert(0, float(start.time_s[first] - driven_s))
    return FoundPath(
        time_s,
        np.asarray(arcs, dtype=np.int64),
        start_share,
        float(end.share[last]),
        np.asarray(turns, dtype=np.float64),
    )


def _fastest(joins: Joins, state: int) -> int:
    """Return the fastest join of a state."""
    rows = np.flatnonzero(joins.state == state)
    return int(rows[np.argmin(joins.time_s[rows])])
