"""The one reader of OpenStreetMap data: files in, the layers of the schema out.

Steps: the files are checked (`files`), their objects merged (`merging`), roads cut where they meet
(`segments`, `roads`), shapes made (`areas`, `features`), and each layer read from those.

Oddities are counted under these kinds. Of the file: unsorted_file, negative_ids, duplicate_id,
deleted_object, invalid_location, bad_encoding, missing_node, repeated_node, way_too_short,
incomplete_relation, broken_polygon (mended), unclosed_polygon, open_coastline. Of roads: odd_maxspeed,
odd_maxweight, odd_maxheight, odd_maxwidth, odd_oneway, reversible_oneway, zero_length, limit_at_node,
incomplete_restriction, malformed_restriction. Of the rest: address_without_street, odd_house_number,
odd_interpolation, skipped_interpolation, odd_mile_marker.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import shapely

from geo_dispatch.errors import BoundaryError, SourceFileError
from geo_dispatch.osm.addresses import read_address_ranges, read_addresses
from geo_dispatch.osm.basemap import read_basemap
from geo_dispatch.osm.boundaries import read_boundaries
from geo_dispatch.osm.elements import Elements
from geo_dispatch.osm.features import read_features
from geo_dispatch.osm.files import OsmFile, open_osm
from geo_dispatch.osm.markers import RoadsAtNodes, read_exits, read_mile_markers
from geo_dispatch.osm.merging import read_elements
from geo_dispatch.osm.places import read_places
from geo_dispatch.osm.restrictions import read_restrictions, restriction_nodes
from geo_dispatch.osm.roads import read_roads, road_ways
from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.schema import Provenance, SourceLayers

__all__ = ["ATTRIBUTION", "LICENCE", "read_osm"]

LICENCE = "ODbL 1.0"
_AROUND_DEG = 0.02  # about 2 km
_LARGE_BYTES = 40_000_000
ATTRIBUTION = "© OpenStreetMap contributors"


def _provenance(files: Sequence[OsmFile], elements: Elements) -> list[Provenance]:
    """Say where each file's data came from: its date is the header's, else its newest object's."""
    return [
        Provenance(
            name="OpenStreetMap",
            location=file.path.name,
            timestamp=file.timestamp or newest,
            sha256=file.sha256,
            licence=LICENCE,
            attribution=ATTRIBUTION,
            counts=counts,
        )
        for file, newest, counts in zip(files, elements.newest, elements.file_counts, strict=True)
    ]


def _large(file: OsmFile, clip: shapely.Geometry | None) -> str:
    """Say that a file is large, and how to cut it to size."""
    megabytes = file.path.stat().st_size / 1e6
    box = "WEST,SOUTH,EAST,NORTH" if clip is None else ",".join(f"{value:.3f}" for value in shapely.bounds(clip))
    return (
        f"{file.path.name} is large ({megabytes:.0f} MB) and is read whole, which takes minutes and gigabytes: "
        f"cut it to size first, as with osmium extract -s smart -b {box} {file.path.name} -o town.osm.pbf"
    )


def _prepared(clip: shapely.Polygon | shapely.MultiPolygon | None) -> shapely.Geometry | None:
    """Check the clip area and make tests against it quick."""
    if clip is None:
        return None
    if clip.is_empty or clip.geom_type not in ("Polygon", "MultiPolygon"):
        raise BoundaryError(f"the clip area is an empty or pointlike {clip.geom_type}: give a polygon in EPSG:4326")
    area = clip if clip.is_valid else shapely.make_valid(clip)
    shapely.prepare(area)
    return area


def _extent(roads: gpd.GeoDataFrame, clip: shapely.Geometry | None) -> shapely.Polygon | None:
    """Return the rectangle that is drawn: of the clip, else of the roads and a little around them."""
    if clip is not None:
        return shapely.box(*shapely.bounds(clip))
    return shapely.box(*roads.total_bounds).buffer(_AROUND_DEG, join_style="mitre") if len(roads) else None


def _layers(elements: Elements, clip: shapely.Geometry | None, progress: Progress) -> dict[str, gpd.GeoDataFrame]:
    """Read every layer."""
    layers: dict[str, gpd.GeoDataFrame] = {}
    progress.stage("cutting roads where they meet")
    nodes = restriction_nodes(elements)
    layers["road_nodes"], layers["road_segments"] = read_roads(elements, restriction_nodes=nodes, clip=clip)
    layers["turn_restrictions"] = read_restrictions(elements, clip=clip)
    roads = RoadsAtNodes(elements, road_ways(elements))
    layers["exits"] = read_exits(elements, roads, clip=clip)
    layers["mile_markers"] = read_mile_markers(elements, roads, clip=clip)
    progress.stage("making areas")
    features = read_features(elements)
    progress.stage("reading places, addresses and boundaries")
    layers["places"], layers["place_areas"] = read_places(features, clip=clip)
    layers["addresses"] = read_addresses(elements, features, clip=clip)
    layers["address_ranges"] = read_address_ranges(elements, clip=clip)
    layers["boundaries"] = read_boundaries(features, clip=clip)
    progress.stage("drawing the base map")
    extent = _extent(layers["road_segments"], clip)
    layers.update(read_basemap(elements, features, clip=clip, extent=extent))
    return layers


def read_osm(
    paths: Sequence[Path],
    *,
    clip: shapely.Polygon | shapely.MultiPolygon | None = None,
    progress: Progress = NO_PROGRESS,
) -> SourceLayers:
    """Read one or several OSM files into every layer of the schema.

    Objects may come in any order, with negative ids, several times, with members or nodes missing: what
    can be used is used, and each oddity is a `Problem` of the result.

    Parameters
    ----------
    paths
        ``.osm.pbf``, ``.osm``, ``.osm.xml``, ``.osm.gz``, ``.osm.bz2`` files; of several objects of one id
        the highest version is kept, among equals the last.
    clip
        EPSG:4326. Only what touches it is delivered: road segments are left out between junctions, never
        cut open; areas and lines are kept whole; points are inside.
    progress
        Told of the stages.

    Returns
    -------
    SourceLayers
        A layer for each table of `SOURCE_TABLES`, one provenance row for each file, and the problems.

    Raises
    ------
    SourceFileError
        If no path is given, or a file is missing, empty, cut short, not OSM, or named for another format.
    BoundaryError
        If the clip is not an area.
    """
    if not paths:
        raise SourceFileError("no OSM file was given: give at least one .osm.pbf, .osm, .osm.gz or .osm.bz2 file")
    area = _prepared(clip)
    files = [open_osm(Path(path)) for path in dict.fromkeys(paths)]
    for file in files:
        if file.path.stat().st_size > _LARGE_BYTES:
            progress.note(_large(file, area))
    elements = read_elements(files, progress=progress)
    if not len(elements.node_ids):
        names = ", ".join(str(file.path) for file in files)
        raise SourceFileError(f"{names}: no usable objects inside: give an extract that holds nodes and ways")
    layers = _layers(elements, area, progress)
    counts = dict(elements.counts)
    counts.update({name: len(layer) for name, layer in layers.items()})
    return SourceLayers(layers, _provenance(files, elements), counts, elements.problems)
