"""Columns that can be memory-mapped: numbers as arrays, text as UTF-8 with offsets.

A town of any size must open at once, so nothing here is decoded before it is asked for.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = ["ArrayFile", "Arrays", "TableColumns", "TextColumn", "text_arrays"]

Arrays = Mapping[str, npt.NDArray[Any]]
"""Named arrays, in memory or mapped from files."""

_TEXT_NONE: Final = -1


class TextColumn(Sequence["str | None"]):
    """Text values, each held once: a code for each row, and a vocabulary.

    Parameters
    ----------
    codes
        Row of the vocabulary for each value, -1 for None, shape ``(n,)``.
    offsets
        Where each word of the vocabulary begins in `data`, shape ``(n_words + 1,)``.
    data
        UTF-8 bytes of all words.

    Examples
    --------
    >>> column = TextColumn.of(["Main St", None, "Main St"])
    >>> column[0], column[1], len(column), column.vocabulary_size
    ('Main St', None, 3, 1)
    """

    __slots__ = ("_cache", "codes", "data", "offsets")

    def __init__(
        self, codes: npt.NDArray[np.int32], offsets: npt.NDArray[np.int64], data: npt.NDArray[np.uint8]
    ) -> None:
        self.codes = codes
        self.offsets = offsets
        self.data = data
        self._cache: dict[int, str] = {}

    @classmethod
    def of(cls, values: Iterable[str | None]) -> TextColumn:
        """Make a column of values."""
        arrays = text_arrays(values)
        return cls(arrays["codes"], arrays["offsets"], arrays["data"])

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: Any) -> Any:
        if isinstance(row, slice):
            return [self.word(int(code)) for code in self.codes[row]]
        return self.word(int(self.codes[row]))

    def __iter__(self) -> Iterator[str | None]:
        return (self.word(code) for code in self.codes.tolist())

    def present(self, rows: Sequence[int]) -> list[tuple[int, str]]:
        """Return those of some rows that have a value, in order, each with it.

        >>> TextColumn.of(["Main St", None, "Elm St"]).present([2, 1])
        [(2, 'Elm St')]
        """
        codes = self.codes[np.asarray(rows, dtype=np.int64)].tolist()
        return [(row, value) for row, code in zip(rows, codes, strict=True) if (value := self.word(code)) is not None]

    @property
    def vocabulary_size(self) -> int:
        """Return how many different values there are, None not counted."""
        return len(self.offsets) - 1

    def word(self, code: int) -> str | None:
        """Return the value a code stands for; None for -1."""
        if code < 0:
            return None
        found = self._cache.get(code)
        if found is None:
            found = self.data[int(self.offsets[code]) : int(self.offsets[code + 1])].tobytes().decode("utf-8")
            self._cache[code] = found
        return found

    def vocabulary(self) -> list[str]:
        """Return all different values, in order of first appearance."""
        raw = self.data.tobytes()
        ends = self.offsets.tolist()
        return [raw[start:end].decode("utf-8") for start, end in itertools.pairwise(ends)]


def text_arrays(values: Iterable[str | None]) -> dict[str, npt.NDArray[Any]]:
    """Encode text values as the three arrays of a `TextColumn`: codes, offsets, data.

    Examples
    --------
    >>> text_arrays(["a", None, "bc"])["offsets"].tolist()
    [0, 1, 3]
    """
    words: dict[str, int] = {}
    codes = [_TEXT_NONE if value is None else words.setdefault(value, len(words)) for value in values]
    encoded = [word.encode("utf-8") for word in words]
    offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum([len(word) for word in encoded], out=offsets[1:])
    return {
        "codes": np.asarray(codes, dtype=np.int32),
        "offsets": offsets,
        "data": np.frombuffer(b"".join(encoded), dtype=np.uint8),
    }


class TableColumns:
    """One table of a town, column by column, read when asked for.

    Parameters
    ----------
    arrays
        Arrays of the whole town.
    table
        Name of the table: its arrays are called ``table/column``.
    """

    __slots__ = ("_arrays", "_texts", "table")

    def __init__(self, arrays: Arrays, table: str) -> None:
        self._arrays = arrays
        self._texts: dict[str, TextColumn] = {}
        self.table = table

    def __len__(self) -> int:
        return int(self._arrays[f"{self.table}/count"][0])

    def numbers(self, column: str) -> npt.NDArray[Any]:
        """Return an int, float or bool column, shape ``(n,)``.

        Raises
        ------
        KeyError
            If the table has no such column.
        """
        return self._arrays[f"{self.table}/{column}"]

    def text(self, column: str) -> TextColumn:
        """Return a text column; json columns are text too.

        Raises
        ------
        KeyError
            If the table has no such text column.
        """
        found = self._texts.get(column)
        if found is None:
            prefix = f"{self.table}/{column}"
            found = TextColumn(
                self._arrays[f"{prefix}.codes"], self._arrays[f"{prefix}.offsets"], self._arrays[f"{prefix}.data"]
            )
            self._texts[column] = found
        return found

    def json(self, column: str, row: int) -> Any:
        """Return one parsed value of a json column; None where absent."""
        value = self.text(column)[row]
        return None if value is None else json.loads(value)

    @property
    def lon(self) -> npt.NDArray[np.float64]:
        """Return the longitude of each row's point, degrees; NaN where it has none. Point tables only."""
        return self.numbers("lon")

    @property
    def lat(self) -> npt.NDArray[np.float64]:
        """Return the latitude of each row's point, degrees; NaN where it has none. Point tables only."""
        return self.numbers("lat")

    @property
    def x(self) -> npt.NDArray[np.float64]:
        """Return the easting of each row's point in the town's CRS, metres. Point tables only."""
        return self.numbers("x_m")

    @property
    def y(self) -> npt.NDArray[np.float64]:
        """Return the northing of each row's point in the town's CRS, metres. Point tables only."""
        return self.numbers("y_m")

    def wkb(self, row: int) -> bytes | None:
        """Return a row's geometry as WKB (EPSG:4326); None where it has none. Not for point tables."""
        offsets = self.numbers("wkb.offsets")
        start, end = int(offsets[row]), int(offsets[row + 1])
        return None if start == end else self.numbers("wkb.data")[start:end].tobytes()


