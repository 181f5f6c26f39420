"""Areas out of closed ways and multipolygon relations.

Rings are put together here, from the stored ways, because osmium's own assembler needs files in order.

References
----------
OSM wiki: Relation:multipolygon, Relation:boundary; OGC Simple Features, polygon validity.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from geo_dispatch.osm.elements import Elements, Relation
from geo_dispatch.osm.frames import ShapeArray, gather, way_lines

__all__ = ["closed_way_areas", "is_closed", "only_polygons", "relation_area"]


def is_closed(elements: Elements, way: int) -> bool:
    """Tell whether a way row ends where it begins and has nodes enough for a ring, none missing."""
    nodes = elements.nodes_of(way)
    return len(nodes) >= 4 and nodes[0] == nodes[-1] and bool((nodes >= 0).all())


def only_polygons(shape: shapely.Geometry) -> shapely.MultiPolygon | None:
    """Keep the areas of a shape, lines and points dropped; None when it has none.

    Examples
    --------
    >>> only_polygons(shapely.Point(0, 0)) is None
    True
    """
    parts = [
        part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon", "GeometryCollection")
    ]
    polygons: list[shapely.Polygon] = []
    for part in parts:
        if part.geom_type == "Polygon":
            polygons.append(part)
        else:
            inner = only_polygons(part)
            polygons.extend(inner.geoms if inner is not None else [])
    polygons = [polygon for polygon in polygons if polygon.area > 0]
    return shapely.MultiPolygon(polygons) if polygons else None


def _repaired(elements: Elements, shape: shapely.Geometry, object_id: str) -> shapely.MultiPolygon | None:
    """Make a valid MultiPolygon of a shape, counting what had to be mended."""
    if not shapely.is_valid(shape):
        elements.add_problem("broken_polygon", object_id, f"{shapely.is_valid_reason(shape)}: mended")
        shape = shapely.make_valid(shape)
    area = only_polygons(shape)
    if area is None:
        elements.add_problem("unclosed_polygon", object_id, "its ring encloses no area: left out")
    return area


def closed_way_areas(elements: Elements, ways: Sequence[int]) -> ShapeArray:
    """Make the areas of way rows, shape ``(n,)``; None where a way is no ring or has nodes missing."""
    areas: ShapeArray = np.full(len(ways), None, dtype=object)
    closed = [position for position, way in enumerate(ways) if is_closed(elements, way)]
    if closed:
        nodes, owner = gather(elements, np.array([ways[position] for position in closed], dtype=np.int64))
        rings = shapely.linearrings(np.column_stack([elements.lon[nodes], elements.lat[nodes]]), indices=owner)
        polygons = np.asarray(shapely.polygons(rings), dtype=object)
        good = np.asarray(shapely.is_valid(polygons) & (shapely.area(polygons) > 0))
        for position, polygon, valid in zip(closed, polygons, good, strict=True):
            object_id = f"w{elements.way_ids[ways[position]]}"
            areas[position] = shapely.MultiPolygon([polygon]) if valid else _repaired(elements, polygon, object_id)
    return areas


def _rings(elements: Elements, ways: Sequence[int]) -> tuple[list[shapely.Polygon], int]:
    """Join the ways' lines into rings, as polygons without holes; and how many lines were left over."""
    if not ways:
        return [], 0
    lines, _ = way_lines(elements, ways)
    if len(lines) == 0:
        return [], len(ways)
    noded = shapely.node(shapely.GeometryCollection(list(lines)))
    faces, cuts, dangles, invalid = shapely.polygonize_full([noded])
    shells = [shapely.Polygon(face.exterior) for face in shapely.get_parts(faces)]
    leftover = sum(shapely.get_num_geometries(item) for item in (cuts, dangles, invalid))
    return shells, int(leftover)


def _combine(outer: list[shapely.Polygon], inner: list[shapely.Polygon]) -> shapely.Geometry:
    """Take the inner rings out of the outer ones; outer rings that lie in an inner one are islands."""
    if not inner:
        return shapely.union_all(outer)
    holes = shapely.union_all(inner)
    in_hole = shapely.covers(holes, np.array(outer, dtype=object))
    ground = [ring for ring, inside in zip(outer, in_hole, strict=True) if not inside]
    islands = [ring for ring, inside in zip(outer, in_hole, strict=True) if inside]
    return shapely.union_all([shapely.difference(shapely.union_all(ground), holes), *islands])


def relation_area(
    elements: Elements, relation_id: int, relation: Relation, *, whole: bool = False
) -> shapely.MultiPolygon | None:
    """Put the area of a multipolygon or boundary relation together.

    Parameters
    ----------
    elements
        Where its ways are.
    relation_id, relation
        The relation.
    whole
        Refuse an area whose outer ring is not complete: half a town is not a town.

    Returns
    -------
    shapely.MultiPolygon or None
        The valid area; None when no ring closes, or `whole` is asked for and can't be had.
    """
    object_id = f"r{relation_id}"
    members = [item for item in relation.members if item.type == "w"]
    rows = {item.ref: elements.way_row(item.ref) for item in members}
    missing = sum(row < 0 for row in rows.values())
    outer, open_outer = _rings(elements, [rows[m.ref] for m in members if m.role != "inner" and rows[m.ref] >= 0])
    inner, open_inner = _rings(elements, [rows[m.ref] for m in members if m.role == "inner" and rows[m.ref] >= 0])
    missing_outer = any(rows[m.ref] < 0 for m in members if m.role != "inner")
    if missing or open_outer or open_inner:
        detail = f"{missing} member ways missing, {open_outer + open_inner} lines in no closed ring"
        left_out = not outer or (whole and (missing_outer or open_outer))
        elements.add_problem(
            "incomplete_relation", object_id, f"{detail}: {'left out' if left_out else 'kept what is closed'}"
        )
        if left_out:
            return None
    if not outer:
        elements.add_problem("unclosed_polygon", object_id, "it has no closed ring: left out")
        return None
    return _repaired(elements, _combine(outer, inner), object_id)
