"""Times that something holds or is open: the opening-hours texts of OpenStreetMap, read at a place.

References
----------
https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]

from geo_dispatch.errors import InputError

__all__ = ["Hours", "HoursState", "Interval", "check_hours", "zone_at"]

HoursState = Literal["open", "closed", "unknown"]

_LONGEST = 1000
_LONGEST_TRUSTED = 20_000
_UTC = ZoneInfo("UTC")  # the library wants zones with a name


def check_hours(text: str) -> str:
    """Refuse what is no opening-hours text.

    Parameters
    ----------
    text
        As ``Mo-Fr 08:00-16:00; PH off``.

    Returns
    -------
    str
        The same text.

    Raises
    ------
    InputError
        If it can't be read; the message says at which character.

    Examples
    --------
    >>> check_hours("Mo-Fr 08:00-16:00")
    'Mo-Fr 08:00-16:00'
    """
    _read(text)
    return text


class Interval(NamedTuple):
    """A span of time in which nothing changes: from, before, state, and the comment that the text gives."""

    starts: datetime
    ends: datetime
    state: HoursState
    comment: str


def zone_at(lon: float, lat: float) -> ZoneInfo:
    """Return the time zone of a place.

    Parameters
    ----------
    lon, lat
        The place, degrees.

    Examples
    --------
    >>> zone_at(-71.08, 41.58).key
    'America/New_York'
    """
    first = next(iter(OpeningHours("Mo-Su 10:00-11:00", coords=(lat, lon)).intervals()))
    zone = first[1].tzinfo
    return zone if isinstance(zone, ZoneInfo) else _UTC


def _read(
    text: str,
    coordinates: tuple[float, float] | None = None,
    *,
    zone: ZoneInfo | None = None,
    longest: int = _LONGEST,
) -> OpeningHours:
    if len(text) > longest:
        raise InputError(f"a text of {len(text)} characters is no time: write Mo-Fr 08:00-16:00")
    try:
        return OpeningHours(text, coords=coordinates, timezone=zone)
    except ParserError as error:
        found = re.search(r"--> \d+:(\d+)", str(error))
        where = f" at character {found[1]}" if found else ""
        raise InputError(
            f"{text!r} is no opening-hours text{where}: write Mo-Fr 08:00-16:00; PH off, or 24/7"
        ) from None


class Hours:
    """When something holds, by the clock and the public holidays of a place.

    Parameters
    ----------
    text
        As `check_hours` takes it.
    lon, lat
        The place, degrees: it tells the time zone, the country's holidays, and when the sun rises.
    zone
        Time zone of the place, where it is not that of its position.
    trusted
        The text was checked before and may be long, as when holidays were written out in it.

    Raises
    ------
    InputError
        If the text can't be read.

    Examples
    --------
    >>> night = Hours("Mo-Su 18:00-06:00", lon=-71.08, lat=41.58)
    >>> night.state(datetime(2026, 7, 2, 3, tzinfo=UTC))
    'open'
    """

    def __init__(
        self, text: str, *, lon: float, lat: float, zone: ZoneInfo | None = None, trusted: bool = False
    ) -> None:
        self.text = text
        self._hours = _read(text, (lat, lon), zone=zone, longest=_LONGEST_TRUSTED if trusted else _LONGEST)

    def intervals(self, starts: datetime, ends: datetime) -> Iterator[Interval]:
        """Yield the spans of one state between two times, in order and without gaps.

        Parameters
        ----------
        starts, ends
            With a time zone.
        """
        for begin, end, state, comment in self._hours.intervals(_utc(starts), _utc(ends)):
            until = min(end.astimezone(ends.tzinfo), ends)
            yield Interval(begin.astimezone(starts.tzinfo), until, _word(state), str(comment))

    def state(self, at: datetime) -> HoursState:
        """Tell whether it holds.

        Parameters
        ----------
        at
            With a time zone.

        Returns
        -------
        str
            "open", "closed", or "unknown" where the text itself says so.

        Raises
        ------
        InputError
            If the time has no zone.
        """
        if at.tzinfo is None:
            raise InputError(f"the time {at.isoformat()} has no time zone: write 2026-07-04T09:00:00-04:00 or ...Z")
        state, _ = self._hours.state(_utc(at))
        return _word(state)


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=_UTC)


def _word(state: State) -> HoursState:
    return "open" if state == State.OPEN else "unknown" if state == State.UNKNOWN else "closed"
