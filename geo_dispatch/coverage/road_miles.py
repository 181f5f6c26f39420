"""How far along the roads, not how long: ISO counts road miles, and NFPA 1720 calls remote what lies eight of them away."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from geo_dispatch.coverage.reach import reach_of
from geo_dispatch.coverage.stretches import metres_within, pieces_of
from geo_dispatch.coverage.study import Coverage, VehicleGroup
from geo_dispatch.geometry import FloatArray, IntArray
from geo_dispatch.routing.exact import exact_s
from geo_dispatch.routing.graph import Links, RoadGraph

__all__ = ["METRES_PER_MILE", "RoadMiles", "road_miles"]

METRES_PER_MILE = 1609.344
_LEAST_M = 1e-6
"""No link may weigh nothing."""


@dataclass(frozen=True, slots=True)
class RoadMiles:
    """Road metres from the nearest of some responders.

    Attributes
    ----------
    address_m
        To each address, inf where there is no way, shape ``(n_addresses,)``.
    limits_m
        Asked for.
    segment
        Rows of the segments that count: the town's own that a responder's vehicle can use.
    within_m
        Metres of each within each limit, shape ``(n_limits, n_segments)``.
    total_m
        Metres of all of them.
    """

    address_m: FloatArray
    limits_m: tuple[float, ...]
    segment: IntArray
    within_m: FloatArray
    total_m: float

    @property
    def road_m(self) -> tuple[float, ...]:
        """Return the metres of road within each limit."""
        return tuple(float(metres.sum()) for metres in self.within_m)


def road_miles(coverage: Coverage, limits_m: tuple[float, ...], *, rows: tuple[int, ...] | None = None) -> RoadMiles:
    """Measure along the roads from responders to every address and road, by the shortest way that their vehicle may use.

    Parameters
    ----------
    coverage
        Has the responders, roads and addresses.
    limits_m
        Metres, inclusive.
    rows
        Which responders; all when None.

    Returns
    -------
    RoadMiles
        Nothing within, where there is no such responder.
    """
    network = coverage.town.network
    wanted = set(range(len(coverage.responders)) if rows is None else rows)
    parts = [part for group in coverage.groups if (part := _part(group, wanted))]
    segments = np.unique(coverage.pieces.segment)
    total = float(np.asarray(network.segment_length_m)[segments].sum())
    if not parts:
        none = np.zeros((len(limits_m), len(segments)))
        return RoadMiles(np.full(len(coverage.demand), np.inf), limits_m, segments, none, total)
    address = np.full(len(coverage.demand), np.inf)
    best = np.zeros((len(limits_m), network.segment_count))
    for part in parts:
        reach = reach_of(part.search.on_graphs(_by_length), part.sources, part.points)
        address = np.minimum(address, reach.point_s.min(axis=0))
        count = len(part.sources)
        one = np.zeros(count, dtype=np.int64)
        pieces = pieces_of(
            network, segments, reach.arc_s, reach.arc_time_s[None, :], one, np.zeros(count), part.sources
        )
        for row, limit in enumerate(limits_m):
            metres = np.bincount(pieces.segment, metres_within(pieces, limit), minlength=network.segment_count)
            np.maximum(best[row], metres, out=best[row])
    return RoadMiles(address, limits_m, segments, best[:, segments], total)


def _part(group: VehicleGroup, wanted: set[int]) -> VehicleGroup | None:
    """Return a group with only the responders wanted; None of none."""
    kept = [at for at, row in enumerate(group.rows) if row in wanted]
    if not kept:
        return None
    sources = type(group.sources)(group.sources.segment[kept], group.sources.along_m[kept])
    return replace(group, rows=tuple(group.rows[at] for at in kept), sources=sources)


def _by_length(graph: RoadGraph) -> RoadGraph:
    """Return a graph whose seconds are metres, rounded as seconds are so that sums are exact; turns at no cost."""
    length = exact_s(np.maximum(np.asarray(graph.network.arc_length_m, dtype=np.float64), _LEAST_M))

    def weighed(links: Links, *, backward: bool) -> Links:
        tail = np.repeat(np.arange(graph.state_count), np.diff(links.first))
        metres = length[graph.state_arc[links.head if backward else tail]]
        return Links(links.first, links.head, np.where(np.isfinite(links.weight_s), metres, np.inf))

    return replace(
        graph,
        arc_time_s=np.where(np.isfinite(graph.arc_time_s), length, np.inf),
        forward=weighed(graph.forward, backward=False),
        backward=weighed(graph.backward, backward=True),
    )
