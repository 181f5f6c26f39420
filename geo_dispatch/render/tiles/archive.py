"""Tiles of a town, made once and kept beside its file.

Tiles are Mapbox Vector Tiles 2.1 in the web Mercator pyramid (https://github.com/mapbox/vector-tile-spec), gzip-compressed, of 4,096 units. They
live in the town's index like every other derived array: one memory-mapped file, made again when the town changes.
"""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterator
from functools import partial
from typing import Any

import mapbox_vector_tile
import numpy as np
import numpy.typing as npt
import shapely

from geo_dispatch.render.tiles.layers import Layer, layers_of
from geo_dispatch.town.columns import Arrays
from geo_dispatch.town.town import Town

__all__ = ["MAX_ZOOM", "MIN_ZOOM", "TileArchive", "warm"]

MIN_ZOOM, MAX_ZOOM = 8, 14
_VERSION = 1
_UNITS = 4096
_BUFFER = 80
"""How far a tile's shapes reach over its edge, units: lines and names must not end at the seam."""
_SIMPLIFIED = 2.5
"""How far a line may move when it is simplified, units; not at the last zoom."""
_LATITUDE = 85.05


class TileArchive:
    """The tiles of one town.

    Parameters
    ----------
    town
        The town; its tiles are made when its index has none.
    """

    def __init__(self, town: Town) -> None:
        self._arrays = _tiles(town)
        self._key = np.asarray(self._arrays["key"])

    def __len__(self) -> int:
        return len(self._key)

    def find(self, zoom: int, x: int, y: int) -> bytes | None:
        """Return a tile, gzip-compressed; None where it holds nothing.

        Parameters
        ----------
        zoom, x, y
            Its place in the pyramid, y from the north.
        """
        key = np.uint64(_key(zoom, x, y))
        row = int(np.searchsorted(self._key, key))
        if row >= len(self._key) or self._key[row] != key:
            return None
        first = self._arrays["first"]
        return bytes(self._arrays["data"][int(first[row]) : int(first[row + 1])].tobytes())

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return what the tiles cover: west, south, east, north, degrees."""
        west, south, east, north = (float(value) for value in self._arrays["bounds"])
        return west, south, east, north


def warm(town: Town) -> int:
    """Make the tiles of a town where its index has none, and return how many there are."""
    return len(TileArchive(town))


def _key(zoom: int, x: int, y: int) -> int:
    return (zoom << 58) | (x << 29) | y


def _tiles(town: Town) -> Arrays:
    def build() -> Arrays:
        layers = [_projected(layer) for layer in layers_of(town)]
        found = sorted(
            ((key, data) for zoom in range(MIN_ZOOM, MAX_ZOOM + 1) for key, data in _of_zoom(layers, zoom)),
            key=lambda tile: tile[0],
        )
        first = np.concatenate([[0], np.cumsum([len(data) for _, data in found])]).astype(np.int64)
        return {
            "key": np.array([key for key, _ in found], dtype=np.uint64),
            "first": first,
            "data": np.frombuffer(b"".join(data for _, data in found), dtype=np.uint8),
            "bounds": np.array(town.extent),
        }

    return town.derived("tiles", _VERSION, build)


def _projected(layer: Layer) -> Layer:
    """Return a layer in web Mercator, the world from 0 to 1, y from the north."""

    def mercator(lonlat: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        lat = np.radians(np.clip(lonlat[:, 1], -_LATITUDE, _LATITUDE))
        y = 0.5 - np.log(np.tan(math.pi / 4 + lat / 2)) / (2 * math.pi)
        return np.column_stack([lonlat[:, 0] / 360.0 + 0.5, y])

    shapes = shapely.transform(layer.shapes, mercator) if len(layer.shapes) else layer.shapes
    return Layer(layer.name, np.asarray(shapes, dtype=object), layer.properties, layer.from_zoom)


def _of_zoom(layers: list[Layer], zoom: int) -> Iterator[tuple[int, bytes]]:
    """Yield key and bytes of every tile of a zoom that holds something."""
    scale = float(_UNITS << zoom)
    content: dict[tuple[int, int], dict[str, list[dict[str, Any]]]] = {}
    for layer in layers:
        rows = np.flatnonzero(layer.from_zoom <= zoom)
        if not len(rows):
            continue
        shapes = shapely.transform(layer.shapes[rows], lambda xy: xy * scale)
        if zoom < MAX_ZOOM:
            shapes = shapely.simplify(shapes, _SIMPLIFIED)
        for tile, row, shape in _cut(np.asarray(shapes, dtype=object), zoom):
            feature = {"geometry": shape, "properties": layer.properties[int(rows[row])]}
            content.setdefault(tile, {}).setdefault(layer.name, []).append(feature)
    for (x, y), by_layer in sorted(content.items()):
        encoded = mapbox_vector_tile.encode(
            [{"name": name, "features": features} for name, features in by_layer.items()],
            default_options={"extents": _UNITS, "y_coord_down": True},
        )
        yield _key(zoom, x, y), gzip.compress(encoded, 6, mtime=0)


def _cut(shapes: npt.NDArray[np.object_], zoom: int) -> Iterator[tuple[tuple[int, int], int, Any]]:
    """Yield tile, row and shape of every piece of shapes in pixel units of a zoom."""
    box = shapely.bounds(shapes).reshape(-1, 4)
    known = np.isfinite(box).all(axis=1) & ~shapely.is_empty(shapes)
    last = (1 << zoom) - 1
    low = np.clip(np.floor((np.nan_to_num(box[:, :2]) - _BUFFER) / _UNITS).astype(np.int64), 0, last)
    high = np.clip(np.floor((np.nan_to_num(box[:, 2:]) + _BUFFER) / _UNITS).astype(np.int64), 0, last)
    pieces: dict[tuple[int, int], list[int]] = {}
    for row in np.flatnonzero(known).tolist():
        for x in range(int(low[row, 0]), int(high[row, 0]) + 1):
            for y in range(int(low[row, 1]), int(high[row, 1]) + 1):
                pieces.setdefault((x, y), []).append(row)
    for (x, y), rows in pieces.items():
        edges = (x * _UNITS - _BUFFER, y * _UNITS - _BUFFER, (x + 1) * _UNITS + _BUFFER, (y + 1) * _UNITS + _BUFFER)
        inside = shapely.clip_by_rect(shapes[rows], *edges)
        corner = np.array([x * _UNITS, y * _UNITS], dtype=np.float64)
        inside = shapely.transform(inside, partial(_to_corner, corner=corner))
        for row, piece in zip(rows, inside, strict=True):
            if not piece.is_empty:
                yield (x, y), row, piece


def _to_corner(xy: npt.NDArray[np.float64], *, corner: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.round(xy - corner)
