"""``geo-dispatch record``: the record shown and checked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from geo_dispatch.cli.main import run
from geo_dispatch.live.models import UnitSeed
from geo_dispatch.live.recommendations import Recommendations
from geo_dispatch.live.reports import Reports
from geo_dispatch.live.store import LiveStore
from geo_dispatch.live.units import Units
from tests.live.stores import KINDS, new_address


@pytest.fixture(params=KINDS)
def address(request, tmp_path: Path) -> Iterator[str]:
    """A store with six rows: made, two units, two statuses, a recommendation."""
    with new_address(request.param, tmp_path) as found:
        store = LiveStore(found)
        store.prepare("Tinyport, Testonia")
        Units(store).seed([UnitSeed("E1", "Engine 1", "engine"), UnitSeed("E2", "Engine 2", "engine")])
        Reports(store).set_status("E1", "off_duty", actor="Desk 1")
        Reports(store).set_status("E1", "available", actor="Desk 2")
        Recommendations(store).keep(
            inputs={"at": "now"}, town_sha256="ab" * 32, versions={"geo-dispatch": "0"}, answer={"unit": "E1"}
        )
        store.close()
        yield found


def break_row(address: str, seq: int) -> None:
    kind = "sqlite" if address.startswith("sqlite") else "postgresql"
    engine = sa.create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        guard = "DROP TRIGGER audit_no_update" if kind == "sqlite" else "ALTER TABLE audit DISABLE TRIGGER USER"
        connection.execute(sa.text(guard))
        connection.execute(sa.text(f"UPDATE audit SET actor = 'Nobody' WHERE seq = {seq}"))
    engine.dispose()


def test_a_sound_record_is_said_to_be_and_its_head_holds_later(address, capsys):
    assert run(["record", "verify", "--state", address, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["rows"] == 6
    assert found["head"].startswith("6:")
    store = LiveStore(address)
    Reports(store).set_status("E2", "off_duty")
    store.close()
    assert run(["record", "verify", "--state", address, "--expect", found["head"]]) == 0
    out = capsys.readouterr().out
    assert "the record is sound" in out
    assert found["head"] in out


def test_a_changed_row_is_named_with_code_2(address, capsys):
    break_row(address, 4)
    assert run(["record", "verify", "--state", address, "--json"]) == 2
    streams = capsys.readouterr()
    assert "broken at row 4: its content is not what was hashed (unit.status of unit E1)" in streams.err
    assert json.loads(streams.out)["seq"] == 4


def test_a_head_that_does_not_hold_is_told(address, capsys):
    for head, part in (
        (f"9:{'0' * 64}", "no row 9"),
        (f"3:{'0' * 64}", "made anew"),
        ("3", "no head"),
        ("x:y", "no head"),
    ):
        assert run(["record", "verify", "--state", address, "--expect", head]) == 2
        assert part in capsys.readouterr().err


def test_rows_are_listed_and_shown(address, capsys):
    assert run(["record", "list", "--state", address, "--of", "unit/E1"]) == 0
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()[1:]] == ["2", "4", "5"]
    assert "Desk 2" in out
    assert run(["record", "list", "--state", address, "--limit", "2", "--after", "1", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert ([row["seq"] for row in listed["entries"]], listed["next"]) == ([2, 3], 3)
    assert run(["record", "show", "5", "--state", address]) == 0
    assert json.loads(capsys.readouterr().out)["data"]["to"] == "available"


def test_a_recommendation_is_shown_whole(address, capsys):
    run(["record", "list", "--state", address, "--of", "recommendation", "--json"])
    record_id = json.loads(capsys.readouterr().out)["entries"][0]["subject_id"]
    assert run(["record", "show", record_id, "--state", address, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["answer"], shown["inputs"], shown["town_sha256"]) == ({"unit": "E1"}, {"at": "now"}, "ab" * 32)


@pytest.mark.parametrize("which", ["7", "0", "r-none", "99999999999999999999999"])
def test_what_is_not_in_the_record_is_code_3(address, capsys, which):
    assert run(["record", "show", which, "--state", address]) == 3
    assert "no r" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["verify", "list"])
def test_stores_that_are_none_are_code_2(command, tmp_path, capsys):
    (tmp_path / "empty.sqlite").touch()
    (tmp_path / "text.sqlite").write_text("this is no database at all, only text" * 50)
    for address, part in (
        (f"sqlite:///{tmp_path / 'none.sqlite'}", "no live store at"),
        (f"sqlite:///{tmp_path / 'empty.sqlite'}", "no live store"),
        (f"sqlite:///{tmp_path / 'text.sqlite'}", "no live store, or damaged"),
        ("live.sqlite", "no address of a store"),
        ("none", "no live store to look at"),
    ):
        assert run(["record", command, "--state", address]) == 2, address
        assert part in capsys.readouterr().err
    assert not (tmp_path / "none.sqlite").exists()


def test_the_settings_store_is_meant_when_none_is_named(address, capsys, monkeypatch):
    monkeypatch.setenv("GEO_DISPATCH_STATE", address)
    assert run(["record", "verify", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 6


def test_a_town_s_own_store_is_found_in_the_data_folder(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("GEO_DISPATCH_DATA_DIR", str(tmp_path))
    for town, name in (("/elsewhere/west port?.gpkg", "west-port-"), (None, "sample")):
        assert run(["record", "verify", *(["--town", town] if town else [])]) == 2
        assert str(tmp_path / "live" / f"{name}.sqlite") in capsys.readouterr().err
