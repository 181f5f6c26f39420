"""The shortest-path forest of several sources: compiled, since what-ifs grow thousands of them.

References
----------
Dijkstra 1959, "A note on two problems in connexion with graphs", doi 10.1007/BF01386390; with several sources the cells of its
trees are a Voronoi diagram of the network, Erwig 2000, doi 10.1002/1097-0037(200010)36:3<156::AID-NET2>3.0.CO;2-L.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.graph import Links

__all__ = ["Forest", "grow", "grow_inside"]

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Forest:
    """How every state is reached first.

    Attributes
    ----------
    time_s
        Seconds to the start of each state, inf where nothing leads, shape ``(n_states,)``.
    owner
        Source of the tree that a state is in, -1 for none.
    before
        State before it on the way, -1 for what a source joins itself, -2 for none.
    """

    time_s: FloatArray
    owner: Ints
    before: Ints


def grow(links: Links, seed_state: Ints, seed_time_s: FloatArray, seed_owner: Ints) -> Forest:
    """Grow the forest of sources.

    Parameters
    ----------
    links
        Of a graph, forward.
    seed_state, seed_time_s, seed_owner
        States that sources join, seconds until there, and which source, shape ``(n_seeds,)``.

    Returns
    -------
    Forest
        Of two sources that reach a state in the same time the one with the lower number, where both join it themselves.
    """
    states = len(links.first) - 1
    forest = Forest(np.full(states, np.inf), np.full(states, -1, dtype=np.int64), np.full(states, -2, dtype=np.int64))
    order = np.lexsort((seed_owner, seed_time_s))
    for row in order[np.isfinite(seed_time_s[order])]:
        state = int(seed_state[row])
        if seed_time_s[row] < forest.time_s[state]:
            forest.time_s[state], forest.owner[state], forest.before[state] = seed_time_s[row], seed_owner[row], -1
    seeds = np.flatnonzero(np.isfinite(forest.time_s))
    grow_inside(links, forest, seeds, np.ones(states, dtype=bool))
    return forest


def grow_inside(links: Links, forest: Forest, seeds: Ints, inside: Mask) -> None:
    """Grow trees on from states that have their times, over states inside a mask; the forest is changed in place.

    Parameters
    ----------
    links
        Of a graph, forward.
    forest
        With the times of `seeds`; those of other states inside are upper bounds, or inf.
    seeds
        States to grow from, each once, shape ``(n_seeds,)``.
    inside
        States that may be entered, shape ``(n_states,)``.
    """
    _kernel()(
        links.first, links.head, links.weight_s, forest.time_s, forest.owner, forest.before, np.asarray(seeds), inside
    )


@cache
def _kernel() -> Callable[..., Any]:
    from geo_dispatch.coverage.forest_kernel import grow_kernel

    kernel: Callable[..., Any] = grow_kernel
    return kernel
