"""Times that something holds or is open: the opening-hours texts of OpenStreetMap, read at a place.

References
----------
https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]

from geo_dispatch.errors import InputError

__all__ = ["Hours", "check_hours"]

HoursState = Literal["open", "closed", "unknown"]

_LONGEST = 1000
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


def _read(text: str, coordinates: tuple[float, float] | None = None) -> OpeningHours:
    if len(text) > _LONGEST:
        raise InputError(f"a text of {len(text)} characters is no time: write Mo-Fr 08:00-16:00")
    try:
        return OpeningHours(text, coords=coordinates)
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

    def __init__(self, text: str, *, lon: float, lat: float) -> None:
        self.text = text
        self._hours = _read(text, (lat, lon))

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
        state, _ = self._hours.state(at.astimezone(UTC).replace(tzinfo=_UTC))
        return "open" if state == State.OPEN else "unknown" if state == State.UNKNOWN else "closed"
