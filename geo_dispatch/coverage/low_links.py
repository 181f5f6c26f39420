"""Which roads hold the network together: depth-first search with low links.

References
----------
Tarjan 1974, "A note on finding the bridges of a graph", doi 10.1016/0020-0190(74)90003-9.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["low_links"]

Ints = npt.NDArray[np.int64]


def low_links(first: Ints, other: Ints, edge: Ints, edges: int) -> tuple[Ints, Ints, Ints]:
    """Search an undirected graph in depth.

    Parameters
    ----------
    first, other, edge
        Neighbours of node ``n`` at ``first[n]:first[n + 1]``, and over which edge.
    edges
        Number of edges.

    Returns
    -------
    tuple
        When each node was entered, the last entry below it (both shape ``(n_nodes,)``), and for each edge the node below it when
        nothing else joins what is below, -1 for the others (shape ``(n_edges,)``).
    """
    from geo_dispatch.coverage.low_links_kernel import low_links_kernel

    found: tuple[Ints, Ints, Ints] = low_links_kernel(first, other, edge, edges)
    return found
