"""The layers basemap_*: what is drawn under the roads."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import shapely

from geo_dispatch.data_tables import load_table
from geo_dispatch.osm.clipping import keep_inside
from geo_dispatch.osm.elements import Elements
from geo_dispatch.osm.features import Feature, Features
from geo_dispatch.osm.frames import make_layer
from geo_dispatch.osm.sea import sea_area
from geo_dispatch.osm.tag_roads import Tags, is_road

__all__ = ["drawn_as", "read_basemap"]

_AREAS = ("basemap_water", "basemap_landuse")
_LINES = ("basemap_waterways", "basemap_lines")


def drawn_as(layer: str, tags: Tags) -> tuple[str, int] | None:
    """Return kind and rank of tags in a base-map layer; None when they don't belong there.

    Examples
    --------
    >>> drawn_as("basemap_landuse", {"landuse": "forest"}), drawn_as("basemap_water", {"landuse": "forest"})
    (('wood', 1), None)
    """
    for key, values in load_table("geo_dispatch.osm", "basemap")[layer].items():
        value = tags.get(key)
        if value is None:
            continue
        found = values.get(value, values.get("*"))
        if found is not None:
            return found[0], found[1]
    return None


def _row(item: Feature, kind: str, rank: int) -> dict[str, Any]:
    return {
        "osm_id": item.object_id,
        "kind": kind,
        "name": item.tags.get("name"),
        "house_number": item.tags.get("addr:housenumber"),
        "rank": rank,
    }


def read_basemap(
    elements: Elements,
    features: Features,
    *,
    clip: shapely.Geometry | None = None,
    extent: shapely.Polygon | None = None,
) -> dict[str, gpd.GeoDataFrame]:
    """Draw water, land use, buildings and lines.

    Parameters
    ----------
    elements, features
        Everything read.
    clip
        EPSG:4326; what does not touch it is left out, what does is kept whole.
    extent
        EPSG:4326; rectangle that the sea is drawn in, where there is a coastline. None draws no sea.

    Returns
    -------
    dict
        The five basemap layers by name. Roads are not among the lines: they are in road_segments.
    """
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in (*_AREAS, *_LINES, "basemap_buildings")}
    shapes: dict[str, list[shapely.Geometry]] = {name: [] for name in rows}
    for item in features.items:
        area = features.areas.get(item.object_id)
        if area is not None:
            if item.tags.get("building", "no") != "no":
                rows["basemap_buildings"].append(_row(item, _building_kind(item.tags), 2))
                shapes["basemap_buildings"].append(area)
            layer, drawn = next(((name, d) for name in _AREAS if (d := drawn_as(name, item.tags))), ("", None))
            if drawn is not None:
                rows[layer].append(_row(item, *drawn))
                shapes[layer].append(area)
            continue
        lines = features.lines.get(item.object_id, [])
        if not lines or is_road(item.tags):
            continue
        layer, drawn = next(((name, d) for name in _LINES if (d := drawn_as(name, item.tags))), ("", None))
        if drawn is not None:
            rows[layer] += [_row(item, *drawn)] * len(lines)
            shapes[layer] += lines
    if extent is not None:
        _add_sea(elements, features, extent, rows["basemap_water"], shapes["basemap_water"])
    return {name: make_layer(name, *keep_inside(clip, rows[name], shapes[name])) for name in rows}


def _building_kind(tags: Tags) -> str:
    return "building" if tags["building"] == "yes" else tags["building"]


def _add_sea(
    elements: Elements,
    features: Features,
    extent: shapely.Polygon,
    rows: list[dict[str, Any]],
    shapes: list[shapely.Geometry],
) -> None:
    """Add the sea on the right of the coastlines; it bears the id of the first of them."""
    coast = [
        item for item in features.items if item.tags.get("natural") == "coastline" and item.object_id in features.lines
    ]
    sea, unclear = sea_area([line for item in coast for line in features.lines[item.object_id]], extent)
    if unclear:
        detail = "the shore ends in the middle of the map or runs the wrong way: no sea drawn there"
        elements.add_problem("open_coastline", coast[0].object_id, detail)
    if sea is not None:
        rows.insert(0, {"osm_id": coast[0].object_id, "kind": "sea", "rank": 0})
        shapes.insert(0, sea)
