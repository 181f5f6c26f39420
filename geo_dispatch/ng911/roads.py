"""Road-centreline layers become road segments, their end nodes, address ranges and paths."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_dispatch.ng911.field_map import FieldMap, RoadMap
from geo_dispatch.ng911.field_values import map_text, number_values, text_values
from geo_dispatch.ng911.layer_files import LayerFile
from geo_dispatch.ng911.names import is_route_name, proper_name, street_key
from geo_dispatch.ng911.noding import LinePiece, NodedLines, NodingOptions, node_lines
from geo_dispatch.schema import SOURCE_TABLES, Problem, conform
from geo_dispatch.units import MPH_KPH

if TYPE_CHECKING:
    import pandas as pd
    from geopandas import GeoDataFrame

__all__ = ["ROAD_CLASSES", "RoadLayers", "make_road_layers", "read_road_attributes"]

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
_TURNED = {"forward": "backward", "backward": "forward"}
_MAX_MPH = 85


@dataclass(slots=True)
class RoadLayers:
    """What a centreline layer gives."""

    segments: GeoDataFrame
    nodes: GeoDataFrame
    ranges: GeoDataFrame
    paths: GeoDataFrame
    counts: dict[str, int]
    problems: list[Problem] = field(default_factory=list)


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


def make_road_layers(roads: GeoDataFrame, *, section: RoadMap, address_keys: frozenset[str]) -> RoadLayers:
    """Clean, join and cut the lines of all files.

    Parameters
    ----------
    roads
        Rows of `read_road_attributes`, of one or several files.
    section
        The map's roads part: unit of speeds, and how lines are joined.
    address_keys
        `street_key` of every street that addresses name; where lines with two names coincide, the name that
        addresses use is the road's.

    Returns
    -------
    RoadLayers
        Rows of ``road_segments``, ``road_nodes``, ``address_ranges`` and ``basemap_lines``.
    """
    problems: list[Problem] = []
    counts: dict[str, int] = {"road_lines": len(roads)}
    roads = _without_duplicates(roads, problems, counts)
    _check_values(roads, section, problems)
    walked = roads["highway"].isin(PATH_CLASSES)
    paths = roads[walked].reset_index(drop=True)
    roads = roads[~walked].reset_index(drop=True)
    counts["paths"] = len(paths)
    network = _join(roads, section, problems, counts)
    segments = _segments(roads, network, address_keys)
    counts |= {"road_segments": len(segments), "road_nodes": len(network.nodes)}
    _report_unnamed(roads, problems, counts)
    return RoadLayers(
        conform(segments, SOURCE_TABLES["road_segments"]),
        _nodes(network),
        _ranges(roads, problems),
        _path_lines(paths),
        counts,
        problems,
    )


def _without_duplicates(roads: GeoDataFrame, problems: list[Problem], counts: dict[str, int]) -> GeoDataFrame:
    """Drop lines without length, and lines told twice (as at the border of two counties' files)."""
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


def _check_values(roads: GeoDataFrame, section: RoadMap, problems: list[Problem]) -> None:
    """Replace values we have no word for, and tell."""
    known = roads["highway"].isin((*ROAD_CLASSES, *PATH_CLASSES))
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


def _join(roads: GeoDataFrame, section: RoadMap, problems: list[Problem], counts: dict[str, int]) -> NodedLines:
    import shapely

    flat, index = shapely.get_coordinates(roads.geometry.to_numpy(), return_index=True)
    vertices = np.split(flat, np.flatnonzero(np.diff(index)) + 1) if len(flat) else []
    noding = section.noding
    network = node_lines(
        vertices,
        options=NodingOptions(noding.tolerance_m, noding.shared_vertices, noding.crossings),
        level=roads["layer"].to_numpy(dtype=np.int64),
        level_from=roads["level_from"].to_numpy(dtype=np.int64),
        level_to=roads["level_to"].to_numpy(dtype=np.int64),
        limited_access=roads["highway"].isin(noding.limited_access).to_numpy(dtype=bool),
    )
    counts |= network.counts
    apart = network.counts.get("shared_vertices_not_joined", 0)
    if apart:
        detail = (
            "lines share a vertex between their ends and were not joined there: set noding.shared_vertices to join them"
        )
        problems.append(Problem("shared_vertices_not_joined", f"{apart} places", detail))
    used = {line for piece in network.pieces for line, _ in piece.lines}
    for line in sorted(set(range(len(roads))) - used):
        detail = f"shorter than the tolerance of {noding.tolerance_m} m; left out"
        problems.append(Problem("too_short", str(roads["label"].iloc[line]), detail))
    return network


def _segments(roads: GeoDataFrame, network: NodedLines, address_keys: frozenset[str]) -> GeoDataFrame:
    import geopandas as gpd
    import shapely

    names = _Names(roads, address_keys)
    rank = {value: index for index, value in enumerate(ROAD_CLASSES)}
    order = [rank[value] for value in roads["highway"]]
    chosen = [names.sorted_lines(piece.lines) for piece in network.pieces]
    first = [lines[0][0] for lines in chosen]
    frame = roads.drop(columns=["geometry"]).iloc[first].reset_index(drop=True)
    frame["osmid"] = _line_ids(roads)[first]
    frame["alt_names"] = [names.alternatives(lines) for lines in chosen]
    for position, (piece, lines) in enumerate(zip(network.pieces, chosen, strict=True)):
        if len(lines) == 1:
            continue
        for column, value in _merged(roads, lines, order).items():
            frame.loc[position, column] = value
        if lines[0][1]:
            left, right = frame.loc[position, "municipality_left"], frame.loc[position, "municipality_right"]
            frame.loc[position, "municipality_left"], frame.loc[position, "municipality_right"] = right, left
        frame.loc[position, "direction"] = _direction(roads, piece)
    frame["segment_id"] = range(len(frame))
    frame["from_node"] = [-1 - piece.from_node for piece in network.pieces]
    frame["to_node"] = [-1 - piece.to_node for piece in network.pieces]
    forward, backward = frame["direction"] != "backward", frame["direction"] != "forward"
    frame["maxspeed_forward_kph"] = frame["speed_kph"].where(forward)
    frame["maxspeed_backward_kph"] = frame["speed_kph"].where(backward)
    lengths = [len(piece.lonlat) for piece in network.pieces]
    shapes = shapely.linestrings(
        np.concatenate([piece.lonlat for piece in network.pieces]), indices=np.repeat(np.arange(len(lengths)), lengths)
    )
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=4326)


