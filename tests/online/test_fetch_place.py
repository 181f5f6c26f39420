"""A town fetched from servers that behave: what comes, what does not, and what the cache spares."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import shapely

from geo_dispatch import __version__
from geo_dispatch.errors import BoundaryError, OutputError, RemoteError
from geo_dispatch.geometry import Projection
from geo_dispatch.osm.online import FetchedPlace, OnlineSettings, fetch_place
from tests.online.conftest import Notes
from tests.online.fake_osm_server import OSM_BASE, FakeOsmServer, OsmObjects
from tests.online.testport import EAST, NORTH, SOUTH, WEST, DrawnTown

PLACE = "Testport, Massachusetts, USA"


def objects_of(fetched: FetchedPlace) -> set[tuple[str, int]]:
    """Return every object in the files."""
    return {
        (element.tag, int(element.get("id", "0")))
        for file in fetched.files
        for element in ET.parse(file).getroot()
        if element.tag in ("node", "way", "relation")
    }


def test_with_the_real_client_unmodified(server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path) -> None:
    import osmnx

    before = {name: value for name, value in vars(osmnx.settings).items() if not name.startswith("_")}
    fetched = fetch_place(PLACE, margin_m=1000, cache_dir=tmp_path, settings=settings)
    assert (fetched.name, fetched.state) == ("Testport", "Massachusetts")
    assert fetched.boundary.bounds == pytest.approx((WEST, SOUTH, EAST, NORTH))
    assert not fetched.from_cache
    assert {name: value for name, value in vars(osmnx.settings).items() if not name.startswith("_")} == before
    (search,) = server.asked("/search")
    assert search.params["q"] == PLACE
    assert search.params["polygon_geojson"] == "1"


def test_everything_the_reader_needs_comes_whole(testport: DrawnTown, settings: OnlineSettings, tmp_path: Path) -> None:
    got = objects_of(fetch_place(PLACE, margin_m=1000, cache_dir=tmp_path, settings=settings))
    osm = testport.objects
    for relation in (testport.town, testport.neighbour, testport.state, testport.restriction, testport.pond):
        assert ("relation", relation) in got
        members = {(kind, number) for kind, number, _ in osm.relations[relation]}
        assert members <= got
    assert ("way", testport.long_road) in got
    for kind, number in got:
        if kind == "way":
            assert {("node", ref) for ref in osm.ways[number]} <= got, f"way {number} has lost nodes"
    assert ("node", testport.milestone) in got
    assert sum(kind == "node" and "addr:housenumber" in osm.tags[kind, number] for kind, number in got) == 121


def test_what_is_far_or_noise_stays_away(testport: DrawnTown, settings: OnlineSettings, tmp_path: Path) -> None:
    got = objects_of(fetch_place(PLACE, margin_m=1000, cache_dir=tmp_path, settings=settings))
    assert ("relation", testport.route) in got, "the number of a long route counts"
    assert ("way", testport.far_road) not in got, "but not its whole way through the country"
    assert ("relation", testport.country) not in got
    assert ("node", testport.tree) not in got
    assert not {key for key in got if testport.objects.tags[key].get("name") == "Elsewhere"}


@pytest.mark.parametrize(("margin_m", "expected"), [(2000, False), (4000, True)])
def test_margin_is_respected_on_the_ground(
    testport: DrawnTown, settings: OnlineSettings, tmp_path: Path, margin_m: float, expected: bool
) -> None:
    fetched = fetch_place(PLACE, margin_m=margin_m, cache_dir=tmp_path, settings=settings)
    assert (("way", testport.near_road) in objects_of(fetched)) is expected
    projection = Projection(32619)
    _, south_m = projection.to_xy((WEST + EAST) / 2, SOUTH)
    _, wide_m = projection.to_xy((WEST + EAST) / 2, fetched.area.bounds[1])
    assert south_m - wide_m == pytest.approx(margin_m, abs=10)


def test_boxes_cover_the_area_and_stay_within_the_limit(
    server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, notes: Notes
) -> None:
    fetched = fetch_place(PLACE, margin_m=3000, cache_dir=tmp_path, settings=settings, progress=notes)
    boxes = [request.box for request in server.downloads[1:]]
    assert len(boxes) > 3
    covered = shapely.union_all([shapely.box(west, south, east, north) for south, west, north, east in boxes])
    assert covered.covers(fetched.area)
    for south, west, north, east in boxes:
        size_km2 = (north - south) * 111.2 * (east - west) * 83.4
        assert size_km2 <= settings.max_tile_km2 * 1.02
    assert notes.stages[-1][1] == len(boxes) + 1 == notes.advanced
    assert server.most_at_once == 1


def test_pieces_merge_to_the_whole(server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path) -> None:
    whole = dataclasses.replace(settings, max_tile_km2=10_000)
    one = fetch_place(PLACE, margin_m=3000, cache_dir=tmp_path / "one", settings=whole)
    assert len(one.files) == 2
    many = fetch_place(PLACE, margin_m=3000, cache_dir=tmp_path / "many", settings=settings)
    assert len(many.files) > 4
    assert objects_of(many) == objects_of(one)
    merged = {key: value for file in many.files for key, value in OsmObjects.from_xml(file.read_bytes()).tags.items()}
    assert merged == {key: server.objects.tags[key] for key in objects_of(one)}


def test_second_fetch_asks_nobody(
    server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, notes: Notes
) -> None:
    first = fetch_place(PLACE, margin_m=1000, cache_dir=tmp_path, settings=settings)
    count = len(server.requests)
    again = fetch_place(PLACE, margin_m=1000, cache_dir=tmp_path, settings=settings, progress=notes)
    assert len(server.requests) == count
    assert again.from_cache
    assert again.files == first.files
    assert again.provenance == first.provenance
    assert any("already there" in note and "--refresh" in note for note in notes.notes)


def test_refresh_asks_again(server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path) -> None:
    fetch_place(PLACE, margin_m=1000, cache_dir=tmp_path, settings=settings)
    count = len(server.requests)
    refreshing = dataclasses.replace(settings, refresh=True)
    again = fetch_place(PLACE, margin_m=1000, cache_dir=tmp_path, settings=refreshing)
    assert len(server.requests) == 2 * count
    assert not any((again.from_cache, *again.files_from_cache))


@pytest.mark.parametrize("harm", ["shorten", "change", "lose description"])
def test_damaged_cache_file_is_fetched_again(
    server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, harm: str
) -> None:
    first = fetch_place(PLACE, margin_m=1000, cache_dir=tmp_path, settings=settings)
    victim = first.files[1]
    good = victim.read_bytes()
    if harm == "shorten":
        victim.write_bytes(good[:-20])
    elif harm == "change":
        victim.write_bytes(good.replace(b"Main Road", b"Pain Road"))
    else:
        victim.with_name(f"{victim.name}.json").unlink()
    count = len(server.downloads)
    again = fetch_place(PLACE, margin_m=1000, cache_dir=tmp_path, settings=settings)
    assert len(server.downloads) == count + 1
    assert again.files_from_cache.count(False) == 1
    assert victim.read_bytes() == good


def test_servers_are_told_who_asks(server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path) -> None:
    fetch_place(PLACE, margin_m=1000, cache_dir=tmp_path, settings=settings)
    assert {request.headers["User-Agent"] for request in server.requests} == {
        f"geo-dispatch/{__version__} (gis@example.org)"
    }
    assert all(
        "geo-dispatch" in next(v for k, v in r.headers.items() if k.lower() == "referer") for r in server.requests
    )


def test_osmnx_pauses_before_asking(settings: OnlineSettings, tmp_path: Path, osmnx_pauses: list[float]) -> None:
    fetch_place(PLACE, margin_m=0, cache_dir=tmp_path, settings=settings)
    assert osmnx_pauses == [1]


def test_requests_are_spaced(server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path) -> None:
    spaced = dataclasses.replace(settings, pause_s=0.1)
    fetch_place(PLACE, margin_m=1000, cache_dir=tmp_path, settings=spaced)
    times = [request.at_s for request in server.downloads]
    assert len(times) >= 3
    assert min(b - a for a, b in itertools.pairwise(times)) >= 0.1


def test_provenance_names_server_date_and_licence(
    server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path
) -> None:
    fetched = fetch_place(PLACE, margin_m=1000, cache_dir=tmp_path, settings=settings)
    outline, *data = fetched.provenance
    assert "Testport" in outline.name
    assert outline.location == f"{server.nominatim_url}/search"
    assert len(data) == len(fetched.files)
    for source, file in zip(data, fetched.files, strict=True):
        assert source.timestamp == OSM_BASE
        assert source.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
        assert source.location == f"{server.overpass_url}/interpreter"
        assert source.counts == {
            kind: len(ET.parse(file).getroot().findall(kind)) for kind in ("node", "way", "relation")
        }
        assert (source.licence, source.attribution) == ("ODbL-1.0", "© OpenStreetMap contributors")


def test_town_far_inside_its_state_gets_the_state(
    testport: DrawnTown, settings: OnlineSettings, tmp_path: Path
) -> None:
    fetched = fetch_place(PLACE, margin_m=0, cache_dir=tmp_path, settings=settings)
    assert ("relation", testport.state) in objects_of(fetched)


def test_given_outline_needs_no_geocoder(server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path) -> None:
    outline = shapely.MultiPolygon([shapely.box(-71.09, 41.51, -71.06, 41.53)])
    fetched = fetch_place(
        "Pinpoint, Massachusetts", margin_m=500, cache_dir=tmp_path, boundary=outline, settings=settings
    )
    assert fetched.boundary == outline
    assert fetched.name == "Pinpoint"
    assert fetched.osm_type == "given"
    assert len(fetched.provenance) == len(fetched.files)
    assert not server.asked("/search")
    assert server.downloads


def test_too_large_a_place_is_refused_before_the_download(
    server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path
) -> None:
    with pytest.raises(BoundaryError, match=r"km², more than the 10 km².*--osm FILE"):
        fetch_place(PLACE, margin_m=0, cache_dir=tmp_path, settings=dataclasses.replace(settings, max_area_km2=10))
    assert not server.downloads


@pytest.mark.parametrize("margin_m", [-1.0, float("nan"), float("inf")])
def test_bad_margin(settings: OnlineSettings, tmp_path: Path, margin_m: float) -> None:
    with pytest.raises(BoundaryError, match="margin"):
        fetch_place(PLACE, margin_m=margin_m, cache_dir=tmp_path, settings=settings)


def test_server_of_another_region_has_no_data(server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path) -> None:
    server.objects = OsmObjects()
    with pytest.raises(RemoteError, match=r"no data in Testport.*--osm FILE"):
        fetch_place(PLACE, margin_m=0, cache_dir=tmp_path, settings=settings)


def test_cache_folder_that_cannot_be_made(settings: OnlineSettings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match=r"can't write to the download folder .*file.*cache"):
        fetch_place(PLACE, margin_m=0, cache_dir=tmp_path / "file" / "cache", settings=settings)
