"""Coordinates as they are read out or pasted: decimal or degrees, minutes and seconds, in either order."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from geo_dispatch.geometry import LonLat
from geo_dispatch.locate.candidates.said_position import Choice, SaidPosition
from geo_dispatch.locate.normalise import spell_numbers
from geo_dispatch.locate.tables import load_words
from geo_dispatch.locate.tables.inputs import load_inputs

__all__ = ["read_coordinates", "spell_degrees"]

_TOKEN = re.compile(r"(?:(?<![\w.])[-+](?=\d))?\d{1,12}(?:\.\d{1,15})?|[^\W\d_]+|[^\w\s]")
_NUMBER = re.compile(r"([-+]?)(\d{1,3})(?:\.(\d{1,15}))?")
_PACKED = re.compile(r"(\d{2,3})(\d{2}(?:\.(\d{1,8})))")
_UNDER_60 = re.compile(r"([0-5]?\d)(?:\.(\d{1,8}))?")
_SIGNS = str.maketrans(
    {"−": "-", "–": "-", "º": "°", "˚": "°", "′": "'", "’": "'", "‘": "'", "″": '"', "”": '"', "“": '"'}
)
_SIDES = {"north": "n", "south": "s", "east": "e", "west": "w"}
_MOST_SEPARATORS = 3


@dataclass(frozen=True, slots=True)
class _Angle:
    """An angle that was read: degrees, its axis ("lat", "lon" or ""), its finest step in degrees, and where it ends.

    ``signed`` tells whether a sign or compass letter stands with it, ``shown`` whether anything shows that it is an angle.
    """

    value: float
    axis: str
    step: float
    signed: bool
    shown: bool
    decimals: int
    end: int


def spell_degrees(text: str) -> list[str]:
    r"""Split text into words, numbers and signs, with spoken numbers as digits: "forty one point five" is 41.5.

    Examples
    --------
    >>> spell_degrees("forty-one point five oh eight north, minus seventy one point zero eight")
    ['41.508', 'n', ',', '-71.08']
    >>> spell_degrees("N41°34'48.3\"")
    ['n', '41', '°', '34', "'", '48.3', '"']
    """
    table, words = load_inputs(), load_words()
    plain = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", text.translate(_SIGNS).casefold()).replace("''", '"')
    plain = re.sub(r"(?<=[^\W\d_])'(?=[^\W\d_])", "", plain)
    tokens = [str(table.spoken_numbers.get(token, token)) for token in _TOKEN.findall(plain)]
    numeric = [token in words.numbers or token in table.decimal_words or token.isdigit() for token in tokens]
    for at, token in enumerate(tokens):
        beside = (at and numeric[at - 1]) or (at + 1 < len(tokens) and numeric[at + 1])
        if token in words.zero_words and beside:
            tokens[at] = "zero"
    spelt = spell_numbers(tokens)
    joined: list[str] = []
    for at, token in enumerate(spelt):
        following = spelt[at + 1] if at + 1 < len(spelt) else ""
        if joined and joined[-1].endswith(".") and token.isdigit():
            joined[-1] += token
        elif token in table.decimal_words and joined and re.fullmatch(r"-?\d+", joined[-1]) and following.isdigit():
            joined[-1] += "."
        elif joined and joined[-1] in table.minus_words and token[0].isdigit():
            joined[-1] = f"-{token}"
        else:
            joined.append(_SIDES.get(token, token))
    return joined


def read_coordinates(text: str) -> Iterator[SaidPosition]:
    r"""Yield the pairs of coordinates in a text.

    Parameters
    ----------
    text
        The text as given.

    Examples
    --------
    >>> [choice.position for choice in next(read_coordinates("41°30'00\"N 71°03'00\"W")).choices]
    [LonLat(lon=-71.05, lat=41.5)]
    >>> next(read_coordinates("I'm at 41.5801, -71.0822 by the water")).rest
    'im at by the water'
    >>> list(read_coordinates("12 Main St"))
    []
    """
    if sum(character.isdigit() for character in text) < 2 and load_words().numbers.keys().isdisjoint(
        re.split(r"\W+", text.casefold())
    ):
        return
    tokens = spell_degrees(text)
    at = 0
    while at < len(tokens):
        pair = _pair(tokens, at)
        if pair is None:
            at += 1
            continue
        one, other = pair
        rest = [*tokens[:at], *tokens[other.end :]]
        if (one.shown and other.shown) or (_nothing_else(rest) and min(one.decimals, other.decimals) > 0):
            step = max(one.step, other.step)
            clause = re.sub(r" (?=[,;°'\"])|(?<=°) ", "", " ".join(tokens[at : other.end]))
            yield SaidPosition(clause, tuple(_choices(one, other)), step * load_inputs().degree_m, " ".join(rest))
        at = other.end


def _nothing_else(rest: Sequence[str]) -> bool:
    """Tell whether other words stand beside that may name something."""
    return all(not token[0].isalnum() for token in rest)


def _pair(tokens: Sequence[str], at: int) -> tuple[_Angle, _Angle] | None:
    one = _angle(tokens, at)
    if one is None:
        return None
    after, separators = one.end, load_inputs().separators
    while after < min(len(tokens), one.end + _MOST_SEPARATORS) and tokens[after] in separators:
        after += 1
    other = _angle(tokens, after)
    if other is None or (one.axis and one.axis == other.axis):
        return None
    return one, other


def _angle(tokens: Sequence[str], at: int) -> _Angle | None:
    """Read one angle, with the label and compass letter before or behind it."""
    table = load_inputs()
    axis, at = _label(tokens, at)
    letter = tokens[at] if at < len(tokens) and tokens[at] in ("n", "s", "e", "w") else ""
    at += bool(letter)
    read = _degrees(tokens, at)
    if read is None:
        return None
    value, step, marked, negative, decimals, at = read
    if not letter and at < len(tokens) and tokens[at] in ("n", "s", "e", "w"):
        letter = tokens[at]
        at += 1
    if not axis:
        axis, at = _label_behind(tokens, at)
    axis = {"n": "lat", "s": "lat", "e": "lon", "w": "lon"}.get(letter, axis)
    if abs(value) > (90 if axis == "lat" else 180):
        return None
    value = -abs(value) if letter in ("s", "w") or negative else value
    shown = bool(axis) or marked or decimals >= table.telling_decimals
    return _Angle(value, axis, step, bool(letter) or negative, shown, decimals, at)


def _label(tokens: Sequence[str], at: int) -> tuple[str, int]:
    table = load_inputs()
    if at >= len(tokens) or tokens[at] not in table.latitude_words | table.longitude_words:
        return "", at
    axis = "lat" if tokens[at] in table.latitude_words else "lon"
    at += 1
    while at < len(tokens) and tokens[at] in table.separators | {"of", "."}:
        at += 1
    return axis, at


def _label_behind(tokens: Sequence[str], at: int) -> tuple[str, int]:
    """Read the label behind an angle: "41.58 latitude, 71.08 longitude"; one before a number is that number's."""
    table = load_inputs()
    before_number = at + 1 < len(tokens) and tokens[at + 1] != "," and not tokens[at + 1].isalpha()
    if at >= len(tokens) or tokens[at] not in table.latitude_words | table.longitude_words or before_number:
        return "", at
    return ("lat" if tokens[at] in table.latitude_words else "lon"), at + 1


