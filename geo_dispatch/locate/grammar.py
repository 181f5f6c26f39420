"""The kinds of place a clause may describe: numbered addresses, exits, mile markers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from geo_dispatch.locate.normalise import canonical_words
from geo_dispatch.locate.reading import HouseNumber, Reading
from geo_dispatch.locate.tables import load_model, load_words

__all__ = [
    "HOUSE",
    "Tokens",
    "ends_in_route",
    "numbered",
    "on_routes",
    "road_text",
    "starts_with",
    "strip_fillers",
    "text_of",
]

HOUSE = re.compile(r"(\d{1,6})([a-z])?")
"""A house number, and the letter behind it."""
_FRACTION = re.compile(r"[1-7]/[2-8]")
_EXIT = re.compile(r"(\d{1,4})\s?([a-z](?:[-/]?[a-z])?)?")

_NUMBER = re.compile(r"\d+(?:\.\d+)?[a-z]?")

Tokens = list[str]


def text_of(tokens: Sequence[str]) -> str:
    """Write words out in canonical form, as one text.

    >>> text_of(["main", "st"])
    'main street'
    """
    return _text_of(tuple(tokens))


@lru_cache(maxsize=1 << 14)
def _text_of(tokens: tuple[str, ...]) -> str:
    return " ".join(canonical_words(list(tokens)))


def starts_with(tokens: Sequence[str], phrases: Sequence[tuple[str, ...]]) -> int:
    """Return how many words of the longest phrase that begins here; 0 for none."""
    if not tokens:
        return 0
    first = tokens[0]
    return next((len(phrase) for phrase in phrases if phrase[0] == first and tuple(tokens[: len(phrase)]) == phrase), 0)


def strip_fillers(tokens: Tokens) -> Tokens:
    """Take fillers and prepositions off both ends, and hesitations from anywhere."""
    words = load_words()
    tokens = [t for t in tokens if t not in ("um", "uh", "er", ";")]
    both = tuple(sorted((*words.fillers, *words.prepositions), key=lambda phrase: -len(phrase)))
    while tokens and (used := starts_with(tokens, both) or (tokens[0] == "," and 1)) and used < len(tokens):
        tokens = tokens[used:]
    changed = True
    while changed and tokens:
        changed = False
        for phrase in (*words.fillers, (",",)):
            if len(tokens) > len(phrase) and tuple(tokens[-len(phrase) :]) == phrase:
                tokens, changed = tokens[: -len(phrase)], True
    return tokens


def ends_in_route(tokens: Tokens) -> bool:
    """Tell whether a word that announces a route number stands last.

    >>> ends_in_route(["old", "rte"]), ends_in_route(["main", "st"])
    (True, False)
    """
    return bool(tokens) and (tokens[-1],) in load_words().route_words


def on_routes(tokens: Tokens) -> Iterator[Reading]:
    """Read exits and mile markers, and the carriageway said with them."""
    joined: Tokens = []
    for token in tokens:
        if token == "bound" and joined:
            token = f"{joined.pop()}bound"
        joined.append(token)
    bound = load_words().bound_words
    direction = next((bound[token] for token in joined if token in bound), "")
    rest = [token for token in joined if token not in bound]
    if not direction:
        rest, direction = _without_direction(rest)
    for reading in (*_exits(rest), *_mile_markers(rest)):
        yield replace(reading, direction=direction)


def _without_direction(tokens: Tokens) -> tuple[Tokens, str]:
    """Take "north" behind a number off: "route 83 north", "mile 2.5 south". A letter only at the end, not behind an exit's."""
    words = load_words()
    for at in range(1, len(tokens)):
        side = words.directions.get(tokens[at], "")
        if side not in ("north", "south", "east", "west") or not _NUMBER.fullmatch(tokens[at - 1]):
            continue
        of_exit = at > 1 and tokens[at - 2] in words.exit_words
        if len(tokens[at]) > 1 or (at == len(tokens) - 1 and not of_exit):
            return tokens[:at] + tokens[at + 1 :], side[0].upper()
    return tokens, ""


def road_text(tokens: Tokens) -> str:
    """Write a road's name out; a number alone is a route's."""
    text = text_of(tokens)
    return f"route {text}" if re.fullmatch(r"\d{1,3}[a-z]?", text) else text


