"""The loop of the depth-first search with low links, compiled by numba when first used and kept on disk."""

from __future__ import annotations

from typing import Any

import numpy as np

from geo_dispatch.compiled import compiled

__all__ = ["low_links_kernel"]


@compiled
def low_links_kernel(first: Any, other: Any, edge: Any, edges: int) -> Any:
    """Search an undirected graph in depth; `geo_dispatch.coverage.low_links` tells what is what."""
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
