"""Where it is, how to get there, and which town that is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from geo_dispatch.errors import GeoDispatchError
from geo_dispatch.geometry import LonLat, geodesic_m
from geo_dispatch.knowledge.intents import Intent
from geo_dispatch.knowledge.search import plain
from geo_dispatch.locate import Candidate, LocateAnswer
from geo_dispatch.service.desk.answers import DeskAnswer, Referral
from geo_dispatch.service.desk.library import Library, PlaceRow
from geo_dispatch.service.desk.question import Question
from geo_dispatch.service.desk.words import and_list, source_words
from geo_dispatch.service.document import document
from geo_dispatch.service.service import Service, Where
from geo_dispatch.units import format_distance, format_duration

__all__ = ["PlaceDesk"]

_LEAST = 0.1
_MOST = 5
_LOST = (GeoDispatchError,)


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

    # --- the way there ---------------------------------------------------------------------------

    def directions(self, question: Question, intent: Intent) -> DeskAnswer | None:
        """Answer how to get somewhere; without a start, where it is and that a start is needed."""
        wanted = intent.parts.get("destination", "")
        origin: Where | None = intent.parts.get("origin") or question.origin
        if origin is None:
            return self._no_start(question, wanted)
        try:
            (start, start_name), (there, name) = self._where(origin), self._where(wanted)
            plan = self._service.plan(start, there, at=question.now)
        except GeoDispatchError as error:
            return self._lost(question, error)
        answer = plan.answer
        start_name, name = start_name or plan.origin.label, name or plan.destination.label
        low, high = (format_duration(bound) for bound in answer.travel_time_interval_s)
        steps = " ".join(f"{number}. {step.instruction}" for number, step in enumerate(answer.steps, start=1))
        said = (
            f"From {start_name} to {name}: {format_distance(answer.length_m)}, about "
            f"{format_duration(answer.travel_time_s)} by car ({low} to {high}). {steps}"
        )
        ends = {1: start_name, len(answer.steps): name}
        items = tuple(
            {"step": number, "place": ends.get(number), **document(step)}
            for number, step in enumerate(answer.steps, start=1)
        )
        end = plan.destination.position
        return DeskAnswer(
            question=question.text,
            status="answered",
            kind="directions",
            answer=said,
            items=items,
            source=self._library.map_source,
            place=self._service.candidate_at(end.lon, end.lat, name),
            warnings=answer.warnings,
        )

    def _where(self, where: Where) -> tuple[Where, str | None]:
        """Return the position and name of a place that the desk knows by its everyday name; what was given otherwise."""
        if isinstance(where, LonLat):
            return where, None
        answer = self._service.locate(where)
        if answer.status == "located":
            return where, None
        row = None if self._is_street(answer) else self._known(where)
        return (where, None) if row is None else (LonLat(row.lon, row.lat), row.name)

    def _known(self, words: str) -> PlaceRow | None:
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

    def _no_start(self, question: Question, wanted: str) -> DeskAnswer | None:
        answer = self._place(question, wanted)
        if answer is None:
            return self._unknown_place(question, wanted)
        return DeskAnswer(
            question=answer.question,
            status=answer.status,
            kind="directions",
            answer=f"{answer.answer} Where do you start from? Then the way can be told.",
            items=answer.items,
            source=answer.source,
            place=answer.place,
            warnings=("no start was given",),
        )

    def _lost(self, question: Question, error: GeoDispatchError) -> DeskAnswer:
        return DeskAnswer(
            question=question.text,
            status="unknown",
            kind="directions",
            answer=f"No way can be told: {error}.".replace("..", "."),
            items=(),
            source=self._library.map_source,
        )

    # --- where it is -----------------------------------------------------------------------------

    def place(self, question: Question, intent: Intent) -> DeskAnswer | None:
        """Answer where something is, or which is nearest."""
        subject = intent.parts.get("subject", "")
        if intent.parts.get("nearest"):
            return self._nearest(question, subject)
        return self._place(question, subject) or self._unknown_place(question, subject)

    @staticmethod
    def _is_street(answer: LocateAnswer) -> bool:
        """Tell whether words were the name of a street and nothing else: then no place that is merely called alike is meant."""
        likely = [row for row in answer.candidates if row.probability >= _LEAST]
        return (
            bool(likely)
            and not answer.unmatched
            and all(
                row.kind == "street" and row.why and plain(row.why[0].clause) == plain(row.label.split(",")[0])
                for row in likely
            )
        )

    def _place(self, question: Question, subject: str) -> DeskAnswer | None:
        if subject.strip() and self._is_street(self._service.locate(subject)):
            return self._located(question, subject)
        hits = self._library.find(subject, ("service", "place"), by_name=True)
        if hits and hits[0].document.kind == "place":
            rows = self._library.alike(hits, limit=_MOST)
            if rows:
                return self._placed(question, rows)
        known = self._known(subject) if hits else None
        if known is not None:
            return self._placed(question, [known])
        return self._located(question, subject)

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
        likely = [row for row in answer.candidates if row.probability >= _LEAST][:_MOST]
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
            return self._lost(question, error)
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

    def _unknown_place(self, question: Question, subject: str) -> DeskAnswer:
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

    # --- which town ------------------------------------------------------------------------------

    def town(self, question: Question, intent: Intent) -> DeskAnswer | None:
        """Answer which town something is in, and whom to call where it is another."""
        subject = intent.parts.get("subject", "")
        answer = self._service.locate(subject)
        likely = [row for row in answer.candidates if row.probability >= _LEAST and row.municipality]
        if answer.status == "unknown" or not likely:
            return None
        towns: dict[str, Candidate] = {}
        for row in likely:
            towns.setdefault(str(row.municipality), row)
        towns = self._whole_street(subject, towns)
        own = self._service.town.meta.name
        asked = plain(intent.parts.get("town", ""))
        sentences, items = [], []
        for town, row in towns.items():
            label = row.label.split(",")[0]
            if town == own:
                sentences.append(f"{label} is in {own}, our town.")
                items.append({"municipality": town, "own": True, "label": row.label})
                continue
            neighbour = self._library.directory.find_neighbour(town)
            call = (
                f" Call {neighbour.agency or town}: {neighbour.phone}."
                if neighbour and neighbour.phone
                else " No number of theirs is on file."
            )
            sentences.append(f"{label} is in {town}{', ' + neighbour.state if neighbour else ''}, not in {own}.{call}")
            items.append(
                {
                    "municipality": town,
                    "own": False,
                    "label": row.label,
                    "phone": neighbour.phone if neighbour else None,
                }
            )
        if len(towns) > 1:
            sentences.append("Ask which part.")
        if asked and asked not in {plain(own), "town", "our town"} and asked not in {plain(town) for town in towns}:
            sentences.insert(0, "No.")
        others = [self._library.directory.find_neighbour(town) for town in towns if town != own]
        referral = next(
            (Referral(n.agency or n.name, n.phone, f"it is in {n.name}") for n in others if n is not None), None
        )
        return DeskAnswer(
            question=question.text,
            status="answered",
            kind="jurisdiction",
            answer=f"{' '.join(sentences)} {source_words(self._library.map_source)}",
            items=tuple(items),
            source=self._library.map_source,
            place=document(next(iter(towns.values()))),
            referral=referral,
        )

    def _whole_street(self, subject: str, towns: dict[str, Candidate]) -> dict[str, Candidate]:
        """Add the other towns that a street of that very name runs through."""
        table = self._service.town.table("streets")
        first = next(iter(towns.values()))
        if first.kind != "street":
            return towns
        name = plain(first.label.split(",")[0])
        for row, text in enumerate(table.text("name")):
            town = table.text("municipality")[row]
            if text and town and plain(text) == name and table.text("kind")[row] == "road" and town not in towns:
                towns[town] = first
        return towns
