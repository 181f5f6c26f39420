"""Where stations come from, and who lives where."""

from __future__ import annotations

import geopandas as gpd
import pytest

from geo_dispatch.coverage import Scenario, Study, population, read_stations_csv, stations_from_places
from geo_dispatch.errors import CaseFileError, InputError, NotFoundError, SourceFileError
from tests.coverage.conftest import WEST
from tests.towns import box, lonlat

LON, LAT = lonlat(20, 510)


def written(tmp_path, text):
    path = tmp_path / "stations.csv"
    path.write_text(text)
    return path


def test_a_stations_file(tmp_path):
    rows = f"ID,lon,lat,Name,turnout_s,chance,kind\nwest,{LON},{LAT},West Station,45,0.9,\nems,{LON},{LAT},,,,ems\n"
    west, ems = read_stations_csv(written(tmp_path, rows))
    assert (west.name, west.turnout_s, west.chance, west.kind) == ("West Station", 45.0, 0.9, "fire")
    assert (ems.name, ems.turnout_s, ems.kind) == ("ems", 60.0, "ems")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id,lon,lat\n", "holds no points"),
        (f"id,lon,lat\na,{LON},{LAT}\na,{LON},{LAT}\n", ":3: id 'a' is already on line 2"),
        (f"id,lon,lat,turnout_s\na,{LON},{LAT},soon\n", ":2: turnout_s is 'soon'"),
        (f"id,lon,lat,chance\na,{LON},{LAT},80\n", ":2: chance is '80'"),
        (f"id,lon,lat\na,{LON},north\n", ":2:"),
    ],
)
def test_a_bad_stations_file(tmp_path, text, says):
    with pytest.raises(CaseFileError, match=says):
        read_stations_csv(written(tmp_path, text))


def test_places_as_stations(study):
    (found,) = stations_from_places(study.town, "Fire Station")
    assert found.name == "Fire Station 1"
    with pytest.raises(NotFoundError, match="fire_station"):
        stations_from_places(study.town, "fire statoin")


def census(tmp_path, areas, column="POP100"):
    path = tmp_path / "blocks.gpkg"
    gpd.GeoDataFrame(
        {column: [people for _, people in areas]}, geometry=[shape for shape, _ in areas], crs=4326
    ).to_file(path)
    return path


def test_people_of_census_areas_are_spread_over_their_addresses(study, tmp_path):
    blocks = census(
        tmp_path, [(box(-50, 900, 500, 1100), 120.0), (box(500, 100, 2000, 1100), 80.0), (box(0, 0, 50, 50), 7.0)]
    )
    found = population(study.demand, blocks)
    assert found.weight.sum() == pytest.approx(200.0)
    assert found.total == found.weight.sum() + found.unplaced
    assert "POP100" in found.basis
    document = (
        Study(study.town, study.router, people=blocks)
        .run(Scenario(responders=(WEST,), thresholds_s=(3600.0,)))
        .document()
    )
    assert document["population"]["reached"] == [200.0]
    assert document["population"]["basis"] == found.basis


def test_census_areas_that_do_not_fit(study, tmp_path):
    with pytest.raises(InputError, match="none of its 1 areas holds an address"):
        population(study.demand, census(tmp_path, [(box(50_000, 0, 60_000, 100), 5.0)]))
    with pytest.raises(InputError, match="no column of people"):
        population(study.demand, census(tmp_path, [(box(0, 0, 500, 1100), 5.0)], column="households"))
    with pytest.raises(InputError, match="0 or more"):
        population(study.demand, census(tmp_path, [(box(0, 0, 500, 1100), -5.0)]))
    with pytest.raises(SourceFileError, match="can't be read"):
        population(study.demand, tmp_path / "absent.gpkg")
    assert population(study.demand).basis.startswith("addresses as proxy")
