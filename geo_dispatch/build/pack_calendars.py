"""Calendars of a town pack: iCalendar files, or their addresses, become rows of events.

Each event of a file is read by itself, so that one that is wrong is told with its line, and the others stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import requests

from geo_dispatch.build.pack_files import CheckedRow, Faults
from geo_dispatch.build.pack_models import Calendar, Event
from geo_dispatch.errors import InputError, PackError

__all__ = ["MAX_CALENDAR_BYTES", "download_calendar", "read_calendars"]

MAX_CALENDAR_BYTES = 10_000_000
"""Longest calendar file that is read; some 20,000 events."""

_MOST_EVENTS = 50_000
Download = Callable[[str], bytes]


def download_calendar(url: str, *, timeout_s: float = 30.0) -> bytes:
    """Download a calendar.

    Parameters
    ----------
    url
        Its address.
    timeout_s
        Longest wait for the server.

    Raises
    ------
    PackError
        If it can't be had, or is longer than 10 MB.
    """
    try:
        with requests.get(url, timeout=timeout_s, stream=True, headers={"Accept": "text/calendar"}) as answer:
            answer.raise_for_status()
            data = b""
            for chunk in answer.iter_content(65_536):
                data += chunk
                if len(data) > MAX_CALENDAR_BYTES:
                    raise PackError(f"{url}: longer than {MAX_CALENDAR_BYTES:,} bytes: give the calendar's own feed")
            return data
    except requests.RequestException as error:
        raise PackError(
            f"{url}: can't be downloaded ({type(error).__name__}): check the address, or save it as a file of the pack"
        ) from None


def read_calendars(
    folder: Path, calendars: list[CheckedRow], faults: Faults, *, download: Download = download_calendar
) -> list[CheckedRow]:
    """Return the events of a pack's calendars as rows.

    Parameters
    ----------
    folder
        Of the pack.
    calendars
        Rows of ``calendars``.
    faults
        Told of what can't be read, with file and line.
    download
        Gets a calendar from an address.
    """
    rows: list[CheckedRow] = []
    named: set[str] = set()
    for row in calendars:
        calendar = row.model
        assert isinstance(calendar, Calendar)
        label = calendar.file or str(calendar.url)
        try:
            data = download(str(calendar.url)) if calendar.url else _file(folder, label, row.source)
        except PackError as error:
            faults.add(error if str(error).startswith(row.source) else f"{row.source}: {error}")
            continue
        named.add(label)
        rows += _events(data, calendar, label, faults)
    for path in sorted(folder.glob("*.ics")):
        if path.name not in named and path.name not in {getattr(row.model, "file", None) for row in calendars}:
            faults.add(f"{path.name}: no row of calendars names this file: add one, or take the file away")
    return rows


def _file(folder: Path, name: str, source: str) -> bytes:
    path = folder / name
    if path.parent != folder or path.suffix != ".ics" or not path.is_file():
        raise PackError(f"{source}: file {name!r} is no .ics file of the pack: check its name")
    if path.stat().st_size > MAX_CALENDAR_BYTES:
        raise PackError(
            f"{name}: {path.stat().st_size:,} bytes is more than {MAX_CALENDAR_BYTES:,}: split it, or leave past events out"
        )
    return path.read_bytes()


def _events(data: bytes, calendar: Calendar, label: str, faults: Faults) -> Iterator[CheckedRow]:
    """Yield the events of one file."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        faults.add(f"{label}:{data[: failure.start].count(10) + 1}: not UTF-8 text: save it as UTF-8")
        return
    lines = text.splitlines()
    if not lines or lines[0].strip().upper() != "BEGIN:VCALENDAR":
        faults.add(f"{label}:1: does not begin with BEGIN:VCALENDAR: give an iCalendar file")
        return
    if lines[-1].strip().upper() != "END:VCALENDAR" and "END:VCALENDAR" not in text.upper().split():
        faults.add(f"{label}:{len(lines)}: ends without END:VCALENDAR: it was cut short, get it again")
    zones = "\r\n".join(line for first, block in _blocks(lines, "VTIMEZONE", label, None) for line in block)
    seen: set[tuple[str, str | None]] = set()
    for number, (first, block) in enumerate(_blocks(lines, "VEVENT", label, faults)):
        if number >= _MOST_EVENTS:
            faults.add(
                f"{label}:{first}: more than {_MOST_EVENTS:,} events: split the calendar, or leave past events out"
            )
            return
        try:
            event = _parsed(block, zones)
            model = Event.model_validate(_row(event, calendar))
        except ValueError as error:
            faults.add(f"{label}:{_line_of(block, first, error)}: {_said(error)}")
            continue
        key = (model.event_id, model.recurrence_id)
        if key in seen:
            faults.add(f"{label}:{first}: the event {model.event_id!r} is there twice: keep the later one")
            continue
        seen.add(key)
        yield CheckedRow(model, f"{label}:{first}")


