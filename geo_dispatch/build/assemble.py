"""From clipped source layers to the tables of a town file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_dispatch.build.area import TownArea, label_boundaries
from geo_dispatch.build.roads import make_roads, midpoints
from geo_dispatch.build.streets import StreetIndex, make_intersections, make_streets
from geo_dispatch.build.towns import Towns
from geo_dispatch.schema import SOURCE_TABLES, TOWN_TABLES, Problem, conform, empty_layer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

__all__ = ["Assembly", "assemble"]


_STATE_ADDRESSES = 10
_STATE_SHARE = 0.9


@dataclass(slots=True)
class Assembly:
    """The tables of a town, and what was odd on the way."""

    layers: dict[str, GeoDataFrame]
    problems: list[Problem]


def assemble(
    sources: Mapping[str, GeoDataFrame], area: TownArea, clip: BaseGeometry, *, state: str | None = None
) -> Assembly:
    """Make the tables of a town of clipped source layers.

    Parameters
    ----------
    sources
        A frame for each of `geo_dispatch.schema.SOURCE_TABLES`.
    area
        The town.
    clip
        The town with its margin, EPSG:4326.
    state
        Its state, when known.

    Returns
    -------
    Assembly
        A conforming frame for each of `geo_dispatch.schema.TOWN_TABLES` except ``meta``; the pack's tables are empty.
    """
    problems: list[Problem] = []
    layers = {name: empty_layer(table) for name, table in TOWN_TABLES.items() if name != "meta"}
    by_addresses = _state_of(sources["addresses"])
    boundaries = label_boundaries(sources["boundaries"], area, clip, state=state, else_state=by_addresses)
    layers["boundaries"] = conform(boundaries, TOWN_TABLES["boundaries"])

    towns = Towns(boundaries, sources["addresses"], area.epsg)
    addresses = towns.fill(sources["addresses"])
    segments = sources["road_segments"].reset_index(drop=True)
    middle = midpoints(segments.geometry.to_numpy())
    segments["municipality"], segments["state"] = towns.of(middle, names=segments["name"].tolist())
    if towns.by_addresses:
        detail = "no town boundaries: what tells no town itself has the town of the addresses nearest it"
        problems.append(Problem("town_by_addresses", "all", detail))

    streets, segments["street_id"] = make_streets(segments)
    roads = make_roads(sources["road_nodes"], segments)
    problems += roads.problems
    nodes = towns.fill(roads.nodes)
    layers["nodes"] = conform(nodes, TOWN_TABLES["nodes"])
    layers["edges"] = roads.edges
    layers["intersections"] = make_intersections(layers["nodes"], segments, streets)

    index = StreetIndex(streets, area.epsg)
    addresses["street_id"] = _streets_of_addresses(addresses, index)
    layers["addresses"] = conform(addresses, TOWN_TABLES["addresses"])
    ranges = _ranges(sources["address_ranges"], towns, index)
    layers["address_ranges"] = ranges
    layers["streets"] = _numbered(streets, roads.edges, layers["addresses"], ranges)
    for name in ("places", "mile_markers", "exits"):
        layers[name] = conform(towns.fill(sources[name]), TOWN_TABLES[name])
    for name in SOURCE_TABLES:
        if name.startswith("basemap_") or name in ("turn_restrictions", "place_areas"):
            layers[name] = conform(sources[name], TOWN_TABLES[name])
    problems += _unmatched(layers["addresses"])
    return Assembly(layers, problems)


def _state_of(addresses: GeoDataFrame) -> str | None:
    """Return the state that nearly all of many addresses name: one stray address must not move a town."""
    counts = addresses["state"].dropna().value_counts()
    if len(counts) == 0 or counts.iloc[0] < max(_STATE_ADDRESSES, _STATE_SHARE * counts.sum()):
        return None
    return str(counts.index[0])


def _streets_of_addresses(addresses: GeoDataFrame, index: StreetIndex) -> list[int]:
    """Return the street of each address, by its name, else by its other names; -1 when none bears them."""
    found: dict[tuple[str, str | None, str | None], int] = {}
    lon, lat = addresses.geometry.x.tolist(), addresses.geometry.y.tolist()
    result = []
    columns = ("street", "aliases", "municipality")
    for row, (street, aliases, town) in enumerate(zip(*(addresses[c] for c in columns), strict=True)):
        if street is None:
            result.append(-1)
            continue
        key = (street, aliases, town)
        if key not in found or found[key] == -1:
            found[key] = index.find([street, *_alias_names(aliases)], town, lon[row], lat[row])
        result.append(found[key])
    return result


def _alias_names(text: str | None) -> list[str]:
    entries: list[Any] = json.loads(text or "[]")
    return [entry["name"] if isinstance(entry, dict) else str(entry) for entry in entries]


def _ranges(frame: GeoDataFrame, finder: Towns, index: StreetIndex) -> GeoDataFrame:
    middle = midpoints(frame.geometry.to_numpy())
    towns, _ = finder.of(middle, names=frame["street"].tolist())
    frame = frame.copy()
    frame["municipality"] = np.array([t or v for t, v in zip(frame["municipality"], towns, strict=True)], dtype=object)
    frame["street_id"] = [
        -1 if street is None else index.find([street], town, point.x, point.y)
        for street, town, point in zip(frame["street"], frame["municipality"], middle, strict=True)
    ]
    return conform(frame, TOWN_TABLES["address_ranges"])


def _numbered(
    streets: GeoDataFrame, edges: GeoDataFrame, addresses: GeoDataFrame, ranges: GeoDataFrame
) -> GeoDataFrame:
    """Add length and house numbers to the streets."""
    import pandas as pd

    streets = streets.copy()
    length = dict(zip(edges["segment_id"], edges["length"], strict=True))
    streets["length_m"] = [
        sum(length.get(segment, 0.0) for segment in json.loads(ids)) for ids in streets["segment_ids"]
    ]
    numbers = pd.concat(
        [
            addresses[["street_id", "number"]],
            ranges[["street_id", "number_start"]].rename(columns={"number_start": "number"}),
            ranges[["street_id", "number_end"]].rename(columns={"number_end": "number"}),
        ]
    )
    numbers = numbers[(numbers["street_id"] >= 0) & (numbers["number"] >= 0)].astype("int64")
    by_street = numbers.groupby("street_id")["number"]
    points = addresses.loc[addresses["street_id"] >= 0, "street_id"].value_counts()
    identity = streets["street_id"]
    streets["address_count"] = identity.map(points).fillna(0).astype("int64")
    streets["min_number"] = identity.map(by_street.min()).fillna(-1).astype("int64")
    streets["max_number"] = identity.map(by_street.max()).fillna(-1).astype("int64")
    return conform(streets, TOWN_TABLES["streets"])


def _unmatched(addresses: GeoDataFrame) -> list[Problem]:
    lost = addresses[(addresses["street_id"] < 0) & addresses["street"].notna()]
    counts = lost.groupby("street").size().sort_values(ascending=False)
    return [
        Problem(
            "address_street_unknown", str(street), f"{count} addresses name a street that no road bears", int(count)
        )
        for street, count in counts.items()
    ]
