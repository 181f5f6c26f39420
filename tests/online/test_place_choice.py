"""Which of a geocoder's answers is the town that is meant, and what is said when none is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo_dispatch.errors import BoundaryError, PlaceNameError
from geo_dispatch.osm.online import OnlineSettings, fetch_place
from geo_dispatch.osm.place_choice import PlaceCandidate, choose_place, read_candidates
from tests.online.fake_osm_server import FakeOsmServer, make_place

BOX = shapely.box(-71.1, 41.5, -71.0, 41.6)
FAR = shapely.box(-72.1, 42.5, -72.0, 42.6)


def candidates(*places: dict[str, Any]) -> list[PlaceCandidate]:
    return read_candidates(list(places))


def test_unknown_place(server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path) -> None:
    with pytest.raises(PlaceNameError, match=r"no place named 'Wesport' is known.*spelling") as error:
        fetch_place("Wesport", margin_m=0, cache_dir=tmp_path, settings=settings)
    assert "\n" not in str(error.value)
    assert not server.downloads
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["", "  ", "\n\t"])
def test_empty_place_asks_nobody(server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, place: str) -> None:
    with pytest.raises(PlaceNameError, match="place name is empty"):
        fetch_place(place, margin_m=0, cache_dir=tmp_path, settings=settings)
    assert not server.requests


def test_ambiguous_place_lists_each(server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path) -> None:
    with pytest.raises(PlaceNameError) as error:
        fetch_place("Twinfield", margin_m=0, cache_dir=tmp_path, settings=settings)
    text = str(error.value)
    assert "'Twinfield' may be any of 2 places" in text
    assert "Twinfield, Kent County, Rhode Island, United States (R801)" in text
    assert "Twinfield, Lamoille County, Vermont, United States (R802)" in text
    assert "add the state" in text
    assert not server.downloads


@pytest.mark.parametrize("place", ["R801", "relation/801", "relation 801", "r801"])
def test_osm_id_settles_it(server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path, place: str) -> None:
    server.objects.node(-71.55, 42.05, name="Something")
    try:
        fetched = fetch_place(place, margin_m=0, cache_dir=tmp_path, settings=settings)
    finally:
        server.objects.tags.pop(("node", len(server.objects.nodes)))
        server.objects.nodes.pop(len(server.objects.nodes))
    assert (fetched.name, fetched.state, fetched.osm_id) == ("Twinfield", "Rhode Island", 801)
    assert server.asked("/lookup")[0].params["osm_ids"] == "R801"


def test_point_only_place(server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path) -> None:
    with pytest.raises(BoundaryError) as error:
        fetch_place("Pinpoint, Massachusetts", margin_m=0, cache_dir=tmp_path, settings=settings)
    text = str(error.value)
    assert "'Pinpoint, Massachusetts' has no outline" in text
    assert "Pinpoint, Bristol County, Massachusetts, United States (N803)" in text
    assert "--boundary FILE" in text


def test_a_pub_is_no_town(server: FakeOsmServer, settings: OnlineSettings, tmp_path: Path) -> None:
    assert len(server.places) == 5
    fetched = fetch_place("Testport, USA", margin_m=0, cache_dir=tmp_path, settings=settings)
    assert fetched.name == "Testport"


def test_administrative_area_wins_over_the_census_one_of_the_name() -> None:
    found = candidates(
        make_place("Falmouth, Massachusetts, USA", FAR, osm_id=1, kind="boundary/census", importance=0.9),
        make_place("Falmouth, Massachusetts, USA", BOX, osm_id=2, importance=0.1),
    )
    assert choose_place("Falmouth, Massachusetts", found).osm_id == 2


def test_town_wins_over_the_state_of_the_name() -> None:
    found = candidates(
        make_place("Oakland, USA", shapely.box(-80, 30, -70, 40), osm_id=1, place_rank=8, importance=0.9),
        make_place("Oakland, Oakland State, USA", BOX, osm_id=2, place_rank=16, importance=0.5),
    )
    assert choose_place("Oakland", found).osm_id == 2
    assert choose_place("Oakland", found[:1]).osm_id == 1


def test_exact_name_wins_over_longer_ones() -> None:
    found = candidates(
        make_place("Westport Island, Maine, USA", FAR, osm_id=1, importance=0.9),
        make_place("Westport, Massachusetts, USA", BOX, osm_id=2, importance=0.1),
    )
    assert choose_place("westport, MA", found).osm_id == 2
    assert choose_place("Town of Westport, MA", found).osm_id == 2


def test_one_outline_twice_is_one_place() -> None:
    found = candidates(
        make_place("Nantucket, Massachusetts, USA", BOX, osm_id=1, place_rank=12, importance=0.5),
        make_place("Nantucket, Massachusetts, USA", BOX.buffer(0.001), osm_id=2, place_rank=16, importance=0.6),
    )
    assert choose_place("Nantucket", found).osm_id == 2


def test_village_inside_a_town_of_the_name_is_asked_about() -> None:
    found = candidates(
        make_place("Southampton, New York, USA", BOX, osm_id=1),
        make_place("Southampton, New York, USA", shapely.box(-71.05, 41.55, -71.04, 41.56), osm_id=2),
    )
    with pytest.raises(PlaceNameError, match=r"\(R1\).*\(R2\)"):
        choose_place("Southampton, New York", found)


def test_many_candidates_are_cut_short() -> None:
    found = candidates(
        *(make_place(f"Salem, County {i}, USA", shapely.box(i, 0, i + 0.5, 1), osm_id=i + 1) for i in range(20))
    )
    with pytest.raises(PlaceNameError, match=r"any of 20 places.*and 12 more"):
        choose_place("Salem", found)


def test_area_of_another_kind_when_it_alone_has_the_name() -> None:
    campus = make_place("Smith College, Northampton, USA", BOX, osm_id=5, kind="amenity/university", place_rank=30)
    assert choose_place("Smith College", candidates(campus)).osm_id == 5
    with pytest.raises(BoundaryError):
        choose_place("Smith", candidates(campus))


def test_broken_outline_is_mended_or_refused() -> None:
    bow_tie = make_place("Bow, New Hampshire, USA", BOX, osm_id=1)
    bow_tie["geojson"] = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    outline = choose_place("Bow", candidates(bow_tie)).outline
    assert outline is not None
    assert outline.is_valid
    assert outline.area == pytest.approx(0.5)
    for broken in (
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]},
    ):
        bow_tie["geojson"] = broken
        with pytest.raises(BoundaryError):
            choose_place("Bow", candidates(bow_tie))


@pytest.mark.parametrize(
    ("result", "name", "state"),
    [
        (
            {"display_name": "Westport, Bristol County, Massachusetts, 02790, United States"},
            "Westport",
            "Massachusetts",
        ),
        ({"display_name": "Westport", "name": "Westport"}, "Westport", None),
        ({"display_name": "X, Y", "address": {"state": "Vermont"}}, "X", "Vermont"),
        ({}, "", None),
    ],
)
def test_reading_of_sparse_answers(result: dict[str, Any], name: str, state: str | None) -> None:
    (found,) = read_candidates([{"osm_type": "relation", "osm_id": "1", **result}])
    assert (found.name, found.state, found.outline) == (name, state, None)


def test_answers_without_an_osm_object_are_left_out() -> None:
    assert read_candidates([{"display_name": "02790, USA", "class": "place", "type": "postcode"}]) == []


@given(
    picks=st.lists(
        st.tuples(st.sampled_from(["Ely", "Town of Ely", "Elyria"]), st.integers(0, 8), st.sampled_from([8, 12, 16])),
        max_size=6,
    )
)
def test_choice_is_one_of_the_candidates_and_does_not_depend_on_their_order(picks: list[tuple[str, int, int]]) -> None:
    found = candidates(
        *(
            make_place(
                f"{name}, USA", shapely.box(10 * x, 0, 10 * x + 1, 1), osm_id=i + 1, place_rank=rank, importance=i / 10
            )
            for i, (name, x, rank) in enumerate(picks)
        )
    )

    def outcome(some: list[PlaceCandidate]) -> PlaceCandidate | type[Exception]:
        try:
            return choose_place("Ely", some)
        except (PlaceNameError, BoundaryError) as error:
            return type(error)

    first = outcome(found)
    assert first == outcome(found[::-1])
    assert first in found or first in (PlaceNameError, BoundaryError)
