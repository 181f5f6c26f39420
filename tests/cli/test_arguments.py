"""What the commands have in common: arguments, usage errors, exit codes."""

from __future__ import annotations

import pytest

from geo_dispatch.cli.arguments import is_town, split_town
from geo_dispatch.cli.main import app, run
from geo_dispatch.errors import SourceFileError

COMMANDS = ["build", "info", "locate", "reverse", "route", "matrix", "recommend", "desk", "events", "export"]
COMMANDS += ["evaluate", "audit", "serve", "demo", "coverage", "compare", "edges", "siting", "report", "region"]
COMMANDS += ["replay", "calibrate", "busy"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command, capsys):
    assert run([command, "--help"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert f"geo-dispatch {command}" in shown.split("Example", 1)[1]
    assert "--json" in shown or command == "export"


def test_every_command_is_tested_here():
    assert sorted(command.callback.__name__ for command in app.registered_commands) == sorted(COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["locat"], "No such command 'locat'. Did you mean 'locate'?"),
        (["locate"], "TEXT is missing"),
        (["locate", "sample"], "TEXT is missing behind the town sample"),
        (["route", "-71.0,41.5"], "TO is missing"),
        (["route", "sample", "-71.0,41.5"], "TO is missing behind the town sample"),
        (["reverse", "--circle", "x"], "No such option: --circle"),
        (["reverse", "-x"], "No such option: -x"),
        (["locate", "Main St", "--limit", "0"], "--limit"),
        (["locate", "a.gpkg", "b", "c"], "unexpected extra argument"),
        (["matrix", "--origins", "a.csv"], "Missing option"),
        (["recommend", "Main St"], "Missing option '--call-type'"),
        (["build"], "Missing option '--out'"),
        (["serve", "--port", "70000"], "--port"),
        (["route", "a", "b", "--text", "shouting"], "--text"),
    ],
)
def test_usage_errors_are_one_line_and_code_2(arguments, part, capsys):
    assert run(arguments) == 2
    streams = capsys.readouterr()
    assert streams.out == ""
    assert part in streams.err
    assert streams.err.count("\n") == 1
    assert "see geo-dispatch" in streams.err


def test_no_command_shows_the_help_on_stderr(capsys):
    assert run([]) == 2
    assert "Commands:" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["sample", "x.gpkg", "some/Town.GPKG", __file__])
def test_these_are_towns(text):
    assert is_town(text)


@pytest.mark.parametrize("text", ["Main St", "-71.0,41.5", "", "a" * 5000, "nul\0byte"])
def test_these_are_not(text):
    assert not is_town(text)


@pytest.mark.parametrize(
    ("given", "wanted", "expected"),
    [
        (["Main St", None], ("TEXT",), ("sample", ["Main St"])),
        (["sample", "Main St"], ("TEXT",), ("sample", ["Main St"])),
        (["x.gpkg", "sample"], ("TEXT",), ("x.gpkg", ["sample"])),
        ([" -71,41", " -71.1,41", None], ("FROM", "TO"), ("sample", ["-71,41", "-71.1,41"])),
        (["x.gpkg", "a", "b"], ("FROM", "TO"), ("x.gpkg", ["a", "b"])),
    ],
)
def test_the_town_may_be_left_out(given, wanted, expected):
    assert split_town(given, wanted=wanted) == expected


def test_a_mistyped_town_is_never_answered_from_the_sample():
    with pytest.raises(SourceFileError, match=r"westprt: no such town file"):
        split_town(["westprt", "Main St"], wanted=("TEXT",))


@pytest.mark.parametrize("place", ["-71.1,41.5", "-.5,41", "-71,41"])
def test_negative_numbers_are_arguments(place, capsys, tmp_path):
    missing = tmp_path / "none.gpkg"
    assert run(["reverse", str(missing), place]) == 2
    assert "no such town file" in capsys.readouterr().err
    assert run(["route", str(missing), place, place]) == 2
    assert "no such town file" in capsys.readouterr().err
    assert run(["locate", str(missing), place, "--circle", f"{place},50"]) == 2
    assert "no such town file" in capsys.readouterr().err
