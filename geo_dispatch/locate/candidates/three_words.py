"""Three-word addresses: recognised, and not answered, because only their owner's service can turn them into a position."""

from __future__ import annotations

import re
from collections.abc import Callable

from geo_dispatch.locate.tables.inputs import load_inputs

__all__ = ["find_three_words"]

_WORD = r"[^\W\d_]{2,20}"
_SLASHES = re.compile(rf"(?<![:/\w])/{{2,3}}\s?({_WORD})[.\s]\s?({_WORD})[.\s]\s?({_WORD})(?!\w|\.\w)")
_DOTTED = re.compile(rf"(?<![\w.@/])({_WORD})\.({_WORD})\.({_WORD})(?![\w@/]|\.\w)")
_SPOKEN = re.compile(rf"(?<!\w)({_WORD}) dot ({_WORD}) dot ({_WORD})(?!\w)")
_AFTER_NAME = re.compile(
    rf"^[\s:,]*(?:is |address |are |says |said |reads |gives |gave |shows |me |it |its |the |words )*[\s:,/]*({_WORD})[.,\s]+({_WORD})[.,\s]+({_WORD})(?!\w)"
)
_WEB = frozenset({"www", "http", "https"})


def find_three_words(text: str, names: Callable[[str], bool]) -> str | None:
    """Return the three words of a three-word address in a text, dots between; empty when only its name is said.

    Parameters
    ----------
    text
        The text as given.
    names
        Tells whether words name something in town: "main.street.westport" is no three-word address.

    Returns
    -------
    str or None
        None when there is none.

    Examples
    --------
    >>> find_three_words("I'm at ///filled.count.soap", lambda words: False)
    'filled.count.soap'
    >>> find_three_words("what three words filled count soap", lambda words: False)
    'filled.count.soap'
    >>> find_three_words("12 main st.", lambda words: False) is None
    True
    """
    table, plain = load_inputs(), " ".join(text.casefold().split())
    for host in table.three_word_hosts:
        at = plain.find(f"{host}/")
        found = re.search(rf"({_WORD})\.({_WORD})\.({_WORD})", plain[at + len(host) :]) if at >= 0 else None
        if found:
            return ".".join(found.groups())
    if found := _SLASHES.search(plain):
        return ".".join(found.groups())
    for name in table.three_word_names:
        if found := re.search(rf"\b{name}\b", plain):
            words = _AFTER_NAME.search(plain[found.end() :])
            return ".".join(words.groups()) if words else ""
    least = table.three_word_letters
    for pattern in (_DOTTED, _SPOKEN):
        for found in pattern.finditer(plain):
            words_said = found.groups()
            if (
                min(map(len, words_said)) < least
                or words_said[0] in _WEB
                or (pattern is _DOTTED and _is_host(words_said))
            ):
                continue
            if not any(names(" ".join(part)) for part in (words_said, words_said[:2], words_said[1:])):
                return ".".join(words_said)
    return None


def _is_host(words: tuple[str, ...]) -> bool:
    """Tell whether words with dots are rather an address on the web."""
    return words[-1] in ("com", "org", "net", "gov", "edu")
