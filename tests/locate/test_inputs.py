"""Inputs that are not names: positions in every notation, links, three words, numbers alone, and bad input."""

from __future__ import annotations

from dataclasses import asdict

import mgrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openlocationcode import openlocationcode as olc

from geo_dispatch.errors import CoordinateError, InputError
from geo_dispatch.locate import LocateAnswer, Locator
from tests.locate.drawing import coast_town, lonlat

AT = (700.0, 1400.0)
LON, LAT = lonlat(*AT)


@pytest.fixture(scope="module")
def locator() -> Locator:
    return Locator(coast_town())


def off_m(answer: LocateAnswer, x: float, y: float) -> float:
    """Return how far the first candidate is from a point of the drawing, metres."""
    projection = coast_town().projection
    ax, ay = projection.to_xy(answer.candidates[0].lon, answer.candidates[0].lat)
    bx, by = projection.to_xy(*lonlat(x, y))
    return float(((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5)


_DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TENS = {4: "forty", 6: "sixty", 7: "seventy"}


def spoken(value: float, decimals: int, *, oh: bool = False) -> str:
    """Say a number of two digits with its decimals, digit by digit."""
    whole, part = f"{abs(value):.{decimals}f}".split(".")
    tens = f"{_TENS[int(whole[0])]}{'' if whole[1] == '0' else ' ' + _DIGITS[int(whole[1])]}"
    said = " ".join(_DIGITS[int(digit)] for digit in part)
    return f"{tens} point {said.replace('zero', 'oh') if oh else said}"


def parts(value: float) -> tuple[int, float, int, float]:
    """Return degrees, minutes with fraction, whole minutes and seconds."""
    value = abs(value)
    minutes = value % 1 * 60
    return int(value), minutes, int(minutes), minutes % 1 * 60


LAT_D, LAT_M, LAT_MI, LAT_S = parts(LAT)
LON_D, LON_M, LON_MI, LON_S = parts(LON)


@pytest.mark.parametrize(
    "text",
    [
        f"{LAT:.6f}, {LON:.6f}",
        f"{LON:.6f},{LAT:.6f}",
        f"{LAT:.5f} {LON:.5f}",
        f"I'm at {LAT:.5f}, {LON:.5f} by the water",
        f"my gps says {LAT:.5f} north {-LON:.5f} west please hurry",
        f"latitude {LAT:.5f} longitude {LON:.5f}",
        f"lat: {LAT:.5f}, long: {LON:.5f}",
        f"latitude is {LAT:.5f} and longitude is minus {-LON:.5f}",
        f"N{LAT:.5f} W{-LON:.5f}",
        f"{LAT:.5f}N, {-LON:.5f}W",
        f"{-LON:.5f} W {LAT:.5f} N",
        f"{spoken(LAT, 5)} north {spoken(LON, 5)} west",
        f"we are at {spoken(LAT, 5, oh=True)} north, {spoken(LON, 5, oh=True)} west I think",
        f"latitude {spoken(LAT, 5)} longitude negative {spoken(LON, 5)}",
        f"N{LAT_D} {LAT_M:.3f} W0{LON_D} {LON_M:.3f}",
        f"{LAT_D} {LAT_M:.3f} N {LON_D} {LON_M:.3f} W",
        f"{LAT_D}-{LAT_M:.3f}N 0{LON_D}-{LON_M:.3f}W",
        f"{LAT_D}° {LAT_M:.3f}' N, {LON_D}° {LON_M:.3f}' W",
        f"{LAT_D} degrees {LAT_M:.3f} minutes north, {LON_D} degrees {LON_M:.3f} minutes west",
        f"{LAT_D}°{LAT_MI}'{LAT_S:.1f}\"N {LON_D}°{LON_MI}'{LON_S:.1f}\"W",
        f"{LAT_D}°{LAT_MI}′{LAT_S:.1f}″N {LON_D}°{LON_MI}′{LON_S:.1f}″W",
        f"N {LAT_D} {LAT_MI} {LAT_S:.1f} W {LON_D} {LON_MI} {LON_S:.1f}",
        f"{LAT_D} degrees {LAT_MI} minutes {LAT_S:.0f} seconds north and {LON_D} degrees {LON_MI} minutes {LON_S:.0f} seconds west",
        f"lat {LAT_D} {LAT_MI} {LAT_S:.1f} lon -{LON_D} {LON_MI} {LON_S:.1f}",
        f"geo:{LAT:.6f},{LON:.6f}",
        f"geo:{LAT:.6f},{LON:.6f};crs=wgs84;u=35",
        f"https://www.google.com/maps/@{LAT:.6f},{LON:.6f},17z",
        f"https://www.google.com/maps/place/Some+Where/@0.1,0.2,17z/data=!3m1!4b1!4m5!3m4!1s0x0:0x0!8m2!3d{LAT:.6f}!4d{LON:.6f}",
        f"https://maps.google.com/?q={LAT:.6f},{LON:.6f}",
        f"https://www.google.com/maps/search/?api=1&query={LAT:.6f}%2C{LON:.6f}",
        f"https://maps.apple.com/?ll={LAT:.6f},{LON:.6f}&q=Dropped%20Pin",
        f"https://www.openstreetmap.org/?mlat={LAT:.6f}&mlon={LON:.6f}#map=12/10.0/10.0",
        f"https://www.openstreetmap.org/#map=18/{LAT:.6f}/{LON:.6f}",
        f"https://www.bing.com/maps?cp={LAT:.6f}~{LON:.6f}&lvl=16",
        f"https://waze.com/ul?ll={LAT:.6f}%2C{LON:.6f}&navigate=yes",
        f"they sent me this https://maps.google.com/?q={LAT:.6f},{LON:.6f} can you see it",
    ],
)  # fmt: skip
def test_a_position_is_read(locator: Locator, text: str) -> None:
    answer = locator.locate(text)
    assert answer.status == "located", answer
    assert answer.candidates[0].kind == "coordinate"
    assert off_m(answer, *AT) < 16, answer.candidates[0]
    assert not {"m", "north", "degrees", "latitude", "gps", "says"} & set(answer.unmatched)


def test_what_stands_beside_a_position_is_not_lost(locator: Locator) -> None:
    assert "water" in locator.locate(f"I'm at {LAT:.5f}, {LON:.5f} by the water").unmatched


def test_a_position_and_an_address_that_agree_are_one(locator: Locator) -> None:
    lon, lat = lonlat(1020, 1790)
    answer = locator.locate(f"10 Drift Road, {lat:.5f}, {lon:.5f}")
    assert answer.status == "located"
    assert [candidate.kind for candidate in answer.candidates] == ["coordinate"]
    assert any("10 Drift Road" in w.clause and w.status == "supported" for w in answer.candidates[0].why)
    assert answer.unmatched == ()


def test_a_position_and_an_address_that_differ_are_both_offered(locator: Locator) -> None:
    lon, lat = lonlat(1900, 100)
    answer = locator.locate(f"10 Drift Road, {lat:.5f}, {lon:.5f}")
    assert answer.status == "ambiguous"
    assert [candidate.kind for candidate in answer.candidates] == ["coordinate", "address"]
    assert any("ask which is right" in warning for warning in answer.warnings)
    assert answer.question is not None
    assert "10 Drift Road" in " ".join(answer.question.answers) or "Drift Road" in answer.question.text


@pytest.mark.parametrize(("decimals", "least", "most"), [(2, 400, 900), (3, 50, 90), (5, 14, 17)])
def test_few_digits_are_a_wide_place(locator: Locator, decimals: int, least: float, most: float) -> None:
    answer = locator.locate(f"{LAT:.{decimals}f}, {LON:.{decimals}f}")
    best = answer.candidates[0]
    assert least < best.radius90_m < most
    assert off_m(answer, *AT) < best.radius90_m
    assert (best.probability < 0.8) == (decimals == 2)
    assert any("digits" in warning for warning in answer.warnings) == (decimals <= 3)


def test_a_sign_that_was_not_said_is_the_towns_and_is_told(locator: Locator) -> None:
    answer = locator.locate(f"{LAT:.5f} {-LON:.5f}")
    assert off_m(answer, *AT) < 16
    assert any("sign was not said" in warning for warning in answer.warnings)
    with pytest.raises(CoordinateError, match="outside"):
        locator.locate(f"{LAT:.5f} N {-LON:.5f} E")  # the letter was said: it is not turned round


GRID = mgrs.MGRS().toMGRS(LAT, LON)
ZONE, SQUARE, EAST, NORTH = GRID[:3], GRID[3:5], GRID[5:10], GRID[10:]


@pytest.mark.parametrize(
    ("text", "side_m"),
    [
        (GRID, 1),
        (GRID.lower(), 1),
        (f"{ZONE} {SQUARE} {EAST} {NORTH}", 1),
        (f"{ZONE.lower()} {SQUARE.lower()} {EAST[:4]} {NORTH[:4]}", 10),
        (f"USNG {ZONE} {SQUARE} {EAST[:3]} {NORTH[:3]}", 100),
        (f"{ZONE}{SQUARE}{EAST[:2]}{NORTH[:2]}", 1000),
        (f"{SQUARE} {EAST[:4]} {NORTH[:4]}", 10),
        (f"{SQUARE.lower()}{EAST}{NORTH}", 1),
        (f"we are at {SQUARE} {EAST[:3]} {NORTH[:3]} I think", 100),
        (f"grid {EAST[:4]} {NORTH[:4]}", 10),
    ],
)
def test_a_grid_reference_is_read_and_completed_by_the_town(locator: Locator, text: str, side_m: float) -> None:
    answer = locator.locate(text)
    best = answer.candidates[0]
    assert best.kind == "coordinate"
    assert off_m(answer, *AT) <= 0.7072 * side_m + 1
    assert 15 <= best.radius90_m < 16 + 0.6 * side_m
    assert any("was not said in full" in warning for warning in answer.warnings) == (ZONE.lower() not in text.lower())


def test_a_grid_reference_by_radio_alphabet(locator: Locator) -> None:
    alphabet = {"C": "charlie", "D": "delta", "F": "foxtrot", "G": "golf", "T": "tango"}
    letters = [alphabet[letter] for letter in (ZONE[2], *SQUARE)]
    digits = " ".join("niner" if d == "9" else _DIGITS[int(d)] for d in (*EAST[:4], *NORTH[:4]))
    answer = locator.locate(f"one niner {letters[0]} {letters[1]} {letters[2]} {digits}")
    assert ZONE[:2] == "19"
    assert off_m(answer, *AT) < 8


@pytest.mark.parametrize("text", ["12 N St", "rt 88 12", "CR 1234", "16 A Drift Road", "PO 12 34", "10 Drift Road"])
def test_a_street_is_no_grid_reference(locator: Locator, text: str) -> None:
    answer = locator.locate(text)
    assert all(candidate.kind != "coordinate" for candidate in answer.candidates)


CODE = olc.encode(LAT, LON)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (CODE, False),
        (CODE.lower(), False),
        (f"{CODE[:4]} {CODE[4:]}", False),
        (olc.encode(LAT, LON, 11), False),
        (CODE[4:], True),
        (CODE[4:].replace("+", " + "), True),
        (f"my plus code is {CODE[4:]}", True),
        (CODE[4:].replace("+", " plus "), True),
        (f"{CODE[4:]} Testport", False),
        (f"{CODE[4:]}, Eastham", False),
        (CODE[2:], True),
    ],
)
def test_a_plus_code_is_read(locator: Locator, text: str, told: bool) -> None:
    answer = locator.locate(text)
    assert answer.candidates[0].kind == "coordinate"
    assert off_m(answer, *AT) < 10
    assert 15 <= answer.candidates[0].radius90_m < 18
    assert any("nearest to Testport" in warning for warning in answer.warnings) == told
    assert answer.unmatched == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("///filled.count.soap", "filled.count.soap"),
        ("filled.count.soap", "filled.count.soap"),
        ("what three words filled count soap", "filled.count.soap"),
        ("my what3words is index.home.raft", "index.home.raft"),
        ("what3words says filled count soap", "filled.count.soap"),
        ("filled dot count dot soap", "filled.count.soap"),
        ("https://w3w.co/filled.count.soap", "filled.count.soap"),
        ("what three words", "a three-word address was said"),
    ],
)
def test_three_words_are_refused_with_the_reason_and_a_question(locator: Locator, text: str, said: str) -> None:
    answer = locator.locate(text)
    assert answer.status == "unknown"
    assert answer.candidates == ()
    assert said in answer.warnings[0]
    assert "service" in answer.warnings[0]
    assert "misheard" in answer.warnings[0]
    assert answer.question is not None
    assert "latitude and longitude" in answer.question.text


