"""Things said as seen from the caller: the caller is where the thing looks back from."""

from __future__ import annotations

import pytest

from geo_dispatch.locate.normalise import fold, spell_numbers, tokenise
from geo_dispatch.locate.relations.clause import Clause
from geo_dispatch.locate.relations.clauses import parse_clauses
from geo_dispatch.locate.sentences import mark_sentences
from geo_dispatch.locate.tables.relations import load_relations

BLOCK_M = load_relations().units["block"]


def read(text: str) -> list[Clause]:
    return list(parse_clauses(spell_numbers(tokenise(fold(mark_sentences(text))))))


@pytest.mark.parametrize(
    ("text", "kind", "distance_m", "bearing_deg", "thing"),
    [
        ("A school is down south.", "direction", None, 0, "school"),
        ("2 restaurants is on my south side.", "direction", None, 0, "2 restaurants"),
        ("There is a hotel to the south east.", "direction", None, 315, "hotel"),
        ("A deli is on the block to the northwest.", "block", None, 135, "deli"),
        ("On the block south of here is the old mill.", "block", None, 0, "old mill"),
        ("A church is on the next block, to the northwest.", "block", None, 135, "church"),
        ("To the west on the adjacent block is a clinic.", "block", None, 90, "clinic"),
        ("There is a library on the same block.", "same_block", None, None, "library"),
        ("The Gull Hotel is a block to the east.", "direction", BLOCK_M, 270, "gull hotel"),
        ("A hotel is a block or so to the east.", "direction", BLOCK_M, 270, "hotel"),
        ("There's a church about two blocks away", "distance", 2 * BLOCK_M, None, "church"),
        ("A cathedral is across a divided street to the west.", "across", None, 90, "cathedral"),
        ("A bank is cattycorner from here.", "diagonal", None, None, "bank"),
        ("To the southeast across the street is a church", "across", None, 315, "church"),
    ],
)
def test_the_caller_is_on_the_other_side_of_what_is_named(
    text: str, kind: str, distance_m: float | None, bearing_deg: float | None, thing: str
) -> None:
    (found,) = read(text)
    assert (found.kind, found.bearing_deg, " ".join(found.objects[0])) == (kind, bearing_deg, thing)
    assert found.distance_m == (None if distance_m is None else pytest.approx(distance_m))


def test_what_the_caller_is_at_is_the_caller_in_what_follows() -> None:
    clauses = read("I am at a fast food restaurant on Mott Street. The old mill is north of the restaurant.")
    assert (clauses[-1].kind, clauses[-1].bearing_deg, clauses[-1].objects) == ("direction", 180, (("old", "mill"),))
    (*_, other) = read("I am at a fast food restaurant. I came from a place north of the old mill.")
    assert (other.bearing_deg, other.objects) == (0, (("old", "mill"),))


@pytest.mark.parametrize(
    ("text", "bearing_deg"),
    [("Lees Market, 1/4 mile north of the dam", 0), ("north of the school", 0), ("just south east of the dam", 135)],
)
def test_a_direction_from_what_is_named_is_not_turned_round(text: str, bearing_deg: float) -> None:
    assert read(text)[-1].bearing_deg == bearing_deg


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It's on Main St. There is a school", 2),
        ("We are on Drift Road. It is dark", 2),
        ("The church is north of it. Gina waits", 2),
        ("He is in the lot. Come", 2),
        ("It is near me. Come", 2),
        ("We are by St. Mary's and Dr. Smith's office", 1),
        ("A St. Regis hotel is near", 1),
        ("Rte. 88 at apt. 3 on N. Main St. burning", 1),
    ],
)
def test_where_sentences_end(text: str, sentences: int) -> None:
    assert mark_sentences(text).count(";") + 1 == sentences
