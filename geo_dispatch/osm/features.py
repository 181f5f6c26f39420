"""Tagged objects that are things on the map: points, lines and areas, whatever object carries them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import shapely

from geo_dispatch.data_tables import load_table
from geo_dispatch.osm.areas import closed_way_areas, is_closed, relation_area
from geo_dispatch.osm.elements import Elements
from geo_dispatch.osm.frames import node_points, way_lines
from geo_dispatch.osm.tag_roads import Tags

__all__ = ["Feature", "Features", "is_area", "read_features"]

_ENTRANCE_ORDER = ("main", "yes", "staircase", "home", "shop")


@dataclass(frozen=True, slots=True)
class Feature:
    """One tagged object: its id as ``"n123"``, its tags, and its row (way) or id (node, relation)."""

    object_id: str
    type: Literal["n", "w", "r"]
    key: int
    tags: Tags


@dataclass(slots=True)
class Features:
    """All tagged objects, the areas of those that have one, and a point for each by object id."""

    items: list[Feature]
    areas: dict[str, shapely.MultiPolygon] = field(default_factory=dict)
    points: dict[str, shapely.Point] = field(default_factory=dict)
    lines: dict[str, list[shapely.LineString]] = field(default_factory=dict)


def is_area(tags: Tags) -> bool:
    """Tell whether a closed way with these tags is an area.

    Examples
    --------
    >>> is_area({"building": "yes"}), is_area({"highway": "residential"}), is_area({"leisure": "track"})
    (True, False, False)
    """
    area = tags.get("area")
    if area in ("yes", "no"):
        return area == "yes"
    table = load_table("geo_dispatch.osm", "areas")
    return any(key in tags and tags[key] not in lines for key, lines in table["keys"].items()) or any(
        tags.get(key) in values for key, values in table["only"].items()
    )


def _way_features(elements: Elements, found: Features) -> None:
    """Add the tagged ways: areas where they are, else lines."""
    ways = [row for row, tags in enumerate(elements.way_tags) if tags]
    area_rows = [row for row in ways if is_area(elements.way_tags[row])]
    closed = [row for row in area_rows if is_closed(elements, row)]
    shapes = closed_way_areas(elements, closed)
    for row, shape in zip(closed, shapes, strict=True):
        if shape is not None:
            found.areas[f"w{elements.way_ids[row]}"] = shape
    _note_unclosed(elements, sorted(set(area_rows) - set(closed)))
    found.items += [Feature(f"w{elements.way_ids[row]}", "w", row, elements.way_tags[row]) for row in ways]
    line_rows = [row for row in ways if f"w{elements.way_ids[row]}" not in found.areas]
    lines, owner = way_lines(elements, line_rows)
    for line, position in zip(lines, owner.tolist(), strict=True):
        found.lines.setdefault(f"w{elements.way_ids[line_rows[position]]}", []).append(line)


def _note_unclosed(elements: Elements, rows: list[int]) -> None:
    """Count the ways that ought to be areas and are not closed."""
    keys = load_table("geo_dispatch.osm", "areas")["must_close"]
    members = {
        member.ref
        for relation in elements.relations.values()
        if relation.tags.get("type") in ("multipolygon", "boundary")
        for member in relation.members
        if member.type == "w"
    }
    for row in rows:
        key = next((key for key in keys if key in elements.way_tags[row]), None)
        if key is not None and int(elements.way_ids[row]) not in members:
            tag = f"{key}={elements.way_tags[row][key]}"
            elements.add_problem(
                "unclosed_polygon", f"w{elements.way_ids[row]}", f"{tag} is not a closed ring: no area of it"
            )


def _relation_features(elements: Elements, found: Features) -> None:
    """Add the relations that are areas."""
    for relation_id, relation in elements.relations.items():
        tags = relation.tags
        if tags.get("type") not in ("multipolygon", "boundary") or len(tags) < 2:
            continue
        item = Feature(f"r{relation_id}", "r", relation_id, tags)
        whole = tags.get("boundary") == "administrative" or "place" in tags
        area = relation_area(elements, relation_id, relation, whole=whole)
        if area is not None:
            found.areas[item.object_id] = area
            found.items.append(item)


def _entrance(elements: Elements, item: Feature) -> int:
    """Return the node row of the best entrance on a way's outline, -1 when none is tagged."""
    best, best_rank = -1, len(_ENTRANCE_ORDER)
    for row in elements.nodes_of(item.key).tolist():
        tags = elements.node_tags.get(int(elements.node_ids[row])) if row >= 0 else None
        value = tags.get("entrance") if tags else None
        if value in _ENTRANCE_ORDER and _ENTRANCE_ORDER.index(value) < best_rank:
            best, best_rank = row, _ENTRANCE_ORDER.index(value)
    return best


def _place_points(elements: Elements, found: Features) -> None:
    """Find a point for every feature: the node, the entrance, a point inside, or the middle of the line."""
    nodes = [item for item in found.items if item.type == "n"]
    for item, point in zip(nodes, node_points(elements, elements.node_rows([i.key for i in nodes])), strict=True):
        found.points[item.object_id] = point
    area_ids = list(found.areas)
    inside = shapely.point_on_surface(np.array([found.areas[key] for key in area_ids], dtype=object))
    found.points.update(zip(area_ids, inside, strict=True))
    for item in found.items:
        if item.type == "w" and item.object_id in found.areas and (row := _entrance(elements, item)) >= 0:
            found.points[item.object_id] = shapely.Point(elements.lon[row], elements.lat[row])
    longest = {key: max(lines, key=lambda line: line.length) for key, lines in found.lines.items()}
    middles = shapely.line_interpolate_point(np.array(list(longest.values()), dtype=object), 0.5, normalized=True)
    found.points.update(zip(longest, middles, strict=True))


def read_features(elements: Elements) -> Features:
    """List every tagged object with its shape.

    Parameters
    ----------
    elements
        Everything read.

    Returns
    -------
    Features
        Tagged nodes, ways, and area relations. A way whose nodes are all missing has no point.
    """
    found = Features([Feature(f"n{key}", "n", key, tags) for key, tags in elements.node_tags.items()])
    _way_features(elements, found)
    _relation_features(elements, found)
    _place_points(elements, found)
    return found
