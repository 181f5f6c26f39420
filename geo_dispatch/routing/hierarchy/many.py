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

from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.hierarchy.compiled import compiled
from geo_dispatch.routing.hierarchy.contraction import Topology

__all__ = ["Selection", "climb_lengths", "least_to", "select", "spread_lengths", "take"]

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]

_LANES = 8


class Selection(NamedTuple):
    """The ancestors of some ranks, renumbered from below.

    Attributes
    ----------
    ranks
        Rank of each, rising.
    number
        Number of each rank, -1 for those left out.
    first, upper, shortcut
        Their shortcuts in CSR order: number of the upper end, and which they are.
    """

    ranks: Ints
    number: Ints
    first: Ints
    upper: Ints
    shortcut: Ints


@compiled
def select(topology: Topology, wanted: Longs) -> Selection:
    """Select the ancestors of ranks.

    Parameters
    ----------
    topology
        Of the shortcuts.
    wanted
        The ranks.

    Returns
    -------
    Selection
        These and all their ancestors.
    """
    number = np.full(len(topology.parent), -1, np.int32)
    count, shortcuts = 0, 0
    for i in range(len(wanted)):
        rank = wanted[i]
        while rank >= 0 and number[rank] < 0:
            number[rank] = 0
            count += 1
            shortcuts += topology.first[rank + 1] - topology.first[rank]
            rank = int(topology.parent[rank])
    ranks, first = np.empty(count, np.int32), np.zeros(count + 1, np.int32)
    upper, shortcut = np.empty(shortcuts, np.int32), np.empty(shortcuts, np.int32)
    place = 0
    for rank in range(len(number)):
        if number[rank] >= 0:
            number[rank] = place
            ranks[place] = rank
            place += 1
    end = 0
    for place in range(count):
        for one in range(topology.first[ranks[place]], topology.first[ranks[place] + 1]):
            upper[end], shortcut[end] = number[topology.upper[one]], one
            end += 1
        first[place + 1] = end
    return Selection(ranks, number, first, upper, shortcut)


@compiled
def take(
    topology: Topology, selection: Selection, start: Longs, values: FloatArray, lanes: FloatArray, lane: int
) -> None:
    """Copy what a climb found at selected ranks into a lane.

    Parameters
    ----------
    topology, selection
        Of the shortcuts, and the ranks selected of them.
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
            rank = int(topology.parent[rank])


@compiled
def climb_lengths(
    topology: Topology,
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
    topology
        Of the shortcuts.
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
            for shortcut in range(topology.first[rank], topology.first[rank + 1]):
                above = topology.upper[shortcut]
                if time_s[rank] + up_s[shortcut] == time_s[above]:
                    metres[above] = min(metres[above], metres[rank] + up_m[shortcut])
        for i in range(len(at)):
            if at[i] == rank:
                at[i] = topology.parent[rank]


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
        Seconds and metres down each of its shortcuts.
    climbed_s, time_s
        Seconds in eight lanes, as the climbs and as the sweep left them.
    metres
        Metres in eight lanes, as the climbs left them.
    """
    for number in range(len(selection.ranks) - 1, -1, -1):
        own = _LANES * number
        for lane in range(own, own + _LANES):
            if climbed_s[lane] != time_s[lane]:
                metres[lane] = np.inf
        for place in range(selection.first[number], selection.first[number + 1]):
            above, seconds, way = _LANES * selection.upper[place], down_s[place], down_m[place]
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
