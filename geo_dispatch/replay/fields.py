"""What a calls file calls things, where that is not what the town calls them: a small YAML file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import CallsFileError
from geo_dispatch.yaml_lines import LinedDocument, did_you_mean, read_lined_yaml

__all__ = ["CallFields", "read_call_fields"]


@dataclass(frozen=True, slots=True)
class CallFields:
    """What a calls file calls things.

    Attributes
    ----------
    columns
        Header by our name of the column.
    call_types, units
        The town's name by the file's.
    time_format
        As of `datetime.strptime`; None for ISO 8601.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    call_types: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    time_format: str | None = None


def read_call_fields(path: Path, *, call_types: Collection[str], units: Collection[str]) -> CallFields:
    """Read what a calls file calls things.

    Parameters
    ----------
    path
        YAML with some of the keys ``columns``, ``call_types``, ``units`` (each a mapping) and ``time_format``.
    call_types, units
        Those of the town.

    Returns
    -------
    CallFields
        Checked.

    Raises
    ------
    CallsFileError
        If a key or a name of the town is none; the message begins with file and line.
    """
    document = read_lined_yaml(path, error=CallsFileError)
    data = {} if document.data is None else document.data
    keys = tuple(CallFields.__dataclass_fields__)
    if not isinstance(data, dict):
        raise CallsFileError(f"{document.name}:1: is not a mapping: give some of {', '.join(keys)}")
    for key in data:
        if key not in keys:
            hint = did_you_mean(key, keys) or f": those there are: {', '.join(keys)}"
            raise CallsFileError(f"{document.name}:{document.line((key,))}: there is no key {key!r}{hint}")
    known = load_table("geo_dispatch.replay", "calls")["columns"]
    columns = _mapping(document, "columns", data)
    for name in columns:
        _check(document, ("columns", name), name, known, "column")
    types, names = _mapping(document, "call_types", data), _mapping(document, "units", data)
    for key, mapping, there, what in (
        ("call_types", types, call_types, "call type"),
        ("units", names, units, "unit"),
    ):
        for theirs, ours in mapping.items():
            _check(document, (key, theirs), ours, there, what)
    return CallFields(columns, types, names, _format(document, data.get("time_format")))


def _mapping(document: LinedDocument, key: str, data: Mapping[str, Any]) -> dict[str, str]:
    found = data.get(key)
    if found is None:
        return {}
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise CallsFileError(f"{document.name}:{document.line((key,))}: {key} is not a mapping of names to names")
    return dict(found)


def _check(document: LinedDocument, at: tuple[str, str], word: str, known: Collection[str], what: str) -> None:
    if word not in known:
        hint = did_you_mean(word, known) or f": those there are: {', '.join(known)}"
        raise CallsFileError(f"{document.name}:{document.line(at)}: there is no {what} {word!r}{hint}")


def _format(document: LinedDocument, told: object) -> str | None:
    if told is None:
        return None
    if not isinstance(told, str) or ("%H" not in told and "%I" not in told):
        line = document.line(("time_format",))
        raise CallsFileError(f"{document.name}:{line}: time_format {told!r} has no hour: write it as %m/%d/%Y %H:%M:%S")
    return told
