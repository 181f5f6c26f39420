"""The commands as people run them: stdout, stderr, exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from geo_dispatch.api import responses
from geo_dispatch.cli.main import run
from tests.cli.towns_on_disk import NOTICE
from tests.towns import lonlat


def at(x: float, y: float) -> str:
    lon, lat = lonlat(x, y)
    return f"{lon},{lat}"


def test_locate_writes_one_json_document(program, tiny_file):
    done = program("locate", tiny_file, "Main Street and Elm Street", "--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    found = responses.LocateResponse.model_validate(json.loads(done.stdout))
    assert found.status == "located"


def test_unknown_words_are_code_3_with_the_question(program, tiny_file):
    done = program("locate", tiny_file, "zzyzx qwertyuiop", "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["question"]["text"]
    plain = program("locate", tiny_file, "zzyzx qwertyuiop")
    assert plain.returncode == 3
    assert "ask: " in plain.stdout
    assert "Traceback" not in plain.stderr


def test_negative_coordinates_need_no_dashes(program, tiny_file, tmp_path):
    done = program("route", tiny_file, at(10, 1000), at(990, 1000), "--map", "route.html", "--json")
    assert done.returncode == 0, done.stderr
    route = responses.RouteResponse.model_validate(json.loads(done.stdout))
    assert route.length_m == pytest.approx(980, rel=0.01)
    page = (tmp_path / "route.html").read_text(encoding="utf-8")
    assert "<html" in page
    assert str(tmp_path / "route.html") in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["route.html"]


@pytest.mark.parametrize("command", ["locate", "reverse", "route", "matrix", "evaluate", "info"])
def test_text_for_people(command, tiny_file, tmp_path, capsys):
    (tmp_path / "points.csv").write_text(f"id,lon,lat,note\na,{at(0, 0)},x\nb,{at(2100, 0)},y\n")
    lon, lat = lonlat(500, 1000)
    case = {"text": "Main Street and Elm Street", "lon": lon, "lat": lat, "tolerance_m": 30, "class": "crossing"}
    (tmp_path / "cases.jsonl").write_text(json.dumps(case) + "\n")
    points, out = str(tmp_path / "points.csv"), str(tmp_path / "out.csv")
    arguments = {
        "locate": ["12 Main Street"],
        "reverse": [at(500, 990)],
        "route": ["Fire Station 1", "Town Hall"],
        "matrix": ["--origins", points, "--destinations", points, "--out", out],
        "evaluate": ["--cases", str(tmp_path / "cases.jsonl")],
        "info": [],
    }
    expected = {
        "locate": "12 Main Street",
        "reverse": "cross streets",
        "route": "Main Street",
        "matrix": "4 rows",
        "evaluate": "100.0%",
        "info": "Far Lane is cut off",
    }
    assert run([command, str(tiny_file), *arguments[command]]) == 0
    streams = capsys.readouterr()
    assert expected[command] in streams.out
    if command == "matrix":
        assert (tmp_path / "out.csv").read_text().splitlines()[2] == "a,b,,"


@pytest.mark.parametrize("command", ["info", "reverse", "matrix", "evaluate"])
def test_json_of_the_others(command, tiny_file, tmp_path, capsys):
    (tmp_path / "points.csv").write_text(f"id,lon,lat\na,{at(0, 0)}\n")
    (tmp_path / "cases.jsonl").write_text('{"text": "Elm", "lon": 1, "lat": 1, "tolerance_m": 1}\n')
    points = str(tmp_path / "points.csv")
    arguments = {
        "info": [],
        "reverse": [at(500, 990)],
        "matrix": ["--origins", points, "--destinations", points, "--out", str(tmp_path / "out.csv")],
        "evaluate": ["--cases", str(tmp_path / "cases.jsonl")],
    }
    assert run([command, str(tiny_file), *arguments[command], "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    if command == "info":
        assert answer["name"] == "Tinyport"
        assert answer["notice"] == NOTICE
        assert answer["counts"]["places"] == 3
        assert answer["index"] == "current"
    if command == "matrix":
        responses.MatrixResponse.model_validate(answer)
    if command == "reverse":
        responses.ReverseResponse.model_validate(answer)


def test_a_closed_pipe_is_no_fault(tiny_file):
    command = f"{sys.executable} -m geo_dispatch info {tiny_file} | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["Tinyport, Testonia", "0"]
    assert done.stderr == ""


def test_serve_says_where_and_stops_on_interrupt(tiny_file, tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "geo_dispatch", "serve", str(tiny_file), "--port", "0", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
    )
    try:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        with urllib.request.urlopen(told["url"] + "/v1/places", timeout=30) as answer:
            assert json.load(answer)["number_matched"] == 3
        process.send_signal(signal.SIGINT)
        _, messages = process.communicate(timeout=20)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, messages
    assert "Traceback" not in messages


def test_a_port_in_use_is_bad_input(tiny_file, capsys):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run(["serve", str(tiny_file), "--port", str(port)]) == 2
    streams = capsys.readouterr()
    assert f"port {port}" in streams.err
    assert streams.err.count("\n") == 1


SAMPLE = Path(__file__).resolve().parents[2] / "data" / "towns" / "sample" / "sample.osm.pbf"


@pytest.mark.slow
def test_demo_shows_ten_calls(program, tmp_path):
    done = program("demo", "--calls", "--json")
    calls = json.loads(done.stdout)["calls"]
    assert len(calls) == 10
    assert [call["located"][-1]["status"] for call in calls[:-1]].count("unknown") == 0
    assert calls[-1]["located"][0]["status"] == "unknown"
    assert all(call["located"][0]["question"] for call in calls if call["answers"])
    assert "call 10:" in program("demo", "--calls").stdout


@pytest.mark.slow
def test_demo_works_one_call_and_builds_the_sample_once(program, tmp_path):
    first = program("demo", "--no-serve", "--json")
    assert first.returncode == 0, first.stderr
    told = json.loads(first.stdout)
    assert told["located"]["status"] == "located"
    assert told["located"]["candidates"][0]["why"]
    assert len(told["route"]["steps"]) > 2
    assert Path(told["map"]).is_absolute()
    assert "<html" in Path(told["map"]).read_text(encoding="utf-8")[:500]
    assert "building the sample town" in first.stderr
    again = program("demo", "--no-serve")
    assert again.returncode == 0, again.stderr
    assert "building" not in again.stderr
    assert told["town"] in again.stdout
    assert program("locate", told["words"]).returncode == 0
    stamp = tmp_path / "cache" / "geo-dispatch" / "towns" / "sample.gpkg.sources"
    stamp.write_text("of older sources")
    assert "building the sample town" in program("info").stderr


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT can't be sent to a process there")
def test_ctrl_c_during_a_build_leaves_the_old_file_and_nothing_else(tmp_path):
    out = tmp_path / "town.gpkg"
    out.write_bytes(b"the old file")
    process = subprocess.Popen(
        [sys.executable, "-m", "geo_dispatch", "build", "--osm", str(SAMPLE), "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "assembling" in line:
            break
    process.send_signal(signal.SIGINT)
    written, messages = process.communicate(timeout=60)
    assert process.returncode == 130, messages
    assert written == ""
    assert "interrupted: " in messages
    assert "Traceback" not in messages
    assert out.read_bytes() == b"the old file"
    assert [path.name for path in tmp_path.iterdir()] == ["town.gpkg"]
