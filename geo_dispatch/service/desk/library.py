"""What the desk can look up: the documents of a town, and what each stands for."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from geo_dispatch.knowledge.directory import Directory, NoteRow, Rule, ServiceRow
from geo_dispatch.knowledge.event_rows import EventRow
from geo_dispatch.knowledge.facts import Source
from geo_dispatch.knowledge.search import Document, Hit, Search
from geo_dispatch.service.desk.answers import Referral
from geo_dispatch.service.service import Service
from geo_dispatch.town.town import Town

__all__ = ["Library", "PlaceRow"]

_ENOUGH = 0.66
"""Share of a question that a document must speak of to answer it."""
_AS_WELL = 0.75
_NEARLY = 0.45
"""The same for one whose whole name the question says."""


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place of the gazetteer, as far as the desk tells of it; degrees."""

    place_id: str
    name: str
    category: str | None
    phone: str | None
    website: str | None
    hours: str | None
    address: str | None
    municipality: str | None
    lon: float
    lat: float
    source: Source


class Library:
    """The documents of a town, searched together.

    Parameters
    ----------
    service
        Of the town.
    """

    def __init__(self, service: Service) -> None:
        self.town: Town = service.town
        self.directory = Directory(service.town)
        self.events = service.events

    @cached_property
    def search(self) -> Search:
        """Return the search over services, notes, rules, events and places."""
        return Search(self._documents())

    @property
    def map_source(self) -> Source:
        """Return the source of what the map tells."""
        table = self.town.table("provenance")
        name = table.text("name")[0] if len(table) else None
        stamp = table.text("timestamp")[0] if len(table) else None
        return Source(str(name or "the map"), None, stamp[:10] if stamp else None, None, verified=False)

    def find(self, text: str, kinds: Sequence[str], *, enough: float = _ENOUGH, by_name: bool = False) -> list[Hit]:
        """Return the documents that speak of enough of a text, best first."""
        hits = self.search.find(text, kinds=kinds, by_name=by_name)
        return [
            hit
            for hit in hits
            if hit.coverage >= enough or (hit.coverage >= _NEARLY and hit.named >= 0.99 and hit.document.kind != "rule")
        ]

    def alike(self, hits: Sequence[Hit], *, limit: int) -> list[PlaceRow]:
        """Return the places among hits that the words name as well as they name the best, those of the own town first."""
        best = next((hit for hit in hits if hit.document.kind == "place"), None)
        if best is None:
            return []
        first = self.place(best.document.key)
        rows = [
            row
            for hit in hits
            if hit.document.kind == "place"
            and hit.coverage >= best.coverage - 1e-9
            and hit.score >= _AS_WELL * best.score
            for row in [self.place(hit.document.key)]
            if row.category == first.category and math.isfinite(row.lon)
        ]
        own = [row for row in rows if row.municipality in (None, self.town.meta.name)]
        return (own or rows)[:limit]

    def service(self, key: str | None) -> ServiceRow | None:
        """Return a service by its id."""
        return self.directory.find_service(key)

    def note(self, key: str) -> NoteRow:
        """Return a note by its id."""
        return next(row for row in self.directory.notes if row.note_id == key)

    def rule(self, key: str) -> Rule:
        """Return a rule by its id."""
        return next(row for row in self.directory.rules if row.rule_id == key)

    def event(self, key: str) -> EventRow:
        """Return an event by its id."""
        return next(row for row in self.events.rows if row.event_id == key)

    def place(self, key: str) -> PlaceRow:
        """Return a place by its row in the town file."""
        return self._place(int(key))

    def place_of_service(self, service: ServiceRow) -> PlaceRow | None:
        """Return the place that bears the name of a service; None when there is not just one."""
        names = {name.casefold() for name in (service.name, *service.alternate_names)}
        table = self.town.table("places")
        rows = [row for row, name in enumerate(table.text("name")) if name and name.casefold() in names]
        return self._place(rows[0]) if len(rows) == 1 else None

    def main_number(self) -> ServiceRow | None:
        """Return the office that refers people on: the town hall's, else the first town office with a telephone."""
        offices = [row for row in self.directory.services if row.category == "town_office" and row.phone]
        clerk = [
            row
            for row in offices
            if "clerk" in row.name.casefold() or "town hall" in " ".join(row.alternate_names).casefold()
        ]
        return next(iter(clerk or offices), None)

    def referral(self, words: str) -> Referral | None:
        """Return who would know of a thing that is not on file: the office nearest to it, else the town's main number."""
        hits = [hit for hit in self.search.find(words, kinds=("service",)) if hit.coverage >= 0.3]
        for hit in hits[:3]:
            row = self.service(hit.document.key)
            if row is not None and row.phone:
                return Referral(
                    row.name,
                    row.phone,
                    f"they handle {', '.join(row.handles[:3])}" if row.handles else "nearest by name",
                )
        main = self.main_number()
        return None if main is None else Referral(main.name, main.phone, "the town's main number on file")

    def _place(self, row: int) -> PlaceRow:
        table = self.town.table("places")
        text = {
            name: table.text(name)[row]
            for name in (
                "place_id",
                "name",
                "category",
                "phone",
                "website",
                "opening_hours",
                "house_number",
                "street",
                "municipality",
                "source",
                "tags",
            )
        }
        address = " ".join(part for part in (text["house_number"], text["street"]) if part) or None
        return PlaceRow(
            place_id=str(text["place_id"]),
            name=str(text["name"]),
            category=text["category"],
            phone=text["phone"],
            website=text["website"],
            hours=text["opening_hours"],
            address=address,
            municipality=text["municipality"],
            lon=float(table.lon[row]),
            lat=float(table.lat[row]),
            source=self._place_source(text, bool(table.numbers("verified")[row])),
        )

    def _place_source(self, text: dict[str, str | None], verified: bool) -> Source:
        if text["source"] != "pack":
            return self.map_source
        told = json.loads(text["tags"] or "{}")
        url = told.get("source_url")
        host = url.split("/")[2].removeprefix("www.") if url else "the town's own pack"
        return Source(host, url, told.get("source_date"), told.get("grade"), verified)

    def _documents(self) -> Iterator[Document]:
        for service in self.directory.services:
            names = " ".join((service.name, *service.alternate_names))
            topics = " ; ".join((*service.handles, service.category or ""))
            more = " ".join(filter(None, (service.organization, service.how_to, service.fees, service.note)))
            yield Document("service", service.service_id, names, topics, more)
        for note in self.directory.notes:
            yield Document("note", note.note_id, note.title, " ; ".join(note.topics), note.text)
        for rule in self.directory.rules:
            yield Document("rule", rule.rule_id, " ; ".join(rule.topics))
        for event in self.events.rows:
            yield Document("event", event.event_id, event.name, event.where or "", event.description or "")
        yield from self._place_documents()

    def _place_documents(self) -> Iterator[Document]:
        table = self.town.table("places")
        columns = {name: table.text(name) for name in ("name", "names", "category", "kind", "street")}
        for row in range(len(table)):
            name = columns["name"][row]
            if not name:
                continue
            others = " ".join(entry["name"] for entry in json.loads(columns["names"][row] or "[]"))
            kind = (columns["kind"][row] or "").partition("=")[2]
            topics = f"{columns['category'][row] or ''} {kind}".replace("_", " ")
            yield Document("place", str(row), f"{name} {others}".strip(), topics, columns["street"][row] or "")
