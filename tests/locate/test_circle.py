"""The phone's circle: what is refused, what is warned of."""

from __future__ import annotations

import pytest

from geo_dispatch.errors import CoordinateError, InputError
from geo_dispatch.locate import Circle, Locator, parse_circle
from tests.locate.drawing import coast_town, lonlat


def test_exchanged_coordinates_are_refused_with_the_remedy() -> None:
    lon, lat = lonlat(1000, 1000)
    with pytest.raises(CoordinateError, match="longitude first"):
        Locator(coast_town()).locate("10 Drift Road", circle=Circle(lat, lon, 500))


def test_a_circle_outside_the_town_is_warned_of() -> None:
    answer = Locator(coast_town()).locate("10 Drift Road", circle=Circle(10.0, 10.0, 500))
    assert any("outside Testport" in warning for warning in answer.warnings)
    inside = Locator(coast_town()).locate("10 Drift Road", circle=Circle(*lonlat(1020, 1800), 500))
    assert not any("outside" in warning for warning in inside.warnings)


@pytest.mark.parametrize("confidence", ["1.5", "5e-324", "0", "1", "49", "100", "nan", "-0.5"])
def test_a_confidence_that_is_none_is_refused(confidence: str) -> None:
    with pytest.raises(InputError, match="confidence"):
        parse_circle(f"-71.08,41.58,250,{confidence}")


@pytest.mark.parametrize(("text", "confidence"), [("50", 0.5), ("95", 0.95), ("99.9", 0.999), ("0.01", 0.01)])
def test_a_confidence_may_be_a_share_or_per_cent(text: str, confidence: float) -> None:
    assert parse_circle(f"-71.08,41.58,250,{text}").confidence == pytest.approx(confidence)
