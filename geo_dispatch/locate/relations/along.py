"""Distance along a street from a point on it."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from geo_dispatch.locate.relations.samples import IntArray
from geo_dispatch.town.town import Town

__all__ = ["along_street"]


def along_street(
    town: Town,
    segments: Iterable[int],
    start: tuple[int, float],
    cells: tuple[IntArray, npt.NDArray[np.float64]],
    furthest_m: float,
) -> npt.NDArray[np.float64]:
    """Return the distance along a street from a point on it to cells, metres; infinite where the street does not lead.

    Parameters
    ----------
    town
        The town.
    segments
        Road segments of the street.
    start
        A segment of it, and metres from that segment's digitised start.
    cells
        Segment of each cell and metres along it.
    furthest_m
        How far to go.
    """
    network = town.network
    inside = set(segments)
    ends: dict[int, list[tuple[int, float]]] = {}
    for segment in inside:
        u, v = int(network.segment_from[segment]), int(network.segment_to[segment])
        length = float(network.segment_length_m[segment])
        ends.setdefault(u, []).append((v, length))
        ends.setdefault(v, []).append((u, length))
    first, at = start
    length = float(network.segment_length_m[first])
    queue = [(at, int(network.segment_from[first])), (max(length - at, 0.0), int(network.segment_to[first]))]
    heapq.heapify(queue)
    reached: dict[int, float] = {}
    while queue:
        distance, node = heapq.heappop(queue)
        if node in reached or distance > furthest_m:
            continue
        reached[node] = distance
        for other, step in ends.get(node, ()):
            if other not in reached:
                heapq.heappush(queue, (distance + step, other))
    cell_segment, along = cells
    found = np.full(len(cell_segment), np.inf)
    known = [s for s in np.unique(cell_segment).tolist() if s in inside]
    if not known:
        return found
    rows = np.asarray(known)
    from_start = np.asarray([reached.get(int(network.segment_from[s]), np.inf) for s in known])
    from_end = np.asarray([reached.get(int(network.segment_to[s]), np.inf) for s in known])
    on = np.isin(cell_segment, rows)
    place = np.searchsorted(rows, cell_segment[on])
    rest = np.asarray(network.segment_length_m)[cell_segment[on]] - along[on]
    found[on] = np.minimum(from_start[place] + along[on], from_end[place] + rest)
    same = cell_segment == first
    found[same] = np.minimum(found[same], np.abs(along[same] - at))
    return found
