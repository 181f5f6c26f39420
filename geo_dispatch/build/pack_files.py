"""Files of a town pack: which there are, their rows with line numbers, and errors in words."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError

from geo_dispatch.build.pack_models import PACK_ROWS, Calendar, PackMeta, PackRow
from geo_dispatch.errors import PackError
from geo_dispatch.yaml_lines import LinedDocument, ValueAt, did_you_mean, read_lined_yaml

__all__ = ["CheckedRow", "Faults", "find_pack_files", "read_meta", "read_rows"]

_IGNORED = ("readme", "readme.md", "licence", "license", "license.md", "notice", "notice.md")

_MOST = 50
"""Faults that one message lists."""

_MODELS: dict[str, type[PackRow]] = {**PACK_ROWS, Calendar.table: Calendar}

LineOf: TypeAlias = Callable[[ValueAt], int]
_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A checked row and its file and line."""

    model: PackRow
    source: str


class Faults:
    """Everything wrong with a pack, a line each; what is wrong is left out of what is read on."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, error: PackError | str) -> None:
        """Take note of one fault, or of the several that an error holds."""
        self.lines += str(error).split("\n")

    def refuse(self) -> None:
        """Raise what was noted.

        Raises
        ------
        PackError
            If there was any: a line for each, up to 50.
        """
        if not self.lines:
            return
        shown = self.lines[:_MOST]
        more = len(self.lines) - len(shown)
        raise PackError("\n".join([*shown, f"... and {more} more"] if more else shown))


def find_pack_files(folder: Path, faults: Faults) -> dict[str, Path]:
    """Map ``pack`` and each table to its file; a file that is none of a pack's, or one of two for a table, is a fault."""
    known = ("pack", *PACK_ROWS, Calendar.table)
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        name = path.name
        if name.startswith((".", "_")) or name.lower() in _IGNORED or (path.suffix == ".ics" and path.is_file()):
            continue
        suffixes = (".yaml",) if path.stem == "pack" else (".yaml", ".csv")
        if path.is_dir() or path.stem not in known or path.suffix not in suffixes:
            names = [
                f"{stem}{suffix}"
                for stem in known
                for suffix in (".yaml", ".csv")
                if (stem, suffix) != ("pack", ".csv")
            ]
            hint = did_you_mean(name, names) or f": the files are {', '.join(known)}, each .yaml or .csv"
            faults.add(f"{path}: not a file of a town pack{hint}")
        elif path.stem in found:
            faults.add(f"{path}: {found[path.stem].name} is there too: keep one of the two")
        else:
            found[path.stem] = path
    return found


def read_meta(path: Path) -> PackMeta:
    """Read ``pack.yaml``.

    Raises
    ------
    PackError
        If it is malformed; the message begins with file and line.
    """
    document = read_lined_yaml(path, error=PackError, name=path.name)
    if not isinstance(document.data, dict):
        raise PackError(f"{path.name}:1: must be a mapping with name and state")
    return _validated(PackMeta, _without_empty(document.data), path.name, document.line)


def read_rows(table: str, path: Path, faults: Faults) -> list[CheckedRow]:
    """Return the checked rows of one file; wrong rows, or a file that can't be read, are faults and left out."""
    rows: list[CheckedRow] = []
    try:
        for data, line_of in _csv_rows(path, faults) if path.suffix == ".csv" else _yaml_rows(path, faults):
            try:
                model = _validated(_MODELS[table], data, path.name, line_of)
            except PackError as error:
                faults.add(error)
            else:
                rows.append(CheckedRow(model, f"{path.name}:{line_of(())}"))
    except PackError as error:
        faults.add(error)
    return rows


def _yaml_rows(path: Path, faults: Faults) -> Iterator[tuple[dict[str, Any], LineOf]]:
    document = read_lined_yaml(path, error=PackError, name=path.name)
    if document.data is None:
        return
    if not isinstance(document.data, list):
        raise PackError(f"{path.name}:1: must be a list: begin each row with '- '")
    for index, row in enumerate(document.data):
        if not isinstance(row, dict):
            faults.add(f"{path.name}:{document.line((index,))}: a row must be a mapping of keys, not {row!r}")
            continue
        yield _without_empty(row), partial(_line_in, document, index)


def _csv_rows(path: Path, faults: Faults) -> Iterator[tuple[dict[str, Any], LineOf]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            header = [name.strip() for name in next(reader, [])]
            repeated = sorted({name for name in header if header.count(name) > 1})
            if repeated:
                raise PackError(f"{path.name}:1: column {repeated[0]!r} is given twice: keep one")
            line = reader.line_num + 1
            for values in reader:
                if len(values) > len(header):
                    faults.add(f"{path.name}:{line}: {len(values)} values for {len(header)} columns: quote commas")
                    line = reader.line_num + 1
                    continue
                row = {key: value.strip() for key, value in zip(header, values, strict=False) if value.strip()}
                if row:
                    yield row, partial(_same_line, line)
                line = reader.line_num + 1
    except csv.Error as failure:
        raise PackError(f"{path.name}:{reader.line_num}: not CSV ({failure})") from None
    except UnicodeDecodeError as failure:
        raise PackError(f"{path.name}: not UTF-8 text (byte {failure.start:,}): save it as UTF-8") from None
    except OSError as failure:
        raise PackError(f"{path.name}: can't be read ({failure.strerror})") from None


def _line_in(document: LinedDocument, index: int, at: ValueAt) -> int:
    return document.line((index, *at))


def _same_line(line: int, _at: ValueAt) -> int:
    return line


def _without_empty(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None and value != ""}


def _validated(model: type[_Model], data: dict[str, Any], name: str, line_of: LineOf) -> _Model:
    try:
        return model.model_validate(data)
    except ValidationError as failure:
        errors = sorted(failure.errors(), key=lambda error: error["type"] == "missing")
        lines = [
            f"{name}:{line_of(at)}: {_explain(error, at, model, data)}"
            for error in errors
            for at in [tuple(error["loc"])]
        ]
        raise PackError("\n".join(dict.fromkeys(lines))) from None


def _explain(error: Any, at: tuple[str | int, ...], model: type[BaseModel], data: dict[str, Any]) -> str:
    key = ".".join(str(part) for part in at)
    if error["type"] == "extra_forbidden":
        names = list(model.model_fields) if len(at) == 1 else []
        return f"unknown key {key!r}{did_you_mean(str(at[-1]), names) or ': the keys are ' + ', '.join(names)}"
    if error["type"] == "missing":
        return f"key {key!r} is missing"
    if key in ("lat", "lon") and {"lon", "lat"} <= set(data):
        return f"{key} {data[key]!r} is not a {'latitude' if key == 'lat' else 'longitude'}: are lon and lat exchanged?"
    text = str(error["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    if not key:
        return text
    return f"{key} {error['input']!r}: {text if error['type'] == 'value_error' else 'should be ' + text}"
