"""Events as iCalendar, and back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar

from geo_dispatch.knowledge.event_rows import EventRow

__all__ = ["calendar_of", "moment_of"]

PRODUCT = "-//geo-dispatch//town events//EN"


def moment_of(text: str, zone: ZoneInfo) -> date | datetime:
    """Return a day, or a time with its zone, of ISO 8601 text.

    Parameters
    ----------
    text
        As ``2026-07-04`` or ``2026-07-04T09:00``.
    zone
        Zone of a time that bears none.

    Examples
    --------
    >>> moment_of("2026-07-04", ZoneInfo("America/New_York"))
    datetime.date(2026, 7, 4)
    """
    if len(text) <= 10:
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def calendar_of(rows: Iterable[EventRow], *, name: str, zone: ZoneInfo, stamp: datetime) -> icalendar.Calendar:
    """Make a calendar of events.

    Parameters
    ----------
    rows
        The events; recurrences stay rules.
    name
        Name of the calendar.
    zone
        Zone of times that bear none.
    stamp
        When the facts were written down: DTSTAMP of each event.

    Returns
    -------
    icalendar.Calendar
        With the time zones that its events name.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for row in rows:
        calendar.add_component(_event_of(row, zone, stamp))
    calendar.add_missing_timezones()
    return calendar


def _event_of(row: EventRow, zone: ZoneInfo, stamp: datetime) -> Any:
    own = ZoneInfo(row.timezone) if row.timezone else zone
    event: Any = icalendar.Event()
    event.add("uid", row.uid)
    event.add("dtstamp", stamp)
    event.add("summary", row.name)
    starts = moment_of(row.starts, own)
    event.add("dtstart", starts)
    if row.ends is not None:
        ends = moment_of(row.ends, own)
        # A last day is counted here, and is the first day after it there.
        event.add("dtend", ends if isinstance(ends, datetime) else ends + timedelta(days=1))
    if row.rrule and row.recurrence_id is None:
        event.add("rrule", icalendar.vRecur.from_ical(row.rrule))
    for key, moments in (("exdate", row.exdates), ("rdate", row.rdates)):
        for moment in moments:
            event.add(key, _like(starts, moment_of(moment, own), own))
    if row.recurrence_id is not None:
        event.add("recurrence-id", _like(starts, moment_of(row.recurrence_id, own), own))
    for key, value in (("location", row.where), ("description", row.description), ("url", row.url)):
        if value:
            event.add(key, value)
    if row.status:
        event.add("status", row.status.upper())
    if row.lon is not None and row.lat is not None:
        event.add("geo", (row.lat, row.lon))
    for closure in row.closures:
        event.add("x-geo-dispatch-closure", closure)
    return event


def _like(starts: date | datetime, moment: date | datetime, zone: ZoneInfo) -> date | datetime:
    """Give an exception the kind of its event's start: a day beside days, a time beside times."""
    if isinstance(starts, datetime) and not isinstance(moment, datetime):
        return datetime.combine(moment, starts.timetz() if starts.tzinfo else starts.time(), starts.tzinfo or zone)
    if not isinstance(starts, datetime) and isinstance(moment, datetime):
        return moment.date()
    return moment
