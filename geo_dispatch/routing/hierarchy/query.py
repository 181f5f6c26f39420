"""Elimination-tree searches: from a few starts up to the root, and what two such searches have in common.

A fastest way climbs to its highest rank and comes down again, and all that it meets lies among the ancestors of its ends. So a
search relaxes the shortcuts of the ancestors of its starts, from below, without a queue.

References
----------
Dibbelt, Strasser and Wagner 2016, "Customizable contraction hierarchies", doi 10.1145/2886843;
Buchhold, Sanders and Wagner 2019, "Real-time traffic assignment using engineered customizable contraction hierarchies",
doi 10.1145/3362693.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo_dispatch.compiled import compiled
from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.hierarchy.contraction import Topology, Ways

__all__ = ["clear", "climb", "times_to_one", "way_between"]

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]


@compiled
def climb(ways: Ways, weight_s: FloatArray, start: Longs, start_s: FloatArray, time_s: FloatArray, via: Ints) -> None:
    """Search from starts up to the root.

    Parameters
    ----------
    ways
        Up, or down to search backward.
    weight_s
        Seconds of every shortcut in that direction.
    start, start_s
        Ranks, and the seconds to them.
    time_s
        Of every rank, inf on entry; the seconds to each ancestor on return. `clear` makes it inf again.
    via
        Of every rank: the shortcut it was reached over, -1 at starts; only where the time is finite.
    """
    first, upper, parent = ways.first, ways.upper, ways.parent
    at = start.copy()
    for i in range(len(at)):
        if start_s[i] < time_s[at[i]]:
            time_s[at[i]] = start_s[i]
            via[at[i]] = -1
    while True:
        rank = -1
        for i in range(len(at)):
            if at[i] >= 0 and (rank < 0 or at[i] < rank):
                rank = at[i]
        if rank < 0:
            return
        here_s = time_s[rank]
        if here_s < np.inf:
            for place in range(first[rank], first[rank + 1]):
                total = here_s + weight_s[ways.shortcut[place]]
                if total < time_s[upper[place]]:
                    time_s[upper[place]] = total
                    via[upper[place]] = ways.shortcut[place]
        for i in range(len(at)):
            if at[i] == rank:
                at[i] = parent[rank]


@compiled
def clear(parent: Ints, start: Longs, time_s: FloatArray) -> None:
    """Forget a search from starts.

    Parameters
    ----------
    parent
        Of each rank in the elimination tree.
    start
        Ranks that were searched from.
    time_s
        Of every rank; made inf at all ancestors.
    """
    for i in range(len(start)):
        rank = start[i]
        while rank >= 0:
            time_s[rank] = np.inf
            rank = parent[rank]


@compiled
def _meet(parent: Ints, start: Longs, there_s: FloatArray, back_s: FloatArray) -> tuple[float, int]:
    """Return the least sum of two searches, one of which began at ranks, and where they meet; inf and -1 where nowhere."""
    best, where = np.inf, -1
    for i in range(len(start)):
        rank = start[i]
        while rank >= 0:
            if there_s[rank] + back_s[rank] < best:
                best, where = there_s[rank] + back_s[rank], rank
            rank = int(parent[rank])
    return best, where


@compiled
def _packed(topology: Topology, forward: Ints, backward: Ints, where: int) -> list[int]:
    """Return the shortcuts of the way over a rank, the first last: each twice, and 1 to go up it."""
    lower = topology.lower
    todo = [0]
    todo.pop()
    rank = int(where)
    while backward[rank] >= 0:
        todo.append(int(2 * backward[rank]))
        rank = int(lower[backward[rank]])
    todo.reverse()
    rank = int(where)
    while forward[rank] >= 0:
        todo.append(int(2 * forward[rank] + 1))
        rank = int(lower[forward[rank]])
    return todo


@compiled
def _unpack(topology: Topology, link_s: FloatArray, up_s: FloatArray, down_s: FloatArray, todo: list[int]) -> Ints:
    """Return the links that shortcuts stand for, in the order travelled."""
    lower, upper = topology.lower, topology.upper
    links = [np.int32(0)]
    links.pop()
    while len(todo) > 0:
        packed = todo.pop()
        shortcut, upward = packed // 2, packed % 2 == 1
        seconds = up_s[shortcut] if upward else down_s[shortcut]
        own = np.int32(-1)
        for place in range(topology.of_first[shortcut], topology.of_first[shortcut + 1]):
            link = topology.of_links[place]
            if topology.link_up[link] == upward and link_s[link] == seconds:
                own = link
                break
        if own >= 0:
            links.append(own)
            continue
        low, high = lower[shortcut], upper[shortcut]
        for place in range(topology.below_first[low + 1] - 1, topology.below_first[low] - 1, -1):  # high ones first
            to_low = topology.below[place]
            begin, end = topology.first[lower[to_low]], topology.first[lower[to_low] + 1]
            to_high = begin + np.searchsorted(upper[begin:end], high)
            if to_high == end or upper[to_high] != high:
                continue
            if upward and down_s[to_low] + up_s[to_high] == seconds:
                todo.append(int(2 * to_high + 1))
                todo.append(int(2 * to_low))
                break
            if not upward and down_s[to_high] + up_s[to_low] == seconds:
                todo.append(int(2 * to_low + 1))
                todo.append(int(2 * to_high))
                break
    return np.array(links, np.int32)


@compiled
def way_between(
    topology: Topology,
    rising: Ways,
    falling: Ways,
    link_s: FloatArray,
    up_s: FloatArray,
    down_s: FloatArray,
    start: Longs,
    start_s: FloatArray,
    end: Longs,
    end_s: FloatArray,
    there_s: FloatArray,
    back_s: FloatArray,
    there_via: Ints,
    back_via: Ints,
) -> tuple[float, int, Ints]:
    """Find the fastest way between ranks.

    Parameters
    ----------
    topology
        Of the shortcuts.
    rising, falling
        Those that lead up, and down.
    link_s
        Seconds of each link.
    up_s, down_s
        Seconds of every shortcut.
    start, start_s, end, end_s
        Ranks to begin and end at, and the seconds to and from them.
    there_s, back_s, there_via, back_via
        Of every rank, as `climb` wants them; inf again on return.

    Returns
    -------
    tuple
        Seconds, inf where there is no way; the rank it begins at, -1 for none; its links.
    """
    climb(rising, up_s, start, start_s, there_s, there_via)
    climb(falling, down_s, end, end_s, back_s, back_via)
    seconds, where = _meet(topology.parent, end, there_s, back_s)
    begins = where
    links = np.empty(0, np.int32)
    if where >= 0:
        links = _unpack(topology, link_s, up_s, down_s, _packed(topology, there_via, back_via, where))
        while there_via[begins] >= 0:
            begins = int(topology.lower[there_via[begins]])
    clear(topology.parent, start, there_s)
    clear(topology.parent, end, back_s)
    return seconds, begins, links


@compiled
def _least_sum(
    ways: Ways, weight_s: FloatArray, start: Longs, start_s: FloatArray, there_s: FloatArray, back_s: FloatArray
) -> float:
    """Climb until nothing can be less than what was met, forgetting what is behind; return the least sum with another search."""
    at, best = start.copy(), np.inf
    for i in range(len(at)):
        there_s[at[i]] = min(there_s[at[i]], start_s[i])
    while True:
        rank = -1
        for i in range(len(at)):
            if at[i] >= 0 and (rank < 0 or at[i] < rank):
                rank = at[i]
        if rank < 0:
            return best
        here_s = there_s[rank]
        there_s[rank] = np.inf
        if here_s < best:
            best = min(best, here_s + back_s[rank])
            for place in range(ways.first[rank], ways.first[rank + 1]):
                above = ways.upper[place]
                there_s[above] = min(there_s[above], here_s + weight_s[ways.shortcut[place]])
        for i in range(len(at)):
            if at[i] == rank:
                at[i] = ways.parent[rank]


@compiled
def times_to_one(
    rising: Ways,
    falling: Ways,
    up_s: FloatArray,
    down_s: FloatArray,
    first_start: Longs,
    start: Longs,
    start_s: FloatArray,
    end: Longs,
    end_s: FloatArray,
    there_s: FloatArray,
    back_s: FloatArray,
    via: Ints,
) -> FloatArray:
    """Return the seconds of the fastest ways from each of many origins to one destination; inf where there is none.

    Parameters
    ----------
    rising, falling
        The shortcuts that lead up, and down.
    up_s, down_s
        Seconds of every shortcut.
    first_start, start, start_s
        Where the starts of each origin begin; their ranks, and the seconds to them.
    end, end_s
        Ranks to end at, and the seconds from them.
    there_s, back_s, via
        Of every rank, as `climb` wants them; inf again on return.
    """
    result = np.full(len(first_start) - 1, np.inf)
    climb(falling, down_s, end, end_s, back_s, via)
    for origin in range(len(result)):
        own = slice(first_start[origin], first_start[origin + 1])
        result[origin] = _least_sum(rising, up_s, start[own], start_s[own], there_s, back_s)
    clear(rising.parent, end, back_s)
    return result
