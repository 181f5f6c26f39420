"""Directions on drawn junctions: what is said, and that the steps add up."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from geo_dispatch.directions import Step, directions
from geo_dispatch.directions.language import get_language
from geo_dispatch.directions.wording import say
from geo_dispatch.errors import NoRouteError
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing import Router
from geo_dispatch.town.town import Town
from tests.towns import Drawing, box, lonlat, tiny_town


def at(x: float, y: float) -> LonLat:
    return LonLat(*lonlat(x, y))


def steps(town: Town, start: tuple[float, float], end: tuple[float, float], **options: str) -> tuple[Step, ...]:
    path = Router(town).route(at(*start), at(*end))
    return directions(town, path, **options)  # type: ignore[arg-type]


def drawn(drawing: Drawing) -> Town:
    return drawing.town("Westfold", box(-5000, -5000, 5000, 5000))


def test_a_whole_route_in_words() -> None:
    found = steps(tiny_town(), (30, 1010), (515, 200))
    assert [step.instruction for step in found] == [
        "Head east on Main Street (TS 9) toward Elm Street and go 0.3 mi.",
        "Turn right onto Elm Street and go 0.5 mi.",
        "Arrive at your destination, on your left.",
    ]
    assert [step.radio for step in found] == [
        "East on Main Street (TS 9) toward Elm Street, 0.3 mi.",
        "Right on Elm Street, 0.5 mi.",
        "Destination on the left.",
    ]
    assert [step.manoeuvre for step in found] == ["depart", "turn_right", "arrive"]
    assert [step.street for step in found] == ["Main Street", "Elm Street", "Elm Street"]


def test_radio_voice_and_named_destination() -> None:
    path = Router(tiny_town()).route(at(30, 1010), at(515, 200))
    found = directions(tiny_town(), path, text="radio", destination="Corner Store")
    assert [step.instruction for step in found] == [step.radio for step in found]
    assert found[-1].instruction == "Corner Store on the left."
    assert directions(tiny_town(), path, destination="Corner Store")[-1].instruction == (
        "Arrive at Corner Store, on your left."
    )


@pytest.mark.parametrize(
    ("x", "y", "manoeuvre"),
    [
        (0, 500, None),  # straight on, same name below
        (200, 460, "slight_right"),
        (500, 0, "turn_right"),
        (400, -400, "sharp_right"),
        (-200, 460, "slight_left"),
        (-500, 0, "turn_left"),
        (-400, -400, "sharp_left"),
    ],
)
def test_turn_by_angle(x: float, y: float, manoeuvre: str | None) -> None:
    nodes = {"s": (0, -800), "o": (0, 0), "n": (0, 500), "e": (500, 0), "w": (-500, 0), "to": (x, y)}
    drawing = Drawing(nodes).road("s o n", "Long Street").road("w o e", "Cross Street")
    if manoeuvre not in (None, "turn_left", "turn_right"):
        drawing.road("o to", "Side Street")
    found = steps(drawn(drawing), (0, -700), (0.9 * x, 0.9 * y))
    assert [step.manoeuvre for step in found] == ["depart", *([manoeuvre] if manoeuvre else []), "arrive"]


def test_name_change_without_a_junction() -> None:
    drawing = Drawing({"a": (0, 0), "b": (500, 0), "c": (1000, 50)}).road("a b", "Old Road").road("b c", "New Road")
    found = steps(drawn(drawing), (10, 0), (900, 40))
    assert found[1].instruction.startswith("Continue as Old Road becomes New Road and go 0.2 mi")


def test_same_street_round_a_corner_with_a_side_street_is_said() -> None:
    drawing = Drawing({"a": (0, 0), "b": (500, 0), "c": (500, 500), "d": (1000, 0)})
    drawing.road("a b c", "Bent Road").road("b d", "Other Road")
    found = steps(drawn(drawing), (10, 0), (500, 400))
    assert [step.manoeuvre for step in found] == ["depart", "stay_left", "arrive"]
    assert found[1].instruction.startswith("Turn left to stay on Bent Road")


def test_curve_without_side_street_is_not_said() -> None:
    drawing = Drawing({"a": (0, 0), "b": (500, 0), "c": (500, 500)}).road("a b c", "Bent Road")
    assert [s.manoeuvre for s in steps(drawn(drawing), (10, 0), (500, 400))] == ["depart", "arrive"]


def test_driveway_on_the_way_is_no_decision() -> None:
    drawing = Drawing({"a": (0, 0), "b": (500, 0), "c": (900, 300), "d": (700, 0)})
    drawing.road("a b c", "Bent Road").road("b d", None, highway="service", service="driveway")
    assert [s.manoeuvre for s in steps(drawn(drawing), (10, 0), (850, 260))] == ["depart", "arrive"]


def test_unnamed_roads_have_words() -> None:
    drawing = Drawing({"a": (0, 0), "b": (500, 0), "c": (500, 500), "d": (1000, 0)})
    drawing.road("a b d", "Main Street").road("b c", None, highway="service")
    found = steps(drawn(drawing), (10, 0), (500, 400))
    assert found[1].instruction.startswith("Take the first left onto the unnamed service road and go")
    assert found[1].street is None


def rotary() -> Drawing:
    ring = {name: (60 * math.cos(a), 60 * math.sin(a)) for name, a in
            zip("pqrstu", np.radians([270, 330, 30, 90, 150, 210]), strict=True)}  # fmt: skip
    arms = {"south": (0, -500), "east": (500, 30), "north": (0, 500), "west": (-500, 30)}
    drawing = Drawing({**ring, **arms})
    drawing.road("p q r s t u p", "Circle", highway="primary", junction="roundabout", direction="forward")
    drawing.road("south p", "South Street").road("r east", "East Street").road("s north", "North Street")
    return drawing.road("t west", "West Street")


@pytest.mark.parametrize(
    ("target", "street", "ordinal"),
    [((450, 30), "East Street", "first"), ((0, 450), "North Street", "second"), ((-450, 30), "West Street", "third")],
)
def test_rotary_counts_exits(target: tuple[float, float], street: str, ordinal: str) -> None:
    found = steps(drawn(rotary()), (0, -450), target)
    assert [step.manoeuvre for step in found] == ["depart", "roundabout", "arrive"]
    assert found[1].instruction.startswith(f"At the rotary (Circle), take the {ordinal} exit onto {street} and go")


def test_ending_inside_a_rotary() -> None:
    found = steps(drawn(rotary()), (0, -450), (60, 0))
    assert [step.manoeuvre for step in found] == ["depart", "roundabout_enter", "arrive"]


def highway() -> Drawing:
    drawing = Drawing(
        {
            "a": (0, 0),
            "x": (1000, 0),
            "b": (3000, 0),
            "y": (1400, -120),
            "m": (1800, -300),
            "n": (1800, -900),
            "o": (1800, 300),
        }
    )
    drawing.road("a x b", "Shore Highway", highway="motorway", direction="forward", ref="PW 83")
    drawing.road("x y m", None, highway="motorway_link", direction="forward", destination="Adder Brook;Central Village")
    drawing.road("n m o", "Brook Road")
    drawing.node_tags["x"] = {"highway": "motorway_junction", "ref": "3"}
    return drawing


def test_exit_with_number_and_sign() -> None:
    found = steps(drawn(highway()), (100, 0), (1800, -800))
    assert found[1].instruction.startswith("Take exit 3 toward Adder Brook, Central Village and go")
    assert found[1].manoeuvre == "ramp_right"
    assert found[2].instruction.startswith("At the end of the ramp, turn right onto Brook Road")


def test_ramp_and_merge() -> None:
    drawing = Drawing({"a": (0, 0), "j": (1000, 0), "b": (3000, 0), "c": (500, -300), "d": (0, -300), "e": (900, -320)})
    drawing.road("a j b", "Shore Highway", highway="motorway", direction="forward")
    drawing.road("c j", None, highway="motorway_link", direction="forward").road("d c e", "Low Road")
    found = steps(drawn(drawing), (50, -300), (2800, 0))
    assert [step.manoeuvre for step in found] == ["depart", "ramp_left", "merge", "arrive"]
    assert found[2].instruction.startswith("Merge onto Shore Highway and go 1.1 mi")


def test_fork_of_two_like_roads() -> None:
    drawing = Drawing({"a": (0, 0), "f": (0, 500), "l": (-200, 1000), "r": (200, 1000)})
    drawing.road("a f", "Stem Road").road("f l", "Left Road").road("f r", "Right Road")
    found = steps(drawn(drawing), (0, 10), (-180, 950))
    assert found[1].instruction.startswith("Keep left at the fork onto Left Road")
    assert steps(drawn(drawing), (0, 10), (180, 950))[1].manoeuvre == "keep_right"


def test_triangle_before_a_turn_is_one_turn() -> None:
    drawing = Drawing({"a": (0, 0), "f": (500, 0), "l": (540, 25), "r": (540, -25), "n": (540, 500), "s": (540, -500)})
    drawing.road("a f l", "Stem Road").road("f r", "Stem Road").road("s r l n", "Cross Road")
    found = steps(drawn(drawing), (10, 0), (540, 450))
    assert [step.manoeuvre for step in found] == ["depart", "turn_left", "arrive"]
    assert found[1].street == "Cross Road"


def test_route_number_holds_streets_together_and_names_only_what_was_said() -> None:
    drawing = Drawing({"a": (0, 0), "b": (500, 0), "c": (1000, 0), "d": (1500, 0), "e": (500, 300), "f": (1000, 300)})
    drawing.road("a b", "Route 116", ref="TS 116").road("b c", "Case Street", ref="TS 116").road(
        "c d", "Church Street", ref="TS 116"
    )
    drawing.road("b e", "Side Street").road("c f", "Other Street")
    found = steps(drawn(drawing), (10, 0), (1400, 0))
    assert [step.manoeuvre for step in found] == ["depart", "arrive"]
    assert (
        found[0].instruction
        == "Head east on Route 116 (TS 116) toward Side Street and go 0.9 mi, becoming Church Street."
    )


def test_slip_lane_is_part_of_the_turn() -> None:
    drawing = Drawing({"a": (0, 0), "s": (440, 0), "o": (500, 0), "t": (500, -60), "b": (1000, 0), "d": (500, -500)})
    drawing.road("a s o b", "Main Street", highway="secondary").road(
        "o t d", "Hill Road", highway="secondary", direction="backward"
    )
    drawing.road("t d", "Hill Road", highway="secondary").road(
        "s t", None, highway="secondary_link", direction="forward"
    )
    found = steps(drawn(drawing), (10, 0), (500, -450))
    assert [step.manoeuvre for step in found] == ["depart", "turn_right", "arrive"]
    assert found[1].street == "Hill Road"


def test_turning_back_through_a_gap_in_the_median() -> None:
    drawing = Drawing({"a": (0, 0), "b": (500, 0), "c": (1000, 0), "d": (1000, 20), "e": (500, 20), "f": (0, 20)})
    drawing.road("a b c", "Wide Road", direction="forward").road("d e f", "Wide Road", direction="forward").road(
        "b e", "Gap Street"
    )
    found = steps(drawn(drawing), (100, -1), (100, 21))
    assert [step.manoeuvre for step in found] == ["depart", "u_turn", "arrive"]


def test_bridge_and_town_line_are_noted() -> None:
    drawing = Drawing({"a": (0, 0), "b": (500, 0), "c": (700, 0), "d": (2500, 0)})
    drawing.road("a b", "Point Road").road("b c", "Point Road", bridge="yes", bridge_name="Hix Bridge").road(
        "c d", "Point Road"
    )
    drawing.add(
        "boundaries",
        box(1200, -900, 4000, 900),
        boundary_id="r9",
        name="Eastfold",
        kind="town",
        admin_level=8,
        state="Testonia",
    )
    town = drawing.town("Westfold", box(-500, -900, 1200, 900))
    found = steps(town, (10, 0), (2400, 0))
    assert found[0].instruction == "Head east on Point Road and go 1.5 mi, crossing Hix Bridge, entering Eastfold."


@pytest.mark.parametrize(
    ("start", "end", "side"),
    [
        ((100, 0), (800, 30), "left"),
        ((100, 0), (800, -30), "right"),
        ((800, 0), (100, 30), "right"),
        ((100, 0), (800, 1), None),
    ],
)
def test_side_of_arrival_in_the_direction_of_travel(
    start: tuple[float, float], end: tuple[float, float], side: str | None
) -> None:
    town = drawn(Drawing({"a": (0, 0), "b": (1000, 0)}).road("a b", "Main Street"))
    expected = f"Arrive at your destination, on your {side}." if side else "Arrive at your destination."
    assert steps(town, start, end)[-1].instruction == expected


@pytest.mark.parametrize("off", [0.0, 0.05, 1.0, 2.9])
def test_a_position_at_a_crossing_makes_no_step_of_its_width(off: float) -> None:
    town = tiny_town()
    whole = Router(town).route(at(500 - off, 1000), at(1000 - off, 500))
    found = directions(town, whole)
    assert [step.manoeuvre for step in steps(town, (500 - off, 1000), (500, 200))] == ["depart", "arrive"]
    assert found[0].instruction.startswith(("Head east on Main Street", "Head south on Elm Street"))
    south = steps(town, (500 - off, 1000), (500, 200))
    assert south[0].instruction.startswith("Head south on Elm Street toward Oak Avenue")
    assert south[0].street == south[-1].street == "Elm Street"
    north = steps(town, (500, 200), (500 - off, 1000))
    assert [step.manoeuvre for step in north] == ["depart", "arrive"]
    assert north[-1].street == "Elm Street"
    assert math.fsum(step.length_m for step in south) == pytest.approx(800 + off, abs=0.5 if off else 0.1)
    assert math.fsum(step.length_m for step in found) == pytest.approx(whole.length_m, rel=1e-12)
    assert math.fsum(step.travel_time_s for step in found) == pytest.approx(whole.travel_time_s, rel=1e-12)


def test_a_street_of_more_than_a_crossing_is_a_step() -> None:
    found = steps(tiny_town(), (496, 1000), (500, 200))
    assert [step.manoeuvre for step in found] == ["depart", "turn_right", "arrive"]


def test_standing_there_already() -> None:
    found = steps(tiny_town(), (100, 1005), (100, 1005))
    assert [step.manoeuvre for step in found] == ["arrive"]


def test_steps_sum_to_the_path_on_every_pair_of_corners() -> None:
    town = tiny_town()
    router = Router(town)
    corners = [at(x + 20, y + 7) for x in (0, 500, 1000) for y in (0, 500, 1000)]
    told = 0
    for start, end in itertools.permutations(corners, 2):
        try:
            path = router.route(start, end)
        except NoRouteError:
            continue
        found = directions(town, path)
        told += 1
        assert math.fsum(step.length_m for step in found) == pytest.approx(path.length_m, abs=1e-6)
        assert math.fsum(step.travel_time_s for step in found) == pytest.approx(path.travel_time_s, abs=1e-6)
        assert found[-1].manoeuvre == "arrive"
        assert found[-1].length_m == 0
        assert all(step.instruction.endswith(".") and "  " not in step.instruction for step in found)
        assert (found[0].lon, found[0].lat) == pytest.approx((path.origin.lon, path.origin.lat), abs=1e-9)
    assert told > 60


def test_wording_refuses_what_it_has_no_words_for() -> None:
    with pytest.raises(ValueError, match="no en public wording for turn_left with only compass known"):
        say(get_language("en"), "public", "turn_left", {"compass": "north"})
