"""Tables of tag values as people write them, and what they mean."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_dispatch.osm.house_numbers import parse_house_numbers
from geo_dispatch.osm.markers import marker_number
from geo_dispatch.osm.tag_values import parse_length_m, parse_maxspeed_kph, parse_number, parse_weight_t

NAN = math.nan
MPH = 1.609344


@pytest.mark.parametrize(
    ("text", "kph", "odd"),
    [
        ("50", 50, None),
        ("50 km/h", 50, None),
        ("50 kph", 50, None),
        ("25 mph", 25 * MPH, None),
        ("25 MPH", 25 * MPH, None),
        ("25mph", 25 * MPH, None),
        (" 25  mph ", 25 * MPH, None),
        ("10 knots", 18.52, None),
        ("30;20", 20, "several_values"),
        ("35 mph;40 mph", 35 * MPH, "several_values"),
        ("25;35 mph", 25 * MPH, "several_values"),
        ("40|40", 40, None),
        ("20-30", 20, "several_values"),
        ("50;fast", 50, "partly_unreadable"),
        ("US:urban", NAN, "speed_zone"),
        ("RO:urban", 50, None),
        ("ro:urban", 50, None),
        ("DE:zone:30", 30, None),
        ("DE:zone30", 30, None),
        ("GB:nsl_single", 60 * MPH, None),
        ("none", NAN, None),
        ("signals", NAN, None),
        ("variable", NAN, None),
        ("walk", 7, None),
        ("1", NAN, "implausible"),
        ("0", NAN, "implausible"),
        ("5500", NAN, "implausible"),
        ("-30", NAN, "unreadable"),
        ("fast", NAN, "unreadable"),
        ("25 mhp", NAN, "unreadable"),
        ("", NAN, "unreadable"),
        ("; ;", NAN, "unreadable"),
        ("inf", NAN, "unreadable"),
        ("२५", NAN, "unreadable"),
    ],
)
def test_maxspeed(text: str, kph: float, odd: str | None) -> None:
    parsed = parse_maxspeed_kph(text)
    assert parsed.value == pytest.approx(kph, nan_ok=True)
    assert parsed.odd == odd


@pytest.mark.parametrize(
    ("text", "tonnes", "odd"),
    [
        ("7.5", 7.5, None),
        ("7,5", 7.5, None),
        ("7.5 t", 7.5, None),
        ("8 st", 8 * 0.90718474, None),
        ("8st", 8 * 0.90718474, None),
        ("16000 lbs", 7.25747792, None),
        ("16,000 lbs", 7.25747792, None),
        ("34000 lb", 34000 * 0.00045359237, None),
        ("3500 kg", 3.5, None),
        ("10 lt", 10.160469088, None),
        ("15 tons", 15 * 0.90718474, "unit_assumed"),
        ("10;8", 8, "several_values"),
        ("none", NAN, None),
        ("default", NAN, None),
        ("below_default", NAN, None),
        ("16000", NAN, "implausible"),
        ("0", NAN, "implausible"),
        ("heavy", NAN, "unreadable"),
    ],
)
def test_weight(text: str, tonnes: float, odd: str | None) -> None:
    parsed = parse_weight_t(text)
    assert parsed.value == pytest.approx(tonnes, nan_ok=True)
    assert parsed.odd == odd


@pytest.mark.parametrize(
    ("text", "metres", "odd"),
    [
        ("3.5", 3.5, None),
        ("3,5", 3.5, None),
        ("3.5 m", 3.5, None),
        ("3.5m", 3.5, None),
        ("350 cm", 3.5, None),
        ("12'6\"", 3.81, None),
        ("12' 6\"", 3.81, None),
        ("12'6", 3.81, None),
        ("12′6″", 3.81, None),
        ("12 ft 6 in", 3.81, None),
        ("12ft", 3.6576, None),
        ("8'", 2.4384, None),
        ("14'10\"", 4.5212, None),
        ("16'12\"", 5.1816, "inches_over_11"),
        ("10'6\";11'0\"", 3.2004, "several_values"),
        ("6\"4'", NAN, "unreadable"),
        ("default", NAN, None),
        ("below_default", NAN, None),
        ("low", NAN, "unreadable"),
        ("0", NAN, "implausible"),
        ("9999", NAN, "implausible"),
    ],
)
def test_length(text: str, metres: float, odd: str | None) -> None:
    parsed = parse_length_m(text)
    assert parsed.value == pytest.approx(metres, nan_ok=True)
    assert parsed.odd == odd


@given(st.text(max_size=30))
def test_no_text_breaks_a_parser(text: str) -> None:
    for parser in (parse_maxspeed_kph, parse_weight_t, parse_length_m):
        value = parser(text).value
        assert math.isnan(value) or 0 < value < 1000
    assert not math.isinf(parse_number(text))
    assert not math.isinf(marker_number(text))
    assert all(item.number >= -1 for item in parse_house_numbers(text))


@given(st.integers(min_value=3, max_value=120))
def test_units_of_speed_agree(mph: int) -> None:
    assert parse_maxspeed_kph(f"{mph} mph").value == pytest.approx(mph * MPH)
    assert parse_maxspeed_kph(f"{mph};{mph + 5}").value == mph


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12", [(12, None)]),
        ("12A", [(12, "A")]),
        ("12 A", [(12, "A")]),
        ("12-A", [(12, "A")]),
        ("12 1/2", [(12, "1/2")]),
        ("#12", [(12, None)]),
        ("12-16", [(12, None), (14, None), (16, None)]),
        ("12 - 16", [(12, None), (14, None), (16, None)]),
        ("12–13", [(12, None), (13, None)]),
        ("3;5", [(3, None), (5, None)]),
        ("3, 5", [(3, None), (5, None)]),
        ("3;5;5;3", [(3, None), (5, None)]),
        ("3;7-9", [(3, None), (7, None), (9, None)]),
        ("37-12", [(37, "12")]),
        ("1-5000", [(1, "5000")]),
        ("Rose Cottage", [(-1, None)]),
        (" ; ", []),
    ],
)
def test_house_numbers(text: str, numbers: list[tuple[int, str | None]]) -> None:
    assert [(item.number, item.suffix) for item in parse_house_numbers(text)] == numbers


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("12.4", 12.4),
        ("MM 12.4", 12.4),
        ("Mile 3", 3),
        ("12 mi", 12),
        ("km 7,5", 7.5),
        ("MM12.4", 12.4),
        ("I-95 MM 12", 12),
        ("milepost 4", 4),
        ("stone", NAN),
        ("M12", NAN),
    ],
)
def test_marker_number(text: str, number: float) -> None:
    assert marker_number(text) == pytest.approx(number, nan_ok=True)
