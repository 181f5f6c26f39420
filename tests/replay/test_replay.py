"""Recorded calls replayed: nothing lost, times compared, units as they were."""

from __future__ import annotations

import csv
import json
from random import Random

import numpy as np
import pytest

from geo_dispatch.cli.main import run
from geo_dispatch.geometry import LonLat
from geo_dispatch.replay import replay_calls
from geo_dispatch.replay.accuracy import measure_accuracy
from geo_dispatch.replay.places import TripPlaces
from geo_dispatch.replay.trips import Trip
from geo_dispatch.replay.whereabouts import Whereabouts
from geo_dispatch.replay.worklist import opened_worklist
from tests.replay.made_calls import HEADER, from_quarters, made_rows, write_calls
from tests.towns import lonlat


@pytest.fixture(scope="session")
def calls(at, tmp_path_factory):
    """Return recorded calls that were driven as the model drives."""
    path = tmp_path_factory.mktemp("calls") / "calls.csv"
    return write_calls(path, made_rows(at, calls=60, seed=3, drive=from_quarters(at)))


def broken(text: str, rng: Random) -> str:
    """Break a row in one of many ways."""
    cells = text.split(",")
    way = rng.randrange(6)
    if way == 0:
        del cells[rng.randrange(len(cells))]
    elif way == 1:
        cells[rng.randrange(len(cells))] = ""
    elif way == 2:
        cells[rng.randrange(len(cells))] = "???"
    elif way == 3:
        a, b = rng.sample(range(len(cells)), 2)
        cells[a], cells[b] = cells[b], cells[a]
    elif way == 4:
        cells.append("more")
    else:
        cells = ['"' + cells[0], *cells[1:]]
    return ",".join(cells)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_row_is_replayed_or_rejected(at, calls, tmp_path, seed):
    rng = Random(seed)
    header, *rows = calls.read_text().splitlines()
    text = [broken(row, rng) if rng.random() < 0.3 else row for row in rows]
    path = tmp_path / "calls.csv"
    path.write_text("\n".join([header, *text, rows[0], ""]))
    report = replay_calls(at, path, out=tmp_path / "out")
    with path.open(newline="") as file:
        records = sum(1 for row in csv.reader(file) if any(row)) - 1
    with (tmp_path / "out" / "rows.csv").open(newline="") as file:
        replayed = [int(row["line"]) for row in csv.DictReader(file)]
    with (tmp_path / "out" / "rejects.csv").open(newline="") as file:
        rejected = [int(row["line"]) for row in csv.DictReader(file)]
    assert report.rows.read == records == len(replayed) + len(rejected)
    assert (report.rows.replayed, report.rows.rejected, report.rows.not_reached) == (len(replayed), len(rejected), 0)
    assert not set(replayed) & set(rejected)
    assert sum(report.rejected.values()) == len(rejected) > 0
    assert report.partial is None


