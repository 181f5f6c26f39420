"""Responders by vehicle: one graph, and one set of searches, for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_dispatch.coverage.due import Due
from geo_dispatch.coverage.reach import Reach, reach_of
from geo_dispatch.geometry import FloatArray
from geo_dispatch.progress import Progress
from geo_dispatch.routing import RoadPoints, VehicleSize
from geo_dispatch.routing.graph import RoadGraph
from geo_dispatch.routing.vehicle_search import VehicleSearch

__all__ = ["VehicleGroup", "address_segment_of_groups", "sources_of_groups", "travel_of_groups"]

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class VehicleGroup:
    """Responders with one vehicle.

    Attributes
    ----------
    profile, size
        The vehicle.
    rows
        Which responders.
    search
        Of the vehicle, around what is closed.
    sources, points
        Where the responders stand, and where the addresses lie, on the roads it can use.
    """

    profile: str
    size: VehicleSize | None
    rows: tuple[int, ...]
    search: VehicleSearch
    sources: RoadPoints
    points: RoadPoints

    @property
    def graph(self) -> RoadGraph:
        """Return its graph without what is closed."""
        return self.search.graph


def travel_of_groups(
    groups: Sequence[VehicleGroup], count: int, progress: Progress
) -> tuple[FloatArray, FloatArray, FloatArray, Ints]:
    """Return travel times to addresses and arcs by responder, seconds over arcs by vehicle, and each one's vehicle."""
    vehicle = np.zeros(count, dtype=np.int64)
    reaches: list[Reach] = []
    for number, group in enumerate(groups):
        reaches.append(reach_of(group.search, group.sources, group.points, progress=progress))
        vehicle[list(group.rows)] = number
    order = np.argsort(np.concatenate([group.rows for group in groups]))
    if len(groups) == 1:
        return reaches[0].point_s, reaches[0].arc_s, reaches[0].arc_time_s[None, :], vehicle
    points = np.concatenate([reach.point_s for reach in reaches])[order]
    arcs = np.concatenate([reach.arc_s for reach in reaches])[order]
    return points, arcs, np.stack([reach.arc_time_s for reach in reaches]), vehicle


def sources_of_groups(groups: Sequence[VehicleGroup], count: int) -> RoadPoints:
    """Return where each responder stands on the roads its vehicle can use."""
    segment, along = np.full(count, -1, dtype=np.int64), np.zeros(count)
    for group in groups:
        rows = list(group.rows)
        segment[rows], along[rows] = group.sources.segment, group.sources.along_m
    return RoadPoints(segment, along)


def address_segment_of_groups(groups: Sequence[VehicleGroup], due: Due) -> Ints:
    """Return the road of each address: that which the first responder's vehicle takes."""
    segment = groups[0].points.segment.copy()
    for group in groups[1:]:
        mine = np.isin(due.responder[:, 0], group.rows)
        segment[mine] = group.points.segment[mine]
    return segment
