"""The grammar of relation clauses: what stands in which relation to what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from geo_dispatch.locate.grammar import starts_with, strip_fillers
from geo_dispatch.locate.tables import load_words
from geo_dispatch.locate.tables.relations import load_relations
from geo_dispatch.locate.tables.scene import load_scene

__all__ = ["PLAIN", "Clause", "parse_clauses", "says_more", "split_correction"]

PLAIN = frozenset({"head", "on"})
"""Kinds of clauses that are no relation: names, and streets that the caller is on."""

_NUMBER = re.compile(r"\d{1,5}(\.\d+)?")
_ARTICLES = frozenset({"the", "a", "an", "that", "this", "our", "my"})
_ENDS = frozenset({"at", "on", "of", "by", "near", "and", "in", "where", "from", "with", "off", "before", "after", "past", "just", "across", "behind", "next"})
_Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """One relation: its kind, the words said, and the words of what it relates to.

    Attributes
    ----------
    kind
        near, next_to, across, behind, front, past, before, along, block, direction, distance, between, under, over, end, beginning,
        sees, side_of, off, toward; on for a street that the caller is on, bound for a direction of travel, ground for a kind of
        ground, feature for a feature of the road; head for words that stand free.
    said
        The relation as said.
    objects
        Words of each thing named: two for between, else one.
    distance_m
        The distance said, metres; None when none was.
    bearing_deg
        The direction said, from what is named to the caller; None when none was.
    """

    kind: str
    said: str
    objects: tuple[_Words, ...] = ()
    distance_m: float | None = None
    bearing_deg: float | None = None

    @property
    def text(self) -> str:
        """Return the clause in words."""
        if self.kind in ("bound", "ground"):
            return self.said
        return " ".join([self.said, " and ".join(" ".join(words) for words in self.objects)]).strip()


@lru_cache(maxsize=1)
def _phrases() -> tuple[tuple[_Words, str], ...]:
    """Return relation phrases with their kind, longest first."""
    words = load_relations().words
    found = [(tuple(text.split()), kind) for kind, texts in words.items() for text in texts if kind != "at"]
    return tuple(sorted(found, key=lambda entry: -len(entry[0])))


def _split(texts: Sequence[str]) -> tuple[_Words, ...]:
    return tuple(sorted((tuple(text.split()) for text in texts), key=lambda words: -len(words)))


def parse_clauses(tokens: Sequence[str], *, at: bool = False, loose: bool = False) -> tuple[Clause, ...]:
    """Split words into clauses; empty when no relation is said.

    Parameters
    ----------
    tokens
        Folded words and signs, numbers as digits.
    at
        Take the words before the first relation, and those after "at", as where the caller is: "at the gas station on main".
    loose
        Read clauses also where none is a relation: "it broke down on Main Street".

    Examples
    --------
    >>> for clause in parse_clauses("1/2 a mile south of the school on main".split()):
    ...     print(clause.kind, clause.distance_m, clause.bearing_deg, clause.objects)
    direction 804.672 180 (('school',),)
    on None None (('main',),)
    >>> parse_clauses("12 main street".split())
    ()
    """
    words = list(tokens)
    found: list[tuple[Clause, list[str]]] = [(Clause("at" if at else "head", "at" if at else ""), [])]
    place = 0
    while place < len(words):
        marker = _marker(words, place) or (_standing(words, place) if loose else None)
        if marker is None:
            found[-1][1].append(words[place])
            place += 1
            continue
        clauses, used = marker
        found += [(clause, []) for clause in clauses]
        place += used
        if clauses[-1].objects and clauses[-1].kind != "on":  # whole as it is: what follows stands free
            found.append((Clause("head", ""), []))
            place += starts_with(words[place:], _after_whole())
    done = [made for clause, said in found if (made := _finish(clause, said)) is not None]
    return tuple(done) if _relates(done) or (loose and len(done) > 1 and not _numbers_points(done)) else ()


def _relates(clauses: Sequence[Clause]) -> bool:
    """Tell whether any clause says more than names; exits and miles with a direction of travel are names."""
    kinds = {clause.kind for clause in clauses} - PLAIN
    return not _numbers_points(clauses) if kinds == {"bound"} else bool(kinds)


def _numbers_points(clauses: Sequence[Clause]) -> bool:
    """Tell whether an exit or a mile is named."""
    words = load_words()
    announcing = words.exit_words | {phrase[0] for phrase in words.milepost_words}
    return any(word in announcing for clause in clauses for said in clause.objects for word in said)


def _standing(words: list[str], at: int) -> tuple[list[Clause], int] | None:
    """Read "at", "in" or the like as the beginning of another name: "he fell down the stairs at the town hall"."""
    used = starts_with(words[at:], _split(["at", "in", "inside", "outside", "here at", "over at"]))
    return ([Clause("head", "")], used) if used and at and at + used < len(words) else None


@lru_cache(maxsize=1)
def _after_whole() -> tuple[_Words, ...]:
    return _split([",", "at", "at the", "of", "of the", "on the", "where"])


def says_more(tokens: Sequence[str]) -> bool:
    """Tell whether words stand before the first relation: "12 main street" in "12 main street, across from the school".

    Examples
    --------
    >>> says_more("behind the school".split()), says_more("main street behind the school".split())
    (False, True)
    """
    clauses = parse_clauses(tokens)
    return not clauses or clauses[0].kind == "head"


def split_correction(tokens: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the words before the last correction, none without one, and those after it.

    Parameters
    ----------
    tokens
        Folded words and signs.

    Examples
    --------
    >>> split_correction("drip road no wait drift road".split())
    (['drip', 'road'], ['drift', 'road'])
    """
    words, phrases = list(tokens), load_words().corrections
    for at in range(len(words) - 1, 0, -1):
        rest = [word for word in words[at:] if word != ","]
        used = starts_with(rest, phrases) if words[at] != "," else 0
        after = _bare(rest[used:]) if used else []
        if after:
            return words[:at], _bare(_after(words[at:], used))
    return [], words


