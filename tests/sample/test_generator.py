"""The generator gives the committed file, every time, quickly; its parts keep their promises."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import math
import time
from pathlib import Path

import pytest
from shapely.geometry import LineString

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "towns" / "sample"


@pytest.fixture(scope="module")
def made(generator, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    began = time.process_time()
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        generator.main(["--out", str(folder / "one.osm.pbf")])
    seconds = time.process_time() - began
    generator.main(["--out", str(folder / "two.osm.pbf")])
    return folder, seconds, said.getvalue()


def test_two_runs_give_the_same_bytes(made):
    folder = made[0]
    assert (folder / "one.osm.pbf").read_bytes() == (folder / "two.osm.pbf").read_bytes()


def test_the_committed_file_is_what_the_generator_makes(made, sample, read_file):
    folder = made[0]
    again = read_file(folder / "one.osm.pbf")
    assert again.nodes == sample.nodes
    assert again.ways == sample.ways
    assert again.relations == sample.relations


def test_takes_less_than_ten_seconds_of_processor_time(made):
    assert made[1] < 10.0


def test_it_says_what_it_wrote(made):
    said = made[2]
    assert said.startswith("one.osm.pbf: ")
    assert "addresses" in said


def test_another_seed_gives_another_town(generator, sample, tmp_path, read_file):
    text = (SAMPLE / "skeleton.yaml").read_text(encoding="utf-8").replace("seed: brantport-1", "seed: other")
    for name in ("names.yaml", "places.yaml", "landscape.yaml"):
        (tmp_path / name).write_bytes((SAMPLE / name).read_bytes())
    (tmp_path / "skeleton.yaml").write_text(text, encoding="utf-8")
    generator.main(["--skeleton", str(tmp_path / "skeleton.yaml"), "--out", str(tmp_path / "other.osm.pbf")])
    assert read_file(tmp_path / "other.osm.pbf").ways != sample.ways


def test_frame_is_true_to_the_ellipsoid(generator):
    import pyproj

    town = generator.make_town
    assert callable(town)
    from sample_town.skeleton import load_skeleton

    frame = load_skeleton(SAMPLE / "skeleton.yaml").frame
    lon0, lat0 = frame.to_lonlat((0.0, 0.0))
    lon1, lat1 = frame.to_lonlat((3000.0, 4000.0))
    _, _, metres = pyproj.Geod(ellps="WGS84").inv(lon0, lat0, lon1, lat1)
    assert metres == pytest.approx(5000.0, rel=1e-3)


def test_catmull_rom_goes_through_every_point(generator):
    from sample_town.shapes import catmull_rom

    points = [(0.0, 0.0), (100.0, 30.0), (180.0, -20.0), (300.0, 0.0)]
    assert set(points) <= set(catmull_rom(points))


def test_noding_shares_a_vertex_at_a_crossing_but_not_at_a_bridge(generator):
    from sample_town.model import Road
    from sample_town.network import node_roads

    def road(key, *points, **more):
        return Road(key, LineString(points), {"highway": "residential"}, "t", **more)

    across = road("across", (0, 50), (100, 50))
    up = road("up", (40, 0), (40, 100))
    bridge = road("bridge", (70, 0), (70, 100), over=frozenset({"across"}))
    stub = road("stub", (20, 90), (20, 52))
    node_roads([across, up, bridge, stub])
    vertices = set(across.line.coords)
    assert (40.0, 50.0) in vertices & set(up.line.coords)
    assert not vertices & set(bridge.line.coords)
    assert stub.line.coords[-1] in vertices
    assert math.isclose(stub.line.coords[-1][1], 50.0)


def test_a_road_is_cut_where_its_tags_change(generator):
    from sample_town.model import Road
    from sample_town.osmobjects import cut_road

    road = Road("r", LineString([(0, 0), (100, 0), (200, 0)]), {"highway": "tertiary"}, "t")
    road.spans = [(60.0, 90.0, {"bridge": "yes"}), (100.4, 100.4, {})]
    pieces = cut_road(road)
    assert [points[0][0] for points, _ in pieces] == [0, 60, 90, 100]
    assert [("bridge" in tags) for _, tags in pieces] == [False, True, False, False]
    assert all(a[0][-1] == b[0][0] for a, b in itertools.pairwise(pieces))


def test_pack_is_read_and_names_what_the_town_has(sample):
    from geo_dispatch.build.pack import read_pack

    layers = read_pack(SAMPLE / "pack").layers
    assert len(layers["units"]) == 10
    assert set(layers["stations"]["kind"]) >= {"fire", "police"}
    assert (layers["stations"]["kind"] == "fire").sum() == 2
    for table in ("run_cards", "aliases", "hazards", "directory", "events", "neighbours"):
        assert len(layers[table]) >= 4, table
    capabilities = {c for text in layers["units"]["capabilities"] for c in json.loads(text)}
    asked = {r["capability"] for text in layers["run_cards"]["requirements"] for r in json.loads(text)}
    assert asked <= capabilities
