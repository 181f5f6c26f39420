"""Positions outside the town's road network: whether, how far, and in which state."""

from __future__ import annotations

import pyproj
import shapely

from geo_dispatch.errors import CoordinateError
from geo_dispatch.geometry import LonLat, compass_point
from geo_dispatch.town.town import Town

__all__ = ["covers", "how_far"]

_WGS84 = pyproj.Geod(ellps="WGS84")


def covers(town: Town, position: LonLat) -> bool:
    """Tell whether the town's road network covers a position.

    Parameters
    ----------
    town
        The town.
    position
        Longitude and latitude, degrees.
    """
    try:
        town.check_covers(position)
    except CoordinateError:
        return False
    return True


def how_far(town: Town, position: LonLat) -> str:
    """Say how far a position is from the town's road network, in which direction, and in which state if that is on file.

    Parameters
    ----------
    town
        The town.
    position
        Longitude and latitude, degrees.
    """
    west, south, east, north = town.extent
    edge = LonLat(min(max(position.lon, west), east), min(max(position.lat, south), north))
    bearing, _, metres = _WGS84.inv(edge.lon, edge.lat, position.lon, position.lat)
    side = compass_point(float(bearing) % 360)
    shown = f"{metres / 1000:,.0f} km" if metres >= 10_000 else f"{metres / 1000:.1f} km"
    boundaries = town.boundaries
    states = [row for row in boundaries.list_rows("state") if boundaries.polygon(row).covers(shapely.Point(position))]
    where = f", in {boundaries.table.text('name')[states[0]]}" if states else ""
    return f"about {shown} to the {side} of it{where}"
