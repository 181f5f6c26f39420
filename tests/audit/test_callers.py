"""What synthetic callers say is true of where they are."""

from __future__ import annotations

import math
from functools import cache
from random import Random

import pytest
import shapely

from geo_dispatch.audit.along import along_makers
from geo_dispatch.audit.areas import area_makers
from geo_dispatch.audit.beside import beside_makers
from geo_dispatch.audit.callers import Caller
from geo_dispatch.audit.draw import KINDS, choose_kinds, draw_cases, with_circles
from geo_dispatch.audit.garble import abbreviate, mishear, two_typos, typo
from geo_dispatch.audit.ground import Ground
from geo_dispatch.audit.mixed import draw_strangers, mixed_makers
from geo_dispatch.audit.named import Named, named_makers
from geo_dispatch.audit.spots import spot_makers
from geo_dispatch.audit.tables import human_distance
from geo_dispatch.errors import InputError
from geo_dispatch.geometry import angle_between_deg, bearing_deg
from geo_dispatch.locate.normalise import street_key
from geo_dispatch.town.town import Town
from tests.audit.drawn import SOUTH_NORTH, STEP, WEST_EAST, audit_town
from tests.towns import ORIGIN, Drawing, box

N = 12


@cache
def ground() -> Ground:
    return Ground(audit_town(), 2)


@cache
def callers(kind: str) -> tuple[Caller, ...]:
    """Draw callers of a kind; there must be some."""
    here = ground()
    named = Named(here)
    makers = {
        **named_makers(here, named), **beside_makers(here), **along_makers(here), **spot_makers(here), **area_makers(here), **mixed_makers(here, named)
    }  # fmt: skip
    rng = Random(f"test/{kind}")
    found: dict[str, Caller] = {}
    for _ in range(6000):
        caller = makers[kind](rng)
        if caller is not None:
            found[caller.text] = caller
        if len(found) == N:
            break
    assert found, kind
    return tuple(found.values())


def xy(caller: Caller) -> tuple[float, float]:
    """Return where a caller is, in the metres of the drawing."""
    return caller.x - ORIGIN[0], caller.y - ORIGIN[1]


@cache
def places(town: Town) -> dict[str, tuple[float, float]]:
    table = town.table("places")
    return {
        table.text("name")[row]: (float(table.x[row]) - ORIGIN[0], float(table.y[row]) - ORIGIN[1])
        for row in range(len(table))
    }


def place(caller: Caller) -> tuple[float, float]:
    return places(audit_town())[caller.names[-1]]


def road_y(at: tuple[float, float]) -> float:
    """Return the nearest west-east road of the grid, metres north."""
    return round(at[1] / STEP) * STEP


def test_every_kind_has_a_maker_and_some_caller_in_this_town() -> None:
    drawn = draw_cases(ground(), each=3)
    assert [skipped.kind for skipped in drawn.skipped] == []
    assert {case.group for case in drawn.cases} == set(KINDS)


@pytest.mark.parametrize("variant", ["exact", "typo", "two_typos", "misheard", "abbreviated"])
@pytest.mark.parametrize("kind", ["address", "place", "crossing"])
def test_named_things_are_where_the_file_has_them(kind: str, variant: str) -> None:
    town = audit_town()
    for caller in callers(f"{kind}/{variant}"):
        if kind == "place":
            assert xy(caller) == pytest.approx(places(town)[caller.names[0]])
        elif kind == "crossing":
            lane, avenue = sorted(caller.names, key=lambda name: name in SOUTH_NORTH)
            if lane in WEST_EAST and avenue in SOUTH_NORTH:
                assert xy(caller) == pytest.approx(
                    (SOUTH_NORTH.index(avenue) * STEP, WEST_EAST.index(lane) * STEP), abs=0.1
                )
        else:
            table = town.table("addresses")
            number = int(caller.text.split()[0])
            rows = [
                r
                for r in range(len(table))
                if table.numbers("number")[r] == number and table.text("street")[r] == caller.names[0]
            ]
            assert any((table.x[r], table.y[r]) == (caller.x, caller.y) for r in rows)
        exact = [name for name in caller.names if name in caller.text]
        if variant in ("misheard", "two_typos"):
            assert not exact
        if variant == "exact":
            assert len(exact) == len(caller.names)


