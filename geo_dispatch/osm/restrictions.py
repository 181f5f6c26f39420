"""The layer turn_restrictions.

References
----------
OSM wiki: Relation:restriction, Conditional_restrictions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import shapely

from geo_dispatch.osm.clipping import keep_inside
from geo_dispatch.osm.elements import Elements, Member, Relation
from geo_dispatch.osm.frames import make_layer, node_points

__all__ = ["read_restrictions", "restriction_nodes"]

_KINDS = ("no_", "only_")


def _restrictions(elements: Elements) -> Iterator[tuple[int, Relation]]:
    for relation_id, relation in elements.relations.items():
        type_ = relation.tags.get("type", "")
        if type_ == "restriction" or type_.startswith("restriction:"):
            yield relation_id, relation


def restriction_nodes(elements: Elements) -> list[int]:
    """List the ids of the nodes at which turn restrictions act."""
    return [
        member.ref
        for _, relation in _restrictions(elements)
        for member in relation.members
        if member.role == "via" and member.type == "n"
    ]


def _rules(tags: dict[str, str]) -> list[dict[str, str | None]]:
    """Read each rule that the tags state: its kind, the vehicle it is for, its conditional value.

    Examples
    --------
    >>> _rules({"type": "restriction", "restriction:hgv": "no_left_turn"})
    [{'kind': 'no_left_turn', 'applies_to': 'hgv', 'conditional': None}]
    """
    rules: dict[str | None, dict[str, str | None]] = {}
    type_vehicle = tags.get("type", "").partition(":")[2] or None
    for key, value in tags.items():
        parts = key.split(":")
        if parts[0] != "restriction":
            continue
        conditional = parts[-1] == "conditional"
        vehicle = ":".join(parts[1:-1] if conditional else parts[1:]) or type_vehicle
        rule = rules.setdefault(vehicle, {"kind": None, "applies_to": vehicle, "conditional": None})
        if conditional:
            rule["conditional"] = value
            rule["kind"] = rule["kind"] or value.partition("@")[0].strip()
        else:
            rule["kind"] = value.strip()
    if "day_on" in tags or "hour_on" in tags:
        days = "-".join(tags[key] for key in ("day_on", "day_off") if key in tags)
        hours = "-".join(tags[key] for key in ("hour_on", "hour_off") if key in tags)
        for rule in rules.values():
            rule["conditional"] = rule["conditional"] or f"{rule['kind']} @ ({' '.join(filter(None, (days, hours)))})"
    return list(rules.values())


def _there(elements: Elements, member: Member) -> bool:
    if member.type == "w":
        return elements.way_row(member.ref) >= 0
    if member.type == "n":
        return bool(elements.node_rows([member.ref])[0] >= 0)
    return member.ref in elements.relations


def _via_row(elements: Elements, vias: list[Member]) -> int:
    """Return the node row where the restriction is shown: its via node, or the middle node of its via way."""
    for member in vias:
        if member.type == "n":
            return int(elements.node_rows([member.ref])[0])
        way = elements.way_row(member.ref)
        if way >= 0:
            nodes = [row for row in elements.nodes_of(way).tolist() if row >= 0]
            if nodes:
                return int(nodes[len(nodes) // 2])
    return -1


def _complaint(elements: Elements, sides: dict[str, list[Member]], rules: list[dict[str, str | None]]) -> str | None:
    """Say what is wrong with a restriction: "incomplete", "malformed", or None."""
    if any(not _there(elements, member) for members in sides.values() for member in members):
        return "incomplete"
    if not (sides["from"] and sides["via"] and sides["to"]) or not rules:
        return "malformed"
    if any(not (rule["kind"] or "").startswith(_KINDS) for rule in rules):
        return "malformed"
    return None


def read_restrictions(elements: Elements, *, clip: shapely.Geometry | None = None) -> gpd.GeoDataFrame:
    """Read turn restrictions of every kind, one row for each pair of ways and rule.

    Parameters
    ----------
    elements
        Everything read.
    clip
        EPSG:4326; restrictions whose via node lies outside are left out.

    Returns
    -------
    geopandas.GeoDataFrame
        Those whose members are not all there, or that lack a from, via or to, have ``complete`` False; a
        missing way is -1, and a missing via node has no geometry.
    """
    rows: list[dict[str, Any]] = []
    at: list[int] = []
    for relation_id, relation in _restrictions(elements):
        sides = {role: [item for item in relation.members if item.role == role] for role in ("from", "via", "to")}
        rules = _rules(relation.tags)
        complaint = _complaint(elements, sides, rules)
        if complaint:
            detail = "not all its members are there" if complaint == "incomplete" else "no usable from, via, to or kind"
            elements.add_problem(f"{complaint}_restriction", f"r{relation_id}", f"{detail}: kept, marked incomplete")
        via_node = next((item.ref for item in sides["via"] if item.type == "n"), -1)
        via_ways = [item.ref for item in sides["via"] if item.type == "w"]
        via_row = _via_row(elements, sides["via"])
        for rule in rules:
            for from_way in [item.ref for item in sides["from"]] or [-1]:
                for to_way in [item.ref for item in sides["to"]] or [-1]:
                    rows.append(
                        {
                            "restriction_id": relation_id,
                            **rule,
                            "from_osmid": from_way,
                            "via_node": via_node,
                            "via_osmids": json.dumps(via_ways) if via_ways else None,
                            "to_osmid": to_way,
                            "except_vehicles": relation.tags.get("except"),
                            "complete": complaint is None,
                        }
                    )
                    at.append(via_row)
    points = node_points(elements, at)
    return make_layer("turn_restrictions", *keep_inside(clip, rows, points))
