"""Where one sentence of a text ends and the next begins."""

from __future__ import annotations

import re

from geo_dispatch.locate.tables import load_words

__all__ = ["mark_sentences"]

_SENTENCE = re.compile(r"(?<![^\W_])(?:([^\W_]+)\s+)?([^\W_]{2,})([.!?]+)(?=\s+([^\W_])?)")


def mark_sentences(text: str) -> str:
    """Put ";" where a sentence ends; a full stop behind an abbreviation ends none, unless what follows is written as one.

    Examples
    --------
    >>> mark_sentences("I am on Main St. near the dam. It is burning! Hurry")
    'I am on Main St. near the dam ;  It is burning ;  Hurry'
    >>> mark_sentences("It's on Main St. There is a school by it. St. Mary's is by Rte. 88, Westport, MA.")
    "It's on Main St ;  There is a school by it ;  St. Mary's is by Rte. 88, Westport, MA."
    """
    return _SENTENCE.sub(lambda found: f"{found[0][: -len(found[3])]} ; " if _ends(*found.groups()) else found[0], text)


def _ends(before: str | None, word: str, signs: str, following: str | None) -> bool:
    """Tell whether a sentence ends with a word and its signs, by the word before it and how the next begins."""
    if signs.strip(".") or following is None:
        return following is not None or bool(signs.strip("."))  # a sign follows: "Main Rd. & Elm St."
    short = word.casefold()
    words = load_words()
    if short in words.unit_words or (short,) in words.route_words:
        return not following.isdigit()  # "apt. 3", "rte. 88"
    if short in words.state_codes and word.isupper():
        return following.isupper()
    if any(table.get(short, short) != short for table in (words.street_types, words.synonyms, words.directions)):
        if before is None or before.casefold() in words.everyday | words.joiners | {"a", "an", "the"}:
            return False
        return not before[0].islower() and following.isupper()  # "on Main St. There", but "by St. Mary's"
    return True
