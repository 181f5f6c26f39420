"""Coverage over HTTP and by the command: one document."""

from __future__ import annotations

import json

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.testclient import TestClient

from geo_dispatch.api.coverage_responses import CoverageResponse
from geo_dispatch.api.job_models import JobOut
from geo_dispatch.app import create_app
from geo_dispatch.cli.main import run
from geo_dispatch.config import Settings
from tests.cli.towns_on_disk import write_tiny_town
from tests.towns import lonlat

WEST, EAST = lonlat(20, 510), lonlat(990, 760)


@pytest.fixture(scope="module")
def town_file(tmp_path_factory):
    return write_tiny_town(tmp_path_factory.mktemp("towns") / "tinyport.gpkg")


@pytest.fixture(scope="module")
def app(town_file) -> FastAPI:
    return create_app(Settings(town=str(town_file), state="none"))


@pytest.fixture(scope="module")
def client(app) -> TestClient:
    return TestClient(app)


def stations(**more):
    return [
        {"id": "west", "lon": WEST[0], "lat": WEST[1], "turnout_s": 60, **more},
        {"id": "east", "lon": EAST[0], "lat": EAST[1]},
    ]


def test_the_command_and_http_give_one_document(client, town_file, tmp_path, capsys):
    asked = {"stations": stations(), "thresholds_s": [130, 90]}
    answer = client.post("/v1/coverage", json=asked)
    assert answer.status_code == 200
    CoverageResponse.model_validate(answer.json())
    file = tmp_path / "stations.csv"
    file.write_text(f"id,lon,lat,turnout_s\nwest,{WEST[0]},{WEST[1]},60\neast,{EAST[0]},{EAST[1]},\n")
    assert run(["coverage", str(town_file), "--stations", str(file), "--thresholds", "90,130", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == answer.json()
    assert answer.json()["thresholds_s"] == [90, 130]


def test_what_is_included(client):
    asked = {"stations": stations(), "include": ["stretches", "addresses"]}
    found = client.post("/v1/coverage", json=asked).json()
    CoverageResponse.model_validate(found)
    assert found["stretches"]["type"] == found["address_points"]["type"] == "FeatureCollection"


@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [
        ({}, 404, "no fire station"),
        ({"stations": []}, 422, "/stations"),
        ({"stations": stations(), "thresholds_s": [0]}, 422, "/thresholds_s/0"),
        ({"stations": stations(), "thresholds_s": [86400]}, 422, "/thresholds_s/0"),
        ({"stations": [*stations(), *stations()]}, 422, "'west' is given twice"),
        ({"stations": [{"id": "far", "lon": 10.0, "lat": 10.0}]}, 404, "'far'"),
        ({"stations": stations(), "profile": "rocket"}, 422, "rocket"),
        ({"stations": stations(), "closures": ["Nowhere Lane"]}, 404, "Nowhere Lane"),
        ({"stations": stations(chance=2)}, 422, "/chance"),
    ],
)
def test_bad_requests_are_problems(client, asked, status, says):
    answer = client.post("/v1/coverage", json=asked)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert says in answer.text


def test_the_command_for_people(town_file, capsys):
    assert run(["coverage", str(town_file), "--stations-from", "fire station", "--thresholds", "120"]) == 0
    out = capsys.readouterr().out
    assert "1 fire station" in out
    assert "Fire Station 1" in out
    assert run(["coverage", str(town_file)]) == 3
    assert "--stations FILE.csv" in capsys.readouterr().err
    assert run(["coverage", str(town_file), "--stations-from", "fire station", "--thresholds", "soon"]) == 2
    assert run(["coverage", str(town_file), "--stations-from", "fire station", "--thresholds", "0"]) == 2
    assert "threshold of 0 s" in capsys.readouterr().err


def test_a_scenario_in_the_request(client):
    lon, lat = lonlat(500, 10)
    scenario = {
        "name": "two",
        "thresholds_s": [90],
        "stations": {"added": [{"id": "new", "lon": lon, "lat": lat}], "removed": ["east"]},
    }
    found = client.post(
        "/v1/coverage", json={"stations": stations(), "scenario": scenario, "thresholds_s": [120]}
    ).json()
    assert [row["id"] for row in found["stations"]] == ["west", "new"]
    assert found["scenario"]["name"] == "two"
    assert found["thresholds_s"] == [120]
    text = {**scenario, "thresholds_s": ["90"]}
    assert client.post("/v1/coverage", json={"stations": stations(), "scenario": text}).status_code == 422


def test_a_job_gives_the_same_document(client):
    asked = {"stations": stations(), "thresholds_s": [90, 130]}
    answer = client.post("/v1/coverage", json={**asked, "wait": False})
    assert answer.status_code == 202
    where = answer.headers["location"]
    assert where == f"/v1/jobs/{answer.json()['job']}"
    client.app.state.jobs.wait(answer.json()["job"], 20)
    job = client.get(where).json()
    JobOut.model_validate(job)
    assert (job["state"], job["progress"], job["problem"]) == ("done", 1.0, None)
    assert job["result"] == client.post("/v1/coverage", json=asked).json()
    assert client.get("/v1/jobs").json()["jobs"][0]["result"] is None
    failed = client.post("/v1/coverage", json={**asked, "closures": ["Nowhere Lane"], "wait": False}).json()["job"]
    client.app.state.jobs.wait(failed, 20)
    job = client.get(f"/v1/jobs/{failed}").json()
    assert (job["state"], job["problem"]["status"]) == ("failed", 404)
    assert "Nowhere Lane" in job["problem"]["detail"]
    assert client.delete(f"/v1/jobs/{failed}").json()["state"] == "failed"
    assert client.get("/v1/jobs/nosuchjob").status_code == 404


def test_edges_are_a_job_and_a_command(client, town_file, tmp_path, capsys):
    asked = {"stations": stations(), "thresholds_s": [90, 130], "limit": 5}
    answer = client.post("/v1/coverage/edges", json=asked)
    assert answer.status_code == 202
    client.app.state.jobs.wait(answer.json()["job"], 60)
    result = client.get(answer.headers["location"]).json()["result"]
    assert len(result["edges"]) == 5
    file = tmp_path / "stations.csv"
    file.write_text(f"id,lon,lat,turnout_s\nwest,{WEST[0]},{WEST[1]},60\neast,{EAST[0]},{EAST[1]},\n")
    command = ["edges", str(town_file), "--stations", str(file), "--thresholds", "90,130", "--limit", "5"]
    assert run([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == result
    assert run(command) == 0
    assert "Main Street" in capsys.readouterr().out


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/v1/coverage"), ("POST", "/v1/coverage/edges"), ("GET", "/v1/jobs/{job_id}")]
)
def test_answers_are_as_described(app, method, path, mode):
    description = schemathesis.openapi.from_asgi("/openapi.json", app)

    @settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=description[path][method].as_strategy(generation_mode=mode))
    def ask(case):
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    ask()