def _degrees(tokens: Sequence[str], at: int) -> tuple[float, float, bool, bool, int, int] | None:
    """Read degrees, minutes, seconds: the angle, its finest step, whether signs show it, minus, decimals, the end."""
    table = load_inputs()
    if at >= len(tokens):
        return None
    packed = _PACKED.fullmatch(tokens[at])
    if packed and float(packed[2]) < 60 and int(packed[1]) <= 180:  # 4134.8: degrees and minutes in one
        value = int(packed[1]) + float(packed[2]) / 60
        return value, 10.0 ** -len(packed[3]) / 60, False, False, len(packed[3]), at + 1
    found = _NUMBER.fullmatch(tokens[at])
    if found is None:
        return None
    negative, decimals = found[1] == "-", len(found[3] or "")
    value, step = abs(float(tokens[at])), 10.0**-decimals
    at += 1
    marked = at < len(tokens) and (tokens[at] == "°" or tokens[at] in table.degree_words)
    at += marked
    if decimals:
        return value, step, marked, negative, decimals, at
    for unit, signs in ((60, {"'", "-", *table.minute_words}), (3600, {'"', *table.second_words})):
        at += at + 1 < len(tokens) and tokens[at] in ("-", "and") and bool(_UNDER_60.fullmatch(tokens[at + 1]))
        part = _UNDER_60.fullmatch(tokens[at]) if at < len(tokens) else None
        if part is None:
            break
        value, step = value + float(tokens[at]) / unit, 10.0 ** -len(part[2] or "") / unit
        decimals = max(len(part[2] or ""), 1)
        at += 1
        if at < len(tokens) and (tokens[at] in signs or _is_seconds(tokens, at, unit)):
            at, marked = at + 1, True
        if part[2]:
            break
    return value, step, marked, negative, decimals, at


def _is_seconds(tokens: Sequence[str], at: int, unit: int) -> bool:
    """Tell whether "s" stands for seconds: a compass letter follows."""
    return unit == 3600 and tokens[at] == "s" and at + 1 < len(tokens) and tokens[at + 1] in ("n", "s", "e", "w")


def _choices(one: _Angle, other: _Angle) -> Iterator[Choice]:
    """Yield the positions that two angles may mean: both orders where no letter tells, and signs that were not said."""
    lat_first = one.axis == "lat" or other.axis == "lon"
    lon_first = one.axis == "lon" or other.axis == "lat"
    orders = [] if lon_first else [(other, one, "latitude, longitude")]
    orders += [] if lat_first else [(one, other, "longitude, latitude")]
    for lon, lat, how in orders:
        if abs(lat.value) <= 90:
            yield Choice(LonLat(round(lon.value, 8), round(lat.value, 8)), how)
    for lon, lat, how in orders:
        for east, north in ((-1.0, 1.0), (1.0, -1.0), (-1.0, -1.0)):
            free = (east > 0 or not lon.signed) and (north > 0 or not lat.signed)
            if free and abs(lat.value) <= 90:
                x, y = math.copysign(lon.value, east * lon.value), math.copysign(lat.value, north * lat.value)
                yield Choice(LonLat(round(x, 8), round(y, 8)), f"{how}; the sign was not said", completed=True)
