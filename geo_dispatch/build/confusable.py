"""Streets that a caller or a dispatcher may take for one another, and roads that have no name to say."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from geo_dispatch.locate.like_names import pair_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame

__all__ = ["confusable_streets", "unnamed_roads"]

_LISTED = 40
_LONGEST = 20
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
        kind, as ``{"kind", "streets", "municipalities"}``. Those that lie minutes apart are told by `SoundAlikes`, once the
        roads can be driven.
    """
    roads = streets[streets["kind"] == "road"]
    names, towns = roads["name"].tolist(), roads["municipality"].tolist()
    pairs: dict[str, list[dict[str, Any]]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    for kind, row, other in pair_names((row, name) for row, name in enumerate(names) if name):
        counts[kind] += 1
        if len(pairs[kind]) < _LISTED:
            both = {"streets": [names[row], names[other]], "municipalities": [towns[row], towns[other]]}
            pairs[kind].append({"kind": kind, **both})
    return {"count": dict(sorted(counts.items())), "pairs": [pair for kind in sorted(pairs) for pair in pairs[kind]]}


def unnamed_roads(layers: Mapping[str, GeoDataFrame]) -> dict[str, Any]:
    """Count the public roads of a town that have neither name nor number: nobody can say where they are on them.

    Parameters
    ----------
    layers
        The tables of a town.

    Returns
    -------
    dict
        ``segments`` and ``road_m``; ``by_class``: metres by OSM highway value; and ``longest``: the 20 longest, each with its
        length, class, town and the degrees of its middle. Service roads, tracks, ramps and private roads are left out: they
        seldom have names.
    """
    roads = layers["edges"].drop_duplicates("segment_id")
    nameless = roads[roads["name"].isna() & roads["ref"].isna() & roads["highway"].isin(_THROUGH)]
    nameless = nameless[~nameless["access"].isin(_PRIVATE)]
    by_class = nameless.groupby("highway")["length"].sum().round(1).sort_values(ascending=False)
    return {
        "segments": len(nameless),
        "road_m": round(float(nameless["length"].sum()), 1),
        "by_class": {str(highway): float(length) for highway, length in by_class.items()},
        "longest": _longest(nameless),
    }


def _longest(roads: GeoDataFrame) -> list[dict[str, Any]]:
    longest = roads.sort_values(["length", "segment_id"], ascending=[False, True]).head(_LONGEST)
    middles = [shape.interpolate(0.5, normalized=True) for shape in longest.geometry]
    return [
        {
            "road_m": round(float(length), 1),
            "highway": highway,
            "municipality": town,
            "lon": round(middle.x, 5),
            "lat": round(middle.y, 5),
        }
        for length, highway, town, middle in zip(
            longest["length"], longest["highway"], longest["municipality"], middles, strict=True
        )
    ]
