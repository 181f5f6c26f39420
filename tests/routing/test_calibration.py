"""Factors of travel time: read, refused, and in every route."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
import yaml

from geo_dispatch.errors import SpeedsFileError
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing import Calibration, IntervalFactors, Router, read_calibration
from geo_dispatch.town.town import rows_from_meta
from tests.audit.drawn import audit_town
from tests.towns import lonlat

BANDS = {"night": ("22:00", "06:00"), "rush": ("07:00", "09:00")}
MADE = Calibration(
    BANDS,
    {"engine": 1.1},
    {"residential": {"all": 1.2, "night": 0.9}, "default": {"all": 1.5}},
    turn_factor=1.3,
    interval=IntervalFactors(0.7, 1.6, 5.0, "30 trips"),
    made={"trips": 30, "days": 9},
)
FROM, TO = LonLat(*lonlat(40, 0)), LonLat(*lonlat(1200, 1460))


def test_it_survives_its_file(tmp_path):
    path = tmp_path / "speeds.yaml"
    path.write_text(yaml.safe_dump(MADE.document()))
    read = read_calibration(path)
    assert (read.bands, read.profiles, read.time_factor, read.interval) == (
        MADE.bands,
        MADE.profiles,
        MADE.time_factor,
        MADE.interval,
    )
    assert Calibration.of_document(MADE.document()) == MADE


@pytest.mark.parametrize(
    ("clock", "band"), [(22, "night"), (5, "night"), (6, "all"), (7, "rush"), (9, "all"), (None, "all")]
)
def test_bands_begin_inclusive_and_end_exclusive(clock, band):
    assert MADE.band_at(None if clock is None else datetime(2026, 3, 2, clock)) == band


def test_a_band_of_the_whole_day():
    assert Calibration({"day": ("06:00", "06:00")}, {}, {}).band_at(datetime(2026, 3, 2, 5, 59)) == "day"


def test_routes_take_as_much_longer():
    town = audit_town()
    plain, calibrated = Router(town), Router(town, calibration=MADE)
    for at, factor in ((datetime(2026, 3, 2, 12), 1.2), (datetime(2026, 3, 2, 23), 0.9), (None, 1.2)):
        before = plain.route(FROM, TO, profile="engine", at=at)
        after = calibrated.route(FROM, TO, profile="engine", at=at)
        turns = sum(part.turn_s for part in before.parts)
        drive = before.travel_time_s - turns
        assert after.travel_time_s == pytest.approx(drive * factor * 1.1 + turns * 1.3)
        assert after.travel_time_interval_s == pytest.approx((after.travel_time_s * 0.7, after.travel_time_s * 1.6 + 5))
    assert calibrated.route(FROM, TO).travel_time_s == plain.route(FROM, TO).travel_time_s  # no trips of cars
    vehicle = calibrated.vehicle("engine")
    trunk = np.asarray([name == "trunk" for name in town.network.segments.text("highway")])[town.network.arc_segment]
    own = plain.vehicle("engine").graph.arc_time_s[trunk]
    np.testing.assert_allclose(vehicle.graph.arc_time_s[trunk], own * 1.5 * 1.1)


def test_top_speeds_hold():
    quick = Calibration({}, {"engine": 1.0}, {"default": {"all": 0.2}})
    town = audit_town()
    speed = np.asarray(town.network.arc_length_m) / Router(town, calibration=quick).vehicle("engine").graph.arc_time_s
    most = Router(town).profile("engine").max_kph
    assert speed.max() * 3.6 <= most * 1.000001


def test_a_town_file_keeps_it(tmp_path):
    from dataclasses import replace

    from geo_dispatch.town.town import Town, meta_from_rows

    town = audit_town()
    meta = replace(town.meta, options={"speeds": MADE.document()})
    router = Router(Town(meta_from_rows(rows_from_meta(meta)), town.arrays))
    assert router.calibration == MADE
    assert router.profile("engine").interval_basis == "30 trips"
    assert router.profile("car").interval_basis != "30 trips"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": 2}, "format 2 is not 1"),
        ({"profiles": {"engin": 1.0}}, "no vehicle profile 'engin': did you mean 'engine'"),
        ({"profiles": {"engine": 0}}, "profiles: engine 0 is no factor from 0.2 to 5"),
        ({"turn_factor": "much"}, "turn_factor much is no factor"),
        ({"time_factor": {"residential": {"nite": 1.0}}}, "residential: there is no band 'nite': did you mean 'night'"),
        ({"time_factor": {"residential": 1.0}}, "is not a mapping"),
        ({"bands": {"night": ["22", "06:00"]}}, "'22' is not a time of day"),
        ({"bands": {"night": "22:00"}}, "is not .from, to."),
        ({"interval": {"low_factor": 1.0}}, "does not name"),
        ({"interval": {**MADE.document()["interval"], "high_factor": 0.9}}, "no less than 1"),
    ],
)
def test_what_can_t_be_used_is_refused(tmp_path, change, said):
    path = tmp_path / "speeds.yaml"
    path.write_text(yaml.safe_dump({**MADE.document(), **change}))
    with pytest.raises(SpeedsFileError, match=f"speeds.yaml: .*{said}"):
        read_calibration(path)


def test_a_build_refuses_it_before_anything_is_read(tmp_path):
    from geo_dispatch.build import BuildRequest

    request = BuildRequest(out=tmp_path / "t.gpkg", osm=(tmp_path / "none.pbf",), speeds=tmp_path / "none.yaml")
    with pytest.raises(SpeedsFileError, match="no such file"):
        request.check()
