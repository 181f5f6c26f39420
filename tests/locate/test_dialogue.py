"""Questions, the answers given back, and several texts of one caller."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, shape

from geo_dispatch.errors import InputError, QuestionError
from geo_dispatch.locate import Circle, Locator, Reply, parse_reply
from geo_dispatch.locate.answer import Candidate, LocateAnswer
from geo_dispatch.locate.questions.pool import area90_m2
from geo_dispatch.locate.tables.questions import load_questions
from geo_dispatch.service import document
from tests.locate.drawing import coast_town, lonlat
from tests.towns import ORIGIN, PROJECTION


@pytest.fixture(scope="module")
def locator() -> Locator:
    return Locator(coast_town())


def xy(candidate: Candidate) -> tuple[float, float]:
    x, y = PROJECTION.to_xy(candidate.lon, candidate.lat)
    return x - ORIGIN[0], y - ORIGIN[1]


def content(answer: LocateAnswer) -> str:
    found = document(answer)
    found.pop("elapsed_ms")
    return json.dumps(found, sort_keys=True)


def place_id(locator: Locator, name: str) -> str:
    places = locator.town.table("places")
    return next(places.text("place_id")[row] for row in range(len(places)) if places.text("name")[row] == name)


def test_an_answer_decides_between_towns(locator: Locator) -> None:
    open_answer = locator.locate("Main Road")
    assert open_answer.question is not None
    assert open_answer.question.id == "town"
    for town in open_answer.question.answers:
        by_id = locator.locate("Main Road", answers=[Reply("town", town)])
        assert by_id.candidates[0].municipality == town
        assert by_id.candidates[0].probability > 0.8
        assert content(by_id) == content(locator.locate("Main Road", answers=[Reply("", town)]))
        assert [w.status for w in by_id.candidates[0].why if w.reading == "answer"] == ["supported"]


def test_the_question_is_asked_in_words_for_a_child_too(locator: Locator) -> None:
    question = locator.locate("Main Road").question
    assert question is not None
    assert question.child_text
    assert question.child_text != question.text


def test_yes_and_no_to_a_sight_move_the_region_apart(locator: Locator) -> None:
    asked = f"sees:{place_id(locator, 'Fire Headquarters')}"
    yes = locator.locate("on Old County Road", answers=[Reply(asked, "yeah")]).candidates[0]
    no = locator.locate("on Old County Road", answers=[Reply(asked, "no")]).candidates[0]
    station = (30.0, 1500.0)
    assert math.dist(xy(yes), station) < 300 < math.dist(xy(no), station)
    assert shape(yes.region90).covers(Point(lonlat(*station)))
    assert not shape(no.region50).covers(Point(lonlat(0.0, 1500.0)))
    assert shape(yes.region90).area < shape(no.region90).area


def test_who_can_not_say_changes_nothing_but_the_question(locator: Locator) -> None:
    plain = locator.locate("Main Road")
    unsure = locator.locate("Main Road", answers=[Reply("town", "I don't know")])
    assert unsure.candidates == plain.candidates
    assert unsure.question is None or unsure.question.id != "town"


def test_a_number_given_back_is_an_address(locator: Locator) -> None:
    best = locator.locate("Drift Road", answers=[Reply("number:Drift Road", "12")]).candidates[0]
    assert best.kind == "address"
    assert best.label.startswith("12 Drift Road")
    assert best.probability > 0.8


def test_a_street_given_back_to_a_number_alone_is_an_address(locator: Locator) -> None:
    question = locator.locate("12").question
    assert question is not None
    best = locator.locate("12", answers=[Reply(question.id, "Drift Road")]).candidates[0]
    assert best.label.startswith("12 Drift Road")
    assert best.probability > 0.8


@pytest.mark.parametrize(
    "said",
    [
        "12",
        "12 or 14",
        "Main Road",
        "Drift Road",
        "the Dunkin",
        "200 yards past Lees Market on Main Road",
        "nothing of the kind",
        "Zyx Street",
        "41.5 -71",
        "help",
    ],
)
def test_the_id_of_every_question_asked_is_taken_back(locator: Locator, said: str) -> None:
    question = locator.locate(said).question
    assert question is not None
    assert question.id
    assert parse_reply(f"{question.id}=not sure") == Reply(question.id, "not sure")
    locator.locate(said, answers=[Reply(question.id, "not sure")])


def test_a_side_street_given_back_is_a_crossing(locator: Locator) -> None:
    best = locator.locate("Drift Road", answers=[Reply("cross:Drift Road", "Hix Bridge")]).candidates[0]
    assert math.dist(xy(best), (1000, 1000)) < 250
    assert shape(best.region90).covers(Point(lonlat(1000, 1000)))


def test_an_answer_that_was_not_offered_is_heard(locator: Locator) -> None:
    answer = locator.locate("the Dunkin", answers=[Reply("spot:Dunkin'", "on Hix Bridge Road")])
    assert math.dist(xy(answer.candidates[0]), (1700, 1020)) < 150


def test_yes_confirms_what_was_only_half_understood(locator: Locator) -> None:
    doubtful = locator.locate("Lees Market thing")
    best = doubtful.candidates[0]
    assert doubtful.question is not None
    assert doubtful.question.id.startswith("mean:")
    confirmed = locator.locate("Lees Market thing", answers=[Reply(doubtful.question.id, "yes")]).candidates[0]
    denied = locator.locate("Lees Market thing", answers=[Reply(doubtful.question.id, "no")])
    assert confirmed.label == best.label
    assert confirmed.probability > max(best.probability, 0.8)
    assert not denied.candidates or denied.candidates[0].probability <= best.probability


def test_the_way_from_a_place_can_be_answered(locator: Locator) -> None:
    said = "200 yards past Lees Market on Main Road"
    for way, sign in (("east", 1), ("west", -1)):
        best = locator.locate(said, answers=[Reply("", way)]).candidates[0]
        assert sign * (xy(best)[0] - 1010) > 100


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("yes", Reply("", "yes")),
        (" sees:w12 = no ", Reply("sees:w12", "no")),
        ("x=y", Reply("", "x=y")),
        ("town=Head of Testport", Reply("town", "Head of Testport")),
    ],
)
def test_replies_are_read(text: str, reply: Reply) -> None:
    assert parse_reply(text) == reply


@pytest.mark.parametrize("question", ["sees:nothing", "way:here", "colour", "sees:", "way:1,2,3", "way:nan,1"])
def test_questions_that_are_none_are_refused(locator: Locator, question: str) -> None:
    with pytest.raises(QuestionError, match="no question of this town"):
        locator.locate("Main Road", answers=[Reply(question, "yes")])


def test_empty_texts_and_answers_are_refused(locator: Locator) -> None:
    with pytest.raises(InputError, match="empty"):
        locator.locate(["Main Road", " "])
    with pytest.raises(InputError, match="empty"):
        locator.locate("Main Road", answers=[Reply("town", "  ")])
    with pytest.raises(InputError, match="0 texts"):
        locator.locate([])


_TEXTS = [
    "I'm on Main Road", "near Lees Market", "Drift Road", "across from the Dunkin", "12 Drift Road", "in Testport", "just past the church",
    "half a mile south of the fire headquarters", "the school is north of me", "zzyzx", "at the corner of Main Road and Drift Road",
]  # fmt: skip
_ANSWERS = [
    Reply("town", "Testport"),
    Reply("town", "Eastham"),
    Reply("name", "Dunkin'"),
    Reply("number:Drift Road", "14"),
    Reply("street", "Hix Bridge Road"),
    Reply("mean:Lees Market, Testport", "no"),
    Reply("water", "yes"),
]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_order_of_a_dialogue_means_nothing(data: st.DataObject) -> None:
    locator = Locator(coast_town())
    texts = data.draw(st.lists(st.sampled_from(_TEXTS), min_size=1, max_size=4, unique=True))
    answers = data.draw(st.lists(st.sampled_from(_ANSWERS), max_size=3, unique=True))
    circle = data.draw(st.sampled_from([None, Circle(*lonlat(1000, 1500), 700.0)]))
    one = locator.locate(texts, answers=answers, circle=circle)
    other = locator.locate(
        data.draw(st.permutations(texts)), answers=data.draw(st.permutations(answers)), circle=circle
    )
    assert content(one) == content(other)
    assert content(one) == content(Locator(coast_town()).locate(texts, answers=answers, circle=circle))
    assert sum(c.probability for c in one.candidates) <= 1.0 + 1e-6


_PLACES = {
    "Lees Market": (1010, 1950),
    "the church": (1900, 950),
    "Fire Headquarters": (30, 1500),
    "Corner Store": (100, 1980),
}
_WRONG = [
    "on Daniel Street",
    "next to Other Fuel",
    "half a mile north of Town Hall",
    "southbound",
    "in the water",
    "in Eastham",
    "across from 10 Main Road",
]


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(_PLACES)),
    relation=st.sampled_from(["next to", "across from", "behind", "in front of", "under"]),
    wrong=st.sampled_from(_WRONG),
)
def test_no_clause_makes_the_truth_impossible(name: str, relation: str, wrong: str) -> None:
    locator = Locator(coast_town())
    answer = locator.locate([f"{relation} {name}", wrong], limit=20)
    truth = np.asarray(_PLACES[name])
    reached = [c for c in answer.candidates if math.dist(xy(c), truth) < 400]
    assert reached or any(shape(c.region90).covers(Point(lonlat(*truth))) for c in answer.candidates), answer


def test_a_question_never_asks_what_was_answered(locator: Locator) -> None:
    answers: list[Reply] = []
    for _ in range(8):
        question = locator.locate("Main Road", answers=answers).question
        if question is None or not question.id:
            break
        assert question.id not in {reply.question for reply in answers}
        answers.append(Reply(question.id, "not sure"))


def test_the_smallest_area_of_nine_tenths() -> None:
    assert area90_m2(np.array([0.5, 0.45, 0.05]), np.array([10.0, 20.0, 1000.0])) == 30.0
    assert area90_m2(np.ones(10), np.ones(10)) == 9.0


def test_every_question_is_worded_for_both_and_every_curve_falls() -> None:
    table = load_questions()
    for texts in table.wording.values():
        assert set(texts) == {"adult", "child"}
    for curve in (table.sees, table.water):
        assert list(curve.metres) == sorted(curve.metres)
        assert list(curve.shares) == sorted(curve.shares, reverse=True)
        assert all(0.0 < share < 1.0 for share in curve.shares)
