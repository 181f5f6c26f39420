"""From text as typed or spoken to canonical words: abbreviations written out, numbers as digits, routes as "route 88"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from geo_dispatch.locate.tables import Words, load_words

__all__ = [
    "CanonicalName",
    "canonical_name",
    "canonical_words",
    "fold",
    "route_keys",
    "route_network",
    "spell_numbers",
    "street_key",
    "tokenise",
]

_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘`´ʼ′", None))
_FRACTIONS = {"½": " 1/2", "¼": " 1/4", "¾": " 3/4"}
_TOKEN = re.compile(r"\d+/\d+|\d+\.\d+|[^\W_]+|[&@/,;#+]")
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_ROUTE_NUMBER = re.compile(r"\d{1,4}[a-z]?")
_GLUED = re.compile(r"([a-z]{1,10})(\d{1,4}[a-z]?)")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_SIGNED = re.compile(r"[a-z]{1,3}[ -]?(\d{1,4}[a-z]?)")


def fold(text: str) -> str:
    r"""Lower the case, drop accents, apostrophes and control characters; other scripts stay as they are.

    Examples
    --------
    >>> fold("Lee’s  Café\x07, 12½ U.S. Rte. 7")
    'lees cafe , 12 1/2 us rte. 7'
    """
    for sign, plain in _FRACTIONS.items():
        text = text.replace(sign, plain)
    decomposed = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    kept = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in decomposed if not unicodedata.combining(c))
    kept = _INITIALS.sub(lambda found: found.group().replace(".", ""), kept.casefold())
    return " ".join(kept.split())


def tokenise(text: str) -> list[str]:
    """Split folded text into words, numbers, and the signs that mean something: & @ / , ; # +.

    Examples
    --------
    >>> tokenise(fold("12 1/2 Main St. & Rte 22-A, Addison"))
    ['12', '1/2', 'main', 'st', '&', 'rte', '22', 'a', ',', 'addison']
    >>> tokenise("i65"), tokenise("a12")
    (['i', '65'], ['a12'])
    """
    return [part for token in _TOKEN.findall(text) for part in _unglued(token)]


def _unglued(token: str) -> tuple[str, ...]:
    """Split a route written as one word: "i65" is i 65, "rt22a" is rt 22a."""
    found = _GLUED.fullmatch(token)
    words = load_words()
    if found and ((found[1],) in words.route_words or found[1] in words.state_codes):
        return found[1], found[2]
    return (token,)


def spell_numbers(tokens: list[str]) -> list[str]:
    """Write numbers in words as digits.

    Examples
    --------
    >>> spell_numbers(["twenty", "nine", "sixteen", "second", "street"])
    ['2916', '2nd', 'street']
    """
    words = load_words()
    out: list[str] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token in words.ordinals:
            out.append(_ordinal(words.ordinals[token]))
            at += 1
            continue
        if token not in words.numbers:
            out.append(token)
            at += 1
            continue
        text, at = _number_run(tokens, at, words)
        out.append(text)
    return out


def _number_run(tokens: list[str], at: int, words: Words) -> tuple[str, int]:
    """Read number words from a position: the digits, and where they end."""
    chunks: list[int] = []
    open_tens = scaled = False
    while at < len(tokens):
        token = tokens[at]
        following = tokens[at + 1] if at + 1 < len(tokens) else ""
        if token in words.scales and chunks:
            chunks[-1] = (chunks[-1] or 1) * words.scales[token]
            open_tens, scaled = False, True
        elif token in words.zero_words and chunks and following in words.numbers:
            chunks.append(0)
            open_tens = scaled = False
        elif token == "and" and scaled and following in words.numbers:
            pass
        elif token in words.ordinals and open_tens and 0 < words.ordinals[token] < 10:
            return "".join(map(str, chunks[:-1])) + _ordinal(chunks[-1] + words.ordinals[token]), at + 1
        elif token in words.numbers:
            value = words.numbers[token]
            if (open_tens and 0 < value < 10) or (scaled and value < 100):
                chunks[-1] += value
                scaled = False
                open_tens = value >= 20
            else:
                chunks.append(value)
                open_tens, scaled = value >= 20, False
        else:
            break
        at += 1
    return "".join(map(str, chunks)), at


def _ordinal(value: int) -> str:
    tail = "th" if 10 <= value % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{tail}"


def _route_at(tokens: list[str], at: int, words: Words) -> tuple[str, str, int] | None:
    """Read a numbered route at a position: ("22a", "state", tokens used), None when there is none."""
    state = 1 if tokens[at] in words.state_codes else 0
    if not state:
        for size in (2, 1):
            if " ".join(tokens[at : at + size]) in words.state_names:
                state = size
                break
    for size in (3, 2, 1, 0):
        phrase = tuple(tokens[at + state : at + state + size])
        if len(phrase) < size or (size and phrase not in words.route_words):
            continue
        if size == 0 and (state != 1 or (tokens[at] in words.weak_state_codes and len(tokens) > 2)):
            return None
        number_at = at + state + size
        if size == 0 and tokens[at] not in words.state_codes:
            return None
        if number_at >= len(tokens) or not _ROUTE_NUMBER.fullmatch(tokens[number_at]):
            if size:
                continue
            return None
        number, used = tokens[number_at], state + size + 1
        letter = tokens[number_at + 1] if number_at + 1 < len(tokens) else ""
        if number.isdigit() and letter in ("a", "b", "c", "d"):
            number, used = number + letter, used + 1
        network = words.route_words.get(phrase, "") or ("state" if state else "")
        return number, network, used
    return None


def _expand(token: str, at: int, last: int, words: Words) -> str:
    """Write one abbreviation out by its position: "st" first is Saint, last is Street."""
    if token in ("st", "dr") and at < last:
        return {"st": "saint", "dr": "doctor"}[token] if at == 0 else token
    if at > 0 and token in words.street_types:
        return words.street_types[token]
    if last > 0 and token in words.directions:
        return words.directions[token]
    return words.synonyms.get(token, token)


def canonical_words(tokens: list[str]) -> list[str]:
    """Write a name's words out in full, the same way for what is on file and what is said.

    Examples
    --------
    >>> canonical_words(["n", "main", "st"]), canonical_words(["vt", "rte", "22", "a"])
    (['north', 'main', 'street'], ['route', '22a'])
    >>> canonical_words(["st", "marys", "ch"]), canonical_words(["seventh", "ave"])
    (['saint', 'marys', 'ch'], ['7th', 'avenue'])
    """
    words = load_words()
    tokens = [t for t in tokens if t not in (",", ";", "#", "/")]
    tokens = spell_numbers(tokens)
    if len(tokens) > 1 and tokens[0] == "the":
        tokens = tokens[1:]
    out: list[str] = []
    at = 0
    while at < len(tokens):
        route = _route_at(tokens, at, words)
        if route is not None:
            number, network, used = route
            out += [*_ROUTE_PREFIX.get(network, ("route",)), number]
            at += used
            continue
        out.append(tokens[at])
        at += 1
    last = len(out) - 1
    while last > 0 and (out[last] in words.directions or out[last] in ("ext", "exd", "extension", "private", "pvt")):
        last -= 1
    done: list[str] = []
    for at, token in enumerate(out):
        if token in ("st", "dr") and 0 < at < last:
            before = done[-1]
            token = {"st": "saint", "dr": "doctor"}[token] if before in words.full_types else token
        done.append(_expand(token, at, last, words) if token != "saint" else token)
    return [_AFTER.get(t, t) for t in done]


_ROUTE_PREFIX = {"county": ("county", "route"), "town": ("town", "highway")}
_AFTER = {"st": "street", "dr": "drive"}


@lru_cache(maxsize=1 << 17)
def street_key(name: str) -> str:
    """Return the canonical text of a name: names with one key are the same name; empty when nothing is left.

    A numbered route's key leaves the network out, so that "US 7", "Route 7" and "State Hwy 7" are one: callers and
    address files rarely keep them apart. Compare `route_network` where it matters.

    Parameters
    ----------
    name
        A name as written.

    Returns
    -------
    str
        Words in full, one space between.

    Examples
    --------
    >>> street_key("Lee's Market"), street_key("VT RTE 22A"), street_key("N. Main St")
    ('lees market', 'route 22a', 'north main street')
    """
    return " ".join(canonical_words(tokenise(fold(name))))


def route_keys(ref: str) -> tuple[str, ...]:
    """Return the keys of a route number as signed: "PW 83" is said so, and "route 83".

    Examples
    --------
    >>> route_keys("MA 88"), route_keys("PW 83")
    (('route 88',), ('pw 83', 'route 83'))
    """
    key = street_key(ref)
    signed = _SIGNED.fullmatch(fold(ref))
    plain = f"route {signed[1]}" if signed and not key.startswith(("route", "county", "town")) else key
    return (key,) if plain == key else (key, plain)


def route_network(name: str) -> str:
    """Return which network a route's name says it belongs to: us, interstate, state, county, town or "" (unsaid).

    Examples
    --------
    >>> route_network("US Hwy 7"), route_network("VT Route 22A"), route_network("Route 7"), route_network("Main St")
    ('us', 'state', '', '')
    """
    words = load_words()
    tokens = tokenise(fold(name))
    for at in range(len(tokens)):
        route = _route_at(tokens, at, words)
        if route is not None:
            return route[1]
    return ""


@dataclass(frozen=True, slots=True)
class CanonicalName:
    """A name in canonical words, taken apart: "North Main Street" is (north, main, street, "")."""

    text: str
    words: tuple[str, ...]
    pre: str
    base: str
    type: str
    post: str
    digits: frozenset[str]


@lru_cache(maxsize=65536)
def canonical_name(text: str) -> CanonicalName:
    """Take canonical text (words joined by spaces) apart.

    Examples
    --------
    >>> name = canonical_name("north main street")
    >>> name.pre, name.base, name.type, name.post
    ('north', 'main', 'street', '')
    """
    words = load_words()
    parts = text.split()
    pre = post = kind = ""
    rest = list(parts)
    if len(rest) > 1 and rest[-1] in words.directions:
        post = rest.pop()
    if len(rest) > 1 and rest[-1] in words.full_types:
        kind = rest.pop()
    if len(rest) > 1 and rest[0] in words.directions:
        pre = rest.pop(0)
    digits = frozenset(p for p in parts if p[0].isdigit())
    return CanonicalName(text, tuple(parts), pre, " ".join(rest), kind, post, digits)
