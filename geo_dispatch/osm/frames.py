"""Rows and shapes into the layers of the schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo_dispatch.geometry import IntArray
from geo_dispatch.osm.elements import Elements
from geo_dispatch.schema import SOURCE_TABLES, conform

__all__ = ["ShapeArray", "make_layer", "node_points", "way_lines"]

ShapeArray = npt.NDArray[np.object_]


def make_layer(name: str, rows: Sequence[Mapping[str, Any]] | Mapping[str, Any], geometry: Any) -> gpd.GeoDataFrame:
    """Make a layer of `SOURCE_TABLES` from rows (or columns) and as many shapes.

    Examples
    --------
    >>> len(make_layer("mile_markers", [{"marker_id": "n1"}], [shapely.Point(0, 0)]))
    1
    """
    shapes = np.empty(len(geometry), dtype=object)
    shapes[:] = geometry
    frame = pd.DataFrame(rows, index=range(len(shapes))) if isinstance(rows, Mapping) else pd.DataFrame(list(rows))
    return conform(gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs=4326), crs=4326), SOURCE_TABLES[name])


def node_points(elements: Elements, rows: npt.ArrayLike) -> ShapeArray:
    """Make a point of each node row, shape ``(n,)``; None for row -1."""
    at = np.asarray(rows, dtype=np.int64)
    points: ShapeArray = np.full(len(at), None, dtype=object)
    there = at >= 0
    points[there] = shapely.points(elements.lon[at[there]], elements.lat[at[there]])
    return points


def way_lines(elements: Elements, ways: npt.ArrayLike) -> tuple[ShapeArray, IntArray]:
    """Make the lines of way rows, in pieces where nodes are missing.

    Returns
    -------
    tuple
        The lines, shape ``(n_lines,)``, and for each the position in `ways` it belongs to.
    """
    at = np.asarray(ways, dtype=np.int64)
    nodes, owner = gather(elements, at)
    piece = piece_numbers(nodes, owner)
    there = nodes >= 0
    return lines_of(elements, nodes[there], owner[there], piece[there])


def gather(elements: Elements, ways: IntArray) -> tuple[IntArray, IntArray]:
    """Return the node rows of several ways one after another, and whose each is (a position in `ways`)."""
    lengths = elements.way_offsets[ways + 1] - elements.way_offsets[ways]
    owner = np.repeat(np.arange(len(ways)), lengths)
    starts = np.repeat(elements.way_offsets[ways] - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    return elements.way_nodes[starts + np.arange(len(owner))], owner


def piece_numbers(nodes: IntArray, owner: IntArray) -> IntArray:
    """Number the runs of present nodes: a new one at every new way and after every missing node."""
    new = np.ones(len(nodes), dtype=np.int64)
    new[1:] = (owner[1:] != owner[:-1]) | (nodes[1:] < 0) | (nodes[:-1] < 0)
    return np.cumsum(new) - 1


def lines_of(elements: Elements, nodes: IntArray, owner: IntArray, piece: IntArray) -> tuple[ShapeArray, IntArray]:
    """Make a line of every piece of at least two nodes; lines, and whose each is."""
    if len(nodes) == 0:
        return np.empty(0, dtype=object), np.zeros(0, dtype=np.int64)
    sizes = np.bincount(piece)
    long = sizes[piece] >= 2
    nodes, owner, piece = nodes[long], owner[long], piece[long]
    if len(nodes) == 0:
        return np.empty(0, dtype=object), np.zeros(0, dtype=np.int64)
    _, first, number = np.unique(piece, return_index=True, return_inverse=True)
    coordinates = np.column_stack([elements.lon[nodes], elements.lat[nodes]])
    lines: ShapeArray = np.asarray(shapely.linestrings(coordinates, indices=number), dtype=object)
    return lines, owner[first]
