"""Learning distances and directions from descriptions whose place is known."""

from __future__ import annotations

import importlib
import json
import math
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import yaml

from geo_dispatch.errors import InputError
from geo_dispatch.locate.tables.relations import DistanceModel

HERE = Path(__file__).parent
SCRIPTS = HERE.parents[1] / "scripts"
GOAL = (-70.5, 41.5)


@pytest.fixture(scope="module")
def fit() -> Iterator[SimpleNamespace]:
    """The modules of the script."""
    sys.path.insert(0, str(SCRIPTS))
    names = ("descriptions", "observations", "distributions", "wrong", "table")
    try:
        modules = {name: importlib.import_module(f"relation_fit.{name}") for name in names}
        yield SimpleNamespace(main=importlib.import_module("fit_relations"), **modules)
    finally:
        sys.path.remove(str(SCRIPTS))


def away(distance_m: float, turn_deg: float) -> list[float]:
    """A landmark from which the goal lies so far in so direction."""
    turn = math.radians(turn_deg)
    east, north = -distance_m * math.sin(turn), -distance_m * math.cos(turn)
    lon = GOAL[0] + math.degrees(east / 6_371_008.8 / math.cos(math.radians(GOAL[1])))
    return [lon, GOAL[1] + math.degrees(north / 6_371_008.8)]


def described(path: Path, clauses: list[tuple[str, float, float]]) -> Path:
    """Write one description for each clause: words, distance and direction from the landmark to the goal."""
    far = [{"name": "far mill", "at": away(4000.0, turn)} for turn in (0, 90, 180, 270)]
    rows = [
        {"text": f"I am {said} the mill.", "goal": GOAL, "landmarks": [{"name": "mill", "at": away(d, t)}, *far]}
        for said, d, t in clauses
    ]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    return path


def test_clauses_are_measured_to_the_landmark_they_name(fit: SimpleNamespace) -> None:
    descriptions = fit.descriptions.read_descriptions(HERE / "descriptions.jsonl")
    found = fit.observations.observe(descriptions)
    said = {(o.line, o.clause.said): o for o in found.found}
    block = said[1, "a block south of"]
    assert block.landmark == "gull cafe"
    assert block.blocks == 1.0
    assert block.distance_m == pytest.approx(111.2, abs=0.2)
    assert block.turn_deg == pytest.approx(0.0, abs=0.5)
    assert block.ahead
    assert said[1, "across from"].distance_m == pytest.approx(40.0, abs=0.2)
    assert said[1, "near"].landmark == "benches"
    assert said[2, "just past"].ahead
    assert said[2, "east of"].turn_deg == pytest.approx(0.0, abs=0.5)
    assert said[2, "by"].landmark == "saint annes fountain"
    assert said[4, "west of"].distance_m == pytest.approx(83.3, abs=0.2)
    assert set(said) == {
        (1, "a block south of"),
        (1, "across from"),
        (1, "near"),
        (2, "just past"),
        (2, "east of"),
        (2, "by"),
        (4, "west of"),
    }


def test_a_name_that_stands_in_two_places_a_street_and_an_unknown_name_are_left_out(fit: SimpleNamespace) -> None:
    descriptions = fit.descriptions.read_descriptions(HERE / "descriptions.jsonl")
    assert dict(fit.observations.observe(descriptions).left_out) == {
        "no landmark of that name is given": 2,  # Harbor Street, and "nothing that is on file"
        "several landmarks of that name, apart": 1,
    }


def test_the_goal_itself_and_the_start_are_no_landmarks(fit: SimpleNamespace) -> None:
    last = fit.descriptions.read_descriptions(HERE / "descriptions.jsonl")[-1]
    assert [landmark.name for landmark in last.landmarks] == ["toilets"]
    assert last.goal == pytest.approx((-70.5, 41.5))
    assert last.start == pytest.approx((-70.5, 41.49))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{}", "line 1 .* lacks 'landmarks'"),
        ("not json", "line 1 is not a description"),
        ('{"text": "x", "goal": [41.5, -170.5], "landmarks": []}', "outside longitude"),
        ('{"text": "x", "goal": [1, 2, 3], "landmarks": []}', "not a pair"),
        ('{"text": "x", "goal": [1, 2], "landmarks": [{"name": "y"}]}', "lacks 'at'"),
        ("", "holds no descriptions"),
    ],
)
def test_bad_input_names_the_line_and_what_to_write(
    fit: SimpleNamespace, tmp_path: Path, line: str, message: str
) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        fit.descriptions.read_descriptions(path)


