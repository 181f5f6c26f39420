"""The services, notes and rules of a town, as its pack tells them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import shapely

from geo_dispatch.knowledge.facts import Source, source_of
from geo_dispatch.town.columns import TableColumns
from geo_dispatch.town.town import Town

__all__ = ["Directory", "NeighbourRow", "NoteRow", "Rule", "ServiceRow"]


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """An office or service. Positions are degrees, None where unknown; text is None where the pack tells nothing."""

    service_id: str
    name: str
    organization: str | None
    category: str | None
    phone: str | None
    email: str | None
    url: str | None
    address: str | None
    hours: str | None
    hours_note: str | None
    jurisdiction: str | None
    handles: tuple[str, ...]
    alternate_names: tuple[str, ...]
    fees: str | None
    how_to: str | None
    areas: tuple[str, ...]
    languages: tuple[str, ...]
    emergency: bool
    note: str | None
    lon: float | None
    lat: float | None
    source: Source


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A bylaw, permit, season or the like; `starts` and `ends` are ISO 8601 days, None without a bound."""

    note_id: str
    title: str
    text: str
    category: str
    topics: tuple[str, ...]
    service_id: str | None
    starts: str | None
    ends: str | None
    where: str | None
    note: str | None
    lon: float | None
    lat: float | None
    source: Source


@dataclass(frozen=True, slots=True)
class Rule:
    """Who handles topics, on roads (names), on routes (numbers), in an area; empty and None hold anywhere."""

    rule_id: str
    topics: tuple[str, ...]
    roads: tuple[str, ...]
    refs: tuple[str, ...]
    area_name: str | None
    area: shapely.Geometry | None
    service_id: str
    note: str | None
    source: Source


@dataclass(frozen=True, slots=True)
class NeighbourRow:
    """Whom to call for another town."""

    name: str
    state: str
    agency: str | None
    phone: str | None
    relation: str
    note: str | None
    source: Source


class Directory:
    """What the pack of a town tells of who does what.

    Parameters
    ----------
    town
        The town.
    """

    def __init__(self, town: Town) -> None:
        self._town = town

    @cached_property
    def services(self) -> tuple[ServiceRow, ...]:
        """Return the services in the order of the pack."""
        return tuple(_services(self._town.table("directory")))

    @cached_property
    def notes(self) -> tuple[NoteRow, ...]:
        """Return the notes in the order of the pack."""
        return tuple(_notes(self._town.table("notes")))

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Return the rules of who handles what where."""
        return tuple(_rules(self._town.table("jurisdictions")))

    @cached_property
    def neighbours(self) -> tuple[NeighbourRow, ...]:
        """Return whom to call for the towns around."""
        table = self._town.table("neighbours")
        text = {name: table.text(name) for name in ("name", "state", "agency", "phone", "relation", "note")}
        return tuple(
            NeighbourRow(**{**{key: column[row] for key, column in text.items()}, "source": source_of(table, row)})
            for row in range(len(table))
        )

    def find_service(self, service_id: str | None) -> ServiceRow | None:
        """Return a service by its id; None when there is none."""
        return next((row for row in self.services if row.service_id == service_id), None)

    def find_neighbour(self, municipality: str | None) -> NeighbourRow | None:
        """Return whom to call for a town by its name; None when the pack does not tell."""
        wanted = (municipality or "").casefold()
        return next((row for row in self.neighbours if row.name.casefold() == wanted), None)


def _point(table: TableColumns, row: int) -> tuple[float | None, float | None]:
    lon, lat = float(table.lon[row]), float(table.lat[row])
    return (lon, lat) if math.isfinite(lon) else (None, None)


def _services(table: TableColumns) -> Iterator[ServiceRow]:
    plain = (
        "organization",
        "category",
        "phone",
        "email",
        "url",
        "address",
        "hours",
        "hours_note",
        "jurisdiction",
        "fees",
        "how_to",
        "note",
    )
    text = {name: table.text(name) for name in plain}
    emergency = table.numbers("emergency")
    for row in range(len(table)):
        lon, lat = _point(table, row)
        yield ServiceRow(
            service_id=str(table.text("service_id")[row]),
            name=str(table.text("name")[row]),
            **{name: column[row] for name, column in text.items()},
            handles=tuple(table.json("handles", row) or ()),
            alternate_names=tuple(table.json("alternate_names", row) or ()),
            areas=tuple(table.json("areas", row) or ()),
            languages=tuple(table.json("languages", row) or ()),
            emergency=bool(emergency[row]),
            lon=lon,
            lat=lat,
            source=source_of(table, row),
        )


def _notes(table: TableColumns) -> Iterator[NoteRow]:
    for row in range(len(table)):
        lon, lat = _point(table, row)
        yield NoteRow(
            note_id=str(table.text("note_id")[row]),
            title=str(table.text("title")[row]),
            text=str(table.text("text")[row]),
            category=str(table.text("category")[row]),
            topics=tuple(table.json("topics", row) or ()),
            service_id=table.text("service_id")[row],
            starts=table.text("starts")[row],
            ends=table.text("ends")[row],
            where=table.text("where_text")[row],
            note=table.text("note")[row],
            lon=lon,
            lat=lat,
            source=source_of(table, row),
        )


def _rules(table: TableColumns) -> Iterator[Rule]:
    for row in range(len(table)):
        raw = table.wkb(row)
        yield Rule(
            rule_id=str(table.text("rule_id")[row]),
            topics=tuple(table.json("topics", row) or ()),
            roads=tuple(table.json("roads", row) or ()),
            refs=tuple(table.json("refs", row) or ()),
            area_name=table.text("area")[row],
            area=None if raw is None else shapely.from_wkb(raw),
            service_id=str(table.text("service_id")[row]),
            note=table.text("note")[row],
            source=source_of(table, row),
        )
