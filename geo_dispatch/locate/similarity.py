"""How like a name what was said is, and in what it differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Literal

from rapidfuzz.distance import OSA

from geo_dispatch.locate.normalise import CanonicalName
from geo_dispatch.locate.tables import load_model, load_words

__all__ = ["Way", "as_part", "compare", "leftover_similarity", "partial_similarity", "sound_similarity"]

_SHORTEST_HEARD = 3
"""Letters from which on the sound of a name tells anything."""

Way = Literal[
    "exact",
    "everyday",
    "type_not_said",
    "type_differs",
    "direction_not_said",
    "direction_differs",
    "misspelt",
    "first_letter",
    "other_word",
    "same_sound",
    "sounds_alike",
    "brand",
    "part",
    "fragment",
    "beginning",
    "leftover",
]


def compare(said: CanonicalName, name: CanonicalName) -> tuple[float, Way]:
    """Return how similar a name is to what was said, 0 to 1, and in what it differs.

    Parameters
    ----------
    said
        The words of the text.
    name
        A name on file.

    Examples
    --------
    >>> from geo_dispatch.locate.normalise import canonical_name
    >>> compare(canonical_name("daniel street"), canonical_name("daniel street"))
    (1.0, 'exact')
    >>> compare(canonical_name("daniel street"), canonical_name("daniel avenue"))
    (0.85, 'type_differs')
    >>> compare(canonical_name("drift rode"), canonical_name("drift road"))[1]
    'misspelt'
    """
    model = load_model()
    if said.text == name.text:
        return 1.0, "exact"
    said = as_part(said, name)
    digits = _digits_factor(said, name)
    if said.text.replace(" ", "") == name.text.replace(" ", ""):
        return model.spaceless_equal, "misspelt"
    kind, kind_way = _type_factor(said, name)
    direction, direction_way = _direction_factor(said, name)
    base = max(
        OSA.normalized_similarity(said.base, name.base),
        OSA.normalized_similarity(said.base.replace(" ", ""), name.base.replace(" ", "")) * model.spaceless_equal,
    )
    # An unchanged street type is part of the evidence, but a small one: any name may have it.
    whole = OSA.normalized_similarity(said.text, name.text)
    parts = max(base, (1 - model.type_share) * base + model.type_share * whole) if kind == direction == 1.0 else base
    result = parts * kind * direction
    conflict = next((w for w in (direction_way, kind_way) if w in ("type_differs", "direction_differs")), None)
    way: Way = conflict or ("misspelt" if base < 1.0 else direction_way or kind_way or "misspelt")
    if not conflict and (not said.type or direction_way) and whole > result:
        result, way = whole, "misspelt"  # the type or the direction itself may be misspelt
    if way == "misspelt" and _worst_word(said, name) < model.other_word_below:
        way = "other_word"
    if way == "misspelt" and base < 1.0 and _other_beginning(said.base, name.base):
        way = "first_letter"
    return min(result * digits, 0.995), way


def _other_beginning(said: str, name: str) -> bool:
    """Tell whether short names begin with different letters: then another name is as likely ("fake", "lake")."""
    return said[0] != name[0] and min(len(said), len(name)) <= load_model().short_name


def _worst_word(said: CanonicalName, name: CanonicalName) -> float:
    """Return the similarity of the least similar pair of telling words; 1 when the words can't be paired."""
    if len(said.words) != len(name.words) or len(name.words) == 1:
        return 1.0
    common = load_words().common
    pairs = zip(said.words, name.words, strict=True)
    return min((_word_similarity(one, other) for one, other in pairs if other not in common), default=1.0)


def as_part(said: CanonicalName, name: CanonicalName) -> CanonicalName:
    """Take the last word for part of the name rather than its type, where the name has it so: "Hix Bridge (Road)"."""
    if said.type and name.type and name.base.endswith(f" {said.type}"):
        return replace(said, base=f"{said.base} {said.type}", type="")
    return said


def _digits_factor(said: CanonicalName, name: CanonicalName) -> float:
    if said.digits == name.digits:
        return 1.0
    model = load_model()
    return model.digits_missing if not said.digits else model.digits_differ


def _type_factor(said: CanonicalName, name: CanonicalName) -> tuple[float, Way | None]:
    factors = load_model().street_type
    if said.type == name.type:
        return factors["same"], None
    if not said.type:
        return factors["not_said"], "type_not_said"
    if not name.type:
        return factors["not_in_name"], "type_differs"
    return factors["differs"], "type_differs"


