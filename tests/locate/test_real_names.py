"""Names of two real counties: misheard, misspelt, and asked of the other that lacks them."""

from __future__ import annotations

import random
import string
from collections.abc import Callable

import pytest

from geo_dispatch.locate import Locator
from geo_dispatch.locate.match import Matcher
from geo_dispatch.locate.names import NameIndex
from geo_dispatch.locate.normalise import canonical_name, street_key
from geo_dispatch.locate.tables import load_words
from geo_dispatch.town.store import open_town
from geo_dispatch.town.town import Town
from tests.locate.mishearing import misheard
from tests.locate.test_real_town import addison_file, autauga_file
from tests.locate.test_strangers import SENTENCES

__all__ = ["addison_file", "autauga_file"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def towns(request: pytest.FixtureRequest) -> dict[str, Town]:
    return {
        "autauga": open_town(request.getfixturevalue("autauga_file")),
        "addison": open_town(request.getfixturevalue("addison_file")),
    }


def telling(text: str) -> bool:
    plain = load_words().plain
    return any(len(word) > 3 and word.isalpha() and word not in plain for word in text.split())


def names_of(town: Town, table: str) -> list[str]:
    return sorted({key for name in town.table(table).text("name").vocabulary() if telling(key := street_key(name))})


def mistyped(name: str, rng: random.Random) -> str:
    places = [at for at in range(1, len(name)) if name[at].isalpha() and name[at - 1].isalpha()]
    at = rng.choice(places)
    letter = rng.choice(string.ascii_lowercase)
    return name[:at] + rng.choice((letter, "", letter + name[at])) + name[at + 1 :]


def found_first(town: Town, names: list[str], garble: Callable[[str], str | None]) -> float:
    index = NameIndex(town)
    matcher = Matcher(index)
    rng = random.Random(12)
    asked = found = 0
    while asked < 400:
        name = rng.choice(names)
        text = garble(name)
        if text is None or index.find(text) is not None:
            continue
        asked += 1
        matches = matcher.list_matches(text)
        found += bool(matches) and matches[0].text == name
    return found / asked


@pytest.mark.parametrize("county", ["autauga", "addison"])
def test_misheard_and_misspelt_streets_are_found_first(towns: dict[str, Town], county: str) -> None:
    rng = random.Random(2)
    names = names_of(towns[county], "streets")
    assert found_first(towns[county], names, lambda name: misheard(name, rng)) >= 0.93
    assert found_first(towns[county], names, lambda name: misheard(name, rng, slips=0)) >= 0.97
    assert found_first(towns[county], names, lambda name: mistyped(name, rng)) >= 0.97


def test_misheard_places_are_found_first(towns: dict[str, Town]) -> None:
    rng = random.Random(2)
    names = names_of(towns["autauga"], "places")
    assert found_first(towns["autauga"], names, lambda name: misheard(name, rng)) >= 0.93


@pytest.mark.parametrize("county", ["autauga", "addison"])
def test_crossings_of_two_misheard_streets_are_found(towns: dict[str, Town], county: str) -> None:
    town, rng = towns[county], random.Random(4)
    table, names = town.table("intersections"), town.table("streets").text("name")
    locator = Locator(town)
    asked = found = 0
    for row in rng.sample(range(len(table)), 600):
        keys = [street_key(names[street] or "") for street in table.json("street_ids", row) or []][:2]
        said = [misheard(key, rng) for key in keys if telling(key)]
        if len(said) < 2 or keys[0] == keys[1] or not all(said):
            continue
        asked += 1
        answer = locator.locate(" and ".join(str(text) for text in said))
        shown = (
            {street_key(name.split(" (")[0]) for name in answer.candidates[0].cross_streets}
            if answer.candidates
            else set()
        )
        found += set(keys) == shown
    assert asked >= 100
    assert found / asked >= 0.9


@pytest.mark.parametrize(("county", "elsewhere"), [("autauga", "addison"), ("addison", "autauga")])
def test_streets_of_elsewhere_are_seldom_offered(towns: dict[str, Town], county: str, elsewhere: str) -> None:
    index = NameIndex(towns[county])
    locator = Locator(towns[county])
    bases = {canonical_name(index.text(number)).base for number in range(len(index))}
    names = towns[elsewhere].table("streets").text("name").vocabulary()
    # A name on file with another street type is no stranger: it is offered, and said to differ.
    strange = [name for name in names if canonical_name(street_key(name)).base not in bases]
    texts = random.Random(9).sample(strange, 400)
    first = [answer.candidates[0].probability if (answer := locator.locate(t)).candidates else 0.0 for t in texts]
    assert sum(p > 0.0 for p in first) <= 0.07 * len(texts)
    assert sum(p > 0.5 for p in first) <= 0.02 * len(texts)
    assert sum(p > 0.8 for p in first) <= 0.01 * len(texts)


@pytest.mark.parametrize("county", ["autauga", "addison"])
def test_sentences_that_name_nothing_are_unknown_there(towns: dict[str, Town], county: str) -> None:
    locator = Locator(towns[county])
    named = [text for text in SENTENCES if locator.locate(text).status != "unknown"]
    assert len(named) <= 0.01 * len(SENTENCES), named
