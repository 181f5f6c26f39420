"""Opening hours: a table checked by hand, by the clock and the holidays of a town in Massachusetts.

``opening_hours.csv`` holds 50 texts at four instants each: the state, and when it opens next, as one reads them off a calendar. "extract" are
the texts that stand on the map extracts used for tests; "written" ones fill the grammar up.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from geo_dispatch.errors import InputError
from geo_dispatch.hours import Hours, zone_at
from geo_dispatch.knowledge.local_time import LocalTime
from geo_dispatch.knowledge.opening import opening_at, spans_of_day

PLACE = LocalTime(ZoneInfo("America/New_York"), -71.08, 41.58, "US", "MA")
with (Path(__file__).parent / "opening_hours.csv").open(encoding="utf-8", newline="") as _stream:
    TABLE = list(csv.DictReader(_stream))
EXTRACTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "osm"


def test_the_table_is_of_fifty_texts_at_four_instants() -> None:
    counted = Counter(row["hours"] for row in TABLE)
    assert (len(counted), set(counted.values())) == (50, {4})


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row['hours']} at {row['at']}")
def test_a_text_at_an_instant(row: dict[str, str]) -> None:
    opening = opening_at(row["hours"], PLACE, datetime.fromisoformat(row["at"]))
    assert opening.state == row["state"]
    if row["next_open"]:
        assert opening.next_open is not None
        assert opening.next_open.replace(tzinfo=None) == datetime.fromisoformat(row["next_open"])


def test_the_texts_of_the_extracts_are_in_the_table() -> None:
    osmium = pytest.importorskip("osmium")
    if not EXTRACTS.exists():
        pytest.skip("the map extracts are not here: they are only on machines of the project")
    found = set()
    for name in ("autauga", "otp-columbus", "felton", "bangor", "nky"):
        for thing in osmium.FileProcessor(EXTRACTS / f"{name}.osm.pbf"):
            text = thing.tags.get("opening_hours")
            found |= {text} if text else set()
    assert found == {row["hours"] for row in TABLE if row["where"] == "extract"}


def test_a_holiday_is_named_and_whether_the_text_speaks_of_it() -> None:
    silent = opening_at("Mo-Fr 08:00-16:00", PLACE, datetime(2026, 11, 26, 9))
    assert (silent.state, silent.holiday, silent.holiday_told) == ("open", "Thanksgiving Day", False)
    told = opening_at("Mo-Fr 08:00-16:00; PH off", PLACE, datetime(2026, 11, 26, 9))
    assert (told.state, told.holiday_told) == ("closed", True)
    assert not opening_at('Mo-Fr 08:00-16:00 "not on PH"', PLACE, datetime(2026, 11, 26, 9)).holiday_told


def test_the_hours_of_a_day() -> None:
    def of(text: str, day: date) -> list[tuple[str, str]]:
        return [(f"{s.starts:%d %H:%M}", f"{s.ends:%d %H:%M}") for s in spans_of_day(text, PLACE, day)]

    assert of("Mo-Fr 08:00-12:00,13:00-17:00", date(2026, 6, 10)) == [
        ("10 08:00", "10 12:00"),
        ("10 13:00", "10 17:00"),
    ]
    assert of("Fr 20:00-02:00", date(2026, 6, 12)) == [("12 20:00", "13 02:00")]
    assert of("Mo-Fr 08:00-12:00", date(2026, 6, 13)) == []
    assert of("24/7", date(2026, 6, 13))[0][0] <= "13 00:00"


@pytest.mark.parametrize("text", ["all day", "Mo-Fr 8 to 4", "Mo-Fr 08:00-16:00; Xx off", "", "Mo-Fr 25:00-26:30 x"])
def test_what_is_no_hours_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(InputError, match="opening-hours text"):
        opening_at(text, PLACE, datetime(2026, 6, 10))


def test_a_zone_may_differ_from_that_of_the_position() -> None:
    at_sea = Hours("Mo-Su 09:00-10:00", lon=-69.6, lat=40.84, zone=ZoneInfo("America/New_York"))
    assert at_sea.state(datetime(2026, 7, 1, 9, 30, tzinfo=ZoneInfo("America/New_York"))) == "open"
    assert zone_at(-71.08, 41.58).key == "America/New_York"
