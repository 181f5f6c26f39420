"""House numbers as callers say them: blocks, "between 100 and 120", "12 or 14", "45 and a half".

The words are rewritten so that a run or a choice of numbers stands as one token before its street: ``300~399``, ``12|14``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from geo_dispatch.locate.normalise import spell_numbers
from geo_dispatch.locate.tables import load_words
from geo_dispatch.locate.tables.inputs import load_inputs
from geo_dispatch.locate.tables.relations import load_relations

__all__ = ["rewrite_numbers"]

_NUMBER = re.compile(r"\d{1,6}")
_DASHED = re.compile(r"(?<![\w.~-])(\d{1,5}) ?[-–] ?(\d{1,5})(?= [a-z])", re.I)
_HUNDREDS = re.compile(r"(\d{1,4}00)s")
_LEAD = frozenset({"number", "numbers", "house", "houses", "#", "no"})
_LINK = frozenset({"of", "on", "along", "at", "the"})
_TO = frozenset({"to", "through", "thru", "until"})
_BLOCK = 100


def rewrite_numbers(text: str, tokens: Sequence[str]) -> list[str]:
    """Rewrite runs and choices of house numbers as one token before the street.

    Parameters
    ----------
    text
        The folded text, in which a dash between numbers is still there.
    tokens
        Its words.

    Returns
    -------
    list of str
        The words as they came where there is nothing to rewrite.

    Examples
    --------
    >>> rewrite_numbers("", "the three hundred block of main street".split())
    ['300~399', 'main', 'street']
    >>> rewrite_numbers("", "main street between 100 and 120".split())
    ['100~120', 'main', 'street']
    >>> rewrite_numbers("", "12 or 14 main".split()), rewrite_numbers("", "45 and a half main".split())
    (['12|14', 'main'], ['45', '1/2', 'main'])
    >>> rewrite_numbers("", "main street near number 45".split())
    ['near', '45', 'main', 'street']
    >>> rewrite_numbers("", "2 and a half miles south of main".split())
    ['2', 'and', 'a', 'half', 'miles', 'south', 'of', 'main']
    """
    words, changed = list(tokens), False
    for at in range(len(words) - 2, -1, -1):
        if words[at] == "a" and words[at + 1] in load_words().scales:  # "a hundred and five"
            words[at], changed = "one", True
        elif not at and _bare_hundred(words):
            words, changed = ["one", *words], True
    for found in _DASHED.finditer(text):
        words = _dashed(words, found[1], found[2])
    spelt = spell_numbers(words)
    at = 0
    while at < len(spelt):
        read = _read(spelt, at)
        if read is not None:
            spelt, at, changed = *read, True
        at += 1
    return spelt if changed else list(tokens)


def _bare_hundred(words: Sequence[str]) -> bool:
    """Tell whether words begin with "hundred and five"."""
    table = load_words()
    second = 2 if words[1:2] == ["and"] else 1
    return words[0] in table.scales and second < len(words) and words[second] in table.numbers


def _dashed(words: list[str], low: str, high: str) -> list[str]:
    """Put "to" where a dash stood between two numbers that rise."""
    if int(low) >= int(high):
        return words
    for at in range(len(words) - 1):
        if words[at] == low and words[at + 1] == high:
            return [*words[: at + 1], "to", *words[at + 1 :]]
    return words


def _read(words: list[str], at: int) -> tuple[list[str], int] | None:
    """Rewrite what begins at a place: the words, and where to go on; None when nothing is to be rewritten."""
    return _between(words, at) or _block(words, at) or _choice(words, at) or _half(words, at) or _named(words, at)


def _is_number(words: Sequence[str], at: int) -> bool:
    return at < len(words) and bool(_NUMBER.fullmatch(words[at]))


def _skip(words: Sequence[str], at: int, what: frozenset[str]) -> int:
    while at < len(words) and words[at] in what:
        at += 1
    return at


def _starts_name(words: Sequence[str], at: int) -> bool:
    """Tell whether a street's name may begin here: a word, no unit of distance and no joiner."""
    units = load_relations().units
    stops = load_words().joiners - set(load_words().directions) | {",", "or", "and"}
    return at < len(words) and words[at] not in units and words[at] not in stops and words[at][0].isalnum()


def _place(words: list[str], first: int, end: int, token: str) -> tuple[list[str], int] | None:
    """Put a token for the words from first to end, before the street behind them or the street before them."""
    before = _street_before(words, first)
    rest = _skip(words, end, _LINK)
    if not first and words[end : end + 1] == [","]:
        rest = _skip(words, end + 1, _LINK)
    behind = (_starts_name(words, rest) and words[rest][0].isalpha()) or _is_ordinal(words, rest)
    if behind and not (before and _has_type(words[before[0] : before[1]]) and not _has_type(_clause(words, rest))):
        return [*words[:first], token, *words[rest:]], first
    if not before:
        return [*words[:first], token, *words[end:]], first
    begin, stop = before
    return [*words[:begin], token, *words[begin:stop], *words[end:]], begin


