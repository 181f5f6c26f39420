"""How the desk puts times and sources."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from geo_dispatch.knowledge.facts import Source
from geo_dispatch.knowledge.opening import Opening, Span
from geo_dispatch.knowledge.when import When

__all__ = ["and_list", "clock", "day", "doubts_of", "hours_of_day", "moment", "now_open", "source_words", "window"]

_OLD_YEARS = 3


def clock(at: datetime) -> str:
    """Return a time of day as said.

    Examples
    --------
    >>> clock(datetime(2026, 7, 4, 15, 30)), clock(datetime(2026, 7, 4, 12))
    ('3:30 pm', 'noon')
    """
    if (at.hour, at.minute) in ((0, 0), (12, 0)):
        return "noon" if at.hour else "midnight"
    minutes = f":{at.minute:02d}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes} {'am' if at.hour < 12 else 'pm'}"


def day(at: date, today: date) -> str:
    """Return a day as said on another: today, tomorrow, else its weekday and date."""
    ahead = (at - today).days
    named = f"{at:%A}, {at:%B} {at.day}" + (f", {at.year}" if at.year != today.year else "")
    return {0: f"today, {named}", 1: f"tomorrow, {named}"}.get(ahead, named)


def moment(at: datetime, today: date) -> str:
    """Return a day and time as said."""
    return f"{day(at.date(), today)}, {clock(at)}"


def window(when: When, today: date) -> str:
    """Return a span of days as said."""
    days = when.days
    return day(days[0], today) if len(days) == 1 else f"{day(days[0], today)} to {day(days[-1], today)}"


def hours_of_day(spans: Sequence[Span]) -> str:
    """Return the times of one day: "8 am to noon and 1 pm to 4 pm"."""
    parts = []
    for span in spans:
        whole = (span.ends - span.starts).total_seconds() >= 86_400
        text = "all day" if whole else f"{clock(span.starts)} to {clock(span.ends)}"
        if span.state == "unknown":
            text += " (not certain)"
        if span.comment:
            text += f" ({span.comment})"
        parts.append(text)
    return and_list(parts)


def and_list(parts: Sequence[str]) -> str:
    """Join words as in a sentence.

    Examples
    --------
    >>> and_list(["a", "b", "c"])
    'a, b and c'
    """
    return ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1] if parts else ""


def now_open(opening: Opening, today: date) -> str:
    """Return how things stand and when that changes."""
    said = {"open": "open", "closed": "closed", "unknown": "not certain to be open"}[opening.state]
    if opening.comment:
        said += f" ({opening.comment})"
    if opening.state == "open":
        if opening.until is None:
            return f"{said}, always"
        same = opening.until.date() == today
        return f"{said} until {clock(opening.until) if same else moment(opening.until, today)}"
    if opening.next_open is None:
        return f"{said}, and no later opening is on file"
    same = opening.next_open.date() == today
    return f"{said}; opens {'at ' + clock(opening.next_open) if same else moment(opening.next_open, today)}"


def source_words(source: Source) -> str:
    """Return where a fact comes from: "Source: example.org, 2026-05-01, grade B, unverified"."""
    parts = [source.name]
    if source.date:
        parts.append(source.date)
    elif source.url:
        parts.append("undated")
    if source.grade:
        parts.append(f"grade {source.grade}")
    if not source.verified:
        parts.append("unverified")
    return f"Source: {', '.join(parts)}."


def doubts_of(source: Source, today: date) -> tuple[str, ...]:
    """Return what to beware of in a fact: nobody verified it, it is old, or its source is weak."""
    found = []
    if not source.verified:
        found.append("unverified: nobody of the town has confirmed this")
    if source.date and today.year - int(source.date[:4]) >= _OLD_YEARS:
        found.append(f"old: the page is of {source.date}")
    elif source.url and not source.date:
        found.append("undated: the page shows no date")
    if source.grade == "D":
        found.append("weak: the source is of grade D")
    return tuple(found)
