"""From words to readings: what kinds of place they may describe."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from geo_dispatch.locate.localities import Localities
from geo_dispatch.locate.normalise import canonical_words, spell_numbers
from geo_dispatch.locate.reading import HouseNumber, Reading
from geo_dispatch.locate.tables import load_model, load_words

__all__ = ["list_readings"]

_HOUSE = re.compile(r"(\d{1,6})([a-z])?")
_FRACTION = re.compile(r"[1-7]/[2-8]")
_EXIT = re.compile(r"(\d{1,4})\s?([a-z](?:[-/]?[a-z])?)?")
_ZIP = re.compile(r"\d{5}")
_SMALL_JOINERS = frozenset({"by", "near", "with", "off", "x", "/", "+"})

Tokens = list[str]


@dataclass(frozen=True, slots=True)
class _Rest:
    """Words without the towns, states and ZIPs behind them."""

    tokens: tuple[str, ...]
    locality: tuple[str, ...]
    postcode: str
    weight: float


def _text(tokens: Sequence[str]) -> str:
    return " ".join(canonical_words(list(tokens)))


def _starts(tokens: Sequence[str], phrases: Sequence[tuple[str, ...]]) -> int:
    """Return how many words of the longest phrase that begins here; 0 for none."""
    return next((len(phrase) for phrase in phrases if tuple(tokens[: len(phrase)]) == phrase), 0)


def _strip(tokens: Tokens) -> Tokens:
    """Take fillers and prepositions off both ends, and hesitations from anywhere."""
    words = load_words()
    tokens = [t for t in tokens if t not in ("um", "uh", "er", ";")]
    both = tuple(sorted((*words.fillers, *words.prepositions), key=lambda phrase: -len(phrase)))
    while tokens and (used := _starts(tokens, both) or (tokens[0] == "," and 1)) and used < len(tokens):
        tokens = tokens[used:]
    changed = True
    while changed and tokens:
        changed = False
        for phrase in (*words.fillers, (",",)):
            if len(tokens) > len(phrase) and tuple(tokens[-len(phrase) :]) == phrase:
                tokens, changed = tokens[: -len(phrase)], True
    return tokens


def list_readings(tokens: Tokens, localities: Localities) -> list[Reading]:
    """Return the ways to understand the words, each with its weight.

    Parameters
    ----------
    tokens
        Folded words and signs, as `geo_dispatch.locate.normalise.tokenise` gives them.
    localities
        Towns and villages that may qualify an address.

    Returns
    -------
    list of Reading
        Not ordered; the same reading appears once.
    """
    found: dict[tuple[object, ...], Reading] = {}
    spelt = spell_numbers(tokens)
    bare = _strip(spelt)
    # A filler may be part of a name ("Well Water"): the words as they came are a name too.
    whole = [Reading("name", 1.0, (_text(spelt),))] if bare != spelt else []
    for reading in (*whole, *_clauses(bare, localities)):
        if not all(reading.phrases) and reading.kind not in ("exit", "mile_marker"):
            continue
        key = (reading.kind, reading.phrases, reading.number, reading.value, reading.locality, reading.relation)
        if key not in found or found[key].weight < reading.weight:
            found[key] = reading
    return list(found.values())


def _clauses(tokens: Tokens, localities: Localities) -> Iterator[Reading]:
    """Split at relation words; without any, the words are one clause."""
    yield from _plain(tokens, localities)
    words = load_words()
    for at in range(len(tokens)):
        used = _starts(tokens[at:], words.relations)
        if not used or at + used >= len(tokens):
            continue
        relation = " ".join(tokens[at : at + used])
        before, after = _strip(tokens[:at]), _strip(tokens[at + used :])
        yield from _related(relation, before, after, localities)
        return


def _related(relation: str, before: Tokens, after: Tokens, localities: Localities) -> Iterator[Reading]:
    factor = load_model().readings["relation"]
    if relation == "between" and not before and "and" in after:
        at = next((k for k, token in enumerate(after) if token in ("on", "along")), None)
        end = after.index(",") if "," in after else len(after)
        if at is not None and at < end:
            before, after = after[at + 1 : end], after[:at] + after[end:]
    if relation == "between" and before and "and" in after:
        middle = after.index("and")
        end = after.index(",") if "," in after else len(after)
        for side in (after[:middle], after[middle + 1 : end]):
            for reading in _plain([*before, "&", *side, *after[end:]], localities):
                if reading.kind == "intersection":
                    yield replace(reading, weight=reading.weight * factor, relation=relation)
        return
    context = (_text([t for t in before if t != ","]),) if before else ()
    for reading in _plain(after, localities):
        yield replace(reading, weight=reading.weight * factor, relation=relation, context=(*reading.context, *context))
    beside = (_text([t for t in after if t != ","]),)
    for reading in _plain(before, localities) if before else ():
        if reading.kind == "address":
            yield replace(reading, context=(*reading.context, *beside))
        elif reading.kind == "name":
            weight = reading.weight * load_model().readings["place_beside"]
            yield replace(reading, kind="place", weight=weight, context=(*reading.context, *beside))


def _plain(tokens: Tokens, localities: Localities) -> Iterator[Reading]:
    """Read a clause without relation words."""
    if "," in tokens:
        yield Reading("name", 1.0, (_text(tokens),))
    for rest in _qualified(tokens, localities):
        parts = [_strip(part) for part in _split(list(rest.tokens), ",")]
        parts = [part for part in parts if part]
        if not parts:
            continue
        locality = list(rest.locality)
        others: list[Tokens] = []
        for part in parts[1:]:
            named = localities.find(_text(part))
            if named is not None:
                locality.append(named.key)
            else:
                others.append(part)
        context = tuple(_text(part) for part in others)
        for reading in _core(parts[0]):
            yield replace(
                reading,
                weight=reading.weight * rest.weight,
                locality=tuple(locality),
                postcode=rest.postcode,
                context=(*reading.context, *context),
            )
        if len(others) == 1 and not _HOUSE.fullmatch(parts[0][0]):
            weight = load_model().readings["comma_intersection"] * rest.weight
            phrases = (_text(parts[0]), _text(others[0]))
            yield Reading("intersection", weight, phrases, locality=tuple(locality), postcode=rest.postcode)


def _split(tokens: Tokens, sign: str) -> list[Tokens]:
    parts: list[Tokens] = [[]]
    for token in tokens:
        if token == sign:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _qualified(tokens: Tokens, localities: Localities) -> Iterator[_Rest]:
    """Yield the words with and without the town, state and ZIP that may stand behind them."""
    words = load_words()
    yield _Rest(tuple(tokens), (), "", 1.0)
    rest, postcode, locality, weight = list(tokens), "", [], 1.0
    for countries in words.countries:
        if (
            len(rest) > len(countries) + 1
            and tuple(rest[-len(countries) :]) == countries
            and rest[-len(countries) - 1] == ","
        ):
            rest = rest[: -len(countries)]
            break
    while rest and rest[-1] == ",":
        rest.pop()
    if len(rest) > 1 and _ZIP.fullmatch(rest[-1]) and not _ends_in_route(rest[:-1]):
        postcode = rest.pop()
    while rest and rest[-1] == ",":
        rest.pop()
    for size in (2, 1):
        tail = " ".join(rest[-size:])
        known = tail in words.state_names or tail in words.state_codes
        if len(rest) > size and known and (tail in localities.state_keys or postcode or rest[-size - 1] == ","):
            rest = rest[:-size]
            break
    if postcode or len(rest) < len(tokens):
        yield _Rest(tuple(rest), (), postcode, 1.0)
    for _ in range(2):
        found = _tail_locality(rest, localities)
        if found is None:
            return
        key, rest, strong = found
        locality.append(key)
        weight *= 1.0 if strong else 0.9
        yield _Rest(tuple(rest), tuple(locality), postcode, weight)


def _ends_in_route(tokens: Tokens) -> bool:
    return bool(tokens) and (tokens[-1],) in load_words().route_words


def _tail_locality(tokens: Tokens, localities: Localities) -> tuple[str, Tokens, bool] | None:
    """Find a town's name behind the words: its key, the words before it, and whether a comma or "in" stood between."""
    rest = list(tokens)
    while rest and rest[-1] == ",":
        rest.pop()
    last_comma = max((at for at, token in enumerate(rest) if token == ","), default=-1)
    for size in (4, 3, 2, 1):
        at = len(rest) - size
        if at < 1:
            continue
        strong = rest[at - 1] in (",", "in")
        if "," in rest[at:]:
            continue
        named = localities.find(_text(rest[at:]), fuzzy=strong and (at - 1 == last_comma or rest[at - 1] == "in"))
        if named is not None:
            kept = rest[: at - 1] if strong else rest[:at]
            if kept:
                return named.key, kept, strong
    return None


