"""What the cells around one anchor say: the directions they lie in, and the clause in words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geo_dispatch.geometry import bearing_deg, compass_point
from geo_dispatch.locate.answer import Why, WhyStatus
from geo_dispatch.locate.cells import Cells, highest, place_cells
from geo_dispatch.locate.relations.clause import Clause
from geo_dispatch.locate.relations.models import ALONG, Setting
from geo_dispatch.locate.tables.relations import load_relations

__all__ = ["describe", "split_modes"]

_MOST_RIVALS = 3


def split_modes(
    clause: Clause, setting: Setting, cells: Cells, *, rivals: int, others: bool
) -> Iterator[tuple[Cells, float, str]]:
    """Yield the groups that cells fall into, with the share of each and its direction from the anchor.

    Relations along a road leave both directions open: each is a candidate, so that a question can tell them apart; unless
    there are many rivals, when which of them is meant is the better question. Other clauses may pull the cells apart: then
    where they fit is one candidate, and where this clause alone fits another.
    """
    table = load_relations()
    open_ended = clause.kind in (*ALONG, "distance") and clause.bearing_deg is None
    if open_ended and rivals <= _MOST_RIVALS:
        groups = _groups(cells, table.mode_gap_m, 0.9)
        least = table.mode_least
        if len(groups) == 1:
            groups = _two_ways(setting, cells)
    else:
        groups = _groups(cells, table.apart_m, 0.99) if others else []
        least = table.apart_least
    shares = [float(cells.mass[group].sum()) for group in groups]
    kept = [(group, share) for group, share in zip(groups, shares, strict=True) if share >= least]
    if len(kept) < 2:
        yield cells, 1.0, ""
        return
    total = sum(share for _, share in kept)
    modes = [cells.take(group) for group, _ in kept]
    if not open_ended:
        yield from ((mode, share / total, "") for mode, (_, share) in zip(modes, kept, strict=True))
        return
    points = [place_cells(mode)[:2] for mode in modes]
    for at, (mode, (_, share)) in enumerate(zip(modes, kept, strict=True)):
        # Two ways along one road are told apart by each other, as the anchor may lie off the road.
        start = points[1 - at] if len(points) == 2 else (setting.anchor.x, setting.anchor.y)
        yield mode, share / total, compass_point(bearing_deg(*start, *points[at]))


def _two_ways(setting: Setting, cells: Cells) -> list[list[int]]:
    """Cut cells that lie along one road in two where the anchor is."""
    dx, dy = cells.x - setting.anchor.x, cells.y - setting.anchor.y
    spread = np.cov(np.vstack([dx, dy]), aweights=cells.mass) if len(dx) > 2 else np.eye(2)
    axis = np.linalg.eigh(spread)[1][:, 1]
    ahead = dx * axis[0] + dy * axis[1] > 0
    return [np.flatnonzero(ahead).tolist(), np.flatnonzero(~ahead).tolist()]


def _groups(cells: Cells, gap: float, held: float) -> list[list[int]]:
    """Group the likeliest cells into those that lie together: less than a gap apart, metres."""
    kept = highest(cells, held)
    square = np.column_stack([cells.x[kept] // gap, cells.y[kept] // gap]).astype(np.int64)
    distinct, owner = np.unique(square, axis=0, return_inverse=True)
    left = {(int(column), int(row)): at for at, (column, row) in enumerate(distinct)}
    label = np.zeros(len(distinct), dtype=np.int64)
    count = 0
    while left:
        frontier = [next(iter(left))]
        label[left.pop(frontier[0])] = count
        while frontier:
            column, row = frontier.pop()
            for beside in [(column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]:
                if beside in left:
                    label[left.pop(beside)] = count
                    frontier.append(beside)
        count += 1
    group = label[owner.reshape(-1)]
    return [sorted(kept[group == at].tolist()) for at in range(count)]


def describe(clause: Clause, setting: Setting, status: WhyStatus) -> Why:
    """Say what a relation was taken to mean."""
    table, topic = load_relations(), setting.anchor.name
    if clause.kind == "between":
        return Why(clause.said, "relation", f"taken as along the way between {topic}", status)
    if clause.kind == "within" and setting.anchor.outline is not None:
        return Why(clause.said, "relation", f"taken as anywhere on {topic}, or at its edge", status)
    if clause.distance_m is not None:
        give = max(table.stated_share * clause.distance_m, table.stated_least_m)
        effect = f"taken as {clause.distance_m:.0f} m from {topic}, give or take {give:.0f} m"
    else:
        model = table.distance.get(clause.kind, table.distance["near"])
        wider = setting.wider**model.widen
        effect = f"half of such callers are within {model.p50_m * wider:.0f} m of {topic}, 9 in 10 within {model.p90_m * wider:.0f} m"
    side = {
        "across": ", on the other side of its road",
        "behind": ", on the side away from its road",
        "front": ", on the side of its road",
    }
    if setting.front >= 0:
        effect += side.get(clause.kind, "")
    if clause.bearing_deg is not None:
        effect += f", to the {compass_point(clause.bearing_deg)}"
    elif clause.kind in ALONG:
        effect += " along the road, either way"
    return Why(clause.said, "relation", effect, status)
