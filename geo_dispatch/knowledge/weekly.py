"""Opening hours that are one week, again and again: what a calendar rule can say."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["WeeklyRule", "weekly_rules"]

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_RULE = re.compile(
    r"^(?:(?P<days>(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:\s*[-,]\s*(?:Mo|Tu|We|Th|Fr|Sa|Su))*)\s+)?(?P<times>\d\d?:\d\d-\d\d?:\d\d(?:\s*,\s*\d\d?:\d\d-\d\d?:\d\d)*)$"
)


@dataclass(frozen=True, slots=True)
class WeeklyRule:
    """Days of RFC 5545 ("MO"), and the times between which it is open on each, "08:00"."""

    days: tuple[str, ...]
    opens: str
    closes: str


def weekly_rules(text: str) -> list[WeeklyRule] | None:
    """Turn opening hours into weekly rules.

    Parameters
    ----------
    text
        Opening hours as OpenStreetMap writes them.

    Returns
    -------
    list of WeeklyRule or None
        None when a week does not say it all: holidays, seasons, comments, sunrise.

    Examples
    --------
    >>> weekly_rules("Mo-We,Fr 08:00-12:00")
    [WeeklyRule(days=('MO', 'TU', 'WE', 'FR'), opens='08:00', closes='12:00')]
    >>> weekly_rules("Mo-Fr 08:00-16:00; PH off") is None
    True
    """
    if text.strip() == "24/7":
        return [WeeklyRule(tuple(day.upper() for day in _DAYS), "00:00", "24:00")]
    rules: dict[str, list[tuple[str, str]]] = {}
    for part in text.split(";"):
        match = _RULE.match(part.strip())
        if match is None:
            return None
        times = [tuple(time.strip().zfill(5) for time in span.split("-")) for span in match["times"].split(",")]
        for day in _listed(match["days"] or "Mo-Su"):
            rules[day] = [(opens, closes) for opens, closes in times]
    found: dict[tuple[str, str], list[str]] = {}
    for day in _DAYS:
        for span in rules.get(day, ()):
            found.setdefault(span, []).append(day.upper())
    return [WeeklyRule(tuple(days), opens, closes) for (opens, closes), days in found.items()]


def _listed(text: str) -> list[str]:
    days: list[str] = []
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        start = _DAYS.index(first.strip())
        end = _DAYS.index(last.strip()) if last else start
        days += [_DAYS[(start + n) % 7] for n in range((end - start) % 7 + 1)]
    return days
