"""Runs and choices of house numbers as one word: ``300~399``, ``12|14``; see `geo_dispatch.locate.number_phrases`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from geo_dispatch.locate.grammar import Tokens, text_of
from geo_dispatch.locate.reading import HouseNumber, Reading
from geo_dispatch.locate.tables import load_model

__all__ = ["choice_of", "number_spans", "said_tokens", "span_of"]

_SPAN = re.compile(r"(\d{1,6})([~|])(\d{1,6})")


def number_spans(tokens: Tokens) -> Iterator[Reading]:
    """Read a run or a choice of house numbers before its street.

    Parameters
    ----------
    tokens
        Words as `rewrite_numbers` gives them.

    Examples
    --------
    >>> [(r.number.number, r.value) for r in number_spans(["300~399", "main"])]
    [(300, '300~399')]
    >>> [(r.number.number, r.value) for r in number_spans(["12|14", "main"])]
    [(12, '12|14')]
    """
    for at, token in enumerate(tokens[:-1]):
        found = _SPAN.fullmatch(token)
        if found is not None:  # what stands before it is no part of the street
            weight, street = load_model().readings["address"], text_of(tokens[at + 1 :])
            yield Reading("address", weight, (street,), HouseNumber(int(found[1])), value=found[0])
            return


def span_of(value: str) -> tuple[int, int] | None:
    """Return the ends of a run of numbers; None when it is none.

    Parameters
    ----------
    value
        As in `Reading.value`.

    Examples
    --------
    >>> span_of("300~399"), span_of("12")
    ((300, 399), None)
    """
    found = _SPAN.fullmatch(value)
    return (int(found[1]), int(found[3])) if found and found[2] == "~" else None


def choice_of(value: str) -> tuple[int, int] | None:
    """Return the two numbers of which one is meant; None when there are none.

    Parameters
    ----------
    value
        As in `Reading.value`.

    Examples
    --------
    >>> choice_of("12|14"), choice_of("300~399")
    ((12, 14), None)
    """
    found = _SPAN.fullmatch(value)
    return (int(found[1]), int(found[3])) if found and found[2] == "|" else None


def said_tokens(tokens: Sequence[str]) -> list[str]:
    """Return words with runs and choices of numbers taken apart again.

    Parameters
    ----------
    tokens
        Words as `rewrite_numbers` gives them.

    Examples
    --------
    >>> said_tokens(["300~399", "main"])
    ['300', '399', 'main']
    """
    return [part for token in tokens for part in (re.split(r"[~|]", token) if _SPAN.fullmatch(token) else [token])]
