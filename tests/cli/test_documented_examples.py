"""Every example of docs/commands.md and of the commands' help runs as shown, in the sample town."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from geo_dispatch.cli.main import app, run

ROOT = Path(__file__).resolve().parents[2]
ASKING = (
    "busy",
    "info",
    "locate",
    "reverse",
    "route",
    "matrix",
    "recommend",
    "desk",
    "events",
    "export",
    "evaluate",
    "audit",
    "coverage",
)


def examples() -> list[str]:
    """List the examples that need neither the internet, nor a town of one's own, nor a free port."""
    texts = [(ROOT / "docs" / "commands.md").read_text(encoding="utf-8")]
    texts += [command.callback.__doc__ or "" for command in app.registered_commands if command.callback]
    found = [line for text in texts for line in re.findall(r"^ +(?:Example: )?geo-dispatch (.+)$", text, re.MULTILINE)]
    return [line for line in dict.fromkeys(found) if line.split()[0] in ASKING and ".gpkg" not in line]


def test_there_is_an_example_of_each_command():
    assert {line.split()[0] for line in examples()} == set(ASKING) - {"info"}


@pytest.mark.slow
def test_examples_run_as_shown(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    documented = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    point = re.search(r"`(\w+,-69[.\d]+,[.\d]+)`", documented)
    case = re.search(r"^    (\{\"text\".+\})$", documented, re.MULTILINE)
    assert point
    assert case
    for name in ("stations.csv", "calls.csv"):
        (tmp_path / name).write_text(f"id,lon,lat\n{point[1]}\n")
    (tmp_path / "calls.jsonl").write_text(case[1] + "\n")
    for line in examples():
        assert run(shlex.split(line)) == 0, (line, capsys.readouterr().err)
    assert "100.0%" in capsys.readouterr().out
    assert {
        "places.html",
        "route.html",
        "call.html",
        "times.csv",
        "services.json",
        "services311.json",
        "events.ics",
    } <= {path.name for path in tmp_path.iterdir()}
