"""Names as they are heard: sounds, how alike they are, chains by what people call them, and strangers."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_dispatch.locate.brands import list_brand_names
from geo_dispatch.locate.hearing import heard_alike
from geo_dispatch.locate.lexicon import is_known_word
from geo_dispatch.locate.match import Matcher
from geo_dispatch.locate.names import NameIndex
from geo_dispatch.locate.normalise import street_key
from geo_dispatch.locate.phonetic import sounds
from geo_dispatch.locate.tables import load_words
from tests.locate.drawing import coast_town
from tests.locate.mishearing import misheard


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(NameIndex(coast_town()))


def alike(said: str, name: str) -> float:
    return float(heard_alike(sounds(said), [sounds(name)])[0])


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("hicks", "hix"),
        ("leez markit", "lees market"),
        ("fisher", "fissure"),
        ("kernel", "colonel"),
        ("wooster", "worcester"),
        ("felps creak", "phelps creek"),
        ("mapel", "maple"),
        ("nite", "knight"),
        ("skyler", "schuyler"),
        ("plezant vally", "pleasant valley"),
    ],
)
def test_other_spellings_of_a_sound_are_heard_the_same(said: str, name: str) -> None:
    assert alike(said, name) > 0.92


def test_sounds_that_a_telephone_blurs_cost_less_than_others() -> None:
    assert alike("drifd", "drift") > alike("drifl", "drift")
    assert alike("nill", "mill") > alike("hill", "mill") > alike("rock", "mill")
    assert alike("thisher", "fisher") > alike("kisher", "fisher")
    assert alike("drip", "drift") > 0.75
    assert alike("cornell", "colonel") > 0.9
    assert alike("mill 1", "mill 2") == 0.0


@given(
    st.text("abcdefghiklmnoprstuwy", min_size=1, max_size=12), st.text("abcdefghiklmnoprstuwy", min_size=1, max_size=12)
)
def test_likeness_is_a_share_and_whole_for_the_same(one: str, other: str) -> None:
    first, second = sounds(one), sounds(other)
    if not first or not second:
        return
    found = heard_alike(first, [second, first, second + first])
    assert ((found >= 0.0) & (found <= 1.0)).all()
    assert found[1] == 1.0


def test_several_names_at_once_are_as_each_alone() -> None:
    names = [sounds(name) for name in ("drift", "main", "old county", "hix bridge", "a")]
    together = heard_alike(sounds("old kounti"), names)
    assert together.tolist() == [float(heard_alike(sounds("old kounti"), [name])[0]) for name in names]


def test_misheard_names_are_found_first(matcher: Matcher) -> None:
    rng = random.Random(3)
    index = matcher.index
    names = [index.text(number) for number in range(len(index))]
    asked = found = 0
    for _ in range(400):
        name = rng.choice(names)
        text = misheard(name, rng)
        if text is None or index.find(text) is not None:
            continue
        asked += 1
        matches = matcher.list_matches(text)
        found += bool(matches) and matches[0].text == name
    assert asked > 200
    assert found / asked >= 0.95


def test_the_reason_is_the_sound(matcher: Matcher) -> None:
    best = matcher.list_matches("hicks brij road")[0]
    assert (best.text, best.way) == ("hix bridge road", "same_sound")
    best = matcher.list_matches("drip road")[0]
    assert (best.text, best.way) == ("drift road", "sounds_alike")
    assert best.known < matcher.list_matches("drifft road")[0].known


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("the Cumby's", "cumberland farms"),
        ("stop n shop", "stop and shop"),
        ("Mickey D's", "mcdonalds"),
        ("dunkies", "dunkin"),
        ("Wally World", "walmart"),
    ],
)
def test_chains_are_known_by_what_people_call_them(said: str, name: str) -> None:
    assert name in list_brand_names(street_key(said))


def test_a_chain_on_file_is_found_by_its_call_name(matcher: Matcher) -> None:
    best = matcher.list_matches(street_key("Dunkies"))[0]
    assert (best.text, best.way) == ("dunkin", "brand")
    assert all(match.way != "brand" for match in matcher.list_matches(street_key("Mickey D's")))


def test_words_and_names_of_the_language_are_known_and_slips_are_not() -> None:
    assert all(map(is_known_word, ("bridge", "bridges", "sullivan", "brookfield", "margaret", "pittsfield")))
    assert not any(map(is_known_word, ("brigde", "sulivvan", "qwrtp", "xq")))


def test_names_of_elsewhere_are_no_names_of_this_town(matcher: Matcher) -> None:
    strangers = (
        "Fisher Road",
        "Rift Lane",
        "Danforth Street",
        "Baptist Hill",
        "Mann Road",
        "Hill Bridge Road",
        "Old Quarry Road",
    )
    offered = [name for name in strangers if matcher.list_matches(street_key(name))]
    assert len(offered) <= 1, offered


def test_the_same_word_with_another_type_is_offered_lower(matcher: Matcher) -> None:
    best, second = matcher.list_matches("daniel street")[:2]
    assert (best.text, best.way, second.text, second.way) == ("daniel street", "exact", "daniel avenue", "type_differs")
    assert second.known < best.known
    courts = {match.text: match for match in matcher.list_matches("daniel court")}
    assert courts["daniel street"].way == courts["daniel avenue"].way == "type_differs"
    assert load_words().street_types["ct"] == "court"
