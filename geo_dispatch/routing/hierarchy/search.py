"""`RoadSearch` by a customizable contraction hierarchy.

References
----------
Dibbelt, Strasser and Wagner 2016, "Customizable contraction hierarchies", doi 10.1145/2886843.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.direct import direct_path
from geo_dispatch.routing.ends import Joins
from geo_dispatch.routing.found import path_of_states
from geo_dispatch.routing.graph import RoadGraph
from geo_dispatch.routing.graph_masks import masked
from geo_dispatch.routing.hierarchy.batches import nearest_sources, times_and_lengths, times_from, times_of_each
from geo_dispatch.routing.hierarchy.hierarchy import Hierarchy
from geo_dispatch.routing.hierarchy.joins import direct, join_ends, join_starts
from geo_dispatch.routing.hierarchy.query import times_to_one, way_between
from geo_dispatch.routing.search import FoundPath, RoadPoint, RoadPoints, Sweep

__all__ = ["HierarchySearch"]

Closed = npt.NDArray[np.int64]
_NOTHING = np.zeros(0, dtype=np.int64)


class HierarchySearch:
    """Fastest ways by a contraction hierarchy.

    Parameters
    ----------
    hierarchy
        Of the graph with nothing closed.
    closed
        Arcs that are closed; what serves the ends of trips stays as it was. None when None.
    """

    def __init__(self, hierarchy: Hierarchy, *, closed: Closed | None = None) -> None:
        self._hierarchy = hierarchy
        self._closed = _NOTHING if closed is None else closed

    @classmethod
    def of(cls, graph: RoadGraph) -> HierarchySearch:
        """Make the hierarchy of a graph with nothing closed, and the search by it."""
        return cls(Hierarchy(graph))

    @property
    def hierarchy(self) -> Hierarchy:
        """Return the hierarchy, with nothing closed."""
        return self._hierarchy

    @cached_property
    def graph(self) -> RoadGraph:
        """Return the graph with what is closed left out."""
        graph = self._hierarchy.graph
        return masked(graph, self._closed) if len(self._closed) else graph

    @property
    def arc_time_s(self) -> FloatArray:
        """Return the seconds over each arc, inf where it can't be used."""
        return self._joined.arc_time_s

    @cached_property
    def _joined(self) -> RoadGraph:
        """The graph as the ends of trips need it: links of closed arcs are left in, which saves most of the time."""
        graph = self._hierarchy.graph
        if not len(self._closed):
            return graph
        time_s = graph.arc_time_s.copy()
        time_s[self._closed] = np.inf
        return replace(graph, arc_time_s=time_s)

    def closing(self, arcs: Closed) -> HierarchySearch:
        """Return the search with more arcs closed, and what serves the ends of trips as it was.

        Parameters
        ----------
        arcs
            Rows of the network's arcs.
        """
        return HierarchySearch(self._hierarchy, closed=np.union1d(self._closed, np.asarray(arcs, dtype=np.int64)))

    def one_to_one(self, origin: RoadPoint, destination: RoadPoint, *, limit_s: float = np.inf) -> FoundPath | None:
        """Find the fastest way from one point to another; None where there is none within a limit of seconds."""
        graph, topology = self._joined, self._hierarchy.topology
        first_point, last_point = RoadPoints.of([origin]), RoadPoints.of([destination])
        start, end = self._starts(first_point), self._ends(last_point)
        direct_s = float(self._direct(first_point, last_point)[0][0, 0])
        with self._hierarchy.metrics.using(self._closed) as metric, self._hierarchy.desk() as desk:
            time_s, rank, links = way_between(
                topology, self._hierarchy.rising, self._hierarchy.falling, metric.link_s, metric.up_s, metric.down_s,
                self._hierarchy.ranks(start), start.time_s, self._hierarchy.ranks(end), end.time_s,
                desk.there_s, desk.back_s, desk.there_via, desk.back_via,
            )  # fmt: skip
        if direct_s <= time_s and direct_s < np.inf:
            return direct_path(graph, origin, destination) if direct_s <= limit_s else None
        if rank < 0 or time_s > limit_s:
            return None
        first = int(self._hierarchy.state[rank])
        states = [first, *graph.forward.head[links].tolist()]
        turns = graph.forward.weight_s[links] - graph.arc_time_s[graph.state_arc[states[:-1]]]
        return path_of_states(graph, states, turns.tolist(), start, end, float(time_s))

    def many_to_one(self, origins: RoadPoints, destination: RoadPoint) -> FloatArray:
        """Return the time from each origin to one destination, shape ``(n_origins,)``."""
        target = RoadPoints.of([destination])
        start, end = self._starts(origins), self._ends(target)
        with self._hierarchy.metrics.using(self._closed) as metric, self._hierarchy.desk() as desk:
            found = times_to_one(
                self._hierarchy.rising, self._hierarchy.falling, metric.up_s, metric.down_s,
                start.first, self._hierarchy.ranks(start), start.time_s, self._hierarchy.ranks(end), end.time_s,
                desk.there_s, desk.back_s, desk.there_via,
            )  # fmt: skip
        result: FloatArray = np.minimum(found, self._direct(origins, target)[0][:, 0])
        return result

    def matrix(self, origins: RoadPoints, destinations: RoadPoints) -> tuple[FloatArray, FloatArray]:
        """Return times, and lengths in metres of those fastest ways, each ``(n_origins, n_destinations)``."""
        start, end = self._starts(origins), self._ends(destinations)
        times, lengths = times_and_lengths(self._hierarchy, self._closed, start, end)
        direct_s, direct_m = self._direct(origins, destinations)
        shorter = direct_s <= times
        return np.where(shorter, direct_s, times), np.where(shorter, direct_m, lengths)

    def reach(self, sources: RoadPoints, points: RoadPoints) -> tuple[FloatArray, FloatArray]:
        """Return times from sources to points, ``(n_sources, n_points)``, and to the start of every arc, ``(n_sources, n_arcs)``."""
        point_s, arc_s = times_of_each(self._hierarchy, self._closed, self._starts(sources), self._ends(points))
        return np.minimum(point_s, self._direct(sources, points)[0]), arc_s

    def sweep(self, sources: RoadPoints, *, k: int = 1) -> Sweep:
        """Return the k nearest sources of the start of every arc.

        Raises
        ------
        ValueError
            If ``k`` is not positive.
        """
        if k < 1:
            raise ValueError(f"k is {k}: ask for at least one nearest source")
        return nearest_sources(self._hierarchy, self._closed, self._starts(sources), k)

    def within(self, source: RoadPoint, limit_s: float) -> FloatArray:
        """Return the time from a source to the start of every arc within a limit (inclusive), else inf."""
        found = times_from(self._hierarchy, self._closed, self._starts(RoadPoints.of([source])))
        result: FloatArray = np.where(found <= limit_s, found, np.inf)
        return result

    def _starts(self, points: RoadPoints) -> Joins:
        return join_starts(self._hierarchy.roads, self._joined.arc_time_s, self._joined.arc_ends_only, points)

    def _ends(self, points: RoadPoints) -> Joins:
        return join_ends(self._hierarchy.roads, self._joined.arc_time_s, self._joined.arc_ends_only, points)

    def _direct(self, origins: RoadPoints, destinations: RoadPoints) -> tuple[FloatArray, FloatArray]:
        return direct(self._hierarchy.roads, self._joined.arc_time_s, origins, destinations)
