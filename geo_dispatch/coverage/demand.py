"""What is to be reached: the addresses and roads of the town itself, not those of the margin around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing import RoadPoints, Router, address_points
from geo_dispatch.town.columns import TextColumn
from geo_dispatch.town.town import Town

__all__ = ["Demand", "Labels", "address_demand", "own_segments", "segment_areas"]

Labels = npt.NDArray[np.object_]
"""Name of the area of each row, None where it is in none, shape ``(n,)``."""

_POLYGON_KINDS = {"village": "village", "zone": "zone", "precinct": "precinct"}


@dataclass(frozen=True, slots=True)
class Demand:
    """The addresses of a town.

    Attributes
    ----------
    row
        Row of ``addresses`` of each, shape ``(n,)``.
    lon, lat
        Degrees.
    areas
        Names of the areas that each lies in, by kind: "municipality", "village", "zone", "precinct", "esz".
    """

    row: npt.NDArray[np.int64]
    lon: FloatArray
    lat: FloatArray
    areas: Mapping[str, Labels]

    def __len__(self) -> int:
        return len(self.row)

    def points(self, town: Town, router: Router, usable: npt.NDArray[np.bool_]) -> RoadPoints:
        """Return where they lie on the roads that a vehicle can use; ``segment`` -1 far from all of them."""
        found = address_points(town, router.snapper, usable=usable)
        return RoadPoints(found.segment[self.row], found.along_m[self.row])


def address_demand(town: Town) -> Demand:
    """Return the addresses that lie in the town's own area, all of them where the town file has no boundary.

    Parameters
    ----------
    town
        The town.
    """
    table = town.table("addresses")
    lon, lat = np.asarray(table.lon, dtype=np.float64), np.asarray(table.lat, dtype=np.float64)
    row = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    own = _inside(town.boundaries.own_area, lon[row], lat[row])
    row = row[own]
    areas = {"municipality": _labels(table.text("municipality"), row), **_polygon_areas(town, lon[row], lat[row])}
    esz = _labels(table.text("esn"), row)
    areas["esz"] = esz
    return Demand(row, lon[row], lat[row], {kind: names for kind, names in areas.items() if _any(names)})


def own_segments(town: Town) -> npt.NDArray[np.bool_]:
    """Tell which segments have their middle in the town's own area, shape ``(n_segments,)``; all without a boundary."""
    lon, lat = _middles(town)
    return _inside(town.boundaries.own_area, lon, lat)


def segment_areas(town: Town) -> dict[str, Labels]:
    """Return the areas of each segment by kind, as of addresses; polygons by its middle."""
    lon, lat = _middles(town)
    column = town.network.segments.text("municipality")
    found = {"municipality": _labels(column, np.arange(len(column))), **_polygon_areas(town, lon, lat)}
    return {kind: names for kind, names in found.items() if _any(names)}


def _any(names: Labels) -> bool:
    return any(name is not None for name in names)


def _labels(column: TextColumn, rows: npt.NDArray[np.int64]) -> Labels:
    words = np.asarray([*column.vocabulary(), None], dtype=object)
    named: Labels = words[np.asarray(column.codes)[rows]]
    return named


def _middles(town: Town) -> tuple[FloatArray, FloatArray]:
    """Return the position in the middle of each segment, degrees."""
    network = town.network
    first = np.asarray(network.first_vertex)
    start = np.concatenate([[0.0], np.cumsum(np.asarray(network.segment_length_m) + 1.0)])
    along = np.asarray(network.vertex_along_m) + np.repeat(start[:-1], np.diff(first))  # all segments on one line
    wanted = start[:-1] + np.asarray(network.segment_length_m) / 2
    lon, lat = (np.interp(wanted, along, np.asarray(values)) for values in (network.vertex_lon, network.vertex_lat))
    return lon, lat


def _inside(area: BaseGeometry, lon: FloatArray, lat: FloatArray) -> npt.NDArray[np.bool_]:
    if area.is_empty:
        return np.ones(len(lon), dtype=bool)
    shapely.prepare(area)
    inside: npt.NDArray[np.bool_] = shapely.intersects_xy(area, lon, lat)
    return inside


def _polygon_areas(town: Town, lon: FloatArray, lat: FloatArray) -> dict[str, Labels]:
    """Return the smallest area of each kind that holds a position."""
    boundaries = town.boundaries
    found: dict[str, Labels] = {}
    for boundary_kind, kind in _POLYGON_KINDS.items():
        names: Labels = np.full(len(lon), None, dtype=object)
        rows = sorted(boundaries.list_rows(boundary_kind), key=lambda row: -float(boundaries.polygon(row).area))
        for row in rows:  # the smallest last, over the others
            inside = shapely.intersects_xy(boundaries.polygon(row), lon, lat)
            names[inside] = boundaries.table.text("name")[row]
        found[kind] = names
    return found
