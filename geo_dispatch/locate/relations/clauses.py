"""The grammar of clauses: what stands in which relation to what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from geo_dispatch.locate.grammar import starts_with, strip_fillers
from geo_dispatch.locate.relations.clause import PLAIN, Clause
from geo_dispatch.locate.relations.inverse import find_inverse
from geo_dispatch.locate.relations.markers import find_marker, stands_free
from geo_dispatch.locate.tables import load_words
from geo_dispatch.locate.tables.phrases import Phrases
from geo_dispatch.locate.tables.relations import load_relations
from geo_dispatch.locate.tables.scene import load_scene

__all__ = ["Clause", "parse_clauses", "split_correction"]

_ARTICLES = frozenset({"the", "a", "an", "that", "this", "our", "my"})
_AFTER_WHOLE = Phrases([",", "at", "at the", "of", "of the", "on the", "where"])
_TOO_FAR = Phrases(load_relations().too_far)
_TOO_FAR_ENDS = Phrases(load_relations().too_far_ends)
_LONGEST_HERE = 3
_Found = list[tuple[Clause, list[str]]]


def parse_clauses(
    tokens: Sequence[str], *, at: bool = False, loose: bool = False, alone: bool = False
) -> tuple[Clause, ...]:
    """Split words into clauses; empty when no relation is said.

    Parameters
    ----------
    tokens
        Folded words and signs, numbers as digits; ";" where a sentence ends.
    at
        Take the words before the first relation, and those after "at", as where the caller is: "at the gas station on main".
    loose
        Read clauses also where none is a relation: "it broke down on Main Street".
    alone
        Read even a name alone as a clause, to be weighed with those of other texts.

    Examples
    --------
    >>> for clause in parse_clauses("1/2 a mile south of the school on main".split()):
    ...     print(clause.kind, clause.distance_m, clause.bearing_deg, clause.objects)
    direction 804.672 180 (('school',),)
    on None None (('main',),)
    >>> parse_clauses("12 main street".split())
    ()
    """
    free = Clause("at", "at") if at else Clause("head", "")
    found: _Found = [(free, [])]
    place = 0
    while place < len(tokens):
        if tokens[place] == ";":
            found.append((Clause("head", ""), []))
            place += 1
            continue
        used = _take_too_far(tokens, place, found) or _take_inverse(tokens, place, found)
        used = used or _take_marker(tokens, place, found, loose=loose)
        if not used:
            found[-1][1].append(tokens[place])
        place += used or 1
    done = [made for clause, said in found if (made := _finish(clause, said)) is not None]
    if alone or _relates(done) or (loose and _says_where(done)):
        return tuple(done)
    return ()


def _take_marker(tokens: Sequence[str], place: int, found: _Found, *, loose: bool) -> int:
    """Begin the clauses whose marker stands here; return how many words it takes."""
    marker = find_marker(tokens, place) or (stands_free(tokens, place) if loose else None)
    if marker is None:
        return 0
    found += [
        (replace(c, objects=()), list(c.objects[0])) if c.kind == "on" and c.objects else (c, [])
        for c in marker.clauses
    ]
    if not marker.clauses[-1].objects or marker.clauses[-1].kind == "on":
        return marker.used
    # Whole as it is: what follows stands free.
    found.append((Clause("head", ""), []))
    return marker.used + _AFTER_WHOLE.match(tokens, place + marker.used)


def _take_inverse(tokens: Sequence[str], place: int, found: _Found) -> int:
    """Read a clause whose object may stand before it; return how many words it takes."""
    clause, said = found[-1]
    named = bool(_bare(said)) and clause.kind in ("head", "at", "sees", "near", "across")
    inverse = find_inverse(tokens, place, named=named, here=_here(found[0]) if len(found) > 1 else ())
    if inverse is None:
        return 0
    if inverse.follows:
        found.append((inverse.clause, []))
    else:
        found[-1] = (inverse.clause, said)
        found.append((Clause("head", ""), []))
    return inverse.used


def _here(first: tuple[Clause, list[str]]) -> list[str]:
    """Return what the caller says to be at, in the words that stand free at the beginning: "i am at the gas station"."""
    clause, said = first
    at = max((k for k, word in enumerate(said) if word == "at"), default=-1)
    words = _bare(said[at + 1 :]) if clause.kind == "head" and at >= 0 else []
    return words if 0 < len(words) <= _LONGEST_HERE else []


def _take_too_far(tokens: Sequence[str], place: int, found: _Found) -> int:
    """Read "if you get to X you have gone too far": the caller is before X; return how many words it takes."""
    lead = _TOO_FAR.match(tokens, place)
    if not lead:
        return 0
    end = next((k for k in range(place + lead + 1, len(tokens)) if _TOO_FAR_ENDS.match(tokens, k)), None)
    if end is None:
        return 0
    found.append(
        (Clause("before", "before"), [word for word in tokens[place + lead : end] if word not in ("then", ",")])
    )
    found.append((Clause("head", ""), []))
    return end + _TOO_FAR_ENDS.match(tokens, end) - place


def _relates(clauses: Sequence[Clause]) -> bool:
    """Tell whether any clause says more than names; exits and miles with a direction of travel are names."""
    kinds = {clause.kind for clause in clauses} - PLAIN
    if any(clause.kind in PLAIN and _is_of_street(clause.objects[0]) for clause in clauses):
        return True
    return not _numbers_points(clauses) if kinds == {"bound"} else bool(kinds)


def _is_of_street(words: Sequence[str]) -> bool:
    """Tell whether a feature of a street is named by it: "the Old Harbor Road bridge", "the Route 40 overpass"."""
    if len(words) < 2 or load_scene().find_feature(tuple(words[-1:])) is None:
        return False
    return words[-2] in load_words().street_types or words[-2].isdigit()


def _says_where(clauses: Sequence[Clause]) -> bool:
    """Tell whether names alone say more than a name: several of them, "on" something, or "the Old Harbor Road bridge"."""
    if _numbers_points(clauses):
        return False
    if len(clauses) > 1:
        return True
    of_feature = any(load_scene().find_feature(c.objects[0][-1:]) for c in clauses if len(c.objects[0]) > 1)
    return bool(clauses) and (clauses[0].kind == "on" or of_feature)


def _numbers_points(clauses: Sequence[Clause]) -> bool:
    """Tell whether an exit or a mile is named."""
    words = load_words()
    announcing = words.exit_words | {phrase[0] for phrase in words.milepost_words}
    return any(word in announcing for clause in clauses for said in clause.objects for word in said)


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
    while said and said[0] in ("and", "&"):
        said = _bare(said[1:])
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
