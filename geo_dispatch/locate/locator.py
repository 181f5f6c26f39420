"""Locate: from a caller's words to places with probabilities and reasons."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from geo_dispatch.errors import InputError, QuestionError
from geo_dispatch.geometry import LonLat
from geo_dispatch.locate.answer import Candidate, LocateAnswer, Question, Status
from geo_dispatch.locate.beside_position import beside_position
from geo_dispatch.locate.circle import Circle, check_circle
from geo_dispatch.locate.cross import CrossStreets
from geo_dispatch.locate.draft import Draft, Finder
from geo_dispatch.locate.driving_words import place_in_directions
from geo_dispatch.locate.inputs import InputFound, read_input
from geo_dispatch.locate.interpreter import Interpreter
from geo_dispatch.locate.names import NameIndex
from geo_dispatch.locate.normalise import fold, tokenise
from geo_dispatch.locate.notices import with_notices
from geo_dispatch.locate.number_spans import said_tokens
from geo_dispatch.locate.questions import Asker, Replies, Reply
from geo_dispatch.locate.questions.choose import is_choice
from geo_dispatch.locate.regions import regions_of
from geo_dispatch.locate.relations.grounds import Grounds
from geo_dispatch.locate.relations.samples import RoadSamples
from geo_dispatch.locate.reverse import ReverseAnswer, Reverser
from geo_dispatch.locate.sentences import mark_sentences
from geo_dispatch.locate.sound_alikes import SoundAlikes
from geo_dispatch.locate.unmatched import confusables, unmatched_words
from geo_dispatch.locate.weigh import apply_circle, probabilities
from geo_dispatch.town.town import Town

__all__ = ["Locator", "warm"]

_MOST_TEXTS = 20
_MOST_ANSWERS = 50


def warm(town: Town) -> None:
    """Make the indexes that locating needs, so that a server starts at once."""
    NameIndex(town)
    RoadSamples(town)
    Reverser(town, CrossStreets(town))
    Grounds(town).warm()
    SoundAlikes(town)


@dataclass(frozen=True, slots=True)
class _Read:
    """What texts may mean: drafts, the words read, what to warn of, and the question that must come first."""

    drafts: list[Draft]
    tokens: list[str]
    warnings: list[str]
    question: Question | None


class Locator:
    """Finds places of one town from words; immutable and safe to share between threads.

    Parameters
    ----------
    town
        The town.
    """

    def __init__(self, town: Town) -> None:
        self.town = town

    @cached_property
    def _finder(self) -> Finder:
        return Finder(self.town)

    @cached_property
    def _grounds(self) -> Grounds:
        return Grounds(self.town)

    @cached_property
    def _interpreter(self) -> Interpreter:
        return Interpreter(self._finder, self._grounds)

    @cached_property
    def _replies(self) -> Replies:
        return Replies(self._finder, RoadSamples(self.town), self._grounds, self._cross_streets)

    @cached_property
    def _asker(self) -> Asker:
        return Asker(self._finder, RoadSamples(self.town), self._replies)

    @cached_property
    def _reverser(self) -> Reverser:
        return Reverser(self.town, self._finder.cross)

    def reverse(self, position: LonLat) -> ReverseAnswer:
        """Say what is at a position.

        Parameters
        ----------
        position
            Longitude and latitude, degrees.

        Raises
        ------
        CoordinateError
            If it lies outside the town's road network.
        """
        return self._reverser.reverse(position)

    def locate(
        self,
        text: str | Sequence[str],
        *,
        circle: Circle | None = None,
        answers: Sequence[Reply] = (),
        limit: int = 5,
    ) -> LocateAnswer:
        """Find the places that a caller's words may mean.

        Parameters
        ----------
        text
            The words, as typed or spoken; or several texts of one caller, in any order.
        circle
            The phone's position, if there is one.
        answers
            Answers to questions that were asked, in any order; one without a question's id answers the question that is
            asked next without it.
        limit
            The most candidates to return, 1 to 50.

        Returns
        -------
        LocateAnswer
            Candidates, most probable first, each with its reasons; status "unknown" and none when nothing matches.

        Raises
        ------
        InputError
            If a text is empty, or the limit out of bounds.
        QuestionError
            If an answer's question is none of this town's.
        CoordinateError
            If a text is coordinates that lie outside the town's road network.
        """
        began = time.perf_counter()
        if not 1 <= limit <= 50:
            raise InputError(f"limit {limit} is not between 1 and 50")
        texts = [text] if isinstance(text, str) else list(text)
        self._check(texts, answers)
        told = [reply for reply in answers if reply.question]
        for reply in answers:
            if not reply.question:
                question = self._state(texts, told, circle, limit, began).question
                if question is None or not question.id:
                    texts.append(reply.answer)
                else:
                    told.append(Reply(question.id, reply.answer))
        return self._state(texts, told, circle, limit, began)

    def _check(self, texts: Sequence[str], answers: Sequence[Reply]) -> None:
        if not 1 <= len(texts) <= _MOST_TEXTS:
            raise InputError(f"{len(texts)} texts are given: give 1 to {_MOST_TEXTS}")
        if any(not text.strip() for text in texts):
            raise InputError("the text is empty: give a street, a place, a crossing or coordinates")
        if len(answers) > _MOST_ANSWERS:
            raise InputError(f"{len(answers)} answers are given: give at most {_MOST_ANSWERS}")
        for reply in answers:
            if not reply.answer.strip():
                raise InputError(
                    f"the answer to {reply.question or 'the question'!r} is empty: give what the caller said"
                )
            if reply.question and not self._replies.is_known(reply.question):
                raise QuestionError(
                    f"{reply.question!r} is no question of this town: give the id that came with the question"
                )

    def _state(
        self, texts: Sequence[str], told: Sequence[Reply], circle: Circle | None, limit: int, began: float
    ) -> LocateAnswer:
        """Answer for all that is known: texts, answers, and the phone's circle."""
        plain = [part for text in texts for part in place_in_directions(text)]
        words = [*plain, *(said for reply in told if (said := reply.as_text()))]
        read = self._read(words, circle)
        weighable = [reply for reply in told if not reply.as_text()]
        elsewhere = self._replies.name_others(read.drafts, weighable)
        if elsewhere:  # an answer that is none of those offered says where the caller is in its own words
            read = self._read([*words, *(reply.answer for reply in elsewhere)], circle)
        drafts = self._replies.apply(read.drafts, [reply for reply in weighable if reply not in elsewhere])
        warnings = [*([] if circle is None else check_circle(self.town, circle)), *read.warnings]
        if circle is not None and drafts:
            drafts, contradiction = apply_circle(self._finder, drafts, circle)
            warnings += contradiction
        query = " / ".join(dict.fromkeys(sorted(texts)))
        asked = frozenset(reply.question for reply in told)
        return self._answer(query, drafts, read, warnings, limit, began, asked)

    def _read(self, texts: Sequence[str], circle: Circle | None) -> _Read:
        """Return what texts may mean together; a position that one of them gives counts most."""
        model, lists = self._finder.model, []
        given: InputFound | None = None
        warnings: list[str] = []
        question: Question | None = None
        for text in sorted(set(texts)):
            if len(text) > model.longest_text:
                warnings.append(f"the text has {len(text)} characters: only the first {model.longest_text} were read")
            text = text[: model.longest_text]
            if not any(token[0].isalnum() for token in tokenise(fold(mark_sentences(text)))):
                warnings.append("the text holds no letters or digits")
                continue
            found = read_input(self._finder, text)
            warnings += found.warnings
            if found.drafts:
                given = given or found
            else:
                question = found.question or question
            tokens = found.tokens
            if len(tokens) > model.longest_tokens:
                warnings.append(f"the text has {len(tokens)} words: only the first {model.longest_tokens} were read")
            if tokens and (found.drafts or not found.settled):
                lists.append(tokens[: model.longest_tokens])
        drafts = self._interpreter.list_joint(lists, circle) if lists else []
        words = [token for tokens in lists for token in said_tokens(tokens)]
        if given is not None:
            return _Read(beside_position(self._finder, given.drafts, drafts), words, warnings, given.question)
        return _Read(drafts, words, warnings, None if drafts else question)

    def _answer(
        self,
        query: str,
        drafts: list[Draft],
        read: _Read,
        warnings: list[str],
        limit: int,
        began: float,
        asked: frozenset[str],
    ) -> LocateAnswer:
        model = self._finder.model
        shares = probabilities(drafts)
        ranked = sorted(zip(shares, drafts, strict=True), key=lambda pair: -pair[0])
        kept = [(share, draft) for share, draft in ranked if share >= model.least_beside or draft.by_kind][:limit]
        if kept and kept[0][0] < model.least_probability and not kept[0][1].by_kind:
            kept = []
        kept = [(share, draft) for share, draft in kept if share >= 0.02 * kept[0][0]]
        kept = with_notices(self._finder, kept)
        candidates = [self._candidate(rank, share, draft) for rank, (share, draft) in enumerate(kept, 1)]
        status: Status = "unknown"
        if candidates:
            second = candidates[1].probability if len(candidates) > 1 else 0.0
            clear = candidates[0].probability >= model.located_ratio * second
            status = "located" if candidates[0].probability > model.located_probability and clear else "ambiguous"
            warnings += kept[0][1].warnings
            if status == "ambiguous":
                warnings += [w for _, draft in kept[1:3] for w in draft.warnings if w not in warnings]
            warnings += confusables(self._finder, kept[0][1])
        chosen = [draft for _, draft in kept]
        unsure = chosen if candidates else [draft for _, draft in ranked[:20]]
        question = read.question or self._asker.ask(candidates, unsure, asked)
        states = self._finder.localities.state_keys
        left = [token for token in read.tokens if token not in states]
        if status == "located" and is_choice(candidates, chosen):
            status = "ambiguous"
        return LocateAnswer(
            query=query,
            status=status,
            candidates=tuple(candidates),
            question=question,
            unmatched=tuple(unmatched_words(left, chosen[:1])),
            warnings=tuple(dict.fromkeys(warnings)),
            elapsed_ms=round((time.perf_counter() - began) * 1000, 3),
        )

    def _candidate(self, rank: int, probability: float, draft: Draft) -> Candidate:
        region50, region90 = regions_of(self.town, draft, self._finder.shapes.find(draft.place_id))
        return Candidate(
            rank=rank,
            probability=round(probability, 4),
            lon=round(draft.lon, 7),
            lat=round(draft.lat, 7),
            label=draft.label,
            kind=draft.kind,
            place_id=draft.place_id,
            address=draft.address,
            cross_streets=self._cross_streets(draft),
            municipality=draft.municipality,
            radius90_m=round(draft.radius90_m, 1),
            region50=region50,
            region90=region90,
            why=draft.why,
        )

    def _cross_streets(self, draft: Draft) -> tuple[str, ...]:
        if draft.cross_streets is not None:
            return draft.cross_streets
        if draft.kind in ("area", "street"):
            return ()
        x, y = self.town.projection.to_xy(draft.lon, draft.lat)
        if draft.streets:
            nearest = min((self._finder.line(s).nearest(x, y) for s in draft.streets), key=lambda n: n.distance_m)
            return self._finder.cross.list_names(nearest.segment, nearest.along_m)
        return self._reverser.nearest_streets(draft.position)
