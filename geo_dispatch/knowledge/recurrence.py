"""Recurrence rules of iCalendar: which are taken, and what is wrong with the others."""

from __future__ import annotations

from datetime import datetime

from dateutil.rrule import rrulestr
from icalendar import vRecur

from geo_dispatch.errors import InputError

__all__ = ["check_rrule"]

_MOST = 100_000
"""Occurrences of one event that a rule may ask for; a daily one reaches that in 270 years."""
_TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY"})


def check_rrule(text: str, starts: datetime) -> str:
    """Refuse a recurrence rule that can't be read, or would never be done counting.

    Parameters
    ----------
    text
        As ``FREQ=WEEKLY;BYDAY=SA``, with or without ``RRULE:`` before it.
    starts
        Start of the first occurrence.

    Returns
    -------
    str
        The rule without ``RRULE:``.

    Raises
    ------
    InputError
        If it is no rule of RFC 5545, recurs every minute or second, or more than 100,000 times.

    Examples
    --------
    >>> check_rrule("RRULE:FREQ=WEEKLY;BYDAY=SA", datetime(2026, 6, 6, 9))
    'FREQ=WEEKLY;BYDAY=SA'
    """
    rule = text.strip()
    rule = rule[6:] if rule.upper().startswith("RRULE:") else rule
    wrong = f"{text!r} is not a recurrence rule"
    try:
        parts = vRecur.from_ical(rule)
    except ValueError as error:
        raise InputError(f"{wrong} ({error}): write FREQ=WEEKLY;BYDAY=SA") from None
    frequency = str((parts.get("FREQ") or [""])[0]).upper()
    if not frequency:
        raise InputError(f"{wrong}: it has no FREQ: write FREQ=WEEKLY;BYDAY=SA")
    if frequency in _TOO_OFTEN:
        raise InputError(f"{text!r} recurs {frequency.lower()}: an event recurs hourly at most")
    count = int((parts.get("COUNT") or [0])[0])
    if count > _MOST:
        raise InputError(f"{text!r} recurs {count:,} times: give UNTIL instead, or a COUNT up to {_MOST:,}")
    try:
        rrulestr(rule, dtstart=starts, tzinfos={})
    except (ValueError, TypeError) as error:
        if "UNTIL" in rule and "timezone" in str(error).lower():
            return rule  # dates of the day, or times without a zone beside one with: settled where it is expanded
        raise InputError(f"{wrong} ({error}): write FREQ=WEEKLY;BYDAY=SA") from None
    return rule
