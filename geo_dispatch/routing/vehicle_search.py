"""The searches of one vehicle, around what is closed now.

Closing takes roads away, and nothing else: a way is looked for on the open roads without the closed ones, under the same rules. Only where
that leaves no way where there was one, what serves the ends of trips is settled anew without the closed roads: a street that can now be left over
private roads alone then counts as private, and can be left.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.graph import RoadGraph
from geo_dispatch.routing.scipy_search import ScipySearch, nearest_of
from geo_dispatch.routing.search import FoundPath, RoadPoint, RoadPoints, Sweep

if TYPE_CHECKING:
    from geo_dispatch.routing.hierarchy import HierarchySearch

__all__ = ["Engine", "VehicleSearch"]

Engine: TypeAlias = "ScipySearch | HierarchySearch"
Arcs = npt.NDArray[np.int64]
Settle = Callable[[Arcs], RoadGraph | None]
_NOTHING = np.zeros(0, dtype=np.int64)


class VehicleSearch:
    """Finds fastest ways of one vehicle, around what is closed.

    Parameters
    ----------
    open_roads
        The engine, with nothing closed.
    settle
        Makes the graph without some arcs, with what serves the ends of trips settled anew; None where that is as it was.
    closed
        Arcs that are closed, rows of the network's arcs; none when None.
    """

    def __init__(self, open_roads: Engine, settle: Settle, *, closed: Arcs | None = None) -> None:
        self._open, self._settle = open_roads, settle
        self._closed = _NOTHING if closed is None else np.unique(np.asarray(closed, dtype=np.int64))
        self._shut = open_roads.closing(self._closed) if len(self._closed) else open_roads

    @property
    def engine(self) -> Engine:
        """Return what searches first: the engine without the closed roads."""
        return self._shut

    @property
    def graph(self) -> RoadGraph:
        """Return the graph without the closed roads, under the rules of the open ones."""
        return self._shut.graph

    @property
    def arc_time_s(self) -> FloatArray:
        """Return the seconds over each arc, inf where it can't be used."""
        return self._shut.arc_time_s

    @cached_property
    def settled_anew(self) -> ScipySearch | None:
        """Return the search with what serves the ends of trips settled without the closed roads; None where that changes nothing."""
        graph = self._settle(self._closed) if len(self._closed) else None
        return None if graph is None else ScipySearch(graph)

    def closing(self, arcs: Arcs) -> VehicleSearch:
        """Return the search with more arcs closed.

        Parameters
        ----------
        arcs
            Rows of the network's arcs.
        """
        return VehicleSearch(self._open, self._settle, closed=np.union1d(self._closed, arcs))

    def on_graphs(self, change: Callable[[RoadGraph], RoadGraph]) -> VehicleSearch:
        """Return a plain search over other graphs, made of those that this one searches.

        Parameters
        ----------
        change
            Makes a graph of a graph; it must leave arcs and links as they are.
        """

        def settle(closed: Arcs) -> RoadGraph | None:
            graph = self._settle(closed)
            return None if graph is None else change(graph)

        return VehicleSearch(ScipySearch(change(self._open.graph)), settle, closed=self._closed)

    def one_to_one(self, origin: RoadPoint, destination: RoadPoint, *, limit_s: float = np.inf) -> FoundPath | None:
        """Find the fastest way from one point to another; None where there is none within a limit of seconds."""
        found = self._shut.one_to_one(origin, destination, limit_s=limit_s)
        if found is not None or not len(self._closed):
            return found
        start = RoadPoints.of([origin])
        if np.isfinite(limit_s) and np.isfinite(self._shut.many_to_one(start, destination)[0]):
            return None
        if not np.isfinite(self._open.many_to_one(start, destination)[0]) or self.settled_anew is None:
            return None
        return self.settled_anew.one_to_one(origin, destination, limit_s=limit_s)

    def many_to_one(self, origins: RoadPoints, destination: RoadPoint) -> FloatArray:
        """Return the time from each origin to one destination, shape ``(n_origins,)``."""
        times = self._shut.many_to_one(origins, destination)
        none = np.flatnonzero(~np.isfinite(times)) if len(self._closed) else _NOTHING
        if not len(none):
            return times
        lost = none[np.isfinite(self._open.many_to_one(origins.rows(none), destination))]
        if len(lost) and self.settled_anew is not None:
            times[lost] = self.settled_anew.many_to_one(origins.rows(lost), destination)
        return times

    def matrix(self, origins: RoadPoints, destinations: RoadPoints) -> tuple[FloatArray, FloatArray]:
        """Return times, and lengths in metres of those fastest ways, each ``(n_origins, n_destinations)``."""
        times, lengths = self._shut.matrix(origins, destinations)
        lost = self._lost(
            times, lambda rows, columns: self._open.matrix(origins.rows(rows), destinations.rows(columns))[0]
        )
        if lost is not None and self.settled_anew is not None:
            rows, columns = _touched(lost)
            again_s, again_m = self.settled_anew.matrix(origins.rows(rows), destinations.rows(columns))
            _fill(times, again_s, lost, rows, columns)
            _fill(lengths, again_m, lost, rows, columns)
        return times, lengths

    def reach(self, sources: RoadPoints, points: RoadPoints) -> tuple[FloatArray, FloatArray]:
        """Return the time from each source to each point, and to the start of each arc, turned into it.

        Returns
        -------
        tuple
            Seconds, inf where there is no way, shape ``(n_sources, n_points)`` and ``(n_sources, n_arcs)``.
        """
        point_s, arc_s = self._shut.reach(sources, points)
        if not len(self._closed) or self.settled_anew is None:
            return point_s, arc_s
        before_point_s, before_arc_s = self._open.reach(sources, points)
        lost_points = np.isinf(point_s) & np.isfinite(before_point_s)
        lost_arcs = np.isinf(arc_s) & np.isfinite(before_arc_s) & np.isfinite(self.arc_time_s)
        rows = np.flatnonzero(lost_points.any(axis=1) | lost_arcs.any(axis=1))
        anew_point_s, anew_arc_s = self.settled_anew.reach(sources.rows(rows), points)
        point_s[rows] = np.where(lost_points[rows], anew_point_s, point_s[rows])
        arc_s[rows] = np.where(lost_arcs[rows], anew_arc_s, arc_s[rows])
        return point_s, arc_s

    def sweep(self, sources: RoadPoints, *, k: int = 1) -> Sweep:
        """Return the k nearest sources of the start of every arc.

        Raises
        ------
        ValueError
            If ``k`` is not positive.
        """
        if not len(self._closed) or k < 1 or self.settled_anew is None:
            return self._shut.sweep(sources, k=k)
        _, arc_s = self.reach(sources, RoadPoints.of([]))
        return nearest_of(arc_s, arc_s.shape[1], k)

    def within(self, source: RoadPoint, limit_s: float) -> FloatArray:
        """Return the time from a source to the start of every arc within a limit (inclusive), else inf."""
        if not len(self._closed) or self.settled_anew is None:
            return self._shut.within(source, limit_s)
        time_s = self.reach(RoadPoints.of([source]), RoadPoints.of([]))[1][0]
        return np.where(time_s <= limit_s, time_s, np.inf)

    def _lost(self, times: FloatArray, before: Callable[[Arcs, Arcs], FloatArray]) -> npt.NDArray[np.bool_] | None:
        """Tell between which pairs the closed roads leave no way though there was one; None where between none."""
        none = ~np.isfinite(times)
        if not len(self._closed) or not none.any():
            return None
        rows, columns = _touched(none)
        lost = np.zeros(times.shape, dtype=bool)
        lost[np.ix_(rows, columns)] = np.isfinite(before(rows, columns))
        lost &= none
        return lost if lost.any() else None


def _touched(mask: npt.NDArray[np.bool_]) -> tuple[Arcs, Arcs]:
    return np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))


def _fill(into: FloatArray, values: FloatArray, where: npt.NDArray[np.bool_], rows: Arcs, columns: Arcs) -> None:
    """Put values of some rows and columns where a mask says."""
    part = np.ix_(rows, columns)
    into[part] = np.where(where[part], values, into[part])
