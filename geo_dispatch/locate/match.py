"""Which names of the town may these words be? Exact, misspelt, or of the same sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from geo_dispatch.locate.gather import PLACE
from geo_dispatch.locate.names import NameIndex
from geo_dispatch.locate.normalise import CanonicalName, canonical_name
from geo_dispatch.locate.similarity import Way, compare, leftover_similarity, partial_similarity, sound_factor
from geo_dispatch.locate.tables import load_model, load_words

__all__ = ["Matcher", "NameMatch"]


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
    """

    name: int
    text: str
    similarity: float
    way: Way


class Matcher:
    """Finds the names that words may mean.

    Parameters
    ----------
    index
        Every name in town.
    """

    def __init__(self, index: NameIndex) -> None:
        self.index = index
        self._kept: dict[str, tuple[NameMatch, ...]] = {}

    def list_matches(self, text: str) -> tuple[NameMatch, ...]:
        """Return the names that canonical text may mean, best first.

        Parameters
        ----------
        text
            Canonical words, one space between.
        """
        found = self._kept.get(text)
        if found is None:
            if len(self._kept) > 4096:
                self._kept.clear()
            found = self._kept[text] = tuple(self._search(text))
        return found

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
            or (not said.type and is_plain)
        ):
            return self._only_exact(text, exact)  # "street", "by the water": fits everything
        shortlist = self.index.list_similar(text, model.shortlist)
        candidates = dict.fromkeys(self._promising(text, shortlist))
        if exact is not None:
            candidates[exact] = None
        bases = dict.fromkeys(base for base in (said.base, text) if len(base) > 3)
        sounding = [name for base in bases for name in self.index.list_sounding(base)]
        candidates |= dict.fromkeys(sounding)
        matches = [self._judge(said, name, sounds=name in sounding) for name in candidates]
        matches.sort(key=lambda m: (-m.similarity, m.text))
        # "Man St" may be Main Street misspelt; "down the street" is none.
        floor = model.plain_similarity if is_plain and " " in said.base else model.least_similarity
        least = max(floor, matches[0].similarity - model.similarity_span) if matches else 0.0
        return [match for match in matches if match.similarity >= least]

    def _only_exact(self, text: str, exact: int | None) -> list[NameMatch]:
        """Return the name that is exactly this; words of everyday speech are hardly meant as one."""
        if exact is None:
            return []
        everyday = load_words().everyday - load_words().generic
        way: Way = "exact" if everyday.isdisjoint(text.split()) else "everyday"
        return [NameMatch(exact, text, 1.0, way)]

    def _promising(self, text: str, names: Sequence[int]) -> list[int]:
        """Keep the names that any comparison could find similar enough, by one quick look at each."""
        words = set(text.split())
        kept = []
        for name in names:
            other = self.index.text(name)
            if OSA.normalized_similarity(text, other) >= 0.45 or not words.isdisjoint(other.split()):
                kept.append(name)
        return kept

    def _judge(self, said: CanonicalName, number: int, *, sounds: bool) -> NameMatch:
        name = canonical_name(self.index.text(number))
        similarity, way = compare(said, name)
        if similarity < 1.0:
            part = partial_similarity(said, name) if similarity < load_model().partial_most else 0.0
            if part > similarity and said.digits <= name.digits:
                rest = set(name.words) - set(said.words) - load_words().common
                similarity, way = part, "fragment" if rest and len(name.words) > len(said.words) else "part"
            model = load_model()
            if similarity < model.leftover_floor + 0.1 and len(said.words) > len(name.words):
                left = leftover_similarity(said, name) if self._is_place(number) else 0.0
                if left > similarity:
                    similarity, way = left, "leftover"
            heard = sound_factor(said, name) if sounds else 0.0
            if heard > similarity:
                similarity, way = heard, "same_sound"
        return NameMatch(number, name.text, similarity, way)

    def _is_place(self, name: int) -> bool:
        return any(target == PLACE for target, _, _ in self.index.postings(name))

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
        return nearest[0] if len(nearest) == 1 else word


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
