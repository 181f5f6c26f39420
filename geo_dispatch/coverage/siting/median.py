"""The p-median model: the stations from which the mean time to demand is least.

Small questions go to spopt's model, proved by HiGHS. Where that has too many variables, a Lagrangian relaxation gives a bound
that no plan can beat, and interchange of sites a plan near it; the gap between them is told.

References
----------
.. [1] Hakimi (1964), Optimum locations of switching centers, doi:10.1287/opre.12.3.450
.. [2] Teitz, Bart (1968), Heuristic methods for estimating the generalized vertex median, doi:10.1287/opre.16.5.955
.. [3] Fisher (1981), The Lagrangian relaxation method for solving integer programming problems, doi:10.1287/mnsc.27.1.1
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_dispatch.coverage.siting.problem import Plan, SitingProblem, check_count, merge_times
from geo_dispatch.coverage.siting.solver import load_planning, solve
from geo_dispatch.geometry import FloatArray, IntArray

__all__ = ["NO_WAY_S", "solve_p_median"]

NO_WAY_S = 86_400.0
"""What a way that does not exist counts in a mean: a day, so that plans which leave nobody without a way come first."""

MOST_VARIABLES = 30_000
"""Up to here spopt's model is used: demand groups times candidates."""

_ROUNDS = 2000
_LEAST_STEP = 1e-4
_PATIENCE = 25
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class _Costs:
    """Weighted seconds, shape ``(n_candidates, n_groups)``, and which candidates are kept."""

    cost: FloatArray
    kept: npt.NDArray[np.bool_]
    stations: int

    def total(self, chosen: IntArray) -> float:
        return float(self.cost[chosen].min(axis=0).sum())


def solve_p_median(problem: SitingProblem, *, stations: int, time_limit_s: float | None = None) -> Plan:
    """Find the stations, so many in all, from which the mean time to demand is least.

    Parameters
    ----------
    problem
        Times, weights, and what is kept.
    stations
        How many, those kept included.
    time_limit_s
        When to stop proving.

    Returns
    -------
    Plan
        Its objective is the weighted mean of seconds over demand that some candidate has a way to; a pair without a way counts
        `NO_WAY_S`. Demand without any way is left out, and listed.

    Raises
    ------
    InputError
        If the number can't be chosen.
    MissingExtraError
        If the extra ``planning`` is needed and not installed.
    """
    check_count(problem, stations)
    left_out = np.flatnonzero(~problem.within_reach)
    rows = np.flatnonzero(problem.within_reach & (problem.weight > 0))
    if not len(rows):
        spare = np.flatnonzero(~problem.kept)[: stations - int(problem.kept.sum())]
        chosen = np.union1d(np.flatnonzero(problem.kept), spare)
        return Plan("p-median", chosen, 0.0, 0.0, True, left_out, ("no demand has both a way and a weight",))
    times, weight = problem.time_s[:, rows], problem.weight[rows]
    merged = merge_times(times, weight)
    times = np.minimum(times, NO_WAY_S)
    seconds = times[:, merged.row]
    if seconds.size <= MOST_VARIABLES:
        chosen, gap, optimal = _by_model(problem, seconds, merged.weight, stations, time_limit_s)
        notes: tuple[str, ...] = ()
    else:
        costs = _Costs(seconds * merged.weight, problem.kept, stations)
        chosen, gap = _by_relaxation(costs, time_limit_s)
        optimal = gap <= _SAME * costs.total(chosen)
        notes = () if optimal else (_note(seconds.shape),)
    total = float((times[chosen].min(axis=0) * weight).sum())
    mean, bound = total / weight.sum(), (total - (0.0 if optimal else gap)) / weight.sum()
    return Plan("p-median", np.sort(chosen), float(mean), float(bound), optimal, left_out, notes)


def _note(shape: tuple[int, ...]) -> str:
    return (
        f"{shape[1]} groups of demand x {shape[0]} candidates are too many for the exact model: the plan is the best that "
        "interchange found, and the bound is by Lagrangian relaxation"
    )


