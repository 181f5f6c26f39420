"""What directions remember of a town never shows in another answer: other towns, vehicles, closures, languages and voices."""

from __future__ import annotations

import itertools

import pytest

from geo_dispatch.directions import describe, directions
from geo_dispatch.directions.landmarks import TownCues
from geo_dispatch.directions.signs import read_sign, same_name, same_street
from geo_dispatch.directions.turns import junctions_of
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing import Router
from geo_dispatch.service.route_sheet import RouteSheets, Wording, route_sheet
from geo_dispatch.town.town import Town
from tests.towns import Drawing, box, lonlat, tiny_town

ALONG = LonLat(*lonlat(0, 1000)), LonLat(*lonlat(1000, 1000))
CLOSED = "Main St from Elm St to North Rd"
START, END = LonLat(*lonlat(30, 1010)), LonLat(*lonlat(515, 200))


def crossing(east: str, north: str, **tags: str) -> Town:
    """Draw two streets that cross: the same arcs and nodes whatever they are called."""
    drawing = Drawing({"a": (0, 0), "b": (600, 0), "c": (1200, 0), "d": (600, 600)})
    drawing.road("a b c", east).road("b d", north, **tags)
    return drawing.town(east, box(-500, -500, 2000, 1500))


def told(town: Town) -> list[str]:
    path = Router(town).route(LonLat(*lonlat(10, 0)), LonLat(*lonlat(600, 590)))
    return [step.instruction for step in directions(town, path, cues=TownCues(town))]


def test_two_towns_in_one_process_keep_their_own_names():
    one, other = crossing("Main Street", "Elm Street"), crossing("Oak Road", "Pine Road", highway="track")
    first, second = told(one), told(other)
    assert any("left onto Elm Street" in text for text in first)
    assert any("left onto Pine Road" in text for text in second)
    assert told(one) == first
    assert told(other) == second
    assert not any("Elm" in text or "Main" in text for text in second)


def test_a_closure_makes_other_steps_and_its_end_the_first_again():
    town = tiny_town()
    router = Router(town)
    before = directions(town, router.route(*ALONG))
    around = directions(town, router.route(*ALONG, closures=[CLOSED]))
    assert [step.street for step in around] != [step.street for step in before]
    assert directions(town, router.route(*ALONG)) == before


def test_languages_voices_and_units_do_not_mix():
    town = tiny_town()
    path = Router(town).route(START, END)
    asked = list(itertools.product(("public", "radio", "screen"), ("en", "pt"), ("us", "metric")))
    first = {
        key: directions(town, path, text=key[0], language=key[1], units=key[2], cues=TownCues(town)) for key in asked
    }
    for key in reversed(asked):
        assert directions(town, path, text=key[0], language=key[1], units=key[2], cues=TownCues(town)) == first[key]
    assert len(set(first.values())) == len(asked)


def test_one_way_driven_by_several_has_each_ones_times():
    town = tiny_town()
    router = Router(town)
    sheets = RouteSheets(town, say="the store")
    car, engine = (router.route(START, END, profile=profile) for profile in ("car", "engine"))
    assert car.way == engine.way
    assert car.travel_time_s != engine.travel_time_s
    for path in (car, engine, car):
        sheet = sheets.sheet(path)
        alone = route_sheet(town, path, wording=Wording(), say="the store")
        assert sheet.steps == alone.steps
        assert sum(step.travel_time_s for step in sheet.steps) == pytest.approx(path.travel_time_s)
    assert sheets.sheet(car).geometry["coordinates"] is sheets.sheet(engine).geometry["coordinates"]


@pytest.mark.parametrize("change", ["origin", "destination", "closure"])
def test_another_way_is_not_taken_for_it(change):
    town = tiny_town()
    router = Router(town)
    way = router.route(*ALONG).way
    other = {
        "origin": lambda: router.route(LonLat(*lonlat(60, 1010)), ALONG[1]),
        "destination": lambda: router.route(ALONG[0], LonLat(*lonlat(1000, 990))),
        "closure": lambda: router.route(*ALONG, closures=[CLOSED]),
    }[change]()
    assert other.way != way


def test_the_two_sides_of_a_street_are_two_ways():
    town = tiny_town()
    router, sheets = Router(town), RouteSheets(town)
    left, right = (router.route(ALONG[0], LonLat(*lonlat(300, y))) for y in (1012, 988))
    assert [part.arc for part in left.parts] == [part.arc for part in right.parts]
    told = [sheets.sheet(path).steps[-1].instruction for path in (left, right)]
    assert [("left" in text, "right" in text) for text in told] == [(True, False), (False, True)]


def test_a_standing_start_is_described_for_whoever_stands():
    town = tiny_town()
    path = Router(town).route(START, START)
    described = describe(town, path)
    assert [step.manoeuvre for step in described.steps] == ["arrive"]
    assert described.driven(path) == described.steps


def test_the_junctions_of_a_town_are_the_same_ones_and_of_no_other():
    one, other = tiny_town(), crossing("Main Street", "Elm Street")
    assert junctions_of(one) is junctions_of(one)
    assert junctions_of(one) is not junctions_of(other)


@pytest.mark.parametrize(
    ("one", "other", "street", "name"),
    [
        (("Main Street", None), ("Main Street", None), True, True),
        (("Sea View Road", None), ("Seaview Road", None), True, True),
        (("Kelley Road East", None), ("Kelly Road East", None), True, True),
        ((None, None), (None, None), True, False),
        ((None, None), ("Main Street", None), False, False),
        (("Case Street", "VT 116"), ("Route 116", "VT 116"), True, False),
        (("Case Street", "VT 116"), (None, "VT 116"), True, False),
        (("Case Street", "VT 116"), ("Hill Road", "VT 116"), False, False),
        (("County Road 1", None), ("County Road 12", None), False, False),
    ],
)
def test_signs_tell_what_is_one_street(one, other, street, name):
    first, second = read_sign(*one), read_sign(*other)
    assert (same_street(first, second), same_street(second, first)) == (street, street)
    assert (same_name(first, second), same_name(second, first)) == (name, name)
