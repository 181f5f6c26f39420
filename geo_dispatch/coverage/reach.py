"""How long several sources of one vehicle take to every demand point and every road."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_dispatch.geometry import FloatArray
from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.routing.search import RoadPoints, RoadSearch

__all__ = ["Reach", "reach_of"]

_AT_ONCE = 8
"""Sources that are searched together."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Travel times of sources.

    Attributes
    ----------
    point_s
        Seconds to each point, inf where there is no way, shape ``(n_sources, n_points)``.
    arc_s
        Seconds to the start of each arc, turned into it, shape ``(n_sources, n_arcs)``.
    arc_time_s
        Seconds over each arc, inf where it can't be used, shape ``(n_arcs,)``.
    """

    point_s: FloatArray
    arc_s: FloatArray
    arc_time_s: FloatArray


def reach_of(search: RoadSearch, sources: RoadPoints, points: RoadPoints, *, progress: Progress = NO_PROGRESS) -> Reach:
    """Find the travel times of sources to points and roads; each equals that of the route between the two.

    Parameters
    ----------
    search
        Of the vehicle, with what is closed.
    sources
        Where the vehicle starts from.
    points
        Where it goes; ``segment`` -1 is reached by nobody.
    progress
        Advanced by one for each source.
    """
    known = np.flatnonzero(points.segment >= 0)
    there = points.rows(known)
    arc_time_s = np.asarray(search.arc_time_s)
    point_s = np.full((len(sources), len(points)), np.inf)
    arc_s = np.full((len(sources), len(arc_time_s)), np.inf)
    for begin in range(0, len(sources), _AT_ONCE):
        block = slice(begin, min(begin + _AT_ONCE, len(sources)))
        point_s[block, known], arc_s[block] = search.reach(sources.rows(block), there)
        progress.advance(block.stop - block.start)
    return Reach(point_s, arc_s, arc_time_s)