def test_garbled_names_differ_as_they_are_meant_to() -> None:
    index, rng = ground().index, Random(1)
    for name in (*WEST_EAST, *SOUTH_NORTH, "Pelican Market"):
        slip, heard = typo(name, rng, index), mishear(name, rng, index)
        assert slip is not None
        assert abs(len(slip) - len(name)) <= 1
        assert slip[0] == name[0]
        assert index.find(street_key(slip)) is None
        assert two_typos(name, rng, index) != name
        if heard is not None:
            assert heard.split()[-1] == name.split()[-1] or name == "Pelican Market"  # the street type is heard right
            assert index.find(street_key(heard)) is None
        short = abbreviate(name, rng, index)
        if name != "Pelican Market":
            assert short is not None
            assert street_key(short) == street_key(name)
    assert typo("Elm", rng, index) is None
    assert two_typos("Elmo", rng, index) is None
    assert abbreviate("Pelican Market", rng, index) is None


def test_near_and_direction_and_block_are_within_reach() -> None:
    for kind in ("near", "block", "next_to", "direction"):
        for caller in callers(kind):
            assert (
                math.dist(xy(caller), place(caller))
                <= {"near": 2000, "block": 250, "next_to": 300, "direction": 1100}[kind]
            )
    for caller in callers("direction"):
        said = next(
            w
            for w in ("northeast", "northwest", "southeast", "southwest", "north", "south", "east", "west")
            if f"{w} " in caller.text
        )
        degrees = {
            "north": 0,
            "northeast": 45,
            "east": 90,
            "southeast": 135,
            "south": 180,
            "southwest": 225,
            "west": 270,
            "northwest": 315,
        }
        bearing = bearing_deg(*place(caller), *xy(caller))
        assert abs(angle_between_deg(degrees[said], bearing)) <= 45.5


def test_across_is_over_the_road_and_next_to_is_not() -> None:
    for caller in callers("across"):
        mark, at = place(caller), xy(caller)
        line = road_y(mark)
        assert (mark[1] - line) * (at[1] - line) < 0
        assert abs(at[0] - mark[0]) <= math.tan(math.radians(51)) * abs(at[1] - mark[1])
    for caller in callers("next_to"):
        mark, at = place(caller), xy(caller)
        assert (mark[1] - road_y(mark)) * (at[1] - road_y(mark)) >= 0


def test_front_faces_the_road_and_behind_turns_from_it() -> None:
    for caller in callers("front"):
        mark, at = place(caller), xy(caller)
        assert abs(at[1] - road_y(mark)) <= 12.1  # between the wall, 12 m from the road, and its middle
        assert abs(at[0] - mark[0]) <= 12.1
    for caller in callers("behind"):
        mark, at = place(caller), xy(caller)
        beyond = abs(at[1] - road_y(mark)) - 32.0  # the back wall is 32 m from the road
        assert 2.9 <= beyond <= 40.1
        assert (mark[1] - road_y(mark)) * (at[1] - road_y(mark)) > 0


@pytest.mark.parametrize("kind", ["past", "before", "on_near", "distance_along", "distance_past"])
def test_what_is_said_to_be_on_a_street_is_on_it(kind: str) -> None:
    for caller in callers(kind):
        street, at = caller.names[0], xy(caller)
        if street in WEST_EAST and at[0] >= -8:  # one of them leads on to the highway, aslant
            assert abs(at[1] - WEST_EAST.index(street) * STEP) <= 60
        elif street in SOUTH_NORTH:
            assert abs(at[0] - SOUTH_NORTH.index(street) * STEP) <= 60
        if kind in ("past", "before", "distance_along", "distance_past"):
            assert road_y(place(caller)) == WEST_EAST.index(street) * STEP


