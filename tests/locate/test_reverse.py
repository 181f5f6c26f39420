from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from geo_dispatch.errors import CoordinateError
from geo_dispatch.geometry import LonLat
from geo_dispatch.locate import Locator
from tests.locate.drawing import coast_town, lonlat


@pytest.fixture(scope="module")
def locator() -> Locator:
    return Locator(coast_town())


def at(x: float, y: float) -> LonLat:
    return LonLat(*lonlat(x, y))


def test_at_an_address(locator: Locator) -> None:
    found = locator.reverse(at(1018, 1801))
    assert found.address is not None
    assert found.address.text == "10 Drift Road"
    assert found.address.distance_m < 5
    assert found.street is not None
    assert found.street.name == "Drift Road"
    assert found.street.block == "unit block"
    assert found.municipality == "Testport"
    assert found.label == "10 Drift Road, Testport"
    assert {(c.name, c.direction) for c in found.cross_streets} == {
        ("Main Road", "north"),
        ("Hix Bridge Road", "south"),
    }
    by_name = {c.name: c.distance_m for c in found.cross_streets}
    assert by_name["Main Road"] == pytest.approx(199, abs=3)
    assert by_name["Hix Bridge Road"] == pytest.approx(801, abs=3)


def test_a_dead_end_is_said(locator: Locator) -> None:
    found = locator.reverse(at(500, 700))
    assert found.street is not None
    assert found.street.name == "Daniel Street"
    ends = {c.direction: (c.name, c.road_ends) for c in found.cross_streets}
    assert ends == {"north": ("Hix Bridge Road", False), "south": (None, True)}


def test_landmarks_exits_and_miles(locator: Locator) -> None:
    found = locator.reverse(at(-500, 1050))
    assert found.nearest_exit is not None
    assert found.nearest_exit.name == "Exit 12 on TS 88"
    assert found.nearest_mile_marker is not None
    assert found.nearest_mile_marker.name.startswith("Mile 2")
    market = locator.reverse(at(1010, 1960))
    assert market.nearest_place is not None
    assert market.nearest_place.name == "Lees Market"
    assert market.nearest_place.direction == "north"


def test_the_next_town_is_named_and_warned_of(locator: Locator) -> None:
    found = locator.reverse(at(3300, 2000))
    assert found.municipality == "Eastham"
    assert any("Eastham" in warning for warning in found.warnings)


def test_it_is_json(locator: Locator) -> None:
    json.dumps(asdict(locator.reverse(at(700, 300))), allow_nan=False)


def test_outside_and_swapped_are_refused(locator: Locator) -> None:
    with pytest.raises(CoordinateError, match="outside"):
        locator.reverse(LonLat(0.0, 0.0))
    lon, lat = lonlat(0, 0)
    with pytest.raises(CoordinateError, match="swapped"):
        locator.reverse(LonLat(lat, lon))


def test_what_is_located_comes_back(locator: Locator) -> None:
    for text in ("10 Drift Road", "4 Main Road, Eastham", "16A Drift Road"):
        best = locator.locate(text).candidates[0]
        back = locator.reverse(LonLat(best.lon, best.lat))
        assert back.address is not None
        assert back.address.text == best.address
