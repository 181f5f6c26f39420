"""Partial customisation: what a few changed links change.

The shortcuts of the changed links are settled anew, from below; where the seconds of one change, those whose lower triangles it
is part of may change too. What comes out is what a fresh customisation would make, bit for bit: each shortcut is the least of
the same sums.

High shortcuts have thousands of lower triangles. Most are told to be no use by one side alone, which takes at least as long as with
nothing closed: those bounds stand together in memory, where the seconds themselves lie scattered. What an update changes is kept,
so that it can be taken back without settling anything.

References
----------
Dibbelt, Strasser and Wagner 2016, "Customizable contraction hierarchies", section 7.5, doi 10.1145/2886843.
"""

from __future__ import annotations

import heapq
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geo_dispatch.compiled import compiled
from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.hierarchy.contraction import Topology

__all__ = ["Bounds", "Changes", "bounds_of", "take_back", "update"]

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]


class Bounds(NamedTuple):
    """Seconds that no shortcut is faster than, whatever is closed.

    Attributes
    ----------
    up_s, down_s
        Up and down, shape ``(n_shortcuts,)``.
    below_up_s, below_down_s
        The same, rounded down, in the order of `Topology.below`.
    """

    up_s: FloatArray
    down_s: FloatArray
    below_up_s: Floats
    below_down_s: Floats


class Changes(NamedTuple):
    """What an update changed, in order.

    Attributes
    ----------
    shortcut
        Rows, shape ``(n,)``.
    up_s, down_s
        Their seconds before.
    """

    shortcut: npt.NDArray[np.int64]
    up_s: FloatArray
    down_s: FloatArray


def bounds_of(topology: Topology, up_s: FloatArray, down_s: FloatArray) -> Bounds:
    """Return bounds that hold while no link gets faster than it is.

    Parameters
    ----------
    topology
        Of the links.
    up_s, down_s
        Made by `customise`. They are kept, not copied: don't change them.
    """

    def below(seconds: FloatArray) -> Floats:
        exact = seconds[topology.below]
        rounded = exact.astype(np.float32)
        return np.where(rounded > exact, np.nextafter(rounded, np.float32(-np.inf)), rounded).astype(np.float32)

    return Bounds(up_s, down_s, below(up_s), below(down_s))


@compiled
def _least(
    topology: Topology, bounds: Bounds, weight_s: FloatArray, up_s: FloatArray, down_s: FloatArray, shortcut: np.int64
) -> tuple[float, float]:
    """Return the seconds up and down one shortcut, of its links and its lower triangles."""
    least_up, least_down = np.inf, np.inf
    for place in range(topology.of_first[shortcut], topology.of_first[shortcut + 1]):
        link = topology.of_links[place]
        if topology.link_up[link]:
            least_up = min(least_up, weight_s[link])
        else:
            least_down = min(least_down, weight_s[link])
    low, high = topology.lower[shortcut], topology.upper[shortcut]
    bound_up, bound_down = bounds.up_s[shortcut], bounds.down_s[shortcut]
    for place in range(topology.below_first[low + 1] - 1, topology.below_first[low] - 1, -1):  # the likeliest first
        no_use_up = least_up <= bound_up or bounds.below_down_s[place] >= least_up
        if no_use_up and (least_down <= bound_down or bounds.below_up_s[place] >= least_down):
            continue
        to_low = topology.below[place]
        begin, end = to_low + 1, topology.first[topology.lower[to_low] + 1]
        to_high = begin + np.searchsorted(topology.upper[begin:end], high)
        if to_high < end and topology.upper[to_high] == high:
            least_up = min(least_up, down_s[to_low] + up_s[to_high])
            least_down = min(least_down, down_s[to_high] + up_s[to_low])
    return least_up, least_down


@compiled
def _matters(before: float, now: float, rest: float, above: float) -> bool:
    """Tell whether a change of one side of a triangle may change the shortcut above it: it carried that, or does now."""
    if before == now or rest == np.inf:
        return False
    return now + rest < above or (before < np.inf and before + rest == above)


@compiled
def update(
    topology: Topology, bounds: Bounds, weight_s: FloatArray, up_s: FloatArray, down_s: FloatArray, changed: Ints
) -> Changes:
    """Bring the seconds of shortcuts up to date with changed links, in place.

    Parameters
    ----------
    topology
        Of the links.
    bounds
        That hold for the seconds now.
    weight_s
        Seconds of each link now.
    up_s, down_s
        Made by `customise` of the seconds before.
    changed
        The links that changed.

    Returns
    -------
    Changes
        What they were.
    """
    first, upper = topology.first, topology.upper
    waiting = [np.int64(0)]
    waiting.pop()
    for link in changed:
        if topology.link_shortcut[link] >= 0:
            heapq.heappush(waiting, np.int64(topology.link_shortcut[link]))
    last = np.int64(-1)
    rows, rows_up_s, rows_down_s = [last], [0.0], [0.0]
    while len(waiting) > 0:
        shortcut = heapq.heappop(waiting)  # by their lower ends, since shortcuts stand in that order
        if shortcut == last:
            continue
        last = shortcut
        up_before, down_before = up_s[shortcut], down_s[shortcut]
        up_now, down_now = _least(topology, bounds, weight_s, up_s, down_s, shortcut)
        if up_now == up_before and down_now == down_before:
            continue
        rows.append(shortcut)
        rows_up_s.append(up_before)
        rows_down_s.append(down_before)
        up_s[shortcut], down_s[shortcut] = up_now, down_now
        low, high = topology.lower[shortcut], topology.upper[shortcut]
        beyond = first[high]
        for side in range(first[low], first[low + 1]):
            third = upper[side]
            into = down_s[side] if up_now != up_before else np.inf
            out = up_s[side] if down_now != down_before else np.inf
            if third == high or (into == np.inf and out == np.inf):
                continue
            if third < high:
                above = first[third] + np.searchsorted(upper[first[third] : first[third + 1]], high)
                to_high, to_third = up_s[above], down_s[above]
            else:
                while upper[beyond] != third:
                    beyond += 1
                above = beyond
                to_high, to_third = down_s[above], up_s[above]
            # over the low end: from the third to the high one, and back
            if _matters(up_before, up_now, into, to_high) or _matters(down_before, down_now, out, to_third):
                heapq.heappush(waiting, np.int64(above))
    return Changes(np.array(rows)[1:], np.array(rows_up_s)[1:], np.array(rows_down_s)[1:])


def take_back(changes: Changes, up_s: FloatArray, down_s: FloatArray) -> None:
    """Bring shortcuts back to what they were before an update, in place; later updates must have been taken back.

    Parameters
    ----------
    changes
        Of the update.
    up_s, down_s
        Of the shortcuts now.
    """
    up_s[changes.shortcut], down_s[changes.shortcut] = changes.up_s, changes.down_s
