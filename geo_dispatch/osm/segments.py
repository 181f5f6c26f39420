"""Roads cut where they meet: the topology, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_dispatch.geometry import IntArray
from geo_dispatch.osm.elements import Elements
from geo_dispatch.osm.frames import gather, piece_numbers

__all__ = ["Cuts", "cut_ways"]


@dataclass(frozen=True, slots=True)
class Cuts:
    """Segments of ways: segment ``i`` is ``nodes[start[i]:stop[i] + 1]`` and belongs to way row ``way[i]``."""

    nodes: IntArray
    start: IntArray
    stop: IntArray
    way: IntArray


def cut_ways(elements: Elements, ways: IntArray, also_at: IntArray) -> Cuts:
    """Cut ways at their ends, at nodes they share or pass twice, and at given nodes.

    A segment that would come back to its own start is cut once more half-way, so that every segment has
    two different ends. A way whose nodes are partly missing gives its pieces of two nodes and more.

    Parameters
    ----------
    elements
        Where the ways are.
    ways
        Rows of ways, shape ``(n,)``.
    also_at
        Node rows at which to cut besides, shape ``(m,)``.

    Returns
    -------
    Cuts
        The segments, in the order of `ways` and along each.
    """
    nodes, owner = gather(elements, ways)
    piece = piece_numbers(nodes, owner)
    there = nodes >= 0
    nodes, owner, piece = nodes[there], owner[there], piece[there]
    if len(nodes) == 0:
        none = np.zeros(0, dtype=np.int64)
        return Cuts(none, none, none, none)
    cut = (np.bincount(nodes, minlength=len(elements.node_ids)) > 1)[nodes]
    marked = np.zeros(len(elements.node_ids), dtype=bool)
    marked[also_at] = True
    cut |= marked[nodes]
    new = np.ones(len(nodes), dtype=bool)
    new[1:] = piece[1:] != piece[:-1]
    cut |= new
    cut[:-1] |= new[1:]
    cut[-1] = True
    start, stop = _between(cut, piece)
    loops = nodes[start] == nodes[stop]
    if loops.any():
        cut[(start[loops] + stop[loops]) // 2] = True
        start, stop = _between(cut, piece)
    return Cuts(nodes, start, stop, ways[owner[start]])


def _between(cut: np.ndarray[tuple[int], np.dtype[np.bool_]], piece: IntArray) -> tuple[IntArray, IntArray]:
    """Return the positions of consecutive cuts in one piece."""
    at = np.flatnonzero(cut)
    start, stop = at[:-1], at[1:]
    together = piece[start] == piece[stop]
    return start[together], stop[together]
