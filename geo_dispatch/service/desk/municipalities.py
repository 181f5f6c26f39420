"""Which town something is in, and whom to call where it is another."""

from __future__ import annotations

from geo_dispatch.knowledge.intents import Intent
from geo_dispatch.knowledge.search import plain
from geo_dispatch.locate import Candidate
from geo_dispatch.service.desk.answers import DeskAnswer, Referral
from geo_dispatch.service.desk.library import Library
from geo_dispatch.service.desk.places import LEAST
from geo_dispatch.service.desk.question import Question
from geo_dispatch.service.desk.words import source_words
from geo_dispatch.service.document import document
from geo_dispatch.service.service import Service

__all__ = ["MunicipalityDesk"]


class MunicipalityDesk:
    """Answers of which town that is.

    Parameters
    ----------
    service
        Of the town.
    library
        What the town knows.
    """

    def __init__(self, service: Service, library: Library) -> None:
        self._service, self._library = service, library

    def town(self, question: Question, intent: Intent) -> DeskAnswer | None:
        """Answer which town something is in, and whom to call where it is another."""
        subject = intent.parts.get("subject", "")
        answer = self._service.locate(subject)
        likely = [row for row in answer.candidates if row.probability >= LEAST and row.municipality]
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
