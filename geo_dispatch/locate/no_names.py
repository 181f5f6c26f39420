"""Texts in name columns that say there is no name: "Unknown", "Unnamed Road"."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from geo_dispatch.locate.tables import read_table
from geo_dispatch.town.town import Town

__all__ = ["count_no_names", "is_no_name"]

_MOST_LETTERS = 1


@lru_cache(maxsize=1)
def _table() -> dict[str, frozenset[str]]:
    raw: dict[str, Any] = read_table("no_names.yaml")
    return {key: frozenset(map(str, words)) for key, words in raw.items()}


@lru_cache(maxsize=65536)
def is_no_name(name: str) -> bool:
    """Tell whether a name on file says that there is none.

    Parameters
    ----------
    name
        As written on file.

    Examples
    --------
    >>> [is_no_name(name) for name in ("Unnamed Road", "UNKNOWN", "Unnamed 5d", "Unknown Soldier Way", "No Name Road")]
    [True, True, True, False, False]
    """
    words = name.casefold().replace(".", " ").split()
    table = _table()
    if " ".join(words) in table["names"]:
        return True
    return bool(words) and words[0] in table["before"] and all(_is_kind(word) for word in words[1:])


def _is_kind(word: str) -> bool:
    letters = sum(letter.isalpha() for letter in word)
    return word in _table()["kinds"] or letters <= _MOST_LETTERS


def count_no_names(town: Town) -> int:
    """Return how many streets on file, and street names of addresses and ranges, say that they have no name.

    Parameters
    ----------
    town
        The town.
    """
    streets = [name for name in town.table("streets").text("name") if name]
    named = {
        name for table in ("addresses", "address_ranges") for name in town.table(table).text("street").vocabulary()
    }
    return sum(map(is_no_name, streets)) + sum(map(is_no_name, named - set(streets)))