def _after(words: list[str], count: int) -> list[str]:
    """Return the words behind so many words, commas not counted."""
    at = 0
    while count:
        count -= words[at] != ","
        at += 1
    return words[at:]


def _finish(clause: Clause, said: list[str]) -> Clause | None:
    """Give a clause its objects; None when there are none."""
    if clause.objects:
        return clause
    said = _bare(said)
    while said and said[-1] in ("and", "&", ","):
        said = _bare(said[:-1])
    if not said:
        return None
    if clause.kind != "between":
        return replace(clause, objects=(tuple(said),))
    middle = next((at for at, word in enumerate(said) if word in ("and", "&")), None)
    if middle is None:
        return None
    sides = tuple(tuple(_bare(side)) for side in (said[:middle], said[middle + 1 :]))
    return replace(clause, objects=sides) if all(sides) else None


def _bare(words: list[str]) -> list[str]:
    """Take fillers and articles off."""
    words = strip_fillers([word for word in words if word not in ("umm", "uhh", "ah")])
    while len(words) > 1 and words[0] in (",", *_ARTICLES):
        words = words[1:]
    named = any(word[0].isalnum() and word not in _ARTICLES for word in words)
    return words if named else []


def _marker(words: list[str], at: int) -> tuple[list[Clause], int] | None:
    """Read the relation that begins here: its clauses and how many words it takes."""
    rest = words[at:]
    found = _distance(rest) or _direction(rest) or _bound(rest) or _ground(rest) or _feature(rest)
    if found is not None:
        return found
    for phrase, kind in _phrases():
        if tuple(rest[: len(phrase)]) == phrase and len(rest) > len(phrase):
            return [Clause(kind, " ".join(phrase))], len(phrase)
    return None


def _bound(words: list[str]) -> tuple[list[Clause], int] | None:
    """Read a direction of travel: "northbound", "on the southbound side"."""
    scene = load_scene()
    lead = starts_with(words, scene.bound_lead)
    for skipped in (lead, 0):
        for phrase, degrees in scene.bound.items():
            used = len(phrase)
            if tuple(words[skipped : skipped + used]) == phrase:
                used += skipped
                used += starts_with(words[used:], [tail for tail in scene.bound_tail if tail != ("on",)])
                return [Clause("bound", " ".join(phrase), (phrase,), bearing_deg=degrees)], used
    return None


def _ground(words: list[str]) -> tuple[list[Clause], int] | None:
    """Read a kind of ground: "in the water", "on the trail"; what "of", "at" or "off" leads to is near it."""
    for kind, ground in load_scene().ground.items():
        used = starts_with(words, ground.words)
        if not used or _is_street_type(words[used : used + 1]):  # "on the Shore Highway"
            continue
        said = " ".join(words[:used])
        clause = Clause("ground", said, ((kind,),))
        link = starts_with(words[used:], _ground_links())
        if link and used + link < len(words):
            near = "off" if words[used] == "off" else "near"
            return [clause, Clause(near, " ".join(words[used : used + link]))], used + link
        return [clause], used
    return None


