"""What recommendations answer with; `geo_dispatch.service.document` makes JSON of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo_dispatch.live.run_cards import SelectedCard
from geo_dispatch.recommend import Considered, CoverAfter, Flip, MoveUp, Recommendation, Shortfall
from geo_dispatch.service.answers import RouteAnswer

__all__ = ["AssignedOut", "RecommendAnswer", "RecommendPlan", "Replay"]


@dataclass(frozen=True, slots=True)
class AssignedOut:
    """A unit that is to go, as `geo_dispatch.recommend.Assigned`, with its route."""

    unit: str
    role: str
    travel_time_s: float
    response_time_s: float
    interval_s: tuple[float, float]
    route: RouteAnswer


@dataclass(frozen=True, slots=True)
class RecommendAnswer:
    """Which units go to a call, why not others, and what that costs; `place` is a candidate of locate."""

    place: Mapping[str, Any]
    call_type: str
    run_card: SelectedCard
    assignment: tuple[AssignedOut, ...]
    considered: tuple[Considered, ...]
    shortfall: tuple[Shortfall, ...]
    coverage_after: CoverAfter
    move_up: tuple[MoveUp, ...]
    flips_if: tuple[Flip, ...]
    record_id: str | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecommendPlan:
    """A recommendation, its document with written lines, and what a map of it needs besides."""

    answer: RecommendAnswer
    document: Mapping[str, Any]
    found: Recommendation


@dataclass(frozen=True, slots=True)
class Replay:
    """A recommendation made again.

    Attributes
    ----------
    record_id, at
        Which, and when it was given.
    same
        Whether the answer is the same byte for byte.
    differs
        What differs: the town file, versions of the program and its libraries, and where the answers part.
    answer
        As it is now.
    """

    record_id: str
    at: str
    same: bool
    differs: tuple[str, ...]
    answer: Mapping[str, Any]
