"""The words that begin a clause: relations, distances and directions, directions of travel, kinds of ground, features."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from geo_dispatch.locate.relations.clause import Clause
from geo_dispatch.locate.tables import load_words
from geo_dispatch.locate.tables.phrases import Phrases
from geo_dispatch.locate.tables.relations import load_relations
from geo_dispatch.locate.tables.scene import load_scene

__all__ = ["Marker", "find_marker", "marks", "said_distance", "stands_free", "turn_of"]

_NUMBER = re.compile(r"\d{1,5}(\.\d+)?")
_HALVES = Phrases(["1/2", "and a half", "and 1/2"])
_OR_SO = Phrases(["or so", "or 2", "or more", "or less"])
_DUE = Phrases(["to the", "due"])
_STANDING = Phrases(["at", "in", "inside", "outside", "here at", "over at"])
_GROUND_LINKS = Phrases(["of", "at", "off", "off of", "in", "by", "near", "along"])
_AT_FEATURE = Phrases(["at the", "at a", "stopped at the", "on the", "in the"])
_ENDS = frozenset(
    {
        "at",
        "on",
        "of",
        "by",
        "near",
        "and",
        "in",
        "where",
        "from",
        "with",
        "off",
        "before",
        "after",
        "past",
        "just",
        "across",
        "behind",
        "next",
    }
)


@dataclass(frozen=True, slots=True)
class Marker:
    """Clauses that begin at a place in the words, and how many words they take."""

    clauses: tuple[Clause, ...]
    used: int


@dataclass(frozen=True, slots=True)
class _Marks:
    """The phrases of the tables, ready to be found."""

    kinds: dict[str, str]
    relations: Phrases
    direction_lead: Phrases
    direction_tail: Phrases
    distance_lead: Phrases
    links: Phrases
    amounts: Phrases
    numbered_amounts: Phrases
    bound: Phrases
    bound_lead: Phrases
    bound_tail: Phrases
    ground: Phrases
    ground_kinds: dict[str, str]


@lru_cache(maxsize=1)
def marks() -> _Marks:
    """Return the phrases of the tables."""
    table, scene = load_relations(), load_scene()
    kinds = {text: kind for kind, texts in table.words.items() for text in texts if kind != "at"}
    grounds = {" ".join(phrase): kind for kind, ground in scene.ground.items() for phrase in ground.words}
    tails = [" ".join(tail) for tail in scene.bound_tail if tail != ("on",)]
    return _Marks(
        kinds=kinds,
        relations=Phrases(kinds),
        direction_lead=Phrases([*table.direction_lead, "the"]),
        direction_tail=Phrases(table.direction_tail),
        distance_lead=Phrases(table.distance_lead),
        links=Phrases(table.distance_link),
        amounts=Phrases(table.amounts),
        numbered_amounts=Phrases([text for text in table.amounts if text[0].isdigit()]),
        bound=Phrases(" ".join(phrase) for phrase in scene.bound),
        bound_lead=Phrases(" ".join(phrase) for phrase in scene.bound_lead),
        bound_tail=Phrases(tails),
        ground=Phrases(grounds),
        ground_kinds=grounds,
    )


def find_marker(words: Sequence[str], at: int) -> Marker | None:
    """Return the clauses that begin at a place in the words; None when none does.

    Parameters
    ----------
    words
        Folded words and signs, numbers as digits.
    at
        The place.
    """
    found = _distance(words, at) or _direction(words, at) or _bound(words, at) or _ground(words, at)
    found = found or _feature(words, at)
    if found is not None:
        return found
    used = marks().relations.match(words, at)
    if not used or at + used >= len(words):
        return None
    said = " ".join(words[at : at + used])
    return Marker((Clause(marks().kinds[said], said),), used)


def stands_free(words: Sequence[str], at: int) -> Marker | None:
    """Read "at", "in" or the like as the beginning of another name: "he fell down the stairs at the town hall"."""
    used = _STANDING.match(words, at)
    return Marker((Clause("head", ""),), used) if used and at and at + used < len(words) else None


def turn_of(words: Sequence[str], at: int) -> tuple[float, int] | None:
    """Return the direction that stands at a place, degrees from north, and how many words it takes; None for none.

    Examples
    --------
    >>> turn_of(["south", "east", "of"], 0), turn_of(["southeast"], 0), turn_of(["south", "main"], 0), turn_of(["main"], 0)
    ((135, 2), (135, 1), (180, 1), None)
    """
    table, forms = load_relations().directions, load_words().directions
    one = forms.get(words[at], "") if at < len(words) else ""
    other = forms.get(words[at + 1], "") if at + 1 < len(words) else ""
    if one in ("north", "south") and other in ("east", "west") and len(words[at + 1]) > 1:
        return table[one + other], 2
    return (table[one], 1) if one in table else None


def said_distance(words: Sequence[str], at: int) -> tuple[float, int] | None:
    """Return the distance that is said at a place, metres, and where it ends; None for none.

    Examples
    --------
    >>> said_distance("about half a mile away".split(), 0)
    (804.672, 4)
    """
    relations = load_relations()
    at += marks().distance_lead.match_all(words, at)
    amount = _amount(words, at)
    if amount is None:
        return None
    value, at = amount[0], at + amount[1]
    if at >= len(words) or words[at] not in relations.units:
        return None
    unit, at = relations.units[words[at]], at + 1
    if extra := _HALVES.match(words, at):
        value, at = value + 0.5, at + extra
    return value * unit, at + _OR_SO.match(words, at)


def _bound(words: Sequence[str], at: int) -> Marker | None:
    """Read a direction of travel: "northbound", "on the southbound side"."""
    table = marks()
    for lead in dict.fromkeys((table.bound_lead.match(words, at), 0)):
        used = table.bound.match(words, at + lead)
        if used:
            phrase = tuple(words[at + lead : at + lead + used])
            end = at + lead + used
            clause = Clause("bound", " ".join(phrase), (phrase,), bearing_deg=load_scene().bound[phrase])
            return Marker((clause,), lead + used + table.bound_tail.match(words, end))
    return None


def _ground(words: Sequence[str], at: int) -> Marker | None:
    """Read a kind of ground: "in the water", "on the trail"; what "of", "at" or "off" leads to is near it."""
    used = marks().ground.match(words, at)
    end = at + used
    if not used or (end < len(words) and words[end] in load_words().street_types):  # "on the Shore Highway"
        return None
    said = " ".join(words[at:end])
    clause = Clause("ground", said, ((marks().ground_kinds[said],),))
    link = _GROUND_LINKS.match(words, end)
    if not link or end + link >= len(words):
        return Marker((clause,), used)
    kind = "off" if words[end] == "off" else "within" if words[end] in ("at", "in", "of") else "near"
    near = Clause(kind, " ".join(words[end : end + link]))
    return Marker((clause, near), used + link)


def _feature(words: Sequence[str], at: int) -> Marker | None:
    """Read "at the light": a feature of the road that the caller is at."""
    lead = _AT_FEATURE.match(words, at)
    for used in (3, 2, 1) if lead else ():
        phrase = tuple(words[at + lead : at + lead + used])
        rest = words[at + lead + used : at + lead + used + 1]
        goes_on = bool(rest) and rest[0][0].isalnum() and rest[0] not in _ENDS  # "the gate house", "circle drive"
        if len(phrase) == used and not goes_on and load_scene().find_feature(phrase) is not None:
            return Marker((Clause("feature", " ".join(words[at : at + lead]), (phrase,)),), lead + used)
    return None


def _direction(words: Sequence[str], at: int) -> Marker | None:
    """Read "just north of"."""
    table = marks()
    turn = at + table.direction_lead.match_all(words, at)
    found = turn_of(words, turn)
    if found is None:
        return None
    tail = table.direction_tail.match(words, turn + found[1])
    end = turn + found[1] + tail
    if not tail or end >= len(words):
        return None
    return Marker((Clause("direction", " ".join(words[at:end]), bearing_deg=found[0]),), end - at)


def _amount(words: Sequence[str], at: int) -> tuple[float, int] | None:
    """Read how many of a unit: "1/2 a", "200", "2 1/2", "a couple hundred"."""
    amounts = load_relations().amounts
    if at < len(words) and _NUMBER.fullmatch(words[at]):
        more = _HALVES.match(words, at + 1)
        special = marks().numbered_amounts.match(words, at)
        if special > 1 and not more:
            return amounts[" ".join(words[at : at + special])], special
        return (float(words[at]) + 0.5, 1 + more) if more else (float(words[at]), 1)
    used = marks().amounts.match(words, at)
    return (amounts[" ".join(words[at : at + used])], used) if used else None


def _distance(words: Sequence[str], begin: int) -> Marker | None:
    """Read "half a mile south of", "200 yards past", "1 mile south on Main from"."""
    table, relations = marks(), load_relations()
    said_far = said_distance(words, begin)
    if said_far is None:
        return None
    distance_m, at = said_far
    due = _DUE.match_all(words, at)
    turn = turn_of(words, at + due)
    at += due + turn[1] if turn else 0
    street, at = _along(words, at)
    link = table.links.match(words, at)
    if not link or at + link >= len(words):
        return None
    said = " ".join(words[at : at + link])
    kind = next((kind for kind in ("past", "before", "along") if said in relations.words[kind]), "")
    kind = kind or ("direction" if turn else "distance")
    said_all, bearing = " ".join(words[begin : at + link]), turn[0] if turn else None
    clause = Clause(kind, said_all, distance_m=distance_m, bearing_deg=bearing)
    on = (Clause("on", "on", (street,)),) if street else ()
    return Marker((*on, clause), at + link - begin)


def _along(words: Sequence[str], at: int) -> tuple[tuple[str, ...], int]:
    """Read the street between a distance and what it is counted from: "south on Main from"; its words, and where it ends."""
    links = marks().links
    if at >= len(words) or words[at] not in ("on", "along", "down", "up") or links.match(words, at):
        return (), at
    end = next((k for k in range(at + 1, min(at + 7, len(words))) if links.match(words, k)), None)
    return ((), at) if end is None or "," in words[at:end] else (tuple(words[at + 1 : end]), end)
