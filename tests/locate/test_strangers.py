"""What must be answered "unknown": sentences that name nothing, names of elsewhere, parts of other names."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo_dispatch.locate import Locator
from geo_dispatch.locate.chance import part_of
from geo_dispatch.locate.match import Matcher
from geo_dispatch.locate.names import NameIndex
from geo_dispatch.locate.normalise import canonical_name
from tests.locate.drawing import coast_town

SENTENCES = [
    line
    for line in (Path(__file__).parent / "naming_nothing.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.fixture(scope="module")
def locator() -> Locator:
    return Locator(coast_town())


def test_sentences_that_name_nothing_are_unknown(locator: Locator) -> None:
    assert len(SENTENCES) >= 200
    named = [text for text in SENTENCES if locator.locate(text).status != "unknown"]
    assert len(named) <= 0.01 * len(SENTENCES), named


def test_a_sentence_that_names_nothing_still_gets_a_question(locator: Locator) -> None:
    answer = locator.locate("my chest hurts really bad")
    assert answer.candidates == ()
    assert answer.question is not None


@pytest.mark.parametrize("text", ["Reynolds Drift Road", "Spanish Bay Street", "Old Ridge Road"])
def test_a_name_inside_a_longer_one_is_another(locator: Locator, text: str) -> None:
    assert all(candidate.probability < 0.5 for candidate in locator.locate(text).candidates)


@pytest.mark.parametrize("text", ["send units drift road", "hurry drift road", "to the house on drift road now"])
def test_a_name_among_other_words_is_found(locator: Locator, text: str) -> None:
    assert locator.locate(text).candidates[0].label.startswith("Drift Road")


def test_a_kind_of_place_on_a_road_of_elsewhere_is_not_located(locator: Locator) -> None:
    assert locator.locate("gas station").candidates
    answer = locator.locate("gas station, 425 Shampeny Hill Rd, Salisbury")
    assert answer.status != "located"
    assert all(candidate.probability < 0.5 for candidate in answer.candidates)


def test_the_number_on_file_speaks_for_a_garbled_street(locator: Locator) -> None:
    (first, *_) = locator.locate("10 Drip Road").candidates
    assert first.label.startswith("10 Drift Road")
    others = locator.locate("9999 Drip Road").candidates
    assert not others or others[0].probability < first.probability


def test_a_surname_is_not_mended_to_a_street_type() -> None:
    matcher = Matcher(NameIndex(coast_town()))
    assert matcher.mend(["stanton", "rout", "raod", "drivve"]) == ["stanton", "route", "road", "drive"]
    assert matcher.mend(["lang", "row"]) == ["lang", "row"]


@pytest.mark.parametrize(
    ("said", "name", "part"),
    [
        ("camp road", "old camp road", "fragment"),
        ("mary drive", "mary hogan drive", "beginning"),
        ("mary hogan", "mary hogan drive", "part"),
        ("lees market", "lees market westport", "fragment"),
    ],
)
def test_which_part_of_a_name_was_said(said: str, name: str, part: str) -> None:
    assert part_of(canonical_name(said), canonical_name(name)) == part
