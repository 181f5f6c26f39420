"""Vehicles: what each may use, how large it is, what is said about limits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from geo_dispatch.errors import NoRouteError, ProfileError
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing import Path, Router, VehicleSize, get_profile, list_profiles
from geo_dispatch.town.town import Town
from tests.towns import Drawing, box, lonlat, point

OUTLINE = box(-1000, -1000, 3000, 3000)


def at(x: float, y: float) -> LonLat:
    return LonLat(*lonlat(x, y))


def two_ways(**tags: Any) -> Drawing:
    """Draw a short way b-c with some tags, and a long way round it."""
    drawing = Drawing({"a": (0, 0), "b": (300, 0), "c": (600, 0), "z": (900, 0), "d": (600, 900), "e": (300, 900)})
    drawing.road("a b", "West").road("b c", "Short Way", **tags).road("c z", "East").road("c d e b", "Long Way")
    return drawing


START, END = at(150, 0), at(750, 0)


def route(drawing: Drawing, profile: str, **question: Any) -> tuple[list[str | None], Path]:
    town = drawing.town("Wayton", OUTLINE)
    path = Router(town).route(START, END, profile=profile, **question)
    return streets(town, path), path


def streets(town: Town, path: Path) -> list[str | None]:
    names = town.network.segments.text("name")
    return list(dict.fromkeys(names[part.segment] for part in path.parts))


RESPONDERS = {"police", "ambulance", "engine", "tanker", "ladder"}
EVERYONE = {*RESPONDERS, "car", "highway_truck"}


@pytest.mark.parametrize(
    ("tags", "allowed"),
    [
        ({}, EVERYONE),
        ({"access": "private"}, set()),
        ({"access": "private", "emergency": "yes"}, RESPONDERS),
        ({"access": "no", "emergency": "yes"}, RESPONDERS),
        ({"access": "no"}, set()),
        ({"access": "emergency"}, RESPONDERS),
        ({"access": "destination"}, RESPONDERS),
        ({"motor_vehicle": "bus"}, RESPONDERS),
        ({"highway": "busway"}, RESPONDERS),
        ({"highway": "service", "service": "emergency_access"}, RESPONDERS),
        ({"highway": "footway", "emergency": "yes"}, RESPONDERS),
        ({"highway": "footway", "access": "yes"}, set()),
        ({"hgv": "no"}, EVERYONE - {"highway_truck"}),
        ({"hgv": "destination"}, EVERYONE - {"highway_truck"}),
        ({"hgv": "designated"}, EVERYONE),
        ({"maxweight_t": 7.3}, {"car", "police", "ambulance"}),
        ({"maxweight_t": 19.0}, {"car", "police", "ambulance", "engine"}),  # a limit may be used up
        ({"maxheight_m": 3.25}, {"car", "police", "ambulance", "engine"}),
        ({"maxwidth_m": 2.3}, {"car", "police"}),
    ],
)
def test_who_may_pass_through(tags: dict[str, Any], allowed: set[str]) -> None:
    town = two_ways(**tags).town("Wayton", OUTLINE)
    router = Router(town)
    passing = {p for p in list_profiles() if "Short Way" in streets(town, router.route(START, END, profile=p))}
    assert passing == allowed


def test_a_ford_is_driven_through_by_some_and_refused_by_others() -> None:
    town = two_ways(ford="yes").town("Wayton", OUTLINE)
    router = Router(town)
    assert "Short Way crosses a ford." in router.route(at(310, 0), at(590, 0), profile="engine").warnings
    assert "Short Way" not in streets(town, router.route(at(310, 0), END, profile="ambulance"))


def test_gates_stop_by_their_access() -> None:
    for access, emergency, through in (
        (None, None, {"car", "engine"}),
        ("private", None, {"car", "engine"}),
        ("no", None, set()),
        ("no", "yes", {"engine"}),
        ("emergency", None, {"engine"}),
    ):
        drawing = Drawing(
            {"a": (0, 0), "b": (300, 0), "m": (450, 0), "c": (600, 0), "z": (900, 0), "d": (600, 900), "e": (300, 900)}
        )
        drawing.road("a b", "West").road("b m c", "Short Way").road("c z", "East").road("c d e b", "Long Way")
        drawing.node_tags["m"] = {"barrier": "gate", "access": access, "emergency": emergency}
        passing = {p for p in ("car", "engine") if "Short Way" in route(drawing, p)[0]}
        assert passing == through, (access, emergency)


def test_the_answer_says_what_was_avoided_and_what_that_costs() -> None:
    names, path = route(two_ways(maxweight_t=7.25747792, bridge="yes"), "engine")
    free = route(two_ways(), "engine")[1]
    assert "Long Way" in names
    (avoided,) = path.avoided
    assert (avoided.what, avoided.reason) == ("Short Way", "posted 7.3 t, this engine has 19 t")
    assert avoided.detour_s == pytest.approx(path.travel_time_s - free.travel_time_s, abs=0.06)
    assert route(two_ways(maxweight_t=7.25747792, bridge="yes"), "car")[1].avoided == ()


def test_each_limit_exceeded_is_named() -> None:
    path = route(two_ways(maxweight_t=7.0, maxheight_m=3.0, maxwidth_m=2.4), "engine")[1]
    assert path.avoided[0].reason == (
        "posted 7 t, this engine has 19 t and posted 3 m clearance, this engine has 3.2 m"
        " and posted 2.4 m width, this engine has 2.5 m"
    )


def test_a_units_own_size_goes_before_the_profiles() -> None:
    drawing = two_ways(maxweight_t=18.0)
    assert "Short Way" not in route(drawing, "engine")[0]
    assert "Short Way" in route(drawing, "engine", size=VehicleSize(weight_t=17.8))[0]
    assert "Short Way" in route(drawing, "engine", size=VehicleSize(weight_t=17.8, height_m=float("nan")))[0]


def test_an_unposted_bridge_is_warned_of_for_the_heavy_only() -> None:
    drawing = two_ways(bridge="yes", bridge_name="Mill Bridge")
    heavy, light = route(drawing, "engine")[1], route(drawing, "car")[1]
    assert heavy.warnings == (
        "No weight limit is on file for a bridge on the way: Mill Bridge; this vehicle has 19 t.",
    )
    assert light.warnings == ()
    assert route(two_ways(bridge="yes", maxweight_t=30.0), "engine")[1].warnings == ()


def test_a_limit_of_the_pack_goes_before_the_maps() -> None:
    import geopandas as gpd

    from geo_dispatch.schema import TOWN_TABLES, conform
    from geo_dispatch.town.town import town_from_layers
    from tests.towns import EPSG

    layers = two_ways(bridge="yes", maxweight_t=30.0).layers("Wayton", OUTLINE)
    row = {"hazard_id": "h", "name": "Posted", "kind": "bridge_limit", "description": "x", "maxweight_t": 8.0}
    frame = gpd.GeoDataFrame([row], geometry=[point(450, 40)], crs=4326)
    town = town_from_layers({**layers, "hazards": conform(frame, TOWN_TABLES["hazards"])}, name="Wayton", epsg=EPSG)
    path = Router(town).route(START, END, profile="engine")
    assert path.avoided[0].reason == "posted 8 t, this engine has 19 t"
    elsewhere = gpd.GeoDataFrame([row], geometry=[point(450, 400)], crs=4326)
    town = town_from_layers({**layers, "hazards": conform(elsewhere, TOWN_TABLES["hazards"])}, name="W", epsg=EPSG)
    assert Router(town).route(START, END, profile="engine").avoided == ()


def test_no_way_because_of_a_limit_names_it() -> None:
    drawing = Drawing({"a": (0, 0), "b": (300, 0), "c": (600, 0), "z": (900, 0)})
    drawing.road("a b", "West").road("b c", "Old Bridge Road", maxweight_t=3.0).road("c z", "East")
    router = Router(drawing.town("Cut", OUTLINE))
    with pytest.raises(NoRouteError, match=r"Old Bridge Road: posted 3 t, this engine has 19 t") as caught:
        router.route(START, END, profile="engine")
    assert caught.value.details["causes"] == [
        {"kind": "limit", "what": "Old Bridge Road", "reason": "posted 3 t, this engine has 19 t", "closure_id": None}
    ]
    assert router.route(START, END).length_m == pytest.approx(600, abs=1)


@pytest.mark.parametrize(
    ("conditional", "moment", "through", "warned"),
    [
        ('{"motor_vehicle:conditional": "no @ (Dec 01-Mar 31)"}', datetime(2026, 1, 5), False, False),
        ('{"motor_vehicle:conditional": "no @ (Dec 01-Mar 31)"}', datetime(2026, 7, 5), True, False),
        ('{"motor_vehicle:conditional": "no @ (Dec 01-Mar 31)"}', None, True, True),
        ('{"motor_vehicle:conditional": "no @ (snow)"}', datetime(2026, 7, 5), True, True),
        ('{"access:conditional": "no @ (weight>2)"}', datetime(2026, 7, 5), False, False),
        ('{"hgv:conditional": "no @ (Mo-Su)"}', datetime(2026, 7, 5), True, False),
        ('{"flood_prone": "yes"}', datetime(2026, 7, 5), True, True),
    ],
)
def test_roads_at_times(conditional: str, moment: datetime | None, through: bool, warned: bool) -> None:
    names, path = route(two_ways(conditional=conditional), "car", at=moment)
    assert ("Short Way" in names) == through
    assert any("can't be used at all times" in warning for warning in path.warnings) == warned


def test_heavy_vehicles_keep_to_their_top_speed() -> None:
    drawing = two_ways(maxspeed_forward_kph=130.0, maxspeed_backward_kph=130.0, highway="motorway")
    town = drawing.town("Wayton", OUTLINE)
    times = {
        p: Router(town).route(at(310, 0), at(590, 0), profile=p).travel_time_s for p in ("car", "ladder", "police")
    }
    assert times["ladder"] == pytest.approx(280 / (97 / 3.6), rel=0.01)
    assert times["police"] < times["car"] < times["ladder"]


def test_every_profile_reads_and_is_told_apart() -> None:
    assert len({get_profile(p).name for p in list_profiles()}) == len(list_profiles()) == 7
    with pytest.raises(ProfileError, match=r"'engin': use one of car, police, .*: did you mean 'engine'\?"):
        get_profile("engin")
