"""Turn restrictions of every kind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import shapely

from geo_dispatch.schema import SourceLayers

Reader = Callable[..., SourceLayers]

CROSS = (
    "n1 0 0\nn2 1 0\nn3 2 0\nn4 1 1\nn5 3 0\n"
    "w10 1,2 highway=primary\nw11 2,3 highway=primary\nw12 2,4 highway=primary\nw13 3,5 highway=primary\n"
)


def rules(layers: SourceLayers) -> list[tuple[object, ...]]:
    table = layers.layer("turn_restrictions")
    columns = ["kind", "from_osmid", "via_node", "via_osmids", "to_osmid", "applies_to", "complete"]
    return [tuple(row) for row in table[columns].itertuples(index=False)]


@pytest.mark.parametrize("kind", ["no_left_turn", "only_straight_on", "no_u_turn", "no_left_turn_on_red"])
def test_at_a_node(kind: str, read: Reader) -> None:
    layers = read(CROSS + f"r1 from:w10,via:n2,to:w12 type=restriction restriction={kind} except=bus;emergency")
    assert rules(layers) == [(kind, 10, 2, None, 12, None, True)]
    row = layers.layer("turn_restrictions").iloc[0]
    assert row.except_vehicles == "bus;emergency"
    assert (row.geometry.x, row.geometry.y) == (1, 0)
    assert layers.problems == []


def test_over_a_way(read: Reader) -> None:
    layers = read(CROSS + "r1 from:w12,via:w11,to:w13 type=restriction restriction=no_u_turn")
    assert rules(layers) == [("no_u_turn", 12, -1, "[11]", 13, None, True)]
    assert layers.layer("turn_restrictions").geometry[0].x == 2


def test_for_a_vehicle_and_at_times(read: Reader) -> None:
    layers = read(
        CROSS + "r1 from:w10,via:n2,to:w12 type=restriction restriction:hgv=no_left_turn\n"
        'r2 from:w10,via:n2,to:w12 type=restriction "restriction:conditional=no_left_turn @ (Mo-Fr 07:00-09:00)"\n'
        "r3 from:w10,via:n2,to:w12 type=restriction restriction=no_left_turn day_on=Monday day_off=Friday hour_on=07:00 hour_off=09:00\n"
        'r4 from:w10,via:n2,to:w12 type=restriction restriction=no_u_turn "restriction:hgv:conditional=no_left_turn @ (weight>5)"\n'
        "r5 from:w10,via:n2,to:w12 type=restriction:bus restriction=no_right_turn"
    )
    table = layers.layer("turn_restrictions")
    assert [
        tuple(row) for row in table[["restriction_id", "kind", "applies_to", "conditional"]].itertuples(index=False)
    ] == [
        (1, "no_left_turn", "hgv", None),
        (2, "no_left_turn", None, "no_left_turn @ (Mo-Fr 07:00-09:00)"),
        (3, "no_left_turn", None, "no_left_turn @ (Monday-Friday 07:00-09:00)"),
        (4, "no_u_turn", None, None),
        (4, "no_left_turn", "hgv", "no_left_turn @ (weight>5)"),
        (5, "no_right_turn", "bus", None),
    ]


def test_several_ways_from_or_to(read: Reader) -> None:
    layers = read(CROSS + "r1 from:w10,from:w12,via:n2,to:w11 type=restriction restriction=no_entry")
    assert [(row[1], row[4]) for row in rules(layers)] == [(10, 11), (12, 11)]


@pytest.mark.parametrize(
    ("members", "tags", "kind"),
    [
        ("from:w10,via:n2,to:w99", "restriction=no_left_turn", "incomplete_restriction"),
        ("from:w10,via:n99,to:w12", "restriction=no_left_turn", "incomplete_restriction"),
        ("from:w10,via:w99,to:w12", "restriction=no_left_turn", "incomplete_restriction"),
        ("from:w10,to:w12", "restriction=no_left_turn", "malformed_restriction"),
        ("via:n2,to:w12", "restriction=no_left_turn", "malformed_restriction"),
        ("from:w10,via:n2,to:w12", "restriction=fixme", "malformed_restriction"),
    ],
)
def test_unusable_ones_are_kept_and_flagged(members: str, tags: str, kind: str, read: Reader) -> None:
    layers = read(CROSS + f"r1 {members} type=restriction {tags}")
    assert [row[-1] for row in rules(layers)] == [False]
    assert [problem.kind for problem in layers.problems] == [kind]


def test_one_without_any_rule_gives_no_row(read: Reader) -> None:
    layers = read(CROSS + "r1 from:w10,via:n2,to:w12 type=restriction")
    assert rules(layers) == []
    assert [problem.kind for problem in layers.problems] == ["malformed_restriction"]


def test_the_clip_leaves_out_those_outside(read: Reader) -> None:
    line = CROSS + "r1 from:w10,via:n2,to:w12 type=restriction restriction=no_left_turn"
    assert len(rules(read(line, clip=shapely.box(0.5, -1, 1.5, 1)))) == 1
    assert rules(read(line, clip=shapely.box(1.5, -1, 3, 1))) == []
