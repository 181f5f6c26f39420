"""What is located, on a drawn town: each kind of place, and what must never happen."""

from __future__ import annotations

import json
import math
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


def test_a_vague_relation_widens_the_region(locator: Locator) -> None:
    plain, near = locator.locate("Lees Market"), locator.locate("this side of Lees Market")
    assert near.candidates[0].kind == "relative"
    assert near.candidates[0].radius90_m > plain.candidates[0].radius90_m + 100
    assert [w.status for w in near.candidates[0].why if w.reading == "relation"] == ["supported"]


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
    words = locator.locate("10 drift road " + " ".join(f"{number} oak" for number in range(60)))
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


def test_rings_run_counter_clockwise_and_hold_the_point(locator: Locator) -> None:
    for text in ("Drift Road", "Main Road", "900 Drift Road", "near Lees Market", "10 Drift Road"):
        for candidate in locator.locate(text).candidates:
            for region in (candidate.region50, candidate.region90):
                drawn = shape(region)
                parts = drawn.geoms if drawn.geom_type == "MultiPolygon" else [drawn]
                assert all(part.exterior.is_ccw for part in parts)
                assert not any(hole.is_ccw for part in parts for hole in part.interiors)


def test_a_number_out_of_range_is_placed_on_the_street(locator: Locator) -> None:
    best = locator.locate("9999 Drift Road").candidates[0]
    assert shape(best.region90).contains(shapely.Point(best.lon, best.lat))
    assert off_m(locator.locate("9999 Drift Road"), 1000, 1640) < 5


def test_a_place_far_from_the_road_that_was_said_is_contradicted(locator: Locator) -> None:
    answer = locator.locate("Lees Market on Ridge Road")
    assert answer.status == "ambiguous"
    assert answer.candidates[0].probability < 0.5
    assert any(why.status == "contradicted" for why in answer.candidates[0].why)
    assert any("ridge road" in warning for warning in answer.warnings)
    near, far = locator.locate("Dunkin on Hix Bridge Road").candidates[:2]
    assert near.probability > 5 * far.probability


@pytest.mark.parametrize(
    ("text", "anchor", "distance_m"),
    [
        ("half a mile south of Lees Market", "Lees Market", 805),
        ("200 yards past lees market", "Lees Market", 183),
        ("300 ft east of 10 Drift Road", "10 Drift Road", 91),
    ],
)
def test_a_distance_that_was_said_moves_the_place_that_far(
    locator: Locator, text: str, anchor: str, distance_m: float
) -> None:
    start = locator.locate(anchor).candidates[0]
    best = locator.locate(text).candidates[0]
    moved = [locator.town.projection.to_xy(c.lon, c.lat) for c in (start, best)]
    apart_m = math.dist(*moved)
    assert best.kind == "relative"
    assert 0.5 * distance_m < apart_m < 1.5 * distance_m
    if best.radius90_m > 400:
        assert best.probability < 0.8


def test_a_distance_that_is_not_computed_widens_the_region_and_is_not_located(locator: Locator) -> None:
    answer = locator.locate("Lees Market, 1/4 mile north")
    best = answer.candidates[0]
    assert answer.status == "ambiguous"
    assert best.kind == "relative"
    assert best.radius90_m >= 1.3 * 402
    assert best.probability < 0.5
    assert [why.status for why in best.why if why.reading == "distance"] == ["neutral"]
    assert answer.question is not None


def test_the_town_before_a_name_may_be_left_out_and_a_bus_stop_does_not_win(locator: Locator) -> None:
    answer = locator.locate("town hall")
    assert [c.label for c in answer.candidates] == ["Testport Town Hall, Testport", "Town Hall, Testport"]
    assert answer.candidates[0].probability > 4 * answer.candidates[1].probability
    assert answer.status == "located"


def test_the_town_that_was_said_goes_before_the_number_on_file_elsewhere(locator: Locator) -> None:
    assert locator.locate("18 Main Road, Testport").status == "located"
    answer = locator.locate("18 Main Road, Eastham")
    assert answer.candidates[0].municipality == "Eastham"
    assert all(answer.candidates[0].probability > 4 * c.probability for c in answer.candidates[1:])
    assert answer.question is None or "Which town" not in answer.question.text


def test_a_question_which_of_several_is_never_asked_of_what_is_located(locator: Locator) -> None:
    for text in (
        "Main Road",
        "Dunkin",
        "5 Daniel Avenue",
        "18 Main Road, Eastham",
        "Daniel",
        "18 Main Road",
        "town hall",
    ):
        answer = locator.locate(text)
        if answer.status == "located" and answer.question is not None:
            assert not answer.question.text.startswith("Which")
            assert answer.question.answers in ((), ("yes", "no"))


