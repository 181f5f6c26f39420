"""What the signs of roads say, and which roads a driver takes for one street by them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Sign", "read_sign", "same_name", "same_street"]

_LONG_NAME = 8
_KEPT = 16_384
"""Signs, and pairs of them, that are remembered: a town has a sign for each name, not for each road."""


@dataclass(frozen=True, slots=True)
class Sign:
    """The name and route numbers of a road.

    Attributes
    ----------
    name
        The name, else the route numbers, else None.
    has_name
        Whether there is a name, not only numbers.
    is_named
        Whether the name on file is one at all, if only a blank.
    refs
        The route numbers with " / " between; empty without.
    routes
        The route numbers.
    """

    name: str | None
    has_name: bool
    is_named: bool
    refs: str
    routes: frozenset[str]


@lru_cache(maxsize=_KEPT)
def read_sign(name: str | None, ref: str | None) -> Sign:
    """Read the name and the route numbers of a road as they are on file; equal ones give one sign.

    Parameters
    ----------
    name, ref
        Several with ";" between; None where there are none.

    Examples
    --------
    >>> read_sign("Case Street;Old Road", "VT 116; US 7").refs
    'VT 116 / US 7'
    """
    numbers = [part.strip() for part in (ref or "").split(";") if part.strip()]
    own, refs = (name or "").split(";")[0].strip(), " / ".join(numbers)
    return Sign(own or refs or None, bool(own), name is not None, refs, frozenset(numbers))


def same_street(one: Sign, other: Sign) -> bool:
    """Tell whether a driver takes two roads for one street.

    One name, however it is spaced; or a numbered route where one of the two is named after its number ("Case Street"
    and "Route 116", both VT 116); or neither with a name nor a number.

    Parameters
    ----------
    one, other
        Their signs.

    Examples
    --------
    >>> same_street(read_sign("Case Street", "VT 116"), read_sign("Route 116", "VT 116"))
    True
    """
    return one is other or _same_street(one, other)


def same_name(one: Sign, other: Sign) -> bool:
    """Tell whether two roads bear one name, however it is spaced.

    Parameters
    ----------
    one, other
        Their signs.

    Examples
    --------
    >>> same_name(read_sign("Sea View Road", None), read_sign("Seaview Road", None))
    True
    """
    if one is other or one.name is None or other.name is None:
        return one.name is not None and other.name is not None
    return _alike(one.name, other.name)


@lru_cache(maxsize=_KEPT)
def _same_street(one: Sign, other: Sign) -> bool:
    if one.name is None or other.name is None:
        return one.name is other.name
    if _alike(one.name, other.name):
        return True
    shared = one.routes & other.routes
    numbers = {number for route in shared for number in re.findall(r"\d+", route)}
    unnamed = not one.is_named or not other.is_named
    named_after = any(numbers & set(re.findall(r"\d+", name)) for name in (one.name, other.name))
    return bool(shared) and (unnamed or named_after)


@lru_cache(maxsize=_KEPT)
def _alike(one: str, other: str) -> bool:
    """Tell whether two names are one to a driver: alike in all but spaces, or in one letter too many ("Kelley Road", "Kelly Road")."""
    short, long = sorted((_letters(one), _letters(other)), key=len)
    if short == long:
        return True
    if len(long) != len(short) + 1 or len(short) < _LONG_NAME or re.findall(r"\d", short) != re.findall(r"\d", long):
        return False
    place = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return place >= 2 and short[place:] == long[place + 1 :]


def _letters(name: str) -> str:
    """Return a name's letters and digits only, in lower case."""
    return re.sub(r"[^0-9a-z]", "", name.casefold())