def _core(tokens: Tokens) -> Iterator[Reading]:
    """Read words that stand without qualifiers."""
    words, model = load_words(), load_model()
    corner = _starts(tokens, words.corner_words)
    if corner and corner < len(tokens):
        rest = _strip(tokens[corner:])
        yield from _crossings(rest, model.readings["intersection"])
        tokens = rest
    else:
        yield from _crossings(tokens, model.readings["intersection"])
    yield from _on_routes(tokens)
    yield from _numbered(tokens)
    if tokens:
        yield Reading("name", 1.0, (_text(tokens),))
    on = next((at for at in range(1, len(tokens) - 1) if tokens[at] in ("on", "along")), None)
    if on is not None:
        yield Reading("place", 1.0, (_text(tokens[:on]),), context=(_text(tokens[on + 1 :]),))


def _crossings(tokens: Tokens, weight: float) -> Iterator[Reading]:
    joiners = load_words().joiners
    for at in range(1, len(tokens) - 1):
        if tokens[at] not in joiners:
            continue
        one, other = _strip(tokens[:at]), _strip(tokens[at + 1 :])
        if (one and other and not _HOUSE.fullmatch(one[0])) or (one and other and len(one) == 1):
            factor = 0.7 if tokens[at] in _SMALL_JOINERS - {"/"} else 1.0
            phrases = (_text(one), _text(other))
            yield Reading("intersection", weight * factor, phrases)
            numbered = (_road(one), _road(other))
            if numbered != phrases:
                yield Reading("intersection", weight * factor, numbered)


