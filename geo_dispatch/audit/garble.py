"""Names as callers garble them: mistyped, misheard, shortened."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from random import Random

from geo_dispatch.audit.tables import hearing
from geo_dispatch.locate.names import NameIndex
from geo_dispatch.locate.normalise import canonical_name, street_key
from geo_dispatch.locate.tables import load_words

__all__ = ["GARBLES", "Garble", "abbreviate", "mishear", "two_typos", "typo"]

Garble = Callable[[str, Random, NameIndex], str | None]
_LONG = 4
_TRIES = 20


def typo(name: str, rng: Random, index: NameIndex) -> str | None:
    """Make one slip of the finger in a name.

    A random substitution, deletion, insertion or swap of neighbours, of a letter, never a digit and never the first letter of a
    word, in a word of at least four letters.

    Parameters
    ----------
    name
        As on file.
    rng
        Decides where.
    index
        Every name in town: a slip that gives another name is drawn again.

    Returns
    -------
    str or None
        None when no word is long enough, or every slip gives a name.
    """
    places = [at for match in _words(name) for at in range(match.start() + 1, match.end())]
    for _ in range(_TRIES if places else 0):
        edited = _slip(name, rng.choice(places), rng)
        if edited != name and index.find(street_key(edited)) is None:
            return edited
    return None


def two_typos(name: str, rng: Random, index: NameIndex) -> str | None:
    """Make two slips of the finger in a name; None when one alone is all that fits.

    Parameters
    ----------
    name, rng, index
        As for `typo`.
    """
    if sum(len(match.group()) for match in _words(name)) < 2 * _LONG - 1:
        return None
    once = typo(name, rng, index)
    twice = typo(once, rng, index) if once is not None else None
    return twice if twice != name else None


def mishear(name: str, rng: Random, index: NameIndex) -> str | None:
    """Write a name as someone does who only heard it: another spelling of its sound, at times a confused consonant besides.

    Parameters
    ----------
    name, rng, index
        As for `typo`. The street type and a direction are heard right.

    Returns
    -------
    str or None
        None when no rule fits, or what was heard is another name on file.
    """
    parts = canonical_name(street_key(name))
    spared = {parts.type, parts.pre, parts.post}
    words = name.split()
    open_ = [
        at for at, word in enumerate(words) if street_key(word) not in spared and len(word) >= 3 and word.isalpha()
    ]
    for _ in range(_TRIES if open_ else 0):
        at = rng.choice(open_)
        heard = _respell(words[at].lower(), rng)
        if rng.random() < hearing()["confused_share"]:
            heard = _confuse(heard, rng)
        if heard == words[at].lower():
            continue
        text = " ".join([*words[:at], heard.title() if words[at][:1].isupper() else heard, *words[at + 1 :]])
        if street_key(text) != street_key(name) and index.find(street_key(text)) is None:
            return text
    return None


def abbreviate(name: str, rng: Random, index: NameIndex) -> str | None:
    """Write the words of a name that have short forms short.

    Parameters
    ----------
    name, rng, index
        As for `typo`.

    Returns
    -------
    str or None
        None when it has no such word, or the short form is read as another name.
    """
    short, parts = hearing()["short"], canonical_name(street_key(name))
    spoken = name.split()
    shortened = []
    for at, word in enumerate(spoken):
        key = street_key(word)
        of_street = key in load_words().full_types or key in load_words().directions
        ends = at in (0, len(spoken) - 1) and key in (parts.type, parts.pre, parts.post)
        fits = key in short and len(spoken) > 1 and (not of_street or (bool(parts.type) and ends))
        shortened.append(rng.choice(short[key]) if fits else word)
    text = " ".join(shortened)
    found = index.find(street_key(text))
    other = found is not None and index.text(found) != street_key(name)
    return text if text != name and not other else None


GARBLES: dict[str, Garble] = {
    "typo": typo,
    "two_typos": two_typos,
    "misheard": mishear,
    "abbreviated": abbreviate,
}
"""How names are garbled, by the variant of the case."""


def _words(name: str) -> list[re.Match[str]]:
    return [match for match in re.finditer(r"[^\W\d_]+", name) if len(match.group()) >= _LONG]


def _slip(name: str, at: int, rng: Random) -> str:
    letter = rng.choice(string.ascii_lowercase)
    following = at + 1 < len(name) and name[at + 1].isalpha()
    kind = rng.choice(["substitute", "delete", "insert", "swap" if following else "delete"])
    if kind == "substitute":
        return name[:at] + letter + name[at + 1 :]
    if kind == "insert":
        return name[:at] + letter + name[at:]
    return name[:at] + (name[at + 1] + name[at] + name[at + 2 :] if kind == "swap" else name[at + 1 :])


def _respell(word: str, rng: Random) -> str:
    """Apply one rule that fits, at one place."""
    fits = [
        (pattern, instead, match) for pattern, instead in hearing()["respelt"] for match in re.finditer(pattern, word)
    ]
    if not fits:
        return word
    _, instead, match = rng.choice(fits)
    return f"{word[: match.start()]}{instead}{word[match.end() :]}"


def _confuse(word: str, rng: Random) -> str:
    """Replace one consonant behind the first letter by one it is taken for."""
    swaps = [
        (match.start(), match.end(), other)
        for pair in hearing()["confused"]
        for one, other in (pair, pair[::-1])
        for match in re.finditer(one, word)
        if match.start()
    ]
    if not swaps:
        return word
    start, end, other = rng.choice(swaps)
    return f"{word[:start]}{other}{word[end:]}"
