"""Callers who say how they relate to what they name."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, shape

from geo_dispatch.locate import Circle, Locator
from geo_dispatch.locate.answer import Candidate, LocateAnswer
from geo_dispatch.locate.relations.clauses import parse_clauses
from geo_dispatch.locate.tables import read_table
from geo_dispatch.locate.tables.relations import load_relations
from tests.locate.drawing import coast_town, lonlat
from tests.towns import ORIGIN, PROJECTION


@pytest.fixture(scope="module")
def locator() -> Locator:
    return Locator(coast_town())


def xy(candidate: Candidate) -> tuple[float, float]:
    x, y = PROJECTION.to_xy(candidate.lon, candidate.lat)
    return x - ORIGIN[0], y - ORIGIN[1]


def holds(region: dict[str, object], x: float, y: float) -> bool:
    return bool(shape(region).covers(Point(lonlat(x, y))))


def first(answer: LocateAnswer) -> Candidate:
    assert answer.candidates, answer.query
    return answer.candidates[0]


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        # Lees Market stands 50 m south of Main Road, by its crossing with Drift Road.
        ("across from Lees Market", [(1010, 2010)], [(1010, 1880), (1500, 2000)]),
        ("behind Lees Market", [(1010, 1910)], [(1010, 2120), (1300, 2000)]),
        ("in front of Lees Market", [(1010, 2000)], [(1010, 1700)]),
        ("next to Lees Market", [(1010, 1960)], [(2000, 2000)]),
        ("just north of Saint Johns Church", [(1900, 1000), (1960, 1005)], [(1900, 700)]),
        ("half a mile south of the fire headquarters on Old County Road", [(0, 695)], [(0, 1500), (1000, 695)]),
        (
            "between Drift Road and North Main Road on Hix Bridge Road",
            [(1500, 1000), (1200, 1000)],
            [(500, 1000), (1000, 500)],
        ),
        ("on Hix Bridge Road between Old County Road and Drift Rd", [(500, 1000)], [(1500, 1000)]),
        ("near the church on North Main Road", [(2000, 950)], [(1000, 500)]),
        ("we are on Drift Road, next to Lees Market", [(1000, 1950)], [(1000, 1000), (1500, 2000)]),
    ],
)
def test_the_region_is_where_the_words_put_it(
    locator: Locator, text: str, inside: list[tuple[float, float]], outside: list[tuple[float, float]]
) -> None:
    best = first(locator.locate(text))
    assert best.kind == "relative"
    assert [holds(best.region90, *point) for point in inside] == [True] * len(inside)
    assert [holds(best.region90, *point) for point in outside] == [False] * len(outside)


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("200 yards past the dunkin", [("past", 182.88, None, "dunkin")]),
        ("a mile and a half east of town", [("direction", 2414.016, 90, "town")]),
        ("half mile down the road from lees", [("along", 804.672, None, "lees")]),
        ("2 blocks from the bank", [("distance", 2 * load_relations().units["block"], None, "bank")]),
        ("on the north side of the church", [("direction", None, 0, "church")]),
        ("main st across the street from the shell near the dump",
         [("head", None, None, "main st"), ("across", None, None, "shell"), ("near", None, None, "dump")]),
        ("half a mile south on main from the school",
         [("on", None, None, "main"), ("direction", 804.672, 180, "school")]),
    ],
)  # fmt: skip
def test_clauses_are_read(text: str, clauses: list[tuple[str, float | None, float | None, str]]) -> None:
    found = parse_clauses(text.split())
    assert [(c.kind, c.distance_m, c.bearing_deg, " ".join(c.objects[0])) for c in found] == clauses


def test_what_one_is_between_is_cut_at_the_word_and() -> None:
    found = parse_clauses(["between", "merchants", "&", "farmers", "bank", "and", "southern", "kitchen"])
    assert [" ".join(side) for side in found[0].objects] == ["merchants & farmers bank", "southern kitchen"]


@pytest.mark.parametrize(
    "text", ["12 main street", "", "lees market", "on main street", "between", "north of", "half a mile", "near the"]
)
def test_words_without_a_whole_relation_have_no_clauses(text: str) -> None:
    assert parse_clauses(text.split()) == ()


def test_both_ways_along_the_road_are_open_and_the_question_is_which(locator: Locator) -> None:
    answer = locator.locate("200 yards past Lees Market on Main Road")
    assert answer.status == "ambiguous"
    places = sorted(xy(candidate) for candidate in answer.candidates[:2])
    assert [round(x, -1) for x, _ in places] == pytest.approx([1010 - 183, 1010 + 183], abs=45)
    assert all(abs(y - 2000) < 10 for _, y in places)
    assert answer.question is not None
    assert set(answer.question.answers) == {"east", "west"}


def test_two_of_a_name_are_two_candidates_and_one_question(locator: Locator) -> None:
    answer = locator.locate("across from the Dunkin")
    assert answer.status == "ambiguous"
    near = [min(range(2), key=lambda k: math.dist(xy(c), [(300, 1980), (1700, 1020)][k])) for c in answer.candidates]
    assert sorted(near) == [0, 1]
    assert answer.question is not None
    on_hix = locator.locate("across from the Dunkin on Hix Bridge Road")
    assert on_hix.status == "located"
    assert math.dist(xy(first(on_hix)), (1700, 1000)) < 120
    circled = locator.locate("across from the Dunkin", circle=Circle(*lonlat(1700, 1000), radius_m=300))
    assert circled.status == "located"
    assert math.dist(xy(first(circled)), (1700, 1000)) < 120


def test_a_clause_that_fits_nowhere_is_said_so_and_erases_nothing(locator: Locator) -> None:
    answer = locator.locate("across from Lees Market on Daniel Street")
    market = next(c for c in answer.candidates if c.kind == "relative")
    assert math.dist(xy(market), (1010, 2000)) < 150
    assert "contradicted" in {why.status for why in market.why}
    fits = first(locator.locate("across from Lees Market on Main Road"))
    assert market.probability < 0.6 * fits.probability
    assert any("does not fit" in warning for warning in answer.warnings)


def test_a_clause_that_names_nothing_on_file_is_neutral(locator: Locator) -> None:
    best = first(locator.locate("across from Lees Market next to the purple elephant"))
    assert [why.status for why in best.why if "elephant" in why.clause] == ["neutral"]
    assert locator.locate("across from the purple elephant").status == "unknown"


def test_a_kind_of_place_is_found_when_no_name_is(locator: Locator) -> None:
    best = first(locator.locate("behind the fire station"))
    assert math.dist(xy(best), (30, 1500)) < 150
    assert first(locator.locate("we are at the firehouse")).label.startswith("Fire Headquarters")


def test_the_order_of_clauses_does_not_matter(locator: Locator) -> None:
    one = locator.locate("near Lees Market on Main Road")
    other = locator.locate("on Main Road near Lees Market")
    assert [(c.lon, c.lat, c.region90) for c in one.candidates] == [
        (c.lon, c.lat, c.region90) for c in other.candidates
    ]
    assert [c.probability for c in one.candidates] == pytest.approx([c.probability for c in other.candidates])


def test_an_address_that_was_named_stays_ahead(locator: Locator) -> None:
    assert first(locator.locate("10 Drift Road, across from Lees Market")).kind == "address"


_RELATIONS = ["near", "next to", "across from", "behind", "in front of", "past", "before", "300 feet past", "half a mile south of",
              "just east of", "a block from", "up the road from", "500 yards from"]  # fmt: skip
_THINGS = [
    "Lees Market",
    "the Dunkin",
    "the church",
    "Fire Headquarters",
    "exit 12",
    "10 Drift Road",
    "Main Road and Drift Road",
]
_STREETS = [
    "",
    " on Main Road",
    " on Hix Bridge Road",
    " on Drift Rd",
    " on Daniel Street",
    " on Nowhere Lane",
    ", Eastham",
]


@settings(max_examples=60, deadline=None)
@given(
    relation=st.sampled_from(_RELATIONS),
    thing=st.sampled_from(_THINGS),
    street=st.sampled_from(_STREETS),
    radius_m=st.floats(150.0, 800.0),
)
def test_probabilities_and_regions_hold_together(relation: str, thing: str, street: str, radius_m: float) -> None:
    locator = Locator(coast_town())
    text = f"{relation} {thing}{street}"
    answer = locator.locate(text)
    assert answer.candidates, text
    assert sum(c.probability for c in answer.candidates) <= 1.0 + 1e-6
    again = locator.locate(text)
    assert [(c.lon, c.lat, c.probability) for c in again.candidates] == [
        (c.lon, c.lat, c.probability) for c in answer.candidates
    ]
    for candidate in answer.candidates:
        inner, outer = shape(candidate.region50), shape(candidate.region90)
        assert outer.is_valid
        # Long edges, straight in the town's CRS, are cut at different corners: half a metre apart in degrees.
        assert outer.buffer(5e-6).covers(inner)
        assert outer.buffer(1e-6).covers(Point(candidate.lon, candidate.lat))
        assert np.isfinite(candidate.radius90_m)
    best = first(answer)
    circled = locator.locate(text, circle=Circle(best.lon, best.lat, max(radius_m, best.radius90_m)))
    raised = max(
        (c.probability for c in circled.candidates if math.dist(xy(c), xy(best)) < best.radius90_m + 100), default=0.0
    )
    # A rival at the same spot may fit the circle a little better than a wide region does.
    assert raised >= best.probability - 0.02


@pytest.mark.parametrize(
    "text",
    [
        "Hix Bridge Road, no wait, Drift Road",
        "hix bridge road no, wait, drift road",
        "10 Hix Bridge Road I mean 10 Drift Road",
    ],
)
def test_a_correction_replaces_what_was_said_before(locator: Locator, text: str) -> None:
    best = first(locator.locate(text))
    assert "Drift Road" in best.label
    assert best.probability > 0.5


def test_words_of_a_correction_at_the_start_are_no_correction(locator: Locator) -> None:
    assert first(locator.locate("I mean Drift Road")).label.startswith("Drift Road")


def test_no_word_means_two_relations_and_no_name_two_kinds() -> None:
    relations = load_relations()
    words = [text for kind in relations.words.values() for text in kind]
    assert len(words) == len(set(words))
    names = [name for texts in read_table("categories.yaml").values() for name in texts]
    assert len(names) == len(set(names))
    assert all(model.p50_m < model.p90_m for model in relations.distance.values())
    assert set(relations.words) - {"between", "on", "toward"} <= set(relations.distance)
