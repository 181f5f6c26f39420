"""Real data, served and downloaded again: nothing that the reader uses is lost on the way."""

from __future__ import annotations

from pathlib import Path

import osmium
import pytest
import shapely
from geopandas import GeoDataFrame

from geo_dispatch.osm import read_osm
from geo_dispatch.osm.online import OnlineSettings, fetch_place
from tests.online.fake_osm_server import FakeOsmServer, OsmObjects, make_place


def load(path: Path) -> OsmObjects:
    objects = OsmObjects()
    letters = {"n": "node", "w": "way", "r": "relation"}
    for one in osmium.FileProcessor(str(path)):
        if one.is_node():
            if not one.location.valid():
                continue
            objects.nodes[one.id] = (one.location.lon, one.location.lat)
        elif one.is_way():
            objects.ways[one.id] = [node.ref for node in one.nodes]
        else:
            objects.relations[one.id] = [(letters[m.type], m.ref, m.role) for m in one.members]
        kind = "node" if one.is_node() else "way" if one.is_way() else "relation"
        objects.tags[kind, one.id] = dict(one.tags)
    return objects


@pytest.mark.parametrize(
    ("name", "half", "max_tile_km2"),
    [("felton.osm.pbf", 0.02, 6), pytest.param("autauga.osm.pbf", 0.12, 200, marks=pytest.mark.slow)],
)
def test_downloaded_extract_reads_like_the_file(
    shared_data: Path, tmp_path: Path, name: str, half: float, max_tile_km2: float
) -> None:
    objects = load(shared_data / "osm" / name)
    lons, lats = zip(*objects.nodes.values(), strict=True)
    middle = shapely.Point(sorted(lons)[len(lons) // 2], sorted(lats)[len(lats) // 2])
    outline = shapely.box(middle.x - half, middle.y - half, middle.x + half, middle.y + half)
    place = make_place("Middle, Somewhere, United States", outline, osm_id=1)
    with FakeOsmServer(objects=objects, places=[place]) as server:
        settings = OnlineSettings(
            nominatim_url=server.nominatim_url,
            overpass_urls=(server.overpass_url,),
            pause_s=0,
            max_tile_km2=max_tile_km2,
        )
        fetched = fetch_place("Middle", margin_m=500, cache_dir=tmp_path, settings=settings)
    assert len(fetched.files) > 3
    downloaded = read_osm(fetched.files, clip=fetched.area)
    direct = read_osm([shared_data / "osm" / name], clip=fetched.area)
    assert len(direct.layer("road_segments")) > 200
    for table, layer in direct.layers.items():
        other = downloaded.layer(table)
        if table.startswith(
            "road_"
        ):  # a road over the edge ends at its next crossing, which may not have been asked for
            layer, other = layer[layer.within(fetched.area)], other[other.within(fetched.area)]
            layer, other = (some.drop(columns="segment_id", errors="ignore") for some in (layer, other))
        if table == "road_nodes":  # those crossings themselves
            assert len(set(layer["osmid"]) ^ set(other["osmid"])) <= 0.01 * len(layer)
        else:
            assert rows(other) == rows(layer), table


def rows(layer: GeoDataFrame) -> list[tuple[str, ...]]:
    """Return all values of all rows, in an order of their own."""
    plain = layer.drop(columns="geometry").assign(shape=layer.geometry.normalize().to_wkt(rounding_precision=6))
    return sorted(tuple(str(value) for value in row) for row in plain.itertuples(index=False))
