"""From clipped source layers to the tables of a town file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from geo_dispatch.build.area import TownArea, label_boundaries, locate_in_towns
from geo_dispatch.build.roads import make_roads, midpoints
from geo_dispatch.build.streets import StreetIndex, make_intersections, make_streets
from geo_dispatch.locate.normalise import street_key
from geo_dispatch.schema import SOURCE_TABLES, TOWN_TABLES, Problem, conform, empty_layer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

__all__ = ["Assembly", "assemble"]


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
    boundaries = label_boundaries(sources["boundaries"], area, clip, state=state)
    layers["boundaries"] = conform(boundaries, TOWN_TABLES["boundaries"])

    addresses = _with_towns(sources["addresses"], boundaries)
    segments = sources["road_segments"].reset_index(drop=True)
    middle = midpoints(segments.geometry.to_numpy())
    municipality, states = locate_in_towns(boundaries, middle)
    segments["municipality"], segments["state"] = municipality, states
    if _towns_only_in_addresses(boundaries, sources["addresses"]):
        segments["municipality"] = _towns_by_addresses(segments, middle, addresses, area.epsg)
        problems.append(
            Problem(
                "town_by_addresses", "roads", "no town boundaries: each road has the town of the addresses nearest it"
            )
        )

    streets, segments["street_id"] = make_streets(segments)
    roads = make_roads(sources["road_nodes"], segments)
    problems += roads.problems
    nodes = _with_towns(roads.nodes, boundaries)
    layers["nodes"] = conform(nodes, TOWN_TABLES["nodes"])
    layers["edges"] = roads.edges
    layers["intersections"] = make_intersections(layers["nodes"], segments, streets)

    index = StreetIndex(streets)
    addresses["street_id"] = _streets_of_addresses(addresses, index)
    layers["addresses"] = conform(addresses, TOWN_TABLES["addresses"])
    ranges = _ranges(sources["address_ranges"], boundaries, index)
    layers["address_ranges"] = ranges
    layers["streets"] = _numbered(streets, roads.edges, layers["addresses"], ranges)
    for name in ("places", "mile_markers", "exits"):
        layers[name] = conform(_with_towns(sources[name], boundaries), TOWN_TABLES[name])
    for name in SOURCE_TABLES:
        if name.startswith("basemap_") or name in ("turn_restrictions", "place_areas"):
            layers[name] = conform(sources[name], TOWN_TABLES[name])
    problems += _unmatched(layers["addresses"])
    return Assembly(layers, problems)


def _with_towns(frame: GeoDataFrame, boundaries: GeoDataFrame) -> GeoDataFrame:
    """Add municipality and state by position; a municipality that the source tells is kept."""
    municipality, state = locate_in_towns(boundaries, frame.geometry.to_numpy())
    frame = frame.copy()
    for column, values in (("municipality", municipality), ("state", state)):
        told = frame[column].tolist() if column in frame.columns else [None] * len(frame)
        frame[column] = np.array([t if t else v for t, v in zip(told, values, strict=True)], dtype=object)
    return frame


def _towns_only_in_addresses(boundaries: GeoDataFrame, addresses: GeoDataFrame) -> bool:
    """Tell whether the address points of the own area name several towns where no boundary inside it tells any."""
    if boundaries["kind"].eq("town").any():
        return False
    own = shapely.union_all(boundaries.loc[boundaries["kind"] == "own"].geometry.to_numpy())
    shapely.prepare(own)
    told = addresses.loc[shapely.intersects(own, addresses.geometry.to_numpy()), "municipality"]
    return int(told.dropna().nunique()) > 1


def _towns_by_addresses(
    segments: GeoDataFrame, middle: npt.NDArray[np.object_], addresses: GeoDataFrame, epsg: int
) -> list[str | None]:
    """Return the town of each segment: the commonest among the eight nearest addresses, those on its street first."""
    from collections import Counter

    import geopandas as gpd
    from scipy.spatial import cKDTree

    known = addresses[addresses["municipality"].notna()]
    metric = known.to_crs(epsg).geometry
    ends = gpd.GeoSeries(middle, crs=4326).to_crs(epsg)
    count = min(8, len(known))
    _, near = cKDTree(np.column_stack([metric.x, metric.y])).query(np.column_stack([ends.x, ends.y]), k=count)
    near = near.reshape(len(segments), count)
    towns = known["municipality"].tolist()
    streets = [street_key(street or "") for street in known["street"]]
    result: list[str | None] = []
    for name, rows in zip(segments["name"], near.tolist(), strict=True):
        same = [towns[row] for row in rows if name is not None and streets[row] == street_key(name)]
        result.append(Counter(same or [towns[row] for row in rows]).most_common(1)[0][0])
    return result


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


def _ranges(frame: GeoDataFrame, boundaries: GeoDataFrame, index: StreetIndex) -> GeoDataFrame:
    middle = midpoints(frame.geometry.to_numpy())
    towns, _ = locate_in_towns(boundaries, middle)
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
        Problem("address_street_unknown", str(street), f"{count} addresses name a street that no road bears")
        for street, count in counts.items()
    ]