def _by_model(
    problem: SitingProblem, seconds: FloatArray, weight: FloatArray, stations: int, time_limit_s: float | None
) -> tuple[IntArray, float, bool]:
    """Return the sites of spopt's model, what they may be above the best in weighted seconds, and whether that is proved 0."""
    planning = load_planning()
    kept = problem.kept.astype(np.int64) if problem.kept.any() else None
    scale = weight / weight.sum()
    model = planning.models.PMedian.from_cost_matrix(
        np.ascontiguousarray(seconds.T), scale, stations, predefined_facilities_arr=kept
    )
    found = solve(planning, model, time_limit_s=time_limit_s)
    gap = max(0.0, found.objective - found.bound) * float(weight.sum())
    return np.asarray(found.facilities, dtype=np.int64), gap, found.optimal


def _by_relaxation(costs: _Costs, time_limit_s: float | None) -> tuple[IntArray, float]:
    """Return sites and the gap between their weighted seconds and the bound of the relaxation."""
    until = time.monotonic() + (time_limit_s or np.inf)
    best = _interchange(costs, _first(costs))
    least = costs.total(best)
    two = np.partition(costs.cost, 1, axis=0) if len(costs.cost) > 1 else np.vstack([costs.cost, costs.cost])
    price = two[1].copy()  # of each group: what it would pay to be served
    bound, step, stale = -np.inf, 1.0, 0
    for _ in range(_ROUNDS):
        value, served = _relaxed(costs, price)
        total = costs.total(served)
        if total < least - _SAME * least:
            best = _interchange(costs, served)
            least = costs.total(best)
        stale = 0 if value > bound + _SAME * abs(value) else stale + 1
        bound = max(bound, value)
        if stale >= _PATIENCE:
            step, stale = step / 2, 0
        slope = 1.0 - (costs.cost[served] < price).sum(axis=0)
        length = float((slope**2).sum())
        if least - bound <= _SAME * least or length == 0 or step < _LEAST_STEP or time.monotonic() > until:
            break
        price = price + slope * (step * (least - value) / length)
    return best, max(0.0, least - min(bound, least))


def _relaxed(costs: _Costs, price: FloatArray) -> tuple[float, IntArray]:
    """Return the relaxation's value at given prices, and its sites."""
    worth = np.minimum(costs.cost - price, 0.0).sum(axis=1)
    order = np.argsort(np.where(costs.kept, -np.inf, worth), kind="stable")[: costs.stations]
    return float(price.sum() + worth[order].sum()), np.sort(order)


def _first(costs: _Costs) -> IntArray:
    """Return sites chosen one after the other, each the best beside those before."""
    chosen: list[np.int64] = list(np.flatnonzero(costs.kept).astype(np.int64))
    now = costs.cost[chosen].min(axis=0) if chosen else np.full(costs.cost.shape[1], np.inf)
    while len(chosen) < costs.stations:
        total = np.minimum(costs.cost, now).sum(axis=1)
        total[chosen] = np.inf
        best = int(total.argmin())
        chosen.append(np.int64(best))
        now = np.minimum(now, costs.cost[best])
    return np.sort(np.asarray(chosen, dtype=np.int64))


def _interchange(costs: _Costs, chosen: IntArray) -> IntArray:
    """Exchange one site for another as long as that lessens the total, the best exchange first."""
    chosen = np.array(chosen)
    while True:
        old, new, gain = _best_exchange(costs, chosen)
        if gain <= _SAME * max(1.0, costs.total(chosen)):
            return np.sort(chosen)
        chosen[old] = new


def _best_exchange(costs: _Costs, chosen: IntArray) -> tuple[int, int, float]:
    """Return the exchange that gains most: place in `chosen`, new candidate, weighted seconds gained."""
    ours = costs.cost[chosen]
    order = np.argsort(ours, axis=0, kind="stable")
    rows = np.arange(ours.shape[1])
    nearest, first = order[0], ours[order[0], rows]
    second = ours[order[1], rows] if len(chosen) > 1 else np.full(len(rows), NO_WAY_S * 1e6)
    served = np.zeros((len(rows), len(chosen)))
    served[rows, nearest] = 1.0
    gained = np.maximum(first - costs.cost, 0.0).sum(axis=1)
    lost = (second - first) @ served
    saved = np.maximum(second - np.maximum(costs.cost, first), 0.0) @ served
    profit = gained[:, None] - lost[None, :] + saved
    profit[chosen] = -np.inf
    profit[:, costs.kept[chosen]] = -np.inf
    new, old = np.unravel_index(int(profit.argmax()), profit.shape)
    return int(old), int(new), float(profit[new, old])
