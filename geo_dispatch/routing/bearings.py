"""In which direction roads leave and reach their ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray
from geo_dispatch.town.network import Network

__all__ = ["ArcBearings", "arc_bearings", "turn_angles_deg"]


@dataclass(frozen=True, slots=True)
class ArcBearings:
    """Bearings of each arc in the direction of travel, degrees clockwise from grid north, shape ``(n_arcs,)``."""

    leaving_deg: FloatArray
    arriving_deg: FloatArray


def arc_bearings(network: Network, *, look_m: float) -> ArcBearings:
    """Measure the bearings of all arcs over their first and their last metres.

    Parameters
    ----------
    network
        The town's network.
    look_m
        Over how many metres; a shorter arc is taken whole.
    """
    segments = np.arange(network.segment_count)
    length = np.asarray(network.segment_length_m)
    near = np.minimum(look_m, length)
    start, end = _points(network, segments, np.zeros(len(length))), _points(network, segments, length)
    at_start = _bearing(start, _points(network, segments, near))
    at_end = _bearing(_points(network, segments, length - near), end)
    segment, against = np.asarray(network.arc_segment), np.asarray(network.arc_reversed)
    leaving = np.where(against, (at_end[segment] + 180.0) % 360.0, at_start[segment])
    arriving = np.where(against, (at_start[segment] + 180.0) % 360.0, at_end[segment])
    return ArcBearings(leaving, arriving)


def turn_angles_deg(arriving_deg: FloatArray, leaving_deg: FloatArray) -> FloatArray:
    """Return the turns between bearings, degrees, -180 < a <= 180, right positive.

    Examples
    --------
    >>> turn_angles_deg(np.array([350.0, 90.0]), np.array([20.0, 0.0])).tolist()
    [30.0, -90.0]
    """
    turn = (leaving_deg - arriving_deg) % 360.0
    result: FloatArray = np.where(turn > 180.0, turn - 360.0, turn)
    return result


def _points(network: Network, segment: npt.NDArray[np.int64], along_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return metric coordinates at distances along segments."""
    first = np.asarray(network.first_vertex)
    along = np.asarray(network.vertex_along_m)
    owner = np.repeat(np.arange(network.segment_count), np.diff(first))
    longest = float(along.max(initial=0.0)) + 1.0
    place = np.searchsorted(owner * longest + along, segment * longest + along_m, side="right") - 1
    place = np.clip(place, first[segment], np.maximum(first[segment + 1] - 2, first[segment]))
    after = np.minimum(place + 1, first[segment + 1] - 1)
    gap = along[after] - along[place]
    share = np.clip(np.divide(along_m - along[place], gap, out=np.zeros(len(gap)), where=gap > 0), 0.0, 1.0)
    x, y = np.asarray(network.vertex_x), np.asarray(network.vertex_y)
    return x[place] + share * (x[after] - x[place]), y[place] + share * (y[after] - y[place])


def _bearing(start: tuple[FloatArray, FloatArray], end: tuple[FloatArray, FloatArray]) -> FloatArray:
    bearing: FloatArray = np.degrees(np.arctan2(end[0] - start[0], end[1] - start[1])) % 360.0
    return bearing
