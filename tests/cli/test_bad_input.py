"""Bad input: one line that names the value and the remedy, the right exit code, no traceback."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3

import pytest

from geo_dispatch.cli.main import run
from tests.towns import lonlat


def at(x: float, y: float) -> str:
    lon, lat = lonlat(x, y)
    return f"{lon},{lat}"


@pytest.fixture
def files(tmp_path, tiny_file, monkeypatch):
    """Make wrong files of every kind in the present folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "empty.gpkg").write_bytes(b"")
    (tmp_path / "text.gpkg").write_text("not a database")
    whole = tiny_file.read_bytes()
    (tmp_path / "short.gpkg").write_bytes(whole[: len(whole) // 2])
    with sqlite3.connect(tmp_path / "other.gpkg") as other:
        other.execute("CREATE TABLE things (id INTEGER)")
    other.close()
    shutil.copy(tiny_file, tmp_path / "newer.gpkg")
    with sqlite3.connect(tmp_path / "newer.gpkg") as newer:
        newer.execute("UPDATE meta SET value = '999' WHERE key = 'format_version'")
    newer.close()
    shutil.copy(tiny_file, tmp_path / "town.gpkg")
    shutil.copytree(f"{tiny_file}.index", tmp_path / "town.gpkg.index")
    (tmp_path / "empty.osm.pbf").write_bytes(b"")
    (tmp_path / "text.osm.pbf").write_text("not OpenStreetMap data, but long enough to be read")
    (tmp_path / "text.osm").write_text("<html>")
    (tmp_path / "bad.jsonl").write_text('{"text": "a"}\n')
    (tmp_path / "nocolumn.csv").write_text("id,x,y\na,1,2\n")
    (tmp_path / "badrow.csv").write_text("id,lon,lat\na,-71.03,41.53\nb,-71.03,ninety\n")
    (tmp_path / "good.csv").write_text(f"id,lon,lat\na,{at(0, 0)}\n")
    (tmp_path / "bad.geojson").write_text('{"type": "Polygon"}')
    (tmp_path / "link.gpkg").symlink_to("town.gpkg")
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "pack.yaml").write_text("name: Tinyport\n")
    (tmp_path / "far.csv").write_text("id,lon,lat\nparis,2.35,48.86\n")
    return tmp_path


def contents(folder):
    """Return every file of a folder by name, without the cache and the index."""
    made = {"cache", "town.gpkg.index"}
    found = (path for path in folder.rglob("*") if path.is_file() and not made & set(path.parts))
    return {path.relative_to(folder): path.read_bytes() for path in found}


MATRIX = ["matrix", "town.gpkg", "--out", "out.csv", "--destinations", "good.csv", "--origins"]

BAD = [
    (["info", "missing.gpkg"], 2, "missing.gpkg: no such town file"),
    (["info", "empty.gpkg"], 2, "empty.gpkg: not a GeoPackage"),
    (["info", "text.gpkg"], 2, "text.gpkg: not a GeoPackage"),
    (["info", "short.gpkg"], 2, "short.gpkg: "),
    (["info", "other.gpkg"], 2, "other.gpkg: not a town file"),
    (["info", "newer.gpkg"], 2, "format 999 is newer"),
    (["info", "."], 2, ""),
    (["serve", "missing.gpkg", "--port", "0"], 2, "missing.gpkg: no such town file"),
    (["build", "--osm", "missing.osm.pbf", "--out", "o.gpkg"], 2, "missing.osm.pbf"),
    (["build", "--osm", "empty.osm.pbf", "--out", "o.gpkg"], 2, "empty.osm.pbf"),
    (["build", "--osm", "text.osm.pbf", "--out", "o.gpkg"], 2, "text.osm.pbf"),
    (["build", "--osm", "text.osm", "--out", "o.gpkg"], 2, "text.osm"),
    (["build", "--osm", "empty.osm.pbf", "--out", "nowhere/o.gpkg"], 2, "nowhere"),
    (["build", "--osm", "empty.osm.pbf", "--out", "."], 2, "is a folder"),
    (["build", "--out", "o.gpkg"], 2, "nothing to build from"),
    (["build", "--osm", "empty.osm.pbf", "--margin-m", "-1", "--out", "o.gpkg"], 2, "--margin-m -1"),
    (["reverse", "town.gpkg", "2.35,48.86"], 2, "2.35,48.86 is outside Tinyport"),
    (["reverse", "town.gpkg", "41.535,-71.03"], 2, "swapped"),
    (["reverse", "town.gpkg", "north"], 2, "'north' is not LON,LAT"),
    (["reverse", "town.gpkg", "-71.03,nan"], 2, "-71.03,nan"),
    (["route", "town.gpkg", "Elm Street and Main Street", "Xyzzy Boulevard"], 3, "'Xyzzy Boulevard' matches nothing"),
    (["route", "town.gpkg", at(0, 0), at(2100, 0)], 3, "no way"),
    (["route", "town.gpkg", at(0, 0), "Elm Street"], 3, "'Elm Street' is a whole street, Elm Street, Tinyport, up to"),
    (["route", "town.gpkg", at(0, 0), at(900, 0), "--profile", "sled"], 2, "sled"),
    (["route", "town.gpkg", at(0, 0), at(900, 0), "--close", "Elm Str"], 2, "'Elm Str': did you mean Elm Street?"),
    (["route", "town.gpkg", at(0, 0), at(900, 0), "--close", "Elm St from Oak Ave to Far Lane"], 2, "never meet"),
    (["route", "town.gpkg", at(0, 0), at(900, 0), "--close", "Elm St; for=sled"], 2, "no vehicle profile 'sled'"),
    (["route", "town.gpkg", at(0, 0), at(900, 0), "--close", "missing.geojson"], 2, "missing.geojson: can't be read"),
    (["route", "town.gpkg", at(0, 0), at(900, 0), "--close", "bad.geojson"], 2, "the area can't be read"),
    (["route", "town.gpkg", at(0, 0), at(900, 0), "--at", "soon"], 2, "'soon' is not a time"),
    (["route", "town.gpkg", at(0, 0), at(900, 0), "--close", "South Lane"], 3, "South Lane is closed"),
    (["route", "town.gpkg", at(0, 0), at(900, 0), "--map", "nowhere/map.html"], 2, "the folder nowhere does not exist"),
    (["route", "town.gpkg", at(0, 0), at(900, 0), "--map", "."], 2, "is a folder"),
    (["locate", "town.gpkg", " "], 2, "blank"),
    (["locate", "town.gpkg", "Elm Street", "--circle", "1,2"], 2, "1,2"),
    (["locate", "town.gpkg", "Elm Street", "--circle", "-71,41,-5"], 2, "-5"),
    ([*MATRIX, "missing.csv"], 2, "missing.csv"),
    ([*MATRIX, "nocolumn.csv"], 2, "nocolumn.csv:1"),
    ([*MATRIX, "badrow.csv"], 2, "badrow.csv:3"),
    ([*MATRIX, "far.csv"], 2, "origin 'paris'"),
    ([*MATRIX, "good.csv", "--profile", "sled"], 2, "sled"),
    ([*MATRIX, "good.csv", "--close", "Elm Str"], 2, "'Elm Str'"),
    ([*MATRIX, "good.csv", "--at", "soon"], 2, "'soon' is not a time"),
    ([*MATRIX, "good.csv", "--out", "town.gpkg"], 2, "--out town.gpkg is the town file: choose another file"),
    ([*MATRIX, "good.csv", "--out", "link.gpkg"], 2, "--out link.gpkg is the town file"),
    ([*MATRIX, "good.csv", "--out", "other.gpkg"], 2, "--out other.gpkg is a GeoPackage or another database"),
    ([*MATRIX, "good.csv", "--out", "good.csv"], 2, "--out good.csv is the file of --origins"),
    ([*MATRIX, "far.csv", "--out", "good.csv"], 2, "--out good.csv is the file of --destinations"),
    (["locate", "town.gpkg", "Elm Street", "--map", "./town.gpkg"], 2, "--map town.gpkg is the town file"),
    (["route", "town.gpkg", at(0, 0), at(900, 0), "--map", "town.gpkg"], 2, "--map town.gpkg is the town file"),
    (["demo", "--no-serve", "--map", "town.gpkg"], 2, "--map town.gpkg is a GeoPackage"),
    (["build", "--osm", "text.osm", "--out", "text.osm"], 2, "--out text.osm is a source: --osm text.osm"),
    (["build", "--roads", "other.gpkg", "--out", "other.gpkg"], 2, "a source: --roads other.gpkg"),
    (["build", "--osm", "text.osm", "--pack", "pack", "--out", "pack/pack.yaml"], 2, "is in --pack pack"),
    (["evaluate", "town.gpkg", "--cases", "missing.jsonl"], 2, "missing.jsonl"),
    (["evaluate", "town.gpkg", "--cases", "bad.jsonl"], 2, "bad.jsonl:1"),
    (["audit", "town.gpkg", "--kinds", "nearby"], 2, "no kind of caller 'nearby': choose from address"),
    (["audit", "town.gpkg", "--each", "0"], 2, "--each"),
    (["audit", "town.gpkg", "--seed", "-1"], 2, "--seed"),
    (["audit", "town.gpkg", "--cases-out", "town.gpkg"], 2, "--cases-out town.gpkg is the town file"),
    (["audit", "town.gpkg", "--cases-out", "no/where.jsonl"], 2, "the folder no does not exist"),
    (["audit", "missing.gpkg"], 2, "missing.gpkg"),
]


@pytest.mark.parametrize(("arguments", "code", "part"), BAD, ids=[" ".join(row[0]) for row in BAD])
def test_bad_input(arguments, code, part, files, capsys):
    before = contents(files)
    assert run(arguments) == code
    streams = capsys.readouterr()
    assert streams.out == ""
    problem = streams.err.splitlines()[-1]
    assert problem.startswith("geo-dispatch")
    assert part in problem
    assert "unexpected" not in problem
    assert "Traceback" not in streams.err
    assert len([line for line in streams.err.splitlines() if line.startswith("geo-dispatch")]) == 1
    assert contents(files) == before


def test_with_json_the_failure_is_one_document(files, capsys):
    assert run(["route", "town.gpkg", "Xyzzy Boulevard", at(0, 0), "--json"]) == 3
    problem = json.loads(capsys.readouterr().out)
    assert problem["type"] == "urn:geo-dispatch:problem:unknown-place"
    assert problem["question"]["text"]
    assert run(["reverse", "town.gpkg", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["type"] == "urn:geo-dispatch:problem:usage"


def test_a_wrong_setting_is_named(files, capsys, monkeypatch):
    monkeypatch.setenv("GEO_DISPATCH_PORT", "many")
    assert run(["serve", "town.gpkg"]) == 2
    assert "GEO_DISPATCH_PORT is 'many'" in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_can_not_be_written(files, capsys):
    locked = files / "locked"
    locked.mkdir()
    locked.chmod(0o555)
    assert run(["build", "--osm", "empty.osm.pbf", "--out", "locked/o.gpkg"]) == 2
    assert "permission denied" in capsys.readouterr().err
    assert run(["route", "town.gpkg", at(0, 0), at(900, 0), "--map", "locked/map.html"]) == 2
    assert "permission denied" in capsys.readouterr().err


def test_faults_of_ours_are_one_line_and_a_hint(files, capsys, monkeypatch):
    from geo_dispatch.service import Service

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a wheel came off")

    monkeypatch.setattr(Service, "reverse", fail)
    assert run(["reverse", "town.gpkg", at(0, 0)]) == 1
    shown = capsys.readouterr().err
    assert shown.count("\n") == 1
    assert "a wheel came off" in shown
    assert "--debug" in shown
    assert run(["reverse", "town.gpkg", at(0, 0), "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_town_file_that_the_system_refuses_is_bad_input(files, capsys, monkeypatch):
    import geo_dispatch.town.store

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "town.gpkg")

    monkeypatch.setattr(geo_dispatch.town.store, "index_is_current", refuse)
    assert run(["reverse", "town.gpkg", at(0, 0)]) == 2
    assert capsys.readouterr().err == (
        "geo-dispatch: town.gpkg can't be read (permission denied): "
        "make the file and its folder readable, or choose another town file\n"
    )


def test_a_build_interrupted_after_the_file_was_replaced_says_so(files, capsys, monkeypatch):
    import geo_dispatch.build

    def interrupted(request, **_: object) -> None:
        new = files / "new"
        new.write_bytes(b"the new file")
        new.replace(request.out)
        raise KeyboardInterrupt

    monkeypatch.setattr(geo_dispatch.build, "build_town", interrupted)
    for out in ("town.gpkg", "first.gpkg"):
        assert run(["build", "--osm", "empty.osm.pbf", "--out", out]) == 130
        assert f"interrupted: the new town file {out} is complete; its index will be" in capsys.readouterr().err


def test_a_first_build_interrupted_says_that_nothing_was_written(files, capsys, monkeypatch):
    import geo_dispatch.build

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(geo_dispatch.build, "build_town", interrupted)
    assert run(["build", "--osm", "empty.osm.pbf", "--out", "first.gpkg"]) == 130
    assert "interrupted: first.gpkg was not written" in capsys.readouterr().err


def test_an_interrupted_build_leaves_the_old_file(files, capsys, monkeypatch):
    import geo_dispatch.build

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(geo_dispatch.build, "build_town", interrupted)
    before = (files / "town.gpkg").read_bytes()
    assert run(["build", "--osm", "empty.osm.pbf", "--out", "town.gpkg"]) == 130
    assert "interrupted: town.gpkg is as it was before" in capsys.readouterr().err
    assert (files / "town.gpkg").read_bytes() == before
