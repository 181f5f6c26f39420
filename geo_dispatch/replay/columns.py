"""Which column of a calls file means what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import CallsFileError

__all__ = ["Columns", "find_columns"]


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns of a calls file stand.

    Attributes
    ----------
    at
        Number of each known column, counted from 0, by our name.
    count
        Columns of the header.
    unused
        Headers that mean nothing here.
    """

    at: Mapping[str, int]
    count: int
    unused: tuple[str, ...]


def find_columns(header: Sequence[str], *, named: Mapping[str, str] | None = None, file: str = "the file") -> Columns:
    """Tell the columns of a header.

    Parameters
    ----------
    header
        The cells of the first line.
    named
        Header by our name, where the file's own names say nothing; these go before all others.
    file
        For messages.

    Returns
    -------
    Columns
        With everything that is needed.

    Raises
    ------
    CallsFileError
        If a needed column is missing, one is named twice, or a name given is not in the header.

    Examples
    --------
    >>> found = find_columns(["Call ID", "Unit", "Type", "Dispatched", "Cleared", "Address", "Priority"])
    >>> found.at["place"], found.unused
    (5, ('Priority',))
    """
    table = load_table("geo_dispatch.replay", "calls")
    known: dict[str, list[str]] = table["columns"]
    cells = [cell.strip() for cell in header]
    at = {name: _given(cells, name, told, known, file) for name, told in (named or {}).items()}
    ours = {_plain(alias): name for name, aliases in known.items() for alias in aliases}
    for number, cell in enumerate(cells):
        name = ours.get(_plain(cell))
        if name is None or number in at.values() or name in (named or {}):
            continue
        if name in at:
            raise CallsFileError(
                f"{file}:1: both {cells[at[name]]!r} and {cell!r} may be {name}: say which under columns of --fields"
            )
        at[name] = number
    _check(at, table["needed"], file)
    return Columns(at, len(cells), tuple(cell for number, cell in enumerate(cells) if number not in at.values()))


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", text.lower())


def _given(cells: Sequence[str], name: str, told: str, known: Mapping[str, object], file: str) -> int:
    if name not in known:
        raise CallsFileError(f"there is no column {name!r}: those there are: {', '.join(known)}")
    places = [number for number, cell in enumerate(cells) if cell == told.strip()]
    if len(places) != 1:
        problem = "has no column" if not places else "names twice the column"
        raise CallsFileError(f"{file}:1: {problem} {told!r}, which {name} is to be: the header is {', '.join(cells)}")
    return places[0]


def _check(at: Mapping[str, int], needed: Sequence[str], file: str) -> None:
    table = load_table("geo_dispatch.replay", "calls")["columns"]
    missing = [name for name in needed if name not in at]
    if missing:
        told = "; ".join(f"{name} (as {', '.join(table[name][:3])})" for name in missing)
        raise CallsFileError(
            f"{file}:1: lacks the column {told}: rename it in the header, or name it under columns of --fields"
        )
    for pair in (("lon", "lat"), ("from_lon", "from_lat")):
        if (pair[0] in at) != (pair[1] in at):
            raise CallsFileError(f"{file}:1: has a column {' or '.join(pair)} alone: give both or neither")
    if "place" not in at and "lon" not in at:
        raise CallsFileError(f"{file}:1: tells no place: give a column place (words), or lon and lat")
