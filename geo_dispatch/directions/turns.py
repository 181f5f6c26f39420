"""What a driver sees at a junction: angles, other ways on, kinds of road."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

import numpy as np

from geo_dispatch.directions.road_facts import read_road
from geo_dispatch.directions.signs import same_name, same_street
from geo_dispatch.geometry import angle_between_deg, bearing_deg
from geo_dispatch.routing import PathPart
from geo_dispatch.town.columns import Arrays
from geo_dispatch.town.network import Network
from geo_dispatch.town.town import Town

__all__ = ["Junctions", "junctions_of"]

_LOOK_M = 20.0
"""How far before and after a junction the road's direction is taken, metres."""
_DERIVED = ("junctions", 1)
_KEPT_TOWNS = 8
_KEPT = 65_536
"""Segments, nodes, and turns from arc to arc that are remembered: ways from stations meet the same again and again."""


class Junctions:
    """Answers questions about a town's roads where they meet.

    Parameters
    ----------
    town
        The town.
    """

    def __init__(self, town: Town) -> None:
        self.network = town.network
        self._known = town.derived(*_DERIVED, lambda: _road_ends(town.network))
        self.road = lru_cache(maxsize=_KEPT)(partial(read_road, town.network))
        self.roads_at = lru_cache(maxsize=_KEPT)(self._roads_at)
        self._kinds: dict[tuple[int, int], str | None] = {}

    def name(self, segment: int) -> str | None:
        """Return the name of a segment, else its route numbers, else None."""
        return self.road(segment).sign.name

    def same_street(self, one: int, other: int) -> bool:
        """Tell whether a driver takes two segments for one street, as `geo_dispatch.directions.signs.same_street` says."""
        return same_street(self.road(one).sign, self.road(other).sign)

    def same_name(self, one: int, other: int) -> bool:
        """Tell whether two segments bear one name, however it is spaced."""
        return same_name(self.road(one).sign, self.road(other).sign)

    def has_name(self, segment: int) -> bool:
        """Tell whether a segment has a name, not only numbers."""
        return self.road(segment).sign.has_name

    def routes(self, segment: int) -> frozenset[str]:
        """Return the route numbers of a segment."""
        return self.road(segment).sign.routes

    def refs(self, segment: int) -> str:
        """Return the route numbers of a segment with " / " between; empty without."""
        return self.road(segment).sign.refs

    def is_ramp(self, segment: int) -> bool:
        """Tell whether a segment is a ramp of a motorway or trunk road."""
        return self.road(segment).is_ramp

    def is_freeway(self, segment: int) -> bool:
        """Tell whether a segment is a motorway or trunk road."""
        return self.road(segment).is_freeway

    def is_ring(self, segment: int) -> bool:
        """Tell whether a segment is part of a roundabout or rotary."""
        return self.road(segment).is_ring

    def is_slip(self, segment: int) -> bool:
        """Tell whether a segment is a slip lane at an ordinary junction."""
        return self.road(segment).is_slip

    def is_minor(self, segment: int) -> bool:
        """Tell whether a segment is a driveway, a track or the like, which nobody takes for the road."""
        return self.road(segment).is_minor

    def same_kind(self, one: int, other: int) -> bool:
        """Tell whether two segments are of one road class."""
        return self.road(one).highway == self.road(other).highway

    def bearing_in_deg(self, part: PathPart) -> float:
        """Return the direction of travel at the end of a part's arc, degrees."""
        return self._bearing_deg(part.segment, part.reversed, at_end=True)

    def bearing_out_deg(self, part: PathPart) -> float:
        """Return the direction of travel at the start of a part's arc, degrees."""
        return self._bearing_deg(part.segment, part.reversed, at_end=False)

    def bearing_at_deg(self, part: PathPart) -> float:
        """Return the direction of travel where a part begins, in mid-segment, degrees."""
        length = float(self.network.segment_length_m[part.segment])
        step = -_LOOK_M if part.reversed else _LOOK_M
        ahead = min(max(part.from_m + step, 0.0), length)
        if abs(ahead - part.from_m) < 0.5:
            return self.bearing_in_deg(part)
        return bearing_deg(*self._point(part.segment, part.from_m), *self._point(part.segment, ahead))

    def bearing_end_deg(self, arc: int) -> float:
        """Return the direction of travel at the end of an arc, degrees."""
        network = self.network
        return self._bearing_deg(int(network.arc_segment[arc]), bool(network.arc_reversed[arc]), at_end=True)

    def bearing_start_deg(self, arc: int) -> float:
        """Return the direction of travel at the start of an arc, degrees."""
        network = self.network
        return self._bearing_deg(int(network.arc_segment[arc]), bool(network.arc_reversed[arc]), at_end=False)

    def turn_deg(self, before: PathPart, after: PathPart) -> float:
        """Return the turn from one part to another, degrees, right positive."""
        return angle_between_deg(self.bearing_in_deg(before), self.bearing_out_deg(after))

    def other_turns_deg(self, before: PathPart, after: PathPart) -> list[tuple[float, int]]:
        """List turn and segment of the other ways on at the node between two parts, driveways and the like left out."""
        into_minor = self.is_minor(after.segment)
        return [
            (turn, segment)
            for turn, segment, arc in self._find_ways_on(before.arc)
            if arc != after.arc and (into_minor or not self.is_minor(segment))
        ]

    def _find_ways_on(self, before: int) -> tuple[tuple[float, int, int], ...]:
        """Return turn, segment and arc of the ways on at the end of an arc, turning back left out."""
        network, arriving = self.network, self.bearing_end_deg(before)
        own = int(network.arc_segment[before])
        found: list[tuple[float, int, int]] = []
        for arc in network.arcs_from(int(network.arc_to[before])):
            segment = int(network.arc_segment[arc])
            if segment != own or arc == before:
                found.append((angle_between_deg(arriving, self.bearing_start_deg(arc)), segment, arc))
        return tuple(found)

    def _roads_at(self, node: int) -> tuple[tuple[int, float], ...]:
        """List the segments that meet at a node, whichever way they may be driven, each with its direction away from it."""
        start_node, first = self.network.segment_from, self._known["first"]
        segments = self._known["segments"][int(first[node]) : int(first[node + 1])].tolist()
        return tuple(
            (segment, self._bearing_deg(segment, int(start_node[segment]) != node, at_end=False))
            for segment in segments
        )

    def remember(self, turn: tuple[int, int], find: Callable[[], str | None]) -> str | None:
        """Return what must be done from one arc to another, found out the first time.

        Parameters
        ----------
        turn
            The two arcs.
        find
            Finds it out.
        """
        try:
            return self._kinds[turn]
        except KeyError:
            found = find()
        if len(self._kinds) >= _KEPT:
            self._kinds.clear()
        self._kinds[turn] = found
        return found

    def is_junction(self, before: PathPart, after: PathPart) -> bool:
        """Tell whether other roads than driveways meet at the node between two parts, whichever way they may be driven."""
        node = int(self.network.arc_to[before.arc])
        own = (before.segment, after.segment)
        return any(segment not in own and not self.is_minor(segment) for segment, _ in self.roads_at(node))

    def can_leave(self, part: PathPart, segment: int) -> bool:
        """Tell whether a segment may be driven from the node where a part ends."""
        node = int(self.network.arc_to[part.arc])
        return any(int(self.network.arc_segment[arc]) == segment for arc in self.network.arcs_from(node))

    def exits_at(self, node: int) -> int:
        """Count the ways out of a rotary at one of its nodes."""
        segments = {
            int(self.network.arc_segment[arc])
            for arc in self.network.arcs_from(node)
            if not self.is_ring(int(self.network.arc_segment[arc]))
        }
        return sum(not self.is_minor(segment) for segment in segments)

    def cross_street(self, part: PathPart) -> str | None:
        """Return the name of another street at the node where a part ends; None where there is none."""
        node = int(self.network.arc_to[part.arc])
        for arc in self.network.arcs_from(node):
            segment = int(self.network.arc_segment[arc])
            name = self.road(segment).name
            if name is not None and not self.same_street(part.segment, segment):
                return name
        return None

    def _point(self, segment: int, along_m: float) -> tuple[float, float]:
        first, last = int(self.network.first_vertex[segment]), int(self.network.first_vertex[segment + 1])
        along = self.network.vertex_along_m[first:last]
        return (
            float(np.interp(along_m, along, self.network.vertex_x[first:last])),
            float(np.interp(along_m, along, self.network.vertex_y[first:last])),
        )

    def _bearing_deg(self, segment: int, backwards: bool, *, at_end: bool) -> float:
        away = float(self._known["away_deg"][segment, int(at_end != backwards)])
        return (away + 180.0) % 360.0 if at_end else away


