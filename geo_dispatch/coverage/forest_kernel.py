"""The inner loops of shortest-path forests, compiled by numba when first used and kept on disk."""

from __future__ import annotations

from typing import Any

import numpy as np

from geo_dispatch.compiled import compiled

__all__ = ["grow_kernel", "rise", "sink"]


@compiled
def rise(heap: Any, place: Any, time: Any, at: int) -> None:
    """Move an entry of a binary heap up to where it belongs."""
    state = heap[at]
    key = time[state]
    while at > 0:
        above = (at - 1) >> 1
        other = heap[above]
        if time[other] <= key:
            break
        heap[at] = other
        place[other] = at
        at = above
    heap[at] = state
    place[state] = at


@compiled
def sink(heap: Any, place: Any, time: Any, size: int) -> None:
    """Move the first entry of a binary heap down to where it belongs."""
    state = heap[0]
    key = time[state]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and time[heap[child + 1]] < time[heap[child]]:
            child += 1
        other = heap[child]
        if time[other] >= key:
            break
        heap[at] = other
        place[other] = at
        at = child
    heap[at] = state
    place[state] = at


@compiled
def grow_kernel(
    first: Any, head: Any, weight: Any, time: Any, owner: Any, before: Any, seeds: Any, inside: Any
) -> None:
    """Run Dijkstra's search from seeds that have their times, over states inside a mask."""
    states = len(first) - 1
    heap = np.empty(states, dtype=np.int64)
    place = np.full(states, -1, dtype=np.int64)
    size = 0
    for seed in seeds:
        heap[size] = seed
        size += 1
        rise(heap, place, time, size - 1)
    while size > 0:
        state = heap[0]
        size -= 1
        place[state] = -2
        if size > 0:
            heap[0] = heap[size]
            place[heap[0]] = 0
            sink(heap, place, time, size)
        now = time[state]
        for link in range(first[state], first[state + 1]):
            other = head[link]
            there = now + weight[link]
            if inside[other] and there < time[other]:
                time[other] = there
                owner[other] = owner[state]
                before[other] = state
                if place[other] < 0:
                    heap[size] = other
                    size += 1
                    rise(heap, place, time, size - 1)
                else:
                    rise(heap, place, time, place[other])
