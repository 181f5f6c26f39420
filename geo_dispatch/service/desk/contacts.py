"""Who handles what, here: offices by topic, and jurisdiction by the road or place that a question names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import shapely

from geo_dispatch.errors import InputError
from geo_dispatch.knowledge.directory import Rule, ServiceRow
from geo_dispatch.knowledge.intents import Intent
from geo_dispatch.knowledge.opening import opening_at
from geo_dispatch.knowledge.search import Hit, content_words, plain
from geo_dispatch.locate import Candidate
from geo_dispatch.service.desk.answers import DeskAnswer, Referral, ServicesAnswer
from geo_dispatch.service.desk.library import Library
from geo_dispatch.service.desk.question import Question
from geo_dispatch.service.desk.words import now_open, source_words
from geo_dispatch.service.document import document
from geo_dispatch.service.service import Service

__all__ = ["Contacts"]

_PLACED = re.compile(
    r"^(?P<topic>.+?) (?:on|at|along|near|in|by|over on|down on|beside|across) (?:the )?(?P<place>.+)$"
)
_LEAST = 0.15
_ENOUGH_THERE = 0.5
"""Share of a topic that an office must speak of when the place is told too."""
_ON_ROADS = frozenset({"public_works", "utility", "police", "animal_control"})
_OF_FACTS = re.compile(r"^(?:when|what time|what year|how (?:tall|old|far|long|big|deep|high)|why)\b")
"""Questions that a telephone number does not answer."""
_COST = re.compile(r"\b(?:cost|costs|fee|fees|price|how much|charge|charged|pay)\b")


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a question says that something is: the words, and what locate makes of them."""

    words: str
    candidates: tuple[Candidate, ...]
    own: bool
    town: str | None


