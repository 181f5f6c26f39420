"""Street names: written properly when they come in capitals, and compared across two layers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from geo_dispatch.data_tables import load_table

__all__ = ["is_route_name", "proper_name", "street_key", "without_direction"]


def _words() -> dict[str, Any]:
    return load_table("geo_dispatch.ng911", "street_words")


@lru_cache(maxsize=1)
def _short() -> dict[str, str]:
    tables = (_words()["suffixes"], _words()["directions"], _words()["ordinals"])
    return {long: short for table in tables for short, longs in table.items() for long in longs}


@lru_cache(maxsize=200_000)
def street_key(name: str) -> str:
    """Reduce a street name to what two layers that spell it differently have in common.

    Case, punctuation, abbreviations and the place of the direction word do not count; for a numbered road only
    the number does.

    Parameters
    ----------
    name
        A street name.

    Returns
    -------
    str
        The key; ``""`` when the name holds no letter or digit.

    Examples
    --------
    >>> street_key("GREEN RD N") == street_key("North Green Road")
    True
    >>> street_key("VT ROUTE 22A"), street_key("State Rte 22A"), street_key("US Hwy 7")
    ('rte 22a', 'rte 22a', 'rte 7')
    """
    text = name.casefold().replace("'", "").replace("’", "")
    words = [_short().get(word, word) for word in re.findall(r"[^\W_]+", text)]
    if len(words) > 2 and words[-1] in _words()["directions"]:
        words = [words[-1], *words[:-1]]
    number = _route_number(words)
    return f"rte {number}" if number else " ".join(words)


def _route_number(words: list[str]) -> str | None:
    """Return the number of a numbered road, else None: ``vt rte 22a`` -> ``22a``."""
    rest = words[1:] if words and words[0] in _words()["route_systems"] else words
    had_system = len(rest) < len(words)
    had_word = bool(rest) and rest[0] in _words()["route_words"]
    if had_word:
        rest = rest[1:]
    if len(rest) == 1 and (had_word or had_system) and re.fullmatch(r"\d+[a-z]?", rest[0]):
        return rest[0]
    return None


def without_direction(key: str) -> str | None:
    """Return a street key without its direction word, None when it has none.

    Examples
    --------
    >>> without_direction(street_key("VT Route 17 W")), without_direction("main st")
    ('rte 17', None)
    """
    first, _, rest = key.partition(" ")
    return street_key(rest) if rest and first in _words()["directions"] else None


def is_route_name(name: str) -> bool:
    """Tell whether a name is only a route number.

    Examples
    --------
    >>> is_route_name("VT Route 22A"), is_route_name("Old Route 7"), is_route_name("Main St")
    (True, False, False)
    """
    return bool(re.fullmatch(r"rte \d+[a-z]?", street_key(name)))


@lru_cache(maxsize=200_000)
def proper_name(name: str) -> str:
    """Write a name that comes all in capitals the usual way; leave any other as it is.

    Parameters
    ----------
    name
        A street, town or place name.

    Returns
    -------
    str
        The name with single spaces.

    Examples
    --------
    >>> proper_name("VT ROUTE 22A"), proper_name("E MCDONALD RD"), proper_name("1ST ST")
    ('VT Route 22A', 'E McDonald Rd', '1st St')
    >>> proper_name("O'BRIEN'S LEICESTER-WHITING RD"), proper_name("McIntosh Ln")
    ("O'Brien's Leicester-Whiting Rd", 'McIntosh Ln')
    """
    text = " ".join(name.split())
    if text != text.upper():
        return text
    words = text.split(" ")
    return " ".join(_proper_word(word, first=index == 0) for index, word in enumerate(words))


def _proper_word(word: str, *, first: bool) -> str:
    tables = _words()
    bare = word.strip("().,")
    if bare in tables["capitals"]:
        return word
    if not first and word.lower() in tables["small"]:
        return word.lower()
    if bare in tables["exceptions"]:
        return word.replace(bare, tables["exceptions"][bare])
    if re.fullmatch(r"\d+(ST|ND|RD|TH)", bare):
        return word.lower()
    if any(letter.isdigit() for letter in bare):
        return word
    return re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)*", lambda found: _capitalise(found.group()), word)


def _capitalise(word: str) -> str:
    match = re.fullmatch(r"([OD])(['’])([^\W\d_]{2,})((?:['’]S)?)", word)
    if match:
        return f"{match[1]}{match[2]}{match[3].capitalize()}{match[4].lower()}"
    if re.fullmatch(r"MC[^\W\d_]{2,}(?:['’]S)?", word):
        return "Mc" + word[2:].capitalize()
    return word[0] + word[1:].lower()
