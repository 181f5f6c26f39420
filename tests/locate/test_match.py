from __future__ import annotations

import random
import string

import pytest

from geo_dispatch.locate.match import Matcher
from geo_dispatch.locate.names import NameIndex
from geo_dispatch.locate.normalise import canonical_name
from geo_dispatch.locate.phonetic import sound_key
from geo_dispatch.locate.similarity import compare
from tests.locate.drawing import coast_town


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(NameIndex(coast_town()))


def similarity(said: str, name: str) -> float:
    return compare(canonical_name(said), canonical_name(name))[0]


def test_the_closer_name_is_more_similar() -> None:
    assert similarity("drift road", "drift road") == 1.0
    assert similarity("dritf road", "drift road") > similarity("dritf road", "draft lane")
    assert similarity("daniel", "daniel street") > similarity("daniel avenue", "daniel street")
    assert similarity("main street", "north main street") > similarity("south main street", "north main street")


def test_a_digit_is_never_a_misspelling() -> None:
    assert similarity("route 22", "route 23") < 0.6
    assert similarity("1st street", "2nd street") < 0.6


def test_spaces_do_not_matter() -> None:
    assert similarity("bay view road", "bayview road") > 0.95


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hix bridge", "hicks bridge"),
        ("lees market", "leez markit"),
        ("fissure", "fisher"),
        ("colonel", "kernel"),
        ("wright", "rite"),
    ],
)
def test_the_same_sound_has_the_same_key(one: str, other: str) -> None:
    assert sound_key(one) == sound_key(other)


def test_every_name_is_found_with_one_edit(matcher: Matcher) -> None:
    rng = random.Random(7)
    index = matcher.index
    for number in range(len(index)):
        text = index.text(number)
        places = [at for at in range(1, len(text)) if text[at].isalpha() and text[at - 1].isalpha()]
        if len(text) < 6 or not places:
            continue
        at = rng.choice(places)
        edited = text[:at] + rng.choice(string.ascii_lowercase) + text[at + 1 :]
        found = [match.text for match in matcher.list_matches(edited)[:3]]
        assert text in found, (edited, found)


def test_words_of_addresses_are_mended_but_names_are_not(matcher: Matcher) -> None:
    assert matcher.mend(["drift", "raod"]) == ["drift", "road"]
    assert matcher.mend(["hix"]) == ["hix"]


def test_nothing_like_it_gives_nothing(matcher: Matcher) -> None:
    assert matcher.list_matches("zzyzx qwrtp") == ()
    assert matcher.list_matches("") == ()
