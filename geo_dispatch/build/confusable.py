"""Streets that a caller or a dispatcher may take for one another, and roads that have no name to say."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING, Any

from geo_dispatch.locate.normalise import CanonicalName, canonical_name, street_key
from geo_dispatch.locate.phonetic import sound_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame

__all__ = ["confusable_streets", "unnamed_roads"]

_LISTED = 40
_UNLIKE = 12  # more streets than this of one sound are a family of numbers ("County Road 4"), not confusable names
_PRIVATE = ("private", "no")
_THROUGH = (
    "motorway",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "unclassified",
    "residential",
    "living_street",
    "road",
)


def confusable_streets(streets: GeoDataFrame) -> dict[str, Any]:
    """List pairs of streets that sound or read alike.

    Parameters
    ----------
    streets
        The table ``streets``.

    Returns
    -------
    dict
        ``count`` of pairs by kind: ``same_name`` (in two municipalities), ``type_differs`` (Daniel St, Daniel Ave),
        ``direction_differs`` (North Main, South Main), ``sounds_alike`` (Hix, Hicks); and ``pairs``, the first 40 of each
        kind, as ``{"kind", "streets", "municipalities"}``.
    """
    roads = streets[streets["kind"] == "road"]
    by_sound: dict[str, list[tuple[str, CanonicalName, str | None]]] = defaultdict(list)
    for name, town in zip(roads["name"], roads["municipality"], strict=True):
        parts = canonical_name(street_key(name))
        if parts.base and not parts.digits:
            by_sound[sound_key(parts.base)].append((name, parts, town))
    pairs: dict[str, list[dict[str, Any]]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    for family in by_sound.values():
        if len(family) > _UNLIKE:
            continue
        for (name, parts, town), (other, others, next_town) in combinations(family, 2):
            kind = _kind(parts, others)
            counts[kind] += 1
            if len(pairs[kind]) < _LISTED:
                pairs[kind].append({"kind": kind, "streets": [name, other], "municipalities": [town, next_town]})
    return {"count": dict(sorted(counts.items())), "pairs": [pair for kind in sorted(pairs) for pair in pairs[kind]]}


def _kind(one: CanonicalName, other: CanonicalName) -> str:
    if one.text == other.text:
        return "same_name"
    if one.base != other.base:
        return "sounds_alike"
    return "type_differs" if one.type != other.type else "direction_differs"


def unnamed_roads(layers: Mapping[str, GeoDataFrame]) -> dict[str, Any]:
    """Count the public roads of a town that have neither name nor number: nobody can say where they are on them.

    Parameters
    ----------
    layers
        The tables of a town.

    Returns
    -------
    dict
        ``segments`` and ``road_m``, and ``by_class``: metres by OSM highway value. Service roads, tracks, ramps and
        private roads are left out: they seldom have names.
    """
    roads = layers["edges"].drop_duplicates("segment_id")
    nameless = roads[roads["name"].isna() & roads["ref"].isna() & roads["highway"].isin(_THROUGH)]
    nameless = nameless[~nameless["access"].isin(_PRIVATE)]
    by_class = nameless.groupby("highway")["length"].sum().round(1).sort_values(ascending=False)
    return {
        "segments": len(nameless),
        "road_m": round(float(nameless["length"].sum()), 1),
        "by_class": {str(highway): float(length) for highway, length in by_class.items()},
    }
