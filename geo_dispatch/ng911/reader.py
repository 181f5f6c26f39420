"""Road-centreline and address-point layers, read into the same layers as any other source."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from geo_dispatch.errors import InputError
from geo_dispatch.ng911.addresses import finish_addresses, make_places, read_addresses, spellings
from geo_dispatch.ng911.field_map import AddressMap, FieldMap, RoadMap, load_field_map
from geo_dispatch.ng911.layer_files import LayerFile, read_layer_file
from geo_dispatch.ng911.names import street_key
from geo_dispatch.ng911.road_attributes import read_road_attributes
from geo_dispatch.ng911.roads import RoadLayers, make_road_layers
from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.schema import SOURCE_TABLES, Problem, Provenance, SourceLayers, conform

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = ["read_ng911"]

Which = Literal["roads", "addresses"]


def read_ng911(
    *,
    roads: Path | Sequence[Path] | None,
    addresses: Path | Sequence[Path] | None,
    fields: Path | None,
    progress: Progress = NO_PROGRESS,
) -> SourceLayers:
    """Read a town's own NG9-1-1 layers.

    Parameters
    ----------
    roads
        Road centrelines: one file, or several that together are the network (as of several counties).
    addresses
        Address points: one file or several.
    fields
        Field map; None takes the column names of NENA-STA-006.
    progress
        Told what is being read.

    Returns
    -------
    SourceLayers
        ``road_segments``, ``road_nodes``, ``address_ranges``, ``basemap_lines``, ``addresses`` and ``places``, as far as
        the files hold them. Everything odd is in `problems`, and counted in `counts`.

    Raises
    ------
    SourceFileError
        If a file is missing, empty, damaged, of another kind, or its coordinates are swapped or in no known CRS.
    FieldMapError
        If the field map is malformed or names a column that a layer lacks.
    InputError
        If neither roads nor addresses are given.
    """
    road_paths, address_paths = _paths(roads), _paths(addresses)
    if not road_paths and not address_paths:
        raise InputError("no layer was given: name a road layer, an address layer, or both")
    field_map = load_field_map(fields)
    problems: list[Problem] = []
    counts: dict[str, int] = {}
    layers: dict[str, GeoDataFrame] = {}
    provenance: list[Provenance] = []
    points = _address_points(address_paths, field_map, progress, problems, provenance) if address_paths else None
    keys = (
        frozenset[str]()
        if points is None
        else frozenset(street_key(name) for name in points["street"].dropna().unique())
    )
    spelled = None
    if road_paths:
        made = _road_layers(road_paths, field_map, keys, progress, provenance, problems)
        layers["road_segments"], layers["road_nodes"] = made.segments, made.nodes
        layers["address_ranges"], layers["basemap_lines"] = made.ranges, made.paths
        counts |= made.counts
        problems += made.problems
        spelled = spellings(made.segments["name"])
    if points is not None:
        progress.stage("matching addresses to streets")
        counts["address_points"] = sum(source.counts.get("addresses", 0) for source in provenance)
        points = finish_addresses(points, roads=spelled, problems=problems, counts=counts)
        layers["places"] = make_places(points, problems)
        layers["addresses"] = conform(points, SOURCE_TABLES["addresses"])
        counts["places"] = len(layers["places"])
    _notes(counts, progress)
    return SourceLayers(layers=layers, provenance=provenance, counts=counts, problems=problems)


def _paths(given: Path | Sequence[Path] | None) -> list[Path]:
    if given is None:
        return []
    return [given] if isinstance(given, Path) else list(given)


def _read(path: Path, which: Which, field_map: FieldMap, progress: Progress, provenance: list[Provenance]) -> LayerFile:
    content, section = field_map.content, field_map.section(which)
    lon, lat = None, None
    if isinstance(section, AddressMap):
        lon, lat = (
            next(iter(spec.columns), None) if spec else None for spec in map(section.fields.get, ("lon", "lat"))
        )
    if content.columns_may_be_missing:
        lon, lat = None, None
    kind: Literal["line", "point"] = "line" if which == "roads" else "point"
    file = read_layer_file(path, geometry=kind, layer=section.layer, crs=content.crs, lon=lon, lat=lat)
    for note in file.notes:
        progress.note(note)
    provenance.append(
        Provenance(
            name=content.name,
            location=path.name,
            timestamp=section.date or content.date,
            sha256=file.sha256,
            licence=section.licence or content.licence,
            attribution=section.attribution or content.attribution,
            counts={which: file.rows_read},
        )
    )
    return file


def _address_points(
    paths: list[Path],
    field_map: FieldMap,
    progress: Progress,
    problems: list[Problem],
    provenance: list[Provenance],
) -> GeoDataFrame:
    import pandas as pd

    progress.stage("reading address points", total=len(paths))
    read = []
    for path in paths:
        file = _read(path, "addresses", field_map, progress, provenance)
        problems += file.problems
        read.append(read_addresses(file, field_map, problems))
        progress.advance()
    return read[0] if len(read) == 1 else pd.concat(read, ignore_index=True)


def _road_layers(
    paths: list[Path],
    field_map: FieldMap,
    address_keys: frozenset[str],
    progress: Progress,
    provenance: list[Provenance],
    problems: list[Problem],
) -> RoadLayers:
    import pandas as pd

    progress.stage("reading road lines", total=len(paths))
    read = []
    for path in paths:
        file = _read(path, "roads", field_map, progress, provenance)
        problems += file.problems
        read.append(read_road_attributes(file, field_map))
        progress.advance()
    progress.stage("joining road lines")
    section = field_map.section("roads")
    if not isinstance(section, RoadMap):  # the two parts have different types
        raise TypeError("the roads part is not a RoadMap")
    together = read[0] if len(read) == 1 else pd.concat(read, ignore_index=True)
    return make_road_layers(together, section=section, address_keys=address_keys)


def _notes(counts: dict[str, int], progress: Progress) -> None:
    if counts.get("shared_vertices_not_joined"):
        progress.note(
            f"{counts['shared_vertices_not_joined']:,} places where road lines share a vertex between their ends were not "
            "joined: set noding.shared_vertices in the field map if they are junctions"
        )
    if counts.get("addresses_without_road"):
        progress.note(
            f"{counts['addresses_without_road']:,} of {counts['addresses']:,} addresses are on a street that no road line names"
        )
