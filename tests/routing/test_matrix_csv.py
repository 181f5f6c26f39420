"""Reading points and writing matrices."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from geo_dispatch.errors import CaseFileError, OutputError
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing import NamedPoint, Router, read_points_csv, write_matrix_csv
from tests.towns import lonlat, tiny_town


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r":1: lacks the column id, lon, lat"),
        ("id,lon\na,1\n", r":1: lacks the column lat"),
        ("id,lon,lat\n", "holds no points"),
        ("id,lon,lat\na,-71,41\na,-71,42\n", r":3: id 'a' is already on line 2"),
        ("id,lon,lat\na,-71\n", r":2: has 2 values"),
        ("id,lon,lat\na,-71,north\n", r":2: '-71,north' is not LON,LAT"),
        ("id,lon,lat\na,-71,941\n", r":2: .*outside"),
        ("id,lon,lat\na,nan,41\n", r":2: "),
        ("id,lon,lat\n,-71,41\n", r":2: has no id"),
    ],
)
def test_bad_points_are_refused_with_the_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "points.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CaseFileError, match=message) as caught:
        read_points_csv(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_and_binary_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseFileError, match="can't be read"):
        read_points_csv(tmp_path / "none.csv")
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00id")
    with pytest.raises(CaseFileError, match="not UTF-8"):
        read_points_csv(tmp_path / "binary.csv")


def test_reads_any_column_order_blank_lines_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_bytes('\ufefflat,ID,lon,note\r\n41.5,a,-71.1,x\r\n\r\n41.6,"b, c",-71.2,y\r\n'.encode())
    assert read_points_csv(path) == (NamedPoint("a", LonLat(-71.1, 41.5)), NamedPoint("b, c", LonLat(-71.2, 41.6)))


def test_matrix_round_trip_blank_where_there_is_no_way(tmp_path: Path) -> None:
    origins = [NamedPoint("main", LonLat(*lonlat(10, 1000))), NamedPoint("far", LonLat(*lonlat(2100, 0)))]
    destinations = [NamedPoint("elm", LonLat(*lonlat(500, 700)))]
    matrix = Router(tiny_town()).matrix([p.position for p in origins], [p.position for p in destinations])
    out = tmp_path / "matrix.csv"
    write_matrix_csv(out, matrix, origins=origins, destinations=destinations)
    rows = list(csv.reader(out.read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["origin", "destination", "travel_time_s", "length_m"]
    assert rows[1][:2] == ["main", "elm"]
    assert float(rows[1][2]) == pytest.approx(matrix.travel_time_s[0, 0], abs=0.05)
    assert float(rows[1][3]) == pytest.approx(matrix.length_m[0, 0], abs=0.05)
    assert rows[2] == ["far", "elm", "", ""]
    assert list(tmp_path.iterdir()) == [out]


def test_unwritable_output_is_refused(tmp_path: Path) -> None:
    point = [NamedPoint("main", LonLat(*lonlat(10, 1000)))]
    matrix = Router(tiny_town()).matrix([point[0].position], [point[0].position])
    with pytest.raises(OutputError, match="can't be written"):
        write_matrix_csv(tmp_path / "no" / "folder.csv", matrix, origins=point, destinations=point)
    with pytest.raises(ValueError, match="shape"):
        write_matrix_csv(tmp_path / "m.csv", matrix, origins=point * 2, destinations=point)
    assert np.isfinite(matrix.travel_time_s).all()
