"""Turn restrictions, turn costs and turning round, on drawn towns."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from geo_dispatch.geometry import LonLat
from geo_dispatch.routing import Path, Router
from geo_dispatch.town.town import Town
from tests.towns import Drawing, box, lonlat, point

NODES = {
    "w": (0, 500), "x": (500, 500), "e": (1000, 500), "n": (500, 1000), "s": (500, 0),
    "nw": (0, 1000), "ne": (1000, 1000), "sw": (0, 0), "se": (1000, 0),
}  # fmt: skip
OUTLINE = box(-1000, -1000, 3000, 3000)


def at(x: float, y: float) -> LonLat:
    return LonLat(*lonlat(x, y))


def cross() -> Drawing:
    """Draw a crossing in a ring road.

    ::

        nw---n---ne      West Street w-x, East Street x-e, North x-n, South x-s; the ring is called Ring Road
        |    |    |
        w----x----e
        |    |    |
        sw---s---se
    """
    drawing = Drawing(NODES)
    drawing.road("w x", "West Street").road("x e", "East Street").road("x n", "North Street")
    drawing.road("x s", "South Street").road("w nw n ne e se s sw w", "Ring Road")
    return drawing


def way(drawing: Drawing, name: str) -> int:
    return int(next(row["osmid"] for row in drawing.segments if row["name"] == name))


def restrict(drawing: Drawing, kind: str, start: str, end: str, via: str = "x", **columns: Any) -> Drawing:
    row = {
        "restriction_id": len(drawing.rows.get("turn_restrictions", [])) + 1,
        "kind": kind,
        "from_osmid": way(drawing, start),
        "via_node": drawing.ids[via],
        "to_osmid": way(drawing, end),
        "complete": True,
        **columns,
    }
    return drawing.add("turn_restrictions", point(*drawing.nodes[via]), **row)


def streets(town: Town, path: Path) -> list[str | None]:
    names = town.network.segments.text("name")
    return list(dict.fromkeys(names[part.segment] for part in path.parts))


WEST, NORTH, EAST, SOUTH = at(250, 500), at(500, 750), at(750, 500), at(500, 250)


def driven(drawing: Drawing, start: LonLat, end: LonLat, **question: Any) -> list[str | None]:
    town = drawing.town("Turnton", OUTLINE)
    return streets(town, Router(town).route(start, end, **question))


def test_no_left_turn_is_obeyed_and_only_that_turn() -> None:
    drawing = restrict(cross(), "no_left_turn", "West Street", "North Street")
    assert driven(cross(), WEST, NORTH) == ["West Street", "North Street"]
    assert "Ring Road" in driven(drawing, WEST, NORTH)
    assert driven(drawing, WEST, EAST) == ["West Street", "East Street"]
    assert driven(drawing, SOUTH, NORTH) == ["South Street", "North Street"]
    assert driven(drawing, NORTH, WEST) == ["North Street", "West Street"]


def test_only_straight_on_forbids_all_else_from_there() -> None:
    drawing = restrict(cross(), "only_straight_on", "West Street", "East Street")
    assert driven(drawing, WEST, EAST) == ["West Street", "East Street"]
    assert "Ring Road" in driven(drawing, WEST, NORTH)
    assert "Ring Road" in driven(drawing, WEST, SOUTH)
    assert driven(drawing, EAST, NORTH) == ["East Street", "North Street"]


@pytest.mark.parametrize(
    ("columns", "profile", "obeys"),
    [
        ({"except_vehicles": "emergency"}, "engine", False),
        ({"except_vehicles": "emergency"}, "car", True),
        ({"except_vehicles": "bus;motorcar"}, "car", False),
        ({"except_vehicles": "bicycle"}, "engine", True),
        ({"applies_to": "hgv"}, "highway_truck", True),
        ({"applies_to": "hgv"}, "car", False),
        ({"applies_to": "hgv"}, "engine", False),
        ({}, "police", True),
    ],
)
def test_whom_a_restriction_binds(columns: dict[str, Any], profile: str, obeys: bool) -> None:
    drawing = restrict(cross(), "no_left_turn", "West Street", "North Street", **columns)
    assert ("Ring Road" in driven(drawing, WEST, NORTH, profile=profile)) == obeys


@pytest.mark.parametrize(
    ("conditional", "moment", "obeys"),
    [
        ("no_left_turn @ (Mo-Fr 07:00-09:00)", datetime(2026, 11, 25, 8), True),
        ("no_left_turn @ (Mo-Fr 07:00-09:00)", datetime(2026, 11, 25, 10), False),
        ("no_left_turn @ (Mo-Fr 07:00-09:00)", None, False),
        ("no_left_turn @ (school days)", datetime(2026, 11, 25, 8), True),  # what can't be known binds
        ("none @ (22:00-06:00)", datetime(2026, 11, 25, 8), True),
        ("none @ (22:00-06:00)", datetime(2026, 11, 25, 23), False),
    ],
)
def test_restrictions_at_times(conditional: str, moment: datetime | None, obeys: bool) -> None:
    drawing = restrict(cross(), "no_left_turn", "West Street", "North Street", conditional=conditional)
    assert ("Ring Road" in driven(drawing, WEST, NORTH, at=moment)) == obeys


def test_a_time_given_is_told_from_none_where_no_clock_can_tell() -> None:
    conditional = "no_left_turn @ (school days)"
    drawing = restrict(cross(), "no_left_turn", "West Street", "North Street", conditional=conditional)
    town = drawing.town("Turnton", OUTLINE)
    router = Router(town)
    assert "Ring Road" not in streets(town, router.route(WEST, NORTH))
    assert "Ring Road" in streets(town, router.route(WEST, NORTH, at=datetime(2026, 11, 25, 8)))
    assert "Ring Road" not in streets(town, router.route(WEST, NORTH))


def test_over_a_way_only_the_whole_sequence_is_forbidden() -> None:
    """A divided road: from the southern carriageway one may not turn back over the link to the northern one."""
    nodes = {
        "a": (0, 0),
        "p": (500, 0),
        "b": (1000, 0),
        "c": (1000, 30),
        "q": (500, 30),
        "d": (0, 30),
        "m": (500, -400),
    }
    drawing = Drawing(nodes).road("a p b", "Eastbound", direction="forward").road("b c", "East End")
    drawing.road("c q d", "Westbound", direction="forward").road("p q", "Link").road("m p", "Mill Street").road(
        "d a", "Loop"
    )
    restrict(
        drawing,
        "no_u_turn",
        "Eastbound",
        "Westbound",
        via="p",
        via_node=-1,
        via_osmids=json.dumps([way(drawing, "Link")]),
    )
    there = at(100, 32)
    assert driven(drawing, at(100, 0), there) == ["Eastbound", "East End", "Westbound"]
    assert driven(drawing, at(500, -200), there) == ["Mill Street", "Link", "Westbound"]
    town = drawing.town("Turnton", OUTLINE)
    (rule,) = Router(town).restrictions.rules
    assert [len(sequence) for sequence in rule.forbidden] == [3]


def test_only_over_a_way() -> None:
    drawing = Drawing({"a": (0, 0), "p": (300, 0), "q": (330, 0), "b": (600, 0), "n": (330, 400), "f": (600, 400)})
    drawing.road("a p", "First").road("p q", "Middle").road("q b", "Last").road("q n", "North").road("n f b", "Round")
    restrict(
        drawing,
        "only_straight_on",
        "First",
        "Last",
        via="p",
        via_node=-1,
        via_osmids=json.dumps([way(drawing, "Middle")]),
    )
    assert driven(drawing, at(100, 0), at(330, 200)) == ["First", "Middle", "Last", "Round", "North"]
    assert driven(drawing, at(310, 0), at(330, 200)) == ["Middle", "North"]


def test_of_a_way_that_passes_through_the_turn_that_fits_is_forbidden() -> None:
    drawing = (
        Drawing(NODES).road("w x e", "Through Street").road("x n", "North Street").road("w nw n ne e", "Ring Road")
    )
    restrict(drawing, "no_left_turn", "Through Street", "North Street")
    assert "Ring Road" in driven(drawing, WEST, NORTH)
    assert driven(drawing, EAST, NORTH) == ["Through Street", "North Street"]


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"complete": False}, "not all in the data"),
        ({"kind": "no_right_turn_on_red"}, "on red only"),
        ({"to_osmid": 99}, "way 99 is no road"),
        ({"via_node": 12345}, "node 12345 is no node"),
    ],
)
def test_what_cannot_be_mapped_says_why(columns: dict[str, Any], reason: str) -> None:
    kind = columns.pop("kind", "no_left_turn")
    drawing = restrict(cross(), kind, "West Street", "North Street", **columns)
    restrictions = Router(drawing.town("Turnton", OUTLINE)).restrictions
    assert restrictions.rules == ()
    assert [reason in rule.reason for rule in restrictions.unmapped] == [True]


def test_a_way_that_does_not_meet_the_node_says_so() -> None:
    drawing = restrict(cross(), "no_left_turn", "West Street", "North Street", via="se")
    (rule,) = Router(drawing.town("Turnton", OUTLINE)).restrictions.unmapped
    assert "does not meet" in rule.reason


def test_left_costs_more_than_right_and_a_bend_nothing() -> None:
    router = Router(cross().town("Turnton", OUTLINE))
    left, right, straight = (router.route(WEST, end) for end in (NORTH, SOUTH, EAST))
    assert left.length_m == pytest.approx(right.length_m, abs=1)
    assert left.travel_time_s > right.travel_time_s + 0.5 > straight.travel_time_s
    ring = router.route(at(0, 750), at(250, 1000))  # round the corner nw, where nothing else meets
    assert sum(part.turn_s for part in ring.parts) == 0
    assert sum(part.turn_s for part in left.parts) == pytest.approx(
        left.travel_time_s - left.length_m / (32 / 3.6), abs=0.01
    )


def test_a_signal_and_a_stop_sign_cost_and_only_towards_their_junction() -> None:
    def time_s(tags: dict[str, dict[str, Any]], start: LonLat, end: LonLat) -> float:
        drawing = Drawing({**NODES, "sign": (470, 500)})
        drawing.road("w sign x", "West Street").road("x e", "East Street").road("x n", "North Street")
        drawing.road("x s", "South Street").road("w nw n ne e se s sw w", "Ring Road")
        drawing.node_tags.update(tags)
        return Router(drawing.town("Turnton", OUTLINE)).route(start, end).travel_time_s

    plain = time_s({}, WEST, EAST)
    assert time_s({"x": {"highway": "traffic_signals"}}, WEST, EAST) == pytest.approx(plain + 7)
    stop = {"sign": {"highway": "stop"}}
    assert time_s(stop, WEST, EAST) == pytest.approx(plain + 6)
    assert time_s(stop, EAST, WEST) == pytest.approx(time_s({}, EAST, WEST))


def test_a_minor_road_waits_at_a_major_one() -> None:
    drawing = Drawing(NODES).road("w x e", "Main Street", highway="secondary").road("n x s", "Side Street")
    router = Router(drawing.town("Turnton", OUTLINE))
    along, over = router.route(WEST, EAST), router.route(SOUTH, NORTH)
    assert sum(part.turn_s for part in along.parts) == 0
    assert sum(part.turn_s for part in over.parts) == 6


def one_way_home() -> tuple[Drawing, LonLat, LonLat]:
    """Draw a one-way street past a long dead end: who leaves it the wrong way must turn round somewhere."""
    nodes = {"a": (0, 0), "b": (200, 0), "c": (400, 0), "d": (1400, 0), "z": (200, 300)}
    drawing = Drawing(nodes).road("a b", "In Street", direction="forward").road("b c d", "Long Street")
    drawing.road("c z", "Short Lane").road("b z", "Up Road")
    restrict(drawing, "only_straight_on", "In Street", "Long Street", via="b")
    restrict(drawing, "no_left_turn", "Long Street", "Short Lane", via="c")
    return drawing, at(100, 0), at(200, 150)


def test_police_turns_round_at_a_junction_and_an_engine_at_the_dead_end() -> None:
    drawing, start, end = one_way_home()
    town = drawing.town("Turnton", OUTLINE)
    police, engine = (Router(town).route(start, end, profile=profile) for profile in ("police", "engine"))
    assert police.length_m < 1000
    assert engine.length_m > 2000
    assert max(part.turn_s for part in engine.parts) == pytest.approx(60)  # 20 s, three times for an engine


def test_one_arrives_on_the_carriageway_that_the_place_is_on() -> None:
    nodes = {"a": (0, 0), "b": (1000, 0), "c": (1000, 20), "d": (0, 20), "z": (-300, 10)}
    drawing = Drawing(nodes).road("a b", "Highway", direction="forward").road("c d", "Highway", direction="forward")
    drawing.road("b c", "Crossover").road("d a", "End").road("z a", "Approach")
    router = Router(drawing.town("Turnton", OUTLINE))
    near, far = (router.route(at(-200, 10), at(500, y)) for y in (-15, 35))
    assert near.length_m == pytest.approx(700, abs=15)
    assert far.length_m == pytest.approx(1720, abs=15)  # on to the crossover and back
    assert (near.destination.side, far.destination.side) == ("right", "right")


def test_no_u_turn_is_obeyed() -> None:
    drawing, start, end = one_way_home()
    restrict(drawing, "no_u_turn", "Long Street", "Long Street", via="c")
    town = drawing.town("Turnton", OUTLINE)
    assert Router(town).route(start, end, profile="police").length_m > 2000


def test_matrix_and_routes_agree_where_turns_are_restricted() -> None:
    drawing = restrict(cross(), "no_left_turn", "West Street", "North Street")
    restrict(drawing, "only_straight_on", "South Street", "North Street")
    town = drawing.town("Turnton", OUTLINE)
    router = Router(town)
    spots = [WEST, NORTH, EAST, SOUTH, at(0, 700), at(500, 500)]
    matrix = router.matrix(spots, spots)
    for row, a in enumerate(spots):
        for column, b in enumerate(spots):
            path = router.route(a, b)
            assert matrix.travel_time_s[row, column] == pytest.approx(path.travel_time_s, abs=1e-9)
            assert matrix.length_m[row, column] == pytest.approx(path.length_m, abs=1e-6)
            assert sum(part.time_s for part in path.parts) == path.travel_time_s
