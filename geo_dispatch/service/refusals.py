"""Answers of locate that a route can't begin or end at, as errors that say what to ask."""

from __future__ import annotations

from geo_dispatch.errors import AmbiguousPlaceError, UnknownPlaceError
from geo_dispatch.locate import Candidate, LocateAnswer
from geo_dispatch.service.document import document
from geo_dispatch.units import format_distance

__all__ = ["ambiguous_place", "imprecise_place", "is_precise", "unknown_place"]

_PRECISE_M = 300.0
"""A place that may lie farther than this from its position is none that a route can end at."""


def ambiguous_place(words: str, answer: LocateAnswer) -> AmbiguousPlaceError:
    """Make the error for words that fit several places, or one only in part: it lists them, and the question that tells them apart.

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
    if len(answer.candidates) == 1:
        said = f"{words!r} may be {listed.removeprefix('1. ')}, which is not sure: say it in full, or give LON,LAT."
    else:
        said = f"{words!r} could be {len(answer.candidates)} places: {listed}: say which, or give LON,LAT."
    return AmbiguousPlaceError(said + question, details=_details(answer))


def is_precise(candidate: Candidate) -> bool:
    """Tell whether a place is one spot, rather than a whole street or area.

    Parameters
    ----------
    candidate
        Of locate.

    Returns
    -------
    bool
        False for streets and areas, and for what may lie more than 300 m away. A coordinate is always one spot.
    """
    if candidate.kind == "coordinate":
        return True
    return candidate.kind not in ("street", "area") and candidate.radius90_m <= _PRECISE_M


def imprecise_place(words: str, answer: LocateAnswer) -> AmbiguousPlaceError:
    """Make the error for words that name a whole street or area: it holds the question that narrows it down.

    Parameters
    ----------
    words
        What was asked for.
    answer
        Locate's answer to it, located.

    Returns
    -------
    AmbiguousPlaceError
        To be raised.
    """
    best = answer.candidates[0]
    what = {"street": "a whole street,", "area": "an area,"}.get(best.kind, "only known to be around")
    ask = answer.question.text if answer.question else _narrowing(best)
    details = _details(answer)
    if answer.question is None:
        details["question"] = {
            "text": ask,
            "reason": "only the surroundings are known",
            "answers": [],
            "id": "",
            "child_text": "",
        }
    return AmbiguousPlaceError(
        f"{words!r} is {what} {best.label}, up to {format_distance(best.radius90_m)} from its middle: "
        f"say where, or give LON,LAT. Ask: {ask}",
        details=details,
    )


def _narrowing(candidate: Candidate) -> str:
    return f"Which house number, or what is the nearest crossing, at {candidate.label}?"


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
