"""Distances in words: "half a mile", "200 yards", "1/4 mile", "a couple hundred feet"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from geo_dispatch.locate.tables import load_words

__all__ = ["SaidDistance", "find_distance"]

_SHARES = {"half": 0.5, "third": 1 / 3, "quarter": 0.25, "quarters": 0.25}
_COUNTS = {"couple": 2.0, "few": 3.0, "several": 4.0}
_SCALES = {None: 1.0, "hundred": 100.0, "thousand": 1000.0}
_ABOUT = re.compile(r"^(?:about|around|roughly|maybe|approximately) ")
_SHARE = re.compile(r"(?:(a|an|[1-3]) )?(half|third|quarters?)(?: of)?(?: an?)?")
_COUNT = re.compile(r"(?:a )?(couple|few|several)(?: of)?(?: (hundred|thousand))?")
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)?(?:(?:^| )([1-9])/([1-9]\d?))?( and a half)?(?: of)?(?: an?)?")


@dataclass(frozen=True, slots=True)
class SaidDistance:
    """A distance that was said: its words, from which to which token, and metres."""

    text: str
    first: int
    end: int
    distance_m: float


def find_distance(tokens: Sequence[str]) -> SaidDistance | None:
    """Return the first distance among words, else None.

    Parameters
    ----------
    tokens
        Folded words, numbers as digits.

    Examples
    --------
    >>> round(find_distance("half a mile south of town hall".split()).distance_m)
    805
    >>> find_distance(["fire", "at", "200", "yards", "past", "exit", "3"]).text
    '200 yards'
    >>> find_distance(["12", "main", "street"]) is None
    True
    """
    units = load_words().distance_units
    for at, token in enumerate(tokens):
        if token not in units:
            continue
        for first in range(max(0, at - 6), at):
            said = " ".join(tokens[first:at])
            value, end = _value(said), at + 1
            if value > 0:
                if tuple(tokens[end : end + 3]) == ("and", "a", "half"):
                    value, end = value + 0.5, end + 3
                return SaidDistance(" ".join(tokens[first:end]), first, end, value * units[token])
    return None


def _value(said: str) -> float:
    """Read a count or a share: "a half", "3 quarters of a", "couple hundred", "1 1/2"; 0 when it is none."""
    said = _ABOUT.sub("", said)
    found = _SHARE.fullmatch(said)
    if found:
        return float(found[1] if (found[1] or "a").isdigit() else 1) * _SHARES[found[2]]
    found = _COUNT.fullmatch(said)
    if found:
        return _COUNTS[found[1]] * _SCALES[found[2]]
    found = _NUMBER.fullmatch(said)
    if found:
        return float(found[1] or 0) + (float(found[2]) / float(found[3]) if found[2] else 0.0) + 0.5 * bool(found[4])
    return {"a": 1.0, "an": 1.0, "a hundred": 100.0}.get(said, 0.0)
