"""JSON text whose longest part, the line of a way, is written once and put into every document that holds it."""

from __future__ import annotations

import json
import uuid
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["WrittenLine", "dump_json"]


class WrittenLine:
    """The coordinates of a line, whose JSON text is kept once it has been written.

    Parameters
    ----------
    coordinates
        Shape ``(n, 2)``, all finite; never changed afterwards.

    Raises
    ------
    ValueError
        If a number isn't finite: JSON has none such.

    Examples
    --------
    >>> WrittenLine(np.array([[1.5, 2.0], [3.0, 4.25]])).text
    '[[1.5,2.0],[3.0,4.25]]'
    """

    def __init__(self, coordinates: npt.NDArray[np.float64]) -> None:
        if not np.isfinite(coordinates).all():
            raise ValueError("a coordinate of a line isn't finite")
        self.coordinates = coordinates

    @cached_property
    def text(self) -> str:
        """Return the JSON text: each number the shortest that reads back the same, without blanks."""
        numbers = map(repr, self.coordinates.ravel().tolist())
        return "[[" + "],[".join(map(",".join, zip(numbers, numbers, strict=True))) + "]]"

    def plain(self) -> list[list[float]]:
        """Return the coordinates as lists."""
        plain: list[list[float]] = self.coordinates.tolist()
        return plain


def dump_json(value: Any, *, sort_keys: bool = False) -> str:
    """Write a value as JSON without blanks, and without escapes that aren't needed.

    Parameters
    ----------
    value
        Mappings with text keys, sequences, texts, finite numbers, true, false, None, and `WrittenLine`.
    sort_keys
        Whether keys are sorted.

    Returns
    -------
    str
        The JSON text; a written line stands in it as its lists would.

    Raises
    ------
    TypeError
        If a value has no JSON form.
    ValueError
        If a number isn't finite.

    Examples
    --------
    >>> dump_json({"b": WrittenLine(np.array([[1.0, 2.0]])), "a": "é"}, sort_keys=True)
    '{"a":"é","b":[[1.0,2.0]]}'
    """
    lines: list[WrittenLine] = []
    mark = uuid.uuid4().hex  # no text of the document holds it

    def stand_in(one: object) -> str:
        if not isinstance(one, WrittenLine):
            raise TypeError(f"{type(one).__name__} has no JSON form")
        lines.append(one)
        return mark

    text = json.dumps(
        value, sort_keys=sort_keys, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=stand_in
    )
    if not lines:
        return text
    around = text.split(f'"{mark}"')
    return "".join(piece for pair in zip(around, [*(line.text for line in lines), ""], strict=True) for piece in pair)
