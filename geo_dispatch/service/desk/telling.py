"""An office or a note of the town, told as an answer."""

from __future__ import annotations

import re

from geo_dispatch.errors import InputError
from geo_dispatch.knowledge.directory import ServiceRow
from geo_dispatch.knowledge.opening import opening_at
from geo_dispatch.knowledge.search import Hit, plain
from geo_dispatch.service.desk.answers import DeskAnswer, Referral
from geo_dispatch.service.desk.library import Library
from geo_dispatch.service.desk.question import Question
from geo_dispatch.service.desk.words import now_open, source_words
from geo_dispatch.service.service import Service

__all__ = ["Teller"]

_COST = re.compile(r"\b(?:cost|costs|fee|fees|price|how much|charge|charged|pay)\b")


class Teller:
    """Tells what is on file of an office or in a note.

    Parameters
    ----------
    service
        Of the town.
    library
        What the town knows.
    """

    def __init__(self, service: Service, library: Library) -> None:
        self._service, self._library = service, library

    def office(self, question: Question, row: ServiceRow, *, kind: str = "contact", why: str = "") -> DeskAnswer:
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

    def note(self, question: Question, hit: Hit) -> DeskAnswer:
        """Answer with a note, those beside it that say nearly as much, and the office that knows more."""
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
