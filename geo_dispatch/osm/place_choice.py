"""Judge a geocoder's answers: which of them, if exactly one, is the town that is meant."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import shapely

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import BoundaryError, PlaceNameError

__all__ = ["OSM_ID", "PlaceCandidate", "choose_place", "read_candidates"]

OSM_ID = re.compile(r"(?:(?P<letter>[RW])|(?P<word>relation|way)\s*/?)\s*(?P<number>\d+)", re.IGNORECASE)
"""An OSM relation or way in place of a name: ``R1234``, ``relation/1234``."""

_LISTED = 8


@dataclass(frozen=True, slots=True)
class PlaceCandidate:
    """One answer of the geocoder.

    ``kind`` is Nominatim's class and type, as in ``boundary/administrative``; ``outline`` is None for a
    place known as a point or a line only.
    """

    name: str
    display_name: str
    state: str | None
    osm_type: str
    osm_id: int
    kind: str
    place_rank: int
    importance: float
    outline: shapely.MultiPolygon | None

    @property
    def label(self) -> str:
        """Return its full name and OSM id, as in ``Westport, ..., USA (R123)``."""
        return f"{self.display_name} ({self.osm_type[:1].upper()}{self.osm_id})"


@dataclass(frozen=True, slots=True)
class _Judgement:
    tiers: tuple[tuple[str, ...], ...]
    min_place_rank: int
    name_prefixes: tuple[str, ...]
    name_suffixes: tuple[str, ...]
    same_area_share: float


@lru_cache(maxsize=1)
def _judgement() -> _Judgement:
    table = load_table("geo_dispatch.osm", "place_choice")
    return _Judgement(
        tiers=tuple(tuple(tier) for tier in table["tiers"]),
        min_place_rank=table["min_place_rank"],
        name_prefixes=tuple(table["name_prefixes"]),
        name_suffixes=tuple(table["name_suffixes"]),
        same_area_share=table["same_area_share"],
    )


def choose_place(place: str, candidates: list[PlaceCandidate]) -> PlaceCandidate:
    """Choose the town that is meant; never guess between two.

    Parameters
    ----------
    place
        What was asked for.
    candidates
        The geocoder's answers.

    Returns
    -------
    PlaceCandidate
        The only one with a claim to the name; its outline is not None.

    Raises
    ------
    PlaceNameError
        If there is none, or several have equal claim.
    BoundaryError
        If it has no outline.

    Examples
    --------
    >>> outline = shapely.MultiPolygon([shapely.box(0, 0, 1, 1)])
    >>> town = PlaceCandidate("Ely", "Ely, Nevada", "Nevada", "relation", 7, "boundary/administrative", 16, 0.4, outline)
    >>> choose_place("Ely, Nevada", [town]).label
    'Ely, Nevada (R7)'
    """
    if not candidates:
        raise PlaceNameError(
            f"no place named {place!r} is known to the geocoder: check the spelling, give it as "
            '"Town, State, Country", or build from a file with --osm FILE'
        )
    by_id = OSM_ID.fullmatch(place) is not None
    wanted = _name_key(place.split(",", maxsplit=1)[0])
    named = candidates if by_id else [one for one in candidates if _name_key(one.name) == wanted]
    claims = _best_tier(named or candidates, any_area=bool(named))
    if not claims:
        first = max(named or candidates, key=lambda one: one.importance)
        raise BoundaryError(
            f"{place!r} has no outline in OpenStreetMap, only {first.label}, a {first.kind} {first.osm_type}: "
            "give its boundary with --boundary FILE"
        )
    claims = _without_doubles(claims)
    if len(claims) > 1:
        raise PlaceNameError(
            f"{place!r} may be any of {len(claims)} places: {_listed(claims)}: "
            "add the state or county, or give the id in brackets in place of the name"
        )
    return claims[0]


def _best_tier(candidates: list[PlaceCandidate], *, any_area: bool) -> list[PlaceCandidate]:
    """Return those with an outline, of the first kind that has any, towns and counties before states."""
    table = _judgement()
    areas = [one for one in candidates if one.outline is not None]
    tiers = [[one for one in areas if _is_of(one.kind, tier)] for tier in table.tiers]
    if any_area:
        tiers.append(areas)
    for tier in tiers:
        if tier:
            return [one for one in tier if one.place_rank >= table.min_place_rank] or tier
    return []


def _is_of(kind: str, tier: tuple[str, ...]) -> bool:
    return kind in tier or f"{kind.split('/', maxsplit=1)[0]}/*" in tier


def _without_doubles(claims: list[PlaceCandidate]) -> list[PlaceCandidate]:
    """Drop what has nearly the same outline as a more important one."""
    kept: list[PlaceCandidate] = []
    for one in sorted(claims, key=lambda claim: claim.importance, reverse=True):
        if not any(_same_area(one.outline, other.outline) for other in kept):
            kept.append(one)
    return kept


def _same_area(one: shapely.MultiPolygon | None, other: shapely.MultiPolygon | None) -> bool:
    if one is None or other is None:
        return False
    overlap = shapely.intersection(one, other).area
    return bool(overlap >= _judgement().same_area_share * shapely.union(one, other).area)


def _listed(claims: list[PlaceCandidate]) -> str:
    text = "; ".join(one.label for one in claims[:_LISTED])
    return text if len(claims) <= _LISTED else f"{text}; and {len(claims) - _LISTED} more"


def _name_key(name: str) -> str:
    """Return a name without case, accents, punctuation and words like "Town of"."""
    table = _judgement()
    plain = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    key = " ".join(re.sub(r"[^\w\s]", " ", plain.casefold().replace("'", "")).split())
    for prefix in table.name_prefixes:
        if key.startswith(f"{prefix} "):
            return key.removeprefix(f"{prefix} ")
    for suffix in table.name_suffixes:
        if key.endswith(f" {suffix}"):
            return key.removesuffix(f" {suffix}")
    return key


def read_candidates(results: list[dict[str, Any]]) -> list[PlaceCandidate]:
    """Read a Nominatim answer (format json or jsonv2); what is no object of OSM is left out.

    Parameters
    ----------
    results
        The answer's list.

    Returns
    -------
    list[PlaceCandidate]
        In the answer's order.

    Examples
    --------
    >>> found = read_candidates([{"osm_type": "node", "osm_id": 1, "display_name": "Ely, White Pine County, Nevada, USA"}])
    >>> found[0].name, found[0].state, found[0].outline
    ('Ely', 'Nevada', None)
    """
    return [_candidate(one) for one in results if one.get("osm_type") and one.get("osm_id")]


def _candidate(result: dict[str, Any]) -> PlaceCandidate:
    display_name = str(result.get("display_name") or "")
    address = result.get("address") or {}
    parts = [part.strip() for part in display_name.split(",")]
    return PlaceCandidate(
        name=str(result.get("name") or parts[0]),
        display_name=display_name,
        state=address.get("state") or _state_of(parts),
        osm_type=str(result["osm_type"]),
        osm_id=int(result["osm_id"]),
        kind=f"{result.get('category') or result.get('class') or 'place'}/{result.get('type') or 'unknown'}",
        place_rank=int(result.get("place_rank") or 30),
        importance=float(result.get("importance") or 0.0),
        outline=_outline(result.get("geojson")),
    )


def _state_of(parts: list[str]) -> str | None:
    """Guess the state from a full name: the part before the country, postcode skipped."""
    before = [part for part in parts[1:-1] if not re.search(r"\d", part)]
    return before[-1] if before else None


def _outline(geojson: object) -> shapely.MultiPolygon | None:
    """Read a GeoJSON area, mended if it crosses itself; None for anything that has no area."""
    if not isinstance(geojson, dict) or geojson.get("type") not in ("Polygon", "MultiPolygon"):
        return None
    try:
        shape = shapely.make_valid(shapely.from_geojson(json.dumps(geojson)))
    except shapely.errors.GEOSException:
        return None
    areas = [
        part
        for piece in shapely.get_parts(shape)
        for part in shapely.get_parts(piece)
        if isinstance(part, shapely.Polygon) and part.area > 0
    ]
    return shapely.MultiPolygon(areas) if areas else None