@lru_cache(maxsize=_KEPT_TOWNS)
def junctions_of(town: Town) -> Junctions:
    """Return the junctions of a town: the same ones each time, with what they remember.

    Parameters
    ----------
    town
        The town.
    """
    return Junctions(town)


def _road_ends(network: Network) -> Arrays:
    """Find the direction of each segment away from its two ends, shape ``(n_segments, 2)``, and the segments that meet at each node."""
    length = np.asarray(network.segment_length_m)
    look = np.minimum(_LOOK_M, length)
    away = np.empty((network.segment_count, 2))
    for end, (near, far) in enumerate(((np.zeros_like(length), look), (length, length - look))):
        (x0, y0), (x1, y1) = _positions(network, near), _positions(network, far)
        away[:, end] = np.degrees(np.arctan2(x1 - x0, y1 - y0)) % 360.0
    rows = np.arange(network.segment_count)
    start, end_node = np.asarray(network.segment_from), np.asarray(network.segment_to)
    ring = start == end_node
    node, segment = np.concatenate([start, end_node[~ring]]), np.concatenate([rows, rows[~ring]])
    order = np.lexsort((segment, node))
    first = np.searchsorted(node[order], np.arange(network.node_count + 1))
    return {"away_deg": away, "first": first.astype(np.int64), "segments": segment[order].astype(np.int32)}


def _positions(network: Network, along_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return x and y at a distance along each segment, metres, shape ``(n_segments,)`` each."""
    first = np.asarray(network.first_vertex)
    along = np.asarray(network.vertex_along_m)
    owner = np.repeat(np.arange(network.segment_count), np.diff(first))
    # One rising scale for all segments, with a metre between one and the next.
    begin = np.concatenate([[0.0], np.cumsum(np.asarray(network.segment_length_m) + 1.0)])[:-1]
    place = np.searchsorted(begin[owner] + along, begin + along_m, side="right") - 1
    place = np.clip(place, first[:-1], np.maximum(first[1:] - 2, first[:-1]))
    after = np.minimum(place + 1, first[1:] - 1)
    span = along[after] - along[place]
    share = np.clip(np.divide(along_m - along[place], span, out=np.zeros(len(span)), where=span > 0), 0.0, 1.0)
    x, y = np.asarray(network.vertex_x), np.asarray(network.vertex_y)
    return x[place] + share * (x[after] - x[place]), y[place] + share * (y[after] - y[place])
