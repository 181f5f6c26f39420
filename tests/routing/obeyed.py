"""Whether driven arcs keep the turn restrictions of a town, read anew from its table: way ids and node ids, no mapping of ours."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from geo_dispatch.routing import RoadPoint, Router
from geo_dispatch.town.town import Town


@dataclass(frozen=True)
class Row:
    """One row of ``turn_restrictions`` that binds a car at all times."""

    restriction_id: int
    kind: str
    from_way: int
    via_node: int
    via_ways: tuple[int, ...]
    to_ways: frozenset[int]


def rows_for_cars(town: Town, mapped: Iterable[int]) -> list[Row]:
    """Read the rows of some restrictions that bind a car always; those whose ways pass through the via node are left out.

    Where a way goes on behind the node, its id alone does not tell which of its turns is meant.
    """
    table = town.table("turn_restrictions")
    wanted = set(mapped)
    groups: dict[tuple[int, str, int], list[int]] = defaultdict(list)
    for row in range(len(table)):
        excepted = (table.text("except_vehicles")[row] or "").split(";")
        bound = not {"motorcar", "motor_vehicle", "vehicle"} & {word.strip() for word in excepted}
        always = (
            table.text("applies_to")[row] in (None, "motorcar", "motor_vehicle", "vehicle")
            and table.text("conditional")[row] is None
        )
        identity = int(table.numbers("restriction_id")[row])
        if identity in wanted and bound and always:
            groups[identity, table.text("kind")[row] or "", int(table.numbers("from_osmid")[row])].append(row)
    network = town.network
    osmid = network.segments.numbers("osmid")
    ends: dict[int, list[int]] = defaultdict(list)
    for segment in range(network.segment_count):
        ends[int(osmid[segment])] += [int(network.segment_from[segment]), int(network.segment_to[segment])]
    node_of = {int(node): row for row, node in enumerate(network.node_osmid)}
    found = []
    for (identity, kind, way), rows in groups.items():
        via_node = int(table.numbers("via_node")[rows[0]])
        to_ways = frozenset(int(table.numbers("to_osmid")[row]) for row in rows)
        via_ways = tuple(json.loads(table.text("via_osmids")[rows[0]] or "[]"))
        node = node_of.get(via_node)
        if not via_ways and any(ends[w].count(node) > 1 for w in (way, *to_ways)) and kind != "no_u_turn":  # type: ignore[arg-type]
            continue
        found.append(Row(identity, kind, way, via_node, via_ways, to_ways))
    return found


def broken(town: Town, rows: Sequence[Row], arcs: Sequence[int]) -> list[Row]:
    """Return the restrictions that driven arcs break."""
    network = town.network
    ways = network.segments.numbers("osmid")[network.arc_segment[np.asarray(arcs, dtype=np.int64)]].tolist()
    nodes = network.node_osmid[network.arc_to[np.asarray(arcs, dtype=np.int64)]].tolist()
    segments = network.arc_segment[np.asarray(arcs, dtype=np.int64)].tolist()
    found = []
    for row in rows:
        for place in range(len(arcs) - 1):
            if ways[place] != row.from_way:
                continue
            if row.via_ways:
                onto = place + 1
                while onto < len(arcs) and ways[onto] in row.via_ways:
                    onto += 1
                over = onto < len(arcs) and set(ways[place + 1 : onto]) == set(row.via_ways)
                bad = over and (ways[onto] in row.to_ways) == row.kind.startswith("no_")
            elif row.kind == "no_u_turn" and row.from_way in row.to_ways:
                bad = nodes[place] == row.via_node and segments[place] == segments[place + 1]
            else:
                bad = nodes[place] == row.via_node and (ways[place + 1] in row.to_ways) == row.kind.startswith("no_")
            if bad:
                found.append(row)
    return found


def tempted(town: Town, row: Row) -> list[tuple[RoadPoint, RoadPoint]]:
    """Return trips that would break a restriction if nothing forbade it: from its first way to each road at its node and beyond."""
    network = town.network
    osmid = network.segments.numbers("osmid")
    middle = np.asarray(network.segment_length_m) / 2
    at = np.flatnonzero(np.asarray(network.node_osmid) == row.via_node)
    touching = np.isin(network.segment_from, at) | np.isin(network.segment_to, at)
    starts = np.flatnonzero((osmid == row.from_way) & (touching | bool(row.via_ways)))
    ends = np.flatnonzero(np.isin(osmid, list(row.to_ways)) | (touching & row.kind.startswith("only_")))
    return [
        (RoadPoint(int(a), float(middle[a])), RoadPoint(int(b), float(middle[b])))
        for a in starts[:4].tolist()
        for b in ends[:8].tolist()
    ]


def check_town(town: Town, *, every: int = 1) -> dict[str, int]:
    """Drive a car along the trips that every n-th restriction forbids, and count what was checked; nothing may be broken.

    Raises
    ------
    AssertionError
        If a restriction is broken.
    """
    router = Router(town)
    rows = rows_for_cars(town, (rule.restriction_id for rule in router.restrictions.rules))
    vehicle = router.vehicle()
    search, usable = vehicle.search(), vehicle.usable
    free = vehicle.search(lifted=frozenset({"turns"}))
    trips = would_break = 0
    for row in rows[::every]:
        for start, end in tempted(town, row):
            if not (usable[start.segment] and usable[end.segment]):
                continue
            trips += 1
            path, without = search.one_to_one(start, end), free.one_to_one(start, end)
            assert path is None or broken(town, rows, path.arcs.tolist()) == [], (row, path.arcs)
            would_break += without is not None and bool(broken(town, [row], without.arcs.tolist()))
    return {"restrictions": len(rows[::every]), "trips": trips, "would have broken one": would_break}