def _line_ids(roads: GeoDataFrame) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the layer's own ids where they are whole numbers, each once; else 1, 2, 3 ... after them."""
    ids = [int(text) if text is not None and text.isdigit() and len(text) < 19 else -1 for text in roads["id"]]
    seen: set[int] = set()
    result = []
    fresh = max([0, *ids]) + 1
    for value in ids:
        if value < 0 or value in seen:
            value, fresh = fresh, fresh + 1
        seen.add(value)
        result.append(value)
    return np.array(result, dtype=np.int64)


class _Names:
    """Chooses among the names of lines that coincide."""

    def __init__(self, roads: GeoDataFrame, address_keys: frozenset[str]) -> None:
        self._names: list[str | None] = list(roads["name"])
        self._alt: list[list[str]] = list(roads["alt"])
        self._weight = [self._weigh(name, address_keys) for name in self._names]

    @staticmethod
    def _weigh(name: str | None, address_keys: frozenset[str]) -> tuple[bool, bool, bool]:
        if name is None:
            return (True, True, True)
        return (False, street_key(name) not in address_keys, is_route_name(name))

    def sorted_lines(self, lines: Sequence[tuple[int, bool]]) -> list[tuple[int, bool]]:
        """Put the line whose name the road is to have first: named, used by addresses, not only a number."""
        return list(lines) if len(lines) == 1 else sorted(lines, key=lambda item: (*self._weight[item[0]], item[0]))

    def alternatives(self, lines: Sequence[tuple[int, bool]]) -> str | None:
        """Return every other name of the lines as a JSON text, None when there is none."""
        main = self._names[lines[0][0]]
        others: dict[str, None] = {}
        for line, _ in lines:
            for name in (self._names[line], *self._alt[line]):
                if name is not None and name != main:
                    others[name] = None
        return json.dumps([{"name": name, "kind": "alt_name"} for name in others]) if others else None


