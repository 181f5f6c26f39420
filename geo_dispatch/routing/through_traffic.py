"""Where traffic may pass through, and what is reached only at the ends of trips."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from geo_dispatch.routing.access import CLOSED, ENDS, OPEN
from geo_dispatch.town.network import Network

__all__ = ["arc_components", "ends_only_arcs"]

Ints = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


def arc_components(network: Network, arcs: npt.NDArray[Any], connection: str) -> Ints:
    """Number the parts of the network that some arcs connect, shape ``(n_nodes,)``.

    Parameters
    ----------
    network
        The town's network.
    arcs
        Rows of the arcs, rising.
    connection
        "weak", or "strong" where the way back counts too.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    n = network.node_count
    first = np.concatenate([[0], np.cumsum(np.bincount(np.asarray(network.arc_from)[arcs], minlength=n))])
    matrix = csr_array((np.ones(len(arcs), dtype=np.int8), np.asarray(network.arc_to)[arcs], first), shape=(n, n))
    _, labels = connected_components(matrix, directed=True, connection=connection)
    return np.asarray(labels, dtype=np.int32)


def ends_only_arcs(network: Network, arc_use: npt.NDArray[np.int8], blocked: Mask) -> tuple[Mask, Ints]:
    """Tell which arcs serve only the ends of trips, and number the parts of the network that no road joins.

    In each such part the largest strongly connected piece of open road is where traffic may pass through; whatever lies
    outside is reached by ends only. An arc that touches a blocked node carries no through traffic either.

    Parameters
    ----------
    network
        The town's network.
    arc_use
        Use of each arc, shape ``(n_arcs,)``.
    blocked
        Nodes that nothing passes, shape ``(n_nodes,)``.

    Returns
    -------
    tuple
        Which arcs, closed ones never among them, shape ``(n_arcs,)``; the part of each node, shape ``(n_nodes,)``.
    """
    tail, head = np.asarray(network.arc_from), np.asarray(network.arc_to)
    at_barrier = blocked[tail] | blocked[head]
    ends: Mask = (arc_use == ENDS) | at_barrier
    part = arc_components(network, np.flatnonzero((arc_use != CLOSED) & ~at_barrier), "weak")
    if not ends.any():
        return ends, part
    piece = arc_components(network, np.flatnonzero((arc_use == OPEN) & ~at_barrier), "strong")
    size = np.bincount(piece)
    part_of_piece = np.zeros(len(size), dtype=np.int64)
    part_of_piece[piece] = part
    largest_first = np.lexsort((np.arange(len(size)), -size))
    _, first = np.unique(part_of_piece[largest_first], return_index=True)
    main = np.zeros(len(size), dtype=bool)
    main[largest_first[first]] = True
    in_main = main[piece]
    has_ends = np.zeros(int(part.max()) + 1, dtype=bool)
    has_ends[part[tail[ends]]] = True
    has_ends[part[head[ends]]] = True
    outside = has_ends[part[tail]] & ~(in_main[tail] & in_main[head])
    return (ends | outside) & (arc_use != CLOSED), part
