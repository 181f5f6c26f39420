"""Which town: boundary files, names in the source, the margin, who is cut off."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geo_dispatch.build.area import TownArea, area_of_extract, area_of_file, area_of_name
from geo_dispatch.build.assemble import assemble
from geo_dispatch.build.connectivity import connectivity
from geo_dispatch.build.merge import clip_layers
from geo_dispatch.errors import BoundaryError, PlaceNameError, SourceFileError
from tests.towns import EPSG, Drawing, box, frame, point


def _file(path: Path, shapes: list[object], **columns: list[object]) -> Path:
    gpd.GeoDataFrame(columns, geometry=shapes, crs=4326).to_file(path)
    return path


def test_one_polygon_is_the_town(tmp_path: Path) -> None:
    path = _file(tmp_path / "b.geojson", [box(0, 0, 1000, 1000)], name=["Westby"])
    area = area_of_file(path, None)
    assert area.name == "Westby"
    assert area.epsg == EPSG
    assert area_of_file(path, "Eastby").name == "Eastby"


def test_of_several_polygons_the_named_one_counts(tmp_path: Path) -> None:
    shapes = [box(0, 0, 1000, 1000), box(2000, 0, 3000, 1000)]
    path = _file(tmp_path / "b.gpkg", shapes, TOWN20=["WESTBY", "EASTBY"], n=[1, 2])
    assert area_of_file(path, "Eastby").polygon.equals(shapes[1].geoms[0])
    assert area_of_file(path, "Eastby").notice is None
    both = area_of_file(path, "Both")
    assert both.polygon.area == pytest.approx(sum(s.area for s in shapes))
    assert both.notice == "no feature of b.gpkg is named 'Both': all 2 of them together are taken as the town"


def test_a_boundary_in_another_crs_is_reprojected(tmp_path: Path) -> None:
    shape = box(0, 0, 1000, 1000)
    path = tmp_path / "b.gpkg"
    gpd.GeoDataFrame(geometry=[shape], crs=4326).to_crs(26986).to_file(path)
    assert area_of_file(path, "x").polygon.symmetric_difference(shape).area < 1e-9


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (point(0, 0), "the boundary is a Point, not an area"),
        (shapely.LineString([(0, 0), (1, 1)]), "is a LineString, not an area"),
    ],
)
def test_a_boundary_that_is_no_area(tmp_path: Path, shape: object, message: str) -> None:
    with pytest.raises(BoundaryError, match=message):
        area_of_file(_file(tmp_path / "b.geojson", [shape], name=["Westby"]), None)


def test_a_boundary_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(SourceFileError, match="no such boundary file"):
        area_of_file(tmp_path / "absent.geojson", None)
    path = tmp_path / "text.geojson"
    path.write_text("hello")
    with pytest.raises(SourceFileError, match="can't be read as a vector file"):
        area_of_file(path, None)
    path.write_text(json.dumps({"type": "FeatureCollection", "features": []}))
    with pytest.raises(BoundaryError, match="holds no feature"):
        area_of_file(path, None)


def _boundaries(*rows: tuple[str, int]) -> gpd.GeoDataFrame:
    shapes = [box(i * 1000, 0, i * 1000 + 900, 900) for i in range(len(rows))]
    data = [{"boundary_id": f"r{i}", "name": n, "kind": "town", "admin_level": a} for i, (n, a) in enumerate(rows)]
    return frame("boundaries", data, shapes)


def test_a_name_picks_the_boundary_town_before_county() -> None:
    boundaries = _boundaries(("Westby", 6), ("Westby", 8), ("City of Eastby", 8))
    assert area_of_name(boundaries, "westby").boundary_id == "r1"
    assert area_of_name(boundaries, "Eastby").boundary_id == "r2"


def test_an_unknown_or_ambiguous_name_lists_what_there_is() -> None:
    boundaries = _boundaries(("Westby", 8), ("Westby", 8), ("Eastby", 8))
    with pytest.raises(PlaceNameError, match=r"'Northby' is not the name .* Eastby, Westby"):
        area_of_name(boundaries, "Northby")
    with pytest.raises(PlaceNameError, match=r"2 boundaries: Westby \(r0, level 8\), Westby \(r1, level 8\)"):
        area_of_name(boundaries, "Westby")


def test_the_margin_is_metres() -> None:
    area = TownArea("Westby", box(0, 0, 1000, 1000))
    wide = gpd.GeoSeries([area.with_margin(2000)], crs=4326).to_crs(EPSG)
    west, south, east, north = gpd.GeoSeries([area.polygon], crs=4326).to_crs(EPSG).total_bounds
    assert wide.total_bounds == pytest.approx([west - 2000, south - 2000, east + 2000, north + 2000], abs=120)
    assert area.with_margin(0).equals(area.polygon)


def test_the_whole_extract_is_the_town_when_nobody_says_which() -> None:
    segments = Drawing({"a": (0, 0), "b": (1000, 0)}).road("a b").source().layer("road_segments")
    area = area_of_extract(segments, "extract")
    assert area.whole_extract
    with pytest.raises(BoundaryError, match="holds no roads"):
        area_of_extract(segments.iloc[:0], "extract")


def neck() -> Drawing:
    """Draw a neck of Homeport, south of the river, that is reached only through Overthere in the west.

    ::

        y=3000   a--------b          Homeport (x > 0), station at b
                 |  river            a-w and w-v: Overthere (x < 0)
        y=0   v  w
              |
        y=-2000  c--d                the neck: Neck Road, in Homeport
    """
    drawing = Drawing(
        {
            "a": (200, 3000),
            "b": (1500, 3000),
            "w": (-800, 1500),
            "v": (-800, -1900),
            "c": (200, -2000),
            "d": (1800, -2000),
        }
    )
    drawing.road("a b", "Main Street").road("a w v", "Stateline Road").road("v c d", "Neck Road")
    drawing.place("Fire Headquarters", "fire_station", 1500, 3010)
    drawing.place("The Neck", "hamlet", 1000, -2000, kind="place=hamlet")
    drawing.address(12, "Neck Road", 1000, -2010)
    return drawing


HOMEPORT = box(0, -3000, 4000, 4000)


@pytest.mark.parametrize(("margin_m", "cut_off"), [(8000.0, False), (0.0, True)])
def test_a_neck_reached_only_through_the_neighbour(margin_m: float, cut_off: bool) -> None:
    drawing = neck()
    area = TownArea("Homeport", HOMEPORT)
    clip = area.with_margin(margin_m)
    layers = assemble(clip_layers(drawing.source(), clip), area, clip).layers
    report = connectivity(layers, area.polygon, EPSG)
    assert report["origins"] == "stations on the map"
    assert bool(report["unreachable"]) is cut_off
    if cut_off:
        (part,) = report["unreachable"]
        assert part["streets"] == ["Neck Road"]
        assert part["localities"] == ["The Neck"]
        assert part["addresses"] == 1
        assert part["road_m"] == pytest.approx(2600, rel=0.01)


def test_a_dead_component_is_counted() -> None:
    drawing = Drawing({"a": (100, 0), "b": (1000, 0), "c": (100, 500), "d": (700, 500)})
    drawing.road("a b", "Main Street").road("c d", "Island Road")
    area = TownArea("Homeport", HOMEPORT)
    report = connectivity(drawing.layers("Homeport", HOMEPORT), area.polygon, EPSG)
    assert report["dead_components"] == 1
    assert report["dead_road_m"] == pytest.approx(600, rel=1e-3)
