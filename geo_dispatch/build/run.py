"""Build a town file: sources in, one GeoPackage out."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_dispatch import __version__
from geo_dispatch.build.area import TownArea, area_of_extract, area_of_file, area_of_name, same_town
from geo_dispatch.build.assemble import assemble
from geo_dispatch.build.confusable import confusable_streets, unnamed_roads
from geo_dispatch.build.connectivity import connectivity
from geo_dispatch.build.findings import cut_off_warnings, name_warnings, other_warnings, summarise_problems
from geo_dispatch.build.merge import clip_layers, merge_sources
from geo_dispatch.build.request import BuildReport, BuildRequest
from geo_dispatch.errors import PlaceNameError, SourceFileError
from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.schema import FORMAT_VERSION, TOWN_TABLES, Provenance, SourceLayers, conform
from geo_dispatch.town.store import check_writable, open_town, write_town
from geo_dispatch.town.town import TownMeta

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo_dispatch.build.pack import TownPack

__all__ = ["build_town"]


class _Stages:
    """Passes progress on, and keeps the time of each stage."""

    def __init__(self, inner: Progress) -> None:
        self._inner = inner
        self._name = "start"
        self._began = time.perf_counter()
        self.seconds: dict[str, float] = {}

    def stage(self, name: str, *, total: int | None = None) -> None:
        self.close()
        self._name = name
        self._inner.stage(name, total=total)

    def advance(self, count: int = 1) -> None:
        self._inner.advance(count)

    def note(self, message: str) -> None:
        self._inner.note(message)

    def close(self) -> None:
        now = time.perf_counter()
        self.seconds[self._name] = round(self.seconds.get(self._name, 0.0) + now - self._began, 3)
        self._began = now


def build_town(request: BuildRequest, *, progress: Progress = NO_PROGRESS) -> BuildReport:
    """Build a town file.

    Parameters
    ----------
    request
        What to build of what.
    progress
        Told of stages and warnings.

    Returns
    -------
    BuildReport
        Counts, warnings, who is cut off, and how long it took.

    Raises
    ------
    InputError
        If a source, the boundary, the pack or the output can't be used; an older town file is then untouched.
    RemoteError
        If an online service failed.
    """
    request.check()
    check_writable(request.out)
    stages = _Stages(progress)
    source, area, pack = _read_sources(request, stages)
    warnings = [area.notice] if area.notice else []
    if area.whole_extract:
        why = f"the source has no boundary named {request.name!r}" if request.name else "no --boundary and no --name"
        warnings.append(
            f"{why}: the whole extract counts as the town {area.name!r}; "
            "what is a neighbour, and what is cut off at the edge, can't be told"
        )
    if pack is not None and not same_town(pack.name, area.name):
        warnings.append(
            f"the pack is for {pack.name}, {pack.state}, and the town built is {area.name}: its state is not taken"
        )
    stages.stage("cutting to the town and its margin")
    clip = area.with_margin(request.margin_m)
    clipped = clip_layers(source, clip)
    if len(clipped["road_segments"]) == 0:
        raise SourceFileError(
            f"{area.name}: no road of the source lies in the town or within {request.margin_m:g} m of it: "
            "check that the boundary and the source are of the same place"
        )
    stages.stage("assembling roads, streets and addresses")
    state = pack.state if pack and same_town(pack.name, area.name) else None
    assembly = assemble(clipped, area, clip, state=state)
    layers, problems = assembly.layers, [*source.problems, *assembly.problems]
    provenance = list(source.provenance)
    if pack is not None:
        from geo_dispatch.build.pack_merge import apply_pack

        stages.stage("adding the town pack")
        problems += apply_pack(layers, pack, area, clip)
        provenance += pack.provenance
        if pack.fictional:
            provenance = _invented(provenance, pack)
    layers["provenance"] = _provenance_table(provenance, area)

    stages.stage("checking who is cut off")
    cut_off = connectivity(layers, area.polygon, area.epsg)
    warnings += cut_off_warnings(cut_off, request.margin_m, whole_extract=area.whole_extract)
    warnings += other_warnings(layers, problems)
    confusable, nameless = confusable_streets(layers["streets"]), unnamed_roads(layers)
    warnings += name_warnings(confusable, nameless)
    report: dict[str, Any] = {
        "counts": {name: len(frame) for name, frame in layers.items()},
        "read": dict(source.counts),
        "problems": summarise_problems(problems),
        "warnings": warnings,
        "connectivity": cut_off,
        "confusable": confusable,
        "unnamed_roads": nameless,
    }
    meta = _meta(request, area, layers, provenance, pack, report)
    write_town(request.out, layers, meta, progress=stages)
    _warm(request.out, stages)
    stages.close()
    for warning in warnings:
        progress.note(warning)
    return BuildReport(
        town=area.name,
        path=str(request.out),
        bytes=request.out.stat().st_size,
        counts=report["counts"],
        read=report["read"],
        problems=report["problems"],
        warnings=tuple(warnings),
        connectivity=cut_off,
        confusable=confusable,
        unnamed_roads=nameless,
        seconds={**stages.seconds, "all": round(sum(stages.seconds.values()), 3)},
    )


def _read_sources(request: BuildRequest, stages: _Stages) -> tuple[SourceLayers, TownArea, TownPack | None]:
    """Read every source, and find out which town it is about."""
    pack = None
    if request.pack:
        from geo_dispatch.build.pack import read_pack

        pack = read_pack(request.pack, lenient=request.lenient)
    area = area_of_file(request.boundary, request.name) if request.boundary else None
    files = request.osm
    provenance: list[Provenance] = []
    if request.place:
        area, files, provenance = _fetch(request, area, stages)
    osm = None
    if files:
        from geo_dispatch.osm import read_osm

        osm = read_osm(files, clip=area.with_margin(request.margin_m) if area else None, progress=stages)
        osm.provenance[:] = provenance or osm.provenance
    ng911 = None
    if request.roads or request.addresses:
        from geo_dispatch.ng911 import read_ng911

        ng911 = read_ng911(roads=request.roads, addresses=request.addresses, fields=request.fields, progress=stages)
    any_source = ng911 or osm
    if any_source is None:
        raise SourceFileError("no source delivered anything: give --osm or --roads")
    if area is None:
        boundaries = osm.layer("boundaries") if osm else any_source.layer("boundaries")
        name = request.name or (pack.name if pack else None)
        stem = next((path.name.split(".")[0] for path in (*request.osm, *request.roads)), "town")
        roads = (ng911 if ng911 and request.roads else osm or any_source).layer("road_segments")
        if (
            request.name is None
            and pack is not None
            and not any(same_town(pack.name, str(n)) for n in boundaries["name"])
        ):
            raise PlaceNameError(
                f"the pack {request.pack} is for {pack.name}, and the source has no boundary of that name: give its outline "
                "with --boundary FILE, or say with --name what the source is of"
            )
        area = area_of_name(boundaries, name) if name and len(boundaries) else area_of_extract(roads, name or stem)
    return merge_sources(osm, ng911, epsg=area.epsg), area, pack


def _fetch(
    request: BuildRequest, area: TownArea | None, stages: _Stages
) -> tuple[TownArea, tuple[Path, ...], list[Provenance]]:
    """Download a place, or take it from the cache."""
    from geo_dispatch.osm.online import OnlineSettings, fetch_place

    place = request.place or ""
    cache = request.cache_dir or request.out.parent / ".geo-dispatch-cache"
    found = fetch_place(
        place,
        margin_m=request.margin_m,
        cache_dir=cache,
        boundary=area.polygon if area else None,
        settings=request.online or OnlineSettings(),
        progress=stages,
    )
    own = area or TownArea(request.name or found.name, found.boundary, found.state)
    return own, tuple(found.files), list(found.provenance)


def _invented(rows: Iterable[Provenance], pack: TownPack) -> list[Provenance]:
    """Give an invented town's map the licence and attribution of its pack: it holds nothing of OpenStreetMap's."""
    own = pack.provenance[0]
    return [
        row
        if row is own
        else replace(row, name=f"{pack.name}: invented map", licence=own.licence, attribution=own.attribution)
        for row in rows
    ]


def _provenance_table(rows: Iterable[Provenance], area: TownArea) -> GeoDataFrame:
    import json

    import geopandas as gpd
    import shapely

    data = [
        {
            "source_id": number,
            "name": row.name,
            "location": row.location,
            "timestamp": row.timestamp,
            "sha256": row.sha256,
            "licence": row.licence,
            "attribution": row.attribution,
            "counts": json.dumps(row.counts),
        }
        for number, row in enumerate(rows)
    ]
    box = shapely.box(*area.polygon.bounds)
    return conform(gpd.GeoDataFrame(data, geometry=[box] * len(data), crs=4326), TOWN_TABLES["provenance"])


def _meta(
    request: BuildRequest,
    area: TownArea,
    layers: Mapping[str, GeoDataFrame],
    provenance: Iterable[Provenance],
    pack: TownPack | None,
    report: Mapping[str, Any],
) -> TownMeta:
    own = layers["boundaries"].loc[layers["boundaries"]["kind"] == "own", "state"]
    return TownMeta(
        name=area.name,
        state=own.iat[0],
        epsg=area.epsg,
        format_version=FORMAT_VERSION,
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        program_version=__version__,
        fictional=bool(pack and pack.fictional),
        notice=pack.notice if pack else None,
        attribution=tuple(dict.fromkeys(row.attribution for row in provenance if row.attribution)),
        options={
            "place": request.place,
            "osm": [path.name for path in request.osm],
            "boundary": request.boundary.name if request.boundary else None,
            "margin_m": request.margin_m,
            "roads": [path.name for path in request.roads],
            "addresses": [path.name for path in request.addresses],
            "pack": request.pack.name if request.pack else None,
            "speeds": request.read_speeds(),
            "lenient": request.lenient,
            "timezone": pack.timezone if pack else None,
            "emergency_number": pack.emergency_number if pack else None,
        },
        report=report,
    )


def _warm(path: Path, stages: _Stages) -> None:
    """Make the indexes that serving would otherwise make at its first question."""
    from geo_dispatch import locate, render, routing

    stages.stage("making the name, snap and map indexes")
    town = open_town(path)
    locate.warm(town)
    routing.warm(town)
    render.warm(town)
    stages.stage("making the base map's tiles")
    render.warm_tiles(town)
