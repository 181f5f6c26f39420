"""Write fitted figures into the table of distances, its comments kept."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from geo_dispatch.errors import InputError

__all__ = ["rewrite"]

Figures = Mapping[str, object]


def rewrite(
    path: Path, values: Mapping[str, object], rows: Mapping[str, Figures], *, under: Mapping[str, Figures]
) -> None:
    """Replace values and rows of a table; what is not given stays as it is.

    Parameters
    ----------
    path
        The table.
    values
        Plain values by their key, at the beginning of a line.
    rows
        Rows of figures by their key, at the beginning of a line; figures that are not given stay.
    under
        Rows of figures by their key, indented.

    Raises
    ------
    InputError
        If the table has no such line.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    for key, value in values.items():
        lines[_find(path, lines, key)] = f"{key}: {_text(value)}"
    for indent, group in (("", rows), ("  ", under)):
        for key, figures in group.items():
            at = _find(path, lines, indent + key)
            lines[at] = f"{indent}{key}: {{{', '.join(_merged(lines[at], figures))}}}"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _find(path: Path, lines: list[str], start: str) -> int:
    for at, line in enumerate(lines):
        if line.startswith(f"{start}:"):
            return at
    raise InputError(f"{path} has no line {start.strip()!r}: take the table as it came with the program")


def _merged(line: str, figures: Figures) -> list[str]:
    """Return the figures of a row with those given in their place."""
    old = dict(re.findall(r"(\w+): (\"[^\"]*\"|[^,{}]+)", line.split("{", 1)[1]))
    return [f"{key}: {value}" for key, value in (old | {key: _text(value) for key, value in figures.items()}).items()]


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) and not value.isidentifier() else str(value)
