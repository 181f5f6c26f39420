"""Two scenarios side by side, and the maps."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from geo_dispatch.api.coverage_responses import CompareResponse
from geo_dispatch.cli.main import run
from geo_dispatch.coverage import Changes, Scenario, compare
from geo_dispatch.coverage.features import change_features
from geo_dispatch.errors import InputError
from geo_dispatch.render.coverage_map import change_map, coverage_map
from tests.cli.towns_on_disk import write_tiny_town
from tests.coverage.conftest import EAST, WEST, station
from tests.towns import lonlat

LIMITS = (90.0, 110.0, 130.0)


@pytest.fixture(scope="module")
def pair(grid_study):
    a = Scenario(name="one", responders=(station("a", 350, 410),), thresholds_s=LIMITS)
    b = replace(
        a, name="two", stations=Changes(added=(station("b", 1250, 1190),), moved={"a": station("x", 50, 400).position})
    )
    return compare(grid_study.run(a), grid_study.run(b))


def test_gains_and_losses_add_up(pair):
    found = pair.document()
    CompareResponse.model_validate(found)
    for what in ("addresses", "road_m"):
        net = np.subtract(found[what]["gained"], found[what]["lost"])
        assert net == pytest.approx(np.subtract(found["b"][what]["reached"], found["a"][what]["reached"]), abs=0.3)
        assert min(found[what]["gained"]) > 0
        assert max(found[what]["lost"]) > 0
    change = pair.b.response_s - pair.a.response_s
    assert found["addresses"]["sooner"] == int((change < -1e-6).sum())
    assert found["addresses"]["minutes_later"] == pytest.approx(change[change > 1e-6].sum() / 60, abs=1e-3)
    assert found["by_area"][0]["addresses"]["a"] != found["by_area"][0]["addresses"]["b"]


def test_roads_are_overlaid_exactly(pair):
    rows = pair.stretches
    assert rows.length_m.sum() == pytest.approx(pair.a.stretches.length_m.sum(), abs=1e-3)
    for band in range(len(LIMITS) + 1):
        for mine, whole in ((rows.band_a, pair.a.stretches), (rows.band_b, pair.b.stretches)):
            assert rows.length_m[mine == band].sum() == pytest.approx(
                whole.length_m[whole.band == band].sum(), abs=1e-3
            )
    features = change_features(pair)["features"]
    assert features
    assert all(row["properties"]["band_a"] != row["properties"]["band_b"] for row in features)


def test_a_scenario_beside_itself_changes_nothing(pair):
    found = compare(pair.a, pair.a).document()
    counts = found["addresses"]
    assert not any(counts["gained"] + counts["lost"] + found["road_m"]["gained"] + found["road_m"]["lost"])
    assert counts["sooner"] == counts["later"] == 0
    assert found["most_changed"] == []
    assert change_features(compare(pair.a, pair.a))["features"] == []


def test_what_can_not_be_compared_is_refused(pair, grid_study, study):
    other = grid_study.run(Scenario(responders=(station("a", 350, 410),), thresholds_s=(95.0,)))
    with pytest.raises(InputError, match="different thresholds"):
        compare(pair.a, other)
    with pytest.raises(InputError, match="two towns"):
        compare(pair.a, study.run(Scenario(responders=(WEST,), thresholds_s=LIMITS)))


def test_nobody_reached_any_more(study, scenario):
    gone = study.run(replace(scenario, responders=(WEST,), closures=("North Road", "Oak Avenue")))
    found = compare(study.run(replace(scenario, responders=(WEST, EAST))), gone).document()
    assert found["addresses"]["no_more_reached"] == 54
    assert found["most_changed"][0]["b_s"] is None


@pytest.mark.parametrize("draw", ["coverage", "change"])
def test_maps_need_no_network(pair, draw):
    page = coverage_map(pair.a) if draw == "coverage" else change_map(pair)
    assert len(page) < 3_000_000
    assert not re.search(r"(src|href)=[\"']https?:", page)
    assert "band-1" in page
    assert ("Within 1:30 min" in page) == (draw == "coverage")


def test_the_command_and_http_give_one_document(tmp_path, capsys):
    from starlette.testclient import TestClient

    from geo_dispatch.app import create_app
    from geo_dispatch.config import Settings

    town = write_tiny_town(tmp_path / "tinyport.gpkg")
    lon, lat = lonlat(990, 760)
    added = {
        "name": "more",
        "thresholds_s": [100, 130],
        "stations": {"added": [{"id": "east", "lon": lon, "lat": lat}]},
    }
    (tmp_path / "more.json").write_text(json.dumps(added))
    (tmp_path / "stations.csv").write_text("id,lon,lat\nwest,{},{}\n".format(*lonlat(20, 510)))
    command = [
        "compare",
        str(town),
        "as-it-is",
        str(tmp_path / "more.json"),
        "--stations",
        str(tmp_path / "stations.csv"),
        "--thresholds",
        "100,130",
    ]
    assert run([*command, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    asked = {
        "a": {"thresholds_s": [100, 130]},
        "b": added,
        "stations": [{"id": "west", "lon": lonlat(20, 510)[0], "lat": lonlat(20, 510)[1]}],
    }
    client = TestClient(create_app(Settings(town=str(town), state="none")))
    assert client.post("/v1/coverage/compare", json=asked).json() == told
    with_roads = client.post("/v1/coverage/compare", json={**asked, "include": ["stretches"]}).json()
    CompareResponse.model_validate(with_roads)
    assert with_roads["stretches"]["features"]
    assert run([*command, "--map", str(tmp_path / "change.html")]) == 0
    assert "gained" in capsys.readouterr().out
    assert run(["compare", str(town), "as-it-is"]) == 2
    assert "two scenarios are wanted" in capsys.readouterr().err


def test_files_hold_what_the_document_says(tmp_path, capsys):
    import geopandas as gpd
    import pandas as pd

    town = write_tiny_town(tmp_path / "tinyport.gpkg")
    (tmp_path / "stations.csv").write_text("id,lon,lat\nwest,{},{}\n".format(*lonlat(20, 510)))
    command = ["coverage", str(town), "--stations", str(tmp_path / "stations.csv"), "--thresholds", "90,130"]
    assert run([*command, "--out", str(tmp_path / "out"), "--map", str(tmp_path / "map.html"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["files"]) == 9
    tables = {
        name: pd.read_csv(tmp_path / "out" / f"{name}.csv") for name in ("summary", "addresses", "stretches", "areas")
    }
    assert tables["summary"].addresses_reached.tolist() == told["addresses"]["reached"]
    assert [int((tables["addresses"].band <= at).sum()) for at in (0, 1)] == told["addresses"]["reached"]
    metres = [tables["stretches"].length_m[tables["stretches"].band <= at].sum() for at in (0, 1)]
    assert metres == pytest.approx(told["road_m"]["reached"], abs=0.06)
    assert len(tables["areas"]) == 2 * len(told["by_area"])
    layers = gpd.read_file(tmp_path / "out" / "coverage.gpkg", layer="stretches")
    assert layers.length_m.sum() == pytest.approx(told["road_m"]["total"], abs=1)
    (tmp_path / "taken").write_text("")
    assert run([*command, "--out", str(tmp_path / "taken")]) == 2
    assert "is a file" in capsys.readouterr().err
