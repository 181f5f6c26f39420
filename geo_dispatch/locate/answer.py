"""The answer of `locate`: candidates with reasons, the next question, what did not match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["Candidate", "CandidateKind", "Geometry", "LocateAnswer", "Question", "Status", "Why", "WhyStatus"]

Geometry = dict[str, Any]
"""A GeoJSON geometry (RFC 7946)."""

Status = Literal["located", "ambiguous", "unknown"]
WhyStatus = Literal["supported", "neutral", "contradicted"]
CandidateKind = Literal[
    "address", "intersection", "place", "relative", "segment", "street", "mile_marker", "coordinate", "area"
]


@dataclass(frozen=True, slots=True)
class Why:
    """What one clause of the text did for a candidate.

    Attributes
    ----------
    clause
        The words as understood.
    reading
        What they were taken for.
    effect
        What that means for this candidate, in words.
    status
        supported, neutral (not used), or contradicted.
    """

    clause: str
    reading: str
    effect: str
    status: WhyStatus


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place that the text may mean.

    ``probability`` is that of this candidate being meant, 0 to 1: the true place then lies in ``region90`` 9 times in 10, and
    within ``radius90_m`` metres of the position. Above 0.8 it promises besides that the position is good to send to: a candidate
    more than 2% of which lies over 400 m from its position is never given more (``doubt`` in ``tables/model.yaml``). Regions are GeoJSON.
    """

    rank: int
    probability: float
    lon: float
    lat: float
    label: str
    kind: CandidateKind
    place_id: str | None
    address: str | None
    cross_streets: tuple[str, ...]
    municipality: str | None
    radius90_m: float
    region50: Geometry
    region90: Geometry
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """The one question to ask next.

    Attributes
    ----------
    text
        Its words, for an adult.
    reason
        Why it is asked.
    answers
        Answers to choose from; none when it is open.
    id
        What to give an answer back with; it holds all that is needed to understand the answer later.
    child_text
        Its words, for a child.
    """

    text: str
    reason: str
    answers: tuple[str, ...]
    id: str = ""
    child_text: str = ""


@dataclass(frozen=True, slots=True)
class LocateAnswer:
    """Where the words may mean, most probable first.

    ``status`` is located when one candidate is probable and clearly ahead, ambiguous when a question must decide,
    unknown when nothing matched: then there are no candidates.
    """

    query: str
    status: Status
    candidates: tuple[Candidate, ...]
    question: Question | None
    unmatched: tuple[str, ...]
    warnings: tuple[str, ...]
    elapsed_ms: float