def test_times_driven_as_the_model_drives_are_predicted(at, calls, tmp_path):
    report = replay_calls(at, calls, out=tmp_path / "out")
    travel = report.overall.travel
    assert travel.n > 60
    assert abs(travel.bias_s) < 0.2  # recorded times are whole seconds
    assert travel.p90_s <= 0.5
    assert travel.within == 1.0
    with (tmp_path / "out" / "rows.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    units = {seed.unit_id: seed for seed in at.seeds}
    with calls.open(newline="") as file:
        recorded = {(row["call_id"], row["unit"]): row for row in csv.DictReader(file)}
    for row in rows[:20]:
        unit, told = units[row["unit"]], recorded[row["call_id"], row["unit"]]
        oracle = at.router.route(
            LonLat(unit.home_lon, unit.home_lat), LonLat(float(told["lon"]), float(told["lat"])), profile=unit.profile
        )
        assert float(row["predicted_travel_s"]) == pytest.approx(oracle.travel_time_s, abs=0.06)
        assert row["road_class"] == "residential"
    assert sum(group.travel.n for group in report.by["unit"]) == travel.n
    assert {group.group for group in report.by["area"]} == {"Gridport"}


def test_slower_drives_are_told(at, tmp_path):
    path = write_calls(
        tmp_path / "c.csv", made_rows(at, calls=80, seed=5, drive=from_quarters(at, factor=1.25, noise=0.1))
    )
    report = replay_calls(at, path, seed=7)
    travel = report.overall.travel
    assert travel.bias_s == pytest.approx(-0.2 * travel.recorded_mean_s, rel=0.15)
    low, high = travel.interval95["bias_s"]
    assert low < travel.bias_s < high < 0
    again = replay_calls(at, path, seed=7)
    assert again == report
    assert replay_calls(at, path, seed=8).overall.travel.interval95 != travel.interval95


def test_a_draw_of_calls_is_marked(at, calls, tmp_path):
    report = replay_calls(at, calls, limit=10, seed=4, out=tmp_path / "out")
    assert report.calls == 10
    assert report.partial.startswith("10 of ")
    rows = report.rows
    assert rows.not_reached > 0
    assert rows.read == rows.replayed + rows.rejected + rows.not_reached
    assert replay_calls(at, calls, limit=10, seed=4).overall == report.overall
    assert replay_calls(at, calls, limit=10, seed=5).overall != report.overall
    assert json.loads((tmp_path / "out" / "replay.json").read_text())["partial"] == report.partial


def test_an_interrupted_run_keeps_what_is_done(at, calls, tmp_path):
    class Impatient:
        done = 0

        def stage(self, name, *, total=None):
            pass

        def advance(self, count=1):
            self.done += count == 1
            if self.done == 5:
                raise KeyboardInterrupt

        def note(self, message):
            pass

    report = replay_calls(at, calls, out=tmp_path / "out", progress=Impatient())
    assert report.partial.startswith("interrupted after 5 of ")
    assert report.rows.not_reached > 0
    assert (tmp_path / "out" / "rows.csv").is_file()


def test_words_are_located_or_said_not_to_be(at, tmp_path):
    rows = [
        ("c1", "Pelican Market"),
        ("c2", "Anchor Street and Kettle Lane"),
        ("c3", "Osprey"),
        ("c5", "Kettle Lane"),
        ("c4", "Nowhereville Plaza"),
    ]
    text = "call,unit,type,dispatched,en route,on scene,cleared,place\n" + "".join(
        f"{call},P1,police,2026-03-0{n}T10:00,2026-03-0{n}T10:01,2026-03-0{n}T10:03,2026-03-0{n}T10:20,{words}\n"
        for n, (call, words) in enumerate(rows, start=1)
    )
    (tmp_path / "c.csv").write_text(text)
    report = replay_calls(at, tmp_path / "c.csv")
    assert report.rows.replayed == 3
    assert report.not_compared == {"place known only roughly": 1}
    assert report.rejected == {"ambiguous place": 1, "unknown place": 1}


# --- units as they were ------------------------------------------------------------------------------


def trip(call: str, unit: str, sent: float, there: float, clear: float, x: float = 900.0) -> Trip:
    position = LonLat(*lonlat(x, 300))
    return Trip(hash(call) % 10**6, call, unit, "medical", 1, None, sent, sent + 10, there, clear, position, None)


def test_units_are_busy_then_returning_then_home(at):
    places = TripPlaces(at.locator)
    with opened_worklist() as trips:
        for row in (
            trip("a", "R1", 1000, 1200, 3000),
            trip("b", "E2", 1000, 2500, 3500),
            trip("c", "E2", 1100, 1900, 2000),
        ):
            trips.add(row)
        assert not list(trips.close_list())
        whereabouts = Whereabouts(at, trips, places)

        def seen(moment, call="x"):
            return {row.unit.unit_id: row for row in whereabouts.all_units(call, moment)}

        before, during, after, later = seen(900), seen(2000), seen(3400), seen(9000)
        assert all(row.busy_on is None and row.start == "home" for row in before.values())
        assert during["R1"].busy_on == "a"
        assert (during["R1"].unit.status, during["R1"].unit.assignable) == ("on_scene", False)
        assert during["E1"].unit.crew_out_with == "R1"
        assert (during["E2"].busy_on, during["E2"].unit.status) == ("b", "en_route")  # c is over, b goes on
        assert (after["R1"].start, after["R1"].unit.status, after["R1"].unit.assignable) == (
            "returning",
            "returning",
            True,
        )
        assert after["E1"].unit.crew_out_with is None
        assert after["E2"].busy_on == "b"
        assert all(row.start == "home" and row.unit.lon is None for row in later.values())
        assert seen(2000, call="a")["R1"].busy_on is None  # a call does not keep a unit from itself
        out = whereabouts.one(trip("z", "R1", 2000, 2100, 2200))
        assert (out.start, out.unit.assignable) == ("other call", True)


def test_who_was_sent_is_set_beside_who_is_recommended(at, tmp_path):
    lon, lat = lonlat(60, 20)  # beside R1, far from A2
    when = [f"2026-03-02T{hour:02d}" for hour in (8, 10, 12)]
    rows = [
        [f"c{n}", f"{t}:00", f"{t}:00", f"{t}:01", f"{t}:05", f"{t}:30", f"{lon:.6f}", f"{lat:.6f}", "medical", unit]
        for n, (t, unit) in enumerate(zip(when, ("R1", "A2", "A2"), strict=True))
    ]
    rows.append([*rows[2][:9], "R1"])  # c2: both went
    report = replay_calls(at, write_calls(tmp_path / "c.csv", iter(rows)))
    choice = report.choice
    assert choice.calls == 3
    assert choice.same_units == pytest.approx(1 / 3)
    assert choice.same_first == pytest.approx(2 / 3)
    assert choice.sooner_calls == 1
    assert choice.sooner_s > 60
    assert HEADER[0] == "call_id"


# --- figures -----------------------------------------------------------------------------------------


def test_figures_are_those_of_plain_arithmetic():
    rng = np.random.default_rng(2)
    recorded, day = rng.uniform(100, 500, 400), np.repeat(np.arange(20), 20)
    predicted = recorded + rng.normal(10, 30, 400) + np.repeat(rng.normal(0, 20, 20), 20)
    found = measure_accuracy(recorded, predicted, recorded > 300, day, seed=3)
    error = predicted - recorded
    assert found.bias_s == pytest.approx(error.mean())
    assert found.mae_s == pytest.approx(np.abs(error).mean())
    assert found.p90_s == np.quantile(np.abs(error), 0.9, method="inverted_cdf")
    assert found.within == (recorded > 300).mean()
    # days differ by 20 s: the interval must be about as wide as that of a mean of 20 days
    low, high = found.interval95["bias_s"]
    by_day = error.reshape(20, 20).mean(axis=1)
    assert high - low == pytest.approx(2 * 1.96 * by_day.std() / np.sqrt(20), rel=0.2)


def test_the_command(at, calls, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("geo_dispatch.cli.replay.open_service", lambda town: None)
    monkeypatch.setattr("geo_dispatch.service.recorded.replay_town_of", lambda service: at)
    out = tmp_path / "out"
    assert run(["replay", "sample", "--calls", str(calls), "--limit", "8", "--json", "--out", str(out)]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["calls"] == 8
    assert document["rows"]["replayed"] > 0
    assert run(["replay", "sample", "--calls", str(calls), "--limit", "8"]) == 0
    told = capsys.readouterr()
    assert "PARTIAL: 8 of " in told.out
    assert "travel by road class" in told.out
    (tmp_path / "bad.csv").write_text("call,unit\n")
    assert run(["replay", "sample", "--calls", str(tmp_path / "bad.csv")]) == 2
    assert "lacks the column" in capsys.readouterr().err
    (tmp_path / "none.csv").write_text("call,unit,type,dispatched,cleared,place\nc,zz,medical,1,2,x\n")
    assert run(["replay", "sample", "--calls", str(tmp_path / "none.csv")]) == 3
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert run(["replay", "sample", "--calls", str(calls), "--out", str(blocked)]) == 2
    assert "choose another folder" in capsys.readouterr().err