def _merged(roads: GeoDataFrame, lines: Sequence[tuple[int, bool]], order: list[int]) -> dict[str, Any]:
    """Return what a stretch of several lines has: the most important class, every route number, first known values."""
    rows = [line for line, _ in lines]
    refs: dict[str, None] = {}
    for text in roads["ref"].iloc[rows]:
        refs |= dict.fromkeys(part for part in (text or "").split(";") if part)
    top = min(rows, key=lambda line: order[line])
    merged: dict[str, Any] = {"ref": ";".join(refs) or None, "highway": roads["highway"].iloc[top]}
    for column in ("maxspeed", "speed_kph", "surface", "lanes", "bridge", "bridge_name", "tunnel", "toll"):
        known = roads[column].iloc[rows].dropna()
        if len(known):
            merged[column] = known.iloc[0]
    merged["access"] = roads["access"].iloc[top]
    merged["service"] = roads["service"].iloc[top]
    return merged


def _direction(roads: GeoDataFrame, piece: LinePiece) -> str:
    """Return the direction of a stretch of several lines: one way only if all agree."""
    directions = {
        _TURNED.get(value, value) if turned else value
        for value, turned in ((roads["direction"].iloc[line], turned) for line, turned in piece.lines)
    }
    return str(directions.pop()) if len(directions) == 1 else "both"


def _nodes(network: NodedLines) -> GeoDataFrame:
    import geopandas as gpd

    frame = gpd.GeoDataFrame(
        {"osmid": -1 - np.arange(len(network.nodes)), "x": network.nodes[:, 0], "y": network.nodes[:, 1]},
        geometry=gpd.points_from_xy(network.nodes[:, 0], network.nodes[:, 1]),
        crs=4326,
    )
    return conform(frame, SOURCE_TABLES["road_nodes"])


def _ranges(roads: GeoDataFrame, problems: list[Problem]) -> GeoDataFrame:
    """Return one row for each side of a line that has house numbers."""
    import geopandas as gpd
    import pandas as pd

    sides = []
    for side in ("left", "right"):
        start, stop = roads[f"{side}_from"], roads[f"{side}_to"]
        have = start.notna() & stop.notna() & ((start > 0) | (stop > 0))
        unnamed = have & roads["name"].isna()
        for label in roads.loc[unnamed, "label"]:
            problems.append(
                Problem("range_without_name", str(label), f"house numbers on the {side} of an unnamed line; left out")
            )
        rows = roads[have & ~unnamed]
        parity = rows[f"{side}_parity"].where(rows[f"{side}_parity"].isin(["odd", "even", "both"]), None)
        told = [
            p if isinstance(p, str) else _parity(int(a), int(b))
            for p, a, b in zip(parity, rows[f"{side}_from"], rows[f"{side}_to"], strict=True)
        ]
        sides.append(
            gpd.GeoDataFrame(
                {
                    "street": rows["name"],
                    "number_start": rows[f"{side}_from"].astype("int64"),
                    "number_end": rows[f"{side}_to"].astype("int64"),
                    "parity": told,
                    "side": side,
                    "postcode": rows[f"postcode_{side}"],
                    "municipality": rows[f"municipality_{side}"],
                    "source": "ng911",
                },
                geometry=rows.geometry,
                crs=4326,
            )
        )
    both = gpd.GeoDataFrame(pd.concat(sides, ignore_index=True), geometry="geometry", crs=4326)
    both["range_id"] = range(len(both))
    return conform(both, SOURCE_TABLES["address_ranges"])


def _parity(start: int, stop: int) -> str:
    if start % 2 != stop % 2:
        return "both"
    return "odd" if start % 2 else "even"


def _path_lines(paths: GeoDataFrame) -> GeoDataFrame:
    import geopandas as gpd

    frame = gpd.GeoDataFrame(
        {"osm_id": [f"ng911:{label}" for label in paths["label"]], "kind": "path", "name": paths["name"], "rank": 2},
        geometry=paths.geometry.to_numpy(),
        crs=4326,
    )
    return conform(frame, SOURCE_TABLES["basemap_lines"])


def _report_unnamed(roads: GeoDataFrame, problems: list[Problem], counts: dict[str, int]) -> None:
    unnamed = roads["name"].isna()
    counts["unnamed_road_lines"] = int(unnamed.sum())
    for highway, count in roads.loc[unnamed, "highway"].value_counts().items():
        total = int((roads["highway"] == highway).sum())
        problems.append(
            Problem("unnamed_roads", str(highway), f"{count:,} of {total:,} lines of this class have no name")
        )
