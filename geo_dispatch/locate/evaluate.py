"""How well `locate` does on cases whose truth is known."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from geo_dispatch.errors import CaseFileError, InputError
from geo_dispatch.geometry import LonLat
from geo_dispatch.locate.answer import LocateAnswer
from geo_dispatch.locate.cases import Case
from geo_dispatch.locate.circle import Circle

__all__ = ["Bin", "EvaluationReport", "Score", "evaluate"]

_CONFIDENT = 0.8
_FAR_M = 400.0
_EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 1.0)
_EARTH_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers whose probability lies between two values: how many, mean probability and share that were right."""

    low: float
    high: float
    n: int
    mean_probability: float | None
    hit_rate: float | None


@dataclass(frozen=True, slots=True)
class Score:
    """How one class of cases did.

    Attributes
    ----------
    n
        Cases.
    top1, top3
        Share whose first, or one of whose first three candidates lies within the tolerance.
    miss
        Share with candidates, none of the first three within the tolerance.
    unknown
        Share answered "unknown", or refused.
    located
        Share answered "located".
    confident_and_wrong
        Cases whose first candidate had a probability above 0.8 and lay more than 400 m (and the tolerance) from the truth.
    region90_coverage
        Share of cases with candidates whose truth lies in the 90% region of one that is within the tolerance, or
        of the first; None without candidates.
    median_error_m, p90_error_m
        Distance of the first candidate from the truth.
    p50_ms, p95_ms
        Latency in this process.
    calibration
        Predicted probability against share right, by bins.
    worst
        Texts of the first confident and wrong cases.
    """

    group: str
    n: int
    top1: float
    top3: float
    miss: float
    unknown: float
    located: float
    confident_and_wrong: int
    region90_coverage: float | None
    median_error_m: float | None
    p90_error_m: float | None
    p50_ms: float
    p95_ms: float
    calibration: tuple[Bin, ...]
    worst: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """Scores over all cases and by class."""

    overall: Score
    by_class: tuple[Score, ...]


class _Locates(Protocol):
    def locate(self, text: str, *, circle: Circle | None = None, limit: int = 5) -> LocateAnswer: ...


@dataclass(frozen=True, slots=True)
class _Outcome:
    case: Case
    answer: LocateAnswer | None
    errors_m: tuple[float, ...]
    covered: bool
    elapsed_ms: float


def evaluate(
    locator: _Locates,
    cases: Iterable[Case],
    *,
    limit: int = 5,
    progress: Callable[[int], None] | None = None,
) -> EvaluationReport:
    """Locate every case and compare with the truth.

    Parameters
    ----------
    locator
        Has ``locate``.
    cases
        At least one.
    limit
        Candidates asked for.
    progress
        Called with the number of cases done after each.

    Raises
    ------
    CaseFileError
        If there are no cases.
    """
    outcomes: list[_Outcome] = []
    for case in cases:
        outcomes.append(_try(locator, case, limit))
        if progress is not None:
            progress(len(outcomes))
    if not outcomes:
        raise CaseFileError("there are no cases to evaluate")
    groups = dict.fromkeys(outcome.case.group for outcome in outcomes)
    by_class = tuple(_score(group, [o for o in outcomes if o.case.group == group]) for group in groups)
    return EvaluationReport(_score("overall", outcomes), by_class)


def _try(locator: _Locates, case: Case, limit: int) -> _Outcome:
    began = time.perf_counter()
    try:
        answer: LocateAnswer | None = locator.locate(case.text, circle=case.circle, limit=limit)
    except InputError:
        answer = None
    elapsed = (time.perf_counter() - began) * 1000
    candidates = answer.candidates if answer is not None else ()
    errors = tuple(_distance_m(case.position, LonLat(c.lon, c.lat)) for c in candidates)
    right = [c for c, error in zip(candidates, errors, strict=True) if error <= case.tolerance_m] or list(
        candidates[:1]
    )
    return _Outcome(case, answer, errors, any(_holds(c.region90, case.position) for c in right), elapsed)


def _distance_m(one: LonLat, other: LonLat) -> float:
    """Return the great-circle distance in metres (haversine)."""
    lat1, lat2 = math.radians(one.lat), math.radians(other.lat)
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin(math.radians(other.lon - one.lon) / 2) ** 2
    return 2 * _EARTH_M * math.asin(min(1.0, math.sqrt(half)))


def _holds(region: dict[str, Any], position: LonLat) -> bool:
    import shapely
    from shapely.geometry import shape

    return bool(shape(region).intersects(shapely.Point(position.lon, position.lat)))


def _score(group: str, outcomes: Sequence[_Outcome]) -> Score:
    n = len(outcomes)
    answered = [o for o in outcomes if o.errors_m]
    hits1 = sum(o.errors_m[0] <= o.case.tolerance_m for o in answered)
    hits3 = sum(min(o.errors_m[:3]) <= o.case.tolerance_m for o in answered)
    wrong = [
        o
        for o in answered
        if o.answer is not None
        and o.answer.candidates[0].probability > _CONFIDENT
        and o.errors_m[0] > max(_FAR_M, o.case.tolerance_m)
    ]
    first_errors = [o.errors_m[0] for o in answered]
    latency = [o.elapsed_ms for o in outcomes]
    located = sum(o.answer is not None and o.answer.status == "located" for o in outcomes)
    return Score(
        group=group,
        n=n,
        top1=hits1 / n,
        top3=hits3 / n,
        miss=(len(answered) - hits3) / n,
        unknown=(n - len(answered)) / n,
        located=located / n,
        confident_and_wrong=len(wrong),
        region90_coverage=sum(o.covered for o in answered) / len(answered) if answered else None,
        median_error_m=float(np.median(first_errors)) if answered else None,
        p90_error_m=float(np.quantile(first_errors, 0.9)) if answered else None,
        p50_ms=float(np.median(latency)),
        p95_ms=float(np.quantile(latency, 0.95)),
        calibration=_calibration(answered),
        worst=tuple(o.case.text for o in wrong[:10]),
    )


def _calibration(outcomes: Sequence[_Outcome]) -> tuple[Bin, ...]:
    pairs = [
        (o.answer.candidates[0].probability, o.errors_m[0] <= o.case.tolerance_m)
        for o in outcomes
        if o.answer is not None
    ]
    bins = []
    for low, high in itertools.pairwise(_EDGES):
        inside = [(p, hit) for p, hit in pairs if low <= p < high or (high == 1.0 and p == 1.0)]
        mean = sum(p for p, _ in inside) / len(inside) if inside else None
        rate = sum(hit for _, hit in inside) / len(inside) if inside else None
        bins.append(Bin(low, high, len(inside), mean, rate))
    return tuple(bins)
