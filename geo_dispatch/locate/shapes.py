"""Regions and points of answers: circles, corridors along streets, points on a street."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from geo_dispatch.geometry import LonLat
from geo_dispatch.town.town import Town

__all__ = ["R50_OF_R90", "Nearest", "StreetLine", "circle", "corridor", "street_line", "street_shape", "to_geojson"]

R50_OF_R90 = math.sqrt(2 * math.log(2)) / math.sqrt(2 * math.log(10))
"""Radius that holds half, for a round normal distribution whose 90% radius is 1 (Rayleigh quantiles: 1.177 / 2.146)."""

_DEG_M = 111_195.0  # a degree of latitude on the sphere of radius 6,371 km; the regions need no more


def circle(position: LonLat, radius_m: float, *, corners: int = 32) -> dict[str, Any]:
    """Draw a circle as a GeoJSON polygon.

    Parameters
    ----------
    position
        Its centre.
    radius_m
        Its radius in metres.
    corners
        Corners of the polygon, which encloses the circle's area.

    Examples
    --------
    >>> circle(LonLat(-71.0, 41.5), 100)["type"]
    'Polygon'
    """
    # Widened so that polygon and circle have equal area.
    step = 2 * math.pi / corners
    radius = radius_m * math.sqrt(step / math.sin(step))
    east = radius / (_DEG_M * max(math.cos(math.radians(position.lat)), 1e-6))
    north = radius / _DEG_M
    ring = [
        [round(position.lon + east * math.cos(k * step), 7), round(position.lat + north * math.sin(k * step), 7)]
        for k in range(corners)
    ]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


@dataclass(frozen=True, slots=True)
class Nearest:
    """A point on a street: its segment, metres along it, position, and distance from the point asked about."""

    segment: int
    along_m: float
    x: float
    y: float
    distance_m: float


@dataclass(frozen=True, slots=True)
class StreetLine:
    """The centre lines of a street as pieces between vertices, metres in the town's CRS.

    Attributes
    ----------
    segment
        Road segment of each piece, shape ``(n,)``.
    start_x, start_y, end_x, end_y
        Ends of each piece, shape ``(n,)``.
    along_m
        Metres from the start of its segment to the start of each piece, shape ``(n,)``.
    """

    segment: npt.NDArray[np.int64]
    start_x: npt.NDArray[np.float64]
    start_y: npt.NDArray[np.float64]
    end_x: npt.NDArray[np.float64]
    end_y: npt.NDArray[np.float64]
    along_m: npt.NDArray[np.float64]

    @property
    def lengths_m(self) -> npt.NDArray[np.float64]:
        """Return the length of each piece in metres, shape ``(n,)``."""
        lengths: npt.NDArray[np.float64] = np.hypot(self.end_x - self.start_x, self.end_y - self.start_y)
        return lengths

    def nearest(self, x: float, y: float) -> Nearest:
        """Return the point of the street nearest to a point, metres."""
        dx, dy = self.end_x - self.start_x, self.end_y - self.start_y
        squared = np.maximum(dx * dx + dy * dy, 1e-9)
        share = np.clip(((x - self.start_x) * dx + (y - self.start_y) * dy) / squared, 0.0, 1.0)
        px, py = self.start_x + share * dx, self.start_y + share * dy
        distance = np.hypot(px - x, py - y)
        best = int(np.argmin(distance))
        along = float(self.along_m[best] + share[best] * math.sqrt(squared[best]))
        return Nearest(int(self.segment[best]), along, float(px[best]), float(py[best]), float(distance[best]))

    def middle(self) -> Nearest:
        """Return the point of the street nearest to the mean of its points."""
        weight = np.maximum(self.lengths_m, 1e-9)
        x = float(np.average((self.start_x + self.end_x) / 2, weights=weight))
        y = float(np.average((self.start_y + self.end_y) / 2, weights=weight))
        return self.nearest(x, y)

    def reach_m(self, x: float, y: float, share: float) -> float:
        """Return the radius around a point that holds a share of the street's length, metres."""
        distance = np.hypot((self.start_x + self.end_x) / 2 - x, (self.start_y + self.end_y) / 2 - y)
        order = np.argsort(distance)
        length = np.cumsum(self.lengths_m[order])
        at = int(np.searchsorted(length, share * length[-1]))
        far = order[min(at, len(order) - 1)]
        ends = (
            math.hypot(self.start_x[far] - x, self.start_y[far] - y),
            math.hypot(self.end_x[far] - x, self.end_y[far] - y),
        )
        return max(ends)


