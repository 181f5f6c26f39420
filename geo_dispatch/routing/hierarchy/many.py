"""Many to many: the downward sweep restricted to the ancestors of the destinations.

Times are swept first. Lengths follow over the same shortcuts, wherever those lie on a fastest way; of several as fast, the shortest
counts.

References
----------
Delling, Goldberg and Werneck 2011, "Faster batched shortest paths in road networks", doi 10.4230/OASIcs.ATMOS.2011.52.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geo_dispatch.compiled import compiled
from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.hierarchy.contraction import Ways

__all__ = ["Selection", "climb_lengths", "least_to", "select", "spread_lengths", "take"]

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]

_LANES = 8


class Selection(NamedTuple):
    """The ancestors of some ranks, renumbered from below.

    Attributes
    ----------
    number
        Number of each rank, -1 for those left out.
    ways
        The ways down to them, between numbers.
    """

    number: Ints
    ways: Ways


@compiled
def select(falling: Ways, wanted: Longs) -> Selection:
    """Select the ancestors of ranks.

    Parameters
    ----------
    falling
        The shortcuts that lead down.
    wanted
        The ranks.

    Returns
    -------
    Selection
        These and all their ancestors.
    """
    number = np.full(len(falling.parent), -1, np.int32)
    count, shortcuts = 0, 0
    for i in range(len(wanted)):
        rank = wanted[i]
        while rank >= 0 and number[rank] < 0:
            number[rank] = 0
            count += 1
            shortcuts += falling.first[rank + 1] - falling.first[rank]
            rank = int(falling.parent[rank])
    first, parent = np.zeros(count + 1, np.int32), np.full(count, -1, np.int32)
    upper, shortcut = np.empty(shortcuts, np.int32), np.empty(shortcuts, np.int32)
    place = 0
    for rank in range(len(number)):
        if number[rank] >= 0:
            number[rank] = place
            place += 1
    place, end = 0, 0
    for rank in range(len(number)):
        if number[rank] >= 0:
            for one in range(falling.first[rank], falling.first[rank + 1]):
                upper[end], shortcut[end] = number[falling.upper[one]], falling.shortcut[one]
                end += 1
            if falling.parent[rank] >= 0:
                parent[place] = number[falling.parent[rank]]
            place += 1
            first[place] = end
    return Selection(number, Ways(first, upper, shortcut, parent))


@compiled
def take(parent: Ints, selection: Selection, start: Longs, values: FloatArray, lanes: FloatArray, lane: int) -> None:
    """Copy what a climb found at selected ranks into a lane.

    Parameters
    ----------
    parent
        Of each rank in the elimination tree.
    selection
        Of the ranks.
    start
        Ranks that the climb began at.
    values
        Of every rank.
    lanes
        Written to, shape ``(8 * n_selected,)``.
    lane
        0 to 7.
    """
    for i in range(len(start)):
        rank = start[i]
        while rank >= 0:
            if selection.number[rank] >= 0:
                lanes[_LANES * selection.number[rank] + lane] = values[rank]
            rank = parent[rank]


@compiled
def climb_lengths(
    rising: Ways,
    up_s: FloatArray,
    up_m: FloatArray,
    start: Longs,
    start_s: FloatArray,
    start_m: FloatArray,
    time_s: FloatArray,
    metres: FloatArray,
) -> None:
    """Find the lengths of the fastest ways upward, after the climb that found their times.

    Parameters
    ----------
    rising
        The shortcuts that lead up.
    up_s, up_m
        Seconds and metres up every shortcut.
    start, start_s, start_m
        Ranks, and the seconds and metres to them.
    time_s
        Of every rank, as the climb left it.
    metres
        Of every rank, inf on entry; the metres to each ancestor on return.
    """
    at = start.copy()
    for i in range(len(at)):
        if start_s[i] == time_s[at[i]]:
            metres[at[i]] = min(metres[at[i]], start_m[i])
    while True:
        rank = -1
        for i in range(len(at)):
            if at[i] >= 0 and (rank < 0 or at[i] < rank):
                rank = at[i]
        if rank < 0:
            return
        if time_s[rank] < np.inf:
            for place in range(rising.first[rank], rising.first[rank + 1]):
                above, shortcut = rising.upper[place], rising.shortcut[place]
                if time_s[rank] + up_s[shortcut] == time_s[above]:
                    metres[above] = min(metres[above], metres[rank] + up_m[shortcut])
        for i in range(len(at)):
            if at[i] == rank:
                at[i] = rising.parent[rank]


@compiled
def spread_lengths(
    selection: Selection,
    down_s: FloatArray,
    down_m: FloatArray,
    climbed_s: FloatArray,
    time_s: FloatArray,
    metres: FloatArray,
) -> None:
    """Find the lengths of the fastest ways to selected ranks, in place, after the sweep that found their times.

    Parameters
    ----------
    selection
        The ranks.
    down_s, down_m
        Seconds and metres down every shortcut.
    climbed_s, time_s
        Seconds in eight lanes, as the climbs and as the sweep left them.
    metres
        Metres in eight lanes, as the climbs left them.
    """
    for number in range(len(selection.ways.parent) - 1, -1, -1):
        own = _LANES * number
        for lane in range(own, own + _LANES):
            if climbed_s[lane] != time_s[lane]:
                metres[lane] = np.inf
        for place in range(selection.ways.first[number], selection.ways.first[number + 1]):
            above, shortcut = _LANES * selection.ways.upper[place], selection.ways.shortcut[place]
            seconds, way = down_s[shortcut], down_m[shortcut]
            for lane in range(_LANES):
                found = metres[above + lane] + way
                if time_s[above + lane] + seconds == time_s[own + lane] and found < metres[own + lane]:
                    metres[own + lane] = found


@compiled
def least_to(
    numbers: Longs,
    owner: Longs,
    join_s: FloatArray,
    join_m: FloatArray,
    time_s: FloatArray,
    metres: FloatArray,
    times: FloatArray,
    lengths: FloatArray,
) -> None:
    """Take the least of each destination's joins, one row of the result to a lane, in place.

    Parameters
    ----------
    numbers, owner, join_s, join_m
        Of each join: number of its rank in the selection, the destination, and seconds and metres from there.
    time_s, metres
        In eight lanes, as the sweep left them.
    times, lengths
        inf on entry, shape ``(n_lanes, n_destinations)``.
    """
    for join in range(len(numbers)):
        own = _LANES * numbers[join]
        for lane in range(len(times)):
            seconds, way = time_s[own + lane] + join_s[join], metres[own + lane] + join_m[join]
            there = owner[join]
            if seconds < times[lane, there] or (seconds == times[lane, there] and way < lengths[lane, there]):
                times[lane, there], lengths[lane, there] = seconds, way
