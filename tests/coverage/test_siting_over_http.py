"""Siting over HTTP: a job whose result is the document that the command gives."""

from __future__ import annotations

import json

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.testclient import TestClient

from geo_dispatch.app import create_app
from geo_dispatch.cli.main import run
from geo_dispatch.config import Settings
from tests.cli.towns_on_disk import write_tiny_town
from tests.towns import lonlat

SITES = [
    {"id": name, "lon": lonlat(*at)[0], "lat": lonlat(*at)[1]} for name, at in {"a": (20, 510), "b": (990, 760)}.items()
]


@pytest.fixture(scope="module")
def town_file(tmp_path_factory):
    return write_tiny_town(tmp_path_factory.mktemp("towns") / "tinyport.gpkg")


@pytest.fixture(scope="module")
def app(town_file) -> FastAPI:
    return create_app(Settings(town=str(town_file), state="none"))


@pytest.fixture(scope="module")
def client(app) -> TestClient:
    return TestClient(app)


def asked(client: TestClient, **request) -> dict:
    answer = client.post("/v1/coverage/siting", json=request)
    assert answer.status_code == 202, answer.text
    client.app.state.jobs.wait(answer.json()["job"], 60)
    return client.get(answer.headers["location"]).json()


def test_http_and_the_command_give_one_document(client, town_file, tmp_path, capsys):
    job = asked(client, candidates=SITES, count=1, threshold_s=120, frontier=True)
    assert (job["kind"], job["state"], job["progress"]) == ("siting", "done", 1.0)
    file = tmp_path / "sites.csv"
    file.write_text("id,lon,lat\n" + "\n".join(f"{row['id']},{row['lon']},{row['lat']}" for row in SITES))
    command = [
        "siting",
        str(town_file),
        "--candidates",
        str(file),
        "--stations",
        "1",
        "--threshold",
        "120",
        "--frontier",
    ]
    assert run([*command, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    for document in (told, job["result"]):
        del document["elapsed_s"]
    assert told == job["result"]


def test_stations_there_are_may_be_given(client):
    job = asked(client, stations=SITES[:1], candidates=SITES[1:], add=1)
    assert [row["station_id"] for row in job["result"]["stations"]] == ["a", None]


@pytest.mark.parametrize(
    ("request_", "status", "part"),
    [
        ({"count": 1, "add": 1, "candidates": SITES}, 422, "both given"),
        ({"add": 1}, 404, "no fire station"),
        ({"candidates": SITES, "count": 5}, 422, "of 2 candidates"),
        ({"candidates": [{"id": "moon", "lon": 10, "lat": 10}], "count": 1}, 404, "candidate 'moon'"),
    ],
)
def test_questions_that_cannot_be_answered_fail_with_their_problem(client, request_, status, part):
    job = asked(client, **request_)
    assert (job["state"], job["problem"]["status"]) == ("failed", status)
    assert part in job["problem"]["detail"]


@pytest.mark.parametrize(
    "wrong", [{"model": "best"}, {"threshold_s": 0}, {"most": 0}, {"candidates": []}, {"hurry": True}]
)
def test_malformed_questions_are_refused_at_once(client, wrong):
    assert client.post("/v1/coverage/siting", json=wrong).status_code == 422


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_answers_are_as_described(app, mode):
    description = schemathesis.openapi.from_asgi("/openapi.json", app)

    @settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=description["/v1/coverage/siting"]["POST"].as_strategy(generation_mode=mode))
    def ask(case):
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    ask()
