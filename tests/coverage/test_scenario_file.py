"""Scenarios in files: what they change, and what is said when they are wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pytest

from geo_dispatch.coverage import Scenario, Study, read_scenario
from geo_dispatch.errors import CaseFileError, InputError, ProfileError
from geo_dispatch.routing import Router
from tests.coverage.conftest import EAST, WEST
from tests.towns import box, lonlat, tiny_drawing

LON, LAT = lonlat(500, 10)
WHOLE = f"""
name: Third station
respond: stations
profile: ladder
thresholds_s: [480, 240]
at: 2026-07-08T03:00
turnout_s: 70
due: 3
stations:
  moved: {{east: [{LON}, {LAT}]}}
  added:
  - {{id: new, lon: {LON}, lat: {LAT}, name: New Station, turnout_s: 120, chance: 0.5, shifts: "Mo-Su 08:00-20:00"}}
  removed: west
  chance: {{east: 0.75}}
closures: "Head Bridge; note=under repair"
without_units: [west]
"""


def written(tmp_path, text, name="scenario.yaml"):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_every_member(tmp_path):
    found = read_scenario(written(tmp_path, WHOLE))
    assert (found.name, found.by, found.profile, found.due) == ("Third station", "stations", "ladder", 3)
    assert found.thresholds_s == (480.0, 240.0)
    assert found.at == datetime(2026, 7, 8, 3)
    assert found.stations.moved["east"] == pytest.approx((LON, LAT))
    new = found.stations.added[0]
    assert (new.id, new.turnout_s, new.chance, new.profile, new.kind) == ("new", 120.0, 0.5, "ladder", "fire")
    assert found.stations.removed == found.without_units == ("west",)
    assert found.closures == ("Head Bridge; note=under repair",)


def test_json_is_read_alike(tmp_path):
    text = json.dumps({"name": "as json", "thresholds_s": [240], "stations": {"removed": ["east"]}})
    found = read_scenario(written(tmp_path, text, "scenario.json"))
    assert found.stations.removed == ("east",)
    assert found.thresholds_s == (240.0,)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no scenario"),
        ("- a\n", ":1: is not a scenario"),
        ("name: a\nthreshold: 240\n", r":2: there is no member 'threshold'"),
        ("name: a\nthresholds_s: [240, 0]\n", r":2: thresholds_s.1 \('0'\)"),
        ("name: a\nthresholds_s: [240,\n  soon]\n", r":3: thresholds_s.1 \('soon'\)"),
        ("stations:\n  moved:\n    east: [200, 41]\n", r":3: stations.moved.east.0 \('200'\)"),
        ("stations:\n  shifts:\n    east: whenever\n", r":3: stations.shifts.east \('whenever'\)"),
        ("stations:\n  added:\n  - {id: x, lon: -69}\n", r":3: stations.added.0.lat"),
        ("stations:\n  chance: {east: 2}\n", r":2: stations.chance.east \('2'\)"),
        ("at: tomorrow\n", r":1: at \('tomorrow'\)"),
        ("name: [\n", "not YAML"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, text, says):
    with pytest.raises(CaseFileError, match=says):
        read_scenario(written(tmp_path, text))


def test_a_profile_that_there_is_not(tmp_path):
    with pytest.raises(ProfileError, match="rocket"):
        read_scenario(written(tmp_path, "profile: rocket\n"))


def units_town():
    import geopandas as gpd
    import shapely

    from tests.towns import EPSG, town_from_layers

    layers = dict(tiny_drawing().layers("Tinyport", box(-1000, -1000, 1500, 3000)))
    points = {"s1": lonlat(20, 510), "s2": lonlat(990, 760)}
    layers["stations"] = gpd.GeoDataFrame(
        [{"station_id": name, "name": name.upper(), "kind": "fire"} for name in points],
        geometry=[shapely.Point(*place) for place in points.values()],
        crs=4326,
    )
    units = [
        ("E1", "s1", "engine", "24/7"),
        ("A1", "s1", "ambulance", "Mo-Su 07:00-19:00"),
        ("T2", "s2", "tanker", "on call"),
    ]
    layers["units"] = gpd.GeoDataFrame(
        [
            {
                "unit_id": unit,
                "name": unit,
                "station_id": home,
                "kind": kind,
                "profile": kind,
                "staffing": hours,
                "weight_t": 12.0,
            }
            for unit, home, kind, hours in units
        ],
        geometry=[shapely.Point(*points[home]) for _, home, _, _ in units],
        crs=4326,
    )
    return town_from_layers(layers, name="Tinyport", epsg=EPSG, state="Testonia")


@pytest.fixture(scope="module")
def unit_study() -> Study:
    town = units_town()
    return Study(town, Router(town))


def test_units_respond_with_their_own_vehicle_turnout_and_hours(unit_study):
    found = unit_study.run(Scenario(by="units", thresholds_s=(240.0,)))
    by_id = {row.id: row for row in found.responders}
    assert {id_: row.turnout_s for id_, row in by_id.items()} == {"E1": 80.0, "A1": 60.0, "T2": 300.0}
    assert {id_: row.profile for id_, row in by_id.items()} == {"E1": "engine", "A1": "ambulance", "T2": "tanker"}
    assert by_id["E1"].size.weight_t == 12.0
    assert any("round the clock" in text and "A1" in text for text in found.warnings)
    night = unit_study.run(Scenario(by="units", thresholds_s=(240.0,), at=datetime(2026, 7, 8, 3)))
    assert [row.id for row in night.responders] == ["E1", "T2"]


def test_units_are_moved_added_and_removed(unit_study, tmp_path):
    lon, lat = lonlat(500, 10)
    text = f"""
respond: units
thresholds_s: [240]
stations:
  added: [{{id: s3, lon: {lon}, lat: {lat}}}]
units:
  moved: {{E1: s2, T2: s3}}
  added: [{{id: E9, station: s1, kind: engine}}, {{id: X, lon: {lon}, lat: {lat}, profile: car}}]
  removed: [A1]
"""
    found = unit_study.run(read_scenario(written(tmp_path, text)))
    homes = {row.id: row.station_id for row in found.responders}
    assert homes == {"E1": "s2", "T2": "s3", "E9": "s1", "X": ""}
    wrong = read_scenario(written(tmp_path, "respond: units\nunits:\n  moved: {E1: s7}\n"))
    with pytest.raises(InputError, match="no station 's7'"):
        unit_study.run(wrong)
    wrong = read_scenario(written(tmp_path, "respond: units\nunits:\n  removed: [E7]\n"))
    with pytest.raises(InputError, match=r"no unit 'E7'.*E1"):
        unit_study.run(wrong)


def test_a_scenario_applies_to_given_stations(study, tmp_path):
    scenario = read_scenario(written(tmp_path, "stations:\n  removed: [east]\nthresholds_s: [100]\n"))
    found = study.run(replace(scenario, responders=(WEST, EAST)))
    assert [row.id for row in found.responders] == ["west"]