def _blocks(lines: list[str], name: str, label: str, faults: Faults | None) -> Iterator[tuple[int, list[str]]]:
    """Yield the line of each component of a name, and its lines."""
    start: int | None = None
    for index, line in enumerate(lines):
        word = line.strip().upper()
        if word == f"BEGIN:{name}":
            if start is not None and faults is not None:
                faults.add(f"{label}:{start + 1}: {name} begins here and does not end before line {index + 1}")
            start = index
        elif word == f"END:{name}" and start is not None:
            yield start + 1, lines[start : index + 1]
            start = None
    if start is not None and faults is not None:
        faults.add(f"{label}:{start + 1}: {name} begins here and does not end: the file was cut short")


def _parsed(block: list[str], zones: str) -> Any:
    whole = "\r\n".join(["BEGIN:VCALENDAR", *([zones] if zones else []), *block, "END:VCALENDAR", ""])
    calendar = icalendar.Calendar.from_ical(whole)
    event: Any = calendar.events[0]
    if event.errors:
        name, message = event.errors[0]
        raise InputError(f"{name or 'a line'} can't be read ({message})")
    return event


def _row(event: Any, calendar: Calendar) -> dict[str, Any]:
    """Return a row of events as a pack writes it, of one event."""
    uid = str(event.get("uid") or "")
    if not uid:
        raise InputError("UID is missing: every event needs one")
    if "dtstart" not in event:
        raise InputError("DTSTART is missing: when does it begin?")
    starts = event["dtstart"].dt
    told = event["dtstart"].params.get("TZID")
    unknown = isinstance(starts, datetime) and not isinstance(starts.tzinfo, ZoneInfo) and starts.tzinfo is not UTC
    if told and unknown and (starts.tzinfo is None or "rrule" in event):
        raise InputError(f"DTSTART: the time zone {told!r} is unknown: write one as America/New_York")
    recurrence = event.get("recurrence-id")
    row: dict[str, Any] = {
        "event_id": f"{calendar.calendar_id}:{uid}",
        "uid": uid,
        "name": str(event.get("summary") or "untitled event"),
        "starts": _text(starts),
        "ends": _end(event, starts),
        "timezone": _zone(starts),
        "rrule": event["rrule"].to_ical().decode() if "rrule" in event else None,
        "exdates": [_text(moment) for moment in _moments(event, "exdate")],
        "rdates": [_text(moment) for moment in _moments(event, "rdate")],
        "recurrence_id": None if recurrence is None else _text(recurrence.dt),
        "status": str(event.get("status") or "confirmed").lower(),
        "where_text": str(event.get("location") or "") or None,
        "description": str(event.get("description") or "") or None,
        "url": str(event.get("url") or "") or None,
        "closures": [str(value) for value in _many(event.get("x-geo-dispatch-closure"))],
        "source_url": calendar.source_url or calendar.url,
        "source_date": calendar.source_date,
        "grade": calendar.grade,
        "verified": str(calendar.verified).lower(),
    }
    if recurrence is not None:
        row["event_id"] += f":{row['recurrence_id']}"
    geo = event.get("geo")
    if geo is not None:
        row |= {"lon": geo.longitude, "lat": geo.latitude}
    return {key: value for key, value in row.items() if value not in (None, [])}


def _many(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _moments(event: Any, key: str) -> Iterator[date | datetime]:
    for value in _many(event.get(key)):
        for entry in value.dts:
            moment = entry.dt
            yield moment[0] if isinstance(moment, tuple) else moment


def _end(event: Any, starts: date | datetime) -> str | None:
    """Return the end: of days, the last one."""
    if "dtend" in event:
        ends = event["dtend"].dt
    elif "duration" in event:
        ends = starts + event["duration"].dt
    else:
        return None
    if isinstance(ends, datetime) != isinstance(starts, datetime):
        raise InputError(f"DTEND {_text(ends)} and DTSTART {_text(starts)} must both be days, or both times")
    if not isinstance(ends, datetime) and ends > starts:
        ends -= timedelta(days=1)
    return _text(ends)


def _text(moment: date | datetime) -> str:
    """Write a moment so that it means the same beside the row's time zone."""
    if isinstance(moment, datetime) and isinstance(moment.tzinfo, ZoneInfo) and moment.tzinfo.key != "UTC":
        return moment.replace(tzinfo=None).isoformat()
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return moment.astimezone(UTC).isoformat()
    return moment.isoformat()


def _zone(starts: date | datetime) -> str | None:
    if isinstance(starts, datetime) and isinstance(starts.tzinfo, ZoneInfo) and starts.tzinfo.key != "UTC":
        return starts.tzinfo.key
    return None


def _said(error: ValueError) -> str:
    if hasattr(error, "errors"):
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        text = str(first["msg"]).removeprefix("Value error, ")
        return f"{key} {first['input']!r}: {text}" if key else text
    return str(error)


def _line_of(block: list[str], first: int, error: ValueError) -> int:
    """Return the line that an error is about, where it names a property; else the event's first."""
    said = _said(error).upper()
    for offset, line in enumerate(block):
        name = re.split("[:;]", line, maxsplit=1)[0].upper()
        if name and name not in ("BEGIN", "END") and (name in said or (name == "RRULE" and "RECUR" in said)):
            return first + offset
    return first
