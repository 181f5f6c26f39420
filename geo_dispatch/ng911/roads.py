"""Road-centreline layers become road segments, their end nodes, address ranges and paths."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_dispatch.ng911.field_map import RoadMap
from geo_dispatch.ng911.names import is_route_name, street_key
from geo_dispatch.ng911.noding import LinePiece, NodedLines, NodingOptions, node_lines
from geo_dispatch.ng911.road_attributes import PATH_CLASSES, ROAD_CLASSES, check_values, without_duplicates
from geo_dispatch.schema import SOURCE_TABLES, Problem, conform, empty_layer

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = ["RoadLayers", "make_road_layers"]

_TURNED = {"forward": "backward", "backward": "forward"}
_FIRST_KNOWN = ("maxspeed", "speed_kph", "surface", "lanes", "bridge", "bridge_name", "tunnel", "toll")


@dataclass(slots=True)
class RoadLayers:
    """What a centreline layer gives."""

    segments: GeoDataFrame
    nodes: GeoDataFrame
    ranges: GeoDataFrame
    paths: GeoDataFrame
    counts: dict[str, int]
    problems: list[Problem] = field(default_factory=list)


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
    roads = without_duplicates(roads, problems, counts)
    check_values(roads, section, problems)
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
        problems.append(Problem("shared_vertices_not_joined", f"{apart} places", detail, int(apart)))
    used = {line for piece in network.pieces for line, _ in piece.lines}
    for line in sorted(set(range(len(roads))) - used):
        detail = f"shorter than the tolerance of {noding.tolerance_m} m; left out"
        problems.append(Problem("too_short", str(roads["label"].iloc[line]), detail))
    return network


def _segments(roads: GeoDataFrame, network: NodedLines, address_keys: frozenset[str]) -> GeoDataFrame:
    import geopandas as gpd
    import shapely

    if not network.pieces:
        return empty_layer(SOURCE_TABLES["road_segments"])
    names = _Names(roads, address_keys)
    chosen = [names.sorted_lines(piece.lines) for piece in network.pieces]
    first = [lines[0][0] for lines in chosen]
    frame = roads.drop(columns=["geometry"]).iloc[first].reset_index(drop=True)
    frame["osmid"] = _line_ids(roads)[first]
    frame["alt_names"] = [names.alternatives(lines) for lines in chosen]
    _merge_coincident(frame, roads, network.pieces, chosen)
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


def _merge_coincident(
    frame: GeoDataFrame,
    roads: GeoDataFrame,
    pieces: list[LinePiece],
    chosen: list[list[tuple[int, bool]]],
) -> None:
    """Give stretches of several lines the most important class, every route number, and the first known values."""
    given = {
        column: list(roads[column]) for column in (*_FIRST_KNOWN, "ref", "highway", "access", "service", "direction")
    }
    rank = [ROAD_CLASSES.index(value) for value in given["highway"]]
    result = {column: list(frame[column]) for column in (*given, "municipality_left", "municipality_right")}
    for position, (piece, lines) in enumerate(zip(pieces, chosen, strict=True)):
        if len(lines) == 1:
            continue
        rows = [line for line, _ in lines]
        top = min(rows, key=rank.__getitem__)
        for column in ("highway", "access", "service"):
            result[column][position] = given[column][top]
        for column in _FIRST_KNOWN:
            known = (given[column][row] for row in rows)
            result[column][position] = next(
                (v for v in known if isinstance(v, str) or (isinstance(v, float) and not math.isnan(v))), None
            )
        refs = dict.fromkeys(part for row in rows for part in (given["ref"][row] or "").split(";") if part)
        result["ref"][position] = ";".join(refs) or None
        result["direction"][position] = _direction(given["direction"], piece)
        if lines[0][1]:
            left, right = result["municipality_left"], result["municipality_right"]
            left[position], right[position] = right[position], left[position]
    for column, values in result.items():
        frame[column] = values


def _direction(directions: list[str], piece: LinePiece) -> str:
    """Return the direction of a stretch of several lines: one way only if all agree."""
    told = {
        _TURNED.get(directions[line], directions[line]) if turned else directions[line] for line, turned in piece.lines
    }
    return told.pop() if len(told) == 1 else "both"


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
            Problem(
                "unnamed_roads", str(highway), f"{count:,} of {total:,} lines of this class have no name", int(count)
            )
        )
