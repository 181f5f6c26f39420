"""Answers of locate that a route can't begin or end at, as errors that say what to ask."""

from __future__ import annotations

from geo_dispatch.errors import AmbiguousPlaceError, UnknownPlaceError
from geo_dispatch.locate import LocateAnswer
from geo_dispatch.service.document import document

__all__ = ["ambiguous_place", "unknown_place"]


def ambiguous_place(words: str, answer: LocateAnswer) -> AmbiguousPlaceError:
    """Make the error for words that fit several places: it lists them, and the question that tells them apart.

    Parameters
    ----------
    words
        What was asked for.
    answer
        Locate's answer to it.

    Returns
    -------
    AmbiguousPlaceError
        To be raised.
    """
    listed = "; ".join(f"{row.rank}. {row.label} ({row.lon:.5f},{row.lat:.5f})" for row in answer.candidates)
    question = f" Ask: {answer.question.text}" if answer.question else ""
    return AmbiguousPlaceError(
        f"{words!r} could be {len(answer.candidates)} places: {listed}: say which, or give LON,LAT.{question}",
        details=_details(answer),
    )


def unknown_place(words: str, answer: LocateAnswer, town: str) -> UnknownPlaceError:
    """Make the error for words that match nothing: it holds the question to ask.

    Parameters
    ----------
    words
        What was asked for.
    answer
        Locate's answer to it.
    town
        Name of the town.

    Returns
    -------
    UnknownPlaceError
        To be raised.
    """
    question = f"ask: {answer.question.text}" if answer.question else "check the words, or give LON,LAT"
    return UnknownPlaceError(f"{words!r} matches nothing in {town}: {question}", details=_details(answer))


def _details(answer: LocateAnswer) -> dict[str, object]:
    rows = [
        {"rank": row.rank, "probability": row.probability, "lon": row.lon, "lat": row.lat, "label": row.label}
        for row in answer.candidates
    ]
    return {"candidates": document(rows), "question": document(answer.question)}
