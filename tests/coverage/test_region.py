"""Regions: one process or two workers give the same bytes; finished towns are kept; a town that fails stops nobody."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from geo_dispatch.coverage import Scenario, Study
from geo_dispatch.coverage.region import read_region, region_document, run_region
from geo_dispatch.coverage.tally import address_figures
from geo_dispatch.errors import CaseFileError, InputError, ProfileError, RemoteUnavailableError
from geo_dispatch.routing import Router
from geo_dispatch.town.store import open_town
from tests.cli.towns_on_disk import write_tiny_town
from tests.towns import lonlat

TEXT = """name: Both ports
thresholds_s: [80, 130]
towns:
- {name: East Port, file: east.gpkg, stations: stations.csv}
- {name: West, file: west.gpkg, stations: stations.csv}
"""


class Counted:
    """Progress that counts what is advanced, and keeps the stages."""

    def __init__(self) -> None:
        self.count, self.stages, self.notes = 0, [], []

    def stage(self, name: str, *, total: int | None = None) -> None:
        self.stages.append(name)

    def advance(self, count: int = 1) -> None:
        self.count += count

    def note(self, message: str) -> None:
        self.notes.append(message)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two towns, their stations, and the region file."""
    found = tmp_path_factory.mktemp("region")
    for name in ("east", "west"):
        write_tiny_town(found / f"{name}.gpkg")
    lines = [f"{name},{lon},{lat},60" for name, (lon, lat) in {"w": lonlat(20, 510), "e": lonlat(990, 760)}.items()]
    (found / "stations.csv").write_text("\n".join(["id,lon,lat,turnout_s", *lines]))
    (found / "region.yaml").write_text(TEXT)
    return found


@pytest.fixture(scope="module")
def alone(folder: Path) -> str:
    """The region's document by one process."""
    return json.dumps(region_document(run_region(read_region(folder / "region.yaml"), folder / "alone")))


def test_each_town_is_its_own_study(folder: Path, alone: str) -> None:
    from geo_dispatch.coverage import read_stations_csv

    document = json.loads(alone)
    town = open_town(folder / "east.gpkg")
    stations = read_stations_csv(folder / "stations.csv")
    coverage = Study(town, Router(town)).run(Scenario(responders=stations, thresholds_s=(80.0, 130.0)))
    own = coverage.document()
    assert document["towns"][0]["addresses"] == own["addresses"]
    assert document["towns"][0]["road_m"] == own["road_m"]
    both = np.concatenate([coverage.response_s, coverage.response_s])
    assert document["addresses"] == address_figures(both, (80.0, 130.0))
    assert document["stations"] == 4
    assert not document["partial"]


@pytest.mark.slow
def test_two_workers_give_the_same_bytes(folder: Path, alone: str) -> None:
    result = run_region(read_region(folder / "region.yaml"), folder / "dask", workers=2)
    assert json.dumps(region_document(result)) == alone


def test_finished_towns_are_kept(folder: Path, alone: str) -> None:
    region = read_region(folder / "region.yaml")
    progress = Counted()
    again = run_region(region, folder / "alone", progress=progress)
    assert [row.kept for row in again.towns] == [True, True]
    assert (progress.count, progress.stages) == (0, ["0 towns, 2 kept"])
    assert json.dumps(region_document(again)) == alone


def test_what_was_broken_off_goes_on(folder: Path, alone: str, tmp_path: Path) -> None:
    """Lose one town's document, damage the other's arrays: both are done again, and come out the same."""
    region = read_region(folder / "region.yaml")
    run_region(region, tmp_path)
    (tmp_path / "towns" / "West.json").unlink()
    (array,) = (tmp_path / "towns").glob("East-Port*.npz")
    array.write_bytes(array.read_bytes()[:100])
    progress = Counted()
    again = run_region(region, tmp_path, progress=progress)
    assert [row.kept for row in again.towns] == [False, False]
    assert progress.count == 2
    assert json.dumps(region_document(again)) == alone
    assert not list((tmp_path / "towns").glob("*.part"))


def test_other_inputs_are_studied_again(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "stations.csv").write_text((folder / "stations.csv").read_text())
    for name in ("east", "west"):
        (tmp_path / f"{name}.gpkg").symlink_to(folder / f"{name}.gpkg")
    (tmp_path / "region.yaml").write_text(
        TEXT.replace("east.gpkg, stations: stations.csv", "east.gpkg, stations: own.csv")
    )
    (tmp_path / "own.csv").write_text((folder / "stations.csv").read_text())
    first = run_region(read_region(tmp_path / "region.yaml"), tmp_path / "out")
    (tmp_path / "own.csv").write_text("\n".join((folder / "stations.csv").read_text().splitlines()[:2]))
    second = run_region(read_region(tmp_path / "region.yaml"), tmp_path / "out")
    assert [row.kept for row in second.towns] == [False, True]
    before, after = region_document(first)["towns"][0], region_document(second)["towns"][0]
    assert (before["stations"], after["stations"]) == (2, 1)
    assert all(a <= b for a, b in zip(after["addresses"]["reached"], before["addresses"]["reached"], strict=True))


def test_a_town_that_fails_stops_nobody(folder: Path, tmp_path: Path) -> None:
    text = TEXT.replace(
        "{name: West, file: west.gpkg, stations: stations.csv}", "{name: West, file: west.gpkg, stations_from: harbor}"
    )
    (folder / "partly.yaml").write_text(text)
    progress = Counted()
    result = run_region(read_region(folder / "partly.yaml"), tmp_path, progress=progress)
    document = region_document(result)
    assert [row.town.name for row in result.failed] == ["West"]
    assert document["partial"]
    assert document["warnings"][0] == "partial: 1 of 2 towns could not be studied"
    assert "no place of the category 'harbor'" in document["towns"][1]["problem"]
    assert document["addresses"]["n"] == document["towns"][0]["addresses"]["n"]
    assert len(progress.notes) == 1


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (("east.gpkg", "gone.gpkg"), "region.yaml:4: file .*gone.gpkg: no such file"),
        (("name: West,", "name: East Port,"), "the town 'East Port' is on line 4 already"),
        (("file: east.gpkg", "fill: east.gpkg"), "region.yaml:4: towns.0.f"),
        (("towns:", "places:"), "towns"),
        (
            ("stations: stations.csv}\n- ", "stations: stations.csv, stations_from: fire station}\n- "),
            "both tell the stations",
        ),
        ((TEXT, "- nothing"), "is not a region"),
    ],
)
def test_region_files_that_cannot_be_used(folder: Path, change: tuple[str, str], part: str) -> None:
    path = folder / "wrong" / "region.yaml"
    path.parent.mkdir(exist_ok=True)
    for name in ("east.gpkg", "west.gpkg", "stations.csv"):
        if not (path.parent / name).exists():
            (path.parent / name).symlink_to(folder / name)
    path.write_text(TEXT.replace(*change))
    with pytest.raises(CaseFileError, match=part):
        read_region(path)


def test_other_values_that_cannot_be_used(folder: Path) -> None:
    path = folder / "odd.yaml"
    path.write_text(TEXT.replace("[80, 130]", "[0]"))
    with pytest.raises(InputError, match="a threshold of 0 s"):
        read_region(path)
    path.write_text(TEXT + "profile: hovercraft\n")
    with pytest.raises(ProfileError, match="hovercraft"):
        read_region(path)


@pytest.mark.slow
def test_no_scheduler_at_the_address(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(RemoteUnavailableError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        run_region(read_region(folder / "region.yaml"), tmp_path, scheduler="tcp://127.0.0.1:9")
