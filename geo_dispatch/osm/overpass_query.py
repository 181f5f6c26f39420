"""Which areas are asked for, and the Overpass QL that asks.

References
----------
Overpass QL, https://wiki.openstreetmap.org/wiki/Overpass_API/Overpass_QL (0.7.62).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import BoundaryError
from geo_dispatch.geometry import FloatArray, Projection, utm_epsg

__all__ = ["Box", "boundaries_query", "buffered", "cut_into_boxes", "quartered", "tile_query"]

_KM_PER_DEG = 111.32
_GRID_DEG = 1e-6


class Box(NamedTuple):
    """A box in degrees, in the order Overpass writes it.

    >>> Box(41.5, -71.1, 41.6, -71.0).text
    '41.500000,-71.100000,41.600000,-71.000000'
    """

    south: float
    west: float
    north: float
    east: float

    @property
    def text(self) -> str:
        """Return it as Overpass QL writes it."""
        return ",".join(f"{value:.6f}" for value in self)

    @property
    def polygon(self) -> shapely.Polygon:
        """Return it as a polygon, EPSG:4326."""
        return shapely.box(self.west, self.south, self.east, self.north)

    @property
    def width_km(self) -> float:
        """Return its width at half height, in kilometres, on a sphere."""
        return (self.east - self.west) * _KM_PER_DEG * math.cos(math.radians((self.south + self.north) / 2))

    @property
    def height_km(self) -> float:
        """Return its height in kilometres, on a sphere."""
        return (self.north - self.south) * _KM_PER_DEG

    @property
    def area_km2(self) -> float:
        """Return its area in square kilometres, on a sphere."""
        return self.width_km * self.height_km


@dataclass(frozen=True, slots=True)
class _Filters:
    nodes: tuple[str, ...]
    ways: tuple[str, ...]
    relations: tuple[str, ...]
    bare_relations: tuple[str, ...]
    boundaries: str


@lru_cache(maxsize=1)
def _filters() -> _Filters:
    table = load_table("geo_dispatch.osm", "overpass_query")
    lists = {name: tuple(table[name]) for name in ("nodes", "ways", "relations", "bare_relations")}
    return _Filters(boundaries=table["boundaries"], **lists)


def buffered(boundary: shapely.MultiPolygon, margin_m: float) -> shapely.MultiPolygon:
    """Widen an area by a margin measured on the ground.

    Parameters
    ----------
    boundary
        The area, EPSG:4326.
    margin_m
        Metres to add on every side; 0 or more.

    Returns
    -------
    shapely.MultiPolygon
        EPSG:4326.

    Raises
    ------
    BoundaryError
        If the margin is negative or not a number, or the area is empty.

    Examples
    --------
    >>> town = shapely.MultiPolygon([shapely.box(-71.1, 41.5, -71.0, 41.6)])
    >>> wide = buffered(town, 1000)
    >>> round((town.bounds[1] - wide.bounds[1]) * 111.1, 2)
    1.0
    """
    if not (math.isfinite(margin_m) and margin_m >= 0):
        raise BoundaryError(f"the margin {margin_m} m can't be used: give 0 or more metres")
    if boundary.is_empty:
        raise BoundaryError("the boundary is empty: give another with --boundary FILE")
    if margin_m == 0:
        return boundary
    centre = boundary.centroid
    projection = Projection(utm_epsg(centre.x, centre.y))

    def to_xy(points: FloatArray) -> FloatArray:
        return np.column_stack(projection.arrays_to_xy(points[:, 0], points[:, 1]))

    def to_lonlat(points: FloatArray) -> FloatArray:
        return np.column_stack(projection.arrays_to_lonlat(points[:, 0], points[:, 1]))

    wide = shapely.transform(shapely.transform(boundary, to_xy).buffer(margin_m), to_lonlat)
    return shapely.MultiPolygon(list(shapely.get_parts(wide)))


def cut_into_boxes(area: BaseGeometry, *, max_km2: float) -> list[Box]:
    """Cover an area with boxes none of which is larger than `max_km2`.

    A box that is too large is halved across its longer side; what does not touch the area is dropped
    and the rest shrunk to it. The same area always gives the same boxes.

    Parameters
    ----------
    area
        EPSG:4326.
    max_km2
        Largest box, in square kilometres; above 0.

    Returns
    -------
    list[Box]
        South-west first; together they cover the area.

    Examples
    --------
    >>> boxes = cut_into_boxes(shapely.box(-71.1, 41.5, -71.0, 41.6), max_km2=50)
    >>> len(boxes), round(max(box.area_km2 for box in boxes))
    (2, 46)
    """
    box = _around(area)
    if box is None:
        return []
    if box.area_km2 <= max_km2:
        return [box]
    south, west, north, east = box
    if box.width_km > box.height_km:
        middle = (west + east) / 2
        halves = (Box(south, west, north, middle), Box(south, middle, north, east))
    else:
        middle = (south + north) / 2
        halves = (Box(south, west, middle, east), Box(middle, west, north, east))
    return [
        tile for half in halves for tile in cut_into_boxes(shapely.intersection(area, half.polygon), max_km2=max_km2)
    ]


def quartered(box: Box, area: BaseGeometry) -> list[Box]:
    """Cut a box in four, without the quarters that do not touch the area.

    >>> len(quartered(Box(0, 0, 2, 2), shapely.box(0, 0, 2, 0.5)))
    2
    """
    south, west, north, east = box
    lat, lon = (south + north) / 2, (west + east) / 2
    quarters = (
        Box(south, west, lat, lon),
        Box(south, lon, lat, east),
        Box(lat, west, north, lon),
        Box(lat, lon, north, east),
    )
    return [quarter for quarter in quarters if shapely.intersects(quarter.polygon, area)]


def _around(area: BaseGeometry) -> Box | None:
    """Return the box around an area, rounded outwards; None when there is no area (a mere touch)."""
    if area.is_empty or area.area == 0:
        return None
    west, south, east, north = area.bounds
    return Box(
        max(-90.0, math.floor(south / _GRID_DEG) * _GRID_DEG),
        max(-180.0, math.floor(west / _GRID_DEG) * _GRID_DEG),
        min(90.0, math.ceil(north / _GRID_DEG) * _GRID_DEG),
        min(180.0, math.ceil(east / _GRID_DEG) * _GRID_DEG),
    )


def tile_query(box: Box, *, timeout_s: float) -> str:
    """Write the query for everything the reader uses in a box, each object whole.

    Parameters
    ----------
    box
        The box.
    timeout_s
        Longest time the server may work on it; it refuses requests that may take too long.

    Returns
    -------
    str
        Overpass QL whose answer is an OSM XML document in the usual order: nodes, ways, relations.

    Examples
    --------
    >>> query = tile_query(Box(41.5, -71.1, 41.6, -71.0), timeout_s=180)
    >>> query.splitlines()[0], 'way["highway"](41.500000,-71.100000,41.600000,-71.000000);' in query
    ('[out:xml][timeout:180];', True)
    """
    table = _filters()
    lines = [f"[out:xml][timeout:{_whole(timeout_s)}];", "("]
    lines += [f"node{one}({box.text});" for one in table.nodes]
    lines += [f"way{one}({box.text});" for one in table.ways]
    lines += [f"relation{one}({box.text});" for one in table.relations]
    lines += [")->.found;", "(", ".found;", ".found >;"]
    lines += [f"relation{one}({box.text});" for one in table.bare_relations]
    return "\n".join([*lines, ");", "out body;"])


def boundaries_query(area: BaseGeometry, *, timeout_s: float) -> str:
    """Write the query for every administrative area that the given area touches, with whole outlines.

    Its line crosses the box around the area, or it has all of that box inside and is found by any one point.

    Parameters
    ----------
    area
        EPSG:4326.
    timeout_s
        Longest time the server may work on it.

    Returns
    -------
    str
        Overpass QL.

    Raises
    ------
    BoundaryError
        If the area is empty.

    Examples
    --------
    >>> print(boundaries_query(shapely.box(-71.1, 41.5, -71.0, 41.6), timeout_s=60).splitlines()[1])
    is_in(41.550000,-71.050000)->.around;
    """
    box = _around(area)
    if box is None:
        raise BoundaryError("the boundary has no area: give another with --boundary FILE")
    wanted = _filters().boundaries
    inside = area.representative_point()
    lines = [f"[out:xml][timeout:{_whole(timeout_s)}];", f"is_in({inside.y:.6f},{inside.x:.6f})->.around;"]
    lines += ["(", f"relation{wanted}({box.text});", f"relation{wanted}(pivot.around);"]
    return "\n".join([*lines, ")->.found;", "(", ".found;", ".found >;", ");", "out body;"])


def _whole(timeout_s: float) -> int:
    return max(1, math.ceil(timeout_s))
