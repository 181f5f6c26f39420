"""Rules that hold only at times or for some vehicles: ``no @ (Mo-Fr 07:00-09:00)``, ``no @ (weight>7.5)``.

What is read: months, dates, weekdays and hours as in opening hours; weight, height, width and length compared with a number;
words of a vehicle's classes; several joined by AND. Everything else (wet, high tide, school holidays, sunset) is unknown,
never guessed.

References
----------
OSM wiki: Conditional_restrictions, Key:opening_hours/specification.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from geo_dispatch.routing.profiles import VehicleProfile, VehicleSize

__all__ = ["ConditionalValue", "Situation", "holds", "is_in_hours", "read_conditional", "value_now"]

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY, _MONTH = "|".join(_DAYS), "|".join(_MONTHS)
_SPAN_OF_DAYS = re.compile(rf"({_DAY})(?:\s*-\s*({_DAY}))?\b")
_SPAN_OF_DATES = re.compile(
    rf"(?:(\d{{4}})\s+)?({_MONTH})(?:\s+(\d{{1,2}}))?(?:\s*-\s*(?:(\d{{4}})\s+)?(?:({_MONTH})\s*)?(\d{{1,2}}\b(?!:))?)?"
)
_SPAN_OF_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_COMPARISON = re.compile(r"(weight|height|width|length)\s*(<=|>=|<|>|=)\s*([0-9.]+)\s*(?:t|m)?")
_COMMA = re.compile(r"\s*,?\s*")


@dataclass(frozen=True, slots=True)
class Situation:
    """When, and with which vehicle, a rule is asked about.

    Attributes
    ----------
    at
        Local time; None when unknown.
    profile
        The vehicle.
    size
        Its sizes.
    """

    at: datetime | None
    profile: VehicleProfile
    size: VehicleSize


@dataclass(frozen=True, slots=True)
class ConditionalValue:
    """A value and the condition under which it holds, as written."""

    value: str
    condition: str


def read_conditional(text: str) -> tuple[ConditionalValue, ...]:
    """Read a conditional value into its parts, in order; the last that holds counts.

    Examples
    --------
    >>> [part.condition for part in read_conditional("no @ (Dec 01-Mar 31); destination @ wet")]
    ['Dec 01-Mar 31', 'wet']
    """
    found = []
    for part in _split_outside_brackets(text):
        value, at, condition = part.partition("@")
        condition = condition.strip()
        if condition.startswith("(") and condition.endswith(")"):
            condition = condition[1:-1].strip()
        if at and condition:
            found.append(ConditionalValue(value.strip(), condition))
    return tuple(found)


def _split_outside_brackets(text: str) -> Iterator[str]:
    depth, start = 0, 0
    for position, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == ";" and depth <= 0:
            yield text[start:position]
            start = position + 1
    yield text[start:]


def value_now(text: str, situation: Situation) -> tuple[str | None, bool]:
    """Return the value that holds, and whether that is sure.

    Parameters
    ----------
    text
        A conditional value.
    situation
        When, and with which vehicle.

    Returns
    -------
    tuple
        The value of the last part that holds, None when none does; False when a later part may or may not hold.

    Examples
    --------
    >>> from geo_dispatch.routing.profiles import get_profile
    >>> car = get_profile("car")
    >>> value_now("no @ (Dec 01-Mar 31)", Situation(datetime(2026, 1, 5, 12), car, car.size))
    ('no', True)
    """
    now: str | None = None
    sure = True
    for part in read_conditional(text):
        held = holds(part.condition, situation)
        if held:
            now, sure = part.value, True
        elif held is None:
            sure = False
    return now, sure


def holds(condition: str, situation: Situation) -> bool | None:
    """Tell whether a condition holds; None when that is unknown.

    Examples
    --------
    >>> from geo_dispatch.routing.profiles import get_profile
    >>> engine = get_profile("engine")
    >>> there = Situation(datetime(2026, 11, 25, 8), engine, engine.size)  # a Wednesday
    >>> holds("weight>7.5", there), holds("Mo-Fr 07:00-09:00 AND weight>20", there), holds("wet", there)
    (True, False, None)
    """
    answers = [_holds_alone(part.strip(), situation) for part in re.split(r"\bAND\b", condition)]
    if any(answer is False for answer in answers):
        return False
    return None if any(answer is None for answer in answers) else True


def _holds_alone(condition: str, situation: Situation) -> bool | None:
    if compared := _COMPARISON.fullmatch(condition):
        quantity, sign, number = compared.groups()
        mine = getattr(situation.size, f"{quantity}_{'t' if quantity == 'weight' else 'm'}")
        if mine is None:
            return None
        limit = float(number)
        return bool(
            {"<": mine < limit, ">": mine > limit, "<=": mine <= limit, ">=": mine >= limit, "=": mine == limit}[sign]
        )
    if condition in situation.profile.classes:
        return True
    return is_in_hours(condition, situation.at)


def is_in_hours(text: str, at: datetime | None) -> bool | None:
    """Tell whether a time lies within opening hours; None when the time is unknown, or the text is not understood.

    Parameters
    ----------
    text
        As in ``Mo-Fr 07:00-09:00,16:00-18:00``, ``Dec 01-Mar 31``, ``Sa,Su``; rules with ";" between, the last that fits counts.
    at
        Local time.

    Examples
    --------
    >>> is_in_hours("Mo-Fr 07:00-09:00", datetime(2026, 11, 25, 8, 30)), is_in_hours("sunset-sunrise", datetime(2026, 1, 1))
    (True, None)
    """
    result = False
    for rule in text.split(";"):
        said = rule.strip()
        off = bool(re.search(r"\b(off|closed)$", said))
        groups = _read_rule(re.sub(r"\s*\b(off|closed|open)$", "", said))
        if groups is None or at is None:
            return None
        if any(group.has(at) for group in groups):
            result = not off
    return result


@dataclass(slots=True)
class _Group:
    """Dates, weekdays and hours that must all fit; an empty list fits always."""

    dates: list[tuple[tuple[int, int, int], tuple[int, int, int]]]
    days: list[tuple[int, int]]
    hours: list[tuple[int, int]]

    def has(self, at: datetime) -> bool:
        minute = at.hour * 60 + at.minute
        if not self.hours:
            return self._has_day(at.date())
        for start, end in self.hours:
            if start <= minute < end and self._has_day(at.date()):
                return True
            if end > 24 * 60 and minute < end - 24 * 60 and self._has_day(date.fromordinal(at.toordinal() - 1)):
                return True
        return False

    def _has_day(self, day: date) -> bool:
        on_day = not self.days or any(_between(day.weekday(), first, last) for first, last in self.days)
        return on_day and (not self.dates or any(_date_between(day, first, last) for first, last in self.dates))


def _between(value: int, first: int, last: int) -> bool:
    return first <= value <= last if first <= last else (value >= first or value <= last)


def _date_between(day: date, first: tuple[int, int, int], last: tuple[int, int, int]) -> bool:
    """Compare with a span of (year, month, day); year 0 is every year, and the span may run over New Year."""
    if first[0] or last[0]:
        start = (first[0] or day.year, *first[1:])
        end = (last[0] or start[0], *last[1:])
        return start <= (day.year, day.month, day.day) <= end
    here, start_of, end_of = (day.month, day.day), first[1:], last[1:]
    return start_of <= here <= end_of if start_of <= end_of else (here >= start_of or here <= end_of)


def _read_rule(text: str) -> list[_Group] | None:
    """Read one rule of opening hours; None when any of it is not understood."""
    groups = [_Group([], [], [])]
    position = 0
    text = text.strip()
    if not text:
        return None
    if text == "24/7":
        return groups
    while position < len(text):
        if found := _SPAN_OF_HOURS.match(text, position):
            hours = _hours(found)
            if hours is None:
                return None
            groups[-1].hours.append(hours)
        elif found := _SPAN_OF_DAYS.match(text, position):
            _after_hours(groups).days.append((_DAYS.index(found[1]), _DAYS.index(found[2] or found[1])))
        elif found := _SPAN_OF_DATES.match(text, position):
            span = _dates(found)
            if span is None:
                return None
            _after_hours(groups).dates.append(span)
        else:
            return None
        gap = _COMMA.match(text, found.end())
        position = gap.end() if gap else found.end()
    return groups


def _after_hours(groups: list[_Group]) -> _Group:
    """Return the group that days and dates belong to: a new one once hours were given."""
    if groups[-1].hours:
        groups.append(_Group([], [], []))
    return groups[-1]


def _hours(found: re.Match[str]) -> tuple[int, int] | None:
    start_h, start_m, end_h, end_m = (int(part) for part in found.groups())
    if start_m > 59 or end_m > 59 or start_h > 24 or end_h > 48:
        return None
    start, end = start_h * 60 + start_m, end_h * 60 + end_m
    return start, end if end > start else end + 24 * 60


def _dates(found: re.Match[str]) -> tuple[tuple[int, int, int], tuple[int, int, int]] | None:
    year, month, day, last_year, last_month, last_day = found.groups()
    ranged = "-" in found[0]
    if ranged and not (last_month or last_day):
        return None
    first_month = _MONTHS.index(month) + 1
    end_month = _MONTHS.index(last_month) + 1 if last_month else first_month
    end_day = int(last_day) if last_day else (int(day) if day and not ranged else 31)
    if int(day or 1) > 31 or end_day > 31:
        return None
    first = (int(year or 0), first_month, int(day or 1))
    return first, (int(last_year or year or 0), end_month, end_day)
