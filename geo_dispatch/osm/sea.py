"""The sea, which OSM maps only by its shore.

References
----------
OSM wiki: Tag:natural=coastline (land lies on the left of the line, water on its right).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import shapely

from geo_dispatch.geometry import FloatArray
from geo_dispatch.osm.areas import only_polygons

__all__ = ["sea_area"]

_ASIDE_DEG = 1e-6  # about 0.1 m: how far beside the shore to look
_ALONG = (0.1, 0.3, 0.5, 0.7, 0.9)  # where on a step of the shore to look
_CARRIED_DEG = 0.03  # about 3 km: a shore that ends closer than this to the extent's edge is carried on to it
_AGREEING = 0.9  # share of votes that must agree, else the shore is open or drawn the wrong way round


def _beside(lines: Sequence[shapely.LineString], extent: shapely.Polygon) -> tuple[FloatArray, FloatArray]:
    """Return points just left and just right of every step of the lines, five a step, within the extent."""
    starts, stops = [], []
    for line in lines:
        coordinates = shapely.get_coordinates(line)
        starts.append(coordinates[:-1])
        stops.append(coordinates[1:])
    start, stop = np.concatenate(starts), np.concatenate(stops)
    along = stop - start
    length = np.hypot(along[:, 0], along[:, 1])
    west, south, east, north = extent.bounds
    left, right = [], []
    for share in _ALONG:
        at = start + along * share
        within = (at[:, 0] > west) & (at[:, 0] < east) & (at[:, 1] > south) & (at[:, 1] < north)
        use = within & (length > 4 * _ASIDE_DEG)
        aside = np.column_stack([-along[use, 1], along[use, 0]]) / length[use, None] * _ASIDE_DEG
        left.append(at[use] + aside)
        right.append(at[use] - aside)
    return np.concatenate(left), np.concatenate(right)


def _carried_on(lines: Sequence[shapely.LineString], extent: shapely.Polygon) -> list[shapely.LineString]:
    """Carry shores that end close to the extent's edge straight on to it."""
    ends = shapely.get_point(np.array([(line, line) for line in lines]), np.array([0, -1])).ravel()
    counted = Counter((point.x, point.y) for point in ends)
    loose = [shapely.Point(place) for place, count in counted.items() if count == 1]
    close = [p for p in loose if extent.contains(p) and extent.exterior.distance(p) <= _CARRIED_DEG]
    return [shapely.shortest_line(point, extent.exterior) for point in close]


def sea_area(lines: Sequence[shapely.LineString], extent: shapely.Polygon) -> tuple[shapely.MultiPolygon | None, bool]:
    """Find the sea within an extent from its coastlines.

    The shore and the extent's edge cut the extent into faces; every step of the shore votes sea for the
    face on its right, land for the one on its left. A shore that ends close to the edge is carried on to it.

    Parameters
    ----------
    lines
        Coastlines, EPSG:4326, in the direction they are mapped.
    extent
        Rectangle in EPSG:4326.

    Returns
    -------
    tuple
        The sea, None when no shore lies in the extent; and whether part of the shore is unclear: it ends
        inside the extent, or runs the wrong way. An unclear face is not taken for sea.

    Examples
    --------
    >>> shore = shapely.LineString([(0, -1), (0, 2)])  # northward: land on the left, in the west
    >>> area, unclear = sea_area([shore], shapely.box(-1, 0, 1, 1))
    >>> area.bounds, unclear
    ((0.0, 0.0, 1.0, 1.0), False)
    """
    near = [line for line in lines if line.intersects(extent)]
    if not near:
        return None, False
    left, right = _beside(near, extent)
    if not len(left):
        return None, False
    inside = shapely.intersection(shapely.MultiLineString(near), extent)
    noded = shapely.node(shapely.GeometryCollection([inside, extent.exterior, *_carried_on(near, extent)]))
    faces = shapely.get_parts(shapely.polygonize([noded]))
    tree = shapely.STRtree(faces)
    votes = np.zeros((len(faces), 2), dtype=np.int64)
    for side, points in enumerate((left, right)):
        _, hit = tree.query(shapely.points(points), predicate="intersects")
        votes[:, side] = np.bincount(hit, minlength=len(faces))
    total = votes.sum(axis=1)
    share = votes[:, 1] / np.maximum(total, 1)
    sea = (total > 0) & (share >= _AGREEING)
    unclear = bool(((total > 0) & (share > 1 - _AGREEING) & (share < _AGREEING)).any())
    return only_polygons(shapely.union_all(faces[sea])) if sea.any() else None, unclear
