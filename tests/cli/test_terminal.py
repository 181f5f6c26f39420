"""What is written to a terminal and elsewhere; progress as bars and lines."""

from __future__ import annotations

import io
import json

import pytest

from geo_dispatch.cli import progress as shown
from geo_dispatch.cli.progress import BarProgress, LineProgress
from geo_dispatch.cli.terminal import Terminal


class Screen(io.StringIO):
    """Text that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_tables_are_plain_text_elsewhere(capsys):
    Terminal().table(["name", "n"], [["Main [bold]St", 5], ["Elm", 12]])
    assert capsys.readouterr().out.splitlines() == ["name            n", "Main [bold]St   5", "Elm            12"]


def test_tables_on_a_terminal_keep_what_looks_like_markup(monkeypatch):
    screen = Screen()
    monkeypatch.setattr("sys.stdout", screen)
    monkeypatch.setenv("TERM", "xterm")
    Terminal().table(["name"], [["Main [bold]St"]])
    Terminal().heading("[red]x", tone="bad")
    Terminal().facts([("a", "[b]"), ("none", None)])
    assert "Main [bold]St" in screen.getvalue()
    assert "[red]x" in screen.getvalue()
    assert "none" not in screen.getvalue()


def test_a_document_is_one_line_elsewhere(capsys):
    Terminal(as_json=True).document({"name": "Café", "n": None})
    written = capsys.readouterr().out
    assert written == '{"name": "Café", "n": null}\n'
    assert json.loads(written)
    with pytest.raises(ValueError, match="Out of range"):
        Terminal(as_json=True).document(float("nan"))


def test_messages_are_one_line_and_warnings_said_once(capsys):
    terminal = Terminal()
    terminal.note("two\nlines")
    terminal.warnings(["w", "w"])
    terminal.warnings(["w"])
    Terminal(as_json=True).warnings(["in the document"])
    assert capsys.readouterr().err.splitlines() == ["two lines", "warning: w"]


def test_lines_tell_stages_and_notes():
    stream = io.StringIO()
    lines = LineProgress(stream)
    lines.stage("reading", total=5)
    lines.advance(5)
    lines.note("odd")
    assert stream.getvalue().splitlines()[0].endswith("s  reading")
    assert stream.getvalue().splitlines()[1] == "note: odd"


def test_bars_on_a_terminal(monkeypatch):
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with shown.shown_progress() as progress:
        assert isinstance(progress, BarProgress)
        progress.stage("reading", total=4)
        progress.advance(3)
        progress.stage("writing")
        progress.note("odd [bold]")
    assert "reading" in screen.getvalue()
    assert "100%" in screen.getvalue()
    assert "odd [bold]" in screen.getvalue()


def test_lines_elsewhere(capsys):
    with shown.shown_progress() as progress:
        progress.stage("reading")
    assert "reading" in capsys.readouterr().err