def street_line(town: Town, segments: Sequence[int] | npt.NDArray[np.integer[Any]]) -> StreetLine:
    """Return the centre lines of some road segments as pieces.

    Parameters
    ----------
    town
        The town.
    segments
        Rows of road segments, at least one.
    """
    network = town.network
    rows = np.asarray(segments, dtype=np.int64)
    first, last = network.first_vertex[rows], network.first_vertex[rows + 1]
    counts = np.maximum(last - first - 1, 0)
    starts = np.repeat(first - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts) + np.arange(int(counts.sum()))
    return StreetLine(
        np.repeat(rows, counts),
        network.vertex_x[starts],
        network.vertex_y[starts],
        network.vertex_x[starts + 1],
        network.vertex_y[starts + 1],
        network.vertex_along_m[starts],
    )


def street_shape(town: Town, segments: Sequence[int]) -> BaseGeometry:
    """Return road segments as one shape, metres in the town's CRS.

    Parameters
    ----------
    town
        The town.
    segments
        Rows of road segments, at least one.
    """
    rows = np.asarray(segments, dtype=np.int64)
    network = town.network
    counts = network.first_vertex[rows + 1] - network.first_vertex[rows]
    at = np.repeat(network.first_vertex[rows] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
    at = at + np.arange(len(at))
    points = np.column_stack([network.vertex_x[at], network.vertex_y[at]])
    lines = shapely.linestrings(points, indices=np.repeat(np.arange(len(rows)), counts))
    return cast(BaseGeometry, shapely.line_merge(shapely.union_all(np.asarray(lines).reshape(-1))))


def corridor(
    town: Town, segments: Sequence[int], half_width_m: float, within: tuple[float, float, float] | None = None
) -> dict[str, Any]:
    """Draw the corridor along a street as GeoJSON.

    Parameters
    ----------
    town
        The town.
    segments
        Its road segments.
    half_width_m
        Half its width in metres.
    within
        Keep what lies in this circle: x, y and radius in metres.
    """
    merged = street_shape(town, segments)
    shape: BaseGeometry = merged.simplify(half_width_m / 2.5).buffer(half_width_m, quad_segs=2)
    if within is not None:
        x, y, radius = within
        cut = shape.intersection(shapely.Point(x, y).buffer(max(radius, half_width_m)))
        shape = shape if cut.is_empty else cut

    return to_geojson(town, shape)


def to_geojson(town: Town, shape: BaseGeometry) -> dict[str, Any]:
    """Return a shape in metres of the town's CRS as GeoJSON in degrees."""

    def degrees(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        lon, lat = town.projection.arrays_to_lonlat(points[:, 0].copy(), points[:, 1].copy())
        rounded = np.empty((len(lon), 2))
        rounded[:, 0], rounded[:, 1] = np.round(lon, 7), np.round(lat, 7)
        return rounded

    # RFC 7946: exterior rings run counter-clockwise.
    found: dict[str, Any] = mapping(shapely.orient_polygons(shapely.transform(shape, degrees)))
    return _lists(found)


def _lists(geometry: dict[str, Any]) -> dict[str, Any]:
    """Turn the tuples of a mapped geometry to lists, as JSON has them."""

    def plain(value: Any) -> Any:
        return [plain(item) for item in value] if isinstance(value, list | tuple) else value

    return {"type": geometry["type"], "coordinates": plain(geometry["coordinates"])}
