"""How long several sources of one vehicle take to every demand point and every road: one search for each source."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_dispatch.coverage.forest import grow
from geo_dispatch.geometry import FloatArray
from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.routing.direct import direct_times
from geo_dispatch.routing.ends import join_destinations, join_origins
from geo_dispatch.routing.graph import RoadGraph
from geo_dispatch.routing.search import RoadPoints

__all__ = ["Reach", "reach_of"]


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


def reach_of(graph: RoadGraph, sources: RoadPoints, points: RoadPoints, *, progress: Progress = NO_PROGRESS) -> Reach:
    """Find the travel times of sources to points and roads; each equals that of the route between the two.

    Parameters
    ----------
    graph
        Of the vehicle, with what is closed.
    sources
        Where the vehicle starts from.
    points
        Where it goes; ``segment`` -1 is reached by nobody.
    progress
        Advanced by one for each source.
    """
    known = np.flatnonzero(points.segment >= 0)
    there = RoadPoints(points.segment[known], points.along_m[known])
    ends = join_destinations(graph, there)
    arcs = graph.network.arc_count
    point_s = np.full((len(sources), len(points)), np.inf)
    arc_s = np.full((len(sources), arcs), np.inf)
    for row in range(len(sources)):
        source = RoadPoints(sources.segment[row : row + 1], sources.along_m[row : row + 1])
        start = join_origins(graph, source)
        forest = grow(graph.forward, start.state, start.time_s, np.zeros(len(start.state), dtype=np.int64))
        if len(known):
            total = forest.time_s[ends.state] + ends.time_s
            least, _ = ends.least(total[None, :])
            point_s[row, known] = np.minimum(least[0], direct_times(graph, source, there)[0][0])
        np.minimum.at(arc_s[row], graph.state_arc, forest.time_s)
        progress.advance()
    return Reach(point_s, arc_s, np.asarray(graph.arc_time_s))
