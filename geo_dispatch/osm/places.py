"""The layers places and place_areas."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from geo_dispatch.data_tables import load_table
from geo_dispatch.osm.clipping import keep_inside
from geo_dispatch.osm.features import Feature, Features
from geo_dispatch.osm.frames import make_layer
from geo_dispatch.osm.tag_roads import Tags, other_names

__all__ = ["category_of", "main_tag", "place_name", "read_places"]

_SAME_LINE_DEG = 0.003  # about 300 m: nearer lines of one name and kind are one river, one bridge
_BRIDGE_NAME = re.compile(r"\b(bridge|viaduct|causeway|trestle|overpass)$", re.IGNORECASE)
_WGS84 = pyproj.Geod(ellps="WGS84")
_UNSAID_PREFIXES = ("source:", "tiger:", "gnis:", "nhd:", "NHD:", "massgis:", "note", "fixme", "FIXME")


def main_tag(tags: Tags) -> str | None:
    """Return the tag that says what a place is, as ``"amenity=school"``; None when it is no place.

    Examples
    --------
    >>> main_tag({"building": "yes", "amenity": "fire_station"}), main_tag({"highway": "residential", "name": "Main"})
    ('amenity=fire_station', None)
    """
    table = load_table("geo_dispatch.osm", "places")
    for key in table["keys"]:
        value = tags.get(key)
        if (
            value is None
            or value in table["ignored_values"]
            or (key in table["only"] and value not in table["only"][key])
        ):
            continue
        return f"{key}={value}"
    return None


def category_of(kind: str) -> str:
    """Return our category of a main tag.

    Examples
    --------
    >>> category_of("amenity=place_of_worship"), category_of("amenity=cinema"), category_of("shop=hats")
    ('church', 'cinema', 'shop')
    """
    categories = load_table("geo_dispatch.osm", "places")["categories"]
    key, _, value = kind.partition("=")
    found: str = categories.get(kind) or categories.get(f"{key}=*", "=")
    return value if found == "=" else found


def place_name(tags: Tags) -> str | None:
    """Return the name of a place: its name, else the bridge's, brand's or house's.

    Examples
    --------
    >>> place_name({"amenity": "fuel", "brand": "Shell"})
    'Shell'
    """
    keys = ("name", "bridge:name", "official_name", "alt_name", "short_name", "brand", "addr:housename")
    return next((tags[key] for key in keys if tags.get(key)), None)


def _is_place(tags: Tags, kind: str) -> bool:
    """Tell whether a place is worth its row: named, or of a kind that is kept without a name."""
    if kind.startswith("bridge="):
        carries = any(key in tags for key in ("highway", "railway", "waterway", "aeroway"))
        return "bridge:name" in tags or ("name" in tags and (not carries or bool(_BRIDGE_NAME.search(tags["name"]))))
    if "highway" in tags and kind.partition("=")[0] in ("junction", "place", "landuse"):
        return False
    return place_name(tags) is not None or kind in load_table("geo_dispatch.osm", "places")["unnamed"]


def _row(item: Feature, kind: str, area: shapely.MultiPolygon | None) -> dict[str, Any]:
    tags = item.tags
    name = tags.get("bridge:name") if kind.startswith("bridge=") else None
    name = name or place_name(tags)
    names = [entry for entry in other_names(tags) if entry["name"] != name]
    names += [{"name": tags[key], "kind": key} for key in ("brand", "operator") if tags.get(key) and tags[key] != name]
    hidden = load_table("geo_dispatch.osm", "places")["not_in_tags"]
    rest = {k: v for k, v in tags.items() if k not in hidden and not k.startswith(_UNSAID_PREFIXES)}
    return {
        "place_id": item.object_id,
        "name": name,
        "names": json.dumps(names, ensure_ascii=False) if names else None,
        "brand": tags.get("brand"),
        "operator": tags.get("operator"),
        "ref": tags.get("ref"),
        "kind": kind,
        "category": category_of(kind),
        "phone": tags.get("phone") or tags.get("contact:phone"),
        "website": tags.get("website") or tags.get("contact:website") or tags.get("url"),
        "opening_hours": tags.get("opening_hours"),
        "house_number": tags.get("addr:housenumber"),
        "street": tags.get("addr:street"),
        "postcode": tags.get("addr:postcode"),
        "city": tags.get("addr:city"),
        "source": "osm",
        "verified": True,
        "area_m2": math.nan if area is None else abs(_WGS84.geometry_area_perimeter(area)[0]),
        "tags": json.dumps(rest, ensure_ascii=False) if rest else None,
    }


def _places(features: Features) -> list[tuple[Feature, str]]:
    """List what is a place, its main tag beside it; of a line in several ways only the longest of each group."""
    found: list[tuple[Feature, str]] = []
    lines: dict[tuple[str | None, str], list[Feature]] = {}
    for item in features.items:
        kind = main_tag(item.tags)
        if kind is None or item.object_id not in features.points or not _is_place(item.tags, kind):
            continue
        if item.object_id in features.lines:
            lines.setdefault((place_name(item.tags), kind), []).append(item)
        else:
            found.append((item, kind))
    for (_, kind), items in lines.items():
        found += [(item, kind) for item in _one_of_each_group(items, features)]
    return found


def _one_of_each_group(items: list[Feature], features: Features) -> list[Feature]:
    """Of lines of one name and kind, keep the longest of those that lie together.

    A river is one place though many ways; two brooks of one name far apart stay two.
    """
    if len(items) == 1:
        return items
    shapes = np.array([shapely.MultiLineString(features.lines[item.object_id]) for item in items], dtype=object)
    near = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=_SAME_LINE_DEG)
    matrix = coo_matrix((np.ones(near.shape[1]), (near[0], near[1])), shape=(len(items), len(items)))
    count, group = connected_components(matrix, directed=False)
    length = shapely.length(shapes)
    return [items[max(np.flatnonzero(group == number), key=lambda row: length[row])] for number in range(count)]


def read_places(
    features: Features, *, clip: shapely.Geometry | None = None
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Read landmarks, businesses, offices, natural features and settlements.

    Parameters
    ----------
    features
        From `read_features`.
    clip
        EPSG:4326; places whose point lies outside are left out.

    Returns
    -------
    tuple
        The layers places (at their entrance, else inside their area, else half-way along their line) and
        place_areas.
    """
    found = _places(features)
    rows = [_row(item, kind, features.areas.get(item.object_id)) for item, kind in found]
    points = [features.points[item.object_id] for item, _ in found]
    rows, points = keep_inside(clip, rows, points)
    areas = [{"place_id": row["place_id"]} for row in rows if row["place_id"] in features.areas]
    shapes = [features.areas[row["place_id"]] for row in areas]
    return make_layer("places", rows, points), make_layer("place_areas", areas, shapes)
