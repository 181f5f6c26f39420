"""The town file and its index: round trip, staleness, refusals, interrupted writing."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pyogrio
import pytest

from geo_dispatch.errors import OutputError, SourceFileError, TownFileError, TownFormatError
from geo_dispatch.schema import FORMAT_VERSION, TOWN_TABLES
from geo_dispatch.town import store
from geo_dispatch.town.store import index_folder, index_is_current, open_town, write_town
from geo_dispatch.town.town import TownMeta
from tests.towns import EPSG, tiny_layers, tiny_town

META = TownMeta(
    "Tinyport",
    "Testonia",
    EPSG,
    FORMAT_VERSION,
    "2026-01-01T00:00:00+00:00",
    "0",
    True,
    "fictional",
    ("© nobody",),
    {"margin_m": 8000},
)


class Notes:
    """Keeps what was noted."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def stage(self, name: str, *, total: int | None = None) -> None: ...

    def advance(self, count: int = 1) -> None: ...

    def note(self, message: str) -> None:
        self.notes.append(message)


@pytest.fixture
def town_file(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.gpkg"
    write_town(path, tiny_layers(), META)
    return path


def test_a_town_read_back_equals_the_town_in_memory(town_file: Path) -> None:
    in_memory, read = tiny_town(), open_town(town_file)
    assert set(read.arrays) == set(in_memory.arrays)
    for name in in_memory.arrays:
        if not name.startswith("meta/"):
            np.testing.assert_array_equal(read.arrays[name], in_memory.arrays[name], err_msg=name)
    assert read.meta == META


def test_the_index_made_from_the_geopackage_equals_the_one_made_while_building(town_file: Path) -> None:
    built = {name: np.array(values) for name, values in open_town(town_file).arrays.items()}
    shutil.rmtree(index_folder(town_file))
    notes = Notes()
    again = open_town(town_file, progress=notes)
    assert any("absent or stale" in note for note in notes.notes)
    for name, values in built.items():
        np.testing.assert_array_equal(again.arrays[name], values, err_msg=name)
    assert index_is_current(town_file)


def test_every_layer_opens_with_pyogrio_and_has_a_crs(town_file: Path) -> None:
    layers = dict(pyogrio.list_layers(town_file))
    assert set(layers) == set(TOWN_TABLES)
    for name, table in TOWN_TABLES.items():
        info = pyogrio.read_info(town_file, layer=name)
        assert info["crs"] == "EPSG:4326", name
        assert info["geometry_type"] == table.geometry, name
        assert set(info["fields"]) == set(table.column_names), name


def test_a_changed_file_makes_the_index_stale_but_a_touched_one_does_not(town_file: Path) -> None:
    open_town(town_file)
    os.utime(town_file, (1, 1))
    assert index_is_current(town_file)
    with sqlite3.connect(town_file) as connection:
        connection.execute("UPDATE meta SET value = 'Otherport' WHERE key = 'name'")
    connection.close()
    assert not index_is_current(town_file)
    assert open_town(town_file).meta.name == "Otherport"


def test_a_newer_format_is_refused_with_both_versions_named(town_file: Path) -> None:
    with sqlite3.connect(town_file) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'format_version'")
    connection.close()
    with pytest.raises(TownFormatError, match=r"format 99 is newer than this program reads \(1\)"):
        open_town(town_file)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a GeoPackage"),
        (b"hello", "not a GeoPackage"),
        (b"SQLite format 3\x00" + b"x" * 2000, "not a town file or damaged"),
    ],
)
def test_files_of_another_kind_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "other.gpkg"
    path.write_bytes(content)
    with pytest.raises(TownFileError, match=message):
        open_town(path)


def test_a_geopackage_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.gpkg"
    tiny_layers()["nodes"].to_file(path, layer="trees")
    with pytest.raises(TownFileError, match=r"other\.gpkg: not a town file"):
        open_town(path)


def test_a_town_file_cut_short_is_refused(town_file: Path) -> None:
    shutil.rmtree(index_folder(town_file))
    content = town_file.read_bytes()
    town_file.write_bytes(content[: len(content) // 3])
    with pytest.raises(TownFileError, match=r"build the town again|damaged"):
        open_town(town_file)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(SourceFileError, match="no such town file"):
        open_town(tmp_path / "absent.gpkg")


def test_an_interrupted_build_leaves_the_old_file_and_nothing_else(
    town_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = town_file.read_bytes()
    calls = []

    def interrupt(*arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == 5:
            raise KeyboardInterrupt

    monkeypatch.setattr(store, "_write_table", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_town(town_file, tiny_layers(), META)
    assert town_file.read_bytes() == before
    assert sorted(path.name for path in town_file.parent.iterdir()) == ["tiny.gpkg", "tiny.gpkg.index"]


def test_a_full_disk_is_said_and_leaves_the_old_file(town_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = town_file.read_bytes()

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutputError, match="No space left on device"):
        write_town(town_file, tiny_layers(), META)
    assert town_file.read_bytes() == before


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="does not exist"):
        write_town(tmp_path / "no" / "tiny.gpkg", tiny_layers(), META)


def test_derived_arrays_are_made_once_and_found_by_the_next_process(town_file: Path) -> None:
    made = []

    def make() -> dict[str, np.ndarray]:
        made.append(1)
        return {"a": np.arange(3)}

    assert open_town(town_file).derived("thing", 1, make)["a"].tolist() == [0, 1, 2]
    assert open_town(town_file).derived("thing", 1, make)["a"].tolist() == [0, 1, 2]
    assert open_town(town_file).derived("thing", 2, make)["a"].tolist() == [0, 1, 2]
    assert len(made) == 2


def test_a_damaged_index_is_made_again(town_file: Path) -> None:
    arrays = index_folder(town_file) / "town.arrays"
    arrays.write_bytes(arrays.read_bytes()[:-100])
    assert not index_is_current(town_file)
    assert open_town(town_file).network.segment_count == tiny_town().network.segment_count
    assert index_is_current(town_file)


def test_points_along_many_segments_are_those_of_each() -> None:
    network = tiny_town().network
    rng = np.random.default_rng(5)
    segments = rng.integers(network.segment_count, size=300)
    along = rng.uniform(-5, 1.1 * network.segment_length_m[segments])
    along[:100] = network.vertex_along_m[network.first_vertex[segments[:100] + 1] - 1]  # just at the end
    x, y = network.points_along_xy(segments, along)
    for row, segment in enumerate(segments):
        span = slice(network.first_vertex[segment], network.first_vertex[segment + 1])
        metres = network.vertex_along_m[span]
        assert x[row] == np.interp(along[row], metres, network.vertex_x[span])
        assert y[row] == np.interp(along[row], metres, network.vertex_y[span])