def _is_street_type(words: list[str]) -> bool:
    return bool(words) and words[0] in load_words().street_types


@lru_cache(maxsize=1)
def _ground_links() -> tuple[_Words, ...]:
    return _split(["of", "at", "off", "off of", "in", "by", "near", "along"])


def _feature(words: list[str]) -> tuple[list[Clause], int] | None:
    """Read "at the light": a feature of the road that the caller is at."""
    at = starts_with(words, _at_feature())
    if not at:
        return None
    for used in (3, 2, 1):
        phrase = tuple(words[at : at + used])
        if len(phrase) == used and load_scene().find_feature(phrase) is not None and not _goes_on(words[at + used :]):
            return [Clause("feature", " ".join(words[:at]), (phrase,))], at + used
    return None


def _goes_on(rest: list[str]) -> bool:
    """Tell whether a name goes on: "the gate house", "circle drive"."""
    return bool(rest) and rest[0].isalnum() and rest[0] not in _ENDS


@lru_cache(maxsize=1)
def _at_feature() -> tuple[_Words, ...]:
    return _split(["at the", "at a", "stopped at the", "on the", "in the"])


def _lead(words: list[str], leads: Sequence[str]) -> int:
    """Return how many words of leading words there are: "just", "about"."""
    used = 0
    phrases = _split(leads)
    while step := starts_with(words[used:], phrases):
        used += step
    return used


def _bearing(word: str) -> float | None:
    return load_relations().directions.get(load_words().directions.get(word, ""))


def _direction(words: list[str]) -> tuple[list[Clause], int] | None:
    """Read "just north of"."""
    table = load_relations()
    at = _lead(words, [*table.direction_lead, "the"])
    bearing = _bearing(words[at]) if at < len(words) else None
    tail = starts_with(words[at + 1 :], _split(table.direction_tail))
    if bearing is None or not tail or at + 1 + tail >= len(words):
        return None
    used = at + 1 + tail
    return [Clause("direction", " ".join(words[:used]), bearing_deg=bearing)], used


def _amount(words: list[str]) -> tuple[float, int] | None:
    """Read how many of a unit: "1/2 a", "200", "2 1/2", "a couple hundred"."""
    amounts = load_relations().amounts
    if words and _NUMBER.fullmatch(words[0]):
        value, used = float(words[0]), 1
        used_more = starts_with(words[1:], _split(["1/2", "and a half", "and 1/2"]))
        special = starts_with(words, _split([text for text in amounts if text[0].isdigit()]))
        if special > 1 and not used_more:
            return amounts[" ".join(words[:special])], special
        return (value + 0.5, used + used_more) if used_more else (value, used)
    used = starts_with(words, _split(list(amounts)))
    return (amounts[" ".join(words[:used])], used) if used else None


def _distance(words: list[str]) -> tuple[list[Clause], int] | None:
    """Read "half a mile south of", "200 yards past", "1 mile south on Main from"."""
    table = load_relations()
    at = _lead(words, table.distance_lead)
    amount = _amount(words[at:])
    if amount is None:
        return None
    value, used = amount
    at += used
    if at >= len(words) or words[at] not in table.units:
        return None
    unit = table.units[words[at]]
    at += 1
    if extra := starts_with(words[at:], _split(["and a half", "and 1/2"])):
        value, at = value + 0.5, at + extra
    used = _lead(words[at:], ["to the", "due"])
    bearing = _bearing(words[at + used]) if at + used < len(words) else None
    at += used + 1 if bearing is not None else 0
    street: list[str] = []
    if at < len(words) and words[at] in ("on", "along", "down", "up") and not starts_with(words[at:], _links()):
        end = next((k for k in range(at + 1, min(at + 7, len(words))) if starts_with(words[k:], _links())), None)
        if end is None or "," in words[at:end]:
            return None
        street, at = _bare(words[at + 1 : end]), end
    link = starts_with(words[at:], _links())
    if not link or at + link >= len(words):
        return None
    said = " ".join(words[at : at + link])
    kind = next((kind for kind in ("past", "before", "along") if said in table.words[kind]), "")
    kind = kind or ("direction" if bearing is not None else "distance")
    clause = Clause(kind, " ".join(words[: at + link]), distance_m=value * unit, bearing_deg=bearing)
    on = [Clause("on", "on", (tuple(street),))] if street else []
    return [*on, clause], at + link


@lru_cache(maxsize=1)
def _links() -> tuple[_Words, ...]:
    return _split(load_relations().distance_link)
