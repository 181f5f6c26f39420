"""The layers road_nodes and road_segments."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo_dispatch.data_tables import load_table
from geo_dispatch.geometry import IntArray
from geo_dispatch.osm.clipping import inside
from geo_dispatch.osm.elements import Elements
from geo_dispatch.osm.frames import ShapeArray, make_layer, node_points
from geo_dispatch.osm.segments import Cuts, cut_ways
from geo_dispatch.osm.tag_roads import (
    OddTag,
    Tags,
    conditional_tags,
    direction,
    is_road,
    limits,
    other_names,
    speeds_kph,
)

__all__ = ["RoadLayers", "read_roads", "road_ways"]

_LIMITS = ("maxheight", "maxheight:physical", "maxweight", "maxwidth", "maxwidth:physical")
RoadLayers = tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]
"""road_nodes and road_segments."""

_PLAIN = (
    "name",
    "ref",
    "highway",
    "junction",
    "service",
    "lanes",
    "maxspeed",
    "access",
    "emergency",
    "hgv",
    "surface",
    "tracktype",
    "toll",
    "ford",
    "destination",
)


def road_ways(elements: Elements) -> IntArray:
    """Return the rows of ways that are roads, shape ``(n,)``."""
    return np.array([row for row, tags in enumerate(elements.way_tags) if is_road(tags)], dtype=np.int64)


def _unless_no(value: str | None) -> str | None:
    return None if value in (None, "no") else value


def _layer(tags: Tags) -> int:
    try:
        return int(tags.get("layer", "0"))
    except ValueError:
        return 0


def _attributes(tags: Tags) -> tuple[dict[str, Any], list[OddTag]]:
    """Read all columns that depend on the way's tags alone."""
    row: dict[str, Any] = {key: tags.get(key) for key in _PLAIN}
    names = other_names(tags)
    row["direction"], odd_direction = direction(tags)
    row["maxspeed_forward_kph"], row["maxspeed_backward_kph"], odd_speed = speeds_kph(tags)
    row["maxweight_t"], row["maxheight_m"], row["maxwidth_m"], odd_limit = limits(tags)
    row["alt_names"] = json.dumps(names, ensure_ascii=False) if names else None
    row["bridge"], row["tunnel"] = _unless_no(tags.get("bridge")), _unless_no(tags.get("tunnel"))
    row["bridge_name"] = tags.get("bridge:name")
    row["layer"] = _layer(tags)
    row["motor_vehicle"] = tags.get("motorcar") or tags.get("motor_vehicle") or tags.get("vehicle")
    row["destination_ref"] = tags.get("destination:ref")
    row["conditional"] = conditional_tags(tags)
    return row, [*odd_direction, *odd_speed, *odd_limit]


def _note_odd(elements: Elements, way: int, odd: Iterable[OddTag]) -> None:
    for tag, why in odd:
        key = tag.partition("=")[0].partition(":")[0]
        detail = f"{tag}: {why.replace('_', ' ')}" + ("; the lowest was taken" if why == "several_values" else "")
        elements.add_problem(f"odd_{key}", f"w{elements.way_ids[way]}", detail)


def _cut_nodes(elements: Elements, restriction_nodes: Iterable[int]) -> IntArray:
    """Return the rows of nodes at which a road is cut besides its junctions."""
    table = load_table("geo_dispatch.osm", "roads")
    cut_at, ignored = set(table["cut_at_highway"]), set(table["ignored_barriers"])
    ids = [
        node
        for node, tags in elements.node_tags.items()
        if tags.get("highway") in cut_at
        or tags.get("barrier", "no") not in ignored
        or any(key in tags for key in _LIMITS)
    ]
    rows = elements.node_rows([*ids, *restriction_nodes])
    return rows[rows >= 0]


