"""Pairs of things that a caller is between."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from geo_dispatch.locate.draft import Finder
from geo_dispatch.locate.relations.anchors import Anchor, crossings
from geo_dispatch.locate.tables.relations import load_relations

__all__ = ["keep_shortest", "list_pairs"]

_MOST = 6
_MOST_STRETCHES = 4
_LONGER = 1.15
_Stretch = tuple[tuple[float, float], tuple[float, float], tuple[int, ...]]


def list_pairs(
    finder: Finder, ones: Sequence[Anchor], others: Sequence[Anchor], streets: Sequence[Anchor]
) -> list[Anchor]:
    """Return the pairs that "between X and Y" may mean, the likeliest first.

    Parameters
    ----------
    finder
        The town and its names.
    ones, others
        What each of the two may be.
    streets
        The streets that the caller is said to be on; empty when none was said.
    """
    found = []
    for one in ones[:_MOST]:
        for other in others[:_MOST]:
            ends = list(_ends(finder, one, other, streets[:_MOST]))
            if ends:
                found += [_pair(one, other, *stretch) for stretch in keep_shortest(ends)]
    found.sort(key=lambda pair: -pair.draft.weight)
    return found


def _apart(entry: tuple[tuple[float, float], tuple[float, float], tuple[int, ...]]) -> float:
    return math.dist(entry[0], entry[1])


def keep_shortest(ends: Sequence[_Stretch]) -> list[_Stretch]:
    """Keep of the stretches between two things those that hold no other, shortest first: each may be meant where roads meet twice.

    Parameters
    ----------
    ends
        The two ends of each, metres in the town's CRS, and the street between them.

    Examples
    --------
    >>> a, b, c = (0.0, 0.0), (500.0, 0.0), (900.0, 0.0)
    >>> keep_shortest([(a, c, (1,)), (b, c, (1,))])
    [((500.0, 0.0), (900.0, 0.0), (1,))]
    """
    kept: list[_Stretch] = []
    for stretch in sorted(ends, key=_apart):
        if not any(stretch[2] == other[2] and _holds(stretch, other) for other in kept):
            kept.append(stretch)
    return kept[:_MOST_STRETCHES]


def _holds(stretch: _Stretch, other: _Stretch) -> bool:
    """Tell whether the ends of one stretch lie on the way between those of another."""
    start, end, _ = stretch
    way = _LONGER * math.dist(start, end)
    return all(math.dist(start, point) + math.dist(point, end) <= way for point in other[:2])


def _ends(
    finder: Finder, one: Anchor, other: Anchor, streets: Sequence[Anchor]
) -> Iterator[tuple[tuple[float, float], tuple[float, float], tuple[int, ...]]]:
    """Yield the two points, and the street between them."""
    rows = [(street.draft.streets[0]) for street in streets if street.draft.streets]
    if not rows and one.is_street and other.is_street:
        rows = sorted(_crossed(finder, one) & _crossed(finder, other))
    for row in rows or [-1]:
        for a in _points(finder, one, row):
            for b in _points(finder, other, row):
                if 20.0 < math.dist(a, b) < load_relations().between_longest_m:
                    yield a, b, (row,) if row >= 0 else ()


def _points(finder: Finder, anchor: Anchor, street: int) -> list[tuple[float, float]]:
    if not anchor.is_street:
        return [(anchor.x, anchor.y)]
    return crossings(finder, anchor.draft.streets[0], street)[:4] if street >= 0 else []


def _crossed(finder: Finder, anchor: Anchor) -> set[int]:
    """Return the streets that a street crosses."""
    table, own = finder.town.table("intersections"), set(anchor.draft.streets)
    text = table.text("street_ids")
    rows = finder.index.crossings(anchor.draft.streets[0]).tolist()
    return {int(street) for row in rows for street in json.loads(text[row] or "[]")} - own


def _pair(
    one: Anchor, other: Anchor, start: tuple[float, float], end: tuple[float, float], streets: tuple[int, ...]
) -> Anchor:
    topic = f"{one.draft.topic} and {other.draft.topic}"
    draft = replace(
        one.draft,
        label=topic,
        topic=topic,
        weight=one.draft.weight * other.draft.weight,
        known=min(one.draft.known, other.draft.known),
        similarity=min(one.draft.similarity, other.draft.similarity),
        why=(*one.draft.why, *other.draft.why),
        place_id=None,
        address=None,
    )
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    return Anchor(draft, *middle, 0.0, ends=(start, end), streets=streets)
