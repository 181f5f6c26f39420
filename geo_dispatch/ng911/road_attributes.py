"""What a road-centreline layer says about each line, in our columns and words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_dispatch.ng911.field_map import FieldMap, RoadMap
from geo_dispatch.ng911.field_values import map_text, number_values, text_values
from geo_dispatch.ng911.layer_files import LayerFile
from geo_dispatch.ng911.names import proper_name
from geo_dispatch.schema import Problem
from geo_dispatch.units import MPH_KPH

if TYPE_CHECKING:
    import pandas as pd
    from geopandas import GeoDataFrame

__all__ = ["PATH_CLASSES", "ROAD_CLASSES", "check_values", "read_road_attributes", "without_duplicates"]

ROAD_CLASSES = (
    *("motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link"),
    *("tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service", "track", "road"),
)
"""OSM highway values a car can be on, the most important first (wiki: Key:highway)."""

PATH_CLASSES = ("footway", "path", "cycleway", "bridleway", "steps", "pedestrian")
"""OSM highway values no car is on; they go to the base map."""

_TEXTS = (
    *("name", "ref", "highway", "service", "junction", "oneway", "lanes", "bridge", "bridge_name", "tunnel", "access"),
    *("emergency", "hgv", "surface", "toll", "municipality_left", "municipality_right", "postcode_left"),
    *("postcode_right", "left_parity", "right_parity"),
)
_NUMBERS = ("maxweight_t", "maxheight_m", "maxwidth_m", "left_from", "left_to", "right_from", "right_to")
_DIRECTIONS = ("both", "forward", "backward", "reversible", "none")
_MAX_MPH = 85


def read_road_attributes(file: LayerFile, fields: FieldMap) -> GeoDataFrame:
    """Return a layer's lines with our columns, one row for each line.

    Raises
    ------
    FieldMapError
        If the map names a column the layer lacks.
    """
    import geopandas as gpd

    section = fields.section("roads")
    if not isinstance(section, RoadMap):  # the two parts have different types
        raise TypeError("the roads part is not a RoadMap")
    frame = file.frame
    bound = fields.bind("roads", [c for c in frame.columns if c not in ("geometry", "_row")], file.path.name)
    columns: dict[str, Any] = {name: text_values(section.fields.get(name), frame, bound) for name in _TEXTS}
    columns |= {name: number_values(section.fields.get(name), frame, bound) for name in _NUMBERS}
    for name in ("layer", "level_from", "level_to"):
        fallback = 0 if name == "layer" else columns["layer"]
        columns[name] = number_values(section.fields.get(name), frame, bound).fillna(fallback).astype("int64")
    columns["speed"] = text_values(section.fields.get("speed"), frame, bound)
    columns["id"] = text_values(section.fields.get("id"), frame, bound)
    alternatives = [text_values(spec, frame, bound) for spec in section.alt_names]
    rows = zip(*alternatives, strict=True) if alternatives else ([] for _ in range(len(frame)))
    columns["alt"] = [[proper_name(name) for name in row if name] for row in rows]
    result = gpd.GeoDataFrame(columns, geometry=frame.geometry, crs=4326)
    for name in ("name", "municipality_left", "municipality_right"):
        result[name] = map_text(result[name], proper_name)
    result["label"] = [
        id_ if id_ is not None else f"{file.path.name} row {row}"
        for id_, row in zip(result["id"], frame["_row"], strict=True)
    ]
    return result


def without_duplicates(roads: GeoDataFrame, problems: list[Problem], counts: dict[str, int]) -> GeoDataFrame:
    """Drop lines without length, and lines told twice (as at the border of two counties' files).

    Parameters
    ----------
    roads
        Rows of `read_road_attributes`.
    problems, counts
        What was dropped; both are added to.

    Returns
    -------
    geopandas.GeoDataFrame
        The other rows, numbered anew.
    """
    import shapely

    short = shapely.length(roads.geometry.to_numpy()) == 0
    problems += [
        Problem("no_length", str(label), "a line without length; left out") for label in roads.loc[short, "label"]
    ]
    roads = roads[~short]
    shape = shapely.to_wkb(shapely.normalize(shapely.set_precision(roads.geometry.to_numpy(), 1e-7, mode="pointwise")))
    key = roads[["name", "ref", "highway", "oneway", "layer"]].copy()
    key["shape"] = shape
    repeated = key.duplicated()
    detail = "same line, name and class as another; left out"
    problems += [Problem("duplicate_line", str(label), detail) for label in roads.loc[repeated, "label"]]
    counts["duplicate_lines"] = int(repeated.sum())
    return roads[~repeated].reset_index(drop=True)


def check_values(roads: GeoDataFrame, section: RoadMap, problems: list[Problem]) -> None:
    """Replace values we have no word for, and tell; add ``direction``, ``maxspeed`` and ``speed_kph``.

    Parameters
    ----------
    roads
        Rows of `read_road_attributes`; changed.
    section
        The map's roads part.
    problems
        What was odd; added to.
    """
    known = roads["highway"].isin((*ROAD_CLASSES, *PATH_CLASSES))
    if "highway" not in section.fields:
        problems.append(
            Problem("no_road_class", f"{len(roads):,} lines", "the field map has no highway; all unclassified")
        )
        roads["highway"], known = "unclassified", known | True
    for label, value in zip(roads.loc[~known, "label"], roads.loc[~known, "highway"], strict=True):
        problems.append(
            Problem("unknown_class", str(label), f"road class {value!r} has no highway value; unclassified")
        )
    roads.loc[~known, "highway"] = "unclassified"
    direction = roads["oneway"].fillna("both")
    strange = ~direction.isin(_DIRECTIONS)
    for label, value in zip(roads.loc[strange, "label"], direction[strange], strict=True):
        problems.append(
            Problem("unknown_oneway", str(label), f"one-way value {value!r} is not mapped; both directions")
        )
    roads["direction"] = direction.where(~strange, "both")
    roads["maxspeed"], roads["speed_kph"] = _speeds(roads["speed"], section, roads["label"], problems)


def _speeds(
    speed: pd.Series, section: RoadMap, labels: pd.Series, problems: list[Problem]
) -> tuple[list[str | None], list[float]]:
    factor = MPH_KPH if section.speed_unit == "mph" else 1.0
    texts: list[str | None] = []
    values: list[float] = []
    for raw, label in zip(speed, labels, strict=True):
        text: str | None = None
        value = float("nan")
        if isinstance(raw, str):
            try:
                number = float(raw)
            except ValueError:
                number = float("nan")
            if 0 < number * factor <= _MAX_MPH * MPH_KPH:
                value = number * factor
                text = f"{number:g} mph" if section.speed_unit == "mph" else f"{number:g}"
            elif number != 0:
                problems.append(
                    Problem("odd_speed", str(label), f"speed limit {raw!r} {section.speed_unit}; taken as unknown")
                )
        texts.append(text)
        values.append(value)
    return texts, values
