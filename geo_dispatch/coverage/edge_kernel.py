"""Closing one road after another in a shortest-path forest: compiled loops.

Closing a road changes only what is reached over it: the states below it in the forest. These alone are searched anew, from
their neighbours outside, whose times stay: no shortest way to them used the road. The result is that of a search from scratch.

References
----------
Ramalingam & Reps 1996, "An incremental algorithm for a generalization of the shortest-path problem", doi 10.1006/jagm.1996.0046.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from geo_dispatch.compiled import compiled
from geo_dispatch.coverage.forest_kernel import rise, sink

__all__ = ["close_each", "in_order"]


@compiled
def in_order(first: Any, child: Any, roots: Any, states: int) -> Any:
    """Walk a forest from above.

    Parameters
    ----------
    first, child
        Children of state ``s`` at ``first[s]:first[s + 1]``.
    roots
        States without one above.
    states
        Number of states.

    Returns
    -------
    tuple
        States in the order entered (those reached); when each was entered, and the end of what is below it, -1 unreached.
    """
    order = np.empty(states, dtype=np.int64)
    entered = np.full(states, -1, dtype=np.int64)
    end = np.full(states, -1, dtype=np.int64)
    at = first[:-1].copy()
    stack = np.empty(states, dtype=np.int64)
    clock = 0
    for root in roots:
        depth = 0
        stack[0] = root
        entered[root] = clock
        order[clock] = root
        clock += 1
        while depth >= 0:
            state = stack[depth]
            if at[state] < first[state + 1]:
                next_ = child[at[state]]
                at[state] += 1
                entered[next_] = clock
                order[clock] = next_
                clock += 1
                depth += 1
                stack[depth] = next_
            else:
                end[state] = clock
                depth -= 1
    return order[:clock], entered, end


@compiled
def _grown(values: Any, used: int) -> Any:
    """Return an array of twice the size with what it holds."""
    larger = np.empty(2 * len(values), dtype=values.dtype)
    larger[:used] = values[:used]
    return larger


@compiled
def _search_below(links: Any, back: Any, time: Any, seed: Any, status: Any, below: Any, count: int, work: Any) -> None:
    """Search the states below a closed road anew, from neighbours that keep their times and from sources."""
    first, head, weight = links
    back_first, back_head, back_weight = back
    now, heap, place = work
    size = 0
    for row in range(count):
        state = below[row]
        best = seed[state]
        for link in range(back_first[state], back_first[state + 1]):
            other = back_head[link]
            if status[other] == 0:
                there = time[other] + back_weight[link]
                best = min(best, there)
        now[state] = best
        if best < np.inf:
            heap[size] = state
            size += 1
            rise(heap, place, now, size - 1)
        else:
            place[state] = -1
    while size > 0:
        state = heap[0]
        size -= 1
        place[state] = -2
        if size > 0:
            heap[0] = heap[size]
            place[heap[0]] = 0
            sink(heap, place, now, size)
        for link in range(first[state], first[state + 1]):
            other = head[link]
            if status[other] != 1:
                continue
            there = now[state] + weight[link]
            if there < now[other]:
                now[other] = there
                if place[other] < 0:
                    heap[size] = other
                    size += 1
                    rise(heap, place, now, size - 1)
                else:
                    rise(heap, place, now, place[other])


@compiled
def _reached(point: int, of_point: Any, status: Any, now: Any, time: Any, best: float, public: bool) -> float:
    """Return when a point is reached, by its joins to states that are not closed."""
    point_first, point_state, point_s, _, arriving_from = of_point
    for join in range(point_first[point], point_first[point + 1]):
        other = point_state[join]
        if status[other] == 2 or (public and other >= arriving_from):
            continue
        there = (now[other] if status[other] == 1 else time[other]) + point_s[join]
        best = min(best, there)
    return best


@compiled
def _close_each(
    segments: Any, closed_first: Any, closed_state: Any, links: Any, back: Any, forest: Any, walk: Any, at_state: Any, of_point: Any,
    direct: Any, base: Any,
) -> Any:  # fmt: skip
    """Close sets of states one after the other, and tell which points are reached later.

    Parameters
    ----------
    segments, closed_first, closed_state
        Which segment each closure closes; states of the ``c``-th closure at ``closed_first[c]:closed_first[c + 1]``.
    links, back
        Of the graph, forward and backward: first, head, weight.
    forest
        Time of each state, and the least time at which a source joins it itself.
    walk
        From `in_order`.
    at_state, of_point
        Where points join states, by state (first, point) and by point (first, state, seconds, then the segment of points at the
        end of a private road, -1 for others, and the first state of arriving: with their road closed they are on none).
    direct, base
        Seconds of each point without any state, and in all.

    Returns
    -------
    tuple
        Where the changes of each closure begin, points, and their seconds now.
    """
    time, seed = forest
    order, entered, end = walk
    state_first, state_point = at_state
    private_on = of_point[3]
    states = len(time)
    status = np.zeros(states, dtype=np.int8)
    below = np.empty(states, dtype=np.int64)
    work = (np.empty(states), np.empty(states, dtype=np.int64), np.full(states, -1, dtype=np.int64))
    seen = np.full(len(base), -1, dtype=np.int64)
    points, seconds = np.empty(1024, dtype=np.int64), np.empty(1024)
    starts = np.zeros(len(closed_first), dtype=np.int64)
    used = 0
    for number in range(len(closed_first) - 1):
        shut = closed_state[closed_first[number] : closed_first[number + 1]]
        count = 0
        for state in shut:
            status[state] = 2
        for state in shut:
            for at in range(max(entered[state], 0), max(end[state], 0)):
                other = order[at]
                if status[other] == 0:
                    status[other] = 1
                    below[count] = other
                    count += 1
        _search_below(links, back, time, seed, status, below, count, work)
        for row in range(count + len(shut)):
            state = below[row] if row < count else shut[row - count]
            for at in range(state_first[state], state_first[state + 1]):
                point = state_point[at]
                if seen[point] == number:
                    continue
                seen[point] = number
                best = _reached(
                    point, of_point, status, work[0], time, direct[point], private_on[point] == segments[number]
                )
                if best > base[point]:
                    if used == len(points):
                        points, seconds = _grown(points, used), _grown(seconds, used)
                    points[used], seconds[used] = point, best
                    used += 1
        for state in shut:
            status[state] = 0
        for row in range(count):
            status[below[row]] = 0
        starts[number + 1] = used
    return starts, points[:used], seconds[:used]


close_each: Callable[..., Any] = _close_each
"""`_close_each`, for callers that give its tables unpacked, of which mypy doesn't know how many there are."""
