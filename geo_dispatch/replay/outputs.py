"""What replaying writes: rejects, replayed rows and the summary, each whole or not at all."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

from geo_dispatch.errors import OutputError
from geo_dispatch.replay.compared import COMPARED_COLUMNS, Compared
from geo_dispatch.replay.trips import Reject

if TYPE_CHECKING:
    from geo_dispatch.replay.run import ReplayReport

__all__ = ["Outputs"]

_REJECTS, _ROWS, _GROUPS, _REPORT = "rejects.csv", "rows.csv", "groups.csv", "replay.json"
_FILES = (_REJECTS, _ROWS, _GROUPS, _REPORT)


class Outputs:
    """Writes into a folder, under temporary names until everything is there.

    Parameters
    ----------
    folder
        Made when absent; nothing is written when None.

    Raises
    ------
    OutputError
        If it can't be written.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._open: dict[str, TextIO] = {}
        self._csv: dict[str, Any] = {}
        if folder is None:
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name in (_REJECTS, _ROWS):
                self._open[name] = self._part(name).open("w", encoding="utf-8", newline="")
        except OSError as error:
            raise self._refused(error) from None
        self._csv = {name: csv.writer(file) for name, file in self._open.items()}
        self._csv[_REJECTS].writerow(("line", "code", "reason"))
        self._csv[_ROWS].writerow(COMPARED_COLUMNS)

    def _part(self, name: str) -> Path:
        assert self._folder is not None
        return self._folder / f".{name}.part"

    def _refused(self, error: OSError) -> OutputError:
        return OutputError(f"--out {self._folder} can't be written ({error.strerror or error}): choose another folder")

    def __enter__(self) -> Outputs:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._open.values():
            file.close()
        for name in _FILES if self._folder is not None else ():
            self._part(name).unlink(missing_ok=True)

    def reject(self, row: Reject) -> None:
        """Write a reject."""
        self._write(_REJECTS, (row.line, row.code, row.reason))

    def replayed(self, row: Compared) -> None:
        """Write a replayed row."""
        self._write(_ROWS, row.cells())

    def _write(self, name: str, cells: Sequence[object]) -> None:
        if self._folder is None:
            return
        try:
            self._csv[name].writerow(cells)
        except OSError as error:
            raise self._refused(error) from None

    def finish(self, report: ReplayReport) -> ReplayReport:
        """Write the summary, and give all files their names; returns the report with those."""
        folder = self._folder
        if folder is None:
            return report
        report = replace(report, files=tuple(str(folder / name) for name in _FILES))
        try:
            for file in self._open.values():
                file.close()
            with self._part(_GROUPS).open("w", encoding="utf-8", newline="") as groups:
                csv.writer(groups).writerows(_group_rows(report))
            self._part(_REPORT).write_text(json.dumps(asdict(report), ensure_ascii=False, indent=1), encoding="utf-8")
            for name in _FILES:
                self._part(name).replace(folder / name)
        except OSError as error:
            raise self._refused(error) from None
        return report


def _group_rows(report: ReplayReport) -> list[list[object]]:
    """Return the rows of the file of groups: one for each group and time."""
    figures = ("n", "days", "recorded_mean_s", "predicted_mean_s", "bias_s", "mae_s", "p50_s", "p90_s", "within")
    bounded = ("bias_s", "mae_s", "p50_s", "p90_s", "within")
    bounds = [f"{name}_{end}" for name in bounded for end in ("low95", "high95")]
    rows: list[list[object]] = [["by", "group", "time", *figures, *bounds]]
    groups = [("all", report.overall), *((by, group) for by, found in report.by.items() for group in found)]
    for by, group in groups:
        for time in ("turnout", "travel", "response"):
            found = getattr(group, time)
            if found is None:
                continue
            told = [value for name in bounded for value in found.interval95.get(name, ("", ""))]
            values = [getattr(found, name) for name in figures]
            rows.append([by, group.group, time, *(_short(value) for value in (*values, *told))])
    return rows


def _short(value: object) -> object:
    return round(value, 3) if isinstance(value, float) else value
