"""Town and state boundaries as relations over shared ways; villages as place nodes."""

from __future__ import annotations

from sample_town.model import XY
from sample_town.osmobjects import Objects

__all__ = ["add_boundaries"]

NOTE = "fictional"


def add_boundaries(out: Objects) -> None:
    """Add the administrative boundaries; neighbours share the ways between them."""
    shared: dict[frozenset[XY], int] = {}
    corners: dict[XY, int] = {}
    spec = out.town.spec
    for key, row in spec["towns"].items():
        members = _segments(out, row["line"], shared, corners)
        tags = {
            "type": "boundary",
            "boundary": "administrative",
            "admin_level": "8",
            "border_type": "town",
            "name": row["name"],
            "official_name": f"Town of {row['name']} (fictional sample town)",
            "population": str(row["population"]),
            "is_in:state": spec["states"][row["state"]]["name"],
            "note": NOTE,
            "fictional": "yes",
        }
        out.relation(members, tags)
        del key
    for row in spec["states"].values():
        members = _segments(out, row["line"], shared, corners)
        tags = {
            "type": "boundary",
            "boundary": "administrative",
            "admin_level": "4",
            "border_type": "state",
            "name": row["name"],
            "official_name": row["official_name"],
            "note": NOTE,
            "fictional": "yes",
        }
        out.relation(members, tags)
    for row in spec.get("localities", []):
        out.node((row["at"][0] * 1000.0, row["at"][1] * 1000.0), {**row["tags"], "note": NOTE})


def _segments(
    out: Objects, line: list[list[float]], shared: dict[frozenset[XY], int], corners: dict[XY, int]
) -> list[tuple[str, int, str]]:
    points = [(x * 1000.0, y * 1000.0) for x, y in line]
    members: list[tuple[str, int, str]] = []
    for a, b in zip(points, [*points[1:], points[0]], strict=True):
        key = frozenset((a, b))
        if key not in shared:
            for p in (a, b):
                if p not in corners:
                    corners[p] = out.node(p)
            shared[key] = out.way([corners[a], corners[b]], {"boundary": "administrative"})
        members.append(("w", shared[key], "outer"))
    return members
