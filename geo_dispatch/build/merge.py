"""Several sources become one: the town's own layers win, OpenStreetMap fills what they lack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo_dispatch.locate.normalise import street_key
from geo_dispatch.schema import SOURCE_TABLES, Problem, SourceLayers, conform

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = ["clip_layers", "merge_sources"]

_ROAD_TABLES = ("road_nodes", "road_segments")
_SAME_ADDRESS_M = 100.0


def merge_sources(osm: SourceLayers | None, ng911: SourceLayers | None, *, epsg: int) -> SourceLayers:
    """Merge OpenStreetMap and NG911 layers.

    Parameters
    ----------
    osm, ng911
        What each delivered; None when there is no such source.
    epsg
        A projected CRS of the region, for distances.

    Returns
    -------
    SourceLayers
        NG911 road lines replace OSM's wholly, when there are any. NG911 address points win over OSM's of the same number
        and street; those that stand more than 100 m apart are counted as conflicts, and the NG911 point is kept.

    Raises
    ------
    ValueError
        If there is no source at all.
    """
    sources = [source for source in (ng911, osm) if source is not None]
    if not sources:
        raise ValueError("no source: give OpenStreetMap data, NG911 layers, or both")
    if osm is None or ng911 is None:
        return sources[0]
    problems: list[Problem] = [*ng911.problems, *osm.problems]
    layers = {name: _stack([s.layer(name) for s in sources], name) for name in SOURCE_TABLES}
    if len(ng911.layer("road_segments")):
        for name in _ROAD_TABLES:
            layers[name] = ng911.layer(name)
        problems.append(Problem("osm_roads_replaced", "osm", "the road lines of the NG911 layer are used instead"))
    else:
        for name in _ROAD_TABLES:
            layers[name] = osm.layer(name)
    layers["addresses"] = _merge_addresses(ng911.layer("addresses"), osm.layer("addresses"), epsg, problems)
    counts = {**osm.counts, **{f"ng911_{key}": value for key, value in ng911.counts.items()}}
    return SourceLayers(layers, [*ng911.provenance, *osm.provenance], counts, problems)


def _stack(frames: Sequence[GeoDataFrame], table: str) -> GeoDataFrame:
    import pandas as pd

    full = [frame for frame in frames if len(frame)]
    if not full:
        return frames[0]
    return conform(pd.concat(full, ignore_index=True), SOURCE_TABLES[table])


def _address_keys(frame: GeoDataFrame) -> list[tuple[int, str, str]]:
    columns = ("number", "number_suffix", "street")
    return [
        (int(number), (suffix or "").casefold(), street_key(street or ""))
        for number, suffix, street in zip(*(frame[c] for c in columns), strict=True)
    ]


def _merge_addresses(ours: GeoDataFrame, theirs: GeoDataFrame, epsg: int, problems: list[Problem]) -> GeoDataFrame:
    """Keep all of ours, and those of theirs that ours lack within 2 km."""
    if len(ours) == 0 or len(theirs) == 0:
        return _stack([ours, theirs], "addresses")
    by_key: dict[tuple[int, str, str], list[int]] = {}
    for row, key in enumerate(_address_keys(ours)):
        by_key.setdefault(key, []).append(row)
    own_points, other_points = (frame.to_crs(epsg).geometry.to_numpy() for frame in (ours, theirs))
    keep = np.ones(len(theirs), dtype=bool)
    for row, key in enumerate(_address_keys(theirs)):
        twins = by_key.get(key, [])
        if not twins:
            continue
        apart_m = float(np.min(shapely.distance(own_points[twins], other_points[row])))
        if apart_m > 2000:
            continue
        keep[row] = False
        if apart_m > _SAME_ADDRESS_M:
            text = f"{theirs['number_text'].iat[row]} {theirs['street'].iat[row]}"
            detail = f"{text}: OpenStreetMap has it {apart_m:.0f} m away; the town's point is kept"
            problems.append(Problem("address_conflict", str(theirs["address_id"].iat[row]), detail))
    return _stack([ours, theirs[keep]], "addresses")


def clip_layers(source: SourceLayers, area: BaseGeometry) -> dict[str, GeoDataFrame]:
    """Keep what lies in or touches an area; base-map areas and lines are cut at its edge.

    Parameters
    ----------
    source
        Merged layers.
    area
        The town with its margin, EPSG:4326.

    Returns
    -------
    dict
        A frame for each source table. Roads are kept whole where they touch the area, so that none ends in mid-air.
    """
    shapely.prepare(area)
    layers: dict[str, GeoDataFrame] = {}
    for name in SOURCE_TABLES:
        frame = source.layer(name)
        geometry = frame.geometry.to_numpy()
        # A turn restriction whose members lie outside the source has no position: it is kept, flagged incomplete.
        inside = shapely.intersects(area, geometry) | shapely.is_missing(geometry) | shapely.is_empty(geometry)
        frame = frame[inside].reset_index(drop=True)
        if name.startswith("basemap_") and len(frame):
            frame = _cut(frame, area)
        layers[name] = frame
    kept = set(layers["road_segments"]["from_node"]) | set(layers["road_segments"]["to_node"])
    nodes = source.layer("road_nodes")
    layers["road_nodes"] = nodes[nodes["osmid"].isin(kept)].reset_index(drop=True)
    return layers


def _cut(frame: GeoDataFrame, area: BaseGeometry) -> GeoDataFrame:
    """Cut shapes that reach far beyond the area: a whole ocean or river does not belong in a town file."""
    import geopandas as gpd

    geometry = frame.geometry.to_numpy()
    inside = shapely.contains_properly(area, geometry)
    geometry[~inside] = shapely.intersection(geometry[~inside], area)
    frame = frame.set_geometry(gpd.GeoSeries(geometry, crs=4326))
    frame = frame[~frame.geometry.is_empty].explode(index_parts=False)
    wanted = ("Polygon",) if frame.geom_type.isin(["Polygon"]).any() else ("LineString",)
    return frame[frame.geom_type.isin(wanted)].reset_index(drop=True)
