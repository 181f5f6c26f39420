"""Busy probabilities: closed forms, the exact hypercube, its approximation and the simulation agree."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import yaml

from geo_dispatch.cli.main import run
from geo_dispatch.errors import InputError, NotFoundError, RunCardError
from geo_dispatch.replay.busy import busy_of_calls, busy_of_rates
from geo_dispatch.replay.busy.erlang import lost_share, mean_wait_s, number_busy, offered_load, wait_probability
from geo_dispatch.replay.busy.hypercube import approximate, solve_exactly
from geo_dispatch.replay.busy.plan import CallKind, Plan
from geo_dispatch.replay.busy.simulation import simulate
from geo_dispatch.replay.busy.workload import Workload
from tests.replay.made_calls import from_quarters, made_rows, write_calls

SERVICE_S = 2400.0


def workload(crews: int, load: float, *, seed: int, classes: int = 8, shortest: int | None = None) -> Workload:
    rng = np.random.default_rng(seed)
    rate = rng.dirichlet(np.ones(classes) * 2) * crews * load / SERVICE_S
    lengths = rng.integers(shortest or crews, crews + 1, classes)
    order = tuple(tuple(rng.permutation(crews)[:length].tolist()) for length in lengths)
    return Workload(tuple(f"U{n}" for n in range(crews)), rate, np.full(classes, SERVICE_S), order)


# --- closed forms ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("servers", "load"), [(1, 0.3), (4, 2.5), (10, 7.0)])
def test_erlangs_formulas(servers, load):
    terms = [load**n / math.factorial(n) for n in range(servers + 1)]
    assert lost_share(servers, load) == pytest.approx(terms[-1] / sum(terms))
    tail = terms[-1] * servers / (servers - load)
    assert wait_probability(servers, load) == pytest.approx(tail / (sum(terms[:-1]) + tail))
    assert mean_wait_s(servers, load, 60) == pytest.approx(wait_probability(servers, load) * 60 / (servers - load))
    number = number_busy(servers, load, queue=True)
    assert number @ np.arange(servers + 1) + 0 == pytest.approx(load)  # work done is work that comes in
    busy = load * (1 - lost_share(servers, load)) / servers
    assert offered_load(servers, busy) == pytest.approx(load)


# --- the hypercube -----------------------------------------------------------------------------------


@pytest.mark.parametrize("crews", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("queue", [True, False])
def test_the_exact_hypercube_is_erlangs_on_the_whole(crews, queue):
    load = 0.6 * crews
    found = solve_exactly(workload(crews, 0.6, seed=crews), service_s=SERVICE_S, queue=queue)
    expected = load if queue else load * (1 - lost_share(crews, load))
    assert found.busy.sum() == pytest.approx(expected)
    all_busy = wait_probability(crews, load) if queue else lost_share(crews, load)
    assert found.overflow == pytest.approx(np.full(8, all_busy))
    np.testing.assert_allclose(found.sent.sum(axis=1) + found.overflow, 1.0)


def test_two_crews_by_hand():
    # always U0 first, lost when both are busy: states 0, U0, U1, both; load 1
    work = Workload(("U0", "U1"), np.array([1.0]), np.array([1.0]), ((0, 1),))
    found = solve_exactly(work, service_s=1.0, queue=False)
    # balance: p0 = pA + pB; 2 pA = p0 + pAB; 2 pB = pAB; 2 pAB = pA + pB  ->  p0 : pA : pB : pAB = 0.4 : 0.3 : 0.1 : 0.2
    np.testing.assert_allclose(found.busy, [0.5, 0.3])
    assert found.overflow[0] == pytest.approx(0.2)


@pytest.mark.parametrize("crews", [2, 3, 4, 5, 6])
@pytest.mark.parametrize("load", [0.1, 0.3, 0.5, 0.8])
@pytest.mark.parametrize("queue", [True, False])
def test_the_approximation_is_near_the_exact_hypercube(crews, load, queue):
    for seed in range(3):
        work = workload(crews, load, seed=seed)
        exact, near = solve_exactly(work, service_s=SERVICE_S, queue=queue), approximate(work, queue=queue)
        assert np.abs(exact.busy - near.busy).max() < 0.02
        assert np.abs(exact.sent - near.sent).max() < 0.04
        assert near.busy.sum() == pytest.approx(exact.busy.sum(), rel=1e-3)


@pytest.mark.parametrize("seed", range(4))
def test_lists_that_leave_out_crews(seed):
    work = workload(5, 0.3, seed=seed, shortest=2)
    exact, near = solve_exactly(work, service_s=SERVICE_S, queue=False), approximate(work, queue=False)
    assert np.abs(exact.busy - near.busy).max() < 0.04
    assert near.busy.sum() == pytest.approx(exact.busy.sum(), rel=0.05)


def test_more_calls_make_everybody_busier():
    before = approximate(workload(5, 0.3, seed=1), queue=True).busy
    assert (approximate(workload(5, 0.4, seed=1), queue=True).busy > before).all()


def test_more_than_can_be_done_is_refused():
    with pytest.raises(InputError, match=r"asked for the time of 3\.60 crews, and are 3"):
        approximate(workload(3, 1.2, seed=1), queue=True)
    with pytest.raises(InputError, match=r"asked for 3\.60 crews' time"):
        solve_exactly(workload(3, 1.2, seed=1), service_s=SERVICE_S, queue=True)
    assert approximate(workload(3, 1.2, seed=1), queue=False).overflow.max() > 0.2
    with pytest.raises(InputError, match="8192 states"):
        solve_exactly(workload(13, 0.2, seed=1), service_s=SERVICE_S, queue=False)
    with pytest.raises(InputError, match="must name every crew"):
        solve_exactly(workload(4, 0.2, seed=1, shortest=2), service_s=SERVICE_S, queue=True)
    with pytest.raises(InputError, match="not one of different crews"):
        approximate(Workload(("A",), np.array([1.0]), np.array([1.0]), ((0, 0),)), queue=True)


# --- the simulation ----------------------------------------------------------------------------------


def plan_of(work: Workload, *, hours: np.ndarray | None = None) -> Plan:
    shape = np.ones(168) if hours is None else np.tile(hours / hours.mean(), 7)
    kinds = tuple(
        CallKind(f"k{row}", rate * shape, ((order,),), np.asarray([SERVICE_S]))
        for row, (rate, order) in enumerate(zip(work.rate_per_s, work.order, strict=True))
    )
    return Plan(work.crews, np.arange(len(work.crews)), np.ones((len(work.crews), 168), dtype=bool), kinds)


@pytest.mark.parametrize("queue", [True, False])
def test_the_simulation_is_the_exact_hypercube(queue):
    work = workload(4, 0.5, seed=3)
    exact = solve_exactly(work, service_s=SERVICE_S, queue=queue)
    runs = [simulate(plan_of(work), days=60, warm_up_days=2, seed=seed, queue=queue) for seed in range(12)]
    busy = np.asarray([run.busy_s.sum(axis=1) / run.duty_s.sum(axis=1) for run in runs])
    error = busy.std(axis=0, ddof=1) / np.sqrt(len(runs))
    assert (np.abs(busy.mean(axis=0) - exact.busy) < 4.5 * error).all()
    late = np.asarray([(run.delayed + run.lost) / run.asked for run in runs])
    all_busy = wait_probability(4, 2.0) if queue else lost_share(4, 2.0)
    assert abs(late.mean() - all_busy) < 4.5 * late.std(ddof=1) / np.sqrt(len(runs))
    if queue:
        wait = np.asarray([sum(run.waits_s) / run.asked for run in runs])
        assert abs(wait.mean() - mean_wait_s(4, 2.0, SERVICE_S)) < 4.5 * wait.std(ddof=1) / np.sqrt(len(runs))


def test_the_same_seed_plays_the_same_calls():
    plan = plan_of(workload(3, 0.4, seed=2))
    one, two, other = (simulate(plan, days=20, warm_up_days=1, seed=seed, queue=True) for seed in (5, 5, 6))
    assert one.waits_s == two.waits_s
    assert np.array_equal(one.busy_s, two.busy_s)
    assert one.waits_s != other.waits_s


def test_queues_without_end_are_told():
    work = Workload(("A", "B"), np.array([1 / 600, 1 / 9000]), np.full(2, SERVICE_S), ((0,), (0, 1)))
    with pytest.raises(InputError, match="over 1000 calls wait for A, who are asked"):
        simulate(plan_of(work), days=60, warm_up_days=1, seed=1, queue=True)


def test_busy_hours_are_busy():
    hours = np.where(np.arange(24) < 12, 0.2, 1.8)
    run_ = simulate(plan_of(workload(4, 0.4, seed=2), hours=hours), days=200, warm_up_days=1, seed=1, queue=True)
    share = run_.busy_s.sum(axis=0) / run_.duty_s.sum(axis=0)
    assert share[14:].min() > 2 * share[2:12].max()
    assert run_.duty_s[0].sum() == pytest.approx(200 * 86_400)


def test_shared_crews_and_shifts():
    # two units of one crew: never out together; a third is there from 8 to 16 only
    duty = np.ones((3, 168), dtype=bool)
    duty[2] = np.tile((np.arange(24) >= 8) & (np.arange(24) < 16), 7)
    kind = CallKind("k", np.full(168, 1 / 1800), (((0, 1, 2),),), np.asarray([SERVICE_S]))
    shared = simulate(
        Plan(("A", "B", "C"), np.asarray([0, 0, 1]), duty, (kind,)), days=150, warm_up_days=1, seed=1, queue=False
    )
    assert np.array_equal(shared.busy_s[0], shared.busy_s[1])
    assert shared.busy_s[2][20] == 0
    assert shared.duty_s[2].sum() == pytest.approx(150 * 8 * 3600)
    night = shared.busy_s[0][:7].sum() / shared.duty_s[0][:7].sum()  # one crew alone: load 4/3, lost when busy
    assert night == pytest.approx((4 / 3) / (1 + 4 / 3), abs=0.03)


def test_a_place_lapses_when_the_call_is_over():
    # each call asks for A and for a unit that is on duty on Mondays from 0 to 1 only
    duty = np.ones((2, 168), dtype=bool)
    duty[1, 1:] = False
    kind = CallKind("k", np.full(168, 1 / 7200), (((0,), (1,)),), np.asarray([600.0]))
    run_ = simulate(Plan(("A", "B"), np.arange(2), duty, (kind,)), days=70, warm_up_days=1, seed=1, queue=True)
    assert run_.lapsed > 0.8 * run_.calls
    assert run_.complete < 0.05 * run_.calls


# --- of a town ---------------------------------------------------------------------------------------


def test_rates_become_busy_units(at):
    report = busy_of_rates(at, {"medical": 12.0, "police": 6.0}, busy_min=40, runs=6, days=40)
    units = {row.unit: row for row in report.units}
    assert units["E1"].crew == ("E1", "R1")
    total = sum(units[unit].simulated.share for unit in ("R1", "A2"))
    assert total == pytest.approx(12 * 40 / 1440, rel=0.06)
    worked = sum(units[unit].hypercube for unit in ("R1", "A2"))
    assert worked == pytest.approx(12 * 40 / 1440, rel=0.01)
    assert units["P1"].hypercube == pytest.approx(6 * 40 / 1440, rel=0.01)
    assert units["P1"].chance == pytest.approx(1 - units["P1"].simulated.share, abs=1e-4)
    assert units["E2"].simulated.share == 0
    delay = report.delay.delayed.share
    assert 0 < delay < 0.2
    assert busy_of_rates(at, {"medical": 12.0, "police": 6.0}, busy_min=40, runs=6, days=40) == report


def test_recorded_calls_become_busy_units(at, tmp_path):
    path = write_calls(tmp_path / "c.csv", made_rows(at, calls=60, seed=6, drive=from_quarters(at)))
    report = busy_of_calls(at, path, runs=4, days=30)
    out = dict.fromkeys((seed.unit_id for seed in at.seeds), 0.0)
    for line in path.read_text().splitlines()[1:]:
        cells = line.split(",")
        out[cells[9]] += (np.datetime64(cells[5]) - np.datetime64(cells[2])) / np.timedelta64(1, "s")
    first, last = (np.datetime64(path.read_text().splitlines()[row].split(",")[2]) for row in (1, -1))
    span = (last - first) / np.timedelta64(1, "s")
    for row in report.units:
        assert row.recorded.share == pytest.approx(out[row.unit] / span)
        low, high = row.recorded.interval95
        assert low <= row.recorded.share <= high
    assert sum(rate.per_day for rate in report.rates) == pytest.approx(60 / (span / 86_400), rel=0.1)
    (tmp_path / "none.csv").write_text("call,unit,type,dispatched,cleared,place\nc,zz,medical,1,2,x\n")
    with pytest.raises(NotFoundError, match=r"no row can be used \(1 "):
        busy_of_calls(at, tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("rates", "more", "error", "said"),
    [
        ({"medicl": 1.0}, {}, RunCardError, "no run card has the call type 'medicl'"),
        ({"medical": -1.0}, {}, InputError, "-1 medical calls a day is no rate"),
        ({"medical": float("nan")}, {}, InputError, "no rate"),
        ({"medical": 0.0}, {}, InputError, "no calls come in"),
        ({"medical": 1.0}, {"busy_min": 0.0}, InputError, "0 minutes is no time"),
        ({"medical": 1.0}, {"days": 0.5}, InputError, "of 0.5 days"),
        ({"medical": 9000.0}, {}, InputError, "calls would be simulated"),
        ({"medical": 90.0}, {}, InputError, "A2 are asked for the time of 2.81 crews, and are 2"),
    ],
)
def test_rates_that_are_none(at, rates, more, error, said):
    with pytest.raises(error, match=said):
        busy_of_rates(at, rates, **more)


def test_the_command(at, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("geo_dispatch.cli.busy.open_service", lambda town: None)
    monkeypatch.setattr("geo_dispatch.service.recorded.replay_town_of", lambda service: at)
    monkeypatch.setattr("geo_dispatch.cli.busy._units_of", lambda town, kind: {"E1", "E2"} if kind == "fire" else set())
    out, scenario = tmp_path / "busy.csv", tmp_path / "busy.yaml"
    asked = ["busy", "sample", "--rate", "medical=9", "--runs", "2", "--days", "5"]
    assert run([*asked, "--json", "--out", str(out), "--scenario", str(scenario)]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [row["unit"] for row in document["units"]] == ["E1", "R1", "E2", "A2", "P1"]
    assert out.read_text().splitlines()[1].startswith("E1,1.0,,")
    assert set(yaml.safe_load(scenario.read_text())["units"]["chance"]) == {"E1", "E2"}
    assert run([*asked, "--overflow", "lost"]) == 0
    assert "a neighbour takes" in capsys.readouterr().out
    for bad, said in (
        (["busy", "sample"], "give either --calls FILE or --rate"),
        (["busy", "sample", "--rate", "medical"], "is not TYPE=N"),
        ([*asked, "--kind", "ems", "--scenario", str(scenario)], "no unit is based at a ems station"),
        ([*asked, "--calls", "x.csv"], "give either --calls FILE or --rate"),
    ):
        assert run(bad) == 2
        assert said in capsys.readouterr().err
