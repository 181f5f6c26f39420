"""What is on: the events of a town in the time, of the name, at the place that a question names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from geo_dispatch.geometry import geodesic_m
from geo_dispatch.knowledge.events import Occurrence
from geo_dispatch.knowledge.intents import Intent
from geo_dispatch.knowledge.search import content_words, plain
from geo_dispatch.service.desk.answers import DeskAnswer, EventsAnswer
from geo_dispatch.service.desk.library import Library
from geo_dispatch.service.desk.question import Question
from geo_dispatch.service.desk.words import clock, day, source_words, window
from geo_dispatch.service.service import Service

__all__ = ["EventDesk", "event_item"]

_SOON = timedelta(days=7)
_YEAR = timedelta(days=366)
_BACK = timedelta(days=3650)
_AT_M = 400.0
_MOST = 10
_EACH = 3


def event_item(found: Occurrence) -> Mapping[str, Any]:
    """Return an occurrence as plain values; times ISO 8601 with the town's zone."""
    return {
        "event_id": found.event_id,
        "name": found.name,
        "starts": found.starts.isoformat(),
        "ends": found.ends.isoformat(),
        "all_day": found.all_day,
        "status": found.status,
        "where": found.where,
        "lon": found.lon,
        "lat": found.lat,
        "description": found.description,
        "url": found.url,
        "organizer": found.organizer,
        "closures": list(found.closures),
        "source": {
            "name": found.source.name,
            "url": found.source.url,
            "date": found.source.date,
            "grade": found.source.grade,
            "verified": found.source.verified,
        },
    }


