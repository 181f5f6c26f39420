"""Names that may be taken for one another, how far apart they are, and what is read back."""

from __future__ import annotations

import pytest

from geo_dispatch.locate import Locator, SoundAlikes
from geo_dispatch.locate.like_names import pair_names
from geo_dispatch.locate.readback import Subject, read_back
from geo_dispatch.routing import Router
from geo_dispatch.town.town import Town
from tests.locate.drawing import box, coast_town
from tests.towns import Drawing


def spread_town(apart_m: float = 6000.0) -> Town:
    """Draw two streets with like names, Daniel Street and Daniel Avenue, at the ends of one long road; Elm Street in two towns."""
    drawing = Drawing(
        {
            "a": (0, 0), "b": (apart_m, 0), "c": (0, 300), "d": (apart_m, 300), "e": (-400, 0), "f": (-400, 300),
            "k": (apart_m + 350, 0), "g": (apart_m + 700, 0), "h": (apart_m + 700, 300), "i": (9000, 4000), "j": (9300, 4000),
        }
    )  # fmt: skip
    drawing.road("e a b", "Long Road").road("b k", "Bay Road").road("k g", "Cove Lane").road(
        "a c", "Daniel Street"
    ).road("b d", "Daniel Avenue")
    drawing.road("e f", "Elm Street").road("g h", "Elm Street").road("i j", "Danielle Street")
    drawing.place("Hicks Market", "shop", 10, 280)
    drawing.place("Hix Market", "shop", apart_m - 10, 280)
    drawing.place("Hicks Market", "fire_hydrant", apart_m, 40)
    drawing.add(
        "boundaries", box(apart_m + 350, -900, 8500, 3000), boundary_id="r2", name="Eastham", kind="town", admin_level=8
    )
    return drawing.town("Home", box(-1000, -1000, apart_m + 350, 6000))


def test_pairs_are_minutes_apart_by_the_towns_own_roads() -> None:
    town = spread_town()
    pairs = {(p.what, p.kind, *p.names): p for p in SoundAlikes(town).list_all()}
    assert set(pairs) == {
        ("streets", "type_differs", "Daniel Street", "Daniel Avenue"),
        ("streets", "same_name", "Elm Street", "Elm Street"),
        ("streets", "sounds_alike", "Daniel Street", "Danielle Street"),
        ("streets", "sounds_alike", "Daniel Avenue", "Danielle Street"),
        ("places", "sounds_alike", "Hicks Market", "Hix Market"),
    }
    pair = pairs["streets", "type_differs", "Daniel Street", "Daniel Avenue"]
    expected = Router(town).route(*pair.positions).travel_time_s
    assert pair.travel_time_s == pytest.approx(expected, rel=1e-6)
    assert expected > 120
    assert pair.read_back == (
        "Daniel STREET, off Long Road, in Home: not Daniel Avenue?",
        "Daniel AVENUE, off Long Road, in Home: not Daniel Street?",
    )
    assert pairs["streets", "sounds_alike", "Daniel Street", "Danielle Street"].travel_time_s is None


def test_near_pairs_and_unlike_names_are_not_listed() -> None:
    named = {name for pair in SoundAlikes(spread_town(500.0)).list_all() for name in pair.names}
    assert named.isdisjoint({"Daniel Street", "Daniel Avenue", "Long Road"})


def test_the_answer_warns_with_minutes_and_the_phrase() -> None:
    locator = Locator(spread_town())
    warnings = locator.locate("Daniel Avenue").warnings
    assert any(
        text.startswith("easily confused with Daniel Street, ")
        and "min away" in text
        and 'read back "Daniel AVENUE, off Long Road' in text
        for text in warnings
    )
    assert any("HIX (H-I-X) Market" in text for text in locator.locate("Hix Market").warnings)
    assert any("Eastham" in text for text in locator.locate("Elm Street, Home").warnings) is False
    assert locator.locate("Long Road").warnings == ()


def test_the_second_of_a_pair_comes_first_when_asked_for() -> None:
    town = spread_town()
    alikes = SoundAlikes(town)
    whole = next(p for p in alikes.list_all() if p.kind == "type_differs")
    turned = next(p for p in alikes.list_of("streets", whole.rows[1]) if p.kind == "type_differs")
    assert turned.rows == whole.rows[::-1]
    assert turned.positions == whole.positions[::-1]
    assert turned.read_back == whole.read_back[::-1]
    assert alikes.list_of("streets", 10_000) == []


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (("Daniel St", "Daniel Avenue"), "type_differs"),
        (("N Main St", "South Main Street"), "direction_differs"),
        (("Hix Bridge Rd", "Hicks Bridge Road"), "sounds_alike"),
        (("Elm St", "Elm Street"), "same_name"),
        (("3rd Street", "Third Avenue"), "type_differs"),
        (("3rd Street", "23rd Street"), None),
        (("County Road 4", "County Road 14"), None),
        (("Hill Road", "Holly Road"), None),
        (("Main Street", "Oak Street"), None),
    ],
)
def test_what_may_be_taken_for_what(names: tuple[str, str], kind: str | None) -> None:
    assert [pair.kind for pair in pair_names(enumerate(names))] == ([kind] if kind else [])


def test_places_are_not_paired_by_their_last_word() -> None:
    assert not list(pair_names([(0, "Point Harbor"), (1, "Point Bridge")], of_streets=False))


def test_what_differs_is_said_loudest() -> None:
    north = Subject("North Main Road", "Home", "Elm Street")
    assert read_back(north, Subject("South Main Road", "Home", None)) == (
        "NORTH Main Road, off Elm Street, in Home: not South Main Road?"
    )
    assert read_back(north, Subject("Main Street", None, None)) == (
        "NORTH Main ROAD, off Elm Street, in Home: not Main Street?"
    )
    shop = Subject("Dunkin'", "Home", "Elm Street", on=True)
    assert read_back(shop, Subject("Dunkin'", "Home", "Main Street", on=True)) == (
        "Dunkin', on Elm Street, in Home: not Dunkin' on Main Street?"
    )


def test_a_town_without_pairs_has_none() -> None:
    town = Drawing({"a": (0, 0), "b": (500, 0)}).road("a b", "Main Street").town("Home", box(-900, -900, 1900, 900))
    assert SoundAlikes(town).list_all() == []
    assert len(SoundAlikes(coast_town())) == len(SoundAlikes(coast_town()).list_all())
