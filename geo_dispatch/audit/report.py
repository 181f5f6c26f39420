"""The audit of a town: like names, roads nobody can reach or name, and how well its callers are found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from geo_dispatch.audit.draw import DrawnCases, Skipped, draw_cases, every_so_many, with_circles
from geo_dispatch.audit.ground import Ground
from geo_dispatch.audit.mixed import draw_strangers
from geo_dispatch.errors import InputError
from geo_dispatch.locate import Case, EvaluationReport, Locator, SoundAlike, SoundAlikes
from geo_dispatch.locate.evaluate import Score, report_on
from geo_dispatch.locate.outcome import Outcome, try_case
from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.town.town import Town

__all__ = ["AuditReport", "Strangers", "audit", "audit_cases"]

_CONFIDENT = 0.8
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Strangers:
    """Sentences that name nothing in town: how many, the share answered "unknown", and those believed above 80%."""

    n: int
    unknown: float
    believed: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit found.

    Attributes
    ----------
    town, seed, each
        What was audited, and how the callers were drawn.
    sound_alikes
        Pairs of names that may be taken for one another, minutes apart.
    unreachable
        Parts of the town that no station can reach, as the build found them; None when the file does not say.
    unnamed_roads
        Public roads without name and number, as the build found them; None when the file does not say.
    callers
        How the callers were found, by kind; None when none was asked for or could be made.
    without_circle, with_circle
        The same callers without and with the circle of their telephone; None without callers.
    strangers
        Sentences that name nothing; None when none was asked for.
    skipped
        Kinds that the town has no data for.
    left_out
        What is on file and can't be named without doubt: how many, by reason.
    """

    town: str
    seed: int
    each: int
    sound_alikes: tuple[SoundAlike, ...]
    unreachable: tuple[Mapping[str, Any], ...] | None
    unnamed_roads: Mapping[str, Any] | None
    callers: EvaluationReport | None
    without_circle: Score | None
    with_circle: Score | None
    strangers: Strangers | None
    skipped: tuple[Skipped, ...]
    left_out: Mapping[str, int]


def audit_cases(
    town: Town, *, each: int, seed: int, kinds: Sequence[str] = (), progress: Progress = NO_PROGRESS
) -> tuple[Ground, DrawnCases]:
    """Draw the callers of an audit.

    Parameters
    ----------
    town
        The town.
    each
        Callers of each kind.
    seed
        The same seed gives the same callers; odd seeds draw from other names than even ones.
    kinds
        As for `geo_dispatch.audit.draw.choose_kinds`.
    progress
        Told of each kind.

    Raises
    ------
    InputError
        If there is no such kind, ``each`` is not positive, or the seed is negative.
    """
    if seed < 0:
        raise InputError(f"seed {seed} is negative: give 0 or more, even for an audit and odd for tuning")
    ground = Ground(town, seed)
    return ground, draw_cases(ground, each=each, kinds=kinds, progress=progress)


def audit(
    locator: Locator,
    *,
    each: int = 40,
    seed: int = 2,
    kinds: Sequence[str] = (),
    strangers: int = 200,
    progress: Progress = NO_PROGRESS,
) -> tuple[AuditReport, tuple[Case, ...]]:
    """Audit a town.

    Parameters
    ----------
    locator
        Over the town.
    each, seed, kinds
        As for `audit_cases`.
    strangers
        How many sentences that name nothing are asked; none when 0.
    progress
        Told of stages.

    Returns
    -------
    tuple
        The report, and the cases that were asked, those with circles last.

    Raises
    ------
    InputError
        As `audit_cases`.
    """
    town = locator.town
    progress.stage("comparing names")
    pairs = SoundAlikes(town).list_all()
    progress.stage("drawing callers")
    ground, drawn = audit_cases(town, each=each, seed=seed, kinds=kinds, progress=progress)
    circled = with_circles(ground, drawn.cases)
    if drawn.cases:
        locator.locate(drawn.cases[0].text)  # what the first question makes ready is not counted
    progress.stage("asking for them", total=len(drawn.cases) + len(circled))
    plain = _ask(locator, drawn.cases, progress)
    round_ = _ask(locator, circled, progress)
    paired = every_so_many(ground, plain)
    progress.stage("asking for what is not there", total=strangers)
    unknown = _strangers(locator, ground, strangers, progress)
    report = AuditReport(
        town=town.meta.name,
        seed=seed,
        each=each,
        sound_alikes=tuple(pairs),
        unreachable=_unreachable(town),
        unnamed_roads=town.meta.report.get("unnamed_roads"),
        callers=report_on(plain) if plain else None,
        without_circle=_named(paired, "without circle"),
        with_circle=_named(round_, "with circle"),
        strangers=unknown,
        skipped=drawn.skipped,
        left_out=drawn.left_out,
    )
    return report, (*drawn.cases, *circled)


def _ask(locator: Locator, cases: Sequence[Case], progress: Progress) -> list[Outcome]:
    outcomes = []
    for case in cases:
        outcomes.append(try_case(locator, case))
        progress.advance()
    return outcomes


def _named(outcomes: Sequence[Outcome], name: str) -> Score | None:
    return replace(report_on(outcomes).overall, group=name) if outcomes else None


def _strangers(locator: Locator, ground: Ground, count: int, progress: Progress) -> Strangers | None:
    if count < 1:
        return None
    texts = draw_strangers(ground, Random(f"{ground.seed}/strangers"), count)
    found: list[tuple[float, str]] = []
    for text in texts:
        answer = locator.locate(text)
        found += [(answer.candidates[0].probability, text)] if answer.candidates else []
        progress.advance()
    found.sort(key=lambda entry: (-entry[0], entry[1]))
    believed = sum(probability > _CONFIDENT for probability, _ in found)
    unknown = 1.0 - len(found) / len(texts)
    return Strangers(len(texts), unknown, believed, tuple(text for _, text in found[:_SHOWN]))


def _unreachable(town: Town) -> tuple[Mapping[str, Any], ...] | None:
    found = town.meta.report.get("connectivity", {}).get("unreachable")
    return None if found is None else tuple(found)
