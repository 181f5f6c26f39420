"""Which town is that? Boundaries as an immutable lookup."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo_dispatch.town.columns import TableColumns

__all__ = ["Boundaries", "Municipality"]


@dataclass(frozen=True, slots=True)
class Municipality:
    """A town, by name and state; ``own`` when it is the one the town file is about, or lies inside it."""

    name: str
    state: str | None
    own: bool


class Boundaries:
    """The boundaries of a town file, for looking up where a position lies.

    Parameters
    ----------
    table
        The table ``boundaries``.
    """

    def __init__(self, table: TableColumns) -> None:
        self.table = table

    @cached_property
    def _polygons(self) -> list[BaseGeometry]:
        raw = [self.table.wkb(row) for row in range(len(self.table))]
        return [shapely.Polygon() if wkb is None else shapely.from_wkb(wkb) for wkb in raw]

    @cached_property
    def _rows(self) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for row, kind in enumerate(self.table.text("kind")):
            rows.setdefault(str(kind), []).append(row)
        for found in rows.values():
            shapely.prepare([self._polygons[row] for row in found])
        return rows

    def list_rows(self, kind: str) -> list[int]:
        """Return the rows of a kind: own, town (inside the own area), neighbour, state, county, village, zone."""
        return self._rows.get(kind, [])

    def polygon(self, row: int) -> BaseGeometry:
        """Return a row's area, EPSG:4326."""
        return self._polygons[row]

    @cached_property
    def own_area(self) -> BaseGeometry:
        """Return the town's own area, EPSG:4326; empty when the file has no boundary."""
        areas = [self._polygons[row] for row in self.list_rows("own")]
        return shapely.union_all(areas) if areas else shapely.Polygon()

    def find_municipality(self, lon: float, lat: float) -> Municipality | None:
        """Return the town a position lies in; None outside every known town.

        Parameters
        ----------
        lon, lat
            Degrees.
        """
        point = shapely.Point(lon, lat)
        for kind in ("town", "own", "neighbour"):
            for row in self.list_rows(kind):
                name = self.table.text("municipality")[row]
                if name is not None and self._polygons[row].intersects(point):
                    return Municipality(name, self.table.text("state")[row], own=kind != "neighbour")
        return None

    def list_areas_at(self, lon: float, lat: float, kind: str) -> list[str]:
        """Return the names of the areas of a kind that hold a position, smallest first."""
        point = shapely.Point(lon, lat)
        rows = [row for row in self.list_rows(kind) if self._polygons[row].intersects(point)]
        rows.sort(key=lambda row: float(self._polygons[row].area))
        return [name for row in rows if (name := self.table.text("name")[row])]

    def extent(self) -> tuple[float, float, float, float] | None:
        """Return the town's own bounding box (west, south, east, north), degrees; None without a boundary."""
        if self.own_area.is_empty:
            return None
        west, south, east, north = np.asarray(self.own_area.bounds).tolist()
        return west, south, east, north
