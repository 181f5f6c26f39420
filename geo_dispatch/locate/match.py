"""Which names of the town may these words be? Exact, misspelt, or of the same sound."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import OSA

from geo_dispatch.locate.brands import list_brand_names
from geo_dispatch.locate.chance import Evidence, garbled_probability, part_of, weigh_evidence
from geo_dispatch.locate.gather import GROUND, PLACE
from geo_dispatch.locate.hearing import heard_alike
from geo_dispatch.locate.lexicon import is_known_word, load_lexicon
from geo_dispatch.locate.names import NameIndex
from geo_dispatch.locate.normalise import CanonicalName, canonical_name, spell_numbers
from geo_dispatch.locate.phonetic import sounds
from geo_dispatch.locate.similarity import (
    Way,
    as_part,
    compare,
    leftover_similarity,
    partial_similarity,
    sound_similarity,
)
from geo_dispatch.locate.tables import load_model, load_words

__all__ = ["Matcher", "NameMatch"]

_CONFLICTS = ("type_differs", "direction_differs")


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A name that words may mean.

    Attributes
    ----------
    name
        Its number in the `NameIndex`.
    text
        The canonical name.
    similarity
        0 to 1; 1 is the same.
    way
        In what it differs.
    known
        How likely it is meant, were no other name like it: names of elsewhere resemble one by chance.
    evidence
        What was changed if it was meant; None when the name is exactly what was said.
    """

    name: int
    text: str
    similarity: float
    way: Way
    known: float
    evidence: Evidence | None = None


class _Pair(NamedTuple):
    """A name beside the words: what they have in common."""

    number: int
    name: CanonicalName
    similarity: float
    way: Way
    letters: float
    alike: float