def _street_before(words: Sequence[str], first: int) -> tuple[int, int] | None:
    """Return where the street's name before a place begins and ends; None when none stands there."""
    stop = first
    while stop and words[stop - 1] in (*_LINK, *_LEAD, "in", ","):
        stop -= 1
    begin = stop
    while begin and words[begin - 1] not in (",", "on", "along", "at", "in", "from"):
        begin -= 1
    return (begin, stop) if any(word.isalpha() for word in words[begin:stop]) else None


def _clause(words: Sequence[str], at: int) -> Sequence[str]:
    end = next((k for k in range(at, len(words)) if words[k] == ","), len(words))
    return words[at:end]


def _has_type(words: Sequence[str]) -> bool:
    """Tell whether words hold a street's type or a numbered route."""
    table = load_words()
    return any(word in table.street_types or (word,) in table.route_words for word in words)


def _is_ordinal(words: Sequence[str], at: int) -> bool:
    return at < len(words) and bool(re.fullmatch(r"\d+(?:st|nd|rd|th)", words[at]))


def _between(words: list[str], at: int) -> tuple[list[str], int] | None:
    """Read "between 100 and 120", "100 to 120", "numbers 100 through 120"."""
    between = words[at] in ("between", "from")
    start = _skip(words, at + between, _LEAD)
    joins = frozenset({"and", "&", *_TO}) if between else _TO
    if not (_is_number(words, start) and start + 1 < len(words) and words[start + 1] in joins):
        return None
    second = _skip(words, start + 2, _LEAD)
    if not _is_number(words, second) or int(words[second]) <= int(words[start]) or _counts(words, second + 1):
        return None
    if not between and start == at and f"{words[start]} {words[second]}" in load_inputs().named_numbers:
        return None
    return _place(words, at, second + 1, f"{words[start]}~{words[second]}")


def _counts(words: Sequence[str], at: int) -> bool:
    """Tell whether what follows a number is counted by it rather than a street: "2 or 3 houses", "10 to 15 people"."""
    if at >= len(words) or words[at] == ",":
        return False
    units, table = load_relations().units, load_words()
    common = table.everyday | table.incidents | _LEAD
    return words[at] in units or (words[at] in common - _LINK and not _has_type(_clause(words, at)))


def _block(words: list[str], at: int) -> tuple[list[str], int] | None:
    """Read "the 300 block of", "in the 1200s of"."""
    first = at
    while at < len(words) and words[at] in ("the", "in", "unit") and at - first < 2:
        at += 1
    hundreds = _HUNDREDS.fullmatch(words[at]) if at < len(words) else None
    if hundreds:
        low, end = int(hundreds[1]), at + 1
    elif _is_number(words, at) and at + 1 < len(words) and words[at + 1] in ("block", "blk"):
        low, end = int(words[at]) // _BLOCK * _BLOCK, at + 2
        if not low:  # "1 block south of" is a distance
            return None
    elif first < at < len(words) and words[at - 1] == "unit" and words[at] == "block":
        low, end = 0, at + 1
    else:
        return None
    return _place(words, first, end, f"{max(low, 1)}~{low + _BLOCK - 1}")


def _choice(words: list[str], at: int) -> tuple[list[str], int] | None:
    """Read "12 or 14 Main", "number 12 or maybe 14"."""
    if not _is_number(words, at) or at + 2 >= len(words) or words[at + 1] != "or":
        return None
    second = _skip(words, at + 2, _LEAD | {"maybe"})
    first = at
    while first and words[first - 1] in _LEAD:
        first -= 1
    if not _is_number(words, second) or _counts(words, second + 1):
        return None
    return _place(words, first, second + 1, f"{words[at]}|{words[second]}")


def _half(words: list[str], at: int) -> tuple[list[str], int] | None:
    """Read "45 and a half Main": no distance."""
    if not _is_number(words, at) or words[at + 1 : at + 4] not in (["and", "a", "half"], ["and", "one", "half"]):
        if not _is_number(words, at) or words[at + 1 : at + 3] not in (["and", "half"], ["and", "1/2"]):
            return None
        end = at + 3
    else:
        end = at + 4
    if not _starts_name(words, end) or not words[end][0].isalpha():
        return None
    return [*words[: at + 1], "1/2", *words[end:]], at + 1


def _named(words: list[str], at: int) -> tuple[list[str], int] | None:
    """Read "number 45 on Main", and "Main Street near number 45": the number goes before its street."""
    start = _skip(words, at, _LEAD)
    if start == at or not _is_number(words, start):
        return None
    street = _skip(words, start + 1, _LINK)
    if _starts_name(words, street) and words[street][0].isalpha() and "side" not in words[street : street + 3]:
        return [*words[:at], words[start], *words[street:]], at
    relation = next((r for r in load_words().relations if tuple(words[max(at - len(r), 0) : at]) == r), None)
    before = _street_before(words, at - len(relation)) if relation else None
    if not relation or before is None or (start + 1 < len(words) and words[start + 1] != ","):
        return None
    begin, stop = before
    return [*words[:begin], *relation, words[start], *words[begin:stop], *words[start + 1 :]], start + 1
