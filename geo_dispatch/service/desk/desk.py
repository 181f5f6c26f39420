"""Questions in everyday words, answered from the directory, notes, events, places and roads of a town."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from geo_dispatch.errors import InputError
from geo_dispatch.knowledge.intents import Intent, is_emergency, read_intents
from geo_dispatch.knowledge.search import plain
from geo_dispatch.knowledge.when import find_when
from geo_dispatch.service.desk.answers import DeskAnswer
from geo_dispatch.service.desk.contacts import Contacts
from geo_dispatch.service.desk.directions import DirectionsDesk
from geo_dispatch.service.desk.events import EventDesk
from geo_dispatch.service.desk.library import Library
from geo_dispatch.service.desk.municipalities import MunicipalityDesk
from geo_dispatch.service.desk.opening import OpeningDesk
from geo_dispatch.service.desk.places import PlaceDesk
from geo_dispatch.service.desk.question import Question
from geo_dispatch.service.desk.words import doubts_of
from geo_dispatch.service.service import Service, Where

__all__ = ["TownDesk"]

_LONGEST = 500


class TownDesk:
    """The information desk of one town. It tells only what is public: no incident, no unit, no premise note.

    Parameters
    ----------
    service
        Of the town.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self.library = Library(service)
        self.events = EventDesk(service, self.library)
        opening, contacts = OpeningDesk(service, self.library), Contacts(service, self.library)
        places = PlaceDesk(service, self.library)
        self.opening, self.contacts = opening, contacts
        self._answer_of: dict[str, Callable[[Question, Intent], DeskAnswer | None]] = {
            "directions": DirectionsDesk(service, self.library, places).directions,
            "town": MunicipalityDesk(service, self.library).town,
            "hours": opening.hours,
            "event": self.events.answer,
            "contact": contacts.contact,
            "place": places.place,
        }

    def ask(self, text: str, *, origin: Where | None = None, at: datetime | None = None) -> DeskAnswer:
        """Answer a question.

        Parameters
        ----------
        text
            The question.
        origin
            Where the asker is, for directions and for what is nearest.
        at
            When it is asked, local time; now when None.

        Returns
        -------
        DeskAnswer
            Status "unknown", with who would know, when nothing on file answers it.

        Raises
        ------
        InputError
            If the question is blank, or longer than 500 characters.
        """
        if not text.strip():
            raise InputError("the question is blank: ask as in 'when is the library open on Saturday'")
        if len(text) > _LONGEST:
            raise InputError(f"the question has {len(text)} characters, more than {_LONGEST}: ask one thing at a time")
        now = self._service.local_time.aware(at) if at is not None else self._service.now()
        lower = re.sub(r"[?!,;\"]+|\.(?=\s|$)", " ", text.casefold()).replace("’", "'")
        when, rest = find_when(" ".join(lower.split()), now, self._service.local_time)
        question = Question(text.strip(), plain(rest), when, now, origin)
        return self._finished(question, self._found(question))

    def warm(self) -> None:
        """Make the search that the first question would wait for."""
        self.library.search.find("town hall")

    def _found(self, question: Question) -> DeskAnswer:
        unsure: DeskAnswer | None = None
        for intent in read_intents(question.words):
            answer = self._answer_of[intent.name](question, intent)
            if answer is not None and answer.status == "answered":
                return answer
            unsure = unsure or answer
        general = self.contacts.general(question)
        if general is not None and (
            unsure is None or unsure.kind in ("place", "jurisdiction") or general.kind == "note"
        ):
            return general
        return unsure or self._unknown(question)

    def _unknown(self, question: Question) -> DeskAnswer:
        return DeskAnswer(
            question=question.text,
            status="unknown",
            kind="note",
            answer="Nothing on file answers that.",
            items=(),
            source=self.library.map_source,
            referral=self.library.referral(question.words),
        )

    def _finished(self, question: Question, answer: DeskAnswer) -> DeskAnswer:
        """Put an emergency before everything, and doubts and the town's notice behind."""
        warnings = list(answer.warnings)
        said = answer.answer
        if is_emergency(question.text):
            number = self._service.town.meta.options.get("emergency_number") or "911"
            first = f"If this is happening now, call {number}."
            said = first if answer.status == "unknown" else f"{first} {said}"
            warnings.insert(0, first)
        elif answer.status == "unknown" and answer.referral is not None and "sk " not in said:
            phone = f" at {answer.referral.phone}" if answer.referral.phone else ""
            said += f" {answer.referral.name}{phone} may know."
        if answer.status == "answered" and answer.kind not in ("directions", "place", "jurisdiction"):
            warnings += doubts_of(answer.source, question.today)
        notice = self._service.town.meta.notice
        kept = dict.fromkeys((*warnings, *self._service.remarks(), *((notice,) if notice else ())))
        return replace(answer, answer=said, warnings=tuple(kept))