@pytest.mark.parametrize("form", ["log-normal", "log-logistic"])
def test_the_form_that_made_the_distances_is_found_again(fit: SimpleNamespace, form: str) -> None:
    share = (np.arange(3000) + 0.5) / 3000
    model = DistanceModel(60.0, 200.0, 0.0, form=form)
    distance = np.array([model.distance_m(float(one)) for one in share])
    held = fit.distributions.hold_out(distance, folds=5, seed=1)
    best = max(held, key=lambda name: held[name].log_density.sum())
    assert best.startswith(form)
    assert held[form].in90 == pytest.approx(0.9, abs=0.01)
    assert held[form].in50 == pytest.approx(0.5, abs=0.01)
    trial = next(trial for trial in fit.distributions.FORMS if trial.name == form)
    assert fit.distributions.fit_model(trial, distance) == pytest.approx((60.0, 200.0), rel=0.03)


def test_the_mixture_tells_a_wide_direction_from_a_wrong_one(fit: SimpleNamespace) -> None:
    rng = np.random.default_rng(7)
    turn = np.where(rng.random(2000) < 0.2, rng.uniform(-180, 180, 2000), rng.normal(0, 25, 2000))
    density, anywhere = np.full(2000, 1e-2), np.full(2000, 1e-5)
    wrong = rng.random(2000) < 0.1
    density, anywhere = np.where(wrong, 1e-9, density), np.where(wrong, 1e-3, anywhere)
    found = fit.wrong.fit_mixture(density, anywhere, turn.tolist())
    assert found.spread_deg == pytest.approx(25.0, rel=0.1)
    assert found.any_direction == pytest.approx(0.2, abs=0.03)
    assert found.wrong == pytest.approx(0.1, abs=0.02)
    assert 0.0 < found.floor < 0.1


def test_figures_with_enough_clauses_are_written_and_the_others_stay(fit: SimpleNamespace, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    clauses = [("near", 80.0 * math.exp(one), 10.0) for one in rng.logistic(0, 0.3, 60)]
    clauses += [("a block north of", 120.0 * math.exp(one), turn) for one, turn in rng.normal(0, [0.1, 20], (40, 2))]
    clauses += [("behind", 30.0, 0.0)] * 5
    source = described(tmp_path / "own.jsonl", clauses)
    table = tmp_path / "distances.yaml"
    shutil.copy(fit.main.TABLE, table)
    before = yaml.safe_load(table.read_text(encoding="utf-8"))
    comments = [line for line in table.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    arguments = [str(source), "--write", "--table", str(table), "--road-km-per-km2", "4.5"]
    assert fit.main.main(arguments) == 2, "without a source nothing is written"
    assert fit.main.main([*arguments, "--source", 'our own "drill", 2026: public']) == 0
    after = yaml.safe_load(table.read_text(encoding="utf-8"))
    assert after["source"] == 'our own "drill", 2026: public'
    assert after["road_km_per_km2"] == 4.5
    assert after["distance"]["near"]["n"] == 60
    assert after["distance"]["near"]["p50_m"] == pytest.approx(80, rel=0.1)
    assert after["distance"]["near"]["widen"] == before["distance"]["near"]["widen"]
    assert after["block"]["length_m"] == pytest.approx(120, rel=0.05)
    assert after["block"]["n"] == 40
    assert after["distance"]["behind"] == before["distance"]["behind"]
    assert after["bearing"] == before["bearing"], "of stated distances no direction is learned"
    assert after["wrong"]["share"] >= before["wrong"]["judged"]
    assert [line for line in table.read_text(encoding="utf-8").splitlines() if line.startswith("#")] == comments


def test_too_few_clauses_are_refused(fit: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = described(tmp_path / "few.jsonl", [("near", 50.0, 0.0)] * 4)
    assert fit.main.main([str(source)]) == 2
    assert "no relation has 25 clauses with a known landmark, the most is 4" in capsys.readouterr().err


def test_the_table_is_what_the_descriptions_say(fit: SimpleNamespace, shared_data: Path, tmp_path: Path) -> None:
    """The figures on file can be made again; a little leeway is for words that the grammar learned since."""
    table = tmp_path / "distances.yaml"
    shutil.copy(fit.main.TABLE, table)
    descriptions = shared_data / "descriptions" / "rvs_manhattan_dev.json"
    assert fit.main.main([str(descriptions), "--write", "--table", str(table), "--source", "again"]) == 0
    shipped, again = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in (fit.main.TABLE, table))
    assert again["form"] == shipped["form"]
    assert again["bearing"]["spread_deg"] == pytest.approx(shipped["bearing"]["spread_deg"], rel=0.2)
    assert again["block"]["length_m"] == pytest.approx(shipped["block"]["length_m"], rel=0.1)
    for kind, row in again["distance"].items():
        assert row["p50_m"] == pytest.approx(shipped["distance"][kind]["p50_m"], rel=0.2), kind
        assert row["p90_m"] == pytest.approx(shipped["distance"][kind]["p90_m"], rel=0.3), kind
