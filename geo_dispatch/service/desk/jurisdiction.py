"""Who handles something at a place: the next town, a rule of the town's pack, or whoever keeps the road."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely

from geo_dispatch.knowledge.directory import Rule, ServiceRow
from geo_dispatch.knowledge.search import content_words, plain
from geo_dispatch.locate import Candidate
from geo_dispatch.service.desk.answers import DeskAnswer, Referral
from geo_dispatch.service.desk.library import Library
from geo_dispatch.service.desk.question import Question
from geo_dispatch.service.desk.telling import Teller
from geo_dispatch.service.desk.words import source_words
from geo_dispatch.service.document import document
from geo_dispatch.service.service import Service

__all__ = ["ENOUGH_THERE", "Jurisdiction", "Spot"]

ENOUGH_THERE = 0.5
"""Share of a topic that an office must speak of when the place is told too."""

_LEAST = 0.15
_ON_ROADS = frozenset({"public_works", "utility", "police", "animal_control"})


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a question says that something is: the words, and what locate makes of them."""

    words: str
    candidates: tuple[Candidate, ...]
    own: bool
    town: str | None


class Jurisdiction:
    """Answers of who handles something at a place.

    Parameters
    ----------
    service
        Of the town.
    library
        What the town knows.
    teller
        Words the answers.
    """

    def __init__(self, service: Service, library: Library, teller: Teller) -> None:
        self._service, self._library, self._teller = service, library, teller

    def spot(self, words: str) -> Spot | None:
        """Return where words say that something is; None when they name nothing."""
        answer = self._service.locate(words)
        likely = tuple(row for row in answer.candidates if row.probability >= _LEAST)
        if answer.status == "unknown" or not likely:
            return None
        towns = {row.municipality for row in likely}
        own = self._service.town.meta.name
        town = next(iter(towns)) if len(towns) == 1 else None
        return Spot(words, likely, own=town is None or town == own or own in towns, town=town)

    def answer(self, question: Question, topic: str, spot: Spot) -> DeskAnswer | None:
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
        told = self._teller.office(question, row, kind="jurisdiction", why=why)
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

    def _both_towns(self, spot: Spot) -> tuple[str, ...]:
        towns = sorted({str(row.municipality) for row in spot.candidates if row.municipality})
        if len(towns) < 2:
            return ()
        return (f"{spot.words} is in {' and '.join(towns)}: ask which part",)

    def _next_town(self, question: Question, spot: Spot) -> DeskAnswer | None:
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
                self._library.referral(question.words),
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

    def _rule(self, topic: str, spot: Spot) -> Rule | None:
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

    def _holds(self, rule: Rule, spot: Spot) -> int | None:
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

    def _refs_of(self, spot: Spot) -> set[str]:
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

    def _keeper(self, topic: str, spot: Spot) -> ServiceRow | None:
        """Return the state's or the utility's office for a road that its topics name, else the office of the topic."""
        hits = self._library.find(topic, ("service",), enough=ENOUGH_THERE)
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
