"""Whom to call, here: offices, notes and places by topic."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from geo_dispatch.errors import InputError
from geo_dispatch.knowledge.directory import ServiceRow
from geo_dispatch.knowledge.intents import Intent
from geo_dispatch.knowledge.opening import opening_at
from geo_dispatch.knowledge.search import Hit
from geo_dispatch.service.desk.answers import DeskAnswer, ServicesAnswer
from geo_dispatch.service.desk.jurisdiction import ENOUGH_THERE, Jurisdiction
from geo_dispatch.service.desk.library import Library
from geo_dispatch.service.desk.question import Question
from geo_dispatch.service.desk.telling import Teller
from geo_dispatch.service.desk.words import source_words
from geo_dispatch.service.document import document
from geo_dispatch.service.service import Service

__all__ = ["Contacts"]

_PLACED = re.compile(
    r"^(?P<topic>.+?) (?:on|at|along|near|in|by|over on|down on|beside|across) (?:the )?(?P<place>.+)$"
)
_OF_FACTS = re.compile(r"^(?:when|what time|what year|how (?:tall|old|far|long|big|deep|high)|why)\b")
"""Questions that a telephone number does not answer."""


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
        self._teller = Teller(service, library)
        self._jurisdiction = Jurisdiction(service, library, self._teller)

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
            return self._teller.note(question, best)
        return self._about(question, question.words)

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

    def _about(self, question: Question, subject: str) -> DeskAnswer | None:
        words = self._library.search.mended(subject)
        placed = _PLACED.match(words)
        spot = self._jurisdiction.spot(placed["place"]) if placed else None
        if placed and spot is not None:
            answer = self._jurisdiction.answer(question, placed["topic"], spot)
            if answer is not None:
                return answer
        hits = self._library.find(words, ("service", "rule"))
        told: tuple[str, ...] = ()
        if not hits and placed:
            hits = self._library.find(placed["topic"], ("service", "rule"), enough=ENOUGH_THERE)
            if spot is None:
                told = (f"{placed['place']!r} is not known here: who handles it may depend on where it is",)
        notes = self._library.find(words, ("note",))
        if not hits:
            return self._teller.note(question, notes[0]) if notes else None
        best = hits[0]
        if notes and notes[0].score > 1.5 * best.score and notes[0].coverage >= best.coverage:
            return self._teller.note(question, notes[0])
        row = next((row for hit in hits if (row := self._service_of(hit)) is not None), None)
        if row is None:
            return None
        answer = self._teller.office(question, row)
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
