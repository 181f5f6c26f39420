"""What every search engine answers, and in which terms: the seam between routing and its engines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray

__all__ = ["FoundPath", "RoadPoint", "RoadPoints", "RoadSearch", "Sweep"]


@dataclass(frozen=True, slots=True)
class RoadPoint:
    """A position on a road.

    Attributes
    ----------
    segment
        Row of the network's segments.
    along_m
        Metres from the segment's digitised start.
    """

    segment: int
    along_m: float


@dataclass(frozen=True, slots=True)
class RoadPoints:
    """Many positions on roads, shape ``(n,)`` each."""

    segment: npt.NDArray[np.int64]
    along_m: FloatArray

    @classmethod
    def of(cls, points: Iterable[RoadPoint]) -> RoadPoints:
        """Gather single points.

        >>> len(RoadPoints.of([RoadPoint(3, 10.0), RoadPoint(4, 0.0)]))
        2
        """
        rows = list(points)
        return cls(
            np.asarray([p.segment for p in rows], dtype=np.int64),
            np.asarray([p.along_m for p in rows], dtype=np.float64),
        )

    def rows(self, rows: npt.NDArray[np.int64] | slice) -> RoadPoints:
        """Return some of the points, in the order of their rows."""
        return RoadPoints(self.segment[rows], self.along_m[rows])

    def __len__(self) -> int:
        return len(self.segment)


@dataclass(frozen=True, slots=True)
class FoundPath:
    """The fastest way between two road points: arcs, never just nodes.

    Attributes
    ----------
    time_s
        Travel time, seconds.
    arcs
        Rows of the network's arcs in the order travelled, at least one.
    start_share
        Where on the first arc the way begins, 0..1 in the direction of travel.
    end_share
        Where on the last arc it ends.
    turn_s
        Seconds of the turn from each arc to the next, shape ``(n_arcs - 1,)``.
    """

    time_s: float
    arcs: npt.NDArray[np.int64]
    start_share: float
    end_share: float
    turn_s: FloatArray


@dataclass(frozen=True, slots=True)
class Sweep:
    """The nearest sources of every place on the network.

    Attributes
    ----------
    time_s
        Seconds from each of the ``k`` nearest sources, rising, inf where there is none. Shape ``(n_arcs, k)``: to the
        start of each arc, turned into it.
    source
        Which source, -1 where there is none, shape ``(n_arcs, k)``.
    """

    time_s: FloatArray
    source: npt.NDArray[np.int64]


class RoadSearch(Protocol):
    """Finds fastest ways over one graph, between points on its roads.

    Times hold the seconds over the arcs and those of the turns between them; a way begins and ends anywhere along a road, and at
    a crossing any of its roads may be taken. ``inf`` where there is no way.
    """

    @property
    def arc_time_s(self) -> FloatArray:
        """Return the seconds over each arc, inf where it can't be used, shape ``(n_arcs,)``."""

    def closing(self, arcs: npt.NDArray[np.int64]) -> RoadSearch:
        """Return the search with more arcs closed, rows of the network's arcs: nothing is rebuilt, and this one stays as it is."""

    def one_to_one(self, origin: RoadPoint, destination: RoadPoint, *, limit_s: float = np.inf) -> FoundPath | None:
        """Find the fastest way from one point to another; None where there is none within a limit of seconds."""

    def many_to_one(self, origins: RoadPoints, destination: RoadPoint) -> FloatArray:
        """Return the time from each origin to one destination, shape ``(n_origins,)``."""

    def matrix(self, origins: RoadPoints, destinations: RoadPoints) -> tuple[FloatArray, FloatArray]:
        """Return times, and lengths in metres of those fastest ways, each ``(n_origins, n_destinations)``."""

    def reach(self, sources: RoadPoints, points: RoadPoints) -> tuple[FloatArray, FloatArray]:
        """Return times from sources to points, ``(n_sources, n_points)``, and to the start of every arc, ``(n_sources, n_arcs)``."""

    def sweep(self, sources: RoadPoints, *, k: int = 1) -> Sweep:
        """Return the k nearest sources of the start of every arc."""

    def within(self, source: RoadPoint, limit_s: float) -> FloatArray:
        """Return the time from a source to the start of every arc within a limit (inclusive), else inf, shape ``(n_arcs,)``."""
