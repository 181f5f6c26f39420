"""Which words are words or names of the language, whether or not this town has them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from geo_dispatch.locate.tables import load_words

__all__ = ["is_known_word", "load_lexicon", "stems"]

_MOST_NAMES = 20_000  # rarer surnames are as often a slip of the ear
_ENDINGS = (("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("ly", ""))


@lru_cache(maxsize=1)
def load_lexicon() -> frozenset[str]:
    """Return the words and names of the language.

    Words are those of pyspellchecker's English dictionary; first names and the commonest surnames those of the US Census of 1990, as the
    package ``names`` has them.

    Examples
    --------
    >>> "bridge" in load_lexicon(), "kowalski" in load_lexicon()
    (True, True)
    """
    import names
    from spellchecker import SpellChecker

    found = set(SpellChecker(language="en").word_frequency.dictionary)
    for file in names.FILES.values():
        with Path(file).open(encoding="ascii") as lines:
            found |= {line.split()[0].casefold() for line in itertools.islice(lines, _MOST_NAMES)}
    return frozenset(found)


def stems(word: str) -> Iterator[str]:
    """Yield what a word may be an inflected form of.

    Examples
    --------
    >>> list(stems("ponies"))
    ['ponie', 'poni', 'pony']
    """
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) + len(instead) > 2:
            yield word[: len(word) - len(ending)] + instead


@lru_cache(maxsize=1 << 14)
def is_known_word(word: str) -> bool:
    """Tell whether a canonical word is an English word, a surname, a first name or made as names of places are.

    Parameters
    ----------
    word
        Folded, in small letters.

    Examples
    --------
    >>> is_known_word("bridges"), is_known_word("maplewood"), is_known_word("brigde")
    (True, True, False)
    """
    known = load_lexicon()
    if word in known or any(stem in known for stem in stems(word)):
        return True
    tails = load_words().name_endings
    return any(word[at:] in tails and word[:at] in known for at in range(3, len(word) - 2))