def _segment_lines(elements: Elements, cuts: Cuts) -> ShapeArray:
    """Make the lines of all segments at once."""
    lengths = cuts.stop - cuts.start + 1
    number = np.repeat(np.arange(len(lengths)), lengths)
    first = np.repeat(cuts.start - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    nodes = cuts.nodes[first + np.arange(len(number))]
    coordinates = np.column_stack([elements.lon[nodes], elements.lat[nodes]])
    lines: ShapeArray = np.asarray(shapely.linestrings(coordinates, indices=number), dtype=object)
    return lines


def _node_layer(elements: Elements, rows: IntArray) -> gpd.GeoDataFrame:
    """Make the layer road_nodes of some node rows."""
    ids = elements.node_ids[rows]
    tags = [elements.node_tags.get(node, {}) for node in ids.tolist()]
    columns: dict[str, Any] = {"osmid": ids, "x": elements.lon[rows], "y": elements.lat[rows]}
    for key in ("highway", "barrier", "access", "emergency", "name"):
        columns[key] = [item.get(key) for item in tags]
    columns["access"] = [item.get("motor_vehicle") or item.get("vehicle") or item.get("access") for item in tags]
    columns["ref"] = [item.get("ref") if item.get("highway") == "motorway_junction" else None for item in tags]
    return make_layer("road_nodes", columns, node_points(elements, rows))


def _segments_with_ford(elements: Elements, cuts: Cuts) -> npt.NDArray[np.bool_]:
    """Tell which segments pass a node that is a ford, shape ``(n_segments,)``."""
    ids = [node for node, tags in elements.node_tags.items() if tags.get("ford", "no") != "no"]
    marked = np.zeros(len(elements.node_ids), dtype=bool)
    marked[elements.node_rows(ids)] = True
    before = np.concatenate([[0], np.cumsum(marked[cuts.nodes])])
    passed: npt.NDArray[np.bool_] = before[cuts.stop + 1] > before[cuts.start]
    return passed


def _note_limits_at_nodes(elements: Elements, cuts: Cuts, kept: npt.NDArray[np.bool_]) -> None:
    """Tell of limits that stand on a node of a road: no segment carries them."""
    ends = set(elements.node_ids[cuts.nodes[np.concatenate([cuts.start[kept], cuts.stop[kept]])]].tolist())
    for node, tags in elements.node_tags.items():
        found = [f"{key}={tags[key]}" for key in _LIMITS if key in tags]
        if found and node in ends:
            detail = f"{', '.join(found)} stands on a point of the road: no segment carries it, check by hand"
            elements.add_problem("limit_at_node", f"n{node}", detail)


def read_roads(
    elements: Elements, *, restriction_nodes: Iterable[int] = (), clip: shapely.Geometry | None = None
) -> RoadLayers:
    """Cut the roads into segments and describe them.

    Parameters
    ----------
    elements
        Everything read.
    restriction_nodes
        Node ids at which turn restrictions act; roads are cut there too.
    clip
        EPSG:4326; segments that don't touch it are left out, those that do are kept whole.

    Returns
    -------
    tuple
        The layers road_nodes and road_segments.
    """
    ways = road_ways(elements)
    cuts = cut_ways(elements, ways, _cut_nodes(elements, restriction_nodes))
    if len(cuts.start) == 0:
        return make_layer("road_nodes", [], []), make_layer("road_segments", [], [])
    lines = _segment_lines(elements, cuts)
    kept = inside(clip, lines)
    lines, way_rows = lines[kept], cuts.way[kept]
    from_rows, to_rows = cuts.nodes[cuts.start[kept]], cuts.nodes[cuts.stop[kept]]
    described: dict[int, dict[str, Any]] = {}
    for way in dict.fromkeys(way_rows.tolist()):
        described[way], odd = _attributes(elements.way_tags[way])
        _note_odd(elements, way, odd)
        if described[way]["direction"] == "reversible":
            detail = "open one way at a time: kept as reversible, vehicle profiles decide"
            elements.add_problem("reversible_oneway", f"w{elements.way_ids[way]}", detail)
    for position in np.flatnonzero(shapely.length(lines) == 0):
        detail = "two of its nodes lie on one spot: kept, with length 0"
        elements.add_problem("zero_length", f"w{elements.way_ids[way_rows[position]]}", detail)
    _note_limits_at_nodes(elements, cuts, kept)
    columns: dict[str, Any] = {
        "segment_id": np.arange(len(lines)),
        "osmid": elements.way_ids[way_rows],
        "from_node": elements.node_ids[from_rows],
        "to_node": elements.node_ids[to_rows],
    }
    rows = [described[way] for way in way_rows.tolist()]
    for key in rows[0] if rows else ():
        columns[key] = [row[key] for row in rows]
    if rows:
        fords = _segments_with_ford(elements, cuts)[kept].tolist()
        columns["ford"] = [tag or ("yes" if ford else None) for tag, ford in zip(columns["ford"], fords, strict=True)]
    ends = np.unique(np.concatenate([from_rows, to_rows]))
    return _node_layer(elements, ends), make_layer("road_segments", columns, lines)
