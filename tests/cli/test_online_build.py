"""``build PLACE`` as people run it, against a local server that speaks Nominatim and Overpass."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.online.fake_osm_server import FakeOsmServer, Fault
from tests.online.testport import draw_testport

pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Iterator[FakeOsmServer]:
    with draw_testport().server() as running:
        yield running


def test_a_town_is_built_from_its_name(program, server, tmp_path):
    done = program(
        "build",
        "Testport, Massachusetts, USA",
        "--out",
        "t.gpkg",
        "--margin-m",
        "1000",
        "--json",
        **server.environment,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["town"] == "Testport"
    assert report["counts"]["edges"] > 0
    assert (tmp_path / "t.gpkg").is_file()
    told = json.loads(program("info", "t.gpkg", "--json").stdout)
    assert (told["name"], told["state"]) == ("Testport", "Massachusetts")
    assert "© OpenStreetMap contributors" in told["attribution"]


@pytest.mark.parametrize(
    ("place", "fault", "code", "part"),
    [
        ("Atlantis, Massachusetts, USA", None, 2, "Atlantis"),
        ("Testport, Massachusetts, USA", 503, 1, "try again later"),
    ],
)
def test_what_can_go_wrong_is_one_line(program, server, tmp_path, place, fault, code, part):
    if fault is not None:
        server.fail_next(*[Fault(status=fault)] * 9, path="/search")
    done = program("build", place, "--out", "t.gpkg", **server.environment, GEO_DISPATCH_RETRIES="0")
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    problem = done.stderr.splitlines()[-1]
    assert problem.startswith("geo-dispatch: ")
    assert part in problem
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "t.gpkg").exists()
