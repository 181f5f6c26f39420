"""Partial customisation: what a few changed links change.

The shortcuts of the changed links are settled anew, from below; where the seconds of one change, those whose lower triangles it
is part of may change too. What comes out is what a fresh customisation would make, bit for bit: each shortcut is the least of
the same sums.

References
----------
Dibbelt, Strasser and Wagner 2016, "Customizable contraction hierarchies", section 7.5, doi 10.1145/2886843.
"""

from __future__ import annotations

import heapq

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.hierarchy.compiled import compiled
from geo_dispatch.routing.hierarchy.contraction import Topology

__all__ = ["update"]

Ints = npt.NDArray[np.int32]


@compiled
def _least(
    topology: Topology, weight_s: FloatArray, up_s: FloatArray, down_s: FloatArray, shortcut: np.int64
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
    for place in range(topology.below_first[low], topology.below_first[low + 1]):
        to_low = topology.below[place]
        begin, end = topology.first[topology.lower[to_low]], topology.first[topology.lower[to_low] + 1]
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
def update(topology: Topology, weight_s: FloatArray, up_s: FloatArray, down_s: FloatArray, changed: Ints) -> int:
    """Bring the seconds of shortcuts up to date with changed links, in place.

    Parameters
    ----------
    topology
        Of the links.
    weight_s
        Seconds of each link now.
    up_s, down_s
        Made by `customise` of the seconds before.
    changed
        The links that changed.

    Returns
    -------
    int
        How many shortcuts were looked at.
    """
    first, upper = topology.first, topology.upper
    waiting = [np.int64(0)]
    waiting.pop()
    for link in changed:
        if topology.link_shortcut[link] >= 0:
            heapq.heappush(waiting, np.int64(topology.link_shortcut[link]))
    last, looked_at = np.int64(-1), 0
    while len(waiting) > 0:
        shortcut = heapq.heappop(waiting)  # by their lower ends, since shortcuts stand in that order
        if shortcut == last:
            continue
        last = shortcut
        looked_at += 1
        up_before, down_before = up_s[shortcut], down_s[shortcut]
        up_now, down_now = _least(topology, weight_s, up_s, down_s, shortcut)
        if up_now == up_before and down_now == down_before:
            continue
        up_s[shortcut], down_s[shortcut] = up_now, down_now
        low, high = topology.lower[shortcut], topology.upper[shortcut]
        for side in range(first[low], first[low + 1]):
            third = upper[side]
            if third == high:
                continue
            a, b = min(high, third), max(high, third)
            above = first[a] + np.searchsorted(upper[first[a] : first[a + 1]], b)
            # over the low end: from the third to the high one, and back
            to_high = up_s[above] if third < high else down_s[above]
            to_third = down_s[above] if third < high else up_s[above]
            into, out = down_s[side], up_s[side]
            if _matters(up_before, up_now, into, to_high) or _matters(down_before, down_now, out, to_third):
                heapq.heappush(waiting, np.int64(above))
    return looked_at
