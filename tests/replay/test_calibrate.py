"""Factors of travel time: planted ones are found, days are predicted by others, and too little is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from geo_dispatch.cli.main import run
from geo_dispatch.errors import SpeedsFileError
from geo_dispatch.geometry import LonLat
from geo_dispatch.replay.calibrate import calibrate_calls
from geo_dispatch.replay.calibrate.crossed import choose_spread, day_folds
from geo_dispatch.replay.calibrate.design import Design, make_design
from geo_dispatch.replay.calibrate.drives import Drive
from geo_dispatch.replay.calibrate.fit import Factors, Spread, figures, fit_factors, predict
from geo_dispatch.replay.calibrate.interval import fit_interval
from geo_dispatch.routing import Calibration, VehicleSize, read_calibration
from tests.replay.made_calls import START, from_quarters, made_rows, write_calls
from tests.towns import lonlat

BANDS = {name: (first, last) for name, (first, last) in figures()["bands"].items()}
TRUTH = Calibration(
    BANDS,
    {"engine": 1.0, "ambulance": 1.0, "police": 1.0},
    {"residential": {"all": 1.3, "night": 1.1}, "default": {"all": 1.3}},
    turn_factor=1.3,
)


@pytest.fixture(scope="session")
def calls(at, tmp_path_factory):
    """Return calls driven at other speeds than the assumed ones."""
    other = replace(at, router=at.router.with_calibration(TRUTH))
    drive = from_quarters(other, noise=0.1, seed=1)
    path = tmp_path_factory.mktemp("calls") / "calls.csv"
    return write_calls(path, made_rows(other, calls=200, seed=2, drive=drive))


@pytest.fixture(scope="session")
def report(at, calls):
    return calibrate_calls(at, calls)


# --- the fit, on sums that were made up ---------------------------------------------------------------


def made_design(n: int, *, noise: float, seed: int, truth: Factors, classes: int = 3) -> Design:
    rng = np.random.default_rng(seed)
    base = rng.gamma(1.0, 120.0, (n, classes)) * (rng.random((n, classes)) < 0.7)
    base[:, 0] += 60
    names = tuple(f"class{at}" for at in range(classes))
    blank = np.full(n, 500.0)
    design = Design(
        names, ("night", "day"), ("engine", "police"), base, rng.uniform(0, 40, n), np.zeros(n),
        rng.integers(0, 2, n), rng.integers(0, 2, n), rng.integers(0, 60, n), blank, blank, blank,
    )  # fmt: skip
    return replace(design, recorded_s=predict(design, truth) * rng.lognormal(0, noise, n))


def truth_of(by_band: list[list[float]], profile: tuple[float, float] = (1.0, 1.0), turn: float = 1.0) -> Factors:
    band = np.asarray(by_band)
    return Factors(1.0, band.mean(axis=0), band, np.asarray(profile), turn, np.zeros(band.shape[1]), 0.1)


def test_planted_factors_are_found_within_their_error():
    truth = truth_of([[1.2, 0.8, 1.5], [1.2, 0.8, 1.1]], profile=(1.1, 0.95), turn=1.2)
    design = made_design(3000, noise=0.1, seed=4, truth=truth)
    found = fit_factors(design, Spread(0.3, 0.2))
    for row in range(2):  # class and vehicle are found together: their product counts
        wanted = truth.by_band * truth.by_profile[row]
        np.testing.assert_allclose(found.by_band * found.by_profile[row], wanted, rtol=0.03)
    assert found.noise == pytest.approx(0.1, rel=0.15)
    held = made_design(2000, noise=0.0, seed=5, truth=truth)
    assert np.abs(predict(held, found) / held.recorded_s - 1).mean() < 0.01


def test_stated_errors_are_honest():
    truth = truth_of([[1.2, 0.9, 1.4], [1.2, 0.9, 1.4]])
    away = []
    for seed in range(30):
        found = fit_factors(made_design(150, noise=0.15, seed=seed, truth=truth), Spread(0.5, 0.01))
        mean = found.by_profile.mean()
        away.append((found.by_class * mean - truth.by_class) / (found.class_sd * mean))
    assert 0.7 < np.std(away) < 1.5


def test_thin_data_stays_near_what_stands_above_it():
    truth = truth_of([[1.4, 1.4, 0.5], [1.4, 1.4, 0.5]])
    design = made_design(400, noise=0.1, seed=6, truth=truth)
    base = design.base_s.copy()
    base[3:, 2] = 0.0  # three trips only have seen the third class
    design = replace(design, base_s=base)
    design = replace(design, recorded_s=predict(design, truth))
    thin, free = fit_factors(design, Spread(0.02, 0.01)), fit_factors(design, Spread(0.5, 0.01))
    assert abs(thin.by_class[2] - thin.overall) < 0.05
    assert abs(free.by_class[2] - 0.5) < abs(thin.by_class[2] - 0.5)
    assert thin.class_sd[2] > thin.class_sd[0]


def test_odd_trips_do_not_carry_it_away():
    truth = truth_of([[1.1, 0.9, 1.2], [1.1, 0.9, 1.2]])
    design = made_design(600, noise=0.1, seed=7, truth=truth)
    recorded = design.recorded_s.copy()
    recorded[::12] *= 3.5  # a stop on the way
    found = fit_factors(replace(design, recorded_s=recorded), Spread(0.3, 0.01))
    plain = fit_factors(design, Spread(0.3, 0.01))
    assert np.abs(found.by_class / plain.by_class - 1).max() < 0.06


def test_hours_stray_only_where_hours_differ():
    same = made_design(800, noise=0.15, seed=8, truth=truth_of([[1.1, 1.1, 1.1]] * 2))
    other = made_design(800, noise=0.15, seed=8, truth=truth_of([[1.4, 1.4, 1.4], [0.8, 0.8, 0.8]]))
    assert choose_spread(same, seed=1).of_band < choose_spread(other, seed=1).of_band


def test_every_day_is_predicted_once_and_never_fitted_to_itself():
    day = np.random.default_rng(1).integers(0, 23, 500)
    seen = []
    for fit, held in day_folds(day, 5, seed=3):
        assert not set(day[fit]) & set(day[held])
        seen += held.tolist()
    assert sorted(seen) == list(range(500))


def test_an_interval_holds_what_it_says():
    rng = np.random.default_rng(3)
    told = rng.uniform(60, 900, 4000)
    recorded = told * rng.lognormal(0.02, 0.2, 4000) + rng.uniform(0, 30, 4000)
    found = fit_interval(recorded, told)
    inside = (recorded >= told * found.low_factor) & (recorded <= told * found.high_factor + found.high_extra_s)
    assert inside.mean() == pytest.approx(0.9, abs=0.01)
    assert found.high_extra_s > 0  # short drives need more than a factor
    for half in (told < np.median(told), told >= np.median(told)):
        assert inside[half].mean() == pytest.approx(0.9, abs=0.05)


# --- over roads --------------------------------------------------------------------------------------


def test_a_design_sums_to_the_route(at):
    router = at.router.with_calibration(TRUTH)
    drive = Drive("engine", VehicleSize(), LonLat(*lonlat(40, 0)), LonLat(*lonlat(1260, 1480)), START, 200.0)
    away = replace(drive, end=LonLat(*lonlat(-500, 1400)))  # over the trunk road
    far = replace(drive, end=LonLat(0.0, 0.0))
    for used, factors in ((at.router, None), (router, TRUTH)):
        design = make_design(at.town.network, used, [drive, away, far], BANDS)
        for row, one in enumerate((drive, away)):
            path = used.route(one.start, one.end, profile="engine", at=START)
            factor = [1.0 if factors is None else factors.factor(name, "night") for name in design.classes]
            turn = 1.0 if factors is None else factors.turn_factor
            total = design.base_s[row] @ factor + turn * design.turn_s[row] + design.fixed_s[row]
            assert total == pytest.approx(path.travel_time_s)
            assert design.predicted_s[row] == pytest.approx(path.travel_time_s)
            assert design.length_m[row] == pytest.approx(path.length_m)
        assert design.bands[design.band[0]] == "night"
        assert not np.isfinite(design.predicted_s[2])


def test_recorded_calls_give_back_what_they_were_driven_with(report):
    (found,) = [row for row in report.classes if row.road_class == "residential"]
    mean = np.average(list(report.profiles.values()))
    assert found.factor * mean == pytest.approx(1.25, abs=0.06)
    assert found.by_band["night"] < found.by_band["day"]
    held = report.held
    assert held.is_better
    assert held.gain95_s[0] <= held.gain_s <= held.gain95_s[1]
    assert held.calibrated.mae_s < 0.6 * held.assumed.mae_s
    assert abs(held.calibrated.bias_s) < 0.25 * abs(held.assumed.bias_s)
    assert held.calibrated.within == pytest.approx(0.9, abs=0.02)
    assert held.calibrated.n == report.trips


def test_too_few_trips_are_refused(at, calls, tmp_path):
    lines = calls.read_text().splitlines(keepends=True)
    few = tmp_path / "few.csv"
    few.write_text("".join(lines[:40]))
    with pytest.raises(SpeedsFileError, match=r"^38 trips on \d days .* 100 on 10 days are needed"):
        calibrate_calls(at, few)
    few.write_text("".join(line.replace("en_route", "x") for line in lines))
    with pytest.raises(SpeedsFileError, match=r"^0 trips on 0 days .*left out: .* no travel time"):
        calibrate_calls(at, few)


def test_the_command_writes_what_build_reads_and_only_what_is_better(at, calls, report, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("geo_dispatch.cli.calibrate.open_service", lambda town: None)
    monkeypatch.setattr("geo_dispatch.service.recorded.replay_town_of", lambda service: at)
    out = tmp_path / "speeds.yaml"
    assert run(["calibrate", "sample", "--calls", str(calls), "--out", str(out)]) == 0
    assert "each day predicted by the others" in capsys.readouterr().out
    read = read_calibration(out)
    assert (read.time_factor, read.interval) == (report.calibration.time_factor, report.calibration.interval)
    path = write_calls(tmp_path / "c.csv", made_rows(at, calls=110, seed=9, drive=from_quarters(at, noise=0.1, seed=5)))
    out.unlink()
    assert run(["calibrate", "sample", "--calls", str(path), "--out", str(out), "--json"]) == 3
    told = capsys.readouterr()
    assert not out.exists()
    assert "which may be nothing" in told.err
    assert json.loads(told.out)["held"]["gain95_s"][0] <= 0
