"""Clauses that say where a thing is, seen from the caller: "there is a church across the street", "the school is north of me"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from geo_dispatch.locate.relations.clause import Clause
from geo_dispatch.locate.relations.markers import marks, said_distance, turn_of
from geo_dispatch.locate.tables.phrases import Phrases
from geo_dispatch.locate.tables.relations import load_relations

__all__ = ["Inverse", "find_inverse"]

_OF = Phrases(["of", "from", "to"])
_MINE = Phrases(
    f"{link} {whose}"
    for link in ("to", "on", "at", "in", "off to")
    for whose in ("my", "our", "its", "the", "his", "her", "their")
)
_AWAY = Phrases(
    ["away", "over", "from here", "from me", "from us", "from it", "away from here", "away from me", "away from us"]
)
_BY_SIDE = ("across", "next_to", "beside", "block", "same_block", "diagonal")
_STOPS = frozenset({",", ";", "and", "&"})
# Words that begin something new behind such a clause.
_GOES_ON = frozenset(
    {
        "on",
        "in",
        "at",
        "across",
        "over",
        "near",
        "just",
        "which",
        "that",
        "where",
        "when",
        "so",
        "if",
        "but",
        "with",
        "as",
        "for",
        "while",
    }
)


@dataclass(frozen=True, slots=True)
class Inverse:
    """A clause whose object stands before it, or behind it, and how many words it takes."""

    clause: Clause
    used: int
    follows: bool


@dataclass(frozen=True, slots=True)
class _Table:
    reference: Phrases
    listener: Phrases
    sides: Phrases
    kinds: dict[str, str]
    is_words: Phrases
    there: Phrases


@lru_cache(maxsize=1)
def _table() -> _Table:
    raw = load_relations().inverse
    kinds = {text: kind for kind in _BY_SIDE for text in raw[kind]}
    return _Table(
        Phrases(raw["reference"]),
        Phrases(raw["listener"]),
        Phrases(kinds),
        kinds,
        Phrases(raw["is_words"]),
        Phrases(raw["there_words"]),
    )


def find_inverse(words: Sequence[str], at: int, *, named: bool, here: Sequence[str] = ()) -> Inverse | None:
    """Return the clause at a place in the words that says where a thing is, seen from the caller; None when there is none.

    Parameters
    ----------
    words
        Folded words and signs, numbers as digits.
    at
        The place.
    named
        Whether words that may name the thing stand before it.
    here
        What the caller said to be at, as "gas station": "north of the gas station" is then north of the caller.

    Examples
    --------
    >>> found = find_inverse("a church is to the north of me".split(), 2, named=True)
    >>> found.clause.kind, found.clause.bearing_deg, found.follows
    ('direction', 180.0, False)
    """
    table = _table()
    verb = table.is_words.match(words, at) if named else 0
    found = _one(words, at + verb, here, verb=bool(verb))
    if found is None:
        return None
    clause, end = found
    more = _one(words, end + (words[end : end + 1] in ([","], ["and"])), here, verb=False)
    if more is not None and (joined := _joined(clause, more[0])) is not None:
        clause, end = replace(joined, said=" ".join(words[at + verb : more[1]])), more[1]
    there = table.there.match(words, end)
    if there and end + there < len(words) and not verb:
        return Inverse(clause, end + there - at, follows=True)
    closed = end >= len(words) or words[end] in _STOPS or (bool(verb) and words[end] in _GOES_ON)
    return Inverse(clause, end - at, follows=False) if named and closed else None


def _one(words: Sequence[str], at: int, here: Sequence[str], *, verb: bool) -> tuple[Clause, int] | None:
    """Read one such clause, and where it ends."""
    return (
        _distance(words, at, here, verb=verb)
        or _direction(words, at, here, verb=verb)
        or _side(words, at, here)
        or _relation(words, at)
    )


def _joined(one: Clause, other: Clause) -> Clause | None:
    """Join "on the next block" and "to the north": how they lie to one another, and in which direction."""
    turned = [clause for clause in (one, other) if clause.bearing_deg is not None]
    if len(turned) != 1:
        return None
    plain = other if turned[0] is one else one
    if turned[0].distance_m is not None:  # "a block to the west, across the street"
        return turned[0]
    return replace(plain, bearing_deg=turned[0].bearing_deg)


def _reference(words: Sequence[str], at: int, here: Sequence[str] = ()) -> int:
    """Return where "of me", "of the restaurant" that the caller is at, ends; the place itself when there is none."""
    of = _OF.match(words, at)
    if not of:
        return at
    used = _table().reference.match(words, at + of)
    if used:
        return at + of + used
    if words[at + of : at + of + 1] not in (["the"], ["this"]):
        return at
    # "the restaurant" is the "fast food restaurant" that was said before.
    for size in range(len(here), 0, -1):
        end = at + of + 1 + size
        if list(words[at + of + 1 : end]) == list(here[-size:]):
            return end
    return at


def _distance(words: Sequence[str], at: int, here: Sequence[str], *, verb: bool) -> tuple[Clause, int] | None:
    """Read "a block to the north", "2 blocks east of here", "half a mile away"."""
    far = said_distance(words, at)
    if far is None:
        return None
    found = _direction(words, far[1], here, verb=verb)
    if found is not None:
        return replace(found[0], said=" ".join(words[at : found[1]]), distance_m=far[0]), found[1]
    away = _AWAY.match(words, far[1])
    end = far[1] + away
    return (Clause("distance", " ".join(words[at:end]), distance_m=far[0]), end) if away else None


def _direction(words: Sequence[str], at: int, here: Sequence[str], *, verb: bool) -> tuple[Clause, int] | None:
    """Read "to the north of me", "just north of here", "to my north", "on its south east side"."""
    lead = marks().direction_lead.match_all(words, at)
    mine = _MINE.match(words, at + lead)
    turn = at + lead + mine
    found = turn_of(words, turn)
    if found is None:
        return None
    after = turn + found[1]
    side = after < len(words) and words[after] == "side"
    end = _reference(words, after + side, here)
    said_to = "the" in words[at:turn] or mine
    if end == after + side and not (said_to or verb):
        return None
    return Clause("direction", " ".join(words[at:end]), bearing_deg=(found[0] + 180.0) % 360.0), end


def _side(words: Sequence[str], at: int, here: Sequence[str]) -> tuple[Clause, int] | None:
    """Read "across the street", "next door", "on my left", "on the next block"."""
    used = _table().sides.match(words, at)
    if not used:
        return None
    said = " ".join(words[at : at + used])
    return Clause(_table().kinds[said], said), _reference(words, at + used, here)


def _relation(words: Sequence[str], at: int) -> tuple[Clause, int] | None:
    """Read "across from me", "behind my house"."""
    used = marks().relations.match(words, at)
    reference = _table().reference.match(words, at + used) if used else 0
    kind = marks().kinds[" ".join(words[at : at + used])] if reference else ""
    if kind not in ("across", "behind", "front", "next_to", "near", "diagonal", "same_block", "block"):
        return None
    end = at + used + reference
    # What is behind the caller is near them: which side of its own road they are on is not said.
    return Clause("beside" if kind in ("behind", "front", "next_to") else kind, " ".join(words[at:end])), end
