"""Layer files of every kind, and broken ones."""

from __future__ import annotations

import gzip
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString, MultiLineString, Point

from geo_dispatch.errors import SourceFileError
from geo_dispatch.ng911.layer_files import read_layer_file

from .conftest import at

LINES = [[(0, 0), (1, 0)], [(1, 0), (1, 1)]]


def expect_points() -> np.ndarray:
    return np.array([at(0, 0), at(1, 2)])


@pytest.mark.parametrize("name", ["points.gpkg", "points.geojson", "points.shp", "points.fgb"])
def test_any_file_and_crs_becomes_degrees(write_points: Callable[..., Path], name: str) -> None:
    crs = 4326 if name.endswith("geojson") else 2249  # Massachusetts Mainland, US survey feet
    path = write_points([(0, 0), (1, 2)], name=name, crs=crs, NUM=[1, 2])
    read = read_layer_file(path, geometry="point")
    found = np.column_stack([read.frame.geometry.x, read.frame.geometry.y])
    np.testing.assert_allclose(np.sort(found, axis=0), np.sort(expect_points(), axis=0), atol=1e-8)
    assert read.frame.crs.to_epsg() == 4326
    assert len(read.sha256) == 64


def test_gz_and_zip_are_read(write_points: Callable[..., Path], tmp_path: Path) -> None:
    plain = write_points([(0, 0)], name="p.geojson", NUM=[1])
    packed = tmp_path / "p.geojson.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert len(read_layer_file(packed, geometry="point").frame) == 1
    shape = write_points([(0, 0), (1, 1)], name="q.shp", NUM=[1, 2])
    with zipfile.ZipFile(tmp_path / "q.zip", "w") as archive:
        for part in shape.parent.glob("q.*"):
            if part.suffix != ".zip":
                archive.write(part, part.name)
    assert len(read_layer_file(tmp_path / "q.zip", geometry="point").frame) == 2


@pytest.mark.parametrize("header", ["lon,lat,NUM", "Longitude,Latitude,NUM", "X,Y,NUM"])
def test_csv_coordinates_are_found_by_their_usual_names(tmp_path: Path, header: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"\ufeff{header}\n-71.1,41.5,01\n,,02\nx,41.5,03\n", encoding="utf-8")
    read = read_layer_file(path, geometry="point")
    assert read.frame["NUM"].tolist() == ["01"]
    assert read.rows_read == 3
    assert [p.object_id for p in read.problems] == ["a.csv row 2", "a.csv row 3"]


def test_csv_in_feet_with_a_crs(tmp_path: Path) -> None:
    point = gpd.GeoSeries([Point(at(0, 0))], crs=4326).to_crs(2249)[0]
    path = tmp_path / "a.csv"
    path.write_text(f"E,N\n{point.x},{point.y}\n")
    read = read_layer_file(path, geometry="point", lon="E", lat="N", crs="EPSG:2249")
    assert read.frame.geometry.x[0] == pytest.approx(at(0, 0)[0], abs=1e-8)


def test_multi_parts_and_heights_and_missing_geometry(tmp_path: Path) -> None:
    two = MultiLineString([[(-71, 41, 5), (-71.1, 41, 5)], [(-71.2, 41, 5), (-71.3, 41, 5)]])
    frame = gpd.GeoDataFrame({"a": [1, 2, 3]}, geometry=[two, None, LineString([(-71, 41), (-71, 42)])], crs=4326)
    frame.to_file(tmp_path / "r.gpkg")
    read = read_layer_file(tmp_path / "r.gpkg", geometry="line")
    assert len(read.frame) == 3
    assert not read.frame.geometry.has_z.any()
    assert sorted(p.kind for p in read.problems) == ["multi_part", "no_geometry"]


def _without_crs(path: Path, point: Point) -> None:
    gpd.GeoDataFrame({"a": [1]}, geometry=[point], crs=32619).to_file(path)
    path.with_suffix(".prj").unlink()


def test_no_crs_that_looks_like_degrees_is_told(tmp_path: Path) -> None:
    _without_crs(tmp_path / "p.shp", Point(-71, 41))
    read = read_layer_file(tmp_path / "p.shp", geometry="point")
    assert len(read.notes) == 1
    assert "p.shp states no CRS" in read.notes[0]


