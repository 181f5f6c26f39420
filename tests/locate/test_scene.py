"""What callers are on or in, which way they travel, and features of the road."""

from __future__ import annotations

import math

import pytest
from shapely.geometry import Point, shape

from geo_dispatch.locate import Locator
from geo_dispatch.locate.answer import Candidate
from geo_dispatch.locate.relations.clauses import parse_clauses
from geo_dispatch.locate.tables.scene import load_scene
from tests.locate.drawing import coast_town, lonlat
from tests.towns import ORIGIN, PROJECTION


@pytest.fixture(scope="module")
def locator() -> Locator:
    return Locator(coast_town())


def xy(candidate: Candidate) -> tuple[float, float]:
    x, y = PROJECTION.to_xy(candidate.lon, candidate.lat)
    return x - ORIGIN[0], y - ORIGIN[1]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("in the water off east beach", [("ground", "water"), ("off", "east beach")]),
        ("in the parking lot at lees", [("ground", "parking"), ("within", "lees")]),
        ("on the shore highway near the dump", [("on", "shore highway"), ("near", "dump")]),
        ("northbound on route 88 past exit 12", [("bound", "northbound"), ("on", "route 88"), ("past", "exit 12")]),
        ("at the light at main and elm", [("feature", "light"), ("head", "main and elm")]),
        ("at the end of daniel street", [("end", "daniel street")]),
        ("i passed the church", [("past", "church")]),
    ],
)
def test_scenes_are_read(text: str, clauses: list[tuple[str, str]]) -> None:
    found = [(clause.kind, " ".join(clause.objects[0])) for clause in parse_clauses(text.split())]
    assert found == clauses


@pytest.mark.parametrize("text", ["exit 12 northbound", "mile 2 southbound"])
def test_a_direction_beside_an_exit_is_part_of_its_name(text: str) -> None:
    assert parse_clauses(text.split()) == ()


@pytest.mark.parametrize(("way", "own", "other"), [("northbound", -500.0, -540.0), ("southbound", -540.0, -500.0)])
def test_a_direction_of_travel_leaves_one_carriageway(locator: Locator, way: str, own: float, other: float) -> None:
    best = locator.locate(f"{way} on the State Highway").candidates[0]
    region = shape(best.region90)
    assert region.covers(Point(lonlat(own, 0.0)))
    assert not region.covers(Point(lonlat(other, 0.0)))


def test_past_an_exit_is_ahead_of_who_travels(locator: Locator) -> None:
    north = locator.locate("northbound on the State Highway just past exit 12").candidates[0]
    south = locator.locate("southbound on the State Highway just past exit 12").candidates[0]
    assert xy(north)[1] > 1000.0 > xy(south)[1]


def test_the_end_of_a_street_is_where_it_stops(locator: Locator) -> None:
    best = locator.locate("at the end of Daniel Street").candidates[0]
    assert math.dist(xy(best), (500.0, 600.0)) < 60.0


def test_the_line_of_no_town_is_none(locator: Locator) -> None:
    answer = locator.locate("on Main Road near the purple line")
    assert all("purple line" not in candidate.label for candidate in answer.candidates)


def test_ground_that_is_not_on_file_erases_nothing(locator: Locator) -> None:
    dry = locator.locate("in the water near Lees Market").candidates[0]
    assert math.dist(xy(dry), (1010.0, 1950.0)) < 400.0
    assert any(why.reading == "ground" and why.status == "contradicted" for why in dry.why)


def test_no_phrase_means_two_kinds_of_ground_or_two_features() -> None:
    scene = load_scene()
    grounds = [words for ground in scene.ground.values() for words in ground.words]
    features = [words for feature in scene.feature.values() for words in feature.words]
    assert len(grounds) == len(set(grounds))
    assert len(features) == len(set(features))
    assert all(0 <= degrees < 360 for degrees in scene.bound.values())