class Matcher:
    """Finds the names that words may mean.

    Parameters
    ----------
    index
        Every name in town.
    least_known
        Names less likely meant than this are left out; the model's figure when not given.
    """

    def __init__(self, index: NameIndex, *, least_known: float | None = None) -> None:
        self.index = index
        self._model = load_model()
        self._least_known = self._model.least_known if least_known is None else least_known
        load_lexicon()  # now, not in a dispatcher's first call
        self._least_faint = min(self._model.least_faint, self._least_known)
        self._kept: dict[str, tuple[tuple[NameMatch, ...], tuple[NameMatch, ...]]] = {}

    def list_matches(self, text: str, *, faint: bool = False) -> tuple[NameMatch, ...]:
        """Return the names that canonical text may mean, best first.

        Parameters
        ----------
        text
            Canonical words, one space between.
        faint
            Also those that are rather names of elsewhere: for what other words support.
        """
        found = self._kept.get(text)
        if found is None:
            if len(self._kept) > 4096:
                self._kept.clear()
            matches = tuple(self._search(text))
            clear = tuple(match for match in matches if match.known >= self._least_known)
            found = self._kept[text] = (clear, matches)
        return found[faint]

    def _search(self, text: str) -> list[NameMatch]:
        model = load_model()
        if not text or len(text) > 120:
            return []
        said = canonical_name(text)
        exact = self.index.find(text)
        is_plain = load_words().plain.issuperset(said.words)
        if (
            load_words().common.issuperset(said.words)
            or _announcing().issuperset(said.words)
            or (not said.type and _ordinary().issuperset(said.words))
        ):
            return self._only_exact(text, exact)  # "street", "by the water": fits everything
        found = [*self._brands(text), *(self._compare(said, *entry) for entry in self._looked_at(said, exact))]
        # "Man St" may be Main Street misspelt; "down the street" is none.
        floor = model.plain_similarity if is_plain and " " in said.base else model.least_similarity
        least = max(floor, max((pair.similarity for pair in found), default=0.0) - model.similarity_span)
        real = {word: is_known_word(word) or self.index.knows_word(word) for word in said.words}
        matches = [self._judge(said, pair, real) for pair in found if pair.similarity >= least]
        matches = _shared_out(match for match in matches if match.known >= self._least_faint)
        return sorted(matches, key=lambda m: (-m.similarity, m.text))

    def _looked_at(self, said: CanonicalName, exact: int | None) -> Iterator[tuple[int, CanonicalName, float]]:
        """Yield the names that a closer look could find similar enough, and how alike each sounds."""
        model, text = self._model, said.text
        heard = sounds(said.base)
        spelt = [] if exact is None else [exact]
        spelt += self.index.list_similar(text, model.shortlist["letters"])
        numbers = list(dict.fromkeys([*spelt, *self.index.list_sounding(heard, model.shortlist["sounds"])]))
        names = [canonical_name(self.index.text(number)) for number in numbers]
        alike = self._alike(said, heard, numbers, names)
        words = set(said.words) - load_words().common
        for number, name, sound in zip(numbers, names, alike, strict=True):
            looks = OSA.normalized_similarity(text, name.text, score_cutoff=model.look_closer["letters"])
            if looks or sound >= model.look_closer["sounds"] or not words.isdisjoint(name.base.split()):
                yield number, name, sound

    def _only_exact(self, text: str, exact: int | None) -> list[NameMatch]:
        """Return the name that is exactly this; words of everyday speech are hardly meant as one."""
        if exact is None:
            return []
        table = load_words()
        everyday = table.everyday - table.generic
        plain = not everyday.isdisjoint(text.split()) or (text in table.generic and not self._is_place(exact))
        way: Way = "everyday" if plain else "exact"  # "the church" is hardly the street of that name
        return [NameMatch(exact, text, 1.0, way, min(self._model.known(1.0), self._model.known_limits[way]))]

    def _brands(self, text: str) -> list[_Pair]:
        """Return the names on file of a chain that people call so ("the Cumby's")."""
        model, found = self._model, []
        for key in list_brand_names(text):
            exact = self.index.find(key)
            for number in [exact] if exact is not None else self.index.list_similar(key, model.shortlist["sounds"]):
                name = canonical_name(self.index.text(number))
                if f"{name.text} ".startswith(f"{key} ") and self._is_place(number):
                    similarity = model.brand_similarity * (1.0 if name.text == key else model.name_kinds["brand"])
                    found.append(_Pair(number, name, similarity, "brand", 0.0, 0.0))
        return found

    def _alike(
        self, said: CanonicalName, heard: str, numbers: Sequence[int], names: Sequence[CanonicalName]
    ) -> list[float]:
        """Return how alike the names sound to what was said; their types too, where none was understood ("hicks rode")."""
        filed = [self.index.sound(number) for number in numbers]
        if said.type:  # "hicks bridge": the type may be part of the name's base
            other = [at for at, name in enumerate(names) if as_part(said, name) is not said]
            whole = [filed[at] for at in other]
            alike = heard_alike(heard, filed)
            if other:
                alike[other] = heard_alike(heard + sounds(said.type), whole)
        else:
            other = [at for at, name in enumerate(names) if name.type] if " " in said.base else []
            both = heard_alike(heard, [*filed, *(filed[at] + sounds(names[at].type) for at in other)])
            alike = both[: len(filed)]
            alike[other] = np.maximum(alike[other], both[len(filed) :])
        found: list[float] = alike.tolist()
        return found

    def _compare(self, said: CanonicalName, number: int, name: CanonicalName, alike: float) -> _Pair:
        """Find what a name and the words have most in common: their letters, their sound, or a part."""
        model = self._model
        letters, way = compare(said, name)
        similarity = letters
        heard = sound_similarity(said, name, alike)
        if heard > similarity and way not in _CONFLICTS:
            similarity, way = heard, "same_sound" if alike >= model.same_sound_least else "sounds_alike"
        part = partial_similarity(said, name) if similarity < model.partial_most else 0.0
        if part > similarity and said.digits <= name.digits:
            similarity, way = part, part_of(said, name)
        if similarity < model.leftover_floor + 0.1 and len(said.words) > len(name.words):
            left = leftover_similarity(said, name) if self._is_place(number) else 0.0
            if left > similarity:
                similarity, way = left, "leftover"
        return _Pair(number, name, similarity, way, letters, alike)

    def _judge(self, said: CanonicalName, pair: _Pair, real: Mapping[str, bool]) -> NameMatch:
        """Say how likely a name is meant, rather than one of elsewhere that is like it by chance."""
        known, evidence = self._model.known(pair.similarity), None
        if pair.way not in ("exact", "brand"):
            evidence = weigh_evidence(
                said, pair.name, letters=pair.letters, alike=pair.alike, names=len(self.index), real=real
            )
            known = garbled_probability(evidence) if evidence.strange else known
        known = min(known, self._model.known_limits[pair.way])
        similarity = pair.similarity
        if evidence is not None and evidence.strange:
            # It weighs less beside other readings of the words by as much as it is doubted.
            similarity = max(0.0, similarity + math.log(max(known, 1e-6)) / self._model.competition)
        return NameMatch(pair.number, pair.name.text, similarity, pair.way, known, evidence)

    def _is_place(self, name: int) -> bool:
        return any(target in (PLACE, GROUND) for target, _, _ in self.index.postings(name))

    def mend(self, words: Sequence[str]) -> list[str]:
        """Mend misspelt words of addresses ("raod", "sevneth", "rouet") that no name in town has.

        Parameters
        ----------
        words
            Folded words as typed.
        """
        return [self._mend_word(word) for word in words]

    def _mend_word(self, word: str) -> str:
        if (
            len(word) < 4
            or not word.isalpha()
            or word in _vocabulary()
            or word in load_words().everyday
            or self.index.knows_word(word)
        ):
            return word
        nearest = [
            known
            for known in _vocabulary()
            if len(known) >= 4 and known[0] == word[0] and OSA.distance(word, known, score_cutoff=1) <= 1
        ]
        if len(nearest) != 1 or (is_known_word(word) and (nearest[0],) not in load_words().route_words):
            return word  # "Staton Drive" is no Station Drive, but hardly any road is called Rout
        return nearest[0]


def _shared_out(matches: Iterable[NameMatch]) -> list[NameMatch]:
    """Share the belief in a fragment among the names that it is one of: "Pond Road" of Cooter Pond and Pearson Pond Road."""
    found = list(matches)
    fragments = sum(match.way == "fragment" for match in found)
    return [replace(match, known=match.known / fragments) if match.way == "fragment" else match for match in found]


@lru_cache(maxsize=1)
def _ordinary() -> frozenset[str]:
    """Return the words that are no name without a street type: of speech, of incidents, and ordinals ("on the 2nd floor")."""
    words = load_words()
    ordinals = {word for name in words.ordinals for word in spell_numbers([name])}
    return words.plain | words.incidents | ordinals


@lru_cache(maxsize=1)
def _announcing() -> frozenset[str]:
    """Return the words that announce a number: without it they are no name ("exit", "mile")."""
    words = load_words()
    phrases = (*words.milepost_words, *words.route_words)
    return words.exit_words | words.generic | {word for phrase in phrases for word in phrase}


@lru_cache(maxsize=1)
def _vocabulary() -> frozenset[str]:
    words = load_words()
    routes = {word for phrase in words.route_words for word in phrase}
    return frozenset(
        {*words.full_types, *words.ordinals, *words.numbers, *routes, *words.street_types, *words.directions}
    )
