"""A siting question over a town: its candidates and times, the model asked, and the answer as a document."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from geo_dispatch.coverage.reach import reach_of
from geo_dispatch.coverage.responders import Responder, turnout_of
from geo_dispatch.coverage.scenario import Scenario
from geo_dispatch.coverage.siting.candidates import Candidates, Site, candidates, candidates_of_points
from geo_dispatch.coverage.siting.center import solve_p_center
from geo_dispatch.coverage.siting.covering import FrontierRow, frontier, solve_lscp, solve_lscp_b, solve_mclp
from geo_dispatch.coverage.siting.median import solve_p_median
from geo_dispatch.coverage.siting.problem import Plan, SitingProblem
from geo_dispatch.coverage.study import Study
from geo_dispatch.errors import CoordinateError, InputError, NotFoundError
from geo_dispatch.geometry import FloatArray
from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.routing import NamedPoint

__all__ = ["MODELS", "SitingAnswer", "SitingQuestion", "site_stations"]

MODELS = ("lscp", "lscp-b", "mclp", "p-median", "p-center")
_COUNTED = ("mclp", "p-median", "p-center")
_MOST_CELLS = 150_000_000
_BLOCK = 32


@dataclass(frozen=True, slots=True)
class SitingQuestion:
    """Where stations should stand.

    Attributes
    ----------
    model
        One of `MODELS`.
    candidates
        ``"stations"`` (those there are), ``"junctions"``, ``"addresses"``, ``"places"``, or positions of the user's.
    most
        How many candidates are left by thinning.
    stations
        How many in all, for the models that take a number.
    add
        How many beside all there are: keeps those.
    keep
        Whether the stations there are stay. They may else be chosen like any other candidate.
    threshold_s
        Response time, inclusive, for the covering models.
    turnout_s
        Of a new station; that of the kind when None.
    weight
        ``"addresses"``, or ``"people"`` as the study has them.
    frontier
        Whether to tell also what each number of stations up to the plan's reaches at most.
    time_limit_s
        When to stop proving, for each model that is solved.
    """

    model: str = "mclp"
    candidates: str | tuple[NamedPoint, ...] = "junctions"
    most: int = 500
    stations: int | None = None
    add: int | None = None
    keep: bool = False
    threshold_s: float = 480.0
    turnout_s: float | None = None
    weight: Literal["addresses", "people"] = "addresses"
    frontier: bool = False
    time_limit_s: float | None = 60.0


@dataclass(frozen=True, slots=True)
class SitingAnswer:
    """What a siting question came to.

    Attributes
    ----------
    question, scenario
        As asked.
    sites
        Candidates, those of the stations there are first.
    candidates
        What the others are, and how thinned; None when only stations were candidates.
    turnout_s
        Of each site.
    problem
        Response times, weights, and what is kept.
    plan
        The sites chosen.
    rows
        The frontier, when asked for.
    warnings
        What is doubtful.
    elapsed_s
        Seconds that it took.
    """

    question: SitingQuestion
    scenario: Scenario
    sites: tuple[Site, ...]
    candidates: Candidates | None
    turnout_s: FloatArray
    problem: SitingProblem
    plan: Plan
    rows: tuple[FrontierRow, ...]
    warnings: tuple[str, ...]
    elapsed_s: float
    study: Study

    def chosen(self) -> list[Site]:
        """Return the sites of the plan."""
        return [self.sites[int(row)] for row in self.plan.chosen]

    def document(self) -> dict[str, Any]:
        """Return the siting document."""
        from geo_dispatch.coverage.siting.answer import siting_document

        return siting_document(self)


def site_stations(
    study: Study, scenario: Scenario, question: SitingQuestion, *, progress: Progress = NO_PROGRESS
) -> SitingAnswer:
    """Find where stations should stand.

    Parameters
    ----------
    study
        Of the town.
    scenario
        Tells kind and vehicle of stations, those there are, the time and what is closed.
    question
        What is asked.
    progress
        Told of the stages.

    Returns
    -------
    SitingAnswer
        The plan, and what it is made of.

    Raises
    ------
    InputError
        If the question can't be used.
    NotFoundError
        If stations are needed that the town has not.
    CoordinateError
        If a candidate is far from every road.
    MissingExtraError
        If the extra ``planning`` is not installed.
    """
    began = time.monotonic()
    _check(question)
    progress.stage("candidates")
    now = _stations_now(study, scenario, question)
    chosen = _candidates(study, question)
    sites, responders, told = _sites(study, scenario, question, now, chosen)
    kept = np.asarray([row < len(now) and (question.keep or question.add is not None) for row in range(len(sites))])
    times = _response_times(study, scenario, responders, progress)
    weight = np.ones(len(study.demand)) if question.weight == "addresses" else study.population.weight
    problem = SitingProblem(times, np.asarray(weight, dtype=np.float64), kept)
    count = int(kept.sum()) + question.add if question.add is not None else question.stations
    progress.stage(f"{question.model} over {len(sites)} candidates and {times.shape[1]} addresses")
    plan = _solve(problem, question, count)
    rows = _frontier(problem, question, len(plan.chosen), progress) if question.frontier else ()
    turnout = np.asarray([row.turnout_s for row in responders])
    notes = (*told, *plan.notes, *study.population.warnings)
    elapsed = time.monotonic() - began
    return SitingAnswer(
        question, scenario, sites, chosen, turnout, problem, plan, rows, notes, round(elapsed, 2), study
    )


def _check(question: SitingQuestion) -> None:
    if question.model not in MODELS:
        raise InputError(f"there is no siting model {question.model!r}: give one of {', '.join(MODELS)}")
    if question.stations is not None and question.add is not None:
        raise InputError("stations in all and stations to add are both given: give one of them")
    if question.model in _COUNTED and question.stations is None and question.add is None:
        raise InputError(f"{question.model} needs a number: tell how many stations in all, or how many to add")
    if question.model not in _COUNTED and (question.stations is not None or question.add is not None):
        raise InputError(f"{question.model} finds the number itself: leave it out, or choose mclp")
    if question.time_limit_s is not None and not question.time_limit_s >= 1:
        raise InputError(f"a time limit of {question.time_limit_s:g} s: give 1 or more")
    if question.add is not None and question.add < 1:
        raise InputError(f"{question.add} stations are to be added: give 1 or more")


def _stations_now(study: Study, scenario: Scenario, question: SitingQuestion) -> tuple[Responder, ...]:
    """Return the stations there are; none where the town has none and none are needed."""
    try:
        return study.responders(replace(scenario, by="stations"))[0]
    except NotFoundError:
        if question.keep or question.add is not None or question.candidates == "stations":
            raise
        return ()


def _candidates(study: Study, question: SitingQuestion) -> Candidates | None:
    if question.candidates == "stations":
        return None
    if isinstance(question.candidates, str):
        return candidates(study.town, question.candidates, most=question.most)
    return candidates_of_points(study.town, question.candidates, most=question.most)


def _sites(
    study: Study,
    scenario: Scenario,
    question: SitingQuestion,
    now: Sequence[Responder],
    chosen: Candidates | None,
) -> tuple[tuple[Site, ...], tuple[Responder, ...], list[str]]:
    """Return sites and who would respond from each; stations there are come first."""
    turnout = turnout_of(scenario.kind) if question.turnout_s is None else question.turnout_s
    sites = [Site(row.station_id, row.name, row.position, row.station_id) for row in now]
    responders = list(now)
    vehicle = study.router.vehicle(scenario.profile, at=scenario.at)
    far: list[str] = []
    for site in () if chosen is None else chosen.sites:
        try:
            study.router.snapper.snap(site.position, usable=vehicle.usable)
        except CoordinateError as error:
            if chosen is not None and chosen.kind == "file":
                raise CoordinateError(f"candidate {site.id!r}: {error}") from None
            far.append(site.label)
            continue
        sites.append(site)
        responders.append(Responder(None, site.id, site.label, scenario.kind, site.position, scenario.profile, turnout))
    told = [f"{len(far)} candidates are far from every road that {scenario.profile} can use: left out"] if far else []
    if not sites:
        raise InputError("there is no candidate: choose other candidates")
    return tuple(sites), tuple(responders), told


def _response_times(
    study: Study, scenario: Scenario, responders: Sequence[Responder], progress: Progress
) -> FloatArray:
    """Return turnout and travel from each site to each address, shape ``(n_sites, n_addresses)``."""
    cells = len(responders) * len(study.demand)
    if cells > _MOST_CELLS:
        raise InputError(
            f"{len(responders)} candidates x {len(study.demand)} addresses are too many times to hold: "
            f"give at most {_MOST_CELLS // max(1, len(study.demand))} candidates"
        )
    found = np.full((len(responders), len(study.demand)), np.inf)
    progress.stage("travel times", total=len(responders))
    for group in study.groups(responders, scenario):
        for start in range(0, len(group.rows), _BLOCK):
            block = slice(start, start + _BLOCK)
            sources = group.sources.rows(block)
            found[list(group.rows[block])] = reach_of(group.search, sources, group.points, progress=progress).point_s
    found += np.asarray([row.turnout_s for row in responders])[:, None]
    return found


def _solve(problem: SitingProblem, question: SitingQuestion, count: int | None) -> Plan:
    limit, threshold = question.time_limit_s, question.threshold_s
    if question.model == "lscp":
        return solve_lscp(problem, threshold_s=threshold, time_limit_s=limit)
    if question.model == "lscp-b":
        return solve_lscp_b(problem, threshold_s=threshold, time_limit_s=limit)
    stations = count or 0
    if question.model == "mclp":
        return solve_mclp(problem, threshold_s=threshold, stations=stations, time_limit_s=limit)
    if question.model == "p-median":
        return solve_p_median(problem, stations=stations, time_limit_s=limit)
    return solve_p_center(problem, stations=stations, time_limit_s=limit)


def _frontier(
    problem: SitingProblem, question: SitingQuestion, most: int, progress: Progress
) -> tuple[FrontierRow, ...]:
    progress.stage("frontier", total=most)
    rows = []
    for row in frontier(problem, threshold_s=question.threshold_s, most=most, time_limit_s=question.time_limit_s):
        progress.advance()
        rows.append(row)
    return tuple(rows)
