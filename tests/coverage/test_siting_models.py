"""Siting models against enumeration of every plan on small instances."""

from __future__ import annotations

import itertools
import sys

import numpy as np
import pytest

from geo_dispatch.coverage.siting import (
    NO_WAY_S,
    SitingProblem,
    frontier,
    median,
    solve_lscp,
    solve_lscp_b,
    solve_mclp,
    solve_p_center,
    solve_p_median,
)
from geo_dispatch.errors import InputError, MissingExtraError

INSTANCES = 50


def instance(seed: int) -> tuple[SitingProblem, float]:
    """Draw candidates and demand on a plane: some pairs without a way, weights with ties and zeros, stations kept or none."""
    rng = np.random.default_rng(seed)
    candidates, demand = int(rng.integers(2, 9)), int(rng.integers(1, 25))
    sites, homes = rng.uniform(0, 1000, (candidates, 2)), rng.uniform(0, 1000, (demand, 2))
    time_s = np.hypot(*(sites[:, None] - homes[None]).transpose(2, 0, 1)).round(0)
    time_s[rng.random(time_s.shape) < 0.15] = np.inf
    kept = np.zeros(candidates, dtype=bool)
    kept[rng.choice(candidates, int(rng.integers(0, 2)), replace=False)] = True
    weight = rng.integers(0, 5, demand).astype(float)
    return SitingProblem(time_s, weight, kept), float(
        rng.choice(time_s[np.isfinite(time_s)].tolist() or [300.0]) or 1.0
    )


def every_plan(problem: SitingProblem, stations: int) -> list[list[int]]:
    """List every choice of so many candidates that holds those kept."""
    kept = set(np.flatnonzero(problem.kept).tolist())
    return [list(plan) for plan in itertools.combinations(range(len(problem.kept)), stations) if kept <= set(plan)]


def numbers(problem: SitingProblem) -> range:
    return range(max(1, int(problem.kept.sum())), len(problem.kept) + 1)


def reachable(problem: SitingProblem, threshold_s: float) -> np.ndarray:
    return (problem.time_s <= threshold_s).any(axis=0)


def fewest(problem: SitingProblem, threshold_s: float) -> tuple[int, list[list[int]]]:
    must = reachable(problem, threshold_s)
    for stations in range(int(problem.kept.sum()), len(problem.kept) + 1):
        good = [
            plan
            for plan in every_plan(problem, stations)
            if must.sum() == (problem.time_s[plan][:, must] <= threshold_s).any(axis=0).sum()
        ]
        if good:
            return stations, good
    raise AssertionError("no plan reaches what candidates can reach")


@pytest.mark.parametrize("seed", range(INSTANCES))
def test_every_model_finds_the_optimum_of_enumeration(seed: int) -> None:
    problem, threshold_s = instance(seed)
    if not reachable(problem, threshold_s).any():
        with pytest.raises(InputError, match="no candidate reaches any demand"):
            solve_lscp(problem, threshold_s=threshold_s)
        return
    within = problem.time_s <= threshold_s

    stations, good = fewest(problem, threshold_s)
    plan = solve_lscp(problem, threshold_s=threshold_s)
    assert (plan.objective, len(plan.chosen), plan.optimal) == (stations, stations, True)
    assert plan.left_out.tolist() == np.flatnonzero(~reachable(problem, threshold_s)).tolist()

    backed = solve_lscp_b(problem, threshold_s=threshold_s)
    assert len(backed.chosen) == stations
    assert backed.optimal
    assert backed.objective == max(problem.weight[within[plan].sum(axis=0) >= 2].sum() for plan in good)

    for stations in numbers(problem):
        most = max(problem.weight[within[p].any(axis=0)].sum() for p in every_plan(problem, stations))
        plan = solve_mclp(problem, threshold_s=threshold_s, stations=stations)
        assert (plan.objective, plan.optimal, len(plan.chosen)) == (most, True, stations)
        assert set(np.flatnonzero(problem.kept)) <= set(plan.chosen)


