"""Names that may be taken for one another: which, and how they differ."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any, Literal, NamedTuple

from rapidfuzz.distance import OSA

from geo_dispatch.data_tables import load_table
from geo_dispatch.locate.normalise import CanonicalName, canonical_name, street_key
from geo_dispatch.locate.phonetic import sound_key

__all__ = ["KINDS", "LikeNames", "SoundAlikeKind", "pair_names", "sound_alike_settings"]

SoundAlikeKind = Literal["same_name", "type_differs", "direction_differs", "sounds_alike"]
KINDS: tuple[SoundAlikeKind, ...] = ("same_name", "type_differs", "direction_differs", "sounds_alike")
_VOWEL = re.compile(r"(?<!^)y|[aeiou]+[yw]?")
_SILENT = re.compile(r"(?<=[^aeiou])e$")


def sound_alike_settings() -> dict[str, Any]:
    """Return the figures (``sound_alikes.yaml``)."""
    return load_table("geo_dispatch.locate.tables", "sound_alikes")


class LikeNames(NamedTuple):
    """Two rows, first the lower one, whose names may be taken for one another, and how."""

    kind: SoundAlikeKind
    row: int
    other: int


def pair_names(names: Iterable[tuple[int, str]], *, of_streets: bool = True) -> Iterator[LikeNames]:
    """Pair the rows whose names may be taken for one another.

    Parameters
    ----------
    names
        Row and name of each.
    of_streets
        The last word may be a street type that people mix up; "Point Harbor" and "Point Bridge" are not mixed up.

    Yields
    ------
    LikeNames
        Each pair once. Numbered routes are left out: "Route 4" and "Route 14" are told apart by what callers say.

    Examples
    --------
    >>> list(pair_names([(3, "Daniel St"), (8, "Daniel Avenue"), (9, "County Road 4")]))
    [LikeNames(kind='type_differs', row=3, other=8)]
    """
    families: dict[str, list[tuple[int, CanonicalName]]] = defaultdict(list)
    for row, name in names:
        parts = canonical_name(street_key(name))
        if parts.base and "route" not in parts.words:
            families[sound_key(parts.base)].append((row, parts))
    for family in families.values():
        for (row, one), (other, another) in combinations(sorted(family, key=lambda entry: entry[0]), 2):
            kind = _kind(one, another)
            if kind is not None and (of_streets or kind != "type_differs"):
                yield LikeNames(kind, row, other)


def _kind(one: CanonicalName, other: CanonicalName) -> SoundAlikeKind | None:
    if one.text == other.text:
        return "same_name"
    if one.base != other.base:
        said, heard = _vowels(one.base), _vowels(other.base)
        alike = (
            said[:1] == heard[:1] and OSA.normalized_similarity(said, heard) >= sound_alike_settings()["least_alike"]
        )
        directed = {one.pre, one.post} - {""} == {other.pre, other.post} - {""}
        return "sounds_alike" if alike and directed and one.digits == other.digits else None
    return "type_differs" if one.type != other.type else "direction_differs"


def _vowels(text: str) -> str:
    """Return the vowels of a name as heard, which its sound key forgets: one letter for a group, no silent e.

    >>> _vowels("hix bridge"), _vowels("hicks bridge"), _vowels("hill"), _vowels("holly")
    ('ii', 'ii', 'i', 'oi')
    """
    groups = [group for word in text.split() for group in _VOWEL.findall(_SILENT.sub("", word))]
    return "".join(sound_alike_settings()["vowels"].get(group, group[0]) for group in groups)
