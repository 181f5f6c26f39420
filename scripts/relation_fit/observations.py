"""Which relation a description says to which landmark, and how the place really lies to it."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from geo_dispatch.geometry import LonLat
from geo_dispatch.locate.normalise import canonical_name, canonical_words, fold, spell_numbers, street_key, tokenise
from geo_dispatch.locate.relations.clauses import Clause, parse_clauses
from geo_dispatch.locate.tables.relations import load_categories, load_relations
from relation_fit.descriptions import Description

__all__ = ["Observation", "Observations", "by_relation", "find_landmark", "observe", "offset_m"]

ALIKE = 0.82
"""Least similarity of a landmark's name and the words: "benches" is "bench", "toliets" is "toilets"."""
ONE_PLACE_M = 40.0
"""Landmarks of one name nearer together than this are one; else it is not known which is meant."""
_SKIPPED = 2
_EARTH_M = 6_371_008.8
_NO_LANDMARK = frozenset({"of", "side", "corner", "end", "middle", "and", "&", ","})


@dataclass(frozen=True, slots=True)
class Observation:
    """One clause whose landmark is known.

    Attributes
    ----------
    line
        The description's line.
    clause
        As the product reads it.
    landmark
        Name of what it leans on.
    distance_m
        From the landmark to the place.
    turn_deg
        From the direction said to the true one, -180 to 180; None when none was said.
    ahead
        Whether the place lies beyond the landmark, seen from the start; None when the start is not known.
    """

    line: int
    clause: Clause
    landmark: str
    distance_m: float
    turn_deg: float | None
    ahead: bool | None

    @property
    def blocks(self) -> float | None:
        """Return how many blocks were said, None when none were."""
        if self.clause.distance_m is None or not {"block", "blocks"} & set(self.clause.said.split()):
            return None
        return self.clause.distance_m / load_relations().units["block"]


@dataclass(frozen=True, slots=True)
class Observations:
    """What was found, and how often a clause could not be used, by reason."""

    found: list[Observation]
    left_out: Counter[str] = field(default_factory=Counter)


def offset_m(origin: LonLat, position: LonLat) -> tuple[float, float]:
    """Return how far east and north of an origin a position is, metres, on a sphere.

    >>> [round(part) for part in offset_m(LonLat(-71.0, 41.0), LonLat(-71.0, 41.001))]
    [0, 111]
    """
    east = math.radians(position.lon - origin.lon) * math.cos(math.radians(origin.lat)) * _EARTH_M
    return east, math.radians(position.lat - origin.lat) * _EARTH_M


def observe(descriptions: Sequence[Description]) -> Observations:
    """Find the relation clauses of descriptions whose landmark is known."""
    done = Observations([])
    for description in descriptions:
        places = _places(description)
        for sentence in description.sentences():
            for clause in parse_clauses(spell_numbers(tokenise(fold(sentence)))):
                if clause.kind in ("head", "on", "between", "at"):
                    continue
                name = find_landmark(clause.objects[0], list(places))
                if name is None:
                    done.left_out["no landmark of that name is given"] += 1
                elif _spread_m(places[name]) > ONE_PLACE_M:
                    done.left_out["several landmarks of that name, apart"] += 1
                else:
                    done.found.append(_measure(description, clause, name, places[name]))
    return done


def find_landmark(words: Sequence[str], names: Sequence[str]) -> str | None:
    """Return the landmark that an object's words name: the longest, then the most alike; None for none.

    Parameters
    ----------
    words
        Folded words of the object, which may go on behind the name.
    names
        Canonical names, without a number of things before them.

    >>> find_landmark("2 benches and a fountain".split(), ["bench", "fountain", "church"])
    'bench'
    >>> find_landmark("side of the church".split(), ["church"]) is None
    True
    """
    said = canonical_words(list(words))
    found = [fit for name in names if (fit := _fit(said, name)) is not None]
    return max(found)[-1] if found else None


def _fit(said: list[str], name: str) -> tuple[int, float, int, str] | None:
    """Judge where a name stands in words, at most so many words behind their beginning."""
    length = len(name.split())
    for skipped in range(_SKIPPED + 1):
        if skipped + length > len(said) or _NO_LANDMARK & set(said[:skipped]):
            break
        part = " ".join(said[skipped : skipped + length])
        alike = 1.0 if _kind(part) == _kind(name) else OSA.normalized_similarity(part, name)
        if alike >= ALIKE and part[0] == name[0]:
            return length, alike, -skipped, name
    return None


def _kind(name: str) -> str:
    return load_categories().get(name, name)


def _places(description: Description) -> dict[str, list[LonLat]]:
    """Return where the landmarks of each name are; streets are left out, a point says too little of them."""
    found: dict[str, list[LonLat]] = defaultdict(list)
    for landmark in description.landmarks:
        words = street_key(landmark.name).split()
        if len(words) > 1 and words[0].isdigit():
            words = words[1:]
        name = " ".join(words)
        if name and not canonical_name(name).type:
            found[name].append(landmark.position)
    return found


def _spread_m(positions: Sequence[LonLat]) -> float:
    return max(math.hypot(*offset_m(one, other)) for one in positions for other in positions)


def _measure(description: Description, clause: Clause, name: str, positions: Sequence[LonLat]) -> Observation:
    middle = LonLat(*(sum(parts) / len(positions) for parts in zip(*positions, strict=True)))
    east, north = offset_m(middle, description.goal)
    turn = None
    if clause.bearing_deg is not None:
        turn = (math.degrees(math.atan2(east, north)) - clause.bearing_deg + 180.0) % 360.0 - 180.0
    ahead = None
    if description.start is not None:
        way_east, way_north = offset_m(description.start, middle)
        ahead = way_east * east + way_north * north > 0.0
    return Observation(description.line, clause, name, math.hypot(east, north), turn, ahead)


def by_relation(observations: Sequence[Observation]) -> Iterator[tuple[str, list[Observation]]]:
    """Yield the observations without a stated distance by kind of relation, the commonest first."""
    groups: dict[str, list[Observation]] = defaultdict(list)
    for one in observations:
        if one.clause.distance_m is None:
            groups[one.clause.kind].append(one)
    yield from sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