@pytest.mark.parametrize("exact", [True, False], ids=["model", "relaxation"])
@pytest.mark.parametrize("seed", range(INSTANCES))
def test_p_median_is_the_least_mean(seed: int, exact: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    problem, _ = instance(seed)
    if not exact:
        monkeypatch.setattr(median, "MOST_VARIABLES", 0)
    counts = problem.within_reach & (problem.weight > 0)
    weight, times = problem.weight[counts], np.minimum(problem.time_s[:, counts], NO_WAY_S)
    for stations in numbers(problem):
        plan = solve_p_median(problem, stations=stations)
        assert len(plan.chosen) == stations
        if not counts.any():
            continue
        best = min((times[p].min(axis=0) @ weight) / weight.sum() for p in every_plan(problem, stations))
        assert plan.bound <= best + 1e-6  # no bound is beaten
        if exact or plan.optimal:
            assert plan.objective == pytest.approx(best, abs=1e-6)
        assert plan.objective >= best - 1e-6
        assert plan.optimal or not exact


@pytest.mark.parametrize("seed", range(INSTANCES))
def test_p_center_is_the_least_longest_time(seed: int) -> None:
    problem, _ = instance(seed)
    counts = problem.within_reach & (problem.weight > 0)
    if not counts.any():
        with pytest.raises(InputError, match="no candidate has a way"):
            solve_p_center(problem, stations=len(problem.kept))
        return
    times = problem.time_s[:, counts]
    for stations in numbers(problem):
        best = min(times[p].min(axis=0).max() for p in every_plan(problem, stations))
        if np.isinf(best):
            with pytest.raises(InputError, match="can't have a way to all demand"):
                solve_p_center(problem, stations=stations)
            continue
        plan = solve_p_center(problem, stations=stations)
        assert (plan.objective, plan.optimal, len(plan.chosen)) == (best, True, stations)


def test_p_center_equals_spopts_own_model() -> None:
    from spopt.locate import PCenter

    from geo_dispatch.coverage.siting.solver import load_planning, solve

    for seed in range(8):
        rng = np.random.default_rng(seed)
        time_s = rng.uniform(10, 500, (7, 15))
        problem = SitingProblem(time_s, np.ones(15), np.zeros(7, dtype=bool))
        found = solve(load_planning(), PCenter.from_cost_matrix(np.ascontiguousarray(time_s.T), 3))
        assert solve_p_center(problem, stations=3).objective == pytest.approx(found.objective, abs=1e-6)


def test_a_threshold_is_inclusive() -> None:
    """Hold what spopt codes, not what it documents: at the threshold is within it."""
    problem = SitingProblem(np.array([[240.0, 240.001]]), np.ones(2), np.zeros(1, dtype=bool))
    plan = solve_mclp(problem, threshold_s=240, stations=1)
    assert (plan.objective, plan.left_out.tolist()) == (1.0, [1])
    assert solve_lscp(problem, threshold_s=240).left_out.tolist() == [1]
    from spopt.locate import LSCP

    assert LSCP.from_cost_matrix(np.array([[240.0]]), 240).aij.tolist() == [[1.0]]


@pytest.mark.parametrize("seed", range(10))
def test_more_stations_never_reach_less(seed: int) -> None:
    problem, threshold_s = instance(seed)
    if not reachable(problem, threshold_s).any():
        with pytest.raises(InputError, match="no candidate reaches any demand"):
            list(frontier(problem, threshold_s=threshold_s))
        return
    rows = list(frontier(problem, threshold_s=threshold_s))
    assert all(row.gained >= 0 for row in rows)
    assert [row.stations for row in rows] == list(range(rows[0].stations, rows[-1].stations + 1))
    assert rows[-1].reached == problem.weight[reachable(problem, threshold_s)].sum()


def test_merging_demand_keeps_weights_and_the_best_sites() -> None:
    from geo_dispatch.coverage.siting.problem import merge_covers, merge_times

    rng = np.random.default_rng(3)
    near = rng.uniform(0, 300, (6, 10))
    farther = near[:, rng.integers(0, 10, 40)] + rng.uniform(0, 60, 40)  # along dead ends
    weight = rng.integers(1, 9, 40).astype(float)
    merged = merge_times(farther, weight)
    assert len(merged.row) <= 10
    assert merged.weight.sum() == weight.sum()
    covers = farther <= 200
    assert merge_covers(covers, weight).count.sum() == 40
    for column, group in enumerate(merge_covers(covers, weight).group):
        assert (covers[:, merge_covers(covers, weight).row[group]] == covers[:, column]).all()


def test_nothing_within_reach() -> None:
    problem = SitingProblem(np.full((2, 3), 900.0), np.ones(3), np.zeros(2, dtype=bool))
    with pytest.raises(InputError, match="no candidate reaches any demand within 240 s"):
        solve_lscp(problem, threshold_s=240)


@pytest.mark.parametrize("threshold_s", [0.0, -1.0, 86_400.0, float("inf"), float("nan")])
def test_a_threshold_that_is_no_time(threshold_s: float) -> None:
    problem = SitingProblem(np.ones((1, 1)), np.ones(1), np.zeros(1, dtype=bool))
    with pytest.raises(InputError, match="above 0 and below a day"):
        solve_lscp(problem, threshold_s=threshold_s)


@pytest.mark.parametrize(("stations", "part"), [(0, "1 or more"), (1, "2 are kept"), (4, "of 3 candidates")])
def test_a_number_that_cannot_be_chosen(stations: int, part: str) -> None:
    problem = SitingProblem(np.ones((3, 1)), np.ones(1), np.array([True, True, False]))
    with pytest.raises(InputError, match=part):
        solve_mclp(problem, threshold_s=60, stations=stations)


def test_without_the_extra_the_message_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spopt", None)
    problem = SitingProblem(np.ones((2, 1)), np.ones(1), np.zeros(2, dtype=bool))
    with pytest.raises(MissingExtraError, match=r"geo-dispatch\[planning\]"):
        solve_mclp(problem, threshold_s=60, stations=1)