def test_between_streets_the_caller_is_between_them() -> None:
    for caller in callers("between_streets"):
        street, one, other = caller.names
        axis, names = (0, SOUTH_NORTH) if street in WEST_EAST else (1, WEST_EAST)
        if street not in (*WEST_EAST, *SOUTH_NORTH) or one not in names or other not in names:
            continue
        low, high = sorted((names.index(one), names.index(other)))
        assert high - low == 1
        assert low * STEP - 8 <= xy(caller)[axis] <= high * STEP + 8


def test_between_places_one_is_on_each_hand() -> None:
    for caller in callers("between_places"):
        one, other = (places(audit_town())[name] for name in caller.names)
        at = xy(caller)
        assert abs(angle_between_deg(bearing_deg(*at, *one), bearing_deg(*at, *other))) >= 140
        assert max(math.dist(at, one), math.dist(at, other)) <= 500


AMOUNTS = {
    "a quarter mile": 402.3, "half a mile": 804.7, "three quarters of a mile": 1207.0, "a mile": 1609.3, "a mile and a half": 2414.0,
    "two miles": 3218.7, "100 yards": 91.4, "200 yards": 182.9, "300 feet": 91.4, "500 feet": 152.4, "a hundred yards": 91.4,
}  # fmt: skip


@pytest.mark.parametrize("kind", ["distance_straight", "distance_along", "distance_past"])
def test_a_stated_distance_is_about_the_true_one(kind: str) -> None:
    for caller in callers(kind):
        said = max((text for text in AMOUNTS if f"{text} " in caller.text), key=len)
        true = math.dist(xy(caller), place(caller))
        assert 0.5 <= AMOUNTS[said] / true <= 2.0


def test_bound_is_the_carriageway_that_leads_there() -> None:
    for caller in callers("bound"):
        assert xy(caller)[0] == pytest.approx(-500 if "northbound" in caller.text else -530, abs=0.5)


def test_numbers_bridges_and_areas() -> None:
    for caller in callers("exit"):
        assert xy(caller)[1] == pytest.approx(500.0)
    for caller in callers("mile_marker"):
        assert xy(caller)[1] == pytest.approx({"1": -300.0, "1.5": 505.0, "2": 1309.0}[caller.names[0]])
    for caller in callers("bridge"):
        assert xy(caller)[0] == pytest.approx(1500.0, abs=0.5)
        assert 1749 <= xy(caller)[1] <= 1831
    for caller in callers("under_bridge"):
        assert xy(caller) == pytest.approx((1500.0, 1790.0), abs=0.5)
    for caller in callers("water"):
        assert shapely.box(1800, 1200, 2100, 1500).buffer(0.5).contains(shapely.Point(xy(caller)))
    for kind, y in (("beach", 300), ("area", 900)):
        for caller in callers(kind):
            if caller.names[0].endswith((" Beach", " Park")):
                assert shapely.box(1800, y - 100, 2000, y + 100).buffer(0.5).contains(shapely.Point(xy(caller)))
    for caller in callers("trail"):
        assert shapely.LineString([(1650, 0), (1700, 800)]).distance(shapely.Point(xy(caller))) < 0.5
    for caller in callers("parking_lot"):
        mark, at = place(caller), xy(caller)
        assert 8 <= math.dist(mark, at) <= 45
        assert mark[0] > 1500 or (mark[1] - road_y(mark)) * (at[1] - road_y(mark)) > 0
    for caller in callers("nickname"):
        assert xy(caller) == pytest.approx((1900, 900))


def test_a_category_is_the_only_one_there() -> None:
    here = ground()
    table = audit_town().table("places")
    for caller in callers("category"):
        kind, street = caller.names
        assert f"{kind} {'in' if street == 'Gridport' else 'on'} {street}" in caller.text
        y = WEST_EAST.index(street) * STEP if street in WEST_EAST else math.nan
        of_kind = [
            row for row, category in enumerate(table.text("category"))
            if here.table["kinds"].get(category) == kind and (street == "Gridport" or road_y((0, table.y[row] - ORIGIN[1])) == y)
        ]  # fmt: skip
        assert len(of_kind) == 1
        assert (float(table.x[of_kind[0]]), float(table.y[of_kind[0]])) == (caller.x, caller.y)


