"""Rules that hold only at times or for some vehicles."""

from __future__ import annotations

from datetime import datetime

import pytest

from geo_dispatch.routing import VehicleSize, get_profile
from geo_dispatch.routing.conditions import Situation, holds, is_in_hours, read_conditional, value_now

WEDNESDAY_8 = datetime(2026, 11, 25, 8, 0)


@pytest.mark.parametrize(
    ("hours", "at", "expected"),
    [
        ("Mo-Fr 07:00-09:00", WEDNESDAY_8, True),
        ("Mo-Fr 07:00-09:00", WEDNESDAY_8.replace(hour=9), False),  # the end does not belong
        ("Mo-Fr 07:00-09:00", WEDNESDAY_8.replace(day=28), False),  # a Saturday
        ("Mo-Fr 07:00-09:00,16:00-18:00", WEDNESDAY_8.replace(hour=17), True),
        ("Mo-Fr 07:00-09:00, Sa 10:00-12:00", datetime(2026, 11, 28, 11), True),
        ("Mo-Fr 07:00-09:00, Sa 10:00-12:00", datetime(2026, 11, 27, 11), False),
        ("Mo,We,Fr", WEDNESDAY_8, True),
        ("Fr-Mo", WEDNESDAY_8, False),
        ("Fr-Mo", datetime(2026, 11, 29, 0), True),
        ("22:00-06:00", WEDNESDAY_8.replace(hour=23), True),
        ("22:00-06:00", WEDNESDAY_8.replace(hour=5), True),
        ("We 22:00-06:00", datetime(2026, 11, 26, 5), True),  # the night that began on Wednesday
        ("We 22:00-06:00", datetime(2026, 11, 25, 5), False),
        ("Dec 01-Mar 31", datetime(2026, 1, 15), True),
        ("Dec 01-Mar 31", datetime(2026, 4, 1), False),
        ("Dec 01-Mar 31", datetime(2026, 12, 1), True),
        ("Nov-Mar", WEDNESDAY_8, True),
        ("Jul 04", datetime(2026, 7, 4, 12), True),
        ("Jul 04", datetime(2026, 7, 5, 12), False),
        ("May 15-Sep 15 Sa,Su 10:00-18:00", datetime(2026, 7, 4, 12), True),
        ("2026 Nov 20-2026 Nov 30", WEDNESDAY_8, True),
        ("2025 Nov 20-2025 Nov 30", WEDNESDAY_8, False),
        ("24/7", WEDNESDAY_8, True),
        ("Mo-Su 00:00-24:00; We off", WEDNESDAY_8, False),
        ("sunset-sunrise", WEDNESDAY_8, None),
        ("PH", WEDNESDAY_8, None),
        ("Mo-Fr 07:00", WEDNESDAY_8, None),
        ("", WEDNESDAY_8, None),
        ("Mo-Fr 07:00-09:00", None, None),
    ],
)
def test_hours(hours: str, at: datetime | None, expected: bool | None) -> None:
    assert is_in_hours(hours, at) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("weight>7.5", True),
        ("weight > 7.5 t", True),
        ("weight>19", False),
        ("weight>=19", True),
        ("height<3", False),
        ("length>9 AND Mo-Fr 07:00-09:00", True),
        ("length>9 AND Sa", False),
        ("wet AND Sa", False),  # one that is false settles it
        ("wet AND We", None),
        ("emergency", True),
        ("hgv", None),
    ],
)
def test_conditions_of_an_engine(condition: str, expected: bool | None) -> None:
    engine = get_profile("engine")
    assert holds(condition, Situation(WEDNESDAY_8, engine, engine.size)) is expected


def test_unknown_size_makes_a_comparison_unknown() -> None:
    assert holds("weight>7.5", Situation(WEDNESDAY_8, get_profile("car"), VehicleSize())) is None


def test_the_last_part_that_holds_counts() -> None:
    car = get_profile("car")
    now = Situation(WEDNESDAY_8, car, car.size)
    assert value_now("no @ (Mo-Fr); destination @ (We)", now) == ("destination", True)
    assert value_now("no @ (Mo-Fr); yes @ (wet)", now) == ("no", False)
    assert value_now("no @ (Sa)", now) == (None, True)
    assert value_now("nonsense", now) == (None, True)


def test_semicolons_inside_brackets_stay_together() -> None:
    parts = read_conditional("no @ (Mo-Fr 07:00-09:00; PH off); yes @ Sa")
    assert [(part.value, part.condition) for part in parts] == [("no", "Mo-Fr 07:00-09:00; PH off"), ("yes", "Sa")]