def _direction_factor(said: CanonicalName, name: CanonicalName) -> tuple[float, Way | None]:
    factors = load_model().direction
    given, filed = {said.pre, said.post} - {""}, {name.pre, name.post} - {""}
    if given == filed:
        return factors["same"], None
    if not given:
        return factors["not_said"], "direction_not_said"
    return factors["not_in_name" if not filed else "differs"], "direction_differs"


def partial_similarity(said: CanonicalName, name: CanonicalName) -> float:
    """Return how well words serve as part of a longer name; 0 when a word of theirs is not in it, or all are common.

    Examples
    --------
    >>> from geo_dispatch.locate.normalise import canonical_name
    >>> partial_similarity(canonical_name("lees market"), canonical_name("lees market westport")) > 0.8
    True
    >>> partial_similarity(canonical_name("market"), canonical_name("lees market"))
    0.0
    """
    generic = load_words().common
    spoken = [word for word in said.words if word not in ("the", "of", "and", "a")]
    if not any(word not in generic and len(word) > 2 for word in spoken) or len(spoken) > len(name.words):
        return 0.0
    if len(said.words) == len(name.words) and _in_order(said.words, name.words):
        return 0.0  # misspelt, not a part
    left = list(name.words)
    covered = total = 0.0
    if name.words[-2:-1] == ("route",) and any((w in name.words) != (w in said.words) for w in ("county", "town")):
        return 0.0  # route 37 is not county route 37
    for word in spoken:
        scores = [0.0 if word != o and word in generic and o in generic else _word_similarity(word, o) for o in left]
        best = max(range(len(left)), key=scores.__getitem__, default=-1)
        if best < 0 or scores[best] < load_model().partial_word:
            return 0.0
        weight = len(word) * (0.4 if word in generic else 1.0)
        covered += scores[best] * weight
        total += weight
        left.pop(best)
    unsaid = sum(len(word) * (0.4 if word in generic else 1.0) for word in left)
    floor = load_model().partial_floor
    return (covered / total) * (floor + (load_model().partial_most - floor) * total / (total + unsaid))


def leftover_similarity(said: CanonicalName, name: CanonicalName) -> float:
    """Return how well a name serves that is all said, with other words beside it; 0 when it is not, or tells nothing.

    Examples
    --------
    >>> from geo_dispatch.locate.normalise import canonical_name
    >>> leftover_similarity(canonical_name("dunkin donuts"), canonical_name("dunkin")) > 0.7
    True
    """
    plain = load_words().plain
    if said.type and not name.type:
        return 0.0  # "Mountain View Ridge" is a street, not the place Mountain View
    if len(name.words) >= len(said.words) or not any(w not in plain and len(w) > 3 for w in name.words):
        return 0.0
    left = list(said.words)
    covered = 0
    for word in name.words:
        best = max(left, key=lambda other: _word_similarity(word, other), default="")
        if not best or _word_similarity(word, best) < 0.85:
            return 0.0
        left.remove(best)
        covered += len(best)
    return load_model().leftover_floor + 0.1 * covered / sum(len(word) for word in said.words)


def _in_order(said: Sequence[str], name: Sequence[str]) -> bool:
    """Tell whether no word of one is at another place in the other."""
    return not any(word in name and word != other for word, other in zip(said, name, strict=True))


@lru_cache(maxsize=1 << 16)
def _word_similarity(word: str, other: str) -> float:
    if word == other:
        return 1.0
    if word[0].isdigit() or other[0].isdigit():
        return 0.0
    if word + "s" == other or other + "s" == word:
        return 0.97
    return float(OSA.normalized_similarity(word, other))


def sound_similarity(said: CanonicalName, name: CanonicalName, alike: float) -> float:
    """Return the similarity of a name that sounds like what was said: lower when type or direction differ.

    Parameters
    ----------
    said
        The words of the text.
    name
        A name on file.
    alike
        How alike their sounds are, 0 to 1.
    """
    said = as_part(said, name)
    if said.digits != name.digits or min(len(said.base), len(name.base)) < _SHORTEST_HEARD:
        return 0.0
    return load_model().same_sound * alike * _type_factor(said, name)[0] * _direction_factor(said, name)[0]
