"""From words to readings: what kinds of place they may describe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from geo_dispatch.locate.distances import find_distance
from geo_dispatch.locate.grammar import (
    HOUSE,
    Tokens,
    ends_in_route,
    numbered,
    on_routes,
    road_text,
    starts_with,
    strip_fillers,
    text_of,
)
from geo_dispatch.locate.localities import Localities
from geo_dispatch.locate.normalise import spell_numbers
from geo_dispatch.locate.number_spans import number_spans
from geo_dispatch.locate.reading import Reading
from geo_dispatch.locate.tables import load_model, load_words

__all__ = ["list_readings"]

_ZIP = re.compile(r"\d{5}")
_ALONG = (("down",), ("up",), ("away", "from"), ("along",), ("from",), ("on",))
"""What may stand between a distance and the place it is counted from."""
_SMALL_JOINERS = frozenset({"by", "near", "with", "off", "x", "/", "+", "n"})


@dataclass(frozen=True, slots=True)
class _Rest:
    """Words without the towns, states and ZIPs behind them."""

    tokens: tuple[str, ...]
    locality: tuple[str, ...]
    postcode: str
    weight: float


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
    bare = strip_fillers(spelt)
    # A filler may be part of a name ("Well Water"): the words as they came are a name too.
    whole = [Reading("name", 1.0, (text_of(spelt),))] if bare != spelt else []
    for reading in (*whole, *_clauses(bare, localities)):
        if not all(reading.phrases) and reading.kind not in ("exit", "mile_marker"):
            continue
        key = (reading.kind, reading.phrases, reading.number, reading.value, reading.locality, reading.relation)
        if key not in found or found[key].weight < reading.weight:
            found[key] = reading
    return list(found.values())


def _clauses(tokens: Tokens, localities: Localities) -> Iterator[Reading]:
    """Split at relation words; without any, the words are one clause."""
    away = _away(tokens)
    if away is not None:
        relation, distance_m, before, after = away
        for reading in _related(relation, before, after, localities):
            yield replace(reading, distance_m=distance_m) if reading.relation else reading
        return
    yield from _plain(tokens, localities)
    words = load_words()
    for at in range(len(tokens)):
        used = starts_with(tokens[at:], words.relations)
        if not used or at + used >= len(tokens):
            continue
        relation = " ".join(tokens[at : at + used])
        before, after = strip_fillers(tokens[:at]), strip_fillers(tokens[at + used :])
        yield from _related(relation, before, after, localities)
        return


def _away(tokens: Tokens) -> tuple[str, float, Tokens, Tokens] | None:
    """Read a distance with a direction: "half a mile south of", its metres, and the words before and after it."""
    said = find_distance(tokens)
    if said is None:
        return None
    words = load_words()
    rest = tokens[said.end :]
    used = 1 if rest and rest[0] in words.directions else 0
    side = starts_with(rest[used:], (("of",), ("from",), ("away", "from"), ("to", "the", "of")))
    used = used + side if used or side else starts_with(rest, (*words.relations, *_ALONG))
    before, after = strip_fillers(tokens[: said.first]), strip_fillers(rest[used:])
    if used and after:
        return " ".join((said.text, *rest[:used])), said.distance_m, before, after
    if used and before:  # "town hall, half a mile south"
        return " ".join((said.text, *rest)), said.distance_m, [], before
    return None


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
    said_before = (text_of([t for t in before if t != ","]),) if before else ()
    for reading in _plain(after, localities):
        yield replace(
            reading, weight=reading.weight * factor, relation=relation, context=(*reading.context, *said_before)
        )
    beside = (text_of([t for t in after if t != ","]),)
    for reading in _plain(before, localities) if before else ():
        if reading.kind == "address":
            yield replace(reading, context=(*reading.context, *beside))
        elif reading.kind == "name":
            weight = reading.weight * load_model().readings["place_beside"]
            context = (*reading.context, *beside)
            yield replace(reading, kind="place", weight=weight, context=context)
            yield replace(reading, weight=reading.weight * load_model().readings["street_beside"], context=context)


def _plain(tokens: Tokens, localities: Localities) -> Iterator[Reading]:
    """Read a clause without relation words."""
    ordinary = load_words().everyday | load_words().incidents
    if "," in tokens:
        yield Reading("name", 1.0, (text_of(tokens),))
    for rest in _qualified(tokens, localities):
        parts = [strip_fillers(part) for part in _split(list(rest.tokens), ",")]
        parts = [part for part in parts if part]
        if not parts:
            continue
        locality = list(rest.locality)
        postcode = rest.postcode
        others: list[Tokens] = []
        for whole in parts[1:]:
            part, zip_said = _without_state(whole)
            postcode = postcode or zip_said
            named = localities.find(text_of(part)) if part else None
            if not part:
                continue
            if named is not None:
                locality.append(named.key)
            elif not ordinary.issuperset(part):  # "Daniel Street, hurry" names one thing
                others.append(part)
        context = tuple(text_of(part) for part in others)
        for reading in _core(parts[0]):
            yield replace(
                reading,
                weight=reading.weight * rest.weight,
                locality=tuple(locality),
                postcode=postcode,
                context=(*reading.context, *context),
            )
        if len(others) == 1 and not HOUSE.fullmatch(parts[0][0]):
            weight = load_model().readings["comma_intersection"] * rest.weight
            phrases = (text_of(parts[0]), text_of(others[0]))
            yield Reading("intersection", weight, phrases, locality=tuple(locality), postcode=postcode)


def _without_state(tokens: Tokens) -> tuple[Tokens, str]:
    """Take a state and a ZIP off the end of what stood behind a comma: the words before them, and the ZIP."""
    words = load_words()
    rest, postcode = _without_country([",", *tokens])[1:], ""
    if rest and _ZIP.fullmatch(rest[-1]):
        postcode = rest.pop()
    for size in (2, 1):
        tail = " ".join(rest[-size:])
        if len(rest) >= size and (tail in words.state_names or tail in words.state_codes):
            # A state by name alone may be a town ("New York, NY"): only behind a town, or with a ZIP, or as its code.
            if len(rest) > size or postcode or tail in words.state_codes:
                rest = rest[:-size]
            break
    return rest, postcode


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
    rest = _without_country(rest)
    while rest and rest[-1] == ",":
        rest.pop()
    if len(rest) > 1 and _ZIP.fullmatch(rest[-1]) and not ends_in_route(rest[:-1]):
        postcode = rest.pop()
    while rest and rest[-1] == ",":
        rest.pop()
    for size in (2, 1):
        tail = " ".join(rest[-size:])
        known = tail in words.state_names or tail in words.state_codes or tail in localities.state_keys
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


def _without_country(tokens: Tokens) -> Tokens:
    """Take the country off the end, behind a comma, a ZIP or a state."""
    words = load_words()
    for country in words.countries:
        at = len(tokens) - len(country)
        if at > 1 and tuple(tokens[at:]) == country:
            before = tokens[at - 1]
            if before == "," or _ZIP.fullmatch(before) or before in words.state_names or before in words.state_codes:
                return tokens[:at]
    return tokens


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
        named = localities.find(text_of(rest[at:]), fuzzy=strong and (at - 1 == last_comma or rest[at - 1] == "in"))
        if named is not None:
            kept = rest[: at - 1] if strong else rest[:at]
            if kept:
                return named.key, kept, strong
    return None


def _core(tokens: Tokens) -> Iterator[Reading]:
    """Read words that stand without qualifiers."""
    words, model = load_words(), load_model()
    corner = starts_with(tokens, words.corner_words)
    if corner and corner < len(tokens):
        rest = strip_fillers(tokens[corner:])
        yield from _crossings(rest, model.readings["intersection"])
        yield Reading("name", 1.0, (text_of(tokens),))
        tokens = rest
    else:
        yield from _crossings(tokens, model.readings["intersection"])
    yield from on_routes(tokens)
    yield from numbered(tokens)
    yield from number_spans(tokens)
    if tokens:
        yield Reading("name", 1.0, (text_of(tokens),))
    on = next((at for at in range(1, len(tokens) - 1) if tokens[at] in ("on", "along")), None)
    if on is not None:
        yield Reading("place", 1.0, (text_of(tokens[:on]),), context=(text_of(tokens[on + 1 :]),))


def _crossings(tokens: Tokens, weight: float) -> Iterator[Reading]:
    joiners = load_words().joiners
    for at in range(1, len(tokens) - 1):
        if tokens[at] not in joiners:
            continue
        one, other = strip_fillers(tokens[:at]), strip_fillers(tokens[at + 1 :])
        if (one and other and not HOUSE.fullmatch(one[0])) or (one and other and len(one) == 1):
            factor = 0.7 if tokens[at] in _SMALL_JOINERS - {"/"} else 1.0
            phrases = (text_of(one), text_of(other))
            yield Reading("intersection", weight * factor, phrases)
            numbered = (road_text(one), road_text(other))
            if numbered != phrases:
                yield Reading("intersection", weight * factor, numbered)
