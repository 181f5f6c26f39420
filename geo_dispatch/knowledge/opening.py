"""Whether something is open, until when, and when it opens next: by the clock and the holidays of the town."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from geo_dispatch.errors import InputError
from geo_dispatch.hours import Hours, HoursState
from geo_dispatch.knowledge.local_time import LocalTime

__all__ = ["Opening", "Span", "opening_at", "spans_of_day"]

_AHEAD = timedelta(days=370)
_DAYS = r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)"
_RULE = re.compile(rf"^\s*(?P<days>{_DAYS}(?:\s*[-,]\s*{_DAYS})*)(?P<rest>(?:[\s:].*)?)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Span:
    """A time of one day at which it is open, or at which the text itself says that this is not certain."""

    starts: datetime
    ends: datetime
    state: HoursState
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """How things stand at a time.

    Attributes
    ----------
    state
        open, closed, or unknown where the text itself says so ("by appointment").
    comment
        What the text adds, as "by appointment"; blank without.
    until
        When that changes; None if never within a year.
    next_open
        When it opens next, when it is not open; None if never within a year.
    holiday
        Name of that day's public holiday.
    holiday_told
        The text says what holds on public holidays.
    """

    state: HoursState
    comment: str
    until: datetime | None
    next_open: datetime | None
    holiday: str | None
    holiday_told: bool


def opening_at(text: str, place: LocalTime, at: datetime) -> Opening:
    """Say whether something is open at a time.

    Parameters
    ----------
    text
        Opening hours as OpenStreetMap writes them.
    place
        Of the town.
    at
        Local time, or with a zone.

    Returns
    -------
    Opening
        Its times bear the town's zone.

    Raises
    ------
    InputError
        If the text can't be read.

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> westport = LocalTime(ZoneInfo("America/New_York"), -71.08, 41.58, "US", "MA")
    >>> now = opening_at("Mo-Fr 08:00-16:00; PH off", westport, datetime(2026, 4, 20, 9))
    >>> now.state, now.holiday, now.next_open.isoformat()
    ('closed', "Patriots' Day", '2026-04-21T08:00:00-04:00')
    """
    moment = place.aware(at)
    spans = _spans(text, place, moment, moment + _AHEAD)
    if not spans:
        raise InputError(f"{text!r} tells no times within a year of {moment.date()}: check the hours")
    first, rest = spans[0], spans[1:]
    after = next((span for span in rest if span.state == "open"), None)
    return Opening(
        state=first.state,
        comment=first.comment,
        until=first.ends if rest else None,
        next_open=None if first.state == "open" or after is None else after.starts,
        holiday=place.holiday(moment.date()),
        holiday_told="PH" in _without_comments(text),
    )


def spans_of_day(text: str, place: LocalTime, day: date) -> tuple[Span, ...]:
    """List when something is open on a day.

    Parameters
    ----------
    text
        Opening hours as OpenStreetMap writes them.
    place
        Of the town.
    day
        The day, there.

    Returns
    -------
    tuple
        Spans that begin on the day, or before it and last into it; one that goes past midnight is not cut there. Empty when it is closed.

    Raises
    ------
    InputError
        If the text can't be read.

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> westport = LocalTime(ZoneInfo("America/New_York"), -71.08, 41.58, "US", "MA")
    >>> [(s.starts.hour, s.ends.hour) for s in spans_of_day("Fr 20:00-02:00", westport, date(2026, 11, 27))]
    [(20, 2)]
    """
    midnight = datetime.combine(day, time(), place.zone)
    following = datetime.combine(day + timedelta(days=1), time(), place.zone)
    found = [
        span
        for span in _spans(text, place, midnight - timedelta(days=1), following + timedelta(days=1))
        if span.state != "closed" and span.starts < following and span.ends > midnight
    ]
    began = [span for span in found if span.starts >= midnight]
    return tuple(
        found if len(found) == len(began) or not began or found[0].ends - midnight > timedelta(hours=6) else began
    )


def _spans(text: str, place: LocalTime, starts: datetime, ends: datetime) -> list[Span]:
    """Return the spans of one state and comment between two times, joined over midnight.

    Where a text has "||", what stands behind holds at every time at which nothing before it does; the library has that by days.
    """
    Hours(text, lon=place.lon, lat=place.lat, zone=place.zone)
    lists = [
        [Span(*part) for part in _hours(one, place, starts.date()).intervals(starts, ends)] for one in _choices(text)
    ]
    spans = lists[0]
    for fallback in lists[1:]:
        spans = _filled(spans, fallback)
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last is not None and (last.state, last.comment, last.ends) == (span.state, span.comment, span.starts):
            joined[-1] = Span(last.starts, span.ends, last.state, last.comment)
        else:
            joined.append(span)
    return joined


def _filled(spans: list[Span], fallback: list[Span]) -> list[Span]:
    """Put another list's spans where a list is closed."""
    filled: list[Span] = []
    for span in spans:
        if span.state != "closed":
            filled.append(span)
            continue
        for other in fallback:
            starts, ends = max(span.starts, other.starts), min(span.ends, other.ends)
            if starts < ends:
                filled.append(Span(starts, ends, other.state, other.comment))
    return filled


def _choices(text: str) -> list[str]:
    """Cut a text at "||" outside quotes.

    Examples
    --------
    >>> _choices('Mo 09:00-12:00 || "by appointment"')
    ['Mo 09:00-12:00', '"by appointment"']
    """
    parts = re.findall(r'(?:[^|"]|"[^"]*"|\|(?!\|)(?<!\|\|))+', text)
    return [part.strip() for part in parts if part.strip()] or [text]


def _hours(text: str, place: LocalTime, day: date) -> Hours:
    """Read a text with the town's own public holidays written out in it."""
    known = place.holidays_between(day - timedelta(days=2), day + _AHEAD)
    return Hours(_with_holidays(text, list(known)), lon=place.lon, lat=place.lat, zone=place.zone, trusted=True)


def _with_holidays(text: str, days: list[date]) -> str:
    """Write the dates out for "PH" in every rule that names it among weekdays.

    The opening-hours library knows the federal holidays on the days they are observed only; a town keeps its state's as well,
    and the day itself.

    Examples
    --------
    >>> _with_holidays("Mo-Fr,PH 08:00-16:00; PH off", [date(2026, 7, 4)])
    'Mo-Fr 08:00-16:00; 2026 Jul 04 08:00-16:00; 2026 Jul 04 off'
    """
    rules: list[str] = []
    for rule in _rules(text):
        if re.fullmatch(r'\s*"[^"]*"\s*', rule):
            rules.append(f"unknown {rule.strip()}")  # a comment alone: it may be open, ask
            continue
        found = _RULE.match(rule)
        named = [part.strip() for part in found["days"].split(",")] if found else []
        if not found or "PH" not in named or found["rest"].lstrip()[:1] in ("+", "-"):
            rules.append(rule)
            continue
        others = [part for part in named if part != "PH"]
        rest = found["rest"].strip().removeprefix(":").strip() or "open"
        if others:
            rules.append(f"{','.join(others)} {rest}")
        rules += [f"{day:%Y %b %d} {rest}" for day in days]
    return "; ".join(rule.strip() for rule in rules)


def _rules(text: str) -> list[str]:
    """Cut a text at its semicolons outside quotes."""
    return [part for part in re.findall(r'(?:[^;"]|"[^"]*")+', text) if part.strip()]


def _without_comments(text: str) -> str:
    return re.sub(r'"[^"]*"', "", text)