class Contacts:
    """Answers of whom to call.

    Parameters
    ----------
    service
        Of the town.
    library
        What the town knows.
    """

    def __init__(self, service: Service, library: Library) -> None:
        self._service, self._library = service, library

    def contact(self, question: Question, intent: Intent) -> DeskAnswer | None:
        """Answer whom to call about something; None when nothing on file handles it."""
        if "topic" in intent.parts:
            return self._about(question, f"{intent.parts['topic']} on {intent.parts['place']}")
        subject = intent.parts.get("subject", "")
        return self._about(question, subject) or self._place_number(question, subject)

    def general(self, question: Question) -> DeskAnswer | None:
        """Answer a question that no rule fits, by what speaks of most of it."""
        facts_only = _OF_FACTS.match(question.words) is not None
        kinds = ("note",) if facts_only else ("note", "service", "rule")
        hits = self._library.find(question.words, kinds, by_name=facts_only)
        placed = _PLACED.match(question.words)
        if not hits and (placed is None or facts_only):
            return None
        best = hits[0] if hits else None
        if best is not None and best.document.kind == "note":
            return self._note(question, best)
        return self._about(question, question.words)

    def referral(self, words: str) -> Referral | None:
        """Return who would know of a thing that is not on file: the office nearest to it, else the town's main number."""
        hits = [hit for hit in self._library.search.find(words, kinds=("service",)) if hit.coverage >= 0.3]
        for hit in hits[:3]:
            row = self._library.service(hit.document.key)
            if row is not None and row.phone:
                return Referral(
                    row.name,
                    row.phone,
                    f"they handle {', '.join(row.handles[:3])}" if row.handles else "nearest by name",
                )
        main = self._library.main_number()
        return None if main is None else Referral(main.name, main.phone, "the town's main number on file")

    def services(self, query: str | None, *, category: str | None, limit: int) -> ServicesAnswer:
        """List services by words and category, each with whether it is open now.

        Parameters
        ----------
        query
            Words of its name or of what it handles; every service when None.
        category
            Category of the pack.
        limit
            Most items.
        """
        rows: list[ServiceRow] = list(self._library.directory.services)
        if query is not None:
            found = [self._library.service(hit.document.key) for hit in self._library.find(query, ("service",))]
            rows = [row for row in found if row is not None]
        rows = [row for row in rows if category in (None, row.category)]
        now = self._service.now()
        notice = self._service.town.meta.notice
        warnings = (*self._service.remarks(), *((notice,) if notice else ()))
        return ServicesAnswer(len(rows), tuple(self._listed(row, now) for row in rows[:limit]), warnings)

    def _listed(self, row: ServiceRow, now: datetime) -> Mapping[str, Any]:
        state = None
        if row.hours:
            with suppress(InputError):
                state = opening_at(row.hours, self._service.local_time, now).state
        told: dict[str, Any] = document(row)
        return {**told, "open": state}

    # --- inside ----------------------------------------------------------------------------------

    def _about(self, question: Question, subject: str) -> DeskAnswer | None:
        words = self._library.search.mended(subject)
        placed = _PLACED.match(words)
        spot = self._spot(placed["place"]) if placed else None
        if placed and spot is not None:
            answer = self._there(question, placed["topic"], spot)
            if answer is not None:
                return answer
        hits = self._library.find(words, ("service", "rule"))
        told: tuple[str, ...] = ()
        if not hits and placed:
            hits = self._library.find(placed["topic"], ("service", "rule"), enough=_ENOUGH_THERE)
            if spot is None:
                told = (f"{placed['place']!r} is not known here: who handles it may depend on where it is",)
        notes = self._library.find(words, ("note",))
        if not hits:
            return self._note(question, notes[0]) if notes else None
        best = hits[0]
        if notes and notes[0].score > 1.5 * best.score and notes[0].coverage >= best.coverage:
            return self._note(question, notes[0])
        row = next((row for hit in hits if (row := self._service_of(hit)) is not None), None)
        if row is None:
            return None
        answer = self._told(question, row)
        return replace(answer, warnings=(*answer.warnings, *told))

    def _place_number(self, question: Question, subject: str) -> DeskAnswer | None:
        """Answer with the telephones of places that bear a name."""
        rows = [
            row
            for row in self._library.alike(self._library.find(subject, ("place",), by_name=True), limit=5)
            if row.phone
        ]
        if not rows:
            return None
        said = [f"{row.name}{f' ({row.address})' if row.address else ''}: {row.phone}." for row in rows]
        first = rows[0]
        return DeskAnswer(
            question=question.text,
            status="answered",
            kind="contact",
            answer=" ".join([*said, source_words(first.source)]),
            items=tuple({"name": row.name, "phone": row.phone, "address": row.address} for row in rows),
            source=first.source,
            place=self._service.candidate_at(first.lon, first.lat, first.name),
        )

    def _service_of(self, hit: Hit) -> ServiceRow | None:
        """Return the office that a document stands for; None for a rule that holds only somewhere."""
        if hit.document.kind == "service":
            return self._library.service(hit.document.key)
        rule = self._library.rule(hit.document.key)
        if rule.roads or rule.refs or rule.area_name:
            return None
        return self._library.service(rule.service_id)

    def _spot(self, words: str) -> _Spot | None:
        """Return where words say that something is; None when they name nothing."""
        answer = self._service.locate(words)
        likely = tuple(row for row in answer.candidates if row.probability >= _LEAST)
        if answer.status == "unknown" or not likely:
            return None
        towns = {row.municipality for row in likely}
        own = self._service.town.meta.name
        town = next(iter(towns)) if len(towns) == 1 else None
        return _Spot(words, likely, own=town is None or town == own or own in towns, town=town)

    def _there(self, question: Question, topic: str, spot: _Spot) -> DeskAnswer | None:
        """Answer who handles a topic at a place: the next town, a rule of the pack, or the road's own keeper."""
        if not spot.own:
            return self._next_town(question, spot)
        rule = self._rule(topic, spot)
        row = self._library.service(rule.service_id) if rule is not None else self._keeper(topic, spot)
        if row is None:
            return None
        why = ""
        source = row.source
        if rule is not None:
            source = rule.source
            where = ", ".join((*rule.roads, *rule.refs)) or rule.area_name
            why = (
                f" {rule.note[:1].upper()}{rule.note[1:]}."
                if rule.note
                else (f" A rule of the town's pack for {where}." if where else "")
            )
        elif row.jurisdiction == "state":
            why = " It is a state road."
        told = self._told(question, row, kind="jurisdiction", why=why)
        place = document(spot.candidates[0])
        return DeskAnswer(
            question=told.question,
            status=told.status,
            kind=told.kind,
            answer=told.answer,
            items=told.items,
            source=source if rule is not None and rule.source.url else row.source,
            place=place,
            warnings=self._both_towns(spot),
        )

    def _both_towns(self, spot: _Spot) -> tuple[str, ...]:
        towns = sorted({str(row.municipality) for row in spot.candidates if row.municipality})
        if len(towns) < 2:
            return ()
        return (f"{spot.words} is in {' and '.join(towns)}: ask which part",)

    def _next_town(self, question: Question, spot: _Spot) -> DeskAnswer | None:
        best = spot.candidates[0]
        neighbour = self._library.directory.find_neighbour(spot.town)
        own = self._service.town.meta.name
        said = f"{best.label} is in {spot.town}, not in {own}."
        if neighbour is None:
            return DeskAnswer(
                question.text,
                "answered",
                "jurisdiction",
                f"{said} No number of theirs is on file.",
                ({"municipality": spot.town},),
                self._library.map_source,
                document(best),
                self.referral(question.words),
            )
        agency = neighbour.agency or neighbour.name
        call = f" Call {agency}: {neighbour.phone}." if neighbour.phone else f" No number of {agency} is on file."
        item: Mapping[str, Any] = {"municipality": spot.town, "agency": agency, "phone": neighbour.phone}
        return DeskAnswer(
            question=question.text,
            status="answered",
            kind="jurisdiction",
            answer=f"{said}{call} {source_words(neighbour.source)}",
            items=(item,),
            source=neighbour.source,
            place=document(best),
            referral=Referral(agency, neighbour.phone, f"it is in {spot.town}"),
        )

    def _rule(self, topic: str, spot: _Spot) -> Rule | None:
        """Return the rule that says most of a topic at a place: one of a road before one of an area, that before one of everywhere."""
        hits = self._library.search.find(topic, kinds=("rule",), limit=50)
        fitting = []
        for hit in hits:
            rule = self._library.rule(hit.document.key)
            about = {word for name in rule.topics for word in content_words(name)}
            if hit.coverage < 0.5 or not about:
                continue
            rank = self._holds(rule, spot)
            if rank is not None:
                fitting.append(
                    (
                        rank,
                        not any(plain(one) in plain(topic) for one in rule.topics),
                        -hit.coverage,
                        -hit.score,
                        rule.rule_id,
                        rule,
                    )
                )
        return min(fitting)[-1] if fitting else None

    def _holds(self, rule: Rule, spot: _Spot) -> int | None:
        """Return how much a rule says about a place, 0 the most; None when it does not hold there."""
        names = {plain(spot.words), *(plain(row.label) for row in spot.candidates)}
        if rule.refs or rule.roads:
            numbers = (
                {m for name in names for m in re.findall(r"\b\d+\b", name)}
                if re.search(r"\b(?:route|rte|rt|highway|interstate|i|us|state)\b", plain(spot.words))
                else set()
            )
            refs = {m for ref in rule.refs for m in re.findall(r"\d+", ref)}
            roads = {plain(road) for road in rule.roads}
            own = self._refs_of(spot)
            if (
                refs & numbers
                or {plain(ref) for ref in rule.refs} & own
                or any(name.startswith(road) or road == name for road in roads for name in names)
            ):
                return 0
            return None
        if rule.area_name is not None:
            if rule.area is None:
                return None
            point = shapely.Point(spot.candidates[0].lon, spot.candidates[0].lat)
            return 1 if shapely.intersects(rule.area, point) else None
        return 2

    def _refs_of(self, spot: _Spot) -> set[str]:
        """Return the route numbers of the streets that a place is or lies on."""
        found: set[str] = set()
        table = self._service.town.table("streets")
        names = {plain(row.label.split(",")[0]) for row in spot.candidates if row.kind == "street"}
        for row, name in enumerate(table.text("name")):
            if name and plain(name) in names:
                found |= {
                    plain(entry["name"]) for entry in table.json("names", row) or () if re.search(r"\d", entry["name"])
                }
        return found

    def _keeper(self, topic: str, spot: _Spot) -> ServiceRow | None:
        """Return the state's or the utility's office for a road that its topics name, else the office of the topic."""
        hits = self._library.find(topic, ("service",), enough=_ENOUGH_THERE)
        if not hits:
            return None
        best = self._library.service(hits[0].document.key)
        if best is None or best.category not in _ON_ROADS:
            return best
        names = {plain(spot.words), *(plain(row.label.split(",")[0]) for row in spot.candidates), *self._refs_of(spot)}
        if best.category == "public_works" and best.jurisdiction == "town":
            for row in self._library.directory.services:
                if (
                    row.jurisdiction == "state"
                    and row.category == "public_works"
                    and names & {plain(topic) for topic in row.handles}
                ):
                    return row
        return best

    def _told(self, question: Question, row: ServiceRow, *, kind: str = "contact", why: str = "") -> DeskAnswer:
        """Answer with an office: telephone, hours now, address, how and what it costs."""
        phone = f": {row.phone}" if row.phone else ": no telephone on file"
        who = (
            f" ({row.organization})"
            if row.organization and row.organization.casefold() not in row.name.casefold()
            else ""
        )
        parts = [f"{row.name}{who}{phone}.{why}"]
        if row.address:
            parts.append(f"Address: {row.address}.")
        state = None
        if row.hours:
            try:
                opening = opening_at(row.hours, self._service.local_time, question.now)
                state = opening.state
                parts.append(f"Now {now_open(opening, question.today)}.")
            except InputError:
                parts.append(f"Hours on file: {row.hours}.")
        if _COST.search(plain(question.text)):
            parts.append(f"Fees: {row.fees}." if row.fees else "What it costs is not on file: ask them.")
        if row.how_to and (kind == "contact"):
            parts.append(f"How: {row.how_to}.")
        if row.note and row.note != "fictional":
            parts.append(f"Note: {row.note}.")
        parts.append(source_words(row.source))
        item = {
            "service_id": row.service_id,
            "name": row.name,
            "organization": row.organization,
            "phone": row.phone,
            "email": row.email,
            "url": row.url,
            "address": row.address,
            "hours": row.hours,
            "open": state,
            "fees": row.fees,
            "how_to": row.how_to,
            "jurisdiction": row.jurisdiction,
        }
        referral = None
        if row.phone is None:
            main = self._library.main_number()
            referral = (
                None
                if main is None or main is row
                else Referral(main.name, main.phone, f"no telephone of {row.name} is on file")
            )
            if referral is not None:
                parts.insert(1, f"Try the {referral.name}: {referral.phone}.")
        return DeskAnswer(
            question=question.text,
            status="answered",
            kind="jurisdiction" if kind == "jurisdiction" else "contact",
            answer=" ".join(parts),
            items=(item,),
            source=row.source,
            place=self._service.candidate_at(row.lon, row.lat, row.name),
            referral=referral,
        )

    def _note(self, question: Question, hit: Hit) -> DeskAnswer:
        note = self._library.note(hit.document.key)
        row = self._library.service(note.service_id)
        parts = [f"{note.title}: {note.text}"]
        others = [
            self._library.note(o.document.key)
            for o in self._library.find(question.words, ("note",))[1:3]
            if o.score > 0.6 * hit.score
        ]
        parts += [f"{other.title}: {other.text}" for other in others]
        if note.note and note.note not in ("fictional", "page undated"):
            parts.append(f"Note: {note.note}.")
        referral = None
        if row is not None:
            if row.fees and _COST.search(plain(question.text)):
                parts.append(f"Fees on file of {row.name}: {row.fees}.")
            parts.append(f"Ask: {row.name}, {row.phone}." if row.phone else f"Ask: {row.name}; no telephone on file.")
            referral = Referral(row.name, row.phone, "they know more")
        outside = self._outside(note.starts, note.ends, question)
        parts.append(source_words(note.source))
        items = tuple(
            {
                "note_id": n.note_id,
                "title": n.title,
                "text": n.text,
                "category": n.category,
                "starts": n.starts,
                "ends": n.ends,
            }
            for n in (note, *others)
        )
        return DeskAnswer(
            question=question.text,
            status="answered",
            kind="note",
            answer=" ".join(parts),
            items=items,
            source=note.source,
            place=self._service.candidate_at(note.lon, note.lat, note.title),
            referral=referral,
            warnings=outside,
        )

    def _outside(self, starts: str | None, ends: str | None, question: Question) -> tuple[str, ...]:
        today = question.today.isoformat()
        if starts is not None and today < starts:
            return (f"it holds from {starts} on: not yet",)
        if ends is not None and today > ends:
            return (f"it held until {ends}: no longer",)
        return ()
