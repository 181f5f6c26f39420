"""The layer boundaries: states, counties, towns, villages, zones.

Which one is the own town is not known here: the builder decides that, and what is its neighbour.
"""

from __future__ import annotations

import json
import math
from typing import Any

import geopandas as gpd
import shapely

from geo_dispatch.data_tables import load_table
from geo_dispatch.osm.clipping import keep_inside
from geo_dispatch.osm.features import Features
from geo_dispatch.osm.frames import make_layer
from geo_dispatch.osm.tag_roads import Tags
from geo_dispatch.osm.tag_values import parse_number

__all__ = ["boundary_kind", "read_boundaries"]

_OWN_COLUMNS = {"name", "admin_level", "population", "type"}


def boundary_kind(tags: Tags) -> str | None:
    """Return what kind of boundary an area with these tags is; None when it is none.

    Examples
    --------
    >>> boundary_kind({"boundary": "administrative", "admin_level": "8"}), boundary_kind({"place": "hamlet"})
    ('town', 'village')
    """
    table = load_table("geo_dispatch.osm", "boundaries")
    boundary = tags.get("boundary")
    if boundary == "administrative":
        by_level: str | None = table["admin_level"].get(tags.get("admin_level", "").strip())
        return by_level or table["place"].get(tags.get("place")) or "zone"
    found: str | None = table["boundary"].get(boundary) or table["place"].get(tags.get("place"))
    return found


def _admin_level(tags: Tags) -> int:
    text = tags.get("admin_level", "").strip()
    return int(text) if text.isdigit() else -1


def read_boundaries(features: Features, *, clip: shapely.Geometry | None = None) -> gpd.GeoDataFrame:
    """Read named administrative boundaries and settlements that are areas.

    Parameters
    ----------
    features
        From `read_features`.
    clip
        EPSG:4326; boundaries that don't touch it are left out, those that do are kept whole.

    Returns
    -------
    geopandas.GeoDataFrame
        ``kind`` is state, county, town (admin_level 7 to 9, or place=city, town), village (10, 11, smaller
        places, census-designated places) or zone (any other level, postal and fire districts).
    """
    rows: list[dict[str, Any]] = []
    shapes: list[shapely.MultiPolygon] = []
    for item in features.items:
        area = features.areas.get(item.object_id)
        if area is None or not item.tags.get("name"):
            continue
        kind = boundary_kind(item.tags)
        if kind is None:
            continue
        tags = item.tags
        population = tags.get("population")
        rest = {key: value for key, value in tags.items() if key not in _OWN_COLUMNS}
        rows.append(
            {
                "boundary_id": item.object_id,
                "name": tags["name"],
                "kind": kind,
                "admin_level": _admin_level(tags),
                "municipality": tags["name"] if kind == "town" else None,
                "state": tags["name"] if kind == "state" else tags.get("addr:state") or tags.get("is_in:state"),
                "population": math.nan if population is None else parse_number(population),
                "tags": json.dumps(rest, ensure_ascii=False) if rest else None,
            }
        )
        shapes.append(area)
    return make_layer("boundaries", *keep_inside(clip, rows, shapes))
