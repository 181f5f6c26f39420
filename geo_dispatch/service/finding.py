"""Places of one town: from words to positions and back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from geo_dispatch.errors import (
    CoordinateError,
    InputError,
    NotFoundError,
)
from geo_dispatch.geometry import LonLat, parse_lonlat
from geo_dispatch.locate import Candidate, Circle, LocateAnswer, Reply, ReverseAnswer
from geo_dispatch.service.answers import (
    PlacesAnswer,
    Whereabouts,
)
from geo_dispatch.service.document import document
from geo_dispatch.service.grounding import TownService
from geo_dispatch.service.places import Bbox
from geo_dispatch.service.refusals import ambiguous_place, imprecise_place, is_precise, unknown_place

__all__ = ["Finding", "Where", "is_position"]

Where = str | LonLat
"""A position, or words that stand for one: ``LON,LAT`` or anything that `locate` understands."""

_NUMBERS = re.compile(r"^\s*[-+]?\d+(\.\d*)?\s*,\s*[-+]?\d+(\.\d*)?\s*$")


def is_position(words: str) -> bool:
    """Tell whether words are a position, ``LON,LAT``.

    Examples
    --------
    >>> is_position("-71.08, 41.58"), is_position("Main St")
    (True, False)
    """
    return _NUMBERS.match(words) is not None


class Finding(TownService):
    """Finds places of one town."""

    def locate(
        self,
        text: str | Sequence[str],
        *,
        circle: Circle | None = None,
        answers: Sequence[Reply] = (),
        limit: int = 5,
    ) -> LocateAnswer:
        """Turn a caller's words into ranked places.

        Parameters
        ----------
        text
            The caller's words: one text, or several in any order.
        circle
            Where the telephone is thought to be.
        answers
            Answers to questions that were asked.
        limit
            Most candidates.

        Returns
        -------
        LocateAnswer
            Candidates with their reasons; status "unknown" when the words match nothing.

        Raises
        ------
        InputError
            If a text is blank, the limit not positive, or an answer's question none of this town's.
        """
        texts = [text] if isinstance(text, str) else list(text)
        if not all(one.strip() for one in texts):
            raise InputError("the text is blank: give the caller's words, as in 'Main Rd and Drift Rd'")
        if limit < 1:
            raise InputError(f"the limit is {limit}: give 1 or more")
        answer = self._noticed(self.locator.locate(texts, circle=circle, answers=answers, limit=limit))
        if answer.status == "unknown":
            elsewhere = [why for one in texts if is_position(one) for why in self._why_elsewhere(one)]
            return replace(answer, warnings=(*elsewhere, *answer.warnings))
        return answer

    def reverse(self, position: LonLat) -> ReverseAnswer:
        """Say where a position is: address, cross streets, municipality.

        Parameters
        ----------
        position
            Degrees.

        Returns
        -------
        ReverseAnswer
            What is on file there.

        Raises
        ------
        CoordinateError
            If the town's roads don't cover the position.
        """
        self.town.check_covers(position)
        return self._noticed(self.locator.reverse(position))

    def places(
        self,
        query: str | None = None,
        *,
        category: str | None = None,
        limit: int = 50,
        offset: int = 0,
        bbox: Bbox | None = None,
    ) -> PlacesAnswer:
        """List places by name, category or bounding box, as GeoJSON.

        Parameters
        ----------
        query
            A name or part of one; misspellings are let pass.
        category
            Our category, as in ``school``.
        limit, offset
            How many places, and after how many.
        bbox
            West, south, east, north, degrees.

        Returns
        -------
        PlacesAnswer
            A FeatureCollection; places fit every given condition.

        Raises
        ------
        InputError
            If the bounding box is none.
        """
        return self._places.find(query, category=category, bbox=bbox, limit=limit, offset=offset)

    def whereabouts(self, where: Where) -> Whereabouts:
        """Return the one position that words or a coordinate stand for.

        Parameters
        ----------
        where
            A position, ``LON,LAT``, or words.

        Returns
        -------
        Whereabouts
            The position, and its label.

        Raises
        ------
        CoordinateError
            If it is a coordinate outside the town's roads.
        UnknownPlaceError
            If the words match nothing; the message holds the question to ask.
        AmbiguousPlaceError
            If they match several places, or a whole street or area; the message says what to ask.
        """
        if isinstance(where, LonLat):
            self.town.check_covers(where)
            return Whereabouts(where, f"{where.lon:.5f},{where.lat:.5f}")
        if is_position(where):
            return self.whereabouts(parse_lonlat(where))
        answer = self.locate(where)
        if answer.status == "located":
            best = answer.candidates[0]
            if not is_precise(best):
                raise imprecise_place(where, answer)
            return Whereabouts(LonLat(best.lon, best.lat), best.label, self._doubts(answer))
        if answer.status == "ambiguous":
            raise ambiguous_place(where, answer)
        raise unknown_place(where, answer, self.town.meta.name)

    def place(self, where: Where) -> tuple[Candidate, tuple[str, ...]]:
        """Return the place that words or a coordinate stand for with its region, and what is doubtful about it.

        Unlike `whereabouts`, a place that is one but wide, as a whole street, is returned.

        Parameters
        ----------
        where
            A position, ``LON,LAT``, or words.

        Raises
        ------
        CoordinateError
            If it is a coordinate outside the town's roads.
        UnknownPlaceError, AmbiguousPlaceError
            If words don't stand for one place.
        """
        position = parse_lonlat(where) if isinstance(where, str) and is_position(where) else where
        if isinstance(position, LonLat):
            self.town.check_covers(position)
        words = f"{position.lon!r},{position.lat!r}" if isinstance(position, LonLat) else position
        answer = self.locate(words)
        if answer.status == "ambiguous":
            raise ambiguous_place(words, answer)
        if answer.status == "unknown":
            raise unknown_place(words, answer, self.town.meta.name)
        best = answer.candidates[0]
        if isinstance(position, LonLat):
            return best, tuple(text for text in answer.warnings if text not in self._notice)
        if is_precise(best):
            return best, self._doubts(answer)
        return best, (str(imprecise_place(words, answer)), *self._doubts(answer))

    def candidate_at(self, lon: float | None, lat: float | None, label: str) -> dict[str, Any] | None:
        """Return the document of a place that is known by its position; None without one, or where the town's roads don't reach.

        Parameters
        ----------
        lon, lat
            Degrees; None when the position is unknown.
        label
            What it is called.
        """
        if lon is None or lat is None:
            return None
        try:
            found, _ = self.place(LonLat(lon, lat))
        except (CoordinateError, NotFoundError):
            return None
        row: dict[str, Any] = document(replace(found, label=label, kind="place"))
        return row

    def _why_elsewhere(self, text: str) -> tuple[str, ...]:
        """Say why a coordinate that locate knows nothing about is none of this town."""
        try:
            self.town.check_covers(parse_lonlat(text))
        except CoordinateError as error:
            return (str(error),)
        return ()

    def _doubts(self, answer: LocateAnswer) -> tuple[str, ...]:
        """Return what is doubtful about the best candidate: warnings, what it contradicts, what was not used."""
        doubts = [text for text in answer.warnings if text not in self._notice]
        doubtful = [why for why in answer.candidates[0].why if why.status != "supported"]
        for why in doubtful:
            if why.status == "contradicted" or not any(why.clause in text for text in answer.warnings):
                doubts.append(f"{why.clause!r}: {why.effect}")
        told = {word for why in doubtful for word in why.clause.split()}
        doubts += [f"{word!r} was not used" for word in answer.unmatched if word not in told]
        return tuple(dict.fromkeys(doubts))
