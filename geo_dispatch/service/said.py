"""A place taken from the answers to a caller's words, with the region it lies in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo_dispatch.errors import InputError
from geo_dispatch.locate import Candidate, Reply
from geo_dispatch.service.finding import Finding

__all__ = ["Said", "take_said"]


@dataclass(frozen=True, slots=True)
class Said:
    """What a caller said and answered, and which of the candidates a dispatcher took."""

    texts: Sequence[str]
    answers: Sequence[Reply] = ()
    rank: int = 1


def take_said(finding: Finding, said: Said) -> tuple[Candidate, tuple[str, ...]]:
    """Return the candidate that was taken, with its region: the same words have the same candidates.

    Parameters
    ----------
    finding
        Finds places.
    said
        The words, the answers, and the candidate's rank.

    Returns
    -------
    tuple
        The candidate; and no doubts, since whoever took it has seen them.

    Raises
    ------
    InputError
        If there is no candidate of that rank.
    QuestionError, CoordinateError
        As `locate`.
    """
    answer = finding.locate(said.texts, answers=said.answers, limit=max(said.rank, 1))
    for candidate in answer.candidates:
        if candidate.rank == said.rank:
            return candidate, ()
    raise InputError(
        f"there is no candidate {said.rank} for these words, of {len(answer.candidates)}: give them to `locate` again and take one that it answers"
    )
