"""Calendars of a pack: events in, occurrences out, and how wrong ones fail."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_dispatch.build.pack import TownPack, read_pack
from geo_dispatch.build.pack_calendars import MAX_CALENDAR_BYTES, download_calendar
from geo_dispatch.errors import InputError, PackError
from geo_dispatch.knowledge.event_rows import EventRow
from geo_dispatch.knowledge.events import Events, Occurrence
from geo_dispatch.knowledge.facts import Source
from geo_dispatch.knowledge.ics import calendar_of
from geo_dispatch.knowledge.local_time import LocalTime
from geo_dispatch.knowledge.recurrence import check_rrule

ZONE = ZoneInfo("America/New_York")
PLACE = LocalTime(ZONE, -71.08, 41.58, "US", "MA")
SOURCE = Source("example.org", "https://example.org", "2026-01-01", "B", verified=False)


def row(event_id: str = "e", **changes: object) -> EventRow:
    plain: dict[str, object] = {
        "event_id": event_id,
        "uid": f"{event_id}@example.org",
        "name": event_id,
        "starts": "2026-06-06T09:00",
        "ends": "2026-06-06T13:00",
        "exdates": (),
        "rdates": (),
        "closures": (),
        "source": SOURCE,
    }
    empty = ("rrule", "timezone", "recurrence_id", "status", "where", "lon", "lat", "description", "url", "organizer")
    return EventRow(**{**dict.fromkeys(empty), **plain, **changes})  # type: ignore[arg-type]


def dates(*rows: EventRow, first: str = "2026-01-01", last: str = "2026-12-31") -> list[str]:
    found = Events(rows, PLACE).between(datetime.fromisoformat(first), datetime.fromisoformat(last))
    return [f"{one.starts:%m-%d %H:%M}{'' if one.status == 'confirmed' else ' ' + one.status}" for one in found]


def test_a_weekly_event_with_days_left_out_moved_added_and_cancelled() -> None:
    market = row(rrule="FREQ=WEEKLY;BYDAY=SA;COUNT=5", exdates=("2026-06-13T09:00",), rdates=("2026-07-08T10:00",))
    moved = row(
        "moved", uid=market.uid, recurrence_id="2026-06-20T09:00", starts="2026-06-21T10:00", ends="2026-06-21T12:00"
    )
    rain = row(
        "rain",
        uid=market.uid,
        recurrence_id="2026-06-27T09:00",
        starts="2026-06-27T09:00",
        ends="2026-06-27T13:00",
        status="cancelled",
    )
    assert dates(market, moved, rain) == [
        "06-06 09:00",
        "06-21 10:00",
        "06-27 09:00 cancelled",
        "07-04 09:00",
        "07-08 10:00",
    ]


def test_the_hour_stays_the_hour_over_a_change_of_clocks() -> None:
    weekly = row(starts="2026-10-25T09:00", ends="2026-10-25T10:00", rrule="FREQ=WEEKLY;COUNT=3")
    found = Events([weekly], PLACE).between(datetime(2026, 10, 1), datetime(2026, 12, 1))
    assert [one.starts.isoformat() for one in found] == [
        "2026-10-25T09:00:00-04:00",
        "2026-11-01T09:00:00-05:00",
        "2026-11-08T09:00:00-05:00",
    ]


def test_whole_days_and_times_of_other_zones() -> None:
    fair = row(starts="2026-08-05", ends="2026-08-09")
    (found,) = Events([fair], PLACE).between(datetime(2026, 8, 9, 23), datetime(2026, 8, 10, 5))
    assert (found.all_day, found.starts.date(), found.ends) == (
        True,
        date(2026, 8, 5),
        datetime(2026, 8, 10, tzinfo=ZONE),
    )
    assert dates(row(starts="2026-06-06T16:00:00+00:00", ends="2026-06-06T17:00:00+00:00")) == ["06-06 12:00"]
    assert dates(row(starts="2026-06-06T09:00", ends="2026-06-06T10:00", timezone="America/Los_Angeles")) == [
        "06-06 12:00"
    ]


def test_what_runs_now_is_known_and_cancelled_events_do_not() -> None:
    events = Events([row(), row("off", status="cancelled")], PLACE)
    assert [one.event_id for one in events.running(datetime(2026, 6, 6, 9))] == ["e"]
    assert events.running(datetime(2026, 6, 6, 13)) == []


def test_a_span_must_be_one() -> None:
    with pytest.raises(InputError, match="exchange them"):
        Events([], PLACE).between(datetime(2026, 2, 1), datetime(2026, 1, 1))
    with pytest.raises(InputError, match="more than ten years"):
        Events([], PLACE).between(datetime(2026, 2, 1), datetime(2046, 1, 1))


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("weekly", "has no FREQ"),
        ("FREQ=WEEKL", "not a recurrence rule"),
        ("FREQ=WEEKLY;BYDAY=XX", "not a recurrence rule"),
        ("FREQ=SECONDLY", "an event recurs hourly at most"),
        ("FREQ=MINUTELY;COUNT=5", "an event recurs hourly at most"),
        ("FREQ=DAILY;COUNT=10000000", "recurs 10,000,000 times: give UNTIL"),
        ("FREQ=WEEKLY;UNTIL=soon", "not a recurrence rule"),
    ],
)
def test_wrong_rules_are_refused_with_the_value_and_the_remedy(rule: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        check_rrule(rule, datetime(2026, 1, 1))
    assert rule in str(caught.value)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "rule",
    ["FREQ=WEEKLY;UNTIL=20261010", "FREQ=WEEKLY;UNTIL=20261010T130000Z", "RRULE:FREQ=YEARLY", "FREQ=MONTHLY;BYDAY=2TU"],
)
def test_right_rules_are_taken(rule: str) -> None:
    assert check_rrule(rule, datetime(2026, 1, 1, 9)) == rule.removeprefix("RRULE:")


def test_an_endless_rule_is_asked_for_a_week_in_no_time() -> None:
    began = time.perf_counter()
    assert len(dates(row(rrule="FREQ=HOURLY"), first="2036-01-01", last="2036-01-02")) == 27
    assert time.perf_counter() - began < 20


# --- files -----------------------------------------------------------------------------------------

HEAD = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\n"


def event(*lines: str) -> str:
    return "\n".join(("BEGIN:VEVENT", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT", ""))


@pytest.fixture
def pack_of(tmp_path: Path) -> Callable[..., TownPack]:
    def make(text: str | bytes, *, lenient: bool = False) -> TownPack:
        (tmp_path / "pack.yaml").write_text("name: A\nstate: B\n")
        (tmp_path / "calendars.yaml").write_text(
            "- {calendar_id: town, name: Town calendar, file: town.ics, grade: B}\n"
        )
        (tmp_path / "town.ics").write_bytes(text.encode() if isinstance(text, str) else text)
        return read_pack(tmp_path, lenient=lenient)

    return make


def test_events_of_a_file_become_rows(pack_of: Callable[..., TownPack]) -> None:
    zone = "BEGIN:VTIMEZONE\nTZID:America/New_York\nBEGIN:STANDARD\nDTSTART:19701101T020000\nTZOFFSETFROM:-0400\nTZOFFSETTO:-0500\nEND:STANDARD\nEND:VTIMEZONE\n"
    text = (
        HEAD
        + zone
        + event(
            "UID:a",
            "SUMMARY:Parade",
            "DTSTART;TZID=America/New_York:20260704T090000",
            "DURATION:PT3H",
            "LOCATION:Main St",
            "X-GEO-DISPATCH-CLOSURE:Main St",
            "GEO:41.58;-71.08",
        )
        + event(
            "UID:b",
            "SUMMARY:Fair",
            "DTSTART;VALUE=DATE:20260805",
            "DTEND;VALUE=DATE:20260810",
            "RRULE:FREQ=YEARLY",
            "EXDATE;VALUE=DATE:20270805",
        )
        + event("UID:c", "SUMMARY:Talk", "DTSTART:20260901T230000Z", "STATUS:CANCELLED")
        + "END:VCALENDAR\n"
    )
    frame = pack_of(text).layers["events"].set_index("uid")
    assert frame.loc["a", ["starts", "ends", "timezone", "where_text", "closures"]].tolist() == [
        "2026-07-04T09:00:00",
        "2026-07-04T12:00:00",
        "America/New_York",
        "Main St",
        '["Main St"]',
    ]
    assert frame.geometry["a"].x == -71.08
    assert frame.loc["b", ["starts", "ends", "rrule", "exdates"]].tolist() == [
        "2026-08-05",
        "2026-08-09",
        "FREQ=YEARLY",
        '["2027-08-05"]',
    ]
    assert frame.loc["c", ["starts", "status", "event_id"]].tolist() == [
        "2026-09-01T23:00:00+00:00",
        "cancelled",
        "town:c",
    ]


BAD = [
    ("hello\n", "town.ics:1: does not begin with BEGIN:VCALENDAR"),
    (HEAD + event("SUMMARY:x", "DTSTART:20260101T090000") + "END:VCALENDAR\n", "town.ics:4: UID is missing"),
    (HEAD + event("UID:a", "SUMMARY:x") + "END:VCALENDAR\n", "town.ics:4: DTSTART is missing"),
    (HEAD + event("UID:a", "DTSTART:20261301T090000") + "END:VCALENDAR\n", "town.ics:7: DTSTART"),
    (HEAD + event("UID:a", "DTSTART:20260101T090000", "RRULE:FREQ=WEEKL") + "END:VCALENDAR\n", "town.ics:8: "),
    (
        HEAD + event("UID:a", "DTSTART:20260101T090000", "RRULE:FREQ=SECONDLY") + "END:VCALENDAR\n",
        "town.ics:8: 'FREQ=SECONDLY' recurs secondly",
    ),
    (
        HEAD + event("UID:a", "DTSTART:20260101T090000", "RRULE:FREQ=DAILY;COUNT=10000000") + "END:VCALENDAR\n",
        "10,000,000 times",
    ),
    (
        HEAD + event("UID:a", "DTSTART:20260101T090000", "DTEND:20251231T090000") + "END:VCALENDAR\n",
        "lies before starts",
    ),
    (
        HEAD + event("UID:a", "DTSTART;TZID=Mars/Base:20260101T090000") + "END:VCALENDAR\n",
        "town.ics:7: DTSTART: the time zone 'Mars/Base' is unknown",
    ),
    (HEAD + event("UID:a", "DTSTART:20260101T090000") * 2 + "END:VCALENDAR\n", "the event 'town:a' is there twice"),
    (HEAD + event("UID:a", "DTSTART:20260101T090000"), "ends without END:VCALENDAR: it was cut short"),
    (HEAD + "BEGIN:VEVENT\nUID:a\n", "VEVENT begins here and does not end"),
    (HEAD.encode() + b"X:\xff\xfe\n", "town.ics:4: not UTF-8 text"),
    (b"BEGIN:VCALENDAR\n" + b"X" * (MAX_CALENDAR_BYTES + 1), "is more than 10,000,000"),
]


@pytest.mark.parametrize(("text", "says"), BAD)
def test_a_wrong_calendar_is_told_with_its_line_and_the_rest_stands(
    pack_of: Callable[..., TownPack], text: str | bytes, says: str
) -> None:
    if (
        says is None
    ):  # an unknown zone without its VTIMEZONE: floating, in the town's own zone, or refused; never another hour
        assert pack_of(text, lenient=True).layers.get("events") is None or True
        return
    with pytest.raises(PackError) as caught:
        pack_of(text)
    assert says in str(caught.value)
    good = event("UID:good", "SUMMARY:Good", "DTSTART:20260601T090000")
    if isinstance(text, str) and "END:VCALENDAR" in text:
        pack = pack_of(text.replace("END:VCALENDAR", good + "END:VCALENDAR"), lenient=True)
        assert "good" in pack.layers["events"]["uid"].tolist()
        assert any(p.kind == "pack_dropped" for p in pack.problems)


def test_a_calendar_file_that_nobody_names_or_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("name: A\nstate: B\n")
    (tmp_path / "stray.ics").write_text(HEAD + "END:VCALENDAR\n")
    with pytest.raises(PackError, match=r"stray\.ics: no row of calendars names this file"):
        read_pack(tmp_path)
    (tmp_path / "calendars.yaml").write_text(
        "- {calendar_id: a, name: b, file: ../secret.ics}\n- {calendar_id: c, name: d, file: stray.ics}\n"
    )
    with pytest.raises(PackError, match=r"calendars\.yaml:1: file '\.\./secret\.ics' is no \.ics file of the pack"):
        read_pack(tmp_path)


@pytest.fixture
def server() -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = (HEAD + event("UID:a", "SUMMARY:Online", "DTSTART:20260601T090000") + "END:VCALENDAR\n").encode()
            if self.path == "/long":
                body = b"x" * (MAX_CALENDAR_BYTES + 100)
            self.send_response(404 if self.path == "/gone" else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


def test_a_calendar_of_the_web(tmp_path: Path, server: str) -> None:
    (tmp_path / "pack.yaml").write_text("name: A\nstate: B\n")
    (tmp_path / "calendars.yaml").write_text(f"- {{calendar_id: web, name: Web, url: '{server}/a.ics'}}\n")
    frame = read_pack(tmp_path).layers["events"]
    assert (frame["name"].tolist(), frame["source_url"].tolist()) == (["Online"], [f"{server}/a.ics"])
    for path, says in (("/gone", "can't be downloaded"), ("/long", "longer than")):
        with pytest.raises(PackError, match=says):
            download_calendar(server + path)


@given(
    hour=st.integers(0, 23),
    days=st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=3, unique=True),
    count=st.integers(1, 20),
    left_out=st.integers(0, 5),
)
def test_what_is_written_out_as_a_calendar_reads_back_as_the_same_dates(
    hour: int, days: list[str], count: int, left_out: int
) -> None:
    starts = datetime(2026, 3, 1, hour)
    rule = f"FREQ=WEEKLY;BYDAY={','.join(days)};COUNT={count}"
    gone = tuple((starts + timedelta(days=number)).isoformat() for number in range(left_out))
    original = row(starts=starts.isoformat(), ends=(starts + timedelta(hours=1)).isoformat(), rrule=rule, exdates=gone)
    text = calendar_of([original], name="x", zone=ZONE, stamp=datetime(2026, 1, 1, tzinfo=UTC)).to_ical()
    import recurring_ical_events

    again = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(
        datetime(2026, 1, 1, tzinfo=ZONE), datetime(2027, 1, 1, tzinfo=ZONE)
    )
    ours = Events([original], PLACE).between(datetime(2026, 1, 1), datetime(2027, 1, 1))
    assert sorted(one["dtstart"].dt for one in again) == [one.starts for one in ours]
    assert all(isinstance(one, Occurrence) for one in ours)
