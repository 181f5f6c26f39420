"""Customisation: the seconds of every shortcut, of the seconds of the links.

A shortcut between two ranks weighs the least of its links and of the ways over each lower rank that both are joined to (its lower
triangles). Ranks are taken from below, so that what a triangle is made of is settled before.

References
----------
Dibbelt, Strasser and Wagner 2016, "Customizable contraction hierarchies", doi 10.1145/2886843.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo_dispatch.compiled import compiled
from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.hierarchy.contraction import Topology

__all__ = ["customise", "shortcut_lengths"]

Ints = npt.NDArray[np.int32]


@compiled
def customise(topology: Topology, weight_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the seconds up and down every shortcut, inf where there is no way.

    Parameters
    ----------
    topology
        Of the links.
    weight_s
        Seconds of each link, inf where it is closed.

    Returns
    -------
    tuple
        Up and down, shape ``(n_shortcuts,)`` each.
    """
    up_s, down_s = np.full(len(topology.upper), np.inf), np.full(len(topology.upper), np.inf)
    for link in range(len(weight_s)):
        shortcut = topology.link_shortcut[link]
        if shortcut >= 0:
            direction = up_s if topology.link_up[link] else down_s
            direction[shortcut] = min(direction[shortcut], weight_s[link])
    first, upper = topology.first, topology.upper
    for rank in range(len(first) - 1):
        for one in range(first[rank], first[rank + 1]):
            into, out = down_s[one], up_s[one]
            if into == np.inf and out == np.inf:
                continue
            place = first[upper[one]]
            for other in range(one + 1, first[rank + 1]):
                while upper[place] != upper[other]:
                    place += 1
                up_s[place] = min(up_s[place], into + up_s[other])
                down_s[place] = min(down_s[place], down_s[other] + out)
    return up_s, down_s


@compiled
def shortcut_lengths(
    topology: Topology, weight_s: FloatArray, metres: FloatArray, up_s: FloatArray, down_s: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the metres of the fastest way up and down every shortcut, the shortest where several are as fast.

    Parameters
    ----------
    topology
        Of the links.
    weight_s, metres
        Of each link.
    up_s, down_s
        Made by `customise` of the same seconds.

    Returns
    -------
    tuple
        Up and down, shape ``(n_shortcuts,)`` each; inf where there is no way.
    """
    up_m, down_m = np.full(len(up_s), np.inf), np.full(len(up_s), np.inf)
    for link in range(len(weight_s)):
        shortcut = topology.link_shortcut[link]
        if shortcut >= 0:
            direction_s, direction_m = (up_s, up_m) if topology.link_up[link] else (down_s, down_m)
            if weight_s[link] == direction_s[shortcut] and weight_s[link] < np.inf:
                direction_m[shortcut] = min(direction_m[shortcut], metres[link])
    first, upper = topology.first, topology.upper
    for rank in range(len(first) - 1):
        for one in range(first[rank], first[rank + 1]):
            if down_s[one] == np.inf and up_s[one] == np.inf:
                continue
            place = first[upper[one]]
            for other in range(one + 1, first[rank + 1]):
                while upper[place] != upper[other]:
                    place += 1
                if down_s[one] + up_s[other] == up_s[place]:
                    up_m[place] = min(up_m[place], down_m[one] + up_m[other])
                if down_s[other] + up_s[one] == down_s[place]:
                    down_m[place] = min(down_m[place], down_m[other] + up_m[one])
    return up_m, down_m
