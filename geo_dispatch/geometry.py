"""Positions, lengths and bearings.

Positions are ``LonLat`` in EPSG:4326, GeoJSON order, everywhere. Lengths are geodesic on WGS 84;
distances inside a town are measured in the town's one projected CRS.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyproj

from geo_dispatch.errors import CoordinateError

__all__ = [
    "FloatArray",
    "IntArray",
    "LonLat",
    "Projection",
    "angle_between_deg",
    "bearing_deg",
    "compass_point",
    "geodesic_lengths_m",
    "geodesic_m",
    "parse_lonlat",
    "round_degrees",
    "utm_epsg",
]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_WGS84 = pyproj.Geod(ellps="WGS84")
_COMPASS = ("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest")


class LonLat(NamedTuple):
    """A position in degrees, EPSG:4326, longitude first.

    >>> LonLat(-71.08, 41.58).lat
    41.58
    """

    lon: float
    lat: float


def parse_lonlat(text: str) -> LonLat:
    """Read ``LON,LAT`` in decimal degrees.

    Parameters
    ----------
    text
        Two numbers, comma between; longitude first.

    Returns
    -------
    LonLat
        The position.

    Raises
    ------
    CoordinateError
        If it is not two numbers, or outside longitude -180..180, latitude -90..90.

    Examples
    --------
    >>> parse_lonlat("-71.08, 41.58")
    LonLat(lon=-71.08, lat=41.58)
    """
    parts = text.split(",")
    try:
        lon, lat = (float(part) for part in parts)
    except ValueError:
        raise CoordinateError(
            f"{text!r} is not LON,LAT: give two decimal numbers with a comma, longitude first, as in -71.08,41.58"
        ) from None
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise CoordinateError(
            f"{text!r} is outside longitude -180..180, latitude -90..90: give longitude first, as in -71.08,41.58"
        )
    return LonLat(lon, lat)


def round_degrees(degrees: FloatArray) -> FloatArray:
    """Round degrees to seven decimals, a centimetre: each the number that ``round(value, 7)`` gives.

    Parameters
    ----------
    degrees
        Any shape, all finite.

    Returns
    -------
    numpy.ndarray
        Of the same shape.

    Examples
    --------
    >>> round_degrees(np.array([-71.08000001, 41.58123456789])).tolist()
    [-71.08, 41.5812346]
    """
    scaled = np.asarray(degrees, dtype=np.float64) * 1e7
    whole = np.rint(scaled)
    rounded: FloatArray = whole / 1e7  # the quotient nearest to the decimal number, as reading its text gives
    halfway = np.abs(np.abs(scaled - whole) - 0.5) < 1e-4  # the product may have crossed the middle
    if halfway.any():
        rounded[halfway] = [round(value, 7) for value in np.asarray(degrees)[halfway].tolist()]
    return rounded


def utm_epsg(lon: float, lat: float) -> int:
    """Return the EPSG code of the WGS 84 / UTM zone at a position.

    Parameters
    ----------
    lon, lat
        Degrees.

    Returns
    -------
    int
        326xx in the northern, 327xx in the southern hemisphere.

    Examples
    --------
    >>> utm_epsg(-71.08, 41.58)
    32619
    """
    zone = int((lon + 180) // 6) % 60 + 1
    return (32600 if lat >= 0 else 32700) + zone


@lru_cache(maxsize=64)
def _transformer(source_epsg: int, target_epsg: int) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source_epsg, target_epsg, always_xy=True)


class Projection:
    """Between longitude/latitude and one town's projected CRS in metres.

    Parameters
    ----------
    epsg
        EPSG code of a projected CRS whose unit is the metre.

    Examples
    --------
    >>> x, y = Projection(32619).to_xy(-71.08, 41.58)
    >>> round(x), round(y)
    (326607, 4605235)
    """

    __slots__ = ("epsg",)

    def __init__(self, epsg: int) -> None:
        self.epsg = epsg

    def to_xy(self, lon: float, lat: float) -> tuple[float, float]:
        """Project one position; metres."""
        x, y = _transformer(4326, self.epsg).transform(lon, lat)
        return float(x), float(y)

    def to_lonlat(self, x: float, y: float) -> LonLat:
        """Return one projected point, in metres, to degrees."""
        lon, lat = _transformer(self.epsg, 4326).transform(x, y)
        return LonLat(float(lon), float(lat))

    def arrays_to_xy(self, lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Project arrays of positions, shape ``(n,)`` each; metres."""
        x, y = _transformer(4326, self.epsg).transform(lon, lat)
        return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)

    def arrays_to_lonlat(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return arrays of projected points, shape ``(n,)`` each, to degrees."""
        lon, lat = _transformer(self.epsg, 4326).transform(x, y)
        return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def geodesic_lengths_m(lon: FloatArray, lat: FloatArray, offsets: IntArray) -> FloatArray:
    """Measure many lines at once on the WGS 84 ellipsoid, in metres.

    Parameters
    ----------
    lon, lat
        All vertices, line after line, shape ``(n_vertices,)``.
    offsets
        Where each line's vertices begin, and the end: shape ``(n_lines + 1,)``.

    Returns
    -------
    numpy.ndarray
        Lengths in metres, shape ``(n_lines,)``; 0.0 for a line of fewer than two vertices.

    References
    ----------
    Karney, "Algorithms for geodesics", J. Geodesy 2013, doi 10.1007/s00190-012-0578-z (through PROJ).

    Examples
    --------
    >>> lengths = geodesic_lengths_m(np.array([-71.0, -71.0]), np.array([41.0, 41.01]), np.array([0, 2]))
    >>> lengths.round(1).tolist()
    [1110.5]
    """
    if len(lon) < 2:
        return np.zeros(len(offsets) - 1)
    _, _, steps = _WGS84.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    along = np.concatenate([[0.0], np.cumsum(steps)])
    first = np.minimum(offsets[:-1], len(lon) - 1)
    last = np.maximum(offsets[1:] - 1, first)
    lengths: FloatArray = along[last] - along[first]
    return lengths


def geodesic_m(lon_from: float, lat_from: float, lon_to: float, lat_to: float) -> float:
    """Return the length of the shortest line between two points on the ellipsoid, metres.

    Examples
    --------
    >>> round(geodesic_m(-71.08, 41.58, -71.08, 41.59))
    1111
    """
    lengths = geodesic_lengths_m(np.array([lon_from, lon_to]), np.array([lat_from, lat_to]), np.array([0, 2]))
    return float(lengths[0])


def bearing_deg(x_from: float, y_from: float, x_to: float, y_to: float) -> float:
    """Return the bearing from one projected point to another, clockwise from grid north, 0 <= b < 360.

    >>> bearing_deg(0, 0, 10, 0)
    90.0
    """
    return math.degrees(math.atan2(x_to - x_from, y_to - y_from)) % 360.0


def angle_between_deg(bearing_from: float, bearing_to: float) -> float:
    """Return the turn from one bearing to another in degrees, -180 < a <= 180, right positive.

    >>> angle_between_deg(350, 20), angle_between_deg(90, 0)
    (30.0, -90.0)
    """
    turn = (bearing_to - bearing_from) % 360.0
    return turn - 360.0 if turn > 180.0 else turn


def compass_point(bearing: float) -> str:
    """Name one of the eight compass points nearest to a bearing in degrees.

    >>> compass_point(100)
    'east'
    """
    return _COMPASS[round((bearing % 360.0) / 45.0) % 8]