class ArrayFile(Mapping[str, npt.NDArray[Any]]):
    """Many named arrays in one file, mapped into memory: opened at once at any size, read only where touched.

    One file, since hundreds of small ones are slow to make and to remove: the arrays, each aligned to 64 bytes; then
    JSON that gives name, dtype, shape and offset of each; then the offset of the JSON (8 bytes, little-endian).

    Parameters
    ----------
    path
        A file that `write` made.

    Raises
    ------
    OSError
        If there is no such file.
    ValueError
        If it is not one that `write` made.
    """

    __slots__ = ("_data", "_entries", "_loaded")

    def __init__(self, path: Path) -> None:
        if path.stat().st_size < 8:
            raise ValueError(f"{path}: not a file of arrays")
        self._data = np.memmap(path, dtype=np.uint8, mode="r")
        start = int(np.frombuffer(self._data[-8:].tobytes(), dtype="<u8")[0])
        if start > len(self._data) - 8:
            raise ValueError(f"{path}: not a whole file of arrays")
        self._entries: dict[str, tuple[str, list[int], int]] = json.loads(self._data[start:-8].tobytes())
        self._loaded: dict[str, npt.NDArray[Any]] = {}

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        found = self._loaded.get(name)
        if found is None:
            dtype, shape, offset = self._entries[name]
            kind = np.dtype(dtype)
            size = int(np.prod(shape, dtype=np.int64)) * kind.itemsize
            found = np.asarray(self._data[offset : offset + size]).view(kind).reshape(shape)
            self._loaded[name] = found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    @staticmethod
    def write(path: Path, arrays: Arrays) -> None:
        """Write arrays to a new file."""
        entries: dict[str, tuple[str, list[int], int]] = {}
        with path.open("wb") as file:
            for name, values in arrays.items():
                file.write(b"\0" * (-file.tell() % 64))
                entries[name] = (values.dtype.str, list(values.shape), file.tell())
                file.write(np.ascontiguousarray(values).tobytes())
            start = file.tell()
            file.write(json.dumps(entries).encode())
            file.write(start.to_bytes(8, "little"))
