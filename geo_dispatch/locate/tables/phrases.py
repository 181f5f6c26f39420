"""Phrases of several words, found by their first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["Phrases"]


class Phrases:
    """A set of phrases, each perhaps with a value.

    Parameters
    ----------
    texts
        Phrases, words with one space between.

    Examples
    --------
    >>> some = Phrases(["next to", "next door to"])
    >>> some.match(["next", "door", "to", "lees"]), some.match(["a", "next", "to"], 1), some.match(["door"])
    (3, 2, 0)
    """

    __slots__ = ("_by_first",)

    def __init__(self, texts: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for phrase in sorted({tuple(text.split()) for text in texts}, key=lambda words: (-len(words), words)):
            self._by_first.setdefault(phrase[0], []).append(phrase)

    def match(self, words: Sequence[str], at: int = 0) -> int:
        """Return how many words the longest phrase has that begins at a place; 0 for none."""
        if at >= len(words):
            return 0
        for phrase in self._by_first.get(words[at], ()):
            size = len(phrase)
            if size == 1 or tuple(words[at : at + size]) == phrase:
                return size
        return 0

    def match_all(self, words: Sequence[str], at: int = 0) -> int:
        """Return how many words phrases have that follow one another from a place on."""
        used = 0
        while step := self.match(words, at + used):
            used += step
        return used
