"""``geo-dispatch account`` and ``geo-dispatch key``."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from geo_dispatch.cli.main import run
from geo_dispatch.live.access.keys import Keys
from geo_dispatch.live.store import LiveStore

PASSWORD = "a heron over the marsh"


@pytest.fixture
def address(tmp_path: Path) -> str:
    address = f"sqlite:///{tmp_path / 'live.sqlite'}"
    store = LiveStore(address)
    store.prepare("Tinyport, Testonia")
    store.close()
    return address


@pytest.fixture
def typed(monkeypatch):
    def give(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(text))

    return give


def test_an_account_is_added_listed_and_changed(address, typed, capsys):
    typed(PASSWORD + "\n")
    assert (
        run(["account", "add", "silva", "--role", "administrator", "--must-change", "--state", address, "--json"]) == 0
    )
    streams = capsys.readouterr()
    assert json.loads(streams.out)["account"]["must_change"] is True
    assert PASSWORD not in streams.out + streams.err
    typed(PASSWORD + "\n")
    assert run(["account", "add", "costa", "--role", "desk", "--state", address]) == 0
    assert run(["account", "role", "costa", "planner", "--state", address]) == 0
    assert run(["account", "disable", "costa", "--state", address]) == 0
    assert run(["account", "disable", "costa", "--undo", "--state", address]) == 0
    assert run(["account", "unlock", "costa", "--state", address]) == 0
    typed("grey wharves at half past noon\n")
    assert run(["account", "password", "costa", "--must-change", "--state", address]) == 0
    capsys.readouterr()
    assert run(["account", "list", "--state", address]) == 0
    assert "costa  planner" in capsys.readouterr().out
    assert run(["account", "remove", "costa", "--state", address]) == 0
    assert run(["account", "remove", "silva", "--state", address]) == 2
    assert "only administrator" in capsys.readouterr().err
    assert run(["record", "verify", "--state", address]) == 0
    assert run(["record", "list", "--of", "account/costa", "--state", address, "--json"]) == 0
    out = capsys.readouterr().out
    assert PASSWORD not in out
    assert '"actor": "command line' in out


def test_a_key_is_shown_once(address, capsys):
    assert run(["key", "add", "locator", "--role", "dispatcher", "--expires", "2999-01-01", "--state", address]) == 0
    shown = capsys.readouterr().out.strip()
    store = LiveStore(address)
    assert Keys(store).find(shown).role == "dispatcher"
    key_id = shown.split("_")[1]
    assert run(["key", "rotate", key_id, "--overlap-h", "0", "--state", address, "--json"]) == 0
    newer = json.loads(capsys.readouterr().out)["key"]
    assert Keys(store).find(shown) is None
    assert run(["key", "list", "--state", address, "--json"]) == 0
    listed = capsys.readouterr().out
    assert newer.rpartition("_")[2] not in listed
    assert json.loads(listed)["keys"][0]["expires_at"].startswith("2999")
    assert run(["key", "revoke", key_id, "--state", address]) == 0
    assert Keys(store).find(newer) is None
    store.close()


@pytest.mark.parametrize(
    ("arguments", "given", "said"),
    [
        (["account", "add", "silva", "--role", "dispatchr"], PASSWORD, "did you mean 'dispatcher'"),
        (["account", "add", "silva", "--role", "desk"], "", "no password came on stdin"),
        (["account", "add", "silva", "--role", "desk"], "tinyport2026", "among the first"),
        (["account", "add", "Silva", "--role", "desk"], PASSWORD, "small letters"),
        (["key", "add", "x", "--role", "desk", "--expires", "soon"], "", "'soon' is not a time"),
        (["key", "add", "x", "--role", "desk", "--expires", "2001-01-01"], "", "is past"),
        (["key", "rotate", "x", "--overlap-h", "-1"], "", "overlap"),
        (["account", "add", "silva", "--role", "desk", "--state", "none"], PASSWORD, "no live store"),
        (["account", "list", "--state", "sqlite:////nowhere/x.sqlite"], "", "no live store at"),
    ],
)
def test_what_cant_be_done_is_told(address, typed, capsys, arguments, given, said):
    typed(given)
    own = [] if "--state" in arguments else ["--state", address]
    assert run([*arguments, *own]) == 2
    assert said in capsys.readouterr().err


def test_an_unknown_account_is_code_3(address, capsys):
    assert run(["account", "unlock", "nobody", "--state", address]) == 3
    assert run(["key", "revoke", "nothing", "--state", address]) == 3
    assert "key list" in capsys.readouterr().err


def test_no_password_is_taken_from_the_command_line(address):
    assert run(["account", "add", "silva", "--role", "desk", "--password", PASSWORD, "--state", address]) == 2
