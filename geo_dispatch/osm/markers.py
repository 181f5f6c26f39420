"""The layers mile_markers and exits.

References
----------
OSM wiki: Tag:highway=milestone, Tag:highway=motorway_junction, Key:junction:ref, Key:destination.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geo_dispatch.geometry import IntArray
from geo_dispatch.osm.clipping import keep_inside
from geo_dispatch.osm.elements import Elements
from geo_dispatch.osm.frames import gather, make_layer, node_points
from geo_dispatch.osm.tag_roads import Tags
from geo_dispatch.osm.tag_values import parse_number

__all__ = ["RoadsAtNodes", "marker_number", "read_exits", "read_mile_markers"]

_TEXT_KEYS = ("distance", "pk", "ref", "name", "inscription", "description")
_ROUTE_KEYS = ("highway:ref", "road_ref", "route_ref", "nat_ref", "road:ref")
_DIRECTIONS = {
    "n": "N", "north": "N", "northbound": "N", "nb": "N",
    "s": "S", "south": "S", "southbound": "S", "sb": "S",
    "e": "E", "east": "E", "eastbound": "E", "eb": "E",
    "w": "W", "west": "W", "westbound": "W", "wb": "W",
}  # fmt: skip


def marker_number(text: str) -> float:
    """Read the number on a mile marker; NaN when there is none.

    Examples
    --------
    >>> marker_number("I 95 MM 12.4"), marker_number("12 mi"), marker_number("old stone")
    (12.4, 12.0, nan)
    """
    said = re.search(
        r"(?:\bmm|\bmp|\bmile(?: ?post| ?marker)?|\bkm|\bpk)[ .#]*([0-9]+(?:[.,][0-9]+)?)", text, re.IGNORECASE
    )
    if said:
        return parse_number(said[1])
    standing = re.findall(r"(?<![A-Za-z0-9.,-])[0-9]+(?:[.,][0-9]+)?", text)
    return parse_number(standing[-1]) if standing else math.nan


class RoadsAtNodes:
    """Which road ways pass through a node."""

    def __init__(self, elements: Elements, ways: IntArray) -> None:
        nodes, owner = gather(elements, ways)
        order = np.argsort(nodes, kind="stable")
        self._elements = elements
        self._nodes, self._ways = nodes[order], ways[owner[order]]

    def at(self, node_row: int) -> list[int]:
        """Return the rows of the ways through a node row, each once."""
        low, high = np.searchsorted(self._nodes, [node_row, node_row + 1])
        return list(dict.fromkeys(self._ways[low:high].tolist()))


def _joined(values: Iterable[str | None]) -> str | None:
    """Join lists at ";", each part once, in order; None when there is none."""
    parts = [part.strip() for value in values if value for part in value.split(";")]
    return ";".join(dict.fromkeys(part for part in parts if part)) or None


def read_mile_markers(
    elements: Elements, roads: RoadsAtNodes, *, clip: shapely.Geometry | None = None
) -> gpd.GeoDataFrame:
    """Read highway=milestone nodes.

    Parameters
    ----------
    elements
        Everything read.
    roads
        The road ways, for the route of a marker that stands on one.
    clip
        EPSG:4326; markers outside are left out.

    Returns
    -------
    geopandas.GeoDataFrame
        ``number`` is the number on the post, whatever its unit.
    """
    rows: list[dict[str, Any]] = []
    at: list[int] = []
    for node, tags in elements.node_tags.items():
        if tags.get("highway") != "milestone":
            continue
        row = int(elements.node_rows([node])[0])
        texts = [tags[key] for key in _TEXT_KEYS if tags.get(key)]
        text = next((item for item in texts if not math.isnan(marker_number(item))), texts[0] if texts else None)
        number = math.nan if text is None else marker_number(text)
        if math.isnan(number):
            elements.add_problem("odd_mile_marker", f"n{node}", f"no number in {text!r}: kept without one")
        on_road = _joined(elements.way_tags[way].get("ref") for way in roads.at(row))
        direction = tags.get("direction", "").strip().lower()
        rows.append(
            {
                "marker_id": f"n{node}",
                "route": next((tags[key] for key in _ROUTE_KEYS if tags.get(key)), on_road),
                "number": number,
                "text": text,
                "direction": _DIRECTIONS.get(direction),
                "source": "osm",
            }
        )
        at.append(row)
    return make_layer("mile_markers", *keep_inside(clip, rows, node_points(elements, at)))


def _exit_row(node: int, tags: Tags, ramps: Sequence[Tags], mains: Sequence[Tags]) -> dict[str, Any]:
    """Describe an exit from its junction node, the ramps that leave there and the roads it lies on."""
    old = tags.get("old_ref") or tags.get("ref:old") or _joined(ramp.get("junction:old_ref") for ramp in ramps)
    destination = _joined([*(ramp.get("destination") for ramp in ramps)]) or tags.get("exit_to")
    signed = [
        _joined([*(ramp.get("destination:ref") for ramp in ramps)]),
        _joined([*(ramp.get("destination:street") for ramp in ramps)]),
        destination,
    ]
    return {
        "exit_id": f"n{node}",
        "number": tags.get("junction:ref")
        or tags.get("ref")
        or _joined([tags.get("ref:left"), tags.get("ref:right")])
        or _joined(ramp.get("junction:ref") for ramp in ramps),
        "old_number": old,
        "route": _joined(main.get("ref") for main in mains),
        "name": tags.get("name"),
        "destination": _joined(signed),
        "node": node,
        "source": "osm",
    }


def _leaves(elements: Elements, way: int, node_row: int) -> bool:
    """Tell whether a one-way ramp begins at a node (a two-way one does when either end lies there)."""
    nodes = elements.nodes_of(way)
    if len(nodes) == 0:
        return False
    oneway = elements.way_tags[way].get("oneway", "yes")
    if oneway == "-1":
        return bool(nodes[-1] == node_row)
    return bool(nodes[0] == node_row or (oneway == "no" and nodes[-1] == node_row))


def read_exits(elements: Elements, roads: RoadsAtNodes, *, clip: shapely.Geometry | None = None) -> gpd.GeoDataFrame:
    """Read motorway junctions, and ramps that carry an exit number where no junction node is mapped.

    Parameters
    ----------
    elements
        Everything read.
    roads
        The road ways.
    clip
        EPSG:4326; exits outside are left out.

    Returns
    -------
    geopandas.GeoDataFrame
        One row for each junction node; without any number where none is signed or mapped.
    """
    junctions = {node: tags for node, tags in elements.node_tags.items() if tags.get("highway") == "motorway_junction"}
    for way, tags in enumerate(elements.way_tags):
        nodes = elements.nodes_of(way)
        if tags.get("highway", "").endswith("_link") and "junction:ref" in tags and len(nodes) and nodes[0] >= 0:
            joins = any(
                not elements.way_tags[other].get("highway", "").endswith("_link") for other in roads.at(int(nodes[0]))
            )
            if joins:
                junctions.setdefault(int(elements.node_ids[nodes[0]]), {})
    rows: list[dict[str, Any]] = []
    at: list[int] = []
    for node, tags in junctions.items():
        row = int(elements.node_rows([node])[0])
        ways = roads.at(row)
        links = [way for way in ways if elements.way_tags[way].get("highway", "").endswith("_link")]
        mains = [elements.way_tags[way] for way in ways if way not in links]
        ramps = [elements.way_tags[way] for way in links if _leaves(elements, way, row)]
        rows.append(_exit_row(node, tags, ramps, mains or [elements.way_tags[way] for way in links]))
        at.append(row)
    return make_layer("exits", *keep_inside(clip, rows, node_points(elements, at)))
