"""House numbers as OSM writes them: one, a list, a range, with letters and fractions.

References
----------
OSM wiki: Key:addr:housenumber, Key:addr:interpolation.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["HouseNumber", "parse_house_numbers"]

_ONE = re.compile(
    r"^(?:no\.?|#)?\s*([0-9]{1,7})\s*(?:[-/ ]?\s*([A-Za-z]{1,2})|\s+([0-9]/[0-9])|([½¼¾]))?$", re.IGNORECASE
)
_RANGE = re.compile(r"^([0-9]{1,7})\s*[-–—]\s*([0-9]{1,7})$")
_LONGEST_RANGE = 100


class HouseNumber(NamedTuple):
    """One house number: the number (-1 when there is none), what stands behind it, and the text."""

    number: int
    suffix: str | None
    text: str


def _one(text: str) -> HouseNumber:
    if found := _ONE.match(text):
        return HouseNumber(int(found[1]), (found[2] or found[3] or found[4] or None), text)
    if found := re.match(r"^([0-9]{1,7})(.*)$", text):
        return HouseNumber(int(found[1]), found[2].strip(" -/") or None, text)
    return HouseNumber(-1, None, text)


def parse_house_numbers(text: str) -> list[HouseNumber]:
    """Read every house number that a value holds.

    A rising range is filled in, in steps of two when both ends are even or odd ("12-16" is 12, 14, 16),
    else of one. A hyphenated number that does not rise, or spans over 100 ("37-112"), is one house whose
    number is the part before the hyphen.

    Parameters
    ----------
    text
        As tagged.

    Returns
    -------
    list of HouseNumber
        At least one unless the text is blank.

    Examples
    --------
    >>> [item.number for item in parse_house_numbers("12-16")], [item.number for item in parse_house_numbers("3;5")]
    ([12, 14, 16], [3, 5])
    >>> parse_house_numbers("12A")
    [HouseNumber(number=12, suffix='A', text='12A')]
    """
    numbers: list[HouseNumber] = []
    for part in re.split(r"[;,]", text):
        part = part.strip()
        if not part:
            continue
        found = _RANGE.match(part)
        if found and 0 < int(found[2]) - int(found[1]) <= _LONGEST_RANGE:
            first, last = int(found[1]), int(found[2])
            step = 2 if (last - first) % 2 == 0 else 1
            numbers += [HouseNumber(number, None, str(number)) for number in range(first, last + 1, step)]
        else:
            numbers.append(_one(part))
    return list(dict.fromkeys(numbers))
