"""A town built by its name, over HTTP, through the command line: from the geocoder to an answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.online.testport import draw_testport


def _run(*words: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "geo_dispatch", *words]
    return subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **environment}, timeout=300, check=False
    )


def test_a_town_is_built_by_its_name_and_the_second_time_from_the_cache(tmp_path: Path) -> None:
    out = tmp_path / "testport.gpkg"
    with draw_testport().server() as server:
        environment = {**server.environment, "GEO_DISPATCH_CACHE_DIR": str(tmp_path / "cache")}
        built = _run("build", "Testport, Massachusetts, USA", "--out", str(out), "--json", environment=environment)
        assert built.returncode == 0, built.stderr
        report = json.loads(built.stdout)
        assert report["town"] == "Testport"
        assert report["counts"]["edges"] > 0
        asked = len(server.requests)
        again = _run("build", "Testport, Massachusetts, USA", "--out", str(out), "--json", environment=environment)
        assert again.returncode == 0, again.stderr
        assert len(server.requests) == asked
    info = json.loads(_run("info", str(out), "--json", environment={}).stdout)
    assert "© OpenStreetMap contributors" in json.dumps(info, ensure_ascii=False)
    street = next(row for row in _streets(out) if row)
    found = _run("locate", str(out), street, "--json", environment={})
    assert json.loads(found.stdout)["candidates"][0]["municipality"] == "Testport"


def _streets(path: Path) -> list[str]:
    import pyogrio

    frame = pyogrio.read_dataframe(path, layer="streets", read_geometry=False)
    return [str(name) for name in frame[frame["municipality"] == "Testport"]["name"]]


def test_a_place_no_geocoder_knows_is_one_line_and_exit_2(tmp_path: Path) -> None:
    with draw_testport().server() as server:
        environment = {**server.environment, "GEO_DISPATCH_CACHE_DIR": str(tmp_path / "cache")}
        failed = _run("build", "Atlantis Nowhere", "--out", str(tmp_path / "x.gpkg"), environment=environment)
    assert failed.returncode == 2
    assert "Atlantis Nowhere" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert not (tmp_path / "x.gpkg").exists()
