"""Recommendations over HTTP and from the command line: the same document, the live store's units and closures, the record."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from geo_dispatch.api.recommend_models import RecommendResponse
from geo_dispatch.app import create_app
from geo_dispatch.config import Settings
from tests.api.test_problems import check

CALL = {"place": {"lon": -69.54801, "lat": 40.88802}, "call_type": "medical", "at": "2026-07-08T16:00:00Z"}


@pytest.fixture
def state(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'live.sqlite'}"


@pytest.fixture
def live(sample_file: Path, state: str) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(town=str(sample_file), state=state))) as opened:
        yield opened


def program(sample_file: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "geo_dispatch", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "GEO_DISPATCH_TOWN": str(sample_file)},
    )


def test_units_and_closures_are_those_of_the_store(live, sample_file, state):
    first = live.post("/v1/recommend", json=CALL, headers={"Desk": "Desk 1"})
    assert first.status_code == 200, first.text
    found = RecommendResponse.model_validate(first.json())
    assert [(row.unit, row.role) for row in found.assignment] == [("A1", "ambulance")]
    live.put("/v1/units/A1/status", json={"status": "out_of_service"})
    second = RecommendResponse.model_validate(live.post("/v1/recommend", json=CALL).json())
    assert [row.unit for row in second.assignment] == ["A2"]
    assert next(row for row in second.considered if row.unit == "A1").reason == "is out of service"
    flooded = {"kind": "street", "spec": "Plover Island Causeway", "starts": "2026-07-08T15:00:00Z"}
    assert live.post("/v1/closures", json=flooded).status_code == 201
    island = {**CALL, "place": {"lon": -69.58333, "lat": 40.81871}}
    third = RecommendResponse.model_validate(live.post("/v1/recommend", json=island).json())
    assert third.assignment == []
    assert "is closed" in next(row for row in third.considered if row.unit == "A2").reason
    row = live.get("/v1/audit", params={"subject_kind": "recommendation"}).json()["entries"][0]
    assert (row["actor"], row["subject_id"]) == ("Desk 1", found.record_id)
    for record in (found.record_id, second.record_id, third.record_id):
        again = program(sample_file, "record", "replay", record, "--state", state, "--town", sample_file, "--json")
        assert again.returncode == 0, again.stderr
        assert json.loads(again.stdout)["same"]


def test_the_command_gives_the_same_document(live, sample_file, state):
    told = live.post("/v1/recommend", json=CALL).json()
    place = f"{CALL['place']['lon']},{CALL['place']['lat']}"
    asked = ("recommend", sample_file, place, "--call-type", "medical", "--at", CALL["at"], "--state", state, "--json")
    printed = program(sample_file, *asked)
    assert printed.returncode == 0, printed.stderr
    shown = json.loads(printed.stdout)
    assert shown.pop("record_id") != told.pop("record_id")
    assert shown == told


def test_what_can_t_be_asked_is_a_problem_and_keeps_nothing(live):
    before = live.get("/v1/audit").json()["head"]
    check(live.post("/v1/recommend", json={**CALL, "call_type": "medicl"}), 422, "run-card")
    check(live.post("/v1/recommend", json={**CALL, "alarm": 9}), 422, "run-card")
    check(live.post("/v1/recommend", json={**CALL, "place": "Xyzzy Lane"}), 404, "unknown-place")
    check(live.post("/v1/recommend", json={**CALL, "place": "South Main Road"}), 409, "ambiguous-place")
    check(live.post("/v1/recommend", json={**CALL, "place": {"lon": 0, "lat": 0}}), 404, "coordinate")
    check(
        live.post("/v1/recommend", json={**CALL, "closures": ["Main Street from Xyzzy Lane to Bridge Street"]}),
        404,
        "closure",
    )
    assert live.get("/v1/audit").json()["head"] == before


def test_the_command_ends_as_the_contract_says(sample_file, tmp_path):
    page = tmp_path / "call.html"
    done = program(
        sample_file, "recommend", sample_file, "Main Street and Bridge Street", "--call-type", "structure_fire",
        "--at", "2026-07-08T16:00:00Z", "--map", page,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "posted 7.3 t" in done.stdout
    assert not re.findall(r'(?:src|href)="(?!data:|#)', page.read_text(encoding="utf-8"))
    (tmp_path / "units.csv").write_text("unit_id,status\nA1,on_scene\nA2,available\n", encoding="utf-8")
    ask = (
        "recommend",
        sample_file,
        "-69.54801,40.88802",
        "--at",
        "2026-07-08T16:00:00Z",
        "--units",
        tmp_path / "units.csv",
    )
    assert program(sample_file, *ask, "--call-type", "medical").returncode == 0
    nobody = program(sample_file, *ask, "--call-type", "lost_person")
    assert nobody.returncode == 3
    assert "MISSING 2 of 2 police" in nobody.stdout
    assert program(sample_file, *ask, "--call-type", "medicl").returncode == 2
    assert program(sample_file, "recommend", sample_file, "Xyzzy Lane", "--call-type", "medical").returncode == 3
    (tmp_path / "units.csv").write_text("unit_id,status\nA1,gone\n", encoding="utf-8")
    wrong = program(sample_file, *ask, "--call-type", "medical")
    assert wrong.returncode == 2
    assert "units.csv:2:" in wrong.stderr
    assert program(sample_file, "record", "replay", "r-none", "--town", sample_file).returncode == 3


def test_the_candidate_taken_counts_with_its_region(live):
    words = {"text": ["I'm on 83 southbound just past exit 5"], "answers": [{"question": "water", "answer": "no"}]}
    candidate = live.post("/v1/locate", json=words).json()["candidates"][0]
    answer = live.post("/v1/recommend", json={**CALL, "place": {**words, "rank": 1}})
    assert answer.status_code == 200, answer.text
    found = RecommendResponse.model_validate(answer.json())
    assert found.place.model_dump() == candidate
    there = {"lon": candidate["lon"], "lat": candidate["lat"]}
    alone = RecommendResponse.model_validate(live.post("/v1/recommend", json={**CALL, "place": there}).json())
    wide, narrow = found.assignment[0].interval_s, alone.assignment[0].interval_s
    assert wide[1] - wide[0] > narrow[1] - narrow[0], "nobody knows where in the region the caller is"
    problem = live.post("/v1/recommend", json={**CALL, "place": {**words, "rank": 40}})
    assert problem.status_code == 422
    assert "no candidate 40" in problem.json()["detail"]
    assert live.post("/v1/recommend", json={**CALL, "place": {"text": []}}).status_code == 422
