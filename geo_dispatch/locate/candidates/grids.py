"""Positions on the US National Grid and the military grid: "19T CG 26666 05250", also without its zone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import mgrs
import numpy as np

from geo_dispatch.geometry import LonLat
from geo_dispatch.locate.candidates.said_position import Choice, SaidPosition
from geo_dispatch.locate.tables import load_words
from geo_dispatch.locate.tables.inputs import load_inputs
from geo_dispatch.town.town import Town

__all__ = ["read_grid"]

_DIGITS = r"(\d{2,5}[ ,/-]{1,3}\d{2,5}|\d(?:[ -]?\d){3,9})"
_SQUARE = r"([A-HJ-NP-Z])[ -]?([A-HJ-NP-V])"
_FULL = re.compile(rf"(?<![A-Z0-9])(\d{{1,2}})[ -]?([C-HJ-NP-X])[ ,-]{{0,2}}{_SQUARE}[ ,-]{{0,2}}{_DIGITS}(?![A-Z0-9])")
_NO_ZONE = re.compile(rf"(?<![A-Z0-9]){_SQUARE}[ ,-]{{0,2}}{_DIGITS}(?![A-Z0-9])")
_NO_SQUARE = re.compile(rf"(?<![A-Z0-9]){_DIGITS}(?![A-Z0-9])")
_FINEST = 5  # digits of each half in the finest reference, 1 m


def read_grid(town: Town, text: str) -> Iterator[SaidPosition]:
    """Yield the grid references in a text; the zone and square that were not said are the town's own.

    Parameters
    ----------
    town
        The town.
    text
        The text as given.
    """
    if not any(character.isdigit() for character in text) and load_words().numbers.keys().isdisjoint(
        text.casefold().split()
    ):
        return
    upper = _spoken(text).upper()
    found = list(_full(upper))
    found = found or list(_completed(town, upper))
    yield from found


def _spoken(text: str) -> str:
    """Write letters and digits as spoken by radio: "one niner tango charlie golf" is 19 T C G."""
    table, words = load_inputs(), load_words()
    tokens = re.findall(r"\w+|[^\w\s]", text.casefold().replace("x-ray", "xray"))
    if sum(token in table.spoken_letters for token in tokens) < table.spoken_least:
        return text
    out: list[str] = []
    for token in tokens:
        value = table.spoken_numbers.get(token, words.numbers.get(token))
        sign = table.spoken_letters.get(token) or ("" if value is None else str(value))
        if sign and out and out[-1].isdigit() and sign.isdigit() and not token.isdigit():
            out[-1] += sign
        else:
            out.append(sign or token)
    return " ".join(out)


def _halves(digits: str) -> tuple[str, str] | None:
    """Split the digits of a reference into easting and northing; None when they are not two equal halves."""
    groups = re.findall(r"\d+", digits)
    if len(groups) == 2 and len(groups[0]) != len(groups[1]):
        return None
    run = "".join(groups)
    limits = load_inputs().grid_digits
    if len(run) % 2 or not limits["least"] <= len(run) <= limits["most"]:
        return None
    return run[: len(run) // 2], run[len(run) // 2 :]


def _centre(square: str, halves: tuple[str, str]) -> LonLat | None:
    """Return the middle of the square that a reference names; None when there is no such square."""
    tail = "5".ljust(_FINEST - len(halves[0]), "0") if len(halves[0]) < _FINEST else ""
    try:
        lat, lon = mgrs.MGRS().toLatLon(f"{square}{halves[0]}{tail}{halves[1]}{tail}")
    except mgrs.core.MGRSError:
        return None
    return LonLat(round(float(lon), 7), round(float(lat), 7))


def _said(text: str, found: re.Match[str], choices: list[Choice], halves: tuple[str, str]) -> SaidPosition:
    rest = f"{text[: found.start()]} {text[found.end() :]}".casefold()
    return SaidPosition(
        " ".join(found.group().split()), tuple(choices), 10.0 ** (_FINEST - len(halves[0])), _without_names(rest)
    )


def _without_names(rest: str) -> str:
    """Leave out what a grid reference is called."""
    for name in load_inputs().grid_words:
        rest = re.sub(rf"\b{name}\b", " ", rest)
    return " ".join(rest.split())


def _full(text: str) -> Iterator[SaidPosition]:
    for found in _FULL.finditer(text):
        zone, band, east, north, digits = found.groups()
        halves = _halves(digits)
        square = f"{int(zone):02d}{band}{east}{north}"
        centre = _centre(square, halves) if halves and 1 <= int(zone) <= 60 else None
        if halves and centre is not None:
            yield _said(text, found, [Choice(centre, "national grid (USNG, MGRS)")], halves)


@lru_cache(maxsize=16)
def _squares(extent: tuple[float, float, float, float]) -> tuple[str, ...]:
    """Return the squares of 100 km, with their zones, that a bounding box touches."""
    west, south, east, north = extent
    grid = mgrs.MGRS()
    lons, lats = np.linspace(west, east, 13).tolist(), np.linspace(south, north, 13).tolist()
    found = {str(grid.toMGRS(lat, lon, MGRSPrecision=0)) for lon in lons for lat in lats}
    return tuple(sorted(found))


def _completed(town: Town, text: str) -> Iterator[SaidPosition]:
    """Complete references whose zone, or zone and square, were not said."""
    named = any(name.upper() in text for name in load_inputs().grid_words)
    squares = _squares(town.extent)
    for found in _NO_ZONE.finditer(text):
        halves = _halves(found[3])
        fitting = [square for square in squares if square[-2:] == found[1] + found[2]]
        two_groups = bool(re.search(r"[ ,/-]", found[3]))
        if halves and fitting and (named or two_groups or len(halves[0]) > 2):
            yield from _complete(town, text, found, fitting, halves)
            return
    for found in _NO_SQUARE.finditer(text) if named else ():
        halves = _halves(found[1])
        if halves:
            yield from _complete(town, text, found, squares, halves)
            return


def _complete(
    town: Town, text: str, found: re.Match[str], squares: tuple[str, ...] | list[str], halves: tuple[str, str]
) -> Iterator[SaidPosition]:
    choices = []
    for square in squares:
        centre = _centre(square, halves)
        if centre is not None and _covers(town, centre):
            how = f"national grid (USNG, MGRS) in the town's square {square[:-2]} {square[-2:]}, which was not said in full"
            choices.append(Choice(centre, how, completed=True))
    if choices:
        yield _said(text, found, choices, halves)


def _covers(town: Town, position: LonLat) -> bool:
    west, south, east, north = town.extent
    return west <= position.lon <= east and south <= position.lat <= north
