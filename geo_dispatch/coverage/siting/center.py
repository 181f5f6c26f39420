"""The p-center model: the stations from which the longest time to any demand is least.

It is the shortest threshold at which a set cover needs no more stations than there are (Minieka 1970), found by halving over the
times there are. spopt's own p-center model has the same answer and a far weaker relaxation; the tests compare the two.

References
----------
.. [1] Minieka (1970), The m-center problem, doi:10.1137/1012016
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geo_dispatch.coverage.siting.covering import solve_lscp
from geo_dispatch.coverage.siting.problem import Plan, SitingProblem, check_count
from geo_dispatch.errors import InputError
from geo_dispatch.geometry import FloatArray, IntArray

__all__ = ["solve_p_center"]


def solve_p_center(problem: SitingProblem, *, stations: int, time_limit_s: float | None = None) -> Plan:
    """Find the stations, so many in all, from which the longest time to any demand is least.

    Weights don't count, but demand of weight 0 does not either. Stations that the longest time does not need lessen the mean.

    Parameters
    ----------
    problem
        Times, weights, and what is kept.
    stations
        How many, those kept included.
    time_limit_s
        When to stop proving each threshold.

    Returns
    -------
    Plan
        Its objective is in seconds. Demand that no candidate has a way to is left out, and listed.

    Raises
    ------
    InputError
        If the number can't be chosen, or so few stations can't have a way to all demand.
    MissingExtraError
        If the extra ``planning`` is not installed.
    """
    check_count(problem, stations)
    left_out = np.flatnonzero(~problem.within_reach)
    rows = np.flatnonzero(problem.within_reach & (problem.weight > 0))
    if not len(rows):
        raise InputError("no candidate has a way to any demand: give candidates on the same roads")
    part = SitingProblem(problem.time_s[:, rows], problem.weight[rows], problem.kept)
    steps = np.unique(part.time_s[np.isfinite(part.time_s)])
    low = int(np.searchsorted(steps, part.time_s.min(axis=0).max()))
    high = len(steps) - 1
    best = _cover(part, float(steps[high]), time_limit_s)
    if len(best.chosen) > stations:
        raise InputError(
            f"{stations} stations can't have a way to all demand, {len(best.chosen)} can: "
            "give more stations, or candidates on both sides of what parts them"
        )
    high = _most(part, best.chosen, steps)
    proved = True
    unproved_low = low
    while low < high:
        middle = (low + high) // 2
        plan = _cover(part, float(steps[middle]), time_limit_s)
        if len(plan.chosen) <= stations:
            best, high = plan, _most(part, plan.chosen, steps)
        else:
            proved = proved and plan.bound > stations
            unproved_low = middle + 1 if proved else unproved_low
            low = middle + 1
    chosen = _filled(part, best.chosen, stations)
    most = float(part.nearest(chosen)[0].max())
    bound = most if proved else float(steps[unproved_low])
    return Plan("p-center", chosen, most, bound, proved, left_out)


def _cover(problem: SitingProblem, threshold_s: float, time_limit_s: float | None) -> Plan:
    """Return the fewest stations at a threshold, which here may be 0 or beyond a day."""
    within = replace(problem, time_s=np.where(problem.time_s <= threshold_s, 1.0, np.inf))
    return solve_lscp(within, threshold_s=1.0, time_limit_s=time_limit_s)


def _most(problem: SitingProblem, chosen: IntArray, steps: FloatArray) -> int:
    """Return where among the steps the longest time from some stations is."""
    return int(np.searchsorted(steps, problem.nearest(chosen)[0].max()))


def _filled(problem: SitingProblem, chosen: IntArray, stations: int) -> IntArray:
    """Add stations until there are so many, each where it lessens the mean most."""
    now = problem.nearest(chosen)[0]
    while len(chosen) < stations:
        with np.errstate(invalid="ignore"):
            total = np.minimum(problem.time_s, now) @ problem.weight
        total[chosen] = np.inf
        new = int(np.argmin(total))
        chosen = np.sort(np.append(chosen, new))
        now = np.minimum(now, problem.time_s[new])
    return chosen
