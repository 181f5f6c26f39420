"""What a map shows of a town: roads, water, land use, buildings and names around a place, small enough for one page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo_dispatch.render.tables import load_style
from geo_dispatch.town.columns import Arrays, TableColumns
from geo_dispatch.town.town import Town

__all__ = ["Extent", "make_scene", "warm"]

_M_PER_DEG = 111_320.0
_SPARE = 1.25
_UNIT_DEG = 1e-5
"""Coordinates are whole multiples of this, about a metre."""
_BUDGET_VERTICES = 180_000
_BUDGET_WITH_BUILDINGS = 120_000
_AREA_TABLES = ("basemap_landuse", "basemap_water", "basemap_buildings")
_LINE_TABLES = ("basemap_waterways", "basemap_lines")

Scene = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Extent:
    """A bounding box in degrees."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def around(
        cls,
        lon: Iterable[float],
        lat: Iterable[float],
        *,
        margin: float = 0.35,
        least_m: float = 900.0,
        aspect: float | None = None,
    ) -> Extent:
        """Return the box of positions with room around.

        Parameters
        ----------
        lon, lat
            Positions, degrees; at least one.
        margin
            Room on each side as a share of the longer side.
        least_m
            Room on each side at least, metres.
        aspect
            Enlarged to fill a window that many times wider than high, and a square one; not when None.

        Examples
        --------
        >>> box = Extent.around([-71.1, -71.0], [41.5, 41.5], margin=0.1, least_m=500)
        >>> round(box.west, 3), round(box.north, 4)
        (-71.11, 41.5075)
        """
        lons, lats = list(lon), list(lat)
        middle_lon, middle_lat = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
        shrink = max(math.cos(math.radians(middle_lat)), 0.05)
        core_wide, core_high = (max(lons) - min(lons)) * shrink, max(lats) - min(lats)
        room = 2 * max(max(core_wide, core_high) * margin, least_m / _M_PER_DEG)
        wide = max(core_wide + room, core_high * _SPARE * (aspect or 0.0))
        high = max(core_high + room, core_wide * _SPARE if aspect else 0.0)
        return cls(
            middle_lon - wide / 2 / shrink, middle_lat - high / 2, middle_lon + wide / 2 / shrink, middle_lat + high / 2
        )

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north."""
        return self.west, self.south, self.east, self.north

    def touches(self, boxes: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """Return which boxes, shape ``(n, 4)``, overlap this one."""
        inside = (boxes[:, 0] <= self.east) & (boxes[:, 2] >= self.west)
        return np.flatnonzero(inside & (boxes[:, 1] <= self.north) & (boxes[:, 3] >= self.south))


def make_scene(town: Town, extent: Extent) -> Scene:
    """Collect what a map of an extent shows, as plain values for JSON.

    Parameters
    ----------
    town
        The town.
    extent
        What is shown.

    Returns
    -------
    dict
        ``origin`` and ``unit`` in degrees, and under ``areas``, ``lines``, ``roads``, ``boundaries`` flat lists of
        x, y, dx, dy ... in units from the origin; ``labels`` as text, kind, x, y. Detail is left out, the least
        important first, until it is small enough for one page.
    """
    pen = _Pen(extent)
    size = max(extent.east - extent.west, extent.north - extent.south)
    tolerance = size / 6000
    scene: Scene = {
        "origin": [extent.west, extent.south],
        "unit": _UNIT_DEG,
        "roads": _roads(town, extent, pen, tolerance, size),
        "lines": _lines(town, extent, pen, tolerance, size),
    }
    scene["areas"] = _areas(town, extent, pen, tolerance, size)
    scene["boundaries"] = [pen.line(line) for line in _boundaries(town, extent, tolerance)]
    scene["labels"] = _labels(town, extent, pen)
    return scene


class _Pen:
    """Writes coordinates as small whole numbers, and counts them."""

    def __init__(self, extent: Extent) -> None:
        self.origin = np.asarray([extent.west, extent.south])
        self.vertices = 0

    def line(self, coordinates: npt.NDArray[np.float64]) -> list[int]:
        whole = np.round((coordinates - self.origin) / _UNIT_DEG).astype(np.int64)
        steps = np.vstack([whole[:1], np.diff(whole, axis=0)])
        keep = np.concatenate([[True], np.any(steps[1:] != 0, axis=1)])
        self.vertices += int(keep.sum())
        flat: list[int] = steps[keep].ravel().tolist()
        return flat

    def point(self, lon: float, lat: float) -> list[int]:
        x, y = np.round((np.asarray([lon, lat]) - self.origin) / _UNIT_DEG).astype(np.int64).tolist()
        return [x, y]


@cache
def _classes(part: str, key: str) -> dict[str, int]:
    """Return the row of the style for each road class or kind."""
    return {value: row for row, entry in enumerate(load_style()[part]) for value in entry[key]}


def _row_of(part: str, identity: str) -> int:
    return next(row for row, entry in enumerate(load_style()[part]) if entry["id"] == identity)


def _boxes(town: Town) -> Arrays:
    """Return the bounding boxes of everything that can be drawn, kept beside the town file."""

    def build() -> Arrays:
        network = town.network
        starts = np.asarray(network.first_vertex[:-1])
        lon, lat = np.asarray(network.vertex_lon), np.asarray(network.vertex_lat)
        extremes = [f.reduceat(v, starts) for f in (np.minimum, np.maximum) for v in (lon, lat)] if len(starts) else []
        found: dict[str, npt.NDArray[Any]] = {
            "segments": np.column_stack(extremes) if extremes else np.empty((0, 4)),
        }
        for name in (*_AREA_TABLES, *_LINE_TABLES, "boundaries"):
            table = town.table(name)
            found[name] = shapely.bounds(_shapes(table, range(len(table)))).reshape(-1, 4)
        return found

    return town.derived("map_boxes", 1, build)


def _shapes(table: TableColumns, rows: Iterable[int]) -> npt.NDArray[np.object_]:
    raw = [table.wkb(int(row)) for row in rows]
    return np.asarray(shapely.from_wkb(np.asarray(raw, dtype=object))) if raw else np.empty(0, dtype=object)


def _clipped(shape: Any, extent: Extent, tolerance: float) -> Any:
    if tolerance > 0:
        shape = shapely.simplify(shape, tolerance, preserve_topology=False)
    return shapely.clip_by_rect(shape, *extent.bounds)


def _roads(town: Town, extent: Extent, pen: _Pen, tolerance: float, size: float) -> list[list[Any]]:
    """Return [style row, name or 0, flags, flat line ...]: roads of one class and name joined; flag 1 is a bridge."""
    network = town.network
    rows = extent.touches(np.asarray(_boxes(town)["segments"]))
    classes = _classes("roads", "classes")
    highway, name, ref = (network.segments.text(column) for column in ("highway", "name", "ref"))
    bridge, service = network.segments.text("bridge"), network.segments.text("service")
    groups: dict[tuple[int, str, int], list[npt.NDArray[np.float64]]] = {}
    for segment in rows.tolist():
        style = classes.get(highway[segment] or "", classes["road"])
        if size > 0.35 and style <= 2 and (style < 2 or size > 0.8):
            continue
        if size > 0.2 and service[segment] in ("driveway", "parking_aisle"):
            continue
        label = name[segment] or (ref[segment] or "").replace(";", " / ")
        over = int(bridge[segment] not in (None, "no"))
        groups.setdefault((style, label, over), []).append(network.segment_lonlat(segment))
    found: list[list[Any]] = []
    for (style, label, over), lines in sorted(groups.items(), key=lambda item: item[0]):
        merged = shapely.line_merge(shapely.MultiLineString(lines)) if len(lines) > 1 else shapely.LineString(lines[0])
        for line in _parts(_clipped(merged, extent, tolerance)):
            if len(line) > 1:
                found.append([style, label or 0, over, pen.line(line)])
    return found


def _parts(shape: Any) -> list[npt.NDArray[np.float64]]:
    """Return the coordinates of each line of a shape."""
    return [shapely.get_coordinates(part) for part in shapely.get_parts(shape) if part.geom_type == "LineString"]


def _lines(town: Town, extent: Extent, pen: _Pen, tolerance: float, size: float) -> list[list[Any]]:
    kinds = _classes("lines", "kinds")
    found: list[list[Any]] = []
    for name in _LINE_TABLES:
        table = town.table(name)
        kind, label = table.text("kind"), table.text("name")
        rows = [r for r in extent.touches(np.asarray(_boxes(town)[name])).tolist() if (kind[r] or "") in kinds]
        if size > 0.12:
            rows = [r for r in rows if kind[r] not in ("footway", "path", "steps", "cycleway")]
        for row, shape in zip(rows, _shapes(table, rows), strict=True):
            for line in _parts(_clipped(shape, extent, tolerance)):
                found.append([kinds[kind[row] or ""], label[row] or 0, pen.line(line)])
    return found


def _areas(town: Town, extent: Extent, pen: _Pen, tolerance: float, size: float) -> list[list[Any]]:
    """Return [style row, name or 0, ring, ring ...]; buildings only where there is room for them."""
    kinds = _classes("areas", "kinds")
    whole = {"basemap_water": _row_of("areas", "water"), "basemap_buildings": _row_of("areas", "building")}
    small = (2 * tolerance) ** 2
    found: list[list[Any]] = []
    for name in _AREA_TABLES:
        if name == "basemap_buildings" and (size > 0.15 or pen.vertices > _BUDGET_WITH_BUILDINGS):
            continue
        table = town.table(name)
        kind, label = table.text("kind"), table.text("name")
        boxes = np.asarray(_boxes(town)[name])
        rows = extent.touches(boxes)
        extents = (boxes[rows, 2] - boxes[rows, 0]) * (boxes[rows, 3] - boxes[rows, 1])
        largest_first = np.argsort(-extents, kind="stable")
        rows = rows[largest_first][extents[largest_first] >= small]
        if name not in whole:
            rows = np.asarray([r for r in rows.tolist() if (kind[r] or "") in kinds], dtype=np.int64)
        for row, shape in zip(rows.tolist(), _shapes(table, rows), strict=True):
            if pen.vertices > _BUDGET_VERTICES:
                break
            style = whole.get(name, kinds.get(kind[row] or "", 0))
            text = label[row] if name == "basemap_water" else None
            simplified = 0.0 if name == "basemap_buildings" else tolerance
            for part in shapely.get_parts(_clipped(shape, extent, simplified)):
                if part.geom_type == "Polygon" and not part.is_empty:
                    rings = [part.exterior, *part.interiors]
                    found.append([style, text or 0, *(pen.line(shapely.get_coordinates(ring)) for ring in rings)])
    return found


def _boundaries(town: Town, extent: Extent, tolerance: float) -> list[npt.NDArray[np.float64]]:
    """Return the town lines, each stretch once although two towns share it."""
    rows = extent.touches(np.asarray(_boxes(town)["boundaries"]))
    kind = town.table("boundaries").text("kind")
    rings = [
        shapely.boundary(town.boundaries.polygon(row))
        for row in rows.tolist()
        if kind[row] in ("own", "neighbour", "town")
    ]
    if not rings:
        return []
    clipped = shapely.clip_by_rect(shapely.simplify(rings, tolerance), *extent.bounds)
    return _parts(shapely.line_merge(shapely.union_all(clipped)))


def _labels(town: Town, extent: Extent, pen: _Pen) -> list[list[Any]]:
    """Return [text, kind, x, y] of towns, villages and landmarks."""
    wanted: Mapping[str, str] = {
        category: kind for kind, entry in load_style()["labels"].items() for category in entry["categories"]
    }
    order = list(load_style()["labels"])
    places = town.table("places")
    lon, lat = np.asarray(places.lon), np.asarray(places.lat)
    inside = (lon >= extent.west) & (lon <= extent.east) & (lat >= extent.south) & (lat <= extent.north)
    category, name = places.text("category"), places.text("name")
    found: list[tuple[int, list[Any]]] = []
    seen: set[tuple[str, str]] = set()
    for row in np.flatnonzero(inside).tolist():
        kind = wanted.get(category[row] or "")
        if kind is not None and name[row] and (name[row], kind) not in seen:
            seen.add((name[row], kind))
            found.append((order.index(kind), [name[row], kind, *pen.point(float(lon[row]), float(lat[row]))]))
    return [label for _, label in sorted(found, key=lambda item: item[0])][:600]


def warm(town: Town) -> None:
    """Make the indexes that map drawing keeps beside a town file."""
    _boxes(town)
