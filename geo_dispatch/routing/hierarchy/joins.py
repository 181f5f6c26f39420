"""Where trips join the states, compiled: what `geo_dispatch.routing.ends` and `geo_dispatch.routing.direct` find, in microseconds.

A search takes less time than arrays take to be put together; so this is written out in loops. Results are the same, bit for bit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geo_dispatch.compiled import compiled
from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.ends import Joins
from geo_dispatch.routing.graph import RoadGraph
from geo_dispatch.routing.search import RoadPoints

__all__ = ["Roads", "direct", "join_ends", "join_starts", "roads_of"]

Longs = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Columns = tuple[Longs, Longs, FloatArray, FloatArray, Longs, FloatArray]

_AT_NODE_M = 0.1
_PARTS = 2.0**32


class Roads(NamedTuple):
    """What joins need of a graph; names as in `Network` and `RoadGraph`."""

    segment_arcs: Ints
    segment_nodes: Ints
    segment_length_m: FloatArray
    arc_to: Ints
    arc_length_m: FloatArray
    first_arc: Longs
    into_first: Longs
    into: Longs
    copies_first: Longs
    copies: Longs
    first: Ints
    head: Ints
    weight_s: FloatArray
    state_arc: Ints
    node_blocked: Mask
    arriving_from: int


def roads_of(graph: RoadGraph) -> Roads:
    """Gather what joins need of a graph with nothing closed.

    Parameters
    ----------
    graph
        Of a vehicle.
    """
    network = graph.network
    return Roads(
        np.stack([network.segment_forward_arc, network.segment_backward_arc]).astype(np.int32),
        np.stack([network.segment_from, network.segment_to]).astype(np.int32),
        np.array(network.segment_length_m, dtype=np.float64),
        np.array(network.arc_to, dtype=np.int32),
        np.array(network.arc_length_m, dtype=np.float64),
        np.array(network.first_arc, dtype=np.int64),
        np.array(graph.arcs_into[0], dtype=np.int64),
        np.array(graph.arcs_into[1], dtype=np.int64),
        np.array(graph.copies[0], dtype=np.int64),
        np.array(graph.copies[1], dtype=np.int64),
        np.array(graph.forward.first, dtype=np.int32),
        np.array(graph.forward.head, dtype=np.int32),
        np.array(graph.forward.weight_s, dtype=np.float64),
        np.array(graph.state_arc, dtype=np.int32),
        np.array(graph.node_blocked, dtype=np.bool_),
        graph.arriving_from,
    )


def join_starts(roads: Roads, arc_time_s: FloatArray, ends_only: Mask, points: RoadPoints) -> Joins:
    """Return where trips that begin at points join, as `geo_dispatch.routing.ends.join_origins` does.

    Parameters
    ----------
    roads
        Of the graph with nothing closed.
    arc_time_s, ends_only
        Of each arc now.
    points
        Where they begin.
    """
    return _joins(_starts(roads, arc_time_s, ends_only, points.segment, points.along_m), len(points))


def join_ends(roads: Roads, arc_time_s: FloatArray, ends_only: Mask, points: RoadPoints) -> Joins:
    """Return where trips that end at points join, as `geo_dispatch.routing.ends.join_destinations` does.

    Parameters
    ----------
    roads, arc_time_s, ends_only
        As of `join_starts`.
    points
        Where they end.
    """
    return _joins(_ends(roads, arc_time_s, ends_only, points.segment, points.along_m), len(points))


def direct(
    roads: Roads, arc_time_s: FloatArray, origins: RoadPoints, destinations: RoadPoints
) -> tuple[FloatArray, FloatArray]:
    """Return seconds and metres of ways that need no search, as `geo_dispatch.routing.direct.direct_times` does.

    Parameters
    ----------
    roads, arc_time_s
        As of `join_starts`.
    origins, destinations
        Every pair is tried.
    """
    return _direct(roads, arc_time_s, origins.segment, origins.along_m, destinations.segment, destinations.along_m)


def _joins(columns: Columns, points: int) -> Joins:
    owner = columns[0]
    return Joins(np.searchsorted(owner, np.arange(points + 1)), *columns[1:])


@compiled
def _position(roads: Roads, segment: int, along_m: float) -> tuple[float, int]:
    """Return where on its segment a point lies, 0..1, and the node it is at, -1 for most."""
    length = roads.segment_length_m[segment]
    share = min(max(along_m / length, 0.0), 1.0) if length > 0 else 0.0
    node = -1
    if share * length <= _AT_NODE_M:
        node = roads.segment_nodes[0, segment]
    elif (1.0 - share) * length <= _AT_NODE_M:
        node = roads.segment_nodes[1, segment]
    if node >= 0 and roads.node_blocked[node]:
        node = -1
    return share, node


@compiled
def _starts(roads: Roads, arc_time_s: FloatArray, ends_only: Mask, segment: Longs, along_m: FloatArray) -> Columns:
    owner, state, arcs = [0], [0], [0]
    time_s, length_m, shares = [0.0], [0.0], [0.0]
    for point in range(len(segment)):
        share, node = _position(roads, segment[point], along_m[point])
        private = False
        for way in range(2):
            arc = roads.segment_arcs[way, segment[point]]
            if arc < 0:
                continue
            private = private or ends_only[arc]
            if arc_time_s[arc] == np.inf:
                continue
            on = share if way == 0 else 1.0 - share
            driven_s = np.rint(on * arc_time_s[arc] * _PARTS) / _PARTS
            for link in range(roads.first[arc], roads.first[arc + 1]):
                if arc_time_s[roads.state_arc[roads.head[link]]] < np.inf:
                    owner.append(point)
                    state.append(int(roads.head[link]))
                    time_s.append(roads.weight_s[link] - driven_s)
                    length_m.append((1.0 - on) * roads.arc_length_m[arc])
                    arcs.append(int(arc))
                    shares.append(on)
        if node < 0:
            continue
        for arc in range(roads.first_arc[node], roads.first_arc[node + 1]):
            for arriving in range(2):
                wanted = ends_only[arc] if arriving == 1 else private or not ends_only[arc]
                if wanted and arc_time_s[arc] < np.inf:
                    owner.append(point)
                    state.append(arc + arriving * roads.arriving_from)
                    time_s.append(0.0)
                    length_m.append(0.0)
                    arcs.append(-1)
                    shares.append(0.0)
    return _columns(owner, state, time_s, length_m, arcs, shares)


@compiled
def _ends(roads: Roads, arc_time_s: FloatArray, ends_only: Mask, segment: Longs, along_m: FloatArray) -> Columns:
    owner, state, arcs = [0], [0], [0]
    time_s, length_m, shares = [0.0], [0.0], [0.0]
    for point in range(len(segment)):
        share, node = _position(roads, segment[point], along_m[point])
        private = False
        reached = [(0, 0.0)]
        reached.pop()
        for way in range(2):
            arc = roads.segment_arcs[way, segment[point]]
            if arc < 0:
                continue
            private = private or ends_only[arc]
            if arc_time_s[arc] < np.inf:
                reached.append((int(arc), share if way == 0 else 1.0 - share))
        own = len(reached)
        if node >= 0:
            for place in range(roads.into_first[node], roads.into_first[node + 1]):
                if arc_time_s[roads.into[place]] < np.inf:
                    reached.append((int(roads.into[place]), 1.0))
        for number in range(len(reached)):
            arc, on = reached[number]
            arriving = ends_only[arc] and (private or number < own)
            for copy in range(roads.copies_first[arc] - 1, roads.copies_first[arc + 1]):
                first = arc if copy < roads.copies_first[arc] else roads.copies[copy]
                for later in range(2 if arriving else 1):
                    owner.append(point)
                    state.append(int(first + later * roads.arriving_from))
                    time_s.append(np.rint(on * arc_time_s[arc] * _PARTS) / _PARTS)
                    length_m.append(on * roads.arc_length_m[arc])
                    arcs.append(arc)
                    shares.append(on)
    return _columns(owner, state, time_s, length_m, arcs, shares)


@compiled
def _columns(
    owner: list[int],
    state: list[int],
    time_s: list[float],
    length_m: list[float],
    arcs: list[int],
    shares: list[float],
) -> Columns:
    """Return lists as arrays, without the first row, which only gave them their types."""
    return (
        np.array(owner, np.int64)[1:],
        np.array(state, np.int64)[1:],
        np.array(time_s)[1:],
        np.array(length_m)[1:],
        np.array(arcs, np.int64)[1:],
        np.array(shares)[1:],
    )


@compiled
def _direct(
    roads: Roads, arc_time_s: FloatArray, from_segment: Longs, from_m: FloatArray, to_segment: Longs, to_m: FloatArray
) -> tuple[FloatArray, FloatArray]:
    times = np.full((len(from_segment), len(to_segment)), np.inf)
    lengths = np.full((len(from_segment), len(to_segment)), np.inf)
    end, node_to = np.empty(len(to_segment)), np.empty(len(to_segment), np.int64)
    for there in range(len(to_segment)):
        end[there], node_to[there] = _position(roads, to_segment[there], to_m[there])
    for here in range(len(from_segment)):
        start, node_from = _position(roads, from_segment[here], from_m[here])
        for way in range(2):
            arc = roads.segment_arcs[way, from_segment[here]]
            if arc < 0 or arc_time_s[arc] == np.inf:
                continue
            begin = start if way == 0 else 1.0 - start
            for there in range(len(to_segment)):
                if to_segment[there] == from_segment[here]:
                    part = (end[there] if way == 0 else 1.0 - end[there]) - begin
                    if part >= 0 and part * arc_time_s[arc] < times[here, there]:
                        times[here, there], lengths[here, there] = (
                            part * arc_time_s[arc],
                            part * roads.arc_length_m[arc],
                        )
                part = 1.0 - begin
                if roads.arc_to[arc] == node_to[there] and part * arc_time_s[arc] < times[here, there]:
                    times[here, there], lengths[here, there] = part * arc_time_s[arc], part * roads.arc_length_m[arc]
        if node_from >= 0:
            for there in range(len(to_segment)):
                if node_to[there] == node_from:
                    times[here, there], lengths[here, there] = 0.0, 0.0
    return times, lengths
