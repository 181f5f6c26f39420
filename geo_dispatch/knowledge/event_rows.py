"""Rows of the town file's events."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from geo_dispatch.knowledge.facts import Source, source_of
from geo_dispatch.town.town import Town

__all__ = ["EventRow", "event_rows"]


@dataclass(frozen=True, slots=True)
class EventRow:
    """One row of the town file's events; starts and the like are ISO 8601 text as written."""

    event_id: str
    uid: str
    name: str
    starts: str
    ends: str | None
    rrule: str | None
    timezone: str | None
    exdates: tuple[str, ...]
    rdates: tuple[str, ...]
    recurrence_id: str | None
    status: str | None
    where: str | None
    lon: float | None
    lat: float | None
    description: str | None
    url: str | None
    organizer: str | None
    closures: tuple[str, ...]
    source: Source


def event_rows(town: Town) -> Iterator[EventRow]:
    """Yield the rows of a town's events."""
    table = town.table("events")
    columns = {
        name: table.text(name)
        for name in (
            "event_id",
            "name",
            "starts",
            "ends",
            "rrule",
            "where_text",
            "description",
            "timezone",
            "uid",
            "status",
            "url",
            "organizer",
            "recurrence_id",
        )
    }
    for row in range(len(table)):
        value = {name: column[row] for name, column in columns.items()}
        many = {name: tuple(table.json(name, row) or ()) for name in ("exdates", "rdates", "closures")}
        lon, lat = float(table.lon[row]), float(table.lat[row])
        known = math.isfinite(lon)
        yield EventRow(
            event_id=str(value["event_id"]),
            uid=value["uid"] or f"{value['event_id']}@geo-dispatch",
            name=str(value["name"]),
            starts=str(value["starts"]),
            ends=value["ends"],
            rrule=value["rrule"],
            timezone=value["timezone"],
            exdates=many["exdates"],
            rdates=many["rdates"],
            recurrence_id=value["recurrence_id"],
            status=value["status"],
            where=value["where_text"],
            lon=lon if known else None,
            lat=lat if known else None,
            description=value["description"],
            url=value["url"],
            organizer=value["organizer"],
            closures=many["closures"],
            source=source_of(table, row),
        )
