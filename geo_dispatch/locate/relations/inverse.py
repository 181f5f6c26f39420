"""Clauses that say where a thing is, seen from the caller: "there is a church across the street", "the school is north of me"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from geo_dispatch.locate.relations.clause import Clause
from geo_dispatch.locate.relations.markers import bearing_of, marks
from geo_dispatch.locate.tables.phrases import Phrases
from geo_dispatch.locate.tables.relations import load_relations

__all__ = ["Inverse", "find_inverse"]

_OF = Phrases(["of", "from", "to"])
_MINE = Phrases(["to my", "on my", "to our", "on our", "to its", "to the", "on the", "in the"])
_STOPS = frozenset({",", ";", "and", "&"})


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
    kinds = {text: kind for kind in ("across", "next_to", "beside") for text in raw[kind]}
    return _Table(
        Phrases(raw["reference"]),
        Phrases(raw["listener"]),
        Phrases(kinds),
        kinds,
        Phrases(raw["is_words"]),
        Phrases(raw["there_words"]),
    )


def find_inverse(words: Sequence[str], at: int, *, named: bool) -> Inverse | None:
    """Return the clause at a place in the words that says where a thing is, seen from the caller; None when there is none.

    Parameters
    ----------
    words
        Folded words and signs, numbers as digits.
    at
        The place.
    named
        Whether words that may name the thing stand before it.

    Examples
    --------
    >>> found = find_inverse("a church is to the north of me".split(), 2, named=True)
    >>> found.clause.kind, found.clause.bearing_deg, found.follows
    ('direction', 180.0, False)
    """
    table = _table()
    verb = table.is_words.match(words, at) if named else 0
    start = at + verb
    found = _direction(words, start, verb=bool(verb)) or _side(words, start) or _relation(words, start)
    if found is None:
        return None
    clause, end = found
    there = table.there.match(words, end)
    if there and end + there < len(words) and not verb:
        return Inverse(clause, end + there - at, follows=True)
    closed = end >= len(words) or words[end] in _STOPS
    return Inverse(clause, end - at, follows=False) if named and closed else None


def _reference(words: Sequence[str], at: int) -> int:
    """Return where "of me" ends; the place itself when there is none."""
    of = _OF.match(words, at)
    used = _table().reference.match(words, at + of) if of else 0
    return at + of + used if used else at


def _direction(words: Sequence[str], at: int, *, verb: bool) -> tuple[Clause, int] | None:
    """Read "to the north of me", "just north of here", "to my north"."""
    lead = marks().direction_lead.match_all(words, at)
    mine = _MINE.match(words, at + lead) if not lead else 0
    turn = at + lead + mine
    bearing = bearing_of(words, turn)
    if bearing is None:
        return None
    end = _reference(words, turn + 1)
    said_to = "the" in words[at:turn] or mine
    if end == turn + 1 and not (said_to or verb):
        return None
    return Clause("direction", " ".join(words[at:end]), bearing_deg=(bearing + 180.0) % 360.0), end


def _side(words: Sequence[str], at: int) -> tuple[Clause, int] | None:
    """Read "across the street", "next door", "on my left"."""
    used = _table().sides.match(words, at)
    if not used:
        return None
    said = " ".join(words[at : at + used])
    return Clause(_table().kinds[said], said), _reference(words, at + used)


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
