"""Calls files, read row by row: however long, one row is held at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from geo_dispatch.errors import CallsFileError
from geo_dispatch.replay.columns import Columns, find_columns
from geo_dispatch.replay.fields import CallFields

__all__ = ["CallsFile"]

_LONGEST_HEADER = 100_000

Row = tuple[int, Sequence[str] | str]
"""The line on which a row begins, and its cells; or what is wrong with it."""


class CallsFile:
    """A CSV file of recorded calls; commas, semicolons or tabs stand between values, as in its header.

    Parameters
    ----------
    path
        The file.
    fields
        What it calls things.
    name
        What messages call it; its path when None.

    Raises
    ------
    CallsFileError
        If it can't be opened, or its header can't be used.
    """

    def __init__(self, path: Path, fields: CallFields, *, name: str | None = None) -> None:
        self.path, self.name = path, name or str(path)
        self.columns: Columns = find_columns(self._header(), named=fields.columns, file=self.name)

    def _header(self) -> list[str]:
        for _, cells in self._rows():
            if isinstance(cells, str):
                raise CallsFileError(f"{self.name}:1: {cells}")
            if not all(cell.isprintable() for cell in cells):
                raise CallsFileError(f"{self.name}:1: is not UTF-8 text: save it as CSV in UTF-8")
            return list(cells)
        raise CallsFileError(f"{self.name}: is empty: give a header and a row for each unit on each call")

    def rows(self) -> Iterator[Row]:
        """Yield the rows behind the header that are not blank."""
        rows = self._rows()
        next(rows, None)
        for line, cells in rows:
            if isinstance(cells, str) or any(cell.strip() for cell in cells):
                yield line, cells

    def _rows(self) -> Iterator[Row]:
        try:
            with self.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
                reader = csv.reader(file, delimiter=_delimiter(file.readline(_LONGEST_HEADER)))
                file.seek(0)
                while True:
                    begins = reader.line_num + 1
                    try:
                        cells = next(reader)
                    except StopIteration:
                        return
                    except csv.Error as problem:
                        yield begins, f"lines {begins} to {reader.line_num} are not CSV ({problem}): close the quotes"
                        continue
                    yield begins, cells
        except OSError as problem:
            raise CallsFileError(
                f"{self.name}: can't be read ({problem.strerror or problem}): check the path of --calls"
            ) from None


def _delimiter(header: str) -> str:
    """Return what stands between the values of a header."""
    return max(",;\t", key=header.count)
