"""The phone's circle: a position with the radius that holds the caller with a stated confidence."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geo_dispatch.errors import CoordinateError, InputError
from geo_dispatch.geometry import LonLat, parse_lonlat
from geo_dispatch.locate.outside import covers, how_far
from geo_dispatch.locate.tables.inputs import load_inputs
from geo_dispatch.routing.snap import Snapper
from geo_dispatch.town.town import Town

__all__ = ["Circle", "check_circle", "parse_circle"]

_LARGEST_RADIUS_M = 200_000.0
_LEAST_CONFIDENCE = 0.01
_LEAST_PERCENT = 50.0


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle that holds the caller with a confidence.

    Attributes
    ----------
    lon, lat
        Its centre, degrees.
    radius_m
        Its radius in metres, above 0 and up to 200 km.
    confidence
        Share of callers inside, from 0.01 to below 1; 0.9 is what US carriers state.

    References
    ----------
    RFC 7459 (uncertainty and confidence in PIDF-LO): a circle's confidence under a round normal distribution follows
    the Rayleigh distribution.

    Examples
    --------
    >>> round(Circle(-71.08, 41.58, 300.0).sigma_m)
    140
    """

    lon: float
    lat: float
    radius_m: float
    confidence: float = 0.9

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lon) and math.isfinite(self.lat) and abs(self.lon) <= 180 and abs(self.lat) <= 90):
            raise CoordinateError(f"circle centre {self.lon:g},{self.lat:g} is not longitude,latitude in degrees")
        if not 0 < self.radius_m <= _LARGEST_RADIUS_M:
            raise InputError(f"circle radius {self.radius_m:g} is not between 0 and {_LARGEST_RADIUS_M:g} metres")
        if not _LEAST_CONFIDENCE <= self.confidence < 1:
            raise InputError(
                f"circle confidence {self.confidence:g} is not between {_LEAST_CONFIDENCE:g} and 1: give 0.9 for 90%"
            )

    @property
    def position(self) -> LonLat:
        """Return its centre."""
        return LonLat(self.lon, self.lat)

    @property
    def sigma_m(self) -> float:
        """Return the standard deviation on each axis, metres: R / 2.146 for a confidence of 90%."""
        return self.radius_m / math.sqrt(-2.0 * math.log(1.0 - self.confidence))

    @property
    def radius90_m(self) -> float:
        """Return the radius that holds the caller 9 times in 10, metres."""
        return self.sigma_m * math.sqrt(-2.0 * math.log(0.1))


def parse_circle(text: str) -> Circle:
    """Read ``LON,LAT,RADIUS_M`` or ``LON,LAT,RADIUS_M,CONFIDENCE``.

    Parameters
    ----------
    text
        Three or four numbers with commas; a confidence from 50 to below 100 is taken as per cent.

    Raises
    ------
    InputError
        If it is not, or a value is out of bounds.

    Examples
    --------
    >>> parse_circle("-71.08,41.58,250,90")
    Circle(lon=-71.08, lat=41.58, radius_m=250.0, confidence=0.9)
    """
    parts = text.split(",")
    if len(parts) not in (3, 4):
        raise InputError(f"{text!r} is not LON,LAT,RADIUS_M[,CONFIDENCE]: give numbers as in -71.08,41.58,250,0.9")
    centre = parse_lonlat(",".join(parts[:2]))
    try:
        radius_m, confidence = float(parts[2]), float(parts[3]) if len(parts) == 4 else 0.9
    except ValueError:
        raise InputError(f"{text!r} has a radius or confidence that is no number: as in -71.08,41.58,250,0.9") from None
    return Circle(
        centre.lon, centre.lat, radius_m, confidence / 100 if _LEAST_PERCENT <= confidence < 100 else confidence
    )


def check_circle(town: Town, circle: Circle) -> list[str]:
    """Warn of a circle that can't be, or says nothing: beyond the town's roads, off every road, or too wide.

    Parameters
    ----------
    town
        The town.
    circle
        The phone's circle.

    Returns
    -------
    list of str
        Warnings, none when the centre lies inside and a road within the radius.

    Raises
    ------
    CoordinateError
        If it lies outside, and inside with longitude and latitude exchanged.
    """
    shown = f"the phone's circle, {circle.lon:g},{circle.lat:g} within {circle.radius_m:g} m,"
    if not covers(town, circle.position):
        if abs(circle.lon) <= 90 and covers(town, LonLat(circle.lat, circle.lon)):
            raise CoordinateError(
                f"circle centre {circle.lon:g},{circle.lat:g} has latitude first: "
                f"give longitude first, as in {circle.lat:g},{circle.lon:g},{circle.radius_m:g}"
            )
        far = how_far(town, circle.position)
        return [f"{shown} is centred outside {town.meta.name}'s road network, {far}: the phone may be elsewhere"]
    table = load_inputs()
    if circle.radius90_m > table.circle_wide_m:
        return [f"{shown} is too wide to tell places in town apart"]
    reach = circle.radius90_m + table.circle_off_road_m
    if Snapper(town, max_distance_m=reach).snap_many([circle.lon], [circle.lat]).segment[0] < 0:
        return [f"{shown} holds no road: the phone may be on the water or far off the roads, or the circle is wrong"]
    return []
