"""Calls files: headers, times, and rows that can't be used."""

from __future__ import annotations

import csv
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from geo_dispatch.errors import CallsFileError, InputError
from geo_dispatch.replay import CallFields, read_call_fields, replay_calls
from geo_dispatch.replay.clock import WallClock
from geo_dispatch.replay.columns import find_columns
from tests.towns import lonlat

LON, LAT = (f"{degrees:.6f}" for degrees in lonlat(605, 300))
HEADER = "call,dispatched,en route,on scene,cleared,lon,lat,address,type,unit\n"
GOOD = f"c1,2026-03-02T10:00,2026-03-02T10:01,2026-03-02T10:03,2026-03-02T10:30,{LON},{LAT},,medical,R1\n"


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "calls.csv"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return path


def rejects(folder: Path) -> list[tuple[int, str, str]]:
    with (folder / "rejects.csv").open(encoding="utf-8", newline="") as file:
        return [(int(row["line"]), row["code"], row["reason"]) for row in csv.DictReader(file)]


def test_headers_are_known_by_many_names():
    found = find_columns(
        ["Incident Number", "UNIT_ID", "Nature", "Dispatch Time", "Arrived", "Clear", "Location", "Zone"]
    )
    assert found.at == {
        "call_id": 0, "unit": 1, "call_type": 2, "dispatched": 3, "on_scene": 4, "cleared": 5, "place": 6
    }  # fmt: skip
    assert found.unused == ("Zone",)


@pytest.mark.parametrize(
    ("header", "named", "said"),
    [
        (["call", "unit", "type", "dispatched", "lon", "lat"], {}, ":1: lacks the column cleared .as cleared"),
        (["call", "unit", "type", "dispatched", "cleared"], {}, "tells no place"),
        (["call", "unit", "type", "dispatched", "cleared", "lon"], {}, "lon or lat alone"),
        (["call", "incident", "unit", "type", "dispatched", "cleared", "place"], {}, "both 'call' and 'incident' may be call_id"),
        (["call", "unit", "type", "dispatched", "cleared", "place"], {"call_id": "Case"}, "has no column 'Case', which call_id"),
        (["call", "unit"], {"caller": "call"}, "there is no column 'caller'"),
    ],
)  # fmt: skip
def test_headers_that_can_t_be_used(header, named, said):
    with pytest.raises(CallsFileError, match=said):
        find_columns(header, named=named)


@pytest.mark.parametrize(("text", "said"), [("", "is empty"), ('"open\n' + "x" * 140_000, "not CSV")])
def test_files_that_are_none(at, tmp_path, text, said):
    with pytest.raises(CallsFileError, match=said):
        replay_calls(at, write(tmp_path, text))


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_what_stands_between_values_is_told_by_the_header(at, tmp_path, between):
    path = write(tmp_path, ("\ufeff" + HEADER + GOOD).replace(",", between).replace("\n", "\r\n"))
    assert replay_calls(at, path).rows.replayed == 1


def test_text_of_another_encoding_is_refused(at, tmp_path):
    path = tmp_path / "calls.csv"
    path.write_text(HEADER + GOOD, encoding="utf-16")
    with pytest.raises(CallsFileError, match="is not UTF-8 text"):
        replay_calls(at, path)


def test_a_file_that_is_not_there(at, tmp_path):
    with pytest.raises(CallsFileError, match="check the path of --calls"):
        replay_calls(at, tmp_path / "none.csv")


