"""Answers as JSON documents."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import PurePath
from typing import Any

import numpy as np
import numpy.typing as npt

from geo_dispatch.json_text import WrittenLine

__all__ = ["document", "document_with_lines"]

_Line = Callable[[WrittenLine], Any]

_PLAIN = (type(None), str, bool, int)


def document(answer: object) -> Any:
    """Make the JSON document of an answer; the command's ``--json`` and HTTP both give it.

    Parameters
    ----------
    answer
        A frozen dataclass, or anything made of dataclasses, mappings, sequences, numpy arrays, numbers, text and paths.

    Returns
    -------
    dict or list or str or float or int or bool or None
        Plain values only; NaN and infinity become None, since JSON has neither. A dataclass field ``type_`` is
        written ``type``.

    Raises
    ------
    TypeError
        If a value has no JSON form.

    Examples
    --------
    >>> document({"time_s": np.float64("inf"), "rows": np.arange(2), "name": "Main St"})
    {'time_s': None, 'rows': [0, 1], 'name': 'Main St'}
    """
    return _document(answer, lambda line: line.plain())


def document_with_lines(answer: object) -> Any:
    """Make the JSON document of an answer for `dump_json`: as `document`, but lines stay written.

    Parameters
    ----------
    answer
        As of `document`.
    """
    return _document(answer, lambda line: line)


def _document(answer: object, line: _Line) -> Any:
    kind: Any = type(answer)
    if kind in _PLAIN:
        return answer
    if kind is float:
        return answer if math.isfinite(answer) else None  # type: ignore[arg-type]
    if (fields := _fields(kind)) is not None:
        return {key: _document(getattr(answer, name), line) for name, key in fields}
    return _document_of_container(answer, line)


@lru_cache(maxsize=1024)
def _fields(kind: type) -> tuple[tuple[str, str], ...] | None:
    """Return each field of a dataclass, with what it is called in a document; None for another type."""
    if not dataclasses.is_dataclass(kind):
        return None
    return tuple((field.name, field.name.rstrip("_")) for field in dataclasses.fields(kind))


def _document_of_container(answer: object, line: _Line) -> Any:
    if isinstance(answer, list | tuple):
        return [_document(value, line) for value in answer]
    if isinstance(answer, Mapping):
        return {str(key): _document(value, line) for key, value in answer.items()}
    if isinstance(answer, np.ndarray) and answer.dtype.kind == "f":
        finite = np.isfinite(answer)
        return answer.tolist() if finite.all() else _with_none(answer, finite)
    if isinstance(answer, np.ndarray | np.generic):
        return _document(answer.tolist(), line)
    if isinstance(answer, set | frozenset):
        return sorted(_document(value, line) for value in answer)
    return _document_of_value(answer, line)


def _document_of_value(answer: object, line: _Line) -> Any:
    """Return the plain value of one that is of a type derived from a plain one."""
    for kind in (str, int, float):
        if isinstance(answer, kind):
            return _document(kind(answer), line)
    if isinstance(answer, WrittenLine):
        return line(answer)
    if isinstance(answer, PurePath):
        return str(answer)
    raise TypeError(f"{type(answer).__name__} has no JSON form")


def _with_none(numbers: npt.NDArray[Any], finite: npt.NDArray[np.bool_]) -> Any:
    """Return an array as nested lists, None where it isn't finite."""
    values = numbers.astype(object)
    values[~finite] = None
    return values.tolist()