@pytest.mark.parametrize("text", ["main.road.eastham", "10 drift rd.", "St. John's. Hix Bridge", "www.example.com"])
def test_names_with_dots_are_no_three_words(locator: Locator, text: str) -> None:
    assert not any("three-word" in warning for warning in locator.locate(text).warnings)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("42.3601, -71.0589", "km to the"),
        ("42.3601 north 71.0589 west", "km to the"),
        ("18SUJ2348306479", "km to the"),
        ("87JC9W5R+XX", "km to the"),
        ("https://maps.google.com/?q=48.8584,2.2945", "km to the"),
        ("geo:0,0", "km to the"),
    ],
)
def test_a_position_outside_says_how_far(locator: Locator, text: str, words: str) -> None:
    with pytest.raises(CoordinateError, match="outside Testport's road network, about") as caught:
        locator.locate(text)
    assert words in str(caught.value)


def test_a_position_outside_beside_words_is_told_and_the_words_are_used(locator: Locator) -> None:
    answer = locator.locate("10 Drift Road 42.3601, -71.0589")
    assert answer.candidates[0].label.startswith("10 Drift Road")
    assert any("outside Testport" in warning and "not used" in warning for warning in answer.warnings)


def test_a_link_without_a_position_is_not_opened(locator: Locator) -> None:
    answer = locator.locate("https://maps.app.goo.gl/xyz123")
    assert answer.status == "unknown"
    assert "not opened" in answer.warnings[0]
    assert answer.question is not None
    words = locator.locate("https://www.google.com/maps?q=10+Drift+Road")
    assert words.candidates[0].label.startswith("10 Drift Road")


