"""How well `locate` does on cases whose truth is known."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from geo_dispatch.errors import CaseFileError
from geo_dispatch.locate.cases import Case
from geo_dispatch.locate.outcome import Locates, Outcome, try_case

__all__ = ["Bin", "EvaluationReport", "Score", "WorstCase", "evaluate", "report_on"]

_CONFIDENT = 0.8
_FAR_M = 400.0
_EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 1.0)
_WORST = 20


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
    region50_coverage, region90_coverage
        Share of cases with candidates whose truth lies in the 50%, or 90%, region of one that is within the tolerance, or
        of the first; None without candidates. Regions hold the truth if their candidate is meant, hence this measure.
    median_region90_km2
        Median area of the first candidate's 90% region; None without candidates.
    joint90_coverage
        Of the cases with candidates, the share whose truth lies in the 90% regions of the fewest candidates, the first ones,
        whose probabilities add up to 0.9, or of all when they don't: right candidate and right region at once.
    joint90_promised
        What the answers promise of the same: the mean of 0.9 times the sum of those probabilities. An honest locator has a
        coverage near this.
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
    region50_coverage: float | None
    region90_coverage: float | None
    median_region90_km2: float | None
    joint90_coverage: float | None
    joint90_promised: float | None
    median_error_m: float | None
    p90_error_m: float | None
    p50_ms: float
    p95_ms: float
    calibration: tuple[Bin, ...]
    worst: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorstCase:
    """A case that was answered wrong: the text, the true place, the first candidate, and metres between the two."""

    group: str
    text: str
    lon: float
    lat: float
    answer: str
    answer_lon: float
    answer_lat: float
    probability: float
    error_m: float


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """Scores over all cases and by class, and the answers that would do most harm: the surest of those far off."""

    overall: Score
    by_class: tuple[Score, ...]
    worst: tuple[WorstCase, ...] = ()


def evaluate(
    locator: Locates,
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
    outcomes: list[Outcome] = []
    for case in cases:
        outcomes.append(try_case(locator, case, limit=limit))
        if progress is not None:
            progress(len(outcomes))
    return report_on(outcomes)


def report_on(outcomes: Sequence[Outcome]) -> EvaluationReport:
    """Score outcomes, all of them and by the class of their cases.

    Parameters
    ----------
    outcomes
        At least one.

    Raises
    ------
    CaseFileError
        If there are none.
    """
    if not outcomes:
        raise CaseFileError("there are no cases to evaluate")
    groups = dict.fromkeys(outcome.case.group for outcome in outcomes)
    by_class = tuple(_score(group, [o for o in outcomes if o.case.group == group]) for group in groups)
    return EvaluationReport(_score("overall", outcomes), by_class, _worst(outcomes))


def _wrong(outcome: Outcome) -> bool:
    """Tell whether the first candidate is surely not the place."""
    return bool(outcome.errors_m) and outcome.errors_m[0] > max(_FAR_M, outcome.case.tolerance_m)


def _worst(outcomes: Sequence[Outcome]) -> tuple[WorstCase, ...]:
    found = []
    for outcome in outcomes:
        if outcome.answer is None or not _wrong(outcome):
            continue
        first, case = outcome.answer.candidates[0], outcome.case
        found.append(
            WorstCase(
                group=case.group,
                text=case.text,
                lon=case.position.lon,
                lat=case.position.lat,
                answer=first.label,
                answer_lon=first.lon,
                answer_lat=first.lat,
                probability=first.probability,
                error_m=round(outcome.errors_m[0], 1),
            )
        )
    found.sort(key=lambda case: (-round(case.probability, 2), -case.error_m, case.text))
    return tuple(found[:_WORST])


def _share(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None


def _score(group: str, outcomes: Sequence[Outcome]) -> Score:
    n = len(outcomes)
    answered = [o for o in outcomes if o.errors_m]
    hits1 = sum(o.errors_m[0] <= o.case.tolerance_m for o in answered)
    hits3 = sum(min(o.errors_m[:3]) <= o.case.tolerance_m for o in answered)
    wrong = [o for o in answered if o.answer and o.answer.candidates[0].probability > _CONFIDENT and _wrong(o)]
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
        region50_coverage=_share([o.covered50 for o in answered]),
        region90_coverage=_share([o.covered90 for o in answered]),
        median_region90_km2=float(np.median([o.region90_km2 for o in answered])) if answered else None,
        joint90_coverage=_share([o.joint_covered for o in answered]),
        joint90_promised=float(np.mean([o.joint_promised for o in answered])) if answered else None,
        median_error_m=float(np.median(first_errors)) if answered else None,
        p90_error_m=float(np.quantile(first_errors, 0.9)) if answered else None,
        p50_ms=float(np.median(latency)),
        p95_ms=float(np.quantile(latency, 0.95)),
        calibration=_calibration(answered),
        worst=tuple(o.case.text for o in wrong[:10]),
    )


def _calibration(outcomes: Sequence[Outcome]) -> tuple[Bin, ...]:
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
