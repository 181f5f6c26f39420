"""Ways that no search is needed for: along one segment, up to the next crossing, or none at all."""

from __future__ import annotations

import numpy as np

from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.ends import at_node, share_along
from geo_dispatch.routing.graph import RoadGraph
from geo_dispatch.routing.search import FoundPath, RoadPoint, RoadPoints

__all__ = ["direct_path", "direct_times"]


def direct_path(graph: RoadGraph, origin: RoadPoint, destination: RoadPoint) -> FoundPath | None:
    """Return the fastest way that leaves one segment nowhere but at its end; None when there is none."""
    network = graph.network
    start, end = RoadPoints.of([origin]), RoadPoints.of([destination])
    share_from, share_to = float(share_along(graph, start)[0]), float(share_along(graph, end)[0])
    node_from, node_to = int(at_node(graph, start)[0]), int(at_node(graph, end)[0])
    if node_from >= 0 and node_from == node_to:
        return _standstill(graph, origin.segment, share_from)
    found: list[FoundPath] = []
    for arcs, reverse in ((network.segment_forward_arc, False), (network.segment_backward_arc, True)):
        arc = int(arcs[origin.segment])
        if arc < 0 or not np.isfinite(graph.arc_time_s[arc]):
            continue
        begin = 1.0 - share_from if reverse else share_from
        stops = [1.0] if node_to == int(network.arc_to[arc]) else []
        if destination.segment == origin.segment:
            stops.append(1.0 - share_to if reverse else share_to)
        found += [
            FoundPath(
                (stop - begin) * float(graph.arc_time_s[arc]),
                np.asarray([arc], dtype=np.int64),
                begin,
                stop,
                np.zeros(0),
            )
            for stop in stops
            if stop >= begin
        ]
    return min(found, key=lambda path: path.time_s, default=None)


def _standstill(graph: RoadGraph, segment: int, share: float) -> FoundPath:
    """Return the path of no length at a point."""
    network = graph.network
    forward, backward = int(network.segment_forward_arc[segment]), int(network.segment_backward_arc[segment])
    arc, at = (forward, share) if forward >= 0 else (backward, 1.0 - share)
    return FoundPath(0.0, np.asarray([arc], dtype=np.int64), at, at, np.zeros(0))


def direct_times(graph: RoadGraph, origins: RoadPoints, destinations: RoadPoints) -> tuple[FloatArray, FloatArray]:
    """Return seconds and metres of `direct_path` for every pair; inf where there is none."""
    network = graph.network
    times = np.full((len(origins), len(destinations)), np.inf)
    lengths = np.full_like(times, np.inf)
    start, end = share_along(graph, origins), share_along(graph, destinations)
    node_from, node_to = at_node(graph, origins), at_node(graph, destinations)
    same = origins.segment[:, None] == destinations.segment[None, :]
    for arcs, reverse in ((network.segment_forward_arc, False), (network.segment_backward_arc, True)):
        arc = np.asarray(arcs)[origins.segment].astype(np.int64)
        full_s = np.where(arc >= 0, graph.arc_time_s[arc], np.inf)
        head = np.where(np.isfinite(full_s), np.asarray(network.arc_to)[arc], -2)
        begin = 1.0 - start if reverse else start
        stop = 1.0 - end if reverse else end
        to_end = head[:, None] == node_to[None, :]
        for where, stops in ((same, np.broadcast_to(stop, times.shape)), (to_end, np.ones(times.shape))):
            rows, columns = np.nonzero(where)
            way = stops[rows, columns] - begin[rows]
            kept = (way >= 0) & np.isfinite(full_s[rows])
            rows, columns, way = rows[kept], columns[kept], way[kept]
            seconds = way * full_s[rows]
            better = seconds < times[rows, columns]
            rows, columns = rows[better], columns[better]
            times[rows, columns] = seconds[better]
            lengths[rows, columns] = (way[better]) * np.asarray(network.arc_length_m)[arc[rows]]
    standing = (node_from[:, None] == node_to[None, :]) & (node_from >= 0)[:, None]
    times[standing], lengths[standing] = 0.0, 0.0
    return times, lengths
