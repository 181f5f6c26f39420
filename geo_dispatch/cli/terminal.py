"""What the commands write: one JSON document, or tables on a terminal and plain text elsewhere."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["Terminal", "Tone"]

Tone = Literal["plain", "good", "doubtful", "bad"]

_STYLES: dict[Tone, str] = {"plain": "bold", "good": "bold green", "doubtful": "bold yellow", "bad": "bold red"}


class Terminal:
    """The two streams of a command: results go to stdout, everything else to stderr.

    Parameters
    ----------
    as_json
        Write one JSON document to stdout, and nothing else there.

    Examples
    --------
    >>> Terminal().facts([("town", "Quahog Neck"), ("state", None)])
    town   Quahog Neck
    """

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self._warned: set[str] = set()

    # --- results ---------------------------------------------------------------------------------

    def document(self, content: Any) -> None:
        """Write one JSON document."""
        indent = 2 if sys.stdout.isatty() else None
        self.write(json.dumps(content, ensure_ascii=False, allow_nan=False, indent=indent))

    def heading(self, text: str, *, tone: Tone = "plain") -> None:
        """Write a heading; on a terminal the tone is a colour."""
        if sys.stdout.isatty():
            self._rich().print(_escaped(text), style=_STYLES[tone], highlight=False)
        else:
            self.write(text)

    def text(self, text: str) -> None:
        """Write a line as it is."""
        self.write(text)

    def facts(self, pairs: Sequence[tuple[str, object]]) -> None:
        """Write names and values, two columns; what is None is left out."""
        rows = [(name, str(value)) for name, value in pairs if value is not None and value != ""]
        width = max((len(name) for name, _ in rows), default=0)
        if sys.stdout.isatty():
            from rich.table import Table

            table = Table.grid(padding=(0, 3))
            table.add_column(style="cyan", no_wrap=True)
            table.add_column(overflow="fold")
            for name, value in rows:
                table.add_row(_escaped(name), _escaped(value))
            self._rich().print(table)
            return
        for name, value in rows:
            self.write(f"{name:<{width}}   {value}")

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Write a table; numbers stand right."""
        texts = [["" if cell is None else str(cell) for cell in row] for row in rows]
        right = [bool(rows) and all(isinstance(row[at], int | float) for row in rows) for at in range(len(columns))]
        if sys.stdout.isatty():
            self._rich_table(columns, texts, right)
            return
        widths = (
            [max(len(column), *(len(row[at]) for row in texts)) for at, column in enumerate(columns)] if texts else []
        )
        for row in [list(columns), *texts] if texts else []:
            cells = [
                f"{cell:>{width}}" if is_right else f"{cell:<{width}}"
                for cell, width, is_right in zip(row, widths, right, strict=True)
            ]
            self.write("  ".join(cells).rstrip())

    def write(self, text: str) -> None:
        """Write to stdout; a reader that has gone away, as `head` does, is no fault."""
        try:
            sys.stdout.write(_printable(text) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    # --- messages --------------------------------------------------------------------------------

    def note(self, text: str) -> None:
        """Write a message to stderr."""
        _to_stderr(text)

    def warnings(self, warnings: Sequence[str]) -> None:
        """Write warnings to stderr, one a line, each once; in JSON they are part of the document."""
        if self.as_json:
            return
        for text in warnings:
            if text not in self._warned:
                self._warned.add(text)
                _to_stderr(f"warning: {text}")

    # --- inside ----------------------------------------------------------------------------------

    def _rich_table(self, columns: Sequence[str], texts: Sequence[Sequence[str]], right: Sequence[bool]) -> None:
        from rich.table import Table

        table = Table(header_style="bold", box=None, padding=(0, 2, 0, 0))
        for column, is_right in zip(columns, right, strict=True):
            table.add_column(column, justify="right" if is_right else "left", overflow="fold")
        for row in texts:
            table.add_row(*(_escaped(cell) for cell in row))
        self._rich().print(table)

    def _rich(self) -> Console:
        from rich.console import Console

        return Console(file=sys.stdout)


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def _printable(text: str) -> str:
    """Return text that UTF-8 can hold: arguments that are not UTF-8 come with lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _to_stderr(text: str) -> None:
    try:
        sys.stderr.write(_printable(" ".join(text.splitlines())) + "\n")
        sys.stderr.flush()
    except BrokenPipeError:
        return