def test_times_by_the_towns_clock():
    clock = WallClock(ZoneInfo("America/New_York"))
    assert clock.read("2026-03-02T10:00") == clock.read("2026-03-02 15:00+00:00")
    first = clock.read("2026-11-01T01:30")
    assert clock.read("2026-11-01T01:10", after=first) - first == 40 * 60  # the hour came twice
    assert clock.local(first).isoformat() == "2026-11-01T01:30:00"
    own = WallClock(ZoneInfo("America/New_York"), time_format="%m/%d/%Y %I:%M %p")
    assert own.read("03/02/2026 10:00 AM") == clock.read("2026-03-02T10:00")
    for text in ("2026-03-02", "10:00", "tomorrow", "2026-13-02T10:00"):
        with pytest.raises(ValueError, match="is not a time"):
            clock.read(text)


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (("c1,", ","), "no call_id", "call_id is blank"),
        ((",R1", ","), "no unit", "unit is blank"),
        ((",R1", ",R7"), "unknown unit", "no unit 'R7': name it under units"),
        (("medical", "medicla"), "unknown call type", "no call type 'medicla': did you mean 'medical'"),
        (("2026-03-02T10:30", ""), "no cleared", "cleared is blank"),
        (("2026-03-02T10:30", "2026-03-02T10:02"), "reversed times", "cleared 2026-03-02T10:02 lies before on_scene"),
        (("2026-03-02T10:01", "2026-03-02T09:59"), "reversed times", "enroute 2026-03-02T09:59 lies before dispatched"),
        (("2026-03-02T10:03", "noon"), "unreadable time", "on_scene 'noon' is not a time"),
        (("2026-03-02T10:30", "2026-04-02T10:30"), "too long", "over 7 days"),
        ((f"{LON},{LAT}", ","), "no place", "tells no place"),
        ((f"{LON},{LAT}", f"{LAT},{LON}"), "place outside", "swapped"),
        ((f"{LON},{LAT}", "x,1"), "bad position", "not two numbers"),
        ((f"{LON},{LAT}", "nan,1"), "bad position", "not two numbers"),
        ((f"{LON},{LAT},", ",,zzyzx qwv"), "unknown place", "matches nothing"),
        ((f"{LON},{LAT}", LON), "columns", "has 9 values where the header has 10"),
        ((",R1", ",R1\udcff"), "not UTF-8", "not UTF-8"),
    ],
)  # fmt: skip
def test_bad_rows_are_rejected_with_line_and_reason(at, tmp_path, change, code, said):
    path = write(tmp_path, HEADER + GOOD.replace("c1", "c0") + "\n" + GOOD.replace(*change) + GOOD.replace("c1", "c2"))
    report = replay_calls(at, path, out=tmp_path / "out")
    assert (report.rows.read, report.rows.replayed, report.rows.rejected) == (3, 2, 1)
    ((line, found, reason),) = rejects(tmp_path / "out")
    assert (line, found) == (4, code)
    assert said in reason
    assert report.rejected == {code: 1}


def test_a_row_twice_counts_once(at, tmp_path):
    report = replay_calls(at, write(tmp_path, HEADER + GOOD + GOOD + GOOD.replace("R1", "A2")), out=tmp_path / "out")
    assert (report.rows.replayed, report.calls) == (2, 1)
    assert rejects(tmp_path / "out") == [
        (3, "twice", "is the same call, unit and dispatch as line 2: give each once"),
    ]


def test_quotes_that_never_close_reject_those_lines_only(at, tmp_path):
    long = 'c7,"never closed' + "\nx" * 70_000 + "\n"
    report = replay_calls(at, write(tmp_path, HEADER + GOOD + long), out=tmp_path / "out")
    assert report.rows.replayed == 1
    assert report.rejected["not CSV"] >= 1
    assert rejects(tmp_path / "out")[0][2].startswith("lines 3 to ")


def test_what_the_file_calls_things(at, tmp_path):
    told = tmp_path / "fields.yaml"
    told.write_text(
        "columns: {call_id: Case, dispatched: Sent}\ncall_types: {EMS-A: medical}\nunits: {RESCUE 1: R1}\n"
        "time_format: '%m/%d/%Y %H:%M'\n"
    )
    fields = read_call_fields(told, call_types=at.cards.call_types, units=["R1"])
    assert fields == CallFields(
        {"call_id": "Case", "dispatched": "Sent"}, {"EMS-A": "medical"}, {"RESCUE 1": "R1"}, "%m/%d/%Y %H:%M"
    )
    text = f"Case,Sent,Cleared,Lon,Lat,Type,Unit\nc1,03/02/2026 10:00,03/02/2026 10:30,{LON},{LAT},EMS-A,RESCUE 1\n"
    report = replay_calls(at, write(tmp_path, text), fields=fields)
    assert (report.rows.replayed, report.not_compared) == (1, {"never on scene": 1})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1]", ":1: is not a mapping"),
        ("column: {}", ":1: there is no key 'column': did you mean 'columns'"),
        ("units: {X: E9}", ":1: there is no unit 'E9'"),
        ("units: [E1]", "units is not a mapping"),
        ("columns: {unitt: X}", "there is no column 'unitt': did you mean 'unit'"),
        ("time_format: '%d/%m'", "has no hour"),
    ],
)
def test_what_can_t_be_called_so(at, tmp_path, text, said):
    told = tmp_path / "fields.yaml"
    told.write_text(text)
    with pytest.raises(CallsFileError, match=said):
        read_call_fields(told, call_types=at.cards.call_types, units=["E1"])


def test_limits_and_towns_that_can_t_be_replayed(at, tmp_path):
    from dataclasses import replace

    path = write(tmp_path, HEADER + GOOD)
    with pytest.raises(InputError, match="limit is 0"):
        replay_calls(at, path, limit=0)
    with pytest.raises(InputError, match="has no units"):
        replay_calls(replace(at, seeds=()), path)
