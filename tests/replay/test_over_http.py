"""Replaying and busy units as jobs over HTTP."""

from __future__ import annotations

import time

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from geo_dispatch.api.errors import install_error_handlers
from geo_dispatch.api.job_routes import make_job_router
from geo_dispatch.api.replay_routes import make_replay_router
from geo_dispatch.service.document import document
from geo_dispatch.service.jobs import JobRunner
from geo_dispatch.service.replay_desk import ReplayDesk
from tests.replay.made_calls import from_quarters, made_rows, write_calls


@pytest.fixture(scope="module")
def client(at):
    app, jobs = FastAPI(), JobRunner()
    app.include_router(make_replay_router(ReplayDesk(lambda: at), jobs))
    app.include_router(make_job_router(jobs))
    install_error_handlers(app)
    with TestClient(app) as opened:
        yield opened
    jobs.close()


def done(client, answer):
    assert answer.status_code == 202, answer.text
    for _ in range(600):
        job = client.get(answer.headers["Location"]).json()
        if job["state"] not in ("queued", "running"):
            return job
        time.sleep(0.1)
    raise AssertionError("the job does not end")


def test_calls_are_replayed_as_by_the_command(client, at, tmp_path):
    path = write_calls(tmp_path / "c.csv", made_rows(at, calls=12, seed=2, drive=from_quarters(at)))
    job = done(client, client.post("/v1/replay", json={"calls": path.read_text(), "seed": 3}))
    assert job["state"] == "done"
    from geo_dispatch.replay import replay_calls

    assert job["result"] == document(replay_calls(at, path, seed=3, name="the calls"))
    assert job["result"]["file"] == "the calls"


def test_busy_units_are_worked_out(client):
    job = done(client, client.post("/v1/busy", json={"rates": {"medical": 9}, "runs": 2, "days": 4}))
    assert [row["unit"] for row in job["result"]["units"]] == ["E1", "R1", "E2", "A2", "P1"]


def test_what_can_t_be_used_is_a_problem(client):
    job = done(client, client.post("/v1/replay", json={"calls": "call,unit\n"}))
    assert (job["state"], job["problem"]["status"]) == ("failed", 422)
    assert job["problem"]["detail"].startswith("the calls:1: lacks the column")
    job = done(client, client.post("/v1/busy", json={"rates": {"medicl": 9}}))
    assert "did you mean 'medical'" in job["problem"]["detail"]
    for path, body in (
        ("/v1/busy", {"rates": {}}),
        ("/v1/busy", {"rates": {"medical": -1}}),
        ("/v1/busy", {"rates": {"medical": 1}, "overflow": "none"}),
        ("/v1/replay", {"calls": ""}),
        ("/v1/replay", {"calls": "x", "limit": 0}),
        ("/v1/replay", {"calls": "x", "more": 1}),
    ):
        assert client.post(path, json=body).status_code == 422
