"""How likely words that resemble a name mean it, rather than a name of elsewhere that resembles it by chance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import mul

from geo_dispatch.locate.normalise import CanonicalName
from geo_dispatch.locate.similarity import Way, as_part
from geo_dispatch.locate.tables import load_model, load_words

__all__ = ["FEATURES", "Evidence", "garbled_probability", "part_of", "weigh_evidence"]

_SMALL = frozenset({"the", "of", "and", "a", "at", "in"})

FEATURES = (
    "constant", "letters", "sounds", "real_words", "real_letters", "real_sounds", "other_words", "short", "shared", "type_same", "type_differs",
    "direction_differs", "first_letter", "names", "either", "length",
)  # fmt: skip
"""What speaks for or against a garbled name, in the order of `Evidence.features`."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was changed if a name was meant.

    Attributes
    ----------
    features
        Figures by `FEATURES`.
    strange
        The words said that the name has not.
    real
        How many of them are words or names of the language.
    """

    features: tuple[float, ...]
    strange: tuple[str, ...]
    real: int


def weigh_evidence(
    said: CanonicalName,
    name: CanonicalName,
    *,
    letters: float,
    alike: float,
    names: int,
    real: Mapping[str, bool],
) -> Evidence:
    """Gather what speaks for and against words being a garbled form of a name.

    Parameters
    ----------
    said
        The words.
    name
        The name on file.
    letters
        How alike they are spelt, 0 to 1.
    alike
        How alike they sound, 0 to 1.
    names
        How many names are on file: the more, the more resemble anything.
    real
        Of each word said, whether it is a word or name of the language or of another name on file.
    """
    said = as_part(said, name)
    words, filed = said.base.split(), name.base.split()
    strange = tuple(
        word for word in words if word not in name.words and word not in _SMALL and not _plural(word, filed)
    )
    lost = tuple(word for word in filed if word not in said.words and word not in _SMALL)
    known = sum(real[word] for word in strange)
    total = sum(map(len, words)) or 1
    shared = 1.0 - sum(map(len, strange)) / total
    shortest = min((len(word) for word in (*strange, *lost)), default=8)
    first = bool(strange and lost and strange[0][0] != lost[0][0])
    typed = bool(said.type and name.type)
    features = (
        1.0,
        1.0 - letters,
        1.0 - alike,
        float(known),
        known * (1.0 - letters),
        known * (1.0 - alike),
        float(len(strange) - known),
        max(0.0, 6.0 - shortest) / 3.0,
        shared,
        float(typed and said.type == name.type),
        float(typed and said.type != name.type),
        float({said.pre, said.post} != {name.pre, name.post}),
        float(first),
        math.log10(max(names, 10)) - 3.0,
        1.0 - max(letters, alike),
        math.log(max(3, total)) - 2.0,
    )
    return Evidence(features, strange, known)


def _plural(word: str, filed: Sequence[str]) -> bool:
    return f"{word}s" in filed or (word.endswith("s") and word[:-1] in filed)


def garbled_probability(evidence: Evidence) -> float:
    """Return how likely the words are the name garbled rather than a name of elsewhere, 0 to 1.

    A logistic model whose figures ``scripts/fit_chance.py`` finds from names of one place, garbled, against names of others.

    Examples
    --------
    >>> from geo_dispatch.locate.normalise import canonical_name
    >>> def weigh(said, name, letters, alike):
    ...     names = canonical_name(said), canonical_name(name)
    ...     real = {word: word in ("draft", "road") for word in names[0].words}
    ...     found = weigh_evidence(*names, letters=letters, alike=alike, names=2000, real=real)
    ...     return garbled_probability(found)
    >>> weigh("dritf road", "drift road", 0.93, 0.8) > weigh("draft road", "drift road", 0.93, 0.8)
    True
    """
    total = sum(map(mul, _figures(), evidence.features))
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, total))))


@lru_cache(maxsize=1)
def _figures() -> tuple[float, ...]:
    return tuple(load_model().chance[name] for name in FEATURES)


def part_of(said: CanonicalName, name: CanonicalName) -> Way:
    """Return which part of a name was said: all that tells it apart, its end, or its beginning.

    Where a street type was said, other types count as telling words too. People shorten a street's name to its end rather than
    to its beginning: "Camp Road" may be Old Camp Road, but Mary Drive is hardly Mary Hogan Drive.

    Examples
    --------
    >>> from geo_dispatch.locate.normalise import canonical_name
    >>> part_of(canonical_name("birch lane"), canonical_name("birch meadow lane"))
    'beginning'
    >>> part_of(canonical_name("camp road"), canonical_name("old camp road"))
    'fragment'
    >>> part_of(canonical_name("lees"), canonical_name("lees market"))
    'part'
    """
    table = load_words()
    common = table.generic if said.type else table.common
    unsaid = set(name.words) - set(said.words) - common
    if not unsaid or len(name.words) <= len(said.words):
        return "part"
    return "beginning" if said.type and name.base.split()[-1] in unsaid else "fragment"
