"""A pack with faults on the command line: every fault a line, and --lenient keeps the rest."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from geo_dispatch.cli.main import run

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "towns" / "sample" / "sample.osm.pbf"


def test_each_fault_is_a_line_and_lenient_keeps_the_rest(tmp_path, capsys):
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "pack.yaml").write_text("name: Brantport\nstate: Penwick\n")
    (pack / "stations.yaml").write_text(
        "- {station_id: a, name: A, kind: fyre}\n"
        "- {station_id: b, name: B, kind: fire, address: 56 Central Avenue}\n"
        "- {station_id: c, name: C, kind: fire, lon: -69.3, lat: 40.8}\n"
    )
    (pack / "directory.yaml").write_text("- {service_id: x, name: X, hours: whenever, phone: none}\n")
    out = tmp_path / "town.gpkg"
    build = ["build", "--osm", str(SAMPLE), "--pack", str(pack), "--name", "Brantport", "--out", str(out)]

    assert run(build) == 2
    told = [line for line in capsys.readouterr().err.splitlines() if line.startswith("geo-dispatch: ")]
    assert [line.split(": ")[1] for line in told] == ["directory.yaml:1", "directory.yaml:1", "stations.yaml:1"]
    assert not out.exists()

    assert run([*build, "--lenient"]) == 0
    told = capsys.readouterr().err
    assert "3 rows or files of the town pack are wrong and were left out: directory.yaml:1: phone 'none'" in told
    assert "stations.yaml:3: 'c' at lon -69.3, lat 40.8" in told
    with sqlite3.connect(out) as connection:
        assert connection.execute("SELECT station_id FROM stations ORDER BY 1").fetchall() == [("b",), ("c",)]

    assert run(["info", str(out), "--json"]) == 0
    assert "stations.yaml:1" in json.dumps(json.loads(capsys.readouterr().out))

    assert run(["build", "--osm", str(SAMPLE), "--lenient", "--out", str(out)]) == 2
    assert "--lenient is about a town pack" in capsys.readouterr().err