@pytest.mark.parametrize(
    ("text", "x", "y"),
    [
        ("route 88 at exit 12", -520, 1000),
        ("exit 12 route 88 north", -520, 1000),
        ("exit 12 rt88", -520, 1000),
        ("mm 2.5 route 88 north", -500, 1913),
        ("mile marker 2 north", -500, 1109),
        ("rt88 and hix bridge road", -520, 1000),
        ("10 Drift Road, Testport TX", 1020, 1800),
        ("10 Drift Road, Testport, Texas 77001", 1020, 1800),
    ],
)
def test_exits_miles_glued_routes_and_state_tails(locator: Locator, text: str, x: float, y: float) -> None:
    answer = locator.locate(text)
    assert answer.status == "located", answer
    assert off_m(answer, x, y) < 30
    assert answer.candidates[0].probability > 0.85
    assert answer.unmatched == ()


@pytest.mark.parametrize(
    ("text", "range_on_file"), [("mile 99 on route 88", "miles 1 to 3"), ("exit 99 on route 88", "exits 12")]
)
def test_a_mile_or_exit_that_is_not_on_file_names_those_that_are(
    locator: Locator, text: str, range_on_file: str
) -> None:
    answer = locator.locate(text)
    assert answer.status == "ambiguous"
    assert answer.candidates[0].probability < 0.5
    assert any(range_on_file in warning for warning in answer.warnings)
    assert any(why.status == "contradicted" and range_on_file in why.effect for why in answer.candidates[0].why)


@pytest.mark.parametrize("text", ["10 Drift Road Burlington", "10 Drift Road, Burlington", "10 Drift Road, Boston MA"])
def test_a_town_that_is_not_known_is_said_and_not_located(locator: Locator, text: str) -> None:
    answer = locator.locate(text)
    assert answer.status == "ambiguous"
    assert answer.candidates[0].probability < 0.5
    assert answer.unmatched in (("burlington",), ("boston",))
    assert any(answer.unmatched[0] in warning for warning in answer.warnings)


@pytest.mark.parametrize(
    "text", ["10 Drift Road kitchen fire", "10 Drift Road, chest pains", "fire alarm 10 Drift Road"]
)
def test_what_is_reported_behind_an_address_is_no_unknown_town(locator: Locator, text: str) -> None:
    assert locator.locate(text).status == "located"


def test_half_a_crossing_is_not_located(locator: Locator) -> None:
    answer = locator.locate("Drift Road and Zzqxj Street")
    assert answer.status != "located"
    assert all(candidate.probability < 0.5 for candidate in answer.candidates)


def test_a_street_said_twice_is_no_crossing(locator: Locator) -> None:
    answer = locator.locate("Drift Road and Drift Road")
    assert answer.status == "ambiguous"
    assert answer.candidates[0].kind == "street"
    assert any("said twice" in warning for warning in answer.warnings)
    assert not any("pass over" in warning for warning in answer.warnings)


def test_another_first_letter_of_a_short_name_is_not_located(locator: Locator) -> None:
    best = locator.locate("Pay Street").candidates[0]
    assert best.label.startswith("Bay Street")
    assert best.probability < 0.5


@pytest.mark.parametrize("text", ["exit", "mile", "route", "Testonia", "Qwertis road"])
def test_words_without_their_number_and_the_state_are_no_place(locator: Locator, text: str) -> None:
    assert locator.locate(text).status == "unknown"


def test_a_town_by_its_name_alone_is_an_area(locator: Locator) -> None:
    answer = locator.locate("Eastham")
    assert answer.candidates[0].kind == "area"
    assert answer.candidates[0].label == "Eastham"
    assert answer.status == "ambiguous"


def test_a_kind_of_place_alone_offers_those_of_the_kind(locator: Locator) -> None:
    answer = locator.locate("the gas station")
    assert answer.status == "ambiguous"
    assert {c.label for c in answer.candidates} == {"Fuel Stop, Testport", "Other Fuel, Testport"}
    assert answer.question is not None
    near = locator.locate("gas station", circle=Circle(*lonlat(1850, 1200), radius_m=100))
    assert near.candidates[0].label == "Other Fuel, Testport"


def test_a_name_may_begin_with_corner(locator: Locator) -> None:
    assert locator.locate("corner store").candidates[0].label == "Corner Store, Testport"


def test_none_is_no_house_number(locator: Locator) -> None:
    answer = locator.locate("None Drift Road")
    assert not any("9 Drift" in warning for warning in answer.warnings)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("the gas station on Old County Road", "Fuel Stop, Testport"),
        ("church in Testport", "Saint John the Baptist Church, Testport"),
    ],
)
def test_a_kind_of_place_with_a_road_or_town(locator: Locator, text: str, label: str) -> None:
    assert locator.locate(text).candidates[0].label == label


@pytest.mark.parametrize("text", ["10 Drift Road, Testport, Testonia", "10 drift road testport testonia 02790 usa"])
def test_the_state_and_the_country_are_no_unknown_town(locator: Locator, text: str) -> None:
    answer = locator.locate(text)
    assert answer.status == "located"
    assert answer.unmatched == ()


def test_a_mile_and_a_half(locator: Locator) -> None:
    assert off_m(locator.locate("mile 2 and a half on route 88"), -500, 1913) < 30


def test_the_town_is_not_asked_for_again_where_nothing_there_fits(locator: Locator) -> None:
    answer = locator.locate("Daniel, Eastham")
    assert answer.status == "ambiguous"
    assert answer.question is not None
    assert "not on file in Eastham" in answer.question.text
