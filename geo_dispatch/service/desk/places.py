"""Where it is, and which is nearest."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from geo_dispatch.errors import GeoDispatchError
from geo_dispatch.geometry import LonLat, geodesic_m
from geo_dispatch.knowledge.facts import Source
from geo_dispatch.knowledge.intents import Intent
from geo_dispatch.knowledge.search import plain
from geo_dispatch.locate import LocateAnswer
from geo_dispatch.service.desk.answers import DeskAnswer, Referral
from geo_dispatch.service.desk.library import Library, PlaceRow
from geo_dispatch.service.desk.question import Question
from geo_dispatch.service.desk.words import and_list, source_words
from geo_dispatch.service.document import document
from geo_dispatch.service.service import Service
from geo_dispatch.units import format_distance, format_duration

__all__ = ["LEAST", "PlaceDesk", "no_way"]

LEAST = 0.1
"""Probability of a candidate that is worth telling."""

_MOST = 5


class PlaceDesk:
    """Answers about places.

    Parameters
    ----------
    service
        Of the town.
    library
        What the town knows.
    """

    def __init__(self, service: Service, library: Library) -> None:
        self._service, self._library = service, library

    def place(self, question: Question, intent: Intent) -> DeskAnswer | None:
        """Answer where something is, or which is nearest."""
        subject = intent.parts.get("subject", "")
        if intent.parts.get("nearest"):
            return self._nearest(question, subject)
        return self.found(question, subject) or self.unknown(question, subject)

    def found(self, question: Question, subject: str) -> DeskAnswer | None:
        """Answer where something is; None when nothing is called so."""
        if subject.strip() and self.is_street(self._service.locate(subject)):
            return self._located(question, subject)
        hits = self._library.find(subject, ("service", "place"), by_name=True)
        if hits and hits[0].document.kind == "place":
            rows = self._library.alike(hits, limit=_MOST)
            if rows:
                return self._placed(question, rows)
        known = self.known(subject) if hits else None
        if known is not None:
            return self._placed(question, [known])
        return self._located(question, subject)

    def known(self, words: str) -> PlaceRow | None:
        """Return the one place or office that words name as the desk understands them."""
        hits = self._library.find(words, ("service", "place"), by_name=True)
        if not hits:
            return None
        best = hits[0]
        if best.document.kind == "service":
            service = self._library.service(best.document.key)
            if service is None:
                return None
            if service.lon is None or service.lat is None:
                return self._library.place_of_service(service)
            return PlaceRow(
                service.service_id,
                service.name,
                service.category,
                service.phone,
                service.url,
                service.hours,
                service.address,
                None,
                service.lon,
                service.lat,
                service.source,
            )
        same = [hit for hit in hits if hit.document.kind == "place" and hit.score >= 0.999 * best.score]
        row = self._library.place(best.document.key)
        return row if len(same) == 1 and math.isfinite(row.lon) else None

    @staticmethod
    def is_street(answer: LocateAnswer) -> bool:
        """Tell whether words were the name of a street and nothing else: then no place that is merely called alike is meant."""
        likely = [row for row in answer.candidates if row.probability >= LEAST]
        return (
            bool(likely)
            and not answer.unmatched
            and all(
                row.kind == "street" and row.why and plain(row.why[0].clause) == plain(row.label.split(",")[0])
                for row in likely
            )
        )

    def _placed(self, question: Question, rows: list[PlaceRow]) -> DeskAnswer:
        sentences, items = [], []
        for row in rows:
            there = self._service.reverse(LonLat(row.lon, row.lat))
            cross = [c.name for c in there.cross_streets if c.name][:2]
            street = there.street.name if there.street is not None else None
            at = row.address or (
                there.address.text if there.address is not None and there.address.distance_m < 60 else None
            )
            where = f"at {at}" if at else f"on {street}" if street else "off the roads"
            between = f", between {and_list(cross)}" if len(cross) == 2 else f", near {cross[0]}" if cross else ""
            town = row.municipality or there.municipality
            sentences.append(f"{row.name} is {where}{between}{', in ' + town if town else ''}.")
            items.append(self._item(row, town, at))
        first = rows[0]
        return DeskAnswer(
            question=question.text,
            status="answered",
            kind="place",
            answer=" ".join([*sentences, source_words(first.source)]),
            items=tuple(items),
            source=first.source,
            place=self._service.candidate_at(first.lon, first.lat, first.name),
        )

    def _item(self, row: PlaceRow, town: str | None, address: str | None) -> Mapping[str, Any]:
        return {
            "name": row.name,
            "category": row.category,
            "address": address,
            "municipality": town,
            "phone": row.phone,
            "hours": row.hours,
            "lon": row.lon,
            "lat": row.lat,
        }

    def _located(self, question: Question, subject: str) -> DeskAnswer | None:
        answer = self._service.locate(subject)
        if answer.status == "unknown":
            return None
        likely = [row for row in answer.candidates if row.probability >= LEAST][:_MOST]
        if not likely:
            return None
        if answer.status == "ambiguous" and len(likely) > 1:
            said = f"That may be {and_list([row.label for row in likely])}."
            said += f" {answer.question.text}" if answer.question else ""
        else:
            best = likely[0]
            between = f", between {and_list(list(best.cross_streets[:2]))}" if len(best.cross_streets) >= 2 else ""
            said = f"{best.label}{between}."
        return DeskAnswer(
            question=question.text,
            status="answered",
            kind="place",
            answer=said,
            items=tuple(
                {
                    "label": row.label,
                    "municipality": row.municipality,
                    "lon": row.lon,
                    "lat": row.lat,
                    "probability": row.probability,
                }
                for row in likely
            ),
            source=self._library.map_source,
            place=document(likely[0]),
            warnings=tuple(answer.warnings),
        )

    def _nearest(self, question: Question, subject: str) -> DeskAnswer | None:
        hits = self._library.search.find(subject, kinds=("place",), limit=500)
        rows = [self._library.place(hit.document.key) for hit in hits if hit.coverage >= 0.99]
        rows = [row for row in rows if math.isfinite(row.lon)]
        if not rows:
            return None
        if question.origin is None:
            first = self._placed(question, rows[:_MOST])
            return DeskAnswer(
                first.question,
                "answered",
                "place",
                f"Say where you are for the nearest. On file: {first.answer}",
                first.items,
                first.source,
                None,
                None,
                ("no start was given",),
            )
        try:
            start = self._service.whereabouts(question.origin).position
        except GeoDispatchError as error:
            return no_way(question, error, self._library.map_source)
        rows.sort(key=lambda row: geodesic_m(start.lon, start.lat, row.lon, row.lat))
        reached = []
        for row in rows[:8]:
            try:
                found = self._service.plan(start, LonLat(row.lon, row.lat), at=question.now).answer
            except GeoDispatchError:
                continue
            reached.append((found.travel_time_s, found.length_m, row))
        if not reached:
            return None
        reached.sort(key=lambda entry: entry[0])
        seconds, metres, best = reached[0]
        placed = self._placed(question, [best])
        said = f"The nearest by road: {placed.answer.partition(' Source:')[0]} {format_distance(metres)}, about {format_duration(seconds)}. {source_words(best.source)}"
        return DeskAnswer(placed.question, "answered", "place", said, placed.items, placed.source, placed.place)

    def unknown(self, question: Question, subject: str) -> DeskAnswer:
        """Answer that nothing is called so, with what would help and who would know."""
        answer = self._service.locate(subject) if subject.strip() else None
        ask = f" Ask: {answer.question.text}" if answer is not None and answer.question is not None else ""
        main = self._library.main_number()
        referral = None if main is None else Referral(main.name, main.phone, "the town's main number on file")
        return DeskAnswer(
            question=question.text,
            status="unknown",
            kind="place",
            answer=f"Nothing on file is called {subject!r}.{ask}",
            items=(),
            source=self._library.map_source,
            referral=referral,
        )


def no_way(question: Question, error: GeoDispatchError, source: Source) -> DeskAnswer:
    """Answer that no way can be told, and why."""
    return DeskAnswer(
        question=question.text,
        status="unknown",
        kind="directions",
        answer=f"No way can be told: {error}.".replace("..", "."),
        items=(),
        source=source,
    )
