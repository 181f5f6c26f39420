"""The places that stand for a call whose place is not one spot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo_dispatch.data_tables import load_table
from geo_dispatch.geometry import FloatArray, LonLat
from geo_dispatch.recommend.call import CallPlace
from geo_dispatch.town.town import Town

__all__ = ["RegionPoint", "RegionPoints"]


@dataclass(frozen=True, slots=True)
class RegionPoint:
    """A place where the call may be, its street, and how probable it is that it is nearest to this one of all."""

    position: LonLat
    street: str | None
    probability: float


class RegionPoints:
    """Finds places on the roads of a region.

    Parameters
    ----------
    town
        The town.
    """

    def __init__(self, town: Town) -> None:
        self._network = town.network
        self._projection = town.projection
        network = town.network
        first = np.asarray(network.first_vertex[:-1])
        lon, lat = np.asarray(network.vertex_lon), np.asarray(network.vertex_lat)
        reduce = (np.minimum.reduceat, np.minimum.reduceat, np.maximum.reduceat, np.maximum.reduceat)
        values = (lon, lat, lon, lat)
        self._boxes = (
            np.column_stack([f(v, first) for f, v in zip(reduce, values, strict=True)]) if len(first) else None
        )

    def find(self, place: CallPlace) -> tuple[RegionPoint, ...]:
        """Return the places of a call: one for a place that is known well, else some on the roads of its region.

        Half of the probability lies in the region of 50%, evenly along its roads, four tenths in the rest of that of 90%.
        The first is the most probable position.
        """
        figures = load_table("geo_dispatch.recommend", "figures")
        alone = (RegionPoint(place.position, None, 1.0),)
        if place.radius90_m < figures["region_worth_m"] or place.region90 is None or self._boxes is None:
            return alone
        lon, lat, segment, weight = self._samples(place.region90, place.region50, float(figures["region_step_m"]))
        if len(lon) < 2:
            return alone
        x, y = self._projection.arrays_to_xy(lon, lat)
        start = self._projection.to_xy(place.lon, place.lat)
        picked, owner, own = _spread(x, y, start, int(figures["region_points"]))
        names = self._network.segments.text("name")
        share = np.bincount(owner, weights=weight, minlength=len(picked) + 1)
        share = share / share.sum()
        points = [RegionPoint(place.position, names[int(segment[own])], float(share[0]))]
        points += [
            RegionPoint(LonLat(float(lon[row]), float(lat[row])), names[int(segment[row])], float(share[at]))
            for at, row in enumerate(picked, start=1)
        ]
        return tuple(point for point in points if point.probability > 0)

    def _samples(
        self, outer: Mapping[str, Any], inner: Mapping[str, Any] | None, step_m: float
    ) -> tuple[FloatArray, FloatArray, npt.NDArray[np.int64], FloatArray]:
        import shapely
        from shapely.geometry import shape

        area = shape(dict(outer))
        west, south, east, north = area.bounds
        boxes = self._boxes
        assert boxes is not None
        near = np.flatnonzero(
            (boxes[:, 0] <= east) & (boxes[:, 2] >= west) & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
        )
        lengths = np.asarray(self._network.segment_length_m)[near]
        counts = np.maximum(1, np.ceil(lengths / step_m)).astype(np.int64)
        segment = np.repeat(near, counts)
        place = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        along = (place + 0.5) * np.repeat(lengths / counts, counts)
        spots = [self._network.point_along(int(s), float(m)) for s, m in zip(segment, along, strict=True)]
        lonlat = np.asarray(spots, dtype=np.float64).reshape(-1, 2)
        inside = shapely.intersects_xy(area, lonlat[:, 0], lonlat[:, 1])
        lonlat, segment = lonlat[inside], segment[inside]
        metres = np.repeat(lengths / counts, counts)[inside]
        core = (
            np.zeros(len(lonlat), dtype=bool)
            if inner is None
            else shapely.intersects_xy(shape(dict(inner)), lonlat[:, 0], lonlat[:, 1])
        )
        weight = np.zeros(len(lonlat))
        for mask, share in ((core, 0.5), (~core, 0.4)):
            total = float(metres[mask].sum())
            if total > 0:
                weight[mask] = metres[mask] * share / total
        return lonlat[:, 0], lonlat[:, 1], segment, weight


def _spread(
    x: FloatArray, y: FloatArray, start: tuple[float, float], count: int
) -> tuple[list[int], npt.NDArray[np.int64], int]:
    """Pick samples far from each other (Gonzalez 1985), tell which pick each sample is nearest to (0: the start), and the sample at the start."""
    away = np.hypot(x - start[0], y - start[1])
    own = int(np.argmin(away))
    owner = np.zeros(len(x), dtype=np.int64)
    picked: list[int] = []
    while len(picked) < min(count - 1, len(x) - 1):
        row = int(np.argmax(away))
        if away[row] <= 0:
            break
        picked.append(row)
        closer = np.hypot(x - x[row], y - y[row])
        mine = closer < away
        owner[mine], away = len(picked), np.minimum(away, closer)
    return picked, owner, own
