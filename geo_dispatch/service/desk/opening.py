"""Whether it is open: offices and places, at the time that a question names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from geo_dispatch.errors import InputError
from geo_dispatch.knowledge.facts import Source
from geo_dispatch.knowledge.intents import Intent
from geo_dispatch.knowledge.opening import Opening, opening_at, spans_of_day
from geo_dispatch.service.desk.answers import DeskAnswer, Referral
from geo_dispatch.service.desk.library import Library
from geo_dispatch.service.desk.question import Question
from geo_dispatch.service.desk.words import and_list, day, hours_of_day, now_open, source_words
from geo_dispatch.service.service import Service

__all__ = ["Openable", "OpeningDesk"]

_MOST = 5
_MOST_DAYS = 7


@dataclass(frozen=True, slots=True)
class Openable:
    """What may be open: a service or a place, with its hours as written; None where none are on file."""

    name: str
    hours: str | None
    hours_note: str | None
    phone: str | None
    address: str | None
    municipality: str | None
    lon: float | None
    lat: float | None
    source: Source


class OpeningDesk:
    """Answers about opening hours.

    Parameters
    ----------
    service
        Of the town.
    library
        What the town knows.
    """

    def __init__(self, service: Service, library: Library) -> None:
        self._service, self._library = service, library

    def hours(self, question: Question, intent: Intent) -> DeskAnswer | None:
        """Answer when something is open; None when the question names nothing on file."""
        found = self.openables(intent.parts.get("subject", ""))
        if not found:
            return None
        told = [one for one in found if one.hours]
        if not told:
            return self._no_hours(question, found[0])
        sentences, items, warnings = [], [], []
        for one in told[:_MOST]:
            said, rows, doubts = self._said(one, question)
            sentences.append(said)
            items += rows
            warnings += doubts
        first = told[0]
        if first.phone and len(told) == 1:
            sentences.append(f"Telephone {first.phone}.")
        return DeskAnswer(
            question=question.text,
            status="answered",
            kind="hours",
            answer=" ".join([*sentences, source_words(first.source)]),
            items=tuple(items),
            source=first.source,
            place=self._service.candidate_at(first.lon, first.lat, first.name),
            warnings=tuple(dict.fromkeys(warnings)),
        )

    def openables(self, subject: str) -> list[Openable]:
        """Return what a text names: services before places, all of one name together."""
        hits = self._library.find(subject, ("service", "place"), by_name=True)
        if not hits:
            return []
        best = hits[0]
        if best.document.kind == "service":
            return [self._of_service(best.document.key)]
        places = self._library.alike(hits, limit=_MOST)
        service = next((hit for hit in hits if hit.document.kind == "service" and hit.coverage >= best.coverage), None)
        if service is not None and len(places) == 1:
            return [self._of_service(service.document.key)]
        return [
            Openable(p.name, p.hours, None, p.phone, p.address, p.municipality, p.lon, p.lat, p.source) for p in places
        ]

    def _of_service(self, key: str) -> Openable:
        service = self._library.service(key)
        assert service is not None
        place = self._library.place_of_service(service)
        lon, lat = (service.lon, service.lat) if service.lon is not None or place is None else (place.lon, place.lat)
        if service.hours is None and place is not None and place.hours:
            return Openable(
                service.name,
                place.hours,
                None,
                service.phone or place.phone,
                service.address,
                place.municipality,
                lon,
                lat,
                place.source,
            )
        return Openable(
            service.name,
            service.hours,
            service.hours_note,
            service.phone,
            service.address,
            None,
            lon,
            lat,
            service.source,
        )

    def _no_hours(self, question: Question, one: Openable) -> DeskAnswer:
        note = f" {one.hours_note[:1].upper()}{one.hours_note[1:]}." if one.hours_note else ""
        ask = f" Ask them: {one.phone}." if one.phone else ""
        referral = Referral(one.name, one.phone, "their own hours are not on file")
        if one.phone is None:
            main = self._library.main_number()
            if main is not None:
                ask = f" Ask the {main.name}: {main.phone}."
                referral = Referral(main.name, main.phone, f"no hours and no telephone of {one.name} are on file")
        return DeskAnswer(
            question=question.text,
            status="unknown",
            kind="hours",
            answer=f"The hours of {one.name} are not on file.{note}{ask}",
            items=(),
            source=one.source,
            place=self._service.candidate_at(one.lon, one.lat, one.name),
            referral=referral,
        )

    def _said(self, one: Openable, question: Question) -> tuple[str, list[Mapping[str, Any]], list[str]]:
        """Put the hours of one thing into a sentence, rows and warnings."""
        hours = str(one.hours)
        where = f" ({one.address})" if one.address else ""
        name = f"{one.name}{where}"
        place = self._service.local_time
        note = f" Note: {one.hours_note}." if one.hours_note else ""
        try:
            if question.when is None or question.when.precise:
                at = question.now if question.when is None else question.when.starts
                opening = opening_at(hours, place, at)
                said = self._sentence(name, opening, question, at.date())
                rows: list[Mapping[str, Any]] = [
                    {
                        "name": one.name,
                        "at": at.isoformat(),
                        "state": opening.state,
                        "until": _iso(opening.until),
                        "next_open": _iso(opening.next_open),
                        "hours": hours,
                        "phone": one.phone,
                        "address": one.address,
                    }
                ]
                return said + note, rows, self._holiday(one, at.date(), opening.holiday_told)
            return self._of_days(one, name, hours, question, note)
        except InputError:
            said = f"{name}: the hours on file can't be read: {hours!r}.{note}"
            return said, [{"name": one.name, "hours": hours, "phone": one.phone}], ["the hours on file can't be read"]

    def _sentence(self, name: str, opening: Opening, question: Question, at: date) -> str:
        today = question.today
        if question.when is None:
            return f"{name} is {now_open(opening, today)}."
        said = {"open": "open", "closed": "closed", "unknown": "not certain to be open"}[opening.state]
        change = now_open(opening, at).partition("; ")[2]
        until = (
            f" until {now_open(opening, at).partition(' until ')[2]}"
            if opening.state == "open" and opening.until
            else ""
        )
        return (
            f"{name} is {said} {day(at, today)}, at {question.when.starts:%-I:%M %p}{until}{'; ' + change if change else ''}.".replace(
                " AM", " am"
            )
            .replace(" PM", " pm")
            .replace(":00 ", " ")
        )

    def _of_days(
        self, one: Openable, name: str, hours: str, question: Question, note: str
    ) -> tuple[str, list[Mapping[str, Any]], list[str]]:
        assert question.when is not None
        place, today = self._service.local_time, question.today
        parts: list[str] = []
        rows: list[Mapping[str, Any]] = []
        warnings: list[str] = []
        told = opening_at(hours, place, question.now).holiday_told
        for each in question.when.days[:_MOST_DAYS]:
            spans = spans_of_day(hours, place, each)
            parts.append(f"{day(each, today)}: {hours_of_day(spans) if spans else 'closed'}")
            rows.append(
                {
                    "name": one.name,
                    "date": each.isoformat(),
                    "state": spans[0].state if spans else "closed",
                    "spans": [
                        {
                            "opens": s.starts.isoformat(),
                            "closes": s.ends.isoformat(),
                            "state": s.state,
                            "comment": s.comment,
                        }
                        for s in spans
                    ],
                    "hours": hours,
                    "phone": one.phone,
                    "address": one.address,
                }
            )
            warnings += self._holiday(one, each, told)
        if not any(row["spans"] for row in rows):
            opening = opening_at(hours, place, question.when.ends - timedelta(seconds=1))
            after = f" It opens next {now_open(opening, today).partition('opens ')[2]}." if opening.next_open else ""
            return (
                f"{name} is closed {and_list([day(d, today) for d in question.when.days[:_MOST_DAYS]])}.{after}{note}",
                rows,
                warnings,
            )
        if len(parts) == 1:
            spans_said = parts[0].partition(": ")[2]
            return f"{name} is open {day(question.when.days[0], today)}, {spans_said}.{note}", rows, warnings
        return f"{name}: {'; '.join(parts)}.{note}", rows, warnings

    def _holiday(self, one: Openable, at: date, told: bool) -> list[str]:
        name = self._service.local_time.holiday(at)
        if name is None or told:
            return []
        return [f"{at:%A, %B} {at.day} is {name}: the hours on file don't say what holds on holidays; call first"]


def _iso(at: Any) -> str | None:
    return None if at is None else str(at.isoformat())
