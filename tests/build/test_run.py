"""The whole build, from files to a town file, and what it says to bad input."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo_dispatch.build import BuildRequest, build_town
from geo_dispatch.errors import GeoDispatchError
from geo_dispatch.town.store import open_town

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "towns" / "sample"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample") / "sample.gpkg"
    build_town(BuildRequest(out=out, osm=(SAMPLE / "sample.osm.pbf",), pack=SAMPLE / "pack"))
    return out


def test_the_sample_town_builds_by_the_ordinary_path(sample: Path) -> None:
    town = open_town(sample)
    assert town.meta.fictional
    assert "fictional" in (town.meta.notice or "").lower()
    assert not any("OpenStreetMap" in text for text in town.meta.attribution)
    assert len(town.table("addresses")) > 3000
    assert len(town.table("units")) == 10
    assert town.meta.report["counts"]["edges"] == town.network.arc_count
    assert town.meta.report["problems"].get("pack_unresolved", {"count": 0})["count"] == 0


def test_without_a_margin_the_neck_is_cut_off_and_named(tmp_path: Path, sample: Path) -> None:
    source = (SAMPLE / "sample.osm.pbf",)
    report = build_town(BuildRequest(out=tmp_path / "cut.gpkg", osm=source, pack=SAMPLE / "pack", margin_m=0.0))
    whole = open_town(sample).meta.report["connectivity"]["unreachable"]
    cut = report.connectivity["unreachable"]
    assert sum(part["addresses"] for part in cut) > sum(part["addresses"] for part in whole) + 20
    longest = cut[0]
    assert longest["streets"]
    warning = next(text for text in report.warnings if text.startswith("cut off"))
    assert longest["streets"][0] in warning
    assert "--margin-m than 0" in warning


def test_building_twice_gives_the_same_tables(tmp_path: Path, sample: Path) -> None:
    import numpy as np

    again = tmp_path / "again.gpkg"
    build_town(BuildRequest(out=again, osm=(SAMPLE / "sample.osm.pbf",), pack=SAMPLE / "pack"))
    first, second = open_town(sample), open_town(again)
    for name, values in first.arrays.items():
        if not name.startswith("meta/"):
            np.testing.assert_array_equal(second.arrays[name], values, err_msg=name)


def _other_pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "pack.yaml").write_text("name: Elsewhere\nstate: Testonia\n")
    return folder


def test_address_points_may_be_added_to_a_whole_extract(tmp_path: Path, sample: Path) -> None:
    town = open_town(sample)
    middle = town.network.segment_lonlat(town.network.segment_count // 2)[0]
    points = tmp_path / "points.csv"
    points.write_text(f"lon,lat,Add_Number,St_Name\n{middle[0]},{middle[1]},4711,Added Street\n")
    request = BuildRequest(out=tmp_path / "t.gpkg", osm=(SAMPLE / "sample.osm.pbf",), addresses=(points,))
    report = build_town(request)
    assert 4711 in open_town(request.out).table("addresses").numbers("number")
    assert report.warnings[0].startswith("no --boundary and no --name")


def _bad(tmp_path: Path) -> dict[str, tuple[dict[str, object], str]]:
    osm = SAMPLE / "sample.osm.pbf"
    empty, text, cut = tmp_path / "empty.osm.pbf", tmp_path / "text.osm", tmp_path / "cut.osm.pbf"
    empty.write_bytes(b"")
    text.write_text("this is no map")
    cut.write_bytes(osm.read_bytes()[:5000])
    point = tmp_path / "point.geojson"
    point.write_text('{"type":"Point","coordinates":[-71,41]}')
    far = tmp_path / "far.geojson"
    far.write_text('{"type":"Polygon","coordinates":[[[10,10],[11,10],[11,11],[10,10]]]}')
    return {
        "nothing": ({}, "nothing to build from"),
        "two sources": ({"place": "Westport", "osm": (osm,)}, "both the place 'Westport' and --osm"),
        "absent": ({"osm": (tmp_path / "absent.osm.pbf",)}, "absent.osm.pbf"),
        "empty": ({"osm": (empty,)}, "empty.osm.pbf"),
        "text": ({"osm": (text,)}, "text.osm"),
        "cut": ({"osm": (cut,)}, "cut.osm.pbf"),
        "folder": ({"osm": (tmp_path,)}, str(tmp_path)),
        "point": ({"osm": (osm,), "boundary": point}, "the boundary is a Point, not an area"),
        "elsewhere": ({"osm": (osm,), "boundary": far}, "far"),
        "unknown name": ({"osm": (osm,), "name": "Atlantis"}, "'Atlantis' is not the name"),
        "no pack": ({"osm": (osm,), "pack": tmp_path / "nopack"}, "nopack"),
        "blank name": ({"osm": (osm,), "name": " "}, "--name is blank"),
        "suffix": ({"osm": (osm,), "out": tmp_path / "town.txt"}, "ends in .gpkg"),
        "other pack": (
            {"osm": (osm,), "pack": _other_pack(tmp_path)},
            "is for Elsewhere, and the source has no boundary",
        ),
        "margin": ({"osm": (osm,), "margin_m": -5.0}, "--margin-m -5"),
        "fields": ({"osm": (osm,), "fields": text}, "--fields"),
        "no folder": ({"osm": (osm,), "out": tmp_path / "no" / "x.gpkg"}, "does not exist"),
    }


CASES = (
    "nothing",
    "two sources",
    "absent",
    "empty",
    "text",
    "cut",
    "folder",
    "point",
    "elsewhere",
    "unknown name",
    "no pack",
    "margin",
    "fields",
    "no folder",
    "blank name",
    "suffix",
    "other pack",
)


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_one_line_that_names_the_value_and_leaves_the_old_file(tmp_path: Path, case: str) -> None:
    bad = _bad(tmp_path)
    assert set(bad) == set(CASES)
    options, message = bad[case]
    old = tmp_path / "town.gpkg"
    old.write_bytes(b"the old town")
    with pytest.raises(GeoDispatchError) as caught:
        build_town(BuildRequest(**{"out": old, **options}))  # type: ignore[arg-type]
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2
    assert old.read_bytes() == b"the old town"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
