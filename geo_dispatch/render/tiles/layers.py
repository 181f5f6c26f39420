"""What the tiles of a town hold: layers of shapes with their properties, each from the zoom at which it is worth drawing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo_dispatch.data_tables import load_table
from geo_dispatch.town.columns import TableColumns
from geo_dispatch.town.town import Town

__all__ = ["Layer", "layers_of"]

Shapes = npt.NDArray[np.object_]
_LAST = 14
"""Tiles end there and are enlarged beyond: what is too small at every zoom before is in the last one."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: shapes in degrees, the properties of each, and the zoom from which each is drawn, shape ``(n,)``."""

    name: str
    shapes: Shapes
    properties: list[dict[str, Any]]
    from_zoom: npt.NDArray[np.int64]


def layers_of(town: Town) -> list[Layer]:
    """Return the layers of a town in the order in which they are written.

    Parameters
    ----------
    town
        The town.
    """
    zooms: dict[str, Any] = load_table("geo_dispatch.render.tiles", "zooms")
    return [
        _areas(town, "landuse", "basemap_landuse", zooms),
        _areas(town, "water", "basemap_water", zooms),
        _lines(town, "waterways", "basemap_waterways", zooms),
        _areas(town, "buildings", "basemap_buildings", zooms),
        _lines(town, "lines", "basemap_lines", zooms),
        _roads(town, zooms),
        _boundaries(town, zooms),
        _places(town, zooms),
        _addresses(town, zooms),
        _markers(town, zooms),
    ]


def _layer(name: str, rows: Iterable[tuple[Any, dict[str, Any], int]]) -> Layer:
    kept = list(rows)
    shapes = np.empty(len(kept), dtype=object)
    shapes[:] = [shape for shape, _, _ in kept]
    properties = [{key: value for key, value in told.items() if value not in (None, "")} for _, told, _ in kept]
    return Layer(name, shapes, properties, np.array([zoom for _, _, zoom in kept], dtype=np.int64))


def _wkb(table: TableColumns) -> Shapes:
    raw = np.array([table.wkb(row) for row in range(len(table))], dtype=object)
    return np.asarray(shapely.from_wkb(raw)) if len(raw) else np.empty(0, dtype=object)


def _areas(town: Town, name: str, source: str, zooms: dict[str, Any]) -> Layer:
    table = town.table(source)
    kind, label = table.text("kind"), table.text("name")
    shapes = _wkb(table)
    box = shapely.bounds(shapes).reshape(-1, 4)
    wide = np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]) if len(shapes) else np.empty(0)
    # A shape is worth drawing where it is at least three pixels wide: 360 degrees are 256 pixels at zoom 0.
    from_zoom = np.ceil(np.log2(3 * 360 / 256 / np.maximum(wide, 1e-9))).astype(np.int64)
    least = int(zooms["layers"].get(name, 0))
    return _layer(
        name,
        (
            (shapes[row], {"kind": kind[row], "name": label[row]}, max(least, min(int(from_zoom[row]), _LAST)))
            for row in range(len(table))
            if shapes[row] is not None
        ),
    )


def _lines(town: Town, name: str, source: str, zooms: dict[str, Any]) -> Layer:
    table = town.table(source)
    kind, label = table.text("kind"), table.text("name")
    shapes = _wkb(table)
    levels: dict[str, int] = zooms["lines"]
    return _layer(
        name,
        (
            (shapes[row], {"kind": kind[row], "name": label[row]}, levels.get(kind[row] or "", levels["other"]))
            for row in range(len(table))
            if shapes[row] is not None
        ),
    )


def _roads(town: Town, zooms: dict[str, Any]) -> Layer:
    """Return roads joined where class, name and the like are the same: names need long lines."""
    network = town.network
    columns = ("highway", "name", "ref", "bridge", "tunnel", "service", "surface", "access")
    text = {name: network.segments.text(name) for name in columns}
    levels: dict[str, int] = zooms["roads"]
    groups: dict[tuple[Any, ...], list[npt.NDArray[np.float64]]] = {}
    forward, backward = network.segment_forward_arc, network.segment_backward_arc
    for row in range(network.segment_count):
        oneway = 1 if backward[row] < 0 <= forward[row] else -1 if forward[row] < 0 <= backward[row] else 0
        key = (
            text["highway"][row] or "road",
            text["name"][row],
            (text["ref"][row] or "").replace(";", " / "),
            text["bridge"][row] not in (None, "no"),
            text["tunnel"][row] not in (None, "no"),
            text["service"][row],
            text["access"][row] in ("private", "no"),
            oneway,
        )
        groups.setdefault(key, []).append(network.segment_lonlat(row))
    rows: list[tuple[Any, dict[str, Any], int]] = []
    for (kind, name, ref, bridge, tunnel, service, private, oneway), lines in groups.items():
        merged = shapely.line_merge(shapely.MultiLineString(lines)) if len(lines) > 1 else shapely.LineString(lines[0])
        told = {
            "class": kind, "name": name, "ref": ref, "bridge": bridge or None, "tunnel": tunnel or None, "service": service,
            "private": private or None, "oneway": oneway or None,
        }  # fmt: skip
        level = levels.get(kind, levels["other"]) + (1 if service in ("driveway", "parking_aisle") else 0)
        rows += [(part, told, level) for part in shapely.get_parts(merged)]
    return _layer("roads", rows)


def _boundaries(town: Town, zooms: dict[str, Any]) -> Layer:
    table = town.table("boundaries")
    kind, label = table.text("kind"), table.text("name")
    least = int(zooms["layers"]["boundaries"])
    shapes = [
        (row, town.boundaries.polygon(row)) for row in range(len(table)) if kind[row] in ("own", "town", "neighbour")
    ]
    lines = [(shapely.boundary(shape), {"kind": kind[row], "name": label[row]}, least) for row, shape in shapes]
    areas = [(shape, {"kind": "own_area"}, least) for row, shape in shapes if kind[row] == "own"]
    return _layer("boundaries", [*lines, *areas])


def _places(town: Town, zooms: dict[str, Any]) -> Layer:
    table = town.table("places")
    name, category = table.text("name"), table.text("category")
    levels: dict[str, int] = zooms["places"]
    rows = []
    for row in range(len(table)):
        level = levels.get(category[row] or "", levels["other"])
        if name[row] and np.isfinite(table.lon[row]) and level >= 0:
            told = {"name": name[row], "category": category[row], "rank": level}
            rows.append((shapely.Point(float(table.lon[row]), float(table.lat[row])), told, level))
    return _layer("places", rows)


def _addresses(town: Town, zooms: dict[str, Any]) -> Layer:
    table = town.table("addresses")
    number = table.text("number_text")
    level = int(zooms["layers"]["addresses"])
    return _layer(
        "addresses",
        (
            (shapely.Point(float(table.lon[row]), float(table.lat[row])), {"number": number[row]}, level)
            for row in range(len(table))
            if number[row] and np.isfinite(table.lon[row])
        ),
    )


def _markers(town: Town, zooms: dict[str, Any]) -> Layer:
    rows = []
    for source, kind in (("mile_markers", "mile"), ("exits", "exit")):
        table = town.table(source)
        texts = table.text("text") if source == "mile_markers" else table.text("number")
        for row in range(len(table)):
            if texts[row] and np.isfinite(table.lon[row]):
                point = shapely.Point(float(table.lon[row]), float(table.lat[row]))
                rows.append(
                    (
                        point,
                        {"kind": kind, "text": texts[row], "route": table.text("route")[row]},
                        int(zooms["layers"][kind]),
                    )
                )
    return _layer("markers", rows)
