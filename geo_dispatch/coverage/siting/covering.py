"""Covering models: fewest stations that reach all (LSCP), with most of it reached twice (LSCP-B), and most reached by a number (MCLP).

Thresholds are inclusive: demand at 240 s is within 240 s. (spopt's documentation of LSCP says "less than"; its code, as
ours, says "at most", and a test holds that.)

References
----------
.. [1] Toregas, Swain, ReVelle, Bergman (1971), The location of emergency service facilities, doi:10.1287/opre.19.6.1363
.. [2] Church, ReVelle (1974), The maximal covering location problem, doi:10.1007/BF01942293
.. [3] Hogan, ReVelle (1986), Concepts and applications of backup coverage, doi:10.1287/mnsc.32.11.1434
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from geo_dispatch.coverage.siting.problem import Plan, SitingProblem, check_count, check_threshold, merge_covers
from geo_dispatch.coverage.siting.solver import load_planning, solve
from geo_dispatch.coverage.tally import SLACK_S
from geo_dispatch.errors import InputError
from geo_dispatch.geometry import FloatArray, IntArray

__all__ = ["FrontierRow", "frontier", "solve_lscp", "solve_lscp_b", "solve_mclp"]

Mask = npt.NDArray[np.bool_]
_BLOCK = 2048


@dataclass(frozen=True, slots=True)
class FrontierRow:
    """The most that a number of stations can reach; `gained` is the weight beyond the row before."""

    stations: int
    reached: float
    share: float
    gained: float
    plan: Plan


def solve_lscp(problem: SitingProblem, *, threshold_s: float, time_limit_s: float | None = None) -> Plan:
    """Find the fewest stations that reach all demand within a threshold, those kept included.

    Parameters
    ----------
    problem
        Times, weights, and what is kept.
    threshold_s
        Seconds, inclusive.
    time_limit_s
        When to stop proving.

    Returns
    -------
    Plan
        Demand that no candidate reaches is left out, and listed.

    Raises
    ------
    InputError
        If the threshold is no time, or nothing can be reached.
    MissingExtraError
        If the extra ``planning`` is not installed.
    """
    covers, left_out = _covers(problem, threshold_s)
    open_ = ~covers[problem.kept].any(axis=0) & covers.any(axis=0)
    kept = np.flatnonzero(problem.kept)
    if not open_.any():
        return Plan("lscp", kept, float(len(kept)), float(len(kept)), True, left_out)
    planning = load_planning()
    hard = _hardest(covers[:, open_][:, merge_covers(covers[:, open_], problem.weight[open_]).row])
    rows = _useful(hard)
    model = planning.models.LSCP.from_cost_matrix(_costs(hard[rows]), 0.5)
    found = solve(planning, model, time_limit_s=time_limit_s)
    chosen = np.union1d(kept, rows[list(found.facilities)])
    bound = float(len(kept) + np.ceil(found.bound - 1e-6))
    return Plan("lscp", chosen, float(len(chosen)), bound, bool(bound >= len(chosen)), left_out)


def solve_lscp_b(problem: SitingProblem, *, threshold_s: float, time_limit_s: float | None = None) -> Plan:
    """Find, among the plans with fewest stations that reach all demand, one that reaches most weight twice.

    Parameters
    ----------
    problem, threshold_s, time_limit_s
        As of `solve_lscp`.

    Returns
    -------
    Plan
        Its objective is the weight within the threshold of two stations or more.

    Raises
    ------
    InputError, MissingExtraError
        As of `solve_lscp`.
    """
    first = solve_lscp(problem, threshold_s=threshold_s, time_limit_s=time_limit_s)
    covers, left_out = _covers(problem, threshold_s)
    reachable = np.flatnonzero(covers.any(axis=0))
    planning = load_planning()
    merged = merge_covers(covers[:, reachable], problem.weight[reachable])
    inside = covers[:, reachable][:, merged.row]
    rows = np.flatnonzero(inside.any(axis=1) | problem.kept)
    place = np.searchsorted(rows, first.chosen)
    model = planning.models.LSCPB.from_cost_matrix(
        _costs(inside[rows]), 0.5, planning.known(place), _marks(problem.kept[rows])
    )
    # spopt counts rows alike; ours stand for many. Rows with one candidate can't be reached twice, and weigh nothing.
    counted = np.where(inside.sum(axis=0) >= 2, merged.weight, 0.0)
    model.problem.setObjective(
        planning.pulp.lpSum(float(w) * x for w, x in zip(counted, model.cli_vars, strict=True) if w)
    )
    _start(model, inside[rows], place)
    found = solve(planning, model, time_limit_s=time_limit_s)
    chosen = np.union1d(rows[list(found.facilities)], np.flatnonzero(problem.kept))
    backed = float(problem.weight[covers[chosen].sum(axis=0) >= 2].sum())
    return Plan("lscp-b", chosen, backed, max(found.bound, backed), found.optimal and first.optimal, left_out)


def solve_mclp(problem: SitingProblem, *, threshold_s: float, stations: int, time_limit_s: float | None = None) -> Plan:
    """Find the stations, so many in all, that reach most weight within a threshold.

    Parameters
    ----------
    problem, threshold_s, time_limit_s
        As of `solve_lscp`.
    stations
        How many, those kept included.

    Returns
    -------
    Plan
        Demand that no candidate reaches within the threshold is listed; it counts as not reached.

    Raises
    ------
    InputError, MissingExtraError
        As of `solve_lscp`; and if the number can't be chosen.
    """
    check_count(problem, stations)
    covers, left_out = _covers(problem, threshold_s)
    kept = np.flatnonzero(problem.kept)
    by_kept = covers[kept].any(axis=0)
    base = float(problem.weight[by_kept].sum())
    open_ = ~by_kept & covers.any(axis=0) & (problem.weight > 0)
    free = stations - len(kept)
    if free == 0 or not open_.any():
        chosen = np.sort(np.concatenate([kept, np.flatnonzero(~problem.kept)[:free]]))
        return Plan("mclp", chosen, base, base, True, left_out, _spare(free))
    planning = load_planning()
    allowed = np.flatnonzero(~problem.kept)
    inside, weight, rows = _reduced(covers[np.ix_(allowed, open_)], problem.weight[open_])
    rows = allowed[rows]
    model = planning.models.MCLP.from_cost_matrix(_costs(inside), weight, 0.5, min(free, len(rows)))
    found = solve(planning, model, time_limit_s=time_limit_s)
    chosen = np.union1d(kept, rows[list(found.facilities)])
    if len(chosen) < stations:
        spare = np.setdiff1d(np.arange(len(problem.kept)), chosen)[: stations - len(chosen)]
        chosen = np.union1d(chosen, spare)
    reached = float(problem.weight[covers[chosen].any(axis=0)].sum())
    return Plan("mclp", chosen, reached, max(reached, base + found.bound), found.optimal, left_out)


def frontier(
    problem: SitingProblem, *, threshold_s: float, most: int | None = None, time_limit_s: float | None = None
) -> Iterator[FrontierRow]:
    """Yield the most that each number of stations can reach, from those kept (or one) on.

    It ends where all is reached that any candidate can reach, or at `most`. A further station never lowers it.

    Parameters
    ----------
    problem, threshold_s, time_limit_s
        As of `solve_lscp`; the limit is for each number.
    most
        Most stations; as many as it takes when None.

    Yields
    ------
    FrontierRow
        One for each number of stations.

    Raises
    ------
    InputError, MissingExtraError
        As of `solve_mclp`.
    """
    covers, _ = _covers(problem, threshold_s)
    total = float(problem.weight.sum())
    possible = float(problem.weight[covers.any(axis=0)].sum())
    first = max(1, int(problem.kept.sum()))
    last: Plan | None = None
    for stations in range(first, min(most or len(problem.kept), len(problem.kept)) + 1):
        plan = solve_mclp(problem, threshold_s=threshold_s, stations=stations, time_limit_s=time_limit_s)
        if last is not None and plan.objective < last.objective:  # only when a time limit cut the search short
            plan = _one_more(problem, covers, last, plan.bound)
        gained = plan.objective - (last.objective if last else 0.0)
        yield FrontierRow(stations, plan.objective, plan.objective / total if total else 0.0, gained, plan)
        last = plan
        if plan.objective >= possible - 1e-9:
            return


def _one_more(problem: SitingProblem, covers: Mask, plan: Plan, bound: float) -> Plan:
    """Return a plan with the one station more that reaches most weight that it does not."""
    reached = covers[plan.chosen].any(axis=0)
    gain = np.where(covers & ~reached, problem.weight, 0.0).sum(axis=1)
    gain[plan.chosen] = -1.0
    chosen = np.sort(np.append(plan.chosen, int(gain.argmax())))
    weight = float(problem.weight[covers[chosen].any(axis=0)].sum())
    return replace(plan, chosen=chosen, objective=weight, bound=max(bound, weight), optimal=bound <= weight)


def _covers(problem: SitingProblem, threshold_s: float) -> tuple[Mask, IntArray]:
    """Return which candidate reaches what, and the rows of demand that none does."""
    check_threshold(threshold_s)
    covers = problem.time_s <= threshold_s + SLACK_S
    left_out = np.flatnonzero(~covers.any(axis=0))
    if len(left_out) == covers.shape[1]:
        raise InputError(
            f"no candidate reaches any demand within {threshold_s:g} s: give a longer threshold or nearer candidates"
        )
    return covers, left_out


def _costs(covers: Mask) -> FloatArray:
    """Return costs as spopt takes them, ``(n_demand, n_candidates)``: 0 reached, 1 not, to be cut at 0.5."""
    return np.where(covers, 0.0, 1.0).T


def _start(model: Any, covers: Mask, chosen: IntArray) -> None:
    """Give a model the plan that the search starts from: which facilities, and which demand they reach twice."""
    for row, variable in enumerate(model.fac_vars):
        variable.varValue = float(row in chosen)
    for variable, times in zip(model.cli_vars, covers[chosen].sum(axis=0), strict=True):
        variable.varValue = float(times >= 2)


def _marks(kept: Mask) -> npt.NDArray[np.int64] | None:
    return kept.astype(np.int64) if kept.any() else None


def _spare(free: int) -> tuple[str, ...]:
    if free == 0:
        return ()
    return (f"the stations kept reach all that can be reached: {free} more add nothing, and stand where they may",)


def _reduced(covers: Mask, weight: FloatArray) -> tuple[Mask, FloatArray, IntArray]:
    """Leave out candidates that reach nothing beyond another, and merge demand that the rest reaches alike, until neither helps.

    Returns what is left of the covers, the weights, and the rows of the candidates.
    """
    rows = np.arange(len(covers), dtype=np.int64)
    while True:
        before = covers.shape
        merged = merge_covers(covers, weight)
        covers, weight = covers[:, merged.row], merged.weight
        useful = _useful(covers)
        covers, rows = covers[useful], rows[useful]
        if covers.shape == before:
            return covers, weight, rows


def _hardest(covers: Mask) -> Mask:
    """Leave out demand that is reached whenever other demand is; the rest must be reached all the same."""
    count = covers.sum(axis=0)
    order = np.argsort(count, kind="stable")
    sorted_ = covers[:, order].astype(np.float32)
    needed = np.ones(len(order), dtype=bool)
    for start in range(0, len(order), _BLOCK):
        stop = min(start + _BLOCK, len(order))
        shared = sorted_[:, :stop].T @ sorted_[:, start:stop]
        inside = shared >= count[order[:stop], None]  # row's candidates all reach the column too
        earlier = np.arange(stop)[:, None] < np.arange(start, stop)[None, :]
        needed[start:stop] = ~(inside & earlier).any(axis=0)
    return covers[:, order[needed]]


def _useful(covers: Mask) -> IntArray:
    """Return the candidates that reach something no one candidate reaches all of and more; of equals the first."""
    count = covers.sum(axis=1)
    order = np.lexsort((np.arange(len(count)), -count))
    order = order[count[order] > 0]
    sorted_ = covers[order].astype(np.float32)
    useful = np.ones(len(order), dtype=bool)
    for start in range(0, len(order), _BLOCK):
        stop = min(start + _BLOCK, len(order))
        shared = sorted_[:stop] @ sorted_[start:stop].T
        inside = shared >= count[order[start:stop]][None, :]
        earlier = np.arange(stop)[:, None] < np.arange(start, stop)[None, :]
        useful[start:stop] = ~(inside & earlier).any(axis=0)
    return np.sort(order[useful])
