"""How to get there, told as an answer."""

from __future__ import annotations

from geo_dispatch.errors import GeoDispatchError
from geo_dispatch.geometry import LonLat
from geo_dispatch.knowledge.intents import Intent
from geo_dispatch.service.desk.answers import DeskAnswer
from geo_dispatch.service.desk.library import Library
from geo_dispatch.service.desk.places import PlaceDesk, no_way
from geo_dispatch.service.desk.question import Question
from geo_dispatch.service.document import document
from geo_dispatch.service.service import Service, Where
from geo_dispatch.units import format_distance, format_duration

__all__ = ["DirectionsDesk"]


class DirectionsDesk:
    """Answers of how to get somewhere.

    Parameters
    ----------
    service
        Of the town.
    library
        What the town knows.
    places
        Knows places by their everyday names.
    """

    def __init__(self, service: Service, library: Library, places: PlaceDesk) -> None:
        self._service, self._library, self._places = service, library, places

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
            return no_way(question, error, self._library.map_source)
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
        row = None if self._places.is_street(answer) else self._places.known(where)
        return (where, None) if row is None else (LonLat(row.lon, row.lat), row.name)

    def _no_start(self, question: Question, wanted: str) -> DeskAnswer | None:
        answer = self._places.found(question, wanted)
        if answer is None:
            return self._places.unknown(question, wanted)
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
