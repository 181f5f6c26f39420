"""The clock on the wall of a town: its time zone, and its public holidays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from importlib.resources import files
from zoneinfo import ZoneInfo

import holidays

from geo_dispatch.errors import TownFileError
from geo_dispatch.town.town import Town

__all__ = ["LocalTime"]


@dataclass(frozen=True)
class LocalTime:
    """Where a town lies as far as clocks and holidays go.

    Attributes
    ----------
    zone
        Time zone.
    lon, lat
        A place in the town, degrees: sunrise is told by it.
    country
        ISO 3166 code; None where the zone tells none.
    subdivision
        State, as the holidays of the country name it; None where it has none of its own.
    """

    zone: ZoneInfo
    lon: float
    lat: float
    country: str | None = None
    subdivision: str | None = None

    @classmethod
    def of(cls, town: Town) -> LocalTime:
        """Make it of a town: the zone that its pack tells, else that of its position; the state as its boundaries tell."""
        try:
            west, south, east, north = town.extent
        except TownFileError:
            west = south = east = north = 0.0
        country = _country_of(town.zone.key)
        lon, lat = (west + east) / 2, (south + north) / 2
        return cls(town.zone, lon, lat, country, _subdivision(country, town.meta.state))

    def now(self) -> datetime:
        """Return the present time there."""
        return datetime.now(self.zone)

    def aware(self, at: datetime) -> datetime:
        """Return a time with this zone: as read off the clock there, or moved into it when it has a zone.

        Examples
        --------
        >>> LocalTime(ZoneInfo("America/New_York"), -71.0, 41.5).aware(datetime(2026, 7, 4, 9)).isoformat()
        '2026-07-04T09:00:00-04:00'
        """
        return at.replace(tzinfo=self.zone) if at.tzinfo is None else at.astimezone(self.zone)

    @cached_property
    def _holidays(self) -> holidays.HolidayBase | None:
        if self.country is None:
            return None
        return holidays.country_holidays(self.country, subdiv=self.subdivision)

    def holiday(self, day: date) -> str | None:
        """Return the name of the public holiday of a day; None on other days.

        Parameters
        ----------
        day
            The day.

        Examples
        --------
        >>> LocalTime(ZoneInfo("America/New_York"), -71.0, 41.5, "US", "MA").holiday(date(2026, 4, 20))
        "Patriots' Day"
        """
        known = self._holidays
        return None if known is None else known.get(day)

    def holidays_between(self, first: date, last: date) -> Mapping[date, str]:
        """Return the public holidays from one day to another, both counted.

        Parameters
        ----------
        first, last
            The days.
        """
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return {day: name for day in days if (name := self.holiday(day)) is not None}


@cache
def _country_of(zone: str) -> str | None:
    """Return the country that a zone is listed for in the time-zone database."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        parts = line.split("\t")
        if not line.startswith("#") and len(parts) > 2 and parts[2] == zone:
            return parts[0] if parts[0] in holidays.list_supported_countries() else None
    return None


@cache
def _subdivision(country: str | None, state: str | None) -> str | None:
    """Return a state as the holidays of its country name it; an invented state has none."""
    if country is None or state is None:
        return None
    kind = type(holidays.country_holidays(country))
    aliases: Mapping[str, str] = getattr(kind, "subdivisions_aliases", {})
    return aliases.get(state) or (state if state in kind.subdivisions else None)
