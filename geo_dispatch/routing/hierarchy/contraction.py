"""What contraction leaves: the links upward, and the elimination tree.

Contracting a state joins all its neighbours that come later. No weights count, so that this is done once for all of them. The
neighbours of a state that come later are those of its links and those of the states whose parent it is; the parent is the
lowest of them.

References
----------
Dibbelt, Strasser and Wagner 2016, "Customizable contraction hierarchies", doi 10.1145/2886843;
Liu 1990, "The role of elimination trees in sparse factorization", doi 10.1137/0611010.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geo_dispatch.compiled import compiled
from geo_dispatch.geometry import FloatArray

__all__ = ["Topology", "Ways", "contract", "passable"]

Ints = npt.NDArray[np.int32]


class Topology(NamedTuple):
    """Shortcuts between ranks, and which links they stand for; the same for all weights.

    Attributes
    ----------
    rank
        Rank of each state, shape ``(n_states,)``.
    first, upper
        Shortcuts by their lower end, in CSR order: ranks of their upper ends, rising. Each is a way up and a way down.
    lower
        Lower end of each shortcut.
    parent
        Of each rank in the elimination tree, -1 for roots.
    below_first, below
        Shortcuts by their upper end, in CSR order, by rising lower end.
    link_shortcut
        Shortcut of each link, -1 for links from a state to itself.
    link_up
        True where a link leads upward.
    of_first, of_links
        Links of each shortcut, in CSR order.
    """

    rank: Ints
    first: Ints
    upper: Ints
    lower: Ints
    parent: Ints
    below_first: Ints
    below: Ints
    link_shortcut: Ints
    link_up: npt.NDArray[np.bool_]
    of_first: Ints
    of_links: Ints


class Ways(NamedTuple):
    """The shortcuts that lead anywhere in one direction, up or down.

    More than half of the shortcuts of a graph of turns lead only one way, whatever the weights.

    Attributes
    ----------
    first, upper
        By their lower end, in CSR order: ranks of their upper ends, rising.
    shortcut
        Which shortcut each is.
    parent
        Of each rank in the elimination tree, -1 for roots.
    """

    first: Ints
    upper: Ints
    shortcut: Ints
    parent: Ints


def passable(topology: Topology, seconds: FloatArray) -> Ways:
    """Return the shortcuts that lead anywhere.

    Parameters
    ----------
    topology
        Of all shortcuts.
    seconds
        In one direction, with nothing closed; inf where there is no way.
    """
    shortcut = np.flatnonzero(np.isfinite(seconds)).astype(np.int32)
    first = np.searchsorted(topology.lower[shortcut], np.arange(len(topology.first))).astype(np.int32)
    return Ways(first, topology.upper[shortcut], shortcut, topology.parent)


def contract(rank: Ints, first: Ints, head: Ints) -> Topology:
    """Contract states in the order of their ranks.

    Parameters
    ----------
    rank
        Rank of each state.
    first, head
        Links between states in CSR order.

    Returns
    -------
    Topology
        Of all vehicles with these links.
    """
    count = len(rank)
    tail_rank = np.repeat(rank, np.diff(first))
    head_rank = rank[head]
    low, high = np.minimum(tail_rank, head_rank), np.maximum(tail_rank, head_rank)
    pairs = np.unique((low.astype(np.int64) * count + high)[low != high])
    low_first = np.searchsorted(pairs, np.arange(count + 1, dtype=np.int64) * count)
    up_first, upper, parent = _fill(low_first, (pairs % max(count, 1)).astype(np.int32))
    lower = np.repeat(np.arange(count, dtype=np.int32), np.diff(up_first))
    below = np.argsort(upper, kind="stable").astype(np.int32)
    shortcut = _find_shortcuts(up_first, upper, low, high)
    of_links = np.argsort(shortcut, kind="stable").astype(np.int32)
    of_first = np.searchsorted(shortcut[of_links], np.arange(len(upper) + 1)).astype(np.int32)
    return Topology(
        rank=rank,
        first=up_first,
        upper=upper,
        lower=lower,
        parent=parent,
        below_first=np.searchsorted(upper[below], np.arange(count + 1)).astype(np.int32),
        below=below,
        link_shortcut=shortcut,
        link_up=tail_rank < head_rank,
        of_first=of_first,
        of_links=of_links,
    )


@compiled
def _fill(first: npt.NDArray[np.int64], upper: Ints) -> tuple[Ints, Ints, Ints]:
    """Join all later neighbours of each state; return the shortcuts in CSR order, and the parents."""
    count = len(first) - 1
    size = 2 * len(upper) + 16
    filled = np.empty(size, np.int32)
    filled_first = np.zeros(count + 1, np.int32)
    parent = np.full(count, -1, np.int32)
    child, sibling = np.full(count, -1, np.int32), np.full(count, -1, np.int32)
    mark = np.full(count, -1, np.int32)
    end = 0
    for state in range(count):
        begin = end
        mark[state] = state
        need = first[state + 1] - first[state]
        below = child[state]
        while below >= 0:
            need += filled_first[below + 1] - filled_first[below]
            below = sibling[below]
        if end + need > size:
            size = 2 * size + need
            larger = np.empty(size, np.int32)
            larger[:end] = filled[:end]
            filled = larger
        for place in range(first[state], first[state + 1]):
            mark[upper[place]] = state
            filled[end] = upper[place]
            end += 1
        below = child[state]
        while below >= 0:
            for place in range(filled_first[below], filled_first[below + 1]):
                if mark[filled[place]] != state:
                    mark[filled[place]] = state
                    filled[end] = filled[place]
                    end += 1
            below = sibling[below]
        filled[begin:end] = np.sort(filled[begin:end])
        filled_first[state + 1] = end
        if end > begin:
            parent[state] = filled[begin]
            sibling[state] = child[filled[begin]]
            child[filled[begin]] = state
    return filled_first, filled[:end].copy(), parent


@compiled
def _find_shortcuts(first: Ints, upper: Ints, low: Ints, high: Ints) -> Ints:
    """Return the shortcut between the two ranks of each link; -1 where they are one."""
    found = np.full(len(low), -1, np.int32)
    for link in range(len(low)):
        if low[link] != high[link]:
            begin = first[low[link]]
            found[link] = begin + np.searchsorted(upper[begin : first[low[link] + 1]], high[link])
    return found
