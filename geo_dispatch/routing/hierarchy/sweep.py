"""Sweeps: from a few sources to everything, downward through all ranks at once.

After the climbs from the sources, one pass over the ranks from above settles every other rank, since each is then reached over
shortcuts from ranks settled before. Eight sources go side by side, one cache line to a rank.

References
----------
Delling, Goldberg, Nowatzyk and Werneck 2011, "PHAST: hardware-accelerated shortest path trees", doi 10.1109/IPDPS.2011.89.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo_dispatch.compiled import compiled
from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.hierarchy.contraction import Ways

__all__ = ["LANES", "descend", "descend_one", "least_by_arc", "nearest", "take_lane"]

LANES = 8
"""Sources side by side."""

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]


@compiled
def take_lane(parent: Ints, start: Longs, values: FloatArray, time_s: FloatArray, lane: int) -> None:
    """Copy what a climb found at the ancestors of its starts into a lane.

    Parameters
    ----------
    parent
        Of each rank in the elimination tree.
    start
        Ranks that the climb began at.
    values
        Of every rank.
    time_s
        Written to, shape ``(8 * n_ranks,)``.
    lane
        0 to 7.
    """
    for i in range(len(start)):
        rank = start[i]
        while rank >= 0:
            time_s[LANES * rank + lane] = values[rank]
            rank = parent[rank]


@compiled
def descend(ways: Ways, down_s: FloatArray, time_s: FloatArray) -> None:
    """Settle all ranks from above, eight sources at a time, in place.

    Parameters
    ----------
    ways
        Down.
    down_s
        Seconds down every shortcut.
    time_s
        Seconds of each rank after the climbs, shape ``(8 * n_ranks,)``: the sources of one rank stand together.
    """
    for rank in range(len(ways.first) - 2, -1, -1):
        if ways.first[rank] == ways.first[rank + 1]:
            continue
        own = LANES * rank
        t0, t1, t2, t3 = time_s[own], time_s[own + 1], time_s[own + 2], time_s[own + 3]
        t4, t5, t6, t7 = time_s[own + 4], time_s[own + 5], time_s[own + 6], time_s[own + 7]
        for place in range(ways.first[rank], ways.first[rank + 1]):
            above, seconds = LANES * ways.upper[place], down_s[ways.shortcut[place]]
            t0, t1 = min(t0, time_s[above] + seconds), min(t1, time_s[above + 1] + seconds)
            t2, t3 = min(t2, time_s[above + 2] + seconds), min(t3, time_s[above + 3] + seconds)
            t4, t5 = min(t4, time_s[above + 4] + seconds), min(t5, time_s[above + 5] + seconds)
            t6, t7 = min(t6, time_s[above + 6] + seconds), min(t7, time_s[above + 7] + seconds)
        time_s[own], time_s[own + 1], time_s[own + 2], time_s[own + 3] = t0, t1, t2, t3
        time_s[own + 4], time_s[own + 5], time_s[own + 6], time_s[own + 7] = t4, t5, t6, t7


@compiled
def descend_one(ways: Ways, down_s: FloatArray, time_s: FloatArray) -> None:
    """Settle all ranks from above for one source, in place.

    Parameters
    ----------
    ways, down_s
        As of `descend`.
    time_s
        Seconds of each rank after the climb, shape ``(n_ranks,)``.
    """
    for rank in range(len(ways.first) - 2, -1, -1):
        least = time_s[rank]
        for place in range(ways.first[rank], ways.first[rank + 1]):
            least = min(least, time_s[ways.upper[place]] + down_s[ways.shortcut[place]])
        time_s[rank] = least


@compiled
def least_by_arc(rank: Ints, state_arc: Ints, time_s: FloatArray, arcs: int) -> FloatArray:
    """Return the least seconds of the states of each arc, shape ``(n_arcs,)``.

    Parameters
    ----------
    rank, state_arc
        Of each state.
    time_s
        Of each rank.
    arcs
        How many there are.
    """
    least = np.full(arcs, np.inf)
    for state in range(len(rank)):
        least[state_arc[state]] = min(least[state_arc[state]], time_s[rank[state]])
    return least


@compiled
def nearest(
    rank: Ints, state_arc: Ints, time_s: FloatArray, begin: int, sources: int, best_s: FloatArray, which: Longs
) -> None:
    """Merge a batch of sources into the nearest of each arc, in place; of equal ones those before stay before.

    Parameters
    ----------
    rank, state_arc
        Of each state.
    time_s
        Made by `descend`.
    begin, sources
        The first source of the batch, and how many it has.
    best_s, which
        Rising seconds of the nearest sources so far, and which they are, shape ``(n_arcs, k)``.
    """
    arcs, kept = best_s.shape
    least = np.full((arcs, LANES), np.inf)
    for state in range(len(rank)):
        arc, own = state_arc[state], LANES * rank[state]
        for lane in range(LANES):
            least[arc, lane] = min(least[arc, lane], time_s[own + lane])
    for arc in range(arcs):
        for lane in range(sources):
            seconds = least[arc, lane]
            place = kept
            while place > 0 and seconds < best_s[arc, place - 1]:
                place -= 1
            if place < kept:
                for later in range(kept - 1, place, -1):
                    best_s[arc, later], which[arc, later] = best_s[arc, later - 1], which[arc, later - 1]
                best_s[arc, place], which[arc, place] = seconds, begin + lane
