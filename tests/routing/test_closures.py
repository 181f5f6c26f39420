"""Closures: written, read, found on the roads, in force or not."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from geo_dispatch.errors import ClosureError, NoRouteError
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing import Closure, Path, Router, closure_of_record, parse_closure
from geo_dispatch.town.town import Town
from tests.towns import Drawing, box, lonlat

OUTLINE = box(-1000, -1000, 3000, 3000)


def at(x: float, y: float) -> LonLat:
    return LonLat(*lonlat(x, y))


def ladder_town() -> Town:
    """Draw two long streets with rungs between; River Road is divided from c on.

    ::

        p---q---r---s     Upper Street p-q-r-s
        |   |   |   |     First, Second, Third and Fourth Street
        a---b---c---d     River Road a-b-c-d, and back d-C-b (one way each from b on); River Bridge is b-c
    """
    drawing = Drawing(
        {
            "a": (0, 0), "b": (400, 0), "c": (800, 0), "d": (1200, 0), "C": (800, 25),
            "p": (0, 600), "q": (400, 600), "r": (800, 600), "s": (1200, 600), "t": (2000, 600), "u": (2000, 0),
        }
    )  # fmt: skip
    drawing.road("a b", "River Road").road(
        "b c", "River Road", direction="forward", bridge="yes", bridge_name="River Bridge"
    )
    drawing.road("c d", "River Road", direction="forward").road("d C b", "River Road", direction="forward")
    drawing.road("p q r s t", "Upper Street").road("a p", "First Street").road("b q", "Second Street")
    drawing.road("c C r", "Third Street").road("d s", "Fourth St").road("u t", "Far Lane")
    return drawing.town("Ladderton", OUTLINE)


TOWN = ladder_town()
ROUTER = Router(TOWN)


def names(path: Path) -> list[str | None]:
    column = TOWN.network.segments.text("name")
    return list(dict.fromkeys(column[part.segment] for part in path.parts))


def closed_m(spec: str) -> dict[str | None, float]:
    """Return metres closed by street, both directions counted."""
    (found,) = ROUTER.closed_roads([spec])
    column = TOWN.network.segments.text("name")
    metres: dict[str | None, float] = {}
    for arc in found.arcs.tolist():
        name = column[TOWN.network.arc_segment[arc]]
        metres[name] = metres.get(name, 0.0) + float(TOWN.network.arc_length_m[arc])
    return {name: round(length, -1) for name, length in metres.items()}


WEST, EAST = at(200, 0), at(1000, 0)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("Upper Street", {"Upper Street": 4000}),
        ("upper st.", {"Upper Street": 4000}),
        ("Upper St from First St to Second Street", {"Upper Street": 800}),
        ("Upper Street between Second St and Fourth Street", {"Upper Street": 1600}),
        ("River Rd from Second St to Fourth St", {"River Road": 1600}),  # both carriageways
        ("River Rd from Third St to Fourth St", {"River Road": 800}),
        ("River Rd from First St to Second St", {"River Road": 800}),
        ("River Bridge", {"River Road": 400}),
        ("River Road at River Bridge", {"River Road": 400}),
    ],
)
def test_places_in_words(spec: str, expected: dict[str, float]) -> None:
    assert closed_m(spec) == expected


def test_places_by_id() -> None:
    network = TOWN.network
    segment = int(network.segments.numbers("segment_id")[3])
    arcs = ROUTER.closed_roads([f"segment:{segment}"])[0].arcs
    assert set(network.arc_segment[arcs].tolist()) == {3}
    way = int(network.segments.numbers("osmid")[3])
    assert set(arcs.tolist()) <= set(ROUTER.closed_roads([f"way:{way}"])[0].arcs.tolist())
    arc = int(arcs[0])
    u, v = (int(network.node_osmid[n[arc]]) for n in (network.arc_from, network.arc_to))
    (one,) = ROUTER.closed_roads([f"edge:{u},{v},{int(network.arc_key[arc])}"])[0].arcs.tolist()
    assert one == arc


def area(*corners: tuple[float, float]) -> list[list[float]]:
    return [[*lonlat(x, y)] for x, y in (*corners, corners[0])]


def test_an_area_closes_what_it_touches() -> None:
    ring = area((450, -20), (700, -20), (700, 20), (450, 20))
    wkt = "POLYGON((" + ", ".join(f"{lon} {lat}" for lon, lat in ring) + "))"
    geometry = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {}, "geometry": geometry}
    expected = {"River Road": 800}  # both carriageways, from one node to the next
    assert closed_m(wkt) == expected
    for document in (geometry, feature, {"type": "FeatureCollection", "features": [feature]}):
        assert closed_m(json.dumps(document)) == expected


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            "River Road from First St to Far Lane",
            r"River Road and Far Lane never meet: River Road meets .*First Street",
        ),
        ("Uper Street", r"no street or bridge here is called 'Uper Street': did you mean Upper Street\?"),
        ("Upper", r"'Upper': did you mean Upper Street\?"),
        ("River", r"'River': did you mean River Road\?"),  # nor the bridge
        ("Elm Street from First St to Second St", r"no street or bridge here is called 'Elm Street'"),
        ("Upper Street from First St to Elm Street", r"called 'Elm Street'"),
        ("Upper Street at River Bridge", r"Upper Street does not run over River Bridge"),
        ("Upper Street at First Street", r"Upper Street at First Street.*write 'Upper Street from First Street to'"),
        ("segment:999999", r"no segment 999999"),
        ("way:1", r"no way 1"),
        ("edge:1,2", r"no such edge"),
        ("edge:1", r"edge:U,V"),
        ("POLYGON((0 0, 1 0, 1 1, 0 0))", r"touches no road"),
        ("POLYGON((0 0, 1 0", r"can't be read"),
        ("POLYGON((0 0, 2 2, 2 0, 0 2, 0 0))", r"crosses itself"),
        ("POLYGON EMPTY", r"polygon"),
        ('{"type": "Point", "coordinates": [0, 0]}', r"is point: give a polygon"),
        ('{"type": "Polygon"}', r"can't be read"),
        ("{broken", r"can't be read"),
        ("", r"needs a place"),
        ("; note=x", r"needs a place"),
        ("Upper Street; note", r"'note' .* is not KEY=VALUE"),
        ("Upper Street; notes=x", r"'notes=x' .* did you mean 'note'"),
        ("Upper Street; use=shut", r"can't be 'shut': use one of closed, local"),
        ("Upper Street; for=engin", r"no vehicle profile 'engin'.*did you mean 'engine'"),
        ("Upper Street; starts=tomorrow", r"'tomorrow' is not a time"),
        ("Upper Street; starts=2026-07-05; ends=2026-07-04", r"ends .* not after it starts"),
        ("Upper Street; when=now and then", r"'now and then' is not understood"),
    ],
)
def test_what_cannot_be_closed_says_why(spec: str, message: str) -> None:
    with pytest.raises(ClosureError, match=message) as caught:
        ROUTER.route(WEST, EAST, closures=[spec])
    assert "\n" not in str(caught.value)


def test_a_closure_takes_effect_on_the_next_answer_and_is_named() -> None:
    free = ROUTER.route(WEST, EAST)
    assert names(free) == ["River Road"]
    closure = "River Rd from Second St to Third St; note=sinkhole"
    around = ROUTER.route(WEST, EAST, closures=[closure])
    assert names(around) == ["River Road", "Second Street", "Upper Street", "Third Street"] or "Upper Street" in names(
        around
    )
    (avoided,) = around.avoided
    assert (avoided.what, avoided.reason) == ("River Rd from Second St to Third St (sinkhole)", "closed")
    assert avoided.detour_s == pytest.approx(around.travel_time_s - free.travel_time_s, abs=0.06)
    assert ROUTER.route(WEST, EAST).travel_time_s == free.travel_time_s
    matrix = ROUTER.matrix([WEST], [EAST], closures=[closure])
    assert matrix.travel_time_s[0, 0] == pytest.approx(around.travel_time_s, abs=1e-9)


def test_closures_overlap() -> None:
    both = ["River Rd from Second St to Third St", "Upper Street from First St to Third St"]
    with pytest.raises(NoRouteError):
        ROUTER.route(WEST, EAST, closures=both)
    assert names(ROUTER.route(WEST, EAST, closures=[both[0], "River Bridge; for=engine"])) == names(
        ROUTER.route(WEST, EAST, closures=both[:1])
    )
    with pytest.raises(NoRouteError) as caught:
        ROUTER.route(WEST, at(1200, 300), closures=["River Rd", "Upper Street"])
    assert "River Rd is closed" in str(caught.value)


def test_no_way_names_the_closure_that_causes_it() -> None:
    with pytest.raises(NoRouteError, match=r"Far Lane \(tree down\) is closed") as caught:
        ROUTER.route(WEST, at(2000, 300), closures=["Far Lane; id=c7; note=tree down", "First Street"])
    assert caught.value.details["causes"] == [
        {"kind": "closure", "what": "Far Lane (tree down)", "reason": "closed", "closure_id": "c7"}
    ]


@pytest.mark.parametrize(
    ("more", "profile", "moment", "holds"),
    [
        ("", "engine", datetime(2026, 7, 4, 10), True),
        ("for=car,highway_truck", "engine", datetime(2026, 7, 4, 10), False),
        ("for=car,highway_truck", "car", datetime(2026, 7, 4, 10), True),
        ("except=police,engine", "engine", None, False),
        ("except=police,engine", "car", None, True),
        ("starts=2026-07-04T09:00; ends=2026-07-04T12:00", "car", datetime(2026, 7, 4, 9), True),
        ("starts=2026-07-04T09:00; ends=2026-07-04T12:00", "car", datetime(2026, 7, 4, 8, 59), False),
        ("starts=2026-07-04T09:00; ends=2026-07-04T12:00", "car", datetime(2026, 7, 4, 12), False),
        ("starts=2026-07-04T09:00; ends=2026-07-04T12:00", "car", None, True),
        ("when=Mo-Fr 07:00-09:00", "car", datetime(2026, 11, 25, 8), True),
        ("when=Mo-Fr 07:00-09:00", "car", datetime(2026, 11, 25, 10), False),
    ],
)
def test_for_whom_and_when(more: str, profile: str, moment: datetime | None, holds: bool) -> None:
    path = ROUTER.route(
        WEST, EAST, profile=profile, at=moment, closures=[f"River Rd from Second St to Third St; {more}"]
    )
    assert ("Upper Street" in names(path)) == holds


def test_local_traffic_reaches_places_on_it_but_does_not_pass() -> None:
    local = ["River Rd from Second St to Third St; use=local"]
    through = ROUTER.route(WEST, EAST, closures=local)
    assert "Upper Street" in names(through)
    assert through.avoided[0].reason == "closed to through traffic"
    assert names(ROUTER.route(WEST, at(600, -5), closures=local)) == ["River Road"]


def test_one_direction_of_an_edge_can_be_closed() -> None:
    network = TOWN.network
    there = ROUTER.route(at(100, 600), at(300, 600))
    arc = there.parts[0].arc
    u, v = (int(network.node_osmid[n[arc]]) for n in (network.arc_from, network.arc_to))
    spec = [f"edge:{u},{v}"]
    assert names(ROUTER.route(at(100, 600), at(300, 600), closures=spec)) != ["Upper Street"]
    assert names(ROUTER.route(at(300, 600), at(100, 600), closures=spec)) == ["Upper Street"]


def test_streets_of_several_towns() -> None:
    drawing = Drawing({"a": (0, 0), "b": (500, 0), "c": (1000, 0), "d": (1500, 0), "e": (2000, 0)})
    drawing.road("a b", "Main Street").road("b c", "Mill Street").road("c d", "Mill Street").road("d e", "Main Street")
    drawing.add(
        "boundaries", box(750, -1000, 4000, 3000), boundary_id="r2", name="Nextville", kind="town", admin_level=8, state="T",
    )  # fmt: skip
    town = drawing.town("Own", box(-1000, -1000, 750, 3000))
    router = Router(town)
    length = town.network.arc_length_m

    def metres(spec: str) -> float:
        return round(float(length[router.closed_roads([spec])[0].arcs].sum()), -1)

    assert metres("Main Street") == 1000
    assert metres("Main Street, Nextville") == 1000
    own, next_door = (set(router.closed_roads([s])[0].arcs.tolist()) for s in ("Main St", "Main St, Nextville"))
    assert not own & next_door


def test_names_as_people_say_them_are_asked_about() -> None:
    streets = [*TOWN.table("streets").text("name")]
    asked: list[str] = []

    def find(words: str) -> list[int]:
        asked.append(words)
        return [streets.index("Upper Street")] if words == "the uper road" else []

    router = Router(TOWN, find_streets=find)
    assert len(router.closed_roads(["the uper road"])[0].arcs) == len(ROUTER.closed_roads(["Upper Street"])[0].arcs)
    with pytest.raises(ClosureError):
        router.closed_roads(["elm"])
    assert asked == ["the uper road", "elm"]


def test_documents_round_trip() -> None:
    for text in (
        "Upper Street",
        "Upper Street; use=local; for=car; starts=2026-07-04T09:00; when=Mo-Fr; source=DPW; id=7; note=x",
    ):
        closure = parse_closure(text)
        assert Closure.from_document(json.loads(json.dumps(closure.document()))) == closure
    aware = parse_closure("Upper Street; starts=2026-07-04T12:00+00:00")
    assert Closure.from_document(json.loads(json.dumps(aware.document()))) == aware
    assert aware.local_to(ZoneInfo("America/New_York")).starts == datetime(2026, 7, 4, 8)
    with pytest.raises(ClosureError, match="both have a time zone"):
        parse_closure("Upper Street; starts=2026-07-04T12:00+00:00; ends=2026-07-05T12:00")


def test_rows_of_the_live_store_become_closures() -> None:
    ring = area((450, -20), (700, -20), (700, 20), (450, 20))
    row = {
        "closure_id": "c1",
        "kind": "polygon",
        "spec": {"type": "Polygon", "coordinates": [ring]},
        "profiles": None,
        "version": 2,
    }
    closure = closure_of_record({**row, "starts": "2026-07-04T09:00:00.000Z", "ends": None, "note": "flooded"})
    assert (closure.id, closure.kind, closure.label) == ("c1", "closed", "the area given (flooded)")
    assert len(ROUTER.closed_roads([closure])[0].arcs)
    assert closure_of_record({**row, "kind": "local"}).kind == "local"


@pytest.mark.parametrize(("row", "message"), [({"spec": "x", "sort": 1}, "no 'sort'"), ({"id": "x"}, "needs a place")])
def test_bad_documents_are_refused(row: dict[str, Any], message: str) -> None:
    with pytest.raises(ClosureError, match=message):
        Closure.from_document(row)


def test_expired_closures_can_be_told() -> None:
    closure = parse_closure("Upper Street; ends=2026-07-04T12:00")
    assert closure.has_ended(datetime(2026, 7, 4, 12))
    assert not closure.has_ended(datetime(2026, 7, 4, 11))
    assert not parse_closure("Upper Street").has_ended(datetime(2030, 1, 1))
