"""House numbers as callers say them: in words, as runs, blocks and choices, without their street."""

from __future__ import annotations

import pytest
import shapely
from shapely.geometry import shape

from geo_dispatch.locate import Candidate, LocateAnswer, Locator
from tests.locate.drawing import coast_town, lonlat


@pytest.fixture(scope="module")
def locator() -> Locator:
    return Locator(coast_town())


def off_m(answer: LocateAnswer, x: float, y: float) -> float:
    """Return how far the first candidate is from a point of the drawing, metres."""
    projection = coast_town().projection
    ax, ay = projection.to_xy(answer.candidates[0].lon, answer.candidates[0].lat)
    bx, by = projection.to_xy(*lonlat(x, y))
    return float(((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5)


def holds(candidate: Candidate, x: float, y: float) -> bool:
    return bool(shape(candidate.region90).covers(shapely.Point(lonlat(x, y))))


@pytest.mark.parametrize(
    ("text", "x", "y"),
    [
        ("number ten drift road", 1020, 1800),
        ("number 10 on Drift Road", 1020, 1800),
        ("house number twelve, Drift Road", 1020, 1760),
        ("it's number 14 on drift", 1020, 1720),
        ("seventy-five main road, testport", 1480, 1980),
        ("sixteen a drift road", 1020, 1700),
        ("18 and a half drift road", 1020, 1640),
        ("eighteen and a half drift road", 1020, 1640),
        ("one fifty ridge road", 2400, 0),
        ("one hundred and fifty ridge road", 2400, 0),
        ("a hundred fifty ridge road", 2400, 0),
        ("hundred and fifty ridge road", 2400, 0),
        ("one oh two ridge road", 2400, 480),
    ],
)
def test_a_number_in_words_is_read(locator: Locator, text: str, x: float, y: float) -> None:
    answer = locator.locate(text)
    assert answer.candidates[0].kind == "address"
    assert off_m(answer, x, y) < 15, answer.candidates[0].label
    assert answer.unmatched == ()


@pytest.mark.parametrize(
    "text",
    [
        "between 40 and 60 Main Road, Testport",
        "Main Road between 40 and 60, Testport",
        "on main road between number 40 and number 60, testport",
        "40-60 Main Road, Testport",
        "40 to 60 main rd testport",
        "numbers forty through sixty main road, testport",
        "main road, 40 to 60, testport",
        "we broke down between 40 and 60 on Main Road in Testport",
    ],
)
def test_a_run_of_numbers_is_a_stretch_of_its_street(locator: Locator, text: str) -> None:
    answer = locator.locate(text)
    best = answer.candidates[0]
    assert answer.status == "located", answer
    assert best.kind == "segment"
    assert best.label == "Numbers 40 to 60 of Main Road, Testport"
    assert holds(best, 1000, 2000)  # number 50
    assert holds(best, 860, 2000)
    assert holds(best, 1140, 2000)
    assert not holds(best, 700, 2000)
    assert not holds(best, 1300, 2000)
    assert 100 < best.radius90_m < 260
    assert set(answer.unmatched) <= {"broke"}


@pytest.mark.parametrize(
    "text",
    ["the 100 block of Ridge Road", "100 block ridge road", "Ridge Road, 100 block", "in the one hundred block of Ridge Rd", "in the 100s on Ridge Road"],
)  # fmt: skip
def test_a_hundred_block_is_placed_by_ranges(locator: Locator, text: str) -> None:
    best = locator.locate(text).candidates[0]
    assert best.kind == "segment"
    assert best.label.startswith("The 100 block of Ridge Road")
    assert holds(best, 2400, 300)
    assert holds(best, 2400, -300)
    assert any("number ranges" in why.effect for why in best.why)


def test_a_block_without_numbers_names_those_on_file_and_is_not_located(locator: Locator) -> None:
    answer = locator.locate("the 900 block of Drift Road")
    assert answer.status == "ambiguous"
    assert answer.candidates[0].kind == "street"
    assert answer.candidates[0].probability < 0.5
    assert any("no number from 900 to 999" in warning and "7 to 18" in warning for warning in answer.warnings)


def test_of_two_numbers_the_one_on_file_goes_first_and_both_are_told(locator: Locator) -> None:
    both = locator.locate("12 or 14 Drift Road")
    assert {c.label for c in both.candidates} <= {"12 Drift Road, Testport", "14 Drift Road, Testport"}
    assert any("12 or 14 was said" in warning for warning in both.warnings)
    assert holds(both.candidates[0], 1020, 1760)
    assert holds(both.candidates[0], 1020, 1720)
    one = locator.locate("11 or 12 Drift Road")
    assert one.candidates[0].label == "12 Drift Road, Testport"
    assert one.unmatched == ()


@pytest.mark.parametrize(
    "text", ["across from number 12 Drift Road", "across from 12 Drift Road", "Drift Road across from number 12"]
)
def test_a_number_is_an_anchor(locator: Locator, text: str) -> None:
    answer = locator.locate(text)
    assert answer.candidates[0].kind == "relative"
    assert off_m(answer, 1000, 1760) < 60
    assert holds(answer.candidates[0], 990, 1760)


@pytest.mark.parametrize("text", ["45 Zyxwv Street", "12 Qqqqq"])
def test_a_number_whose_street_is_not_on_file_is_unknown(locator: Locator, text: str) -> None:
    answer = locator.locate(text)
    assert answer.status == "unknown"
    assert set(text.casefold().split()[1:]) <= set(answer.unmatched)
    assert answer.question is not None
    assert ("spelled" in answer.question.text) == text.endswith("Street")


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("the 300 block", "The 300 block of which street?"),
        ("between 100 and 120", "Numbers 100 to 120 of which street?"),
        ("12 or 14", "12 or 14 on which street?"),
        ("twelve", "12 on which street"),
        ("there's a fire at twelve", "12 on which street"),
    ],
)
def test_numbers_alone_ask_for_their_street(locator: Locator, text: str, question: str) -> None:
    answer = locator.locate(text)
    assert answer.status == "unknown"
    assert answer.question is not None
    assert answer.question.text.startswith(question)


@pytest.mark.parametrize(
    "text",
    [
        "between Main Road and Hix Bridge Road on Drift Road",
        "2 and a half miles south of Lees Market",
        "88 and hix bridge",
        "mile 2 to 3 on route 88",
        "mm 2.5 route 88 northbound",
        "Exit 12 or 13",
        "one block south of Lees Market",
        "two or three houses down from Lees Market on Main Road",
        "the 7-11 on Main Road",
        "10 to 15 people fighting on Main Road",
        "7-8 blocks north of you on Main Road",
        "10 Drift Road, Testport 02790-1234",
    ],
)
def test_other_numbers_are_left_alone(locator: Locator, text: str) -> None:
    assert all(candidate.kind != "segment" for candidate in locator.locate(text).candidates)
