"""Where the callers of the audit may be: at homes, and on roads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

if TYPE_CHECKING:
    from geo_dispatch.audit.ground import Ground

__all__ = ["OnRoad", "Positions"]

FloatArray = npt.NDArray[np.float64]
_TRIES = 25


@dataclass(frozen=True, slots=True)
class OnRoad:
    """The nearest point of a road: its segment, its named street (-1 when unnamed), metres along, where, and how far."""

    segment: int
    street: int
    along_m: float
    x: float
    y: float
    distance_m: float


class Positions:
    """Draws positions in one town.

    Parameters
    ----------
    ground
        The town.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._town = ground.town

    @cached_property
    def homes(self) -> FloatArray:
        """Return where people live and work: addresses, and buildings where few are on file, shape ``(n, 2)``."""
        addresses = self._town.table("addresses")
        points = np.column_stack([addresses.x, addresses.y])
        points = points[np.isfinite(points).all(axis=1)]
        if len(points) < self._ground.table["few_homes"]:
            buildings = self._town.table("basemap_buildings")
            raw = [wkb for row in range(len(buildings)) if (wkb := buildings.wkb(row))]
            middles = shapely.get_coordinates(shapely.centroid(shapely.from_wkb(raw)))
            x, y = self._town.projection.arrays_to_xy(middles[:, 0].copy(), middles[:, 1].copy())
            points = np.vstack([points, np.column_stack([x, y])])
        return points[self._inside(points)]

    def _inside(self, points: FloatArray) -> npt.NDArray[np.bool_]:
        """Tell which points lie in the town itself; all of them where it has no outline."""
        own = self._town.boundaries.own_area
        if own.is_empty or not len(points):
            return np.ones(len(points), dtype=bool)
        lon, lat = self._town.projection.arrays_to_lonlat(points[:, 0].copy(), points[:, 1].copy())
        inside: npt.NDArray[np.bool_] = shapely.contains_xy(own, lon, lat)
        return inside

    @cached_property
    def _road_lengths(self) -> FloatArray:
        """Return the length of each road segment in the town with a name, 0 for others, shape ``(n_segments,)``."""
        network = self._town.network
        middle = (network.first_vertex[:-1] + network.first_vertex[1:]) // 2
        points = np.column_stack([network.vertex_x[middle], network.vertex_y[middle]])
        counts = self._inside(points) & (np.asarray(network.segment_street) >= 0)
        lengths: FloatArray = np.where(counts, network.segment_length_m, 0.0)
        return lengths

    @cached_property
    def _road_ends(self) -> FloatArray:
        return np.cumsum(self._road_lengths)

    @cached_property
    def _landmark_road_ends(self) -> FloatArray:
        """Return the running length of the roads that a landmark stands at."""
        bearing = np.isin(self._town.network.segment_street, list(self._ground.places.by_street))
        return np.cumsum(np.where(bearing, self._road_lengths, 0.0))

    def draw_on_road(self, rng: Random, *, of_landmarks: bool = False) -> OnRoad | None:
        """Draw a point on a named road of the town, every metre as likely; None without such roads.

        Parameters
        ----------
        rng
            The choice.
        of_landmarks
            Only roads that a landmark stands at.
        """
        network, total = self._town.network, self._landmark_road_ends if of_landmarks else self._road_ends
        if not len(total) or total[-1] <= 0:
            return None
        at = rng.random() * float(total[-1])
        segment = int(np.searchsorted(total, at, side="right"))
        along = float(network.segment_length_m[segment]) - (float(total[segment]) - at)
        lon, lat = network.point_along(segment, along)
        x, y = self._town.projection.to_xy(lon, lat)
        return OnRoad(segment, int(network.segment_street[segment]), along, x, y, 0.0)

    def draw(self, rng: Random, *, near_m: float | None = None) -> tuple[float, float] | None:
        """Draw where a caller is: at a home, or on or beside a road; metres in the town's CRS.

        Parameters
        ----------
        rng
            The choice.
        near_m
            Draw again where no landmark lies within this distance, so many times.
        """
        for _ in range(_TRIES if near_m is None or self._ground.places.all else 0):
            at = self._draw_anywhere(rng)
            if at is None or near_m is None or self._ground.places.is_near(*at, near_m):
                return at
        return None

    def _draw_anywhere(self, rng: Random) -> tuple[float, float] | None:
        homes = self.homes
        if len(homes) and rng.random() >= self._ground.table["road_share"]:
            x, y = homes[rng.randrange(len(homes))]
            return float(x), float(y)
        point = self.draw_on_road(rng)
        return None if point is None else self.beside_road(rng, point)

    def beside_road(self, rng: Random, point: OnRoad) -> tuple[float, float]:
        """Move a point on a road a little off its middle."""
        aside, turn = rng.random() * self._ground.table["roadside_m"], rng.random() * 2 * math.pi
        return point.x + aside * math.cos(turn), point.y + aside * math.sin(turn)
