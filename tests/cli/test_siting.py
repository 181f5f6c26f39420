"""The command ``siting``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.towns import lonlat


def test_the_command_writes_what_coverage_reads(program: Any, tiny_file: Path, tmp_path: Path) -> None:
    """Put a plan into a file, a map and a document, and the file into a study of coverage."""
    sites = tmp_path / "sites.csv"
    lines = [f"{name},{lon},{lat}" for name, (lon, lat) in {"a": lonlat(20, 510), "b": lonlat(990, 760)}.items()]
    sites.write_text("\n".join(["id,lon,lat", *lines]))
    done = program(
        "siting", tiny_file, "--candidates", sites, "--stations", 1, "--out", "plan.csv", "--map", "plan.html", "--json"
    )
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)  # and nothing else: the solver's own words are kept away
    assert document["files"] == ["plan.csv", "plan.html"]
    assert "<title>Siting of stations" in (tmp_path / "plan.html").read_text()
    covered = program("coverage", tiny_file, "--stations", "plan.csv", "--thresholds", 480, "--json")
    assert json.loads(covered.stdout)["addresses"]["reached"] == [document["reached"]["addresses"]]
    refused = program("siting", tiny_file, "--candidates", sites, "--stations", 3)
    assert refused.returncode == 2
    assert "3 stations are asked for of 2 candidates" in refused.stderr
