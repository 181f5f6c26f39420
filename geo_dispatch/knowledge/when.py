"""Times in the words of a question: "on Saturday", "this weekend", "tomorrow at 5", "July 4"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from geo_dispatch.data_tables import load_table
from geo_dispatch.knowledge.local_time import LocalTime

__all__ = ["When", "find_when"]


@dataclass(frozen=True, slots=True)
class When:
    """A time that a question names.

    Attributes
    ----------
    words
        As asked, small letters; blank when the question names none.
    starts, ends
        With the town's zone: from, and before. A moment has its end a minute later.
    precise
        A moment rather than days.
    """

    words: str
    starts: datetime
    ends: datetime
    precise: bool

    @property
    def days(self) -> tuple[date, ...]:
        """Return the days it touches."""
        last = (self.ends - timedelta(seconds=1)).date()
        return tuple(self.starts.date() + timedelta(days=n) for n in range((last - self.starts.date()).days + 1))


@cache
def _words() -> tuple[list[str], list[str]]:
    table = load_table("geo_dispatch.knowledge.tables", "words")
    return table["weekdays"], table["months"]


def find_when(text: str, now: datetime, place: LocalTime) -> tuple[When | None, str]:
    """Find a time in a question.

    Parameters
    ----------
    text
        The question in small letters.
    now
        The present time there.
    place
        Of the town.

    Returns
    -------
    tuple
        The time, None when none is named; and the question without it.

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> town = LocalTime(ZoneInfo("America/New_York"), -71.0, 41.5, "US", "MA")
    >>> now = datetime(2026, 11, 26, 10, tzinfo=town.zone)
    >>> when, rest = find_when("is the dump open on saturday at 3 pm", now, town)
    >>> when.starts.isoformat(), rest
    ('2026-11-28T15:00:00-05:00', 'is the dump open')
    """
    today = now.date()
    clock, rest = _clock(text)
    found = _days(rest, today, place)
    if found is None and clock is None:
        match = re.search(r"\b(?:right now|now|at the moment|currently|presently)\b", rest)
        if match:
            return When(match[0], now, now + timedelta(minutes=1), precise=True), _without(rest, match)
        return None, text
    words, first, last, without = found if found is not None else ("", today, today, rest)
    if clock is not None and first == last:
        moment = datetime.combine(first, clock, place.zone)
        if found is None and moment < now:
            moment += timedelta(days=1)
        return When(f"{words} {clock:%H:%M}".strip(), moment, moment + timedelta(minutes=1), precise=True), without
    begin = time(17) if words.endswith(("tonight", "tonite")) else time()
    starts = datetime.combine(first, begin, place.zone)
    ends = datetime.combine(last + timedelta(days=1), time(), place.zone)
    return When(words, starts, ends, precise=False), without


_IS_ON = re.compile(r"(?:\bwhat'?s|\bwhat is|\bgoing|\banything|\bsomething|\bnothing|\belse|\bevents?)(?: on)?$")


def _without(text: str, match: re.Match[str]) -> str:
    """Return a text without a time and the preposition before it; "what's on" keeps its own."""
    before = text[: match.start()].rstrip()
    if _IS_ON.search(before):
        before += " on" if match[0].startswith("on ") and not before.endswith(" on") else ""
    elif not re.match(r"(?:on|at|in|for|by|during|over|around|after) ", match[0]):
        before = re.sub(r"(?:^|\s)(?:on|at|in|for|by|during|over)$", "", before)
    return " ".join(f"{before} {text[match.end() :]}".split())


def _clock(text: str) -> tuple[time | None, str]:
    """Find a time of day."""
    match = re.search(
        r"\b(?:at |around |by |after )?(?:(noon|midnight)|(\d{1,2})(?::(\d\d))?\s*([ap])\.? ?m\.?\b|(?:at|around|by|after) (\d{1,2})(?::(\d\d))?\b(?! [a-z]+ (?:st|street|rd|road|ave)))",
        text,
    )
    if not match:
        return None, text
    if match[1]:
        return time(12 if match[1] == "noon" else 0), _without(text, match)
    hour, minute = int(match[2] or match[5]), int(match[3] or match[6] or 0)
    if match[4]:
        hour = hour % 12 + (12 if match[4] == "p" else 0)
    elif hour <= 7:
        hour += 12  # people say "at 5" for the afternoon
    if hour > 23 or minute > 59:
        return None, text
    return time(hour, minute), _without(text, match)


def _days(text: str, today: date, place: LocalTime) -> tuple[str, date, date, str] | None:
    weekdays, months = _words()
    patterns: tuple[tuple[str, Callable[[re.Match[str]], tuple[date, date] | None]], ...] = (
        (r"\b(?:today|tonight|tonite|this (?:morning|afternoon|evening))\b", lambda _: (today, today)),
        (r"\btomorrow(?: (?:morning|afternoon|evening|night))?\b", lambda _: _both(today + timedelta(days=1))),
        (r"\b(?:(this|next|the)? ?)weekend\b", lambda m: _weekend(today, following=m[1] == "next")),
        (r"\b(this|next) week\b", lambda m: _week(today, following=m[1] == "next")),
        (r"\b(this|next) month\b", lambda m: _month(today, following=m[1] == "next")),
        (
            rf"\b(?:(this|next|coming) )?({'|'.join(f'{day}s?' for day in weekdays)})(?: (?:morning|afternoon|evening|night))?\b",
            lambda m: _weekday(today, m, weekdays),
        ),
        (
            rf"\b({'|'.join(months)}|{'|'.join(m[:3] for m in months)})\.? (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?\b",
            lambda m: _date(today, months, m[1], m[2], m[3]),
        ),
        (
            rf"\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({'|'.join(months)})(?:,? (\d{{4}}))?\b",
            lambda m: _date(today, months, m[2], m[1], m[3]),
        ),
        (r"\b(fourth) of (july)()\b", lambda _: _date(today, months, "july", "4", "")),
        (
            rf"\b({'|'.join(months)})\b(?! (?:st|street|rd|road|ave|avenue|ln|lane|dr|drive|way|ct|court)\b)",
            lambda m: _named_month(today, months.index(m[1]) + 1),
        ),
        (r"\b(\d{4})-(\d\d)-(\d\d)\b", lambda m: _real(int(m[1]), int(m[2]), int(m[3]))),
        (r"\b(\d{1,2})/(\d{1,2})(?:/(\d{2,4}))?\b", lambda m: _slashes(today, m)),
        (r"\bchristmas eve\b", lambda _: _date(today, months, "december", "24", "")),
        (r"\bnew years? eve\b", lambda _: _date(today, months, "december", "31", "")),
        (
            r"\b(christmas|thanksgiving|labor day|memorial day|new years?(?: day)?|veterans day|columbus day|patriots day|juneteenth|presidents day|mlk day|independence day)\b",
            lambda m: _holiday(today, m[1], place),
        ),
    )
    for pattern, find in patterns:
        match = re.search(rf"(?:\b(?:on|for|over|during|this coming|by) (?:the )?)?{pattern}", text)
        if match:
            days = find(match)
            if days is not None:
                return match[0].strip(), days[0], days[1], _without(text, match)
    return None


def _both(day: date) -> tuple[date, date]:
    return day, day


def _weekend(today: date, *, following: bool) -> tuple[date, date]:
    saturday = today + timedelta(days=(5 - today.weekday()) % 7)
    if today.weekday() == 6:
        saturday = today - timedelta(days=1)
    saturday += timedelta(days=7 * following)
    return saturday, saturday + timedelta(days=1)


def _week(today: date, *, following: bool) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    if following:
        return monday + timedelta(days=7), monday + timedelta(days=13)
    return today, monday + timedelta(days=6)


def _month(today: date, *, following: bool) -> tuple[date, date]:
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1) if following else today
    end = (first.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return first, end


def _named_month(today: date, month: int) -> tuple[date, date]:
    first = date(today.year + (month < today.month), month, 1)
    end = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return max(first, today), end


def _weekday(today: date, match: re.Match[str], weekdays: list[str]) -> tuple[date, date]:
    wanted = weekdays.index(match[2].removesuffix("s") if match[2] not in weekdays else match[2])
    ahead = (wanted - today.weekday()) % 7
    if match[1] == "next":
        # Next Tuesday is the one of next week, as calendars have it.
        ahead = 7 - today.weekday() + wanted
    return _both(today + timedelta(days=ahead))


def _date(today: date, months: list[str], month: str, day: str, year: str | None) -> tuple[date, date] | None:
    number = next(n for n, name in enumerate(months, start=1) if name.startswith(month[:3]))
    found = _real(int(year) if year else today.year, number, int(day))
    if found is not None and not year and found[0] < today:
        found = _real(today.year + 1, number, int(day))
    return found


def _slashes(today: date, match: re.Match[str]) -> tuple[date, date] | None:
    year = int(match[3]) + (2000 if len(match[3]) == 2 else 0) if match[3] else today.year
    found = _real(year, int(match[1]), int(match[2]))
    if found is not None and not match[3] and found[0] < today:
        found = _real(year + 1, int(match[1]), int(match[2]))
    return found


def _real(year: int, month: int, day: int) -> tuple[date, date] | None:
    try:
        return _both(date(year, month, day))
    except ValueError:
        return None


def _holiday(today: date, name: str, place: LocalTime) -> tuple[date, date] | None:
    wanted = {"presidents day": "washington", "mlk day": "martin luther", "christmas": "christmas day"}.get(
        name, name.removesuffix(" day")
    )
    for ahead in range(370):
        day = today + timedelta(days=ahead)
        known = place.holiday(day)
        if known is not None and "observed" not in known and wanted in re.sub(r"[^a-z ]", "", known.lower()):
            return _both(day)
    return None
