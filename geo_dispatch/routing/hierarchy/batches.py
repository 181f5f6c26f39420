"""Searches of many sources, eight at a time and several batches at once."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.ends import Joins
from geo_dispatch.routing.hierarchy.hierarchy import Hierarchy
from geo_dispatch.routing.hierarchy.many import climb_lengths, least_to, select, spread_lengths, take
from geo_dispatch.routing.hierarchy.metric import Metric
from geo_dispatch.routing.hierarchy.query import clear, climb
from geo_dispatch.routing.hierarchy.sweep import LANES, descend, descend_one, least_by_arc, nearest, take_lane
from geo_dispatch.routing.search import Sweep

__all__ = ["nearest_sources", "times_and_lengths", "times_from", "times_of_each"]

Arcs = npt.NDArray[np.int64]
Result = TypeVar("Result")

_WORTH_THREADS = 4
"""Batches from which threads pay."""


def times_from(hierarchy: Hierarchy, closed: Arcs, source: Joins) -> FloatArray:
    """Return seconds from one source to the start of every arc, turned into it; inf where there is no way."""
    topology, graph = hierarchy.topology, hierarchy.graph
    time_s = np.full(graph.state_count, np.inf)
    with hierarchy.metrics.using(closed) as metric, hierarchy.desk() as desk:
        climb(hierarchy.rising, metric.up_s, hierarchy.ranks(source), source.time_s, time_s, desk.there_via)
        descend_one(hierarchy.falling, metric.down_s, time_s)
    return least_by_arc(topology.rank, graph.state_arc, time_s, graph.network.arc_count)


def times_of_each(hierarchy: Hierarchy, closed: Arcs, sources: Joins, ends: Joins) -> tuple[FloatArray, FloatArray]:
    """Return seconds from each source to each end, and to the start of every arc, turned into it; inf where there is no way."""
    topology, graph = hierarchy.topology, hierarchy.graph
    count, arcs = len(sources.first) - 1, graph.network.arc_count
    end_s, arc_s = np.full((count, len(ends.first) - 1), np.inf), np.full((count, arcs), np.inf)
    ranks = hierarchy.ranks(ends)
    with hierarchy.metrics.using(closed) as metric:
        for batch, lanes in _swept(hierarchy, metric, sources):
            by_rank = lanes.reshape(-1, LANES)[:, : batch.stop - batch.start].T
            end_s[batch] = ends.least(by_rank[:, ranks] + ends.time_s)[0]
            for row, time_s in zip(range(batch.start, batch.stop), by_rank, strict=True):
                arc_s[row] = least_by_arc(topology.rank, graph.state_arc, np.ascontiguousarray(time_s), arcs)
    return end_s, arc_s


def nearest_sources(hierarchy: Hierarchy, closed: Arcs, sources: Joins, k: int) -> Sweep:
    """Return the k nearest sources of the start of every arc."""
    topology, graph = hierarchy.topology, hierarchy.graph
    best_s = np.full((graph.network.arc_count, k), np.inf)
    which = np.full(best_s.shape, -1, dtype=np.int64)
    with hierarchy.metrics.using(closed) as metric:
        for batch, lanes in _swept(hierarchy, metric, sources):
            nearest(topology.rank, graph.state_arc, lanes, batch.start, batch.stop - batch.start, best_s, which)
    return Sweep(best_s, which)


def _swept(hierarchy: Hierarchy, metric: Metric, sources: Joins) -> Iterator[tuple[slice, FloatArray]]:
    """Return batches of sources in order, each with the seconds to every state in its lanes."""

    def swept(batch: slice) -> FloatArray:
        lanes = _climbed(hierarchy, metric, sources, batch)
        descend(hierarchy.falling, metric.down_s, lanes)
        return lanes

    batches = _batches(len(sources.first) - 1)
    return zip(batches, _at_once(swept, batches), strict=True)


def times_and_lengths(hierarchy: Hierarchy, closed: Arcs, start: Joins, end: Joins) -> tuple[FloatArray, FloatArray]:
    """Return seconds, and metres of those fastest ways, from every point of `start` to every point of `end`."""
    topology = hierarchy.topology
    shape = (len(start.first) - 1, len(end.first) - 1)
    times, lengths = np.full(shape, np.inf), np.full(shape, np.inf)
    ends = hierarchy.ranks(end)
    selection = select(hierarchy.falling, ends)
    numbers, owner = selection.number[ends].astype(np.int64), end.owner
    with hierarchy.metrics.using(closed) as metric:
        up_m, down_m = hierarchy.metrics.lengths(metric)

        def fill(batch: slice) -> None:
            climbed, metres = (np.full(LANES * len(selection.ways.parent), np.inf) for _ in range(2))
            with hierarchy.desk() as desk:
                for origin in range(batch.start, batch.stop):
                    own = start.of(slice(origin, origin + 1))
                    ranks, lane = hierarchy.ranks(own), origin - batch.start
                    climb(hierarchy.rising, metric.up_s, ranks, own.time_s, desk.there_s, desk.there_via)
                    climb_lengths(
                        hierarchy.rising, metric.up_s, up_m, ranks, own.time_s, own.length_m, desk.there_s, desk.metres
                    )
                    take(topology.parent, selection, ranks, desk.there_s, climbed, lane)
                    take(topology.parent, selection, ranks, desk.metres, metres, lane)
                    clear(topology.parent, ranks, desk.there_s)
                    clear(topology.parent, ranks, desk.metres)
            swept = climbed.copy()
            descend(selection.ways, metric.down_s, swept)
            spread_lengths(selection, metric.down_s, down_m, climbed, swept, metres)
            least_to(numbers, owner, end.time_s, end.length_m, swept, metres, times[batch], lengths[batch])

        for _ in _at_once(fill, _batches(shape[0])):
            pass
    return times, lengths


def _climbed(hierarchy: Hierarchy, metric: Metric, sources: Joins, batch: slice) -> FloatArray:
    """Return the times of the climbs from a batch of sources, in eight lanes."""
    lanes = np.full(hierarchy.graph.state_count * LANES, np.inf)
    with hierarchy.desk() as desk:
        for lane, source in enumerate(range(batch.start, batch.stop)):
            own = sources.of(slice(source, source + 1))
            ranks = hierarchy.ranks(own)
            climb(hierarchy.rising, metric.up_s, ranks, own.time_s, desk.there_s, desk.there_via)
            take_lane(hierarchy.topology.parent, ranks, desk.there_s, lanes, lane)
            clear(hierarchy.topology.parent, ranks, desk.there_s)
    return lanes


def _batches(count: int) -> list[slice]:
    return [slice(begin, min(begin + LANES, count)) for begin in range(0, count, LANES)]


def _at_once(work: Callable[[slice], Result], batches: list[slice]) -> Iterator[Result]:
    """Do the batches in order, several at once; compiled functions let each other run."""
    if len(batches) < _WORTH_THREADS:
        yield from map(work, batches)
        return
    threads = os.cpu_count() or 1
    with ThreadPoolExecutor(threads) as pool:
        ahead = deque(pool.submit(work, batch) for batch in batches[: 2 * threads])
        for batch in batches[2 * threads :]:
            yield ahead.popleft().result()
            ahead.append(pool.submit(work, batch))
        for future in ahead:
            yield future.result()