def _exits(tokens: Tokens) -> Iterator[Reading]:
    words = load_words()
    for at, token in enumerate(tokens[:-1]):
        if token in words.exit_words and _EXIT.fullmatch(tokens[at + 1]):
            number, end = tokens[at + 1], at + 2
            letter = end < len(tokens) and len(tokens[end]) == 1 and tokens[end].isalpha() and number.isdigit()
            if letter and not (end + 1 < len(tokens) and tokens[end + 1][0].isdigit()):  # "181 I-65"
                number, end = number + tokens[end], end + 1
            route = _route_of([*tokens[:at], *tokens[end:]])
            yield Reading("exit", load_model().readings["exit"], (route,) if route else (), value=number)
            return


def _route_of(tokens: Tokens) -> str:
    """Read "on route 88", "of 88", "from I-195": the road that an exit or mile is on."""
    rest = strip_fillers([t for t in tokens if t not in (",", "of", "off", "the")])
    while rest and (rest[-1] in ("at", "near", "by", "&", "and", "@") or (rest[-1],) in load_words().prepositions):
        rest = rest[:-1]
    return road_text(rest)


def _mile_markers(tokens: Tokens) -> Iterator[Reading]:
    words = load_words()
    for at in range(len(tokens)):
        used = starts_with(tokens[at:], words.milepost_words)
        if used and at + used < len(tokens) and re.fullmatch(r"\d+(?:\.\d+)?", tokens[at + used]):
            value, end = tokens[at + used], at + used + 1
            if end + 1 < len(tokens) and tokens[end] == "point" and tokens[end + 1].isdigit():
                value, end = f"{value}.{tokens[end + 1]}", end + 2
            elif tokens[end : end + 3] == ["and", "a", "half"]:
                value, end = f"{float(value) + 0.5:g}", end + 3
            elif end < len(tokens) and _FRACTION.fullmatch(tokens[end]):
                over, under = tokens[end].split("/")
                value, end = f"{int(value) + int(over) / int(under):g}", end + 1
            route = _route_of([*tokens[:at], *tokens[end:]])
            yield Reading("mile_marker", load_model().readings["mile_marker"], (route,) if route else (), value=value)
            return


def numbered(tokens: Tokens) -> Iterator[Reading]:
    """Read a house number before the street, or behind it."""
    weight = load_model().readings["address"]
    joiners = load_words().joiners - set(load_words().directions)
    tokens, unit = _without_unit(tokens)
    if tokens and tokens[0] in ("number", "house"):
        tokens = tokens[1:]
    found = HOUSE.fullmatch(tokens[0]) if tokens else None
    if found and len(tokens) > 1 and tokens[1] not in joiners:
        number, suffix = int(found[1]), found[2] or ""
        rest = tokens[1:]
        if _FRACTION.fullmatch(rest[0]) and len(rest) > 1:
            yield Reading("address", weight, (text_of(rest[1:]),), HouseNumber(number, rest[0], unit))
            return
        if not suffix and len(rest) > 1 and re.fullmatch("[a-h]", rest[0]) and rest[0] != "e":
            yield Reading("address", weight * 0.9, (text_of(rest[1:]),), HouseNumber(number, rest[0], unit))
        if len(rest) > 1 and rest[0].isdigit() and int(rest[0]) > number:
            yield Reading("address", weight * 0.6, (text_of(rest[1:]),), HouseNumber(number, "", unit))
        yield Reading("address", weight, (text_of(rest),), HouseNumber(number, suffix, unit))
    last = HOUSE.fullmatch(tokens[-1]) if len(tokens) > 1 else None
    on_route = {"route", "highway"} & set(canonical_words(list(tokens))[-2:])
    if last and not found and not on_route and not ends_in_route(tokens[:-1]):
        rest = [t for t in tokens[:-1] if t not in ("number", "#")]
        if rest and rest[-1] not in joiners and rest[-1] not in ("on", "of", "to", "from"):
            yield Reading("address", weight * 0.6, (text_of(rest),), HouseNumber(int(last[1]), last[2] or "", unit))


def _without_unit(tokens: Tokens) -> tuple[Tokens, str]:
    """Take "apt 3" off: the words without it, and the unit."""
    words = load_words()
    for at in range(1, len(tokens) - 1):
        if tokens[at] in words.unit_words and re.fullmatch(r"\d{1,5}[a-z]?|[a-z]\d{0,4}", tokens[at + 1]):
            return tokens[:at] + tokens[at + 2 :], tokens[at + 1]
    return tokens, ""
