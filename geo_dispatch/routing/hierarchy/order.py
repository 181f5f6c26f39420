"""The order in which states are contracted, one for all vehicles of a town.

States are arcs. The arcs that cross a cut of the road network part the states of its two sides, whatever the turns and whichever of
them a vehicle may make. So the segments of a network are ranked once, and every vehicle's states follow their segments.

References
----------
Dibbelt, Strasser and Wagner 2016, "Customizable contraction hierarchies", doi 10.1145/2886843;
Buchhold, Wagner, Zeitz and Zündorf 2020, "Customizable contraction hierarchies with turn costs", doi 10.4230/OASIcs.ATMOS.2020.9.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.hierarchy.dissection import Streets, dissect
from geo_dispatch.town.network import Network

__all__ = ["node_order", "segment_order", "state_order"]

Ints = npt.NDArray[np.int32]

_LEAF = 4
"""Cells of so few nodes aren't cut further."""


def segment_order(network: Network) -> Ints:
    """Rank the segments of a network: those at the first cuts come last, shape ``(n_segments,)``.

    Parameters
    ----------
    network
        The town's network.
    """
    arcs = (np.asarray(network.segment_forward_arc) >= 0).astype(np.int8) + (
        np.asarray(network.segment_backward_arc) >= 0
    )
    streets = _streets(
        np.asarray(network.segment_from),
        np.asarray(network.segment_to),
        np.maximum(arcs, 1).astype(np.int8),
        np.asarray(network.node_x),
        np.asarray(network.node_y),
    )
    if not len(arcs):
        return np.zeros(0, dtype=np.int32)
    return dissect(streets, len(arcs), _LEAF)


def node_order(tail: npt.NDArray[np.integer], head: npt.NDArray[np.integer], x: FloatArray, y: FloatArray) -> Ints:
    """Rank the nodes of any graph, as `segment_order` does segments, shape ``(n_nodes,)``.

    Parameters
    ----------
    tail, head
        Nodes of each link; direction does not count.
    x, y
        Metres, of each node.
    """
    room = np.ones(len(tail), dtype=np.int8)
    return dissect(_streets(tail, head, room, np.asarray(x), np.asarray(y)), 0, _LEAF)


def state_order(segment_rank: Ints, state_segment: npt.NDArray[np.integer], linked: npt.NDArray[np.bool_]) -> Ints:
    """Rank states by their segments; states without links come first, shape ``(n_states,)``.

    Parameters
    ----------
    segment_rank
        Made by `segment_order`.
    state_segment
        Segment of each state.
    linked
        Which states have links.
    """
    order = np.lexsort((np.arange(len(linked)), segment_rank[state_segment], linked))
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return rank


def _streets(
    tail: npt.NDArray[np.integer],
    head: npt.NDArray[np.integer],
    room: npt.NDArray[np.int8],
    x: FloatArray,
    y: FloatArray,
) -> Streets:
    """Put edges in CSR order, each as two halves."""
    count = len(tail)
    start = np.concatenate([tail, head]).astype(np.int64)
    order = np.argsort(start, kind="stable")
    place = np.empty(2 * count, dtype=np.int32)
    place[order] = np.arange(2 * count, dtype=np.int32)
    first = np.concatenate([[0], np.cumsum(np.bincount(start, minlength=len(x)))]).astype(np.int32)
    half = np.arange(2 * count)
    return Streets(
        first,
        np.concatenate([head, tail])[order].astype(np.int32),
        place[(half + count) % (2 * count)][order] if count else place,
        (half % max(count, 1))[order].astype(np.int32),
        np.concatenate([room, room])[order],
        np.array(x, dtype=np.float64),
        np.array(y, dtype=np.float64),
    )