def test_no_crs_in_metres_needs_the_map(tmp_path: Path) -> None:
    _without_crs(tmp_path / "p.shp", Point(326607, 4605235))
    with pytest.raises(SourceFileError, match=r"add 'crs: EPSG:\.+' to the field map"):
        read_layer_file(tmp_path / "p.shp", geometry="point")
    read = read_layer_file(tmp_path / "p.shp", geometry="point", crs="EPSG:32619")
    assert read.frame.geometry.x[0] == pytest.approx(-71.08, abs=1e-3)
    with pytest.raises(SourceFileError, match="crs 'EPSG:x' of the field map is not known"):
        read_layer_file(tmp_path / "p.shp", geometry="point", crs="EPSG:x")


def _fails(path: Path, geometry: str, says: str) -> None:
    with pytest.raises(SourceFileError) as caught:
        read_layer_file(path, geometry=geometry)  # type: ignore[arg-type]
    assert says in str(caught.value)
    assert str(path.name) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_broken_files(tmp_path: Path, write_points: Callable[..., Path], write_roads: Callable[..., Path]) -> None:
    _fails(tmp_path / "none.gpkg", "point", "no such file")
    _fails(tmp_path, "point", "is a folder")
    (tmp_path / "empty.geojson").touch()
    _fails(tmp_path / "empty.geojson", "point", "the file is empty")
    (tmp_path / "junk.gpkg").write_bytes(b"not a layer at all" * 50)
    _fails(tmp_path / "junk.gpkg", "point", "not a layer that can be read")
    plain = write_points([(0, 0), (1, 1), (2, 2)], name="t.geojson", NUM=[1, 2, 3])
    packed = gzip.compress(plain.read_bytes())
    (tmp_path / "t.geojson.gz").write_bytes(packed[: len(packed) // 2])
    _fails(tmp_path / "t.geojson.gz", "point", "truncated or damaged")
    (tmp_path / "half.geojson").write_bytes(plain.read_bytes()[:200])
    _fails(tmp_path / "half.geojson", "point", "not a layer that can be read")
    (tmp_path / "x.zip").write_bytes(b"PK nothing")
    _fails(tmp_path / "x.zip", "point", "truncated or damaged")
    _fails(write_points([(0, 0)], NUM=[1]), "line", "holds Point features where lines are needed")
    _fails(write_roads(LINES, N=[1, 2]), "point", "holds LineString features where points are needed")
    (tmp_path / "r.csv").write_text("lon,lat\n1,2\n")
    _fails(tmp_path / "r.csv", "line", "a CSV can't hold road lines")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1,2\n", "has no longitude column"),
        ("lon,b\n1,2\n", "has no latitude column"),
        ("lon,lat\n", "holds no features"),
        ("lon,lat\n,\n", "none of its 1 rows has coordinates"),
        ("lon,lat\n41.5,-71.1\n41.6,-71.2\n", "longitude and latitude are swapped"),
        ("lon,lat\n41.5,-111.1\n", "longitude and latitude are swapped"),
        ("lon,lat\n326607,4605235\n", "are not degrees"),
        ('lon,lat\n"1,2\n', "not a CSV table"),
    ],
)
def test_bad_csv(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    _fails(tmp_path / "a.csv", "point", says)


def test_one_point_off_the_earth_is_dropped_and_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("lon,lat\n-71,41\n-71,41.1\n-71,4100\n")
    read = read_layer_file(tmp_path / "a.csv", geometry="point")
    assert len(read.frame) == 2
    assert [p.object_id for p in read.problems] == ["a.csv row 3"]


def test_several_layers_need_a_name(tmp_path: Path) -> None:
    path = tmp_path / "two.gpkg"
    for name in ("a", "b"):
        gpd.GeoDataFrame({"n": [name]}, geometry=[Point(-71, 41)], crs=4326).to_file(path, layer=name)
    _fails(path, "point", "holds the layers a, b: name one")
    assert read_layer_file(path, geometry="point", layer="b").frame["n"].tolist() == ["b"]
    with pytest.raises(SourceFileError, match="has no layer 'c': it has a, b"):
        read_layer_file(path, geometry="point", layer="c")
    gpd.GeoDataFrame({"n": ["r"]}, geometry=[LineString([(-71, 41), (-71, 42)])], crs=4326).to_file(path, layer="roads")
    assert read_layer_file(path, geometry="line").frame["n"].tolist() == ["r"]


def test_an_unreadable_file_is_one_line(write_points: Callable[..., Path], tmp_path: Path) -> None:
    path = write_points([(0, 0)], NUM=[1])
    copy = tmp_path / "cut.gpkg"
    shutil.copy(path, copy)
    with copy.open("r+b") as stream:
        stream.truncate(5000)
    _fails(copy, "point", "")
