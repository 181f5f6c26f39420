"""The events of a town, and when they take place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import recurring_ical_events

from geo_dispatch.errors import InputError
from geo_dispatch.knowledge.event_rows import EventRow, event_rows
from geo_dispatch.knowledge.facts import Source
from geo_dispatch.knowledge.ics import calendar_of
from geo_dispatch.knowledge.local_time import LocalTime
from geo_dispatch.town.town import Town

__all__ = ["Events", "Occurrence"]

_MOST_DAYS = 3_700


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that an event takes place.

    Attributes
    ----------
    event_id, name, where, lon, lat, description, url, organizer, closures, source
        Of the event.
    starts, ends
        With the town's zone; of a whole day, midnight and the midnight after its last day.
    all_day
        It is given by days.
    status
        confirmed, tentative or cancelled.
    """

    event_id: str
    name: str
    starts: datetime
    ends: datetime
    all_day: bool
    status: str
    where: str | None
    lon: float | None
    lat: float | None
    description: str | None
    url: str | None
    organizer: str | None
    closures: tuple[str, ...]
    source: Source

    def runs_at(self, at: datetime) -> bool:
        """Tell whether it takes place at a time with a zone, and is not cancelled."""
        return self.status != "cancelled" and self.starts <= at < self.ends


class Events:
    """The events of a town.

    Parameters
    ----------
    rows
        The events.
    place
        Clock of the town.
    """

    def __init__(self, rows: Sequence[EventRow], place: LocalTime) -> None:
        self.rows = tuple(rows)
        self._place = place
        self._by_id = {row.event_id: row for row in self.rows}
        self._query: recurring_ical_events.CalendarQuery | None = None

    @classmethod
    def of(cls, town: Town, place: LocalTime) -> Events:
        """Read the events of a town."""
        return cls(list(event_rows(town)), place)

    def between(self, starts: datetime, ends: datetime) -> list[Occurrence]:
        """List what takes place at some time between two, by start.

        Parameters
        ----------
        starts, ends
            Local, or with a zone.

        Returns
        -------
        list of Occurrence
            Cancelled ones too, as cancelled.

        Raises
        ------
        InputError
            If the end is not after the start, or more than ten years after it.
        """
        first, last = self._place.aware(starts), self._place.aware(ends)
        if last <= first:
            raise InputError(f"the end {ends.isoformat()} is not after the start {starts.isoformat()}: exchange them")
        if last - first > timedelta(days=_MOST_DAYS):
            raise InputError(f"from {starts.date()} to {ends.date()} is more than ten years: ask for less")
        if not self.rows:
            return []
        found = [self._occurrence(event) for event in self._calendar().between(first, last)]
        return sorted(found, key=lambda occurrence: (occurrence.starts, occurrence.name, occurrence.event_id))

    def running(self, at: datetime) -> list[Occurrence]:
        """List what takes place at a time, cancelled ones left out."""
        moment = self._place.aware(at)
        return [found for found in self.between(moment, moment + timedelta(seconds=1)) if found.runs_at(moment)]

    def _calendar(self) -> recurring_ical_events.CalendarQuery:
        if self._query is None:
            stamp = datetime(2000, 1, 1, tzinfo=self._place.zone)
            calendar = calendar_of(self.rows, name="", zone=self._place.zone, stamp=stamp)
            for row, event in zip(self.rows, calendar.events, strict=True):
                event.add("x-geo-dispatch-row", row.event_id)
            self._query = recurring_ical_events.of(calendar, skip_bad_series=True)
        return self._query

    def _occurrence(self, event: object) -> Occurrence:
        row = self._by_id[str(event["x-geo-dispatch-row"])]  # type: ignore[index]
        begin, end = event["dtstart"].dt, event["dtend"].dt  # type: ignore[index]
        all_day = not isinstance(begin, datetime)
        if not all_day and begin == end:
            end = begin + timedelta(hours=1) if row.ends is None else end
        return Occurrence(
            event_id=row.event_id,
            name=row.name,
            starts=self._moment(begin),
            ends=self._moment(end),
            all_day=all_day,
            status=row.status or "confirmed",
            where=row.where,
            lon=row.lon,
            lat=row.lat,
            description=row.description,
            url=row.url,
            organizer=row.organizer,
            closures=row.closures,
            source=row.source,
        )

    def _moment(self, moment: date | datetime) -> datetime:
        if isinstance(moment, datetime):
            return self._place.aware(moment)
        return datetime.combine(moment, time(), self._place.zone)
