"""Get a town's raw OpenStreetMap data by its name: outline from Nominatim, data from Overpass.

What is downloaded stays in a folder, whole or not at all, and is read by the same reader as any file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import shapely

from geo_dispatch.errors import BoundaryError, RemoteError
from geo_dispatch.geometry import Projection, utm_epsg
from geo_dispatch.osm.download_cache import CachedAnswer, DownloadCache
from geo_dispatch.osm.nominatim import find_place
from geo_dispatch.osm.overpass import OverpassClient
from geo_dispatch.osm.overpass_query import buffered
from geo_dispatch.osm.place_choice import PlaceCandidate, read_candidates
from geo_dispatch.osm.remote import OnlineSettings
from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.schema import Provenance

__all__ = ["FetchedPlace", "OnlineSettings", "fetch_place"]

_LICENCE = "ODbL-1.0"
_ATTRIBUTION = "© OpenStreetMap contributors"


@dataclass(frozen=True, slots=True)
class FetchedPlace:
    """A town's outline, and its raw data on disk.

    ``boundary`` and ``area`` are EPSG:4326, the area with the margin; ``files`` are whole OSM XML
    documents that overlap at their edges, ``files_from_cache`` tells for each whether it was there before.
    ``osm_type`` is "given" and ``osm_id`` -1 when the outline was not looked up.
    """

    name: str
    display_name: str
    state: str | None
    boundary: shapely.MultiPolygon
    area: shapely.MultiPolygon
    osm_type: str
    osm_id: int
    files: tuple[Path, ...]
    provenance: list[Provenance]
    boundary_from_cache: bool
    files_from_cache: tuple[bool, ...]

    @property
    def from_cache(self) -> bool:
        """Tell whether no server was asked at all."""
        return self.boundary_from_cache and all(self.files_from_cache)


def fetch_place(
    place: str,
    *,
    margin_m: float,
    cache_dir: Path,
    boundary: shapely.Polygon | shapely.MultiPolygon | None = None,
    settings: OnlineSettings | None = None,
    progress: Progress = NO_PROGRESS,
) -> FetchedPlace:
    """Get the outline and the raw OSM data of a town and what lies around it.

    Parameters
    ----------
    place
        Name as on a letter, "Westport, Massachusetts, USA", or an OSM id, "R1234".
    margin_m
        Metres around the outline to get data for; 0 or more.
    cache_dir
        Folder for downloads; what it has is not downloaded again.
    boundary
        The outline to use, EPSG:4326; the geocoder is then not asked, and `place` is only a name.
    settings
        Which servers, how patiently; None = the public servers.
    progress
        Told about stages, waits and reuse.

    Returns
    -------
    FetchedPlace
        Outline, files, and where they came from.

    Raises
    ------
    PlaceNameError
        If no place has the name, or several have it.
    BoundaryError
        If the place has no outline or is too large to download, or the margin is negative.
    RemoteUnavailableError
        If a server does not answer; what was complete is kept for the next try.
    RemoteError
        If the servers have no data there at all.
    OutputError
        If the cache folder can't be written.
    """
    settings = settings or OnlineSettings()
    cache = DownloadCache(cache_dir, refresh=settings.refresh)
    if boundary is None:
        progress.stage(f"Looking up {place}")
        found, looked_up = find_place(place, cache=cache, settings=settings, progress=progress)
        progress.note(f"found {found.label}")
    else:
        found, looked_up = _given(place, boundary), None
    if found.outline is None:
        raise BoundaryError(f"{place!r} has no outline: give its boundary with --boundary FILE")
    area = buffered(found.outline, margin_m)
    _refuse_too_large(place, area, settings=settings)
    with OverpassClient(cache, settings=settings, progress=progress) as client:
        answers = client.fetch_area(area)
    if not any(sum(one.counts.values()) for one in answers[1:]):
        raise RemoteError(
            f"the Overpass server has no data in {found.display_name}: it may hold another region: "
            "choose another server, or build from a file with --osm FILE"
        )
    return FetchedPlace(
        name=found.name,
        display_name=found.display_name,
        state=found.state,
        boundary=found.outline,
        area=area,
        osm_type=found.osm_type,
        osm_id=found.osm_id,
        files=tuple(one.path for one in answers),
        provenance=[*([_of_outline(found, looked_up)] if looked_up else []), *(_of_data(one) for one in answers)],
        boundary_from_cache=looked_up is None or looked_up.from_cache,
        files_from_cache=tuple(one.from_cache for one in answers),
    )


def _given(place: str, boundary: shapely.Polygon | shapely.MultiPolygon) -> PlaceCandidate:
    """Make a candidate of an outline that was not looked up."""
    (found,) = read_candidates([{"osm_type": "given", "osm_id": -1, "display_name": place}])
    outline = boundary if isinstance(boundary, shapely.MultiPolygon) else shapely.MultiPolygon([boundary])
    return replace(found, outline=outline)


def _refuse_too_large(place: str, area: shapely.MultiPolygon, *, settings: OnlineSettings) -> None:
    centre = area.centroid
    projection = Projection(utm_epsg(centre.x, centre.y))
    west, south, east, north = area.bounds
    corners = [projection.to_xy(lon, lat) for lon in (west, east) for lat in (south, north)]
    width_m = max(x for x, _ in corners) - min(x for x, _ in corners)
    height_m = max(y for _, y in corners) - min(y for _, y in corners)
    share = area.area / ((east - west) * (north - south))
    size_km2 = width_m * height_m * share / 1e6
    if not size_km2 <= settings.max_area_km2:
        raise BoundaryError(
            f"{place!r} with its margin covers {size_km2:,.0f} km², more than the {settings.max_area_km2:,.0f} km² that may be "
            "downloaded from public servers: download an extract of the region and build with --osm FILE"
        )


def _of_outline(found: PlaceCandidate, answer: CachedAnswer) -> Provenance:
    return Provenance(
        name=f"Outline of {found.display_name} ({found.osm_type} {found.osm_id})",
        location=f"{answer.endpoint.rstrip('/')}/search",
        timestamp=answer.retrieved,
        sha256=answer.sha256,
        licence=_LICENCE,
        attribution=_ATTRIBUTION,
    )


def _of_data(answer: CachedAnswer) -> Provenance:
    return Provenance(
        name=f"OpenStreetMap, {answer.path.name}",
        location=f"{answer.endpoint}/interpreter",
        timestamp=answer.osm_base or answer.retrieved,
        sha256=answer.sha256,
        licence=_LICENCE,
        attribution=_ATTRIBUTION,
        counts=answer.counts,
    )