def _on_routes(tokens: Tokens) -> Iterator[Reading]:
    """Read exits and mile markers, and the carriageway said with them."""
    joined: Tokens = []
    for token in tokens:
        if token == "bound" and joined:
            token = f"{joined.pop()}bound"
        joined.append(token)
    bound = load_words().bound_words
    direction = next((bound[token] for token in joined if token in bound), "")
    rest = [token for token in joined if token not in bound]
    for reading in (*_exits(rest), *_mile_markers(rest)):
        yield replace(reading, direction=direction)


def _road(tokens: Tokens) -> str:
    """Write a road's name out; a number alone is a route's."""
    text = _text(tokens)
    return f"route {text}" if re.fullmatch(r"\d{1,3}[a-z]?", text) else text


def _exits(tokens: Tokens) -> Iterator[Reading]:
    words = load_words()
    for at, token in enumerate(tokens[:-1]):
        if token in words.exit_words and _EXIT.fullmatch(tokens[at + 1]):
            number, end = tokens[at + 1], at + 2
            if end < len(tokens) and len(tokens[end]) == 1 and tokens[end].isalpha() and number.isdigit():
                number, end = number + tokens[end], end + 1
            route = _route_of([*tokens[:at], *tokens[end:]])
            yield Reading("exit", load_model().readings["exit"], (route,) if route else (), value=number)
            return


def _route_of(tokens: Tokens) -> str:
    """Read "on route 88", "of 88", "from I-195": the road that an exit or mile is on."""
    rest = _strip([t for t in tokens if t not in (",", "of", "off", "the")])
    return _road(rest)


def _mile_markers(tokens: Tokens) -> Iterator[Reading]:
    words = load_words()
    for at in range(len(tokens)):
        used = _starts(tokens[at:], words.milepost_words)
        if used and at + used < len(tokens) and re.fullmatch(r"\d+(?:\.\d+)?", tokens[at + used]):
            value, end = tokens[at + used], at + used + 1
            if end + 1 < len(tokens) and tokens[end] == "point" and tokens[end + 1].isdigit():
                value, end = f"{value}.{tokens[end + 1]}", end + 2
            elif end < len(tokens) and _FRACTION.fullmatch(tokens[end]):
                over, under = tokens[end].split("/")
                value, end = f"{int(value) + int(over) / int(under):g}", end + 1
            route = _route_of([*tokens[:at], *tokens[end:]])
            yield Reading("mile_marker", load_model().readings["mile_marker"], (route,) if route else (), value=value)
            return


def _numbered(tokens: Tokens) -> Iterator[Reading]:
    """Read a house number before the street, or behind it."""
    weight = load_model().readings["address"]
    tokens, unit = _without_unit(tokens)
    if tokens and tokens[0] in ("number", "house"):
        tokens = tokens[1:]
    found = _HOUSE.fullmatch(tokens[0]) if tokens else None
    if found and len(tokens) > 1 and tokens[1] not in load_words().joiners:
        number, suffix = int(found[1]), found[2] or ""
        rest = tokens[1:]
        if _FRACTION.fullmatch(rest[0]) and len(rest) > 1:
            yield Reading("address", weight, (_text(rest[1:]),), HouseNumber(number, rest[0], unit))
            return
        if not suffix and len(rest) > 1 and re.fullmatch("[a-h]", rest[0]) and rest[0] != "e":
            yield Reading("address", weight * 0.9, (_text(rest[1:]),), HouseNumber(number, rest[0], unit))
        if len(rest) > 1 and rest[0].isdigit() and int(rest[0]) > number:
            yield Reading("address", weight * 0.6, (_text(rest[1:]),), HouseNumber(number, "", unit))
        yield Reading("address", weight, (_text(rest),), HouseNumber(number, suffix, unit))
    last = _HOUSE.fullmatch(tokens[-1]) if len(tokens) > 1 else None
    numbered = {"route", "highway"} & set(canonical_words(list(tokens))[-2:])
    if last and not found and not numbered and not _ends_in_route(tokens[:-1]):
        rest = [t for t in tokens[:-1] if t not in ("number", "#")]
        if rest:
            yield Reading("address", weight * 0.6, (_text(rest),), HouseNumber(int(last[1]), last[2] or "", unit))


def _without_unit(tokens: Tokens) -> tuple[Tokens, str]:
    """Take "apt 3" off: the words without it, and the unit."""
    words = load_words()
    for at in range(1, len(tokens) - 1):
        if tokens[at] in words.unit_words and re.fullmatch(r"\d{1,5}[a-z]?|[a-z]\d{0,4}", tokens[at + 1]):
            return tokens[:at] + tokens[at + 2 :], tokens[at + 1]
    return tokens, ""
