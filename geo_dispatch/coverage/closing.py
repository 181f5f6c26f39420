"""What closing one segment after another changes for one vehicle: exact, without searching the whole town each time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from geo_dispatch.coverage.forest import Forest, grow
from geo_dispatch.coverage.groups import VehicleGroup
from geo_dispatch.coverage.reach import reach_of
from geo_dispatch.coverage.through import ThroughRoads
from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.access import CLOSED, ENDS
from geo_dispatch.routing.direct import direct_times
from geo_dispatch.routing.ends import Joins, at_node, join_destinations, join_origins
from geo_dispatch.routing.graph import RoadGraph
from geo_dispatch.routing.search import RoadPoints, RoadSearch
from geo_dispatch.routing.vehicles import Vehicle

__all__ = ["Changed", "Closing", "first_response"]

Ints = npt.NDArray[np.int64]
Changed = tuple[Ints, FloatArray]
"""Points that are reached later, and when."""


def first_response(search: RoadSearch, group: VehicleGroup, turnout_s: FloatArray) -> FloatArray:
    """Return the response time of the first of a vehicle's responders at each point, from scratch.

    Parameters
    ----------
    search
        Of the vehicle, around what is closed.
    group
        The responders, and the points.
    turnout_s
        Of each of them.
    """
    found: FloatArray = (reach_of(search, group.sources, group.points).point_s + turnout_s[:, None]).min(axis=0)
    return found


class Closing:
    """Closes segments of one vehicle's graph.

    Parameters
    ----------
    group
        The responders with that vehicle.
    turnout_s
        Of each of them.
    vehicle
        The vehicle.
    local_only
        Arcs that serve only the ends of trips by what is closed anyway.

    Attributes
    ----------
    base_s
        Response time of the first of them at each point, with nothing more closed.
    searched_anew
        How many segments could not be settled by the forest.
    """

    def __init__(
        self,
        group: VehicleGroup,
        turnout_s: FloatArray,
        vehicle: Vehicle,
        local_only: Ints,
    ) -> None:
        self._group, self._turnout = group, turnout_s
        graph = self._graph = group.graph
        self.searched_anew = 0
        self._known = np.flatnonzero(group.points.segment >= 0)
        points = RoadPoints(group.points.segment[self._known], group.points.along_m[self._known])
        start, self._ends = join_origins(graph, group.sources), join_destinations(graph, points)
        self._forest = _forest(graph, start, turnout_s)
        self._seed = np.full(graph.state_count, np.inf)
        np.minimum.at(self._seed, start.state, start.time_s + turnout_s[start.owner])
        self._direct = _direct(graph, group.sources, points, turnout_s)
        least, _ = self._ends.least((self._forest.time_s[self._ends.state] + self._ends.time_s)[None, :])
        self._base = np.minimum(least[0], self._direct)
        self.base_s = np.full(len(group.points), np.inf)
        self.base_s[self._known] = self._base
        if group.search.settled_anew is not None:
            self.base_s = first_response(group.search, group, turnout_s)
        self._through = _through_roads(graph, vehicle, local_only, group.sources)
        self._by_itself = set(group.sources.segment.tolist())
        """Segments on which sources stand: searched from scratch."""
        self._tables = self._make_tables(points)

    def close_each(self, segments: Sequence[int]) -> list[Changed]:
        """Close segments, each alone in both directions, and return what changes.

        Parameters
        ----------
        segments
            Rows of the network's segments.
        """
        from geo_dispatch.coverage.edge_kernel import close_each

        quick = [s for s in segments if s not in self._by_itself and self._settled(s)]
        first, states = self._states_of(quick)
        rows = np.asarray(quick, dtype=np.int64)
        starts, points, seconds = close_each(rows, first, states, *self._tables, self._direct, self._base)
        found = {
            segment: (self._known[points[starts[row] : starts[row + 1]]], seconds[starts[row] : starts[row + 1]])
            for row, segment in enumerate(quick)
        }
        for segment in segments:
            if segment not in found:
                found[segment] = self.from_scratch(segment)
                self.searched_anew += 1
        return [found[segment] for segment in segments]

    def from_scratch(self, segment: int) -> Changed:
        """Close a segment and search the whole town; earlier arrivals are told too, where a rule of ends brings them."""
        arcs = np.asarray(_arcs(self._graph.network, segment), dtype=np.int64)
        now = first_response(self._group.search.closing(arcs), self._group, self._turnout)
        rows = np.flatnonzero(now != self.base_s)
        return rows, now[rows]

    def _settled(self, segment: int) -> bool:
        return self._through is not None and self._through.unchanged(segment)

    def _states_of(self, segments: Sequence[int]) -> tuple[Ints, Ints]:
        """Return the states of the arcs of segments, those of each together."""
        network = self._graph.network
        rows = np.asarray(segments, dtype=np.int64)
        number_of = np.full(network.segment_count, -1, dtype=np.int64)
        number_of[rows] = np.arange(len(rows))
        owner = number_of[np.asarray(network.arc_segment)[self._graph.state_arc]]
        states = np.flatnonzero(owner >= 0)
        order = np.argsort(owner[states], kind="stable")
        first = np.searchsorted(owner[states][order], np.arange(len(rows) + 1))
        return first.astype(np.int64), states[order].astype(np.int64)

    def _make_tables(self, points: RoadPoints) -> tuple[tuple[Any, ...], ...]:
        from geo_dispatch.coverage.edge_kernel import in_order

        graph, forest, ends = self._graph, self._forest, self._ends
        states = graph.state_count
        order = np.argsort(forest.before, kind="stable")
        child_first = np.searchsorted(forest.before[order], np.arange(states + 1))
        walk = in_order(child_first, order, np.flatnonzero(forest.before == -1), states)
        by_state = np.argsort(ends.state, kind="stable")
        state_first = np.searchsorted(ends.state[by_state], np.arange(states + 1))
        forward, backward = graph.forward, graph.backward
        return (
            (forward.first, forward.head, forward.weight_s),
            (backward.first, backward.head, backward.weight_s),
            (forest.time_s, self._seed),
            walk,
            (state_first, ends.owner[by_state]),
            (ends.first, ends.state, ends.time_s, self._private_ends(points), graph.arriving_from),
        )

    def _private_ends(self, points: RoadPoints) -> Ints:
        """Return the segment of points at the end of a road for the ends of trips only, -1 for other points."""
        graph, network = self._graph, self._graph.network
        private = np.zeros(network.segment_count, dtype=bool)
        private[network.arc_segment[graph.arc_ends_only]] = True
        there = (at_node(graph, points) >= 0) & private[points.segment]
        return np.where(there, points.segment, -1)


def _forest(graph: RoadGraph, start: Joins, turnout_s: FloatArray) -> Forest:
    return grow(graph.forward, start.state, start.time_s + turnout_s[start.owner], start.owner)


def _direct(graph: RoadGraph, sources: RoadPoints, points: RoadPoints, turnout_s: FloatArray) -> FloatArray:
    """Return the response time of the first that needs no search, along one segment or standing there."""
    best = np.full(len(points), np.inf)
    for row in range(len(sources)):
        source = RoadPoints(sources.segment[row : row + 1], sources.along_m[row : row + 1])
        best = np.minimum(best, direct_times(graph, source, points)[0][0] + turnout_s[row])
    return best


def _arcs(network: object, segment: int) -> list[int]:
    both = (int(network.segment_forward_arc[segment]), int(network.segment_backward_arc[segment]))  # type: ignore[attr-defined]
    return [arc for arc in both if arc >= 0]


def _through_roads(graph: RoadGraph, vehicle: Vehicle, local_only: Ints, sources: RoadPoints) -> ThroughRoads | None:
    """Return what tells whether closing changes which roads serve ends; None where that can't be followed."""
    network = graph.network
    segment_use = np.where(vehicle.too_small, CLOSED, vehicle.use.segment_use)
    use = segment_use[network.arc_segment].astype(np.int8)
    use[local_only] = np.maximum(use[local_only], ENDS)
    use[~np.isfinite(graph.arc_time_s)] = CLOSED
    ends = (np.asarray(network.segment_from)[sources.segment], np.asarray(network.segment_to)[sources.segment])
    found = ThroughRoads(network, use, graph.node_blocked, np.concatenate(ends).astype(np.int64))
    return found if np.array_equal(found.ends_only, graph.arc_ends_only) else None
