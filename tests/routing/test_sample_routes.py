"""Routes in the sample town: its posted bridge, low bridge, gated lanes, ford, causeway and neck."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path as FilePath

import pytest

from geo_dispatch.errors import NoRouteError, ProfileError
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing import Path, Router, UnitVehicle, VehicleSize, list_profiles, unit_vehicle
from geo_dispatch.town.town import Town

SUMMER = datetime(2026, 7, 8, 12)
WEST_OF_WICKS, EAST_OF_WICKS = LonLat(-69.5790, 40.8885), LonLat(-69.5480, 40.8880)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    from geo_dispatch.build import BuildRequest, build_town
    from geo_dispatch.progress import NO_PROGRESS
    from geo_dispatch.town.store import open_town

    folder = FilePath(__file__).resolve().parents[2] / "data" / "towns" / "sample"
    out = tmp_path_factory.mktemp("towns") / "sample.gpkg"
    request = BuildRequest(out=out, osm=(folder / "sample.osm.pbf",), pack=folder / "pack")
    build_town(request, progress=NO_PROGRESS)
    return open_town(out)


@pytest.fixture(scope="module")
def router(town: Town) -> Router:
    return Router(town)


def names(town: Town, path: Path) -> set[str | None]:
    column = town.network.segments.text("name")
    return {column[part.segment] for part in path.parts}


def test_every_turn_restriction_is_on_the_roads(router: Router) -> None:
    assert len(router.restrictions.rules) == 7
    assert all(rule.forbidden for rule in router.restrictions.rules)
    assert router.restrictions.unmapped == ()


def test_the_posted_bridge_is_for_the_light(town: Town, router: Router) -> None:
    over = {
        p for p in list_profiles() if "Wicks Bridge Road" in names(town, _ask(router, EAST_OF_WICKS, WEST_OF_WICKS, p))
    }
    bridge = {
        p
        for p in over
        if any(town.network.segments.text("bridge_name")[part.segment] == "Wicks Bridge"
               for part in _ask(router, EAST_OF_WICKS, WEST_OF_WICKS, p).parts)
    }  # fmt: skip
    assert bridge == {"car", "police", "ambulance"}
    engine = _ask(router, EAST_OF_WICKS, WEST_OF_WICKS, "engine")
    posted = [avoided for avoided in engine.avoided if "posted" in avoided.reason]
    assert [(a.what, a.reason) for a in posted] == [("Wicks Bridge Road", "posted 7.3 t, this engine has 19 t")]
    assert posted[0].detour_s > 60


def _ask(router: Router, start: LonLat, end: LonLat, profile: str = "car", **question: object) -> Path:
    return router.route(start, end, profile=profile, at=SUMMER, **question)  # type: ignore[arg-type]


def test_the_towns_units_have_their_own_sizes(town: Town, router: Router) -> None:
    assert unit_vehicle(town, "E2") == UnitVehicle("engine", VehicleSize(17.8, 3.1, 2.5, 9.2))
    unit = unit_vehicle(town, "L1")
    low = _ask(router, LonLat(-69.5716, 40.9275), LonLat(-69.5714, 40.9295), unit.profile, size=unit.size)
    assert [avoided.what for avoided in low.avoided] == ["North Street"]
    with pytest.raises(ProfileError, match=r"no unit 'E9'"):
        unit_vehicle(town, "E9")


def test_the_low_bridge_is_too_low_for_the_ladder(router: Router) -> None:
    south, north = LonLat(-69.5716, 40.9275), LonLat(-69.5714, 40.9295)
    assert _ask(router, south, north, "engine").avoided == ()
    (avoided,) = _ask(router, south, north, "ladder").avoided
    assert avoided.what == "North Street"
    assert avoided.reason == "posted 3.51 m clearance, this ladder has 3.65 m"


def test_the_neck_is_reached_through_the_next_state_and_cut_off_by_closures_there(town: Town, router: Router) -> None:
    neck = LonLat(-69.5200, 40.8499)
    way = _ask(router, EAST_OF_WICKS, neck, "engine")
    states = {town.network.segments.text("state")[part.segment] for part in way.parts}
    assert "Narrows" in states
    both = ["Neck Road", "Atlantic Avenue, Littlebourne"]
    around = _ask(router, EAST_OF_WICKS, neck, closures=both[:1])
    assert [avoided.what for avoided in around.avoided] == ["Neck Road"]
    with pytest.raises(NoRouteError, match=r"(Neck Road|Atlantic Avenue, Littlebourne) is closed"):
        _ask(router, EAST_OF_WICKS, neck, closures=both)


def test_the_flooded_causeway_cuts_the_island_off(router: Router) -> None:
    island = LonLat(-69.5816, 40.8390)
    dry = _ask(router, EAST_OF_WICKS, island)
    assert any("Plover Island Causeway can't be used at all times" in warning for warning in dry.warnings)
    with pytest.raises(NoRouteError, match=r"Plover Island Causeway \(flooded\) is closed"):
        _ask(router, EAST_OF_WICKS, island, closures=["Plover Island Causeway; note=flooded"])


def test_the_fire_lane_is_for_responders(town: Town, router: Router) -> None:
    column = town.network.segments.text("name")
    lane = next(s for s in range(town.network.segment_count) if column[s] == "Tower Fire Lane")
    middle = LonLat(*town.network.point_along(lane, float(town.network.segment_length_m[lane]) / 2))
    assert "Tower Fire Lane" in names(town, _ask(router, EAST_OF_WICKS, middle, "engine"))
    assert "Tower Fire Lane" not in names(town, _ask(router, EAST_OF_WICKS, middle, "car"))


def test_the_closures_of_the_packs_events_are_found(town: Town, router: Router) -> None:
    events = town.table("events")
    specs = [spec for row in range(len(events)) for spec in events.json("closures", row) or []]
    assert len(specs) >= 5
    assert all(len(found.arcs) for found in router.closed_roads(specs))


def test_the_winter_road_is_closed_in_winter(town: Town, router: Router) -> None:
    column = town.network.segments.text("name")
    road = next(s for s in range(town.network.segment_count) if column[s] == "Sand Hill Road")
    middle = LonLat(*town.network.point_along(road, float(town.network.segment_length_m[road]) / 2))
    assert "Sand Hill Road" in names(town, router.route(EAST_OF_WICKS, middle, at=SUMMER))
    winter = router.route(EAST_OF_WICKS, middle, at=datetime(2026, 1, 8, 12))
    assert "Sand Hill Road" not in names(town, winter)
