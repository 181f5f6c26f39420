"""What is located, on a drawn town: each kind of place, and what must never happen."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import shape

from geo_dispatch.errors import CoordinateError, InputError
from geo_dispatch.locate import Circle, LocateAnswer, Locator
from tests.locate.drawing import coast_town, lonlat


@pytest.fixture(scope="module")
def locator() -> Locator:
    return Locator(coast_town())


def off_m(answer: LocateAnswer, x: float, y: float) -> float:
    """Return how far the first candidate is from a point of the drawing, metres."""
    projection = coast_town().projection
    best = answer.candidates[0]
    ax, ay = projection.to_xy(best.lon, best.lat)
    bx, by = projection.to_xy(*lonlat(x, y))
    return float(((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5)


@pytest.mark.parametrize(
    ("text", "x", "y", "kind"),
    [
        ("10 Drift Road", 1020, 1800, "address"),
        ("ten drift rd", 1020, 1800, "address"),
        ("I'm at 10 Drift Road please", 1020, 1800, "address"),
        ("10 Dritf Rd", 1020, 1800, "address"),
        ("10 Drift Raod", 1020, 1800, "address"),
        ("number 10 drift road testport", 1020, 1800, "address"),
        ("Drift Road 10", 1020, 1800, "address"),
        ("16A Drift Road", 1020, 1700, "address"),
        ("16 a drift road", 1020, 1700, "address"),
        ("18 1/2 Drift Rd", 1020, 1640, "address"),
        ("7 Drift Road apt 2", 982, 1802, "address"),
        ("4 Main Road, Eastham", 3280, 2020, "address"),
        ("150 Ridge Road", 2400, 0, "address"),
        ("Main Rd & Drift Rd", 1000, 2000, "intersection"),
        ("drift at main", 1000, 2000, "intersection"),
        ("corner of Drift Road and Hix Bridge Road", 1000, 1000, "intersection"),
        ("Hicks Bridge / Dirft", 1000, 1000, "intersection"),
        ("88 and hix bridge", -520, 1000, "intersection"),
        ("Lee's Market", 1010, 1950, "place"),
        ("leez markit", 1010, 1950, "place"),
        ("st johns", 1900, 950, "place"),
        ("Testport Fire fire station", 30, 1500, "place"),
        ("fire station 1", 30, 1500, "place"),
        ("the Cornell", 1010, 1950, "place"),
        ("Turnpike Road", 0, 1000, "street"),
        ("the pike", 0, 1000, "street"),
        ("exit 12", -520, 1000, "intersection"),
        ("exit 3 on route 88", -520, 1000, "intersection"),
        ("mile marker 2 on 88", -500, 1109, "mile_marker"),
        ("mm 2.5 route 88 northbound", -500, 1913, "mile_marker"),
        ("hurry 12 drift road kitchen burning", 1020, 1760, "address"),
    ],
)
def test_it_is_found(locator: Locator, text: str, x: float, y: float, kind: str) -> None:
    answer = locator.locate(text)
    assert answer.status == "located", answer
    assert answer.candidates[0].kind == kind
    assert off_m(answer, x, y) < 30
    assert answer.candidates[0].why


@pytest.mark.parametrize(
    "text",
    [
        "purple elephant dancing",
        "zxcvb",
        "42",
        "street",
        "the",
        "near",
        "Улица",
        "my house is on fire",
        "help",
        "it hurts",
        "???",
    ],
)
def test_words_that_name_nothing_are_unknown_and_never_the_town_centre(locator: Locator, text: str) -> None:
    answer = locator.locate(text)
    assert answer.status == "unknown"
    assert answer.candidates == ()
    assert answer.question is not None


@pytest.mark.parametrize(
    "text",
    [
        "we're by the water",
        "behind the building",
        "in the parking lot",
        "down the street",
        "near the highway",
        "someone broke into my house",
        "two cars crashed on the road",
        "he ran that way",
        "over there",
        "I don't know where I am",
        "the big white church",
        "call me back at 508 555 0100",
    ],
)
def test_everyday_speech_is_no_place(locator: Locator, text: str) -> None:
    assert locator.locate(text).status == "unknown"


def test_a_name_in_two_towns_asks_which(locator: Locator) -> None:
    answer = locator.locate("Main Road")
    assert answer.status == "ambiguous"
    assert {c.municipality for c in answer.candidates[:2]} == {"Testport", "Eastham"}
    assert answer.question is not None
    assert answer.question.text == "Which town: Testport or Eastham?"
    assert locator.locate("Main Road, Eastham").candidates[0].municipality == "Eastham"


def test_a_place_that_exists_twice_asks_which(locator: Locator) -> None:
    answer = locator.locate("Dunkin")
    assert answer.status == "ambiguous"
    assert answer.candidates[0].probability < 0.6
    assert answer.question is not None
    assert "Main Road" in answer.question.text
    on_main = locator.locate("Dunkin on Main Road")
    assert on_main.status == "located"
    assert off_m(on_main, 300, 1980) < 10


def test_names_that_differ_in_type_are_warned_of(locator: Locator) -> None:
    assert locator.locate("Daniel").status == "ambiguous"
    answer = locator.locate("9 Daniel Avenue")
    assert answer.status == "located"
    assert any("Daniel Street" in warning for warning in answer.warnings)


def test_a_number_between_neighbours_says_so(locator: Locator) -> None:
    answer = locator.locate("11 Drift Road")
    best = answer.candidates[0]
    assert off_m(answer, 1020, 1780) < 25
    assert 10 < best.radius90_m < 200
    assert best.probability < locator.locate("10 Drift Road").candidates[0].probability
    assert any("between 10 and 12" in warning for warning in answer.warnings)
    assert any("between 10 and 12" in why.effect for why in best.why)


def test_a_number_outside_the_range_names_the_range_and_is_not_located(locator: Locator) -> None:
    answer = locator.locate("900 Drift Road")
    assert answer.status == "ambiguous"
    assert answer.candidates[0].kind == "street"
    assert answer.candidates[0].probability < 0.5
    assert any("7 to 18" in warning for warning in answer.warnings)


def test_a_suffix_that_is_not_on_file_is_said(locator: Locator) -> None:
    answer = locator.locate("16 B Drift Road")
    assert any("not with B" in warning for warning in answer.warnings)


def test_the_number_is_offered_on_the_street_it_is_confused_with(locator: Locator) -> None:
    answer = locator.locate("5 Daniel Avenue")
    assert [c.label for c in answer.candidates][1:] == ["5 Daniel Street, Testport"]
    assert answer.candidates[0].probability < 0.8


def test_a_wrong_town_is_said(locator: Locator) -> None:
    answer = locator.locate("10 Drift Road, Eastham")
    assert answer.status != "located"
    assert any("not in Eastham" in warning for warning in answer.warnings)
    assert any(why.status == "contradicted" for why in answer.candidates[0].why)


def test_former_names_and_numbers_say_what_they_are_now(locator: Locator) -> None:
    assert "Old County Road" in locator.locate("Turnpike Road").candidates[0].label
    assert any("exit 12" in warning for warning in locator.locate("exit 3").warnings)


def test_relations_that_are_not_weighed_say_so_and_widen_the_region(locator: Locator) -> None:
    plain, near = locator.locate("Lees Market"), locator.locate("this side of Lees Market")
    assert near.candidates[0].kind == "relative"
    assert near.candidates[0].radius90_m > plain.candidates[0].radius90_m + 100
    assert [w.status for w in near.candidates[0].why if w.reading == "relation"] == ["neutral"]
    assert any("not used yet" in warning for warning in near.warnings)


def test_streets_that_do_not_meet_are_not_located(locator: Locator) -> None:
    answer = locator.locate("Daniel Street & Daniel Avenue")
    assert answer.status == "ambiguous"
    assert answer.candidates[0].probability < 0.2
    assert any("do not cross" in warning for warning in answer.warnings)


def test_cross_streets_stand_on_both_sides(locator: Locator) -> None:
    assert set(locator.locate("10 Drift Road").candidates[0].cross_streets) == {"Main Road", "Hix Bridge Road"}


@pytest.mark.parametrize(
    "text", ["{lat:.5f}, {lon:.5f}", "{lon:.5f},{lat:.5f}", "{lat:.5f} {lon:.5f}", "{lat:.5f}N {west:.5f}W"]
)
def test_coordinates_in_either_order(locator: Locator, text: str) -> None:
    lon, lat = lonlat(1000, 1000)
    answer = locator.locate(text.format(lon=lon, lat=lat, west=-lon))
    assert answer.status == "located"
    assert answer.candidates[0].kind == "coordinate"
    assert off_m(answer, 1000, 1000) < 2


def test_degrees_minutes_seconds(locator: Locator) -> None:
    lon, lat = lonlat(1000, 1000)

    def dms(value: float) -> str:
        minutes = (abs(value) % 1) * 60
        return f"{int(abs(value))}°{int(minutes)}'{minutes % 1 * 60:.1f}\""

    answer = locator.locate(f"{dms(lat)}N {dms(lon)}W")
    assert off_m(answer, 1000, 1000) < 5


@pytest.mark.parametrize("text", ["12.5, 100.25", "0.00, 0.00", "41.58N 12.00E"])
def test_coordinates_outside_are_refused(locator: Locator, text: str) -> None:
    with pytest.raises(CoordinateError, match="outside"):
        locator.locate(text)


@pytest.mark.parametrize("text", ["", "   ", "\t\n"])
def test_empty_text_is_refused(locator: Locator, text: str) -> None:
    with pytest.raises(InputError, match="empty"):
        locator.locate(text)


def test_a_huge_text_is_cut_and_said_to_be(locator: Locator) -> None:
    answer = locator.locate("10 Drift Road " + "x" * 10_000)
    assert any("only the first" in warning for warning in answer.warnings)
    assert answer.elapsed_ms < 2000
    words = locator.locate("10 drift road " * 60)
    assert any("only the first" in warning for warning in words.warnings)


@pytest.mark.parametrize("limit", [0, 51, -1])
def test_a_limit_out_of_bounds_is_refused(locator: Locator, limit: int) -> None:
    with pytest.raises(InputError, match="limit"):
        locator.locate("Main Road", limit=limit)


def test_the_circle_decides_between_twins(locator: Locator) -> None:
    near_second = Circle(*lonlat(1650, 1050), radius_m=200)
    answer = locator.locate("Dunkin", circle=near_second)
    assert answer.status == "located"
    assert off_m(answer, 1700, 1020) < 5


def test_a_circle_that_contradicts_is_said_and_lowers_the_probability(locator: Locator) -> None:
    far = Circle(*lonlat(-500, -1000), radius_m=100)
    plain, contradicted = locator.locate("10 Drift Road"), locator.locate("10 Drift Road", circle=far)
    assert contradicted.candidates[0].probability < plain.candidates[0].probability
    assert any("contradicts" in warning for warning in contradicted.warnings)


def test_a_circle_narrows_a_street(locator: Locator) -> None:
    circle = Circle(*lonlat(1000, 500), radius_m=150)
    answer = locator.locate("Drift Road", circle=circle)
    assert off_m(answer, 1000, 500) < 20
    assert answer.candidates[0].radius90_m <= 151


def test_the_document_is_json_with_valid_regions(locator: Locator) -> None:
    for text in ("10 Drift Road", "Drift Road", "Main Rd & Drift Rd", "near Lees Market", "900 Drift Road"):
        answer = locator.locate(text)
        json.dumps(asdict(answer), allow_nan=False)
        for candidate in answer.candidates:
            small, large = shape(candidate.region50), shape(candidate.region90)
            assert small.is_valid
            assert large.is_valid
            assert 0 < small.area <= large.area * 1.001
            assert large.buffer(1e-6).contains(shapely.Point(candidate.lon, candidate.lat))


def test_probabilities_fall_and_stay_within_one(locator: Locator) -> None:
    for text in ("Main Road", "Daniel", "Dunkin", "5 Daniel Avenue", "hix", "Main"):
        candidates = locator.locate(text).candidates
        values = [c.probability for c in candidates]
        assert values == sorted(values, reverse=True)
        assert [c.rank for c in candidates] == list(range(1, len(candidates) + 1))
        assert 0 < sum(values) <= 1


def test_the_same_text_gives_the_same_answer(locator: Locator) -> None:
    fresh = Locator(coast_town())
    for text in ("10 Dritf Rd", "Main Road", "hicks bridge & dirft", "near lees"):
        one, other = asdict(locator.locate(text)), asdict(fresh.locate(text))
        assert one | {"elapsed_ms": 0} == other | {"elapsed_ms": 0}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_any_text_gets_an_answer_or_one_clear_error(text: str) -> None:
    if not text.strip():
        with pytest.raises(InputError):
            Locator(coast_town()).locate(text)
        return
    try:
        answer = Locator(coast_town()).locate(text)
    except CoordinateError:
        return  # two numbers far away
    assert answer.status in ("located", "ambiguous", "unknown")
    assert bool(answer.candidates) == (answer.status != "unknown")


WORDS = [
    "10",
    "drift",
    "road",
    "main",
    "and",
    "near",
    "lees",
    "market",
    "exit",
    "12",
    "route",
    "88",
    ",",
    "eastham",
    "corner",
    "of",
    "mile",
    "1/2",
    "st",
]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8))
def test_any_mixture_of_address_words_is_survived(words: list[str]) -> None:
    answer = Locator(coast_town()).locate(" ".join(["x", *words]))
    assert all(0 < c.probability <= 1 for c in answer.candidates)
