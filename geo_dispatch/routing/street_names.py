"""Streets by name, as exactly as closures need it; misspellings are left to whoever is asked besides."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cached_property

from geo_dispatch.data_tables import load_table
from geo_dispatch.town.town import Town

__all__ = ["FindStreets", "StreetNames", "plain_name"]

_STREET_KINDS = ("street", "route")

FindStreets = Callable[[str], Sequence[int]]
"""Returns rows of the table ``streets`` that words may mean."""


def plain_name(name: str) -> str:
    """Return a name with short forms written out, without case and punctuation, to compare by.

    Examples
    --------
    >>> plain_name("N. Main St"), plain_name("North Main Street"), plain_name("St. John's Ave")
    ('north main street', 'north main street', 'street johns avenue')
    """
    words = load_table("geo_dispatch.routing", "street_words")
    spoken = re.sub(r"[^\w\s]", "", re.sub(r"[-/]", " ", name.lower()))
    return " ".join(str(words.get(word, word)) for word in spoken.split())


class StreetNames:
    """Finds the streets of a town by name.

    Parameters
    ----------
    town
        The town.
    find_more
        Asked about names that are not on file as they are written; nobody when None.
    """

    def __init__(self, town: Town, *, find_more: FindStreets | None = None) -> None:
        self._town = town
        self._find_more = find_more

    @cached_property
    def _rows(self) -> dict[str, list[int]]:
        """Return the rows of ``streets`` by every name that a street has."""
        streets = self._town.table("streets")
        name, other = streets.text("name"), streets.text("names")
        rows: dict[str, list[int]] = defaultdict(list)
        for row in range(len(streets)):
            names = [name[row] or "", *(entry["name"] for entry in json.loads(other[row] or "[]"))]
            for each in dict.fromkeys(plain_name(n) for n in names if n):
                rows[each].append(row)
        aliases = self._town.table("aliases")
        alias, target, kind = (aliases.text(column) for column in ("alias", "target", "target_kind"))
        for row in range(len(aliases)):
            if kind[row] in _STREET_KINDS and plain_name(alias[row] or "") not in rows:
                rows[plain_name(alias[row] or "")] += rows.get(plain_name(target[row] or ""), [])
        return rows

    def find(self, words: str) -> list[int]:
        """Return the rows of streets of that name, in every municipality; a town may be named behind a comma.

        Parameters
        ----------
        words
            ``Main St`` or ``Main St, Dunmark``.

        Returns
        -------
        list
            Empty when there is none; streets that are called so first of all before those that are called so too.
        """
        found = self.find_written(words)
        if not found and self._find_more is not None:
            found = list(self._find_more(words))
        return found

    def find_written(self, words: str) -> list[int]:
        """Return the rows of streets that are on file under that name; as `find`, without asking further."""
        found = self._named(words)
        if not found and "," in words:
            name, _, town = words.rpartition(",")
            municipality = self._town.table("streets").text("municipality")
            found = [row for row in self._named(name) if plain_name(municipality[row] or "") == plain_name(town)]
        return found

    def name(self, street: int) -> str:
        """Return the name of a street."""
        return self._town.table("streets").text("name")[street] or "an unnamed road"

    def close_to(self, words: str) -> list[str]:
        """Return names on file that begin with the words, or are written much like them."""
        import difflib

        longer = [name for name in self._rows if name.startswith(f"{plain_name(words)} ")]
        close = [*longer[:3], *difflib.get_close_matches(plain_name(words), list(self._rows), n=3, cutoff=0.8)][:3]
        return list(dict.fromkeys(self.name(self._rows[name][0]) for name in close))

    def _named(self, words: str) -> list[int]:
        rows = self._rows.get(plain_name(words), [])
        name = self._town.table("streets").text("name")
        first = [row for row in rows if plain_name(name[row] or "") == plain_name(words)]
        return first or list(rows)