def test_a_number_alone_asks_for_its_street(locator: Locator) -> None:
    many, few, none = locator.locate("10"), locator.locate("number sixteen"), locator.locate("#2222")
    assert {answer.status for answer in (many, few, none)} == {"unknown"}
    assert all(answer.candidates == () for answer in (many, few, none))
    assert many.question is not None
    assert many.question.text.startswith("10 on which street")
    assert few.question is not None
    assert few.question.text == "16 on which street: Drift Road?"
    assert few.question.answers == ("Drift Road",)
    assert none.question is not None
    assert none.question.text == "2222 on which street?"
    assert "no street has a number 2222" in none.question.reason


def test_a_number_alone_may_be_a_route(locator: Locator) -> None:
    question = locator.locate("88").question
    assert question is not None
    assert question.text.endswith("or is it Route 88?")
    assert "Route 88" in question.answers


PIECES = ["41.55", "-71.03", "41", "34", "°", "'", '"', "n", "W", ",", "north", "point", "oh", "minus", "lat", "longitude", "degrees", "19T", "CG", "1234",
          "56789", "12", "tango", "golf", "HWJC+22", "+", "geo:", "https://", "maps.example/", "?q=", "@", "///", "a.bc.def", "what three words", "main",
          "between", "and", "to", "or", "block of", "block", "100", "half", "a", "number", "drift road", "-", "/", "|", "~", "1/2", "\u200b", "٣"]  # fmt: skip


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=12), st.sampled_from([" ", ""]))
def test_whatever_looks_like_a_position_ends_in_an_answer_or_a_clear_error(pieces: list[str], sign: str) -> None:
    text = sign.join(pieces)
    try:
        answer = Locator(coast_town()).locate(text)
    except InputError:
        return
    assert answer.status in ("located", "ambiguous", "unknown")
    assert (answer.status == "unknown") == (answer.candidates == ())
    assert sum(candidate.probability for candidate in answer.candidates) <= 1.0 + 1e-6
    assert not any("~" in word or "|" in word for word in answer.unmatched)


def test_a_position_and_an_address_in_two_texts_are_compared_in_any_order(locator: Locator) -> None:
    lon, lat = lonlat(1900, 100)
    texts = ["10 Drift Road", f"{lat:.5f}, {lon:.5f}"]
    one, other = (asdict(locator.locate(order)) for order in (texts, texts[::-1]))
    for answer in (one, other):
        del answer["elapsed_ms"]
    assert one == other
    assert [candidate["kind"] for candidate in one["candidates"]] == ["coordinate", "address"]
    assert any("ask which is right" in warning for warning in one["warnings"])