@pytest.mark.parametrize("kind", ["one_wrong/named", "one_wrong/related"])
def test_one_of_two_clauses_is_wrong(kind: str) -> None:
    marks = places(audit_town())
    for caller in callers(kind):
        wrong = next(name for name in marks if caller.text.endswith(name))
        assert math.dist(marks[wrong], xy(caller)) >= 1499


def test_the_same_seed_gives_the_same_callers_whatever_else_is_asked() -> None:
    one = draw_cases(Ground(audit_town(), 4), each=4)
    two = draw_cases(Ground(audit_town(), 4), each=4, kinds=["near", "exit"])
    other = draw_cases(Ground(audit_town(), 6), each=4, kinds=["near"])
    assert [case for case in one.cases if case.group in ("near", "exit")] == list(two.cases)
    assert {case.text for case in other.cases} != {case.text for case in two.cases if case.group == "near"}
    assert with_circles(Ground(audit_town(), 4), one.cases) == with_circles(Ground(audit_town(), 4), one.cases)


def test_odd_and_even_seeds_share_no_names() -> None:
    def named(seed: int) -> set[str]:
        here = Ground(audit_town(), seed)
        return {truth.names[0] for kind in ("address", "place") for truth in Named(here).list_truths(kind)}

    assert named(1).isdisjoint(named(2))
    assert named(2) == named(4)
    assert named(1)


def test_distances_come_out_as_people_were_measured_to_use_them() -> None:
    here = ground()
    rng, drawn = Random(5), []
    for _ in range(20_000):
        found = here.draw_pair(rng, human_distance("across"))
        if found is not None:
            drawn.append(found[1])
    drawn.sort()
    assert len(drawn) > 300
    assert 0.6 <= drawn[len(drawn) // 2] / 45 <= 1.7
    assert 0.6 <= drawn[len(drawn) * 9 // 10] / 111 <= 1.7


def test_circles_hold_the_truth_as_often_as_they_say() -> None:
    here = ground()
    cases = draw_cases(here, each=60, kinds=["near", "address", "distance_straight"]).cases
    circles = [with_circles(here, cases[shift:]) for shift in range(4)]
    held = [
        math.dist(audit_town().projection.to_xy(*case.position), audit_town().projection.to_xy(*case.circle.position)) <= case.circle.radius_m
        for found in circles
        for case in found
        if case.circle is not None
    ]  # fmt: skip
    assert len(held) >= 200
    assert 0.8 <= sum(held) / len(held) <= 0.98


def test_strangers_name_nothing() -> None:
    here = ground()
    texts = draw_strangers(here, Random(3), 50)
    assert len(texts) == len(set(texts)) == 50
    assert all(here.index.find(street_key(text)) is None for text in texts)
    assert texts == draw_strangers(here, Random(3), 50)


def test_a_town_with_a_road_alone_has_little_to_say() -> None:
    town = Drawing({"a": (0, 0), "b": (500, 0)}).road("a b", "Main Street").town("Home", box(-900, -900, 1900, 900))
    drawn = draw_cases(Ground(town, 2), each=2)
    assert drawn.cases == ()
    assert {skipped.kind for skipped in drawn.skipped} == set(KINDS)
    assert all(skipped.reason.startswith("no ") for skipped in drawn.skipped)


def test_kinds_are_chosen_by_name() -> None:
    assert choose_kinds(["crossing/typo"]) == ("crossing/typo",)
    assert choose_kinds([]) == tuple(KINDS)
    with pytest.raises(InputError, match="no kind of caller 'nearby': choose from address, place"):
        choose_kinds(["nearby"])
    with pytest.raises(InputError, match="0 callers"):
        draw_cases(ground(), each=0)
