"""Run cards: checked against each other, and the right one chosen with reasons."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo_dispatch.errors import InputError, RunCardError
from geo_dispatch.hours import Hours
from geo_dispatch.live.mutual_aid import Neighbour, find_aid
from geo_dispatch.live.run_cards import Requirement, RunCard, RunCards, check_cards

LON, LAT = -71.08, 41.58  # Westport: Eastern time
NOON = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)  # a Wednesday, 12:00 there
NIGHT = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)  # 22:00 there


def square(west: float, south: float, size: float) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([shapely.box(west, south, west + size, south + size)])


def card(card_id: str, need: str = "engine=1", call_type: str = "fire", **more) -> RunCard:
    pairs = [part.split("=") for part in need.split()]
    requirements = tuple(Requirement(name, int(count)) for name, count in pairs)
    if "weather" in more:
        more["weather"] = frozenset(more["weather"])
    return RunCard(card_id, call_type, card_id.upper(), requirements, **more)


DECK = [
    card("f1", "engine=2 ladder=1"),
    card("f2", "engine=1 tanker=1", alarm=2, extends="f1"),
    card("f3", "engine=1", alarm=3, extends="f2"),
    card("f1-night", "engine=3", when="Mo-Su 18:00-06:00"),
    card("f1-district", "engine=4", area="District", shape=square(-71.1, 41.5, 0.1)),
    card("f1-harbor", "engine=5", area="Harbor", shape=square(-71.05, 41.55, 0.01)),
    card("f1-ice", "engine=6", weather=["ice"]),
    card("f1-storm", "engine=7", weather=["ice", "wind"]),
    card("f1-lost", "engine=8", area="Nowhere"),
    card("day", call_type="office", when="Mo-Fr 08:00-16:00; PH off"),
]


@pytest.fixture(scope="module")
def cards() -> RunCards:
    return RunCards(DECK, lon=LON, lat=LAT)


@pytest.mark.parametrize(
    ("lon", "lat", "at", "weather", "chosen"),
    [
        (-71.2, 41.7, NOON, [], "f1"),
        (-71.2, 41.7, NIGHT, [], "f1-night"),
        (-71.09, 41.52, NOON, [], "f1-district"),
        (-71.09, 41.52, NIGHT, [], "f1-district"),
        (-71.045, 41.555, NOON, [], "f1-harbor"),
        (-71.045, 41.555, NOON, ["ice"], "f1-ice"),
        (-71.2, 41.7, NOON, ["wind"], "f1"),
        (-71.2, 41.7, NOON, ["wind", "ice"], "f1-storm"),
    ],
)
def test_the_most_specific_card_that_holds_is_chosen(cards, lon, lat, at, weather, chosen):
    found = cards.select("fire", lon=lon, lat=lat, at=at, weather=weather)
    assert found.card_id == chosen
    assert found.why[0] == "is for fire, alarm 1"
    others = {card.card_id for card in DECK if card.call_type == "fire"} - {chosen}
    assert {row.card_id for row in found.passed_over} == others
    assert all(row.reason for row in found.passed_over)


def test_reasons_are_told(cards):
    found = cards.select("fire", lon=-71.2, lat=41.7, at=NOON)
    reasons = {row.card_id: row.reason for row in found.passed_over}
    assert reasons == {
        "f2": "is for alarm 2",
        "f3": "is for alarm 3",
        "f1-night": "is for Mo-Su 18:00-06:00",
        "f1-district": "is for District",
        "f1-harbor": "is for Harbor",
        "f1-ice": "is for weather ice",
        "f1-storm": "is for weather ice, wind",
        "f1-lost": "is for Nowhere, which the town file does not know the outline of",
    }


def test_a_card_that_extends_others_asks_for_all_of_it(cards):
    found = cards.select("fire", lon=-71.2, lat=41.7, at=NOON, alarm=3)
    assert found.requirements == (Requirement("engine", 4), Requirement("ladder", 1), Requirement("tanker", 1))


def test_times_go_by_the_clock_and_holidays_of_the_place(cards):
    at_nine = datetime(2026, 7, 2, 13, 0, tzinfo=UTC)
    assert cards.select("office", lon=LON, lat=LAT, at=at_nine).card_id == "day"
    for closed in (datetime(2026, 7, 2, 21, 0, tzinfo=UTC), datetime(2026, 11, 26, 15, 0, tzinfo=UTC)):
        with pytest.raises(RunCardError, match=r"no run card for office holds .*day: is for Mo-Fr"):
            cards.select("office", lon=LON, lat=LAT, at=closed)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"call_type": "fyre"}, "'fyre': did you mean 'fire'"),
        ({"call_type": "xyz"}, "those there are: fire, office"),
        ({"call_type": "fire", "alarm": 4}, "alarm 4 of fire: there are 1, 2, 3"),
        ({"call_type": "fire", "weather": ["snow"]}, "the weather 'snow': the flags are ice, wind"),
    ],
)
def test_calls_that_no_card_could_fit_are_told(cards, asked, says):
    with pytest.raises(RunCardError, match=says):
        cards.select(lon=LON, lat=LAT, at=NOON, **asked)


def test_two_cards_that_hold_alike_are_refused_not_guessed():
    two = [card("a", when="Mo-Fr 08:00-16:00"), card("b", when="We")]
    with pytest.raises(RunCardError, match="a and b both hold"):
        RunCards(two, lon=LON, lat=LAT).select("fire", lon=LON, lat=LAT, at=NOON)


def test_a_time_that_is_unknown_does_not_hold():
    deck = [card("a", when='Mo-Fr 08:00-16:00 unknown "ask"'), card("b")]
    found = RunCards(deck, lon=LON, lat=LAT).select("fire", lon=LON, lat=LAT, at=NOON)
    assert found.card_id == "b"
    assert "unknown" in found.passed_over[0].reason


@pytest.mark.parametrize(
    ("deck", "card_id", "says"),
    [
        ([card("a"), card("a", alarm=2)], "a", "used twice"),
        ([card("a"), card("b")], "b", "same call type"),
        ([card("a", extends="x")], "a", "extends 'x', which is no card"),
        ([card("a", extends="a")], "a", r"\(a -> a\)"),
        (
            [card("a", extends="b"), card("b", alarm=2, extends="c"), card("c", alarm=3, extends="a")],
            "a",
            r"a -> b -> c -> a",
        ),
        ([card("z"), card("a", alarm=2, extends="b"), card("b", alarm=3, extends="b")], "a", r"a -> b -> b"),
    ],
)
def test_cards_that_contradict_each_other_are_refused(deck, card_id, says):
    with pytest.raises(RunCardError, match=says) as caught:
        check_cards(deck)
    assert caught.value.details["card_id"] == card_id


def test_a_time_that_can_t_be_read_is_told_with_its_card():
    with pytest.raises(RunCardError, match=r"run card 'a': 'Mo-Xx' is no opening-hours text at character 4"):
        RunCards([card("a", when="Mo-Xx")], lon=LON, lat=LAT)


@given(st.lists(st.integers(1, 3), min_size=1, max_size=8))
def test_each_step_of_a_chain_only_adds(counts):
    deck = [
        card(f"c{n}", f"engine={count}", alarm=n + 1, extends=f"c{n - 1}" if n else None)
        for n, count in enumerate(counts)
    ]
    summed = check_cards(deck)
    for n in range(len(counts)):
        assert summed[f"c{n}"] == (Requirement("engine", sum(counts[: n + 1])),)


def test_hours_need_a_zone_and_tell_their_state():
    hours = Hours("Mo-Fr 08:00-16:00", lon=LON, lat=LAT)
    assert (hours.state(NOON), hours.state(NIGHT)) == ("open", "closed")
    with pytest.raises(InputError, match="no time zone"):
        hours.state(datetime(2026, 3, 4, 12))
    with pytest.raises(InputError, match="1001 characters"):
        Hours("x" * 1001, lon=LON, lat=LAT)


def test_aid_comes_from_who_is_called_soonest():
    def neighbour(name: str, call_over_s: float | None, **provides: int) -> Neighbour:
        parts = tuple(Requirement(capability, count) for capability, count in provides.items())
        return Neighbour(name, "MA", None, "555-0100", parts, call_over_s)

    around = [
        neighbour("Slow", 300, engine=3),
        neighbour("Unknown", None, engine=2, boat=1),
        neighbour("Fast", 60, engine=1),
    ]
    offers = find_aid(around, [Requirement("engine", 5), Requirement("boat", 1), Requirement("helicopter", 1)])
    assert [(o.neighbour, o.capability, o.count, o.call_over_s) for o in offers] == [
        ("Fast", "engine", 1, 60),
        ("Slow", "engine", 3, 300),
        ("Unknown", "engine", 1, None),
        ("Unknown", "boat", 1, None),
    ]
