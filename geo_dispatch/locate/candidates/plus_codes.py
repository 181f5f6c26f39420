"""Plus Codes: "87HC HWJC+22" in full, or short ("HWJC+22", "HWJC+22 Westport") around the town.

References
----------
Open Location Code specification, https://github.com/google/open-location-code/blob/main/Documentation/Specification/specification.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import shapely
from openlocationcode import openlocationcode as olc

from geo_dispatch.geometry import LonLat
from geo_dispatch.locate.candidates.said_position import Choice, SaidPosition
from geo_dispatch.locate.grammar import text_of
from geo_dispatch.locate.localities import Localities, Locality
from geo_dispatch.locate.normalise import fold, tokenise
from geo_dispatch.locate.tables.inputs import load_inputs
from geo_dispatch.town.town import Town

__all__ = ["read_plus_code"]

_SIGNS = "23456789CFGHJMPQRVWX"
_CODE = re.compile(
    rf"(?<![A-Z0-9])([{_SIGNS}]{{4}}[ ]?[{_SIGNS}]{{4}}|[{_SIGNS}]{{4,8}}) ?\+ ?([{_SIGNS}]{{2,7}})(?![A-Z0-9])"
)
_WORDS = re.compile(r"\bplus\b", re.I)


def read_plus_code(town: Town, localities: Localities, text: str) -> Iterator[SaidPosition]:
    """Yield the Plus Codes in a text; a short one is taken nearest to the locality said behind it, else to the town.

    Parameters
    ----------
    town
        The town.
    localities
        Its towns and villages.
    text
        The text as given.
    """
    for name in load_inputs().plus_words:
        text = re.sub(rf"\b{name}\b", " ", text, flags=re.I)
    upper = (_WORDS.sub("+", text) if "+" not in text else text).upper()
    for found in _CODE.finditer(upper):
        code = f"{found[1].replace(' ', '')}+{found[2]}"
        rest = f"{upper[: found.start()]} {upper[found.end() :]}".casefold()
        if olc.isFull(code):
            yield _said(code, code, "Plus Code", rest, completed=False)
        elif olc.isShort(code):
            near, named, behind = _reference(town, localities, upper[found.end() :])
            full = olc.recoverNearest(code, near.lat, near.lon)
            how = f"Plus Code {full}, the one nearest to {named}"
            rest = rest if behind is None else f"{upper[: found.start()]} {behind}".casefold()
            yield _said(code, full, how, rest, completed=behind is None)


def _said(code: str, full: str, how: str, rest: str, *, completed: bool) -> SaidPosition:
    area = olc.decode(full)
    side = (area.latitudeHi - area.latitudeLo) * load_inputs().degree_m
    centre = LonLat(round(area.longitudeCenter, 8), round(area.latitudeCenter, 8))
    return SaidPosition(code, (Choice(centre, how, completed),), side, " ".join(rest.split()))


def _reference(town: Town, localities: Localities, behind: str) -> tuple[LonLat, str, str | None]:
    """Return the point that a short code is counted from, its name, and the words behind that name if it was said."""
    words = tokenise(fold(behind))
    while words and not words[0][0].isalnum():
        words = words[1:]
    words = words[1:] if words[:1] == ["in"] else words
    for size in (3, 2, 1):
        named = localities.find(text_of(words[:size])) if len(words) >= size else None
        point = _point_of(town, named) if named is not None else None
        if named is not None and point is not None:
            return point, named.name, " ".join(words[size:])
    area = town.boundaries.own_area
    if not area.is_empty:
        middle = area.representative_point()
        return LonLat(middle.x, middle.y), town.meta.name, None
    west, south, east, north = town.extent
    return LonLat((west + east) / 2, (south + north) / 2), town.meta.name, None


def _point_of(town: Town, locality: Locality) -> LonLat | None:
    areas = [town.boundaries.polygon(row) for row in locality.boundary_rows]
    areas = [area for area in areas if not area.is_empty]
    if areas:
        middle = shapely.union_all(areas).representative_point()
        return LonLat(middle.x, middle.y)
    return town.projection.to_lonlat(*locality.points_xy[0]) if locality.points_xy else None
