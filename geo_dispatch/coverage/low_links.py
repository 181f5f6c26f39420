"""Which roads hold the network together: compiled depth-first search with low links.

References
----------
Tarjan 1974, "A note on finding the bridges of a graph", doi 10.1016/0020-0190(74)90003-9.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

__all__ = ["low_links"]


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def low_links(first: Any, other: Any, edge: Any, edges: int) -> Any:
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
    nodes = len(first) - 1
    entered = np.full(nodes, -1, dtype=np.int64)
    last = np.full(nodes, -1, dtype=np.int64)
    low = np.zeros(nodes, dtype=np.int64)
    over = np.full(nodes, -1, dtype=np.int64)
    above = np.full(nodes, -1, dtype=np.int64)
    at = first[:-1].copy()
    below = np.full(edges, -1, dtype=np.int64)
    clock = 0
    for root in range(nodes):
        if entered[root] >= 0:
            continue
        entered[root] = clock
        low[root] = clock
        clock += 1
        node = root
        while node >= 0:
            if at[node] < first[node + 1]:
                link = at[node]
                at[node] += 1
                if edge[link] == over[node]:
                    continue
                next_ = other[link]
                if entered[next_] < 0:
                    entered[next_] = clock
                    low[next_] = clock
                    clock += 1
                    over[next_] = edge[link]
                    above[next_] = node
                    node = next_
                else:
                    low[node] = min(low[node], entered[next_])
                continue
            last[node] = clock - 1
            parent = above[node]
            if parent >= 0:
                if low[node] == entered[node]:
                    below[over[node]] = node
                low[parent] = min(low[parent], low[node])
            node = parent
    return entered, last, below