class EventDesk:
    """Answers about events.

    Parameters
    ----------
    service
        Of the town.
    library
        What the town knows.
    """

    def __init__(self, service: Service, library: Library) -> None:
        self._service, self._library = service, library

    def listed(
        self, starts: datetime | None, ends: datetime | None, *, query: str | None = None, limit: int = 100
    ) -> EventsAnswer:
        """List events in a span of time; from now, for a month, when none is given.

        Parameters
        ----------
        starts, ends
            Local, or with a zone.
        query
            Words of the name, place or description.
        limit
            Most items.

        Raises
        ------
        InputError
            If the end is not after the start, or more than ten years after it.
        """
        place = self._service.local_time
        first = place.aware(starts) if starts else self._service.now()
        last = place.aware(ends) if ends else first + timedelta(days=31)
        found = self._service.events.between(first, last)
        if query:
            keys = {hit.document.key for hit in self._library.find(query, ("event",))}
            found = [one for one in found if one.event_id in keys]
        notice = self._service.town.meta.notice
        warnings = (*self._service.remarks(), *((notice,) if notice else ()))
        return EventsAnswer(
            first.isoformat(), last.isoformat(), len(found), tuple(event_item(one) for one in found[:limit]), warnings
        )

    def answer(self, question: Question, intent: Intent) -> DeskAnswer | None:
        """Answer what is on; None when the question names an event that is not on file."""
        subject = intent.parts.get("subject")
        at_place = intent.parts.get("place")
        if subject is not None:
            return self._named(question, subject)
        if question.when is not None:
            starts, ends, said = question.when.starts, question.when.ends, window(question.when, question.today)
        else:
            starts, ends, said = question.now, question.now + _SOON, "in the next seven days"
        found = self._service.events.between(starts, ends)
        if at_place:
            found = [one for one in found if self._is_at(one, at_place)]
            said = f"{said} at {at_place}"
        return self._told(question, found, said)

    def _named(self, question: Question, subject: str) -> DeskAnswer | None:
        hits = self._library.find(subject, ("event",))
        if not hits:
            return None
        keys = {hit.document.key for hit in hits if hit.score >= 0.6 * hits[0].score}
        if question.when is not None:
            starts, ends = question.when.starts, question.when.ends
        else:
            starts, ends = question.now, question.now + _YEAR
        found = [one for one in self._service.events.between(starts, ends) if one.event_id in keys]
        if found:
            return self._told(question, found, "")
        past = [one for one in self._service.events.between(question.now - _BACK, question.now) if one.event_id in keys]
        ahead = [
            one for one in self._service.events.between(question.now, question.now + _YEAR) if one.event_id in keys
        ]
        name = self._library.event(hits[0].document.key).name
        if question.when is not None and ahead:
            said = f"{name} is not on file for {window(question.when, question.today)}; next: {self._sentence(ahead[0], question)}"
            return self._made(question, f"{said} {source_words(ahead[0].source)}", ahead[:1])
        if past:
            said = f"The dates of {name} on file are past; the last: {self._sentence(past[-1], question)} No later date is on file."
            return self._made(
                question, f"{said} {source_words(past[-1].source)}", past[-1:], ("only past dates are on file",)
            )
        return None

    def _told(self, question: Question, found: Sequence[Occurrence], said: str) -> DeskAnswer | None:
        if not found:
            return DeskAnswer(
                question=question.text,
                status="unknown",
                kind="event",
                answer=f"Nothing is on file {said}. That does not mean that nothing is on.".replace(
                    "file  ", "file "
                ).replace(" .", "."),
                items=(),
                source=self._library.map_source,
                referral=None,
            )
        shown = self._few_of_each(found)
        sentences = [self._sentence(one, question) for one in shown[:_MOST]]
        left = len(found) - len(shown[:_MOST])
        more = f" And {left} more {'dates' if left > 1 else 'date'}." if left else ""
        return self._made(question, f"{' '.join(sentences)}{more} {source_words(found[0].source)}", found)

    def _few_of_each(self, found: Sequence[Occurrence]) -> list[Occurrence]:
        """Keep the first few dates of each event that recurs."""
        seen: Counter[str] = Counter()
        kept = []
        for one in found:
            seen[one.event_id] += 1
            if seen[one.event_id] <= _EACH:
                kept.append(one)
        return kept

    def _made(
        self, question: Question, said: str, found: Sequence[Occurrence], warnings: tuple[str, ...] = ()
    ) -> DeskAnswer:
        first = found[0]
        closed = tuple(
            f"{one.name}: closed: {'; '.join(one.closures)}"
            for one in found[:_MOST]
            if one.closures and one.status != "cancelled"
        )
        return DeskAnswer(
            question=question.text,
            status="answered",
            kind="event",
            answer=said,
            items=tuple(event_item(one) for one in found[:_MOST]),
            source=first.source,
            place=self._service.candidate_at(first.lon, first.lat, first.where or first.name),
            warnings=(*warnings, *dict.fromkeys(closed)),
        )

    def _sentence(self, one: Occurrence, question: Question) -> str:
        today = question.today
        last = (one.ends - timedelta(seconds=1)).date()
        if one.all_day:
            when = day(one.starts.date(), today) + (f" to {day(last, today)}" if last > one.starts.date() else "")
        elif last > one.starts.date():
            when = f"{day(one.starts.date(), today)}, {clock(one.starts)}, to {day(last, today)}, {clock(one.ends)}"
        else:
            when = f"{day(one.starts.date(), today)}, {clock(one.starts)} to {clock(one.ends)}"
        name = (
            f"CANCELLED: {one.name}"
            if one.status == "cancelled"
            else f"{one.name} (tentative)"
            if one.status == "tentative"
            else one.name
        )
        where = f", {one.where}" if one.where else ""
        return f"{name}, {when}{where}."

    def _is_at(self, one: Occurrence, words: str) -> bool:
        """Tell whether an event is at a place: its words say so, or it lies there."""
        wanted = set(content_words(words))
        told = set(content_words(f"{one.where or ''} {one.name}"))
        if wanted and wanted <= told:
            return True
        answer = self._service.locate(plain(words))
        if one.lon is None or one.lat is None or answer.status == "unknown":
            return False
        return any(geodesic_m(row.lon, row.lat, one.lon, one.lat) <= _AT_M for row in answer.candidates[:2])
