"""The phrase a dispatcher reads back to tell two like names apart."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import NamedTuple

from geo_dispatch.locate.normalise import street_key
from geo_dispatch.locate.tables import load_words

__all__ = ["Subject", "read_back"]

_SPELT = 9


class Subject(NamedTuple):
    """A name, the town it is in, and the street that it meets or is on."""

    name: str
    municipality: str | None
    beside: str | None
    on: bool = False


def read_back(meant: Subject, other: Subject) -> str:
    """Return the phrase to read back: what differs stands in capitals, and is spelt where it sounds the same.

    Parameters
    ----------
    meant
        What the caller seems to mean.
    other
        What it may be taken for.

    Examples
    --------
    >>> read_back(Subject("Daniel Street", "Brantport", "Main Road"), Subject("Daniel Avenue", "Brantport", None))
    'Daniel STREET, off Main Road, in Brantport: not Daniel Avenue?'
    >>> read_back(Subject("Hix Road", "Brantport", None), Subject("Hicks Road", "Brantport", None))
    'HIX (H-I-X) Road, in Brantport: not Hicks (H-I-C-K-S) Road?'
    >>> read_back(Subject("Main Road", "Brantport", "Elm Street"), Subject("Main Road", "Eastham", None))
    'Main Road, off Elm Street, in BRANTPORT: not Main Road in Eastham?'
    """
    same = street_key(meant.name) == street_key(other.name)
    elsewhere = meant.municipality != other.municipality
    town = meant.municipality or ""
    said, denied = (meant.name, other.name) if same else _apart(meant.name, other.name)
    parts = [said]
    if meant.beside:
        parts.append(f"{'on' if meant.on else 'off'} {meant.beside}")
    if town:
        parts.append(f"in {town.upper() if same and elsewhere else town}")
    if elsewhere and other.municipality:
        denied += f" in {other.municipality}"
    elif same and other.beside:
        denied += f" {'on' if other.on else 'off'} {other.beside}"
    return f"{', '.join(parts)}: not {denied}?"


def _apart(name: str, other: str) -> tuple[str, str]:
    """Write the words that differ in capitals in the first name, and spell both where they may sound the same."""
    one, two = name.split(), other.split()
    shown, denied = list(one), list(two)
    known = {**load_words().street_types, **load_words().directions}
    for tag, start, end, begin, stop in SequenceMatcher(None, _keys(one), _keys(two), autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        spelt = tag == "replace" and end - start == stop - begin
        for at, to in zip(range(start, end), range(begin, begin + end - start), strict=True):
            alike = (
                spelt
                and one[at].casefold().strip(".") not in known
                and one[at][:1].casefold() == two[to][:1].casefold()
            )
            shown[at] = one[at].upper() + (_spelt(one[at]) if alike else "")
            if alike:
                denied[to] = two[to] + _spelt(two[to])
    return " ".join(shown), " ".join(denied)


def _keys(words: list[str]) -> list[str]:
    return [street_key(word) or word.casefold() for word in words]


def _spelt(word: str) -> str:
    letters = [letter for letter in word.upper() if letter.isalnum()]
    return f" ({'-'.join(letters)})" if len(letters) <= _SPELT else ""
