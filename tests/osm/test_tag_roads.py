"""What a road's tags say."""

from __future__ import annotations

import pytest

from geo_dispatch.osm.tag_roads import conditional_tags, direction, is_road, limits, other_names, speeds_kph


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, "both"),
        ({"oneway": "yes"}, "forward"),
        ({"oneway": "true"}, "forward"),
        ({"oneway": "1"}, "forward"),
        ({"oneway": "YES"}, "forward"),
        ({"oneway": "-1"}, "backward"),
        ({"oneway": "reverse"}, "backward"),
        ({"oneway": "no"}, "both"),
        ({"oneway": "reversible"}, "reversible"),
        ({"oneway": "alternating"}, "reversible"),
        ({"highway": "motorway"}, "forward"),
        ({"highway": "motorway", "oneway": "no"}, "both"),
        ({"highway": "motorway_link"}, "both"),
        ({"junction": "roundabout"}, "forward"),
        ({"junction": "circular"}, "forward"),
        ({"junction": "jughandle"}, "both"),
        ({"junction": "roundabout", "oneway": "-1"}, "backward"),
        ({"oneway": "yes", "oneway:motor_vehicle": "no"}, "both"),
        ({"oneway:bicycle": "no", "oneway": "yes"}, "forward"),
        ({"motor_vehicle:backward": "no"}, "forward"),
        ({"access:forward": "no"}, "backward"),
        ({"oneway": "yes", "motor_vehicle:forward": "no"}, "none"),
        ({"vehicle:forward": "no", "motor_vehicle:forward": "yes"}, "both"),
        ({"access": "no"}, "both"),
    ],
)
def test_direction(tags: dict[str, str], expected: str) -> None:
    found, odd = direction({"highway": "residential", **tags})
    assert found == expected
    assert odd == []


def test_an_unreadable_oneway_is_two_way_and_told() -> None:
    assert direction({"highway": "residential", "oneway": "maybe"}) == ("both", [("oneway=maybe", "unreadable")])


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "residential"}, True),
        ({"highway": "service", "access": "private"}, True),
        ({"highway": "track"}, True),
        ({"highway": "residential", "access": "no"}, True),
        ({"highway": "footway"}, False),
        ({"highway": "footway", "motor_vehicle": "yes"}, True),
        ({"highway": "cycleway", "emergency": "designated"}, True),
        ({"highway": "path", "motor_vehicle": "no"}, False),
        ({"highway": "construction", "construction": "primary"}, False),
        ({"highway": "proposed"}, False),
        ({"highway": "service", "area": "yes"}, False),
        ({"railway": "rail"}, False),
    ],
)
def test_is_road(tags: dict[str, str], expected: bool) -> None:
    assert is_road(tags) is expected


def test_speeds_by_direction_win_over_the_general_one() -> None:
    forward, backward, odd = speeds_kph({"maxspeed": "50", "maxspeed:forward": "30", "maxspeed:backward": "fast"})
    assert (forward, backward) == (30, 50)
    assert odd == [("maxspeed:backward=fast", "unreadable")]


def test_physical_height_serves_where_no_limit_is_posted() -> None:
    _, height, width, _ = limits({"maxheight": "default", "maxheight:physical": "4", "maxwidth": "2"})
    assert (height, width) == (4, 2)


def test_other_names_are_taken_apart_and_never_repeated() -> None:
    tags = {
        "name": "A St",
        "alt_name": "B St; C St",
        "old_name": "A St",
        "name_1": "D St",
        "name:left": "E St",
        "name:es": "X",
    }
    assert [(item["name"], item["kind"]) for item in other_names(tags)] == [
        ("B St", "alt_name"),
        ("C St", "alt_name"),
        ("D St", "name_1"),
        ("E St", "name:left"),
    ]


def test_dated_and_numbered_names_and_old_route_numbers() -> None:
    tags = {
        "old_name:1990-2001": "A",
        "alt_name_2": "B",
        "name:de": "C",
        "old_ref": "MA 6;MA 7",
        "alt_name:en": "D",
        "names": "E",
    }
    assert [(item["name"], item["kind"]) for item in other_names(tags)] == [
        ("A", "old_name:1990-2001"),
        ("B", "alt_name_2"),
        ("MA 6", "old_ref"),
        ("MA 7", "old_ref"),
        ("D", "alt_name:en"),
    ]


def test_what_holds_at_times_is_kept() -> None:
    tags = {"highway": "primary", "oneway": "reversible", "access:conditional": "no @ (Nov-Apr)", "hazard": "flooding"}
    assert (
        conditional_tags(tags)
        == '{"access:conditional": "no @ (Nov-Apr)", "hazard": "flooding", "oneway": "reversible"}'
    )
    assert conditional_tags({"oneway": "yes"}) is None
