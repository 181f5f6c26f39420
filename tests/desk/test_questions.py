"""The desk's answers to questions as people ask them: right, sourced, nothing made up; and what it does not know."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from geo_dispatch.errors import InputError
from geo_dispatch.service.desk import DeskAnswer, TownDesk

FOLDER = Path(__file__).parent
AT = datetime(2026, 6, 10, 10, 30)


def _questions(name: str) -> list[Any]:
    rows: list[Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return rows


def _check(answer: DeskAnswer, row: dict[str, Any]) -> None:
    assert answer.status == row.get("status", "answered"), answer.answer
    assert row.get("kind") in (None, answer.kind), (answer.kind, answer.answer)
    for words in row.get("says", ()):
        assert words.casefold() in answer.answer.casefold(), answer.answer
    for words in row.get("not", ()):
        assert words.casefold() not in answer.answer.casefold(), answer.answer
    assert answer.source.name


def test_there_are_sixty_of_the_sample_and_twenty_of_each_other_list() -> None:
    assert [len(_questions(name)) for name in ("questions_sample", "questions_westport", "unanswerable")] == [
        60,
        20,
        20,
    ]


@pytest.mark.parametrize("row", _questions("questions_sample"), ids=lambda row: row["q"])
def test_of_the_sample(sample_desk: TownDesk, row: dict[str, Any]) -> None:
    _check(sample_desk.ask(row["q"], at=AT), row)


@pytest.mark.parametrize("row", _questions("questions_later"), ids=lambda row: row["q"])
def test_of_later(sample_desk: TownDesk, row: dict[str, Any]) -> None:
    _check(sample_desk.ask(row["q"], at=AT), row)


@pytest.mark.parametrize("row", _questions("questions_westport"), ids=lambda row: row["q"])
def test_of_westport(westport_desk: TownDesk, row: dict[str, Any]) -> None:
    answer = westport_desk.ask(row["q"], at=AT)
    _check(answer, row)
    if answer.status == "answered" and answer.kind in ("note", "contact", "event"):
        assert answer.source.url is not None
        assert answer.source.grade is not None
        assert any("unverified" in warning for warning in answer.warnings)


@pytest.mark.parametrize("question", _questions("unanswerable"))
@pytest.mark.parametrize("town", ["sample_desk", "westport_desk"])
def test_what_nothing_answers(request: pytest.FixtureRequest, town: str, question: str) -> None:
    answer = request.getfixturevalue(town).ask(question, at=AT)
    assert answer.status == "unknown", answer.answer
    assert answer.referral is not None
    assert answer.referral.phone in answer.answer


@pytest.mark.parametrize("row", _questions("questions_sample"), ids=lambda row: row["q"])
def test_no_number_is_made_up(sample_desk: TownDesk, row: dict[str, Any]) -> None:
    """Every telephone number of an answer stands in the town file."""
    town = sample_desk.library.town
    known = {
        text for table in ("directory", "places", "neighbours") for text in town.table(table).text("phone") if text
    }
    digits = {re.sub(r"\D", "", number)[-10:] for number in known}
    for found in re.findall(r"\b\d{3}-\d{3}-\d{4}\b", sample_desk.ask(row["q"], at=AT).answer):
        assert re.sub(r"\D", "", found) in digits


@pytest.mark.parametrize(
    "words",
    [
        "there's a fire in the woods",
        "my husband collapsed",
        "I smell gas in the basement",
        "wires down and sparking on Bridge Street",
        "someone is breaking in",
    ],
)
def test_an_emergency_comes_before_everything(sample_desk: TownDesk, words: str) -> None:
    answer = sample_desk.ask(words, at=AT)
    assert answer.answer.startswith("If this is happening now, call 911.")
    assert answer.warnings[0].startswith("If this is happening now")


@pytest.mark.parametrize(
    "words", ["when can I get a fire permit", "where is the fire station", "power outage", "dead deer on River Road"]
)
def test_an_everyday_question_is_no_emergency(sample_desk: TownDesk, words: str) -> None:
    assert "911" not in sample_desk.ask(words, at=AT).answer


def test_premise_notes_units_and_restricted_hazards_stay_unseen(sample_desk: TownDesk) -> None:
    hazards = sample_desk.library.town.table("hazards")
    secret = [hazards.text("description")[row] for row in range(len(hazards)) if hazards.numbers("restricted")[row]]
    assert secret
    for words in (
        *(str(text) for text in secret),
        "gate code",
        "which units are available",
        "oxygen at home",
        "engine 1",
    ):
        answer = sample_desk.ask(words[:200], at=AT)
        assert not any(text and text in answer.answer for text in secret)


@pytest.mark.parametrize(("words", "says"), [("", "blank"), ("   ", "blank"), ("x" * 501, "501 characters")])
def test_wrong_questions(sample_desk: TownDesk, words: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        sample_desk.ask(words)


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        "'; DROP TABLE docs; --",
        '"unbalanced',
        "NEAR(",
        "* OR 1",
        "ﬁre ☃ 日本語",
        "on on on at at at",
    ],
)
def test_any_words_are_words(sample_desk: TownDesk, words: str) -> None:
    assert sample_desk.ask(words, at=AT).status in ("answered", "unknown")


def test_nearest_by_road_and_directions_from_where_the_asker_is(sample_desk: TownDesk) -> None:
    near = sample_desk.ask("where is the nearest gas station", origin="Brantport Town Hall", at=AT)
    assert near.answer.startswith("The nearest by road: ")
    way = sample_desk.ask("how do i get to the library", origin="Blue Heron Market", at=AT)
    assert (way.kind, way.items[-1]["manoeuvre"]) == ("directions", "arrive")
    lost = sample_desk.ask("how do I get to Xyzzy Palace from Blue Heron Market", at=AT)
    assert lost.status == "unknown"


def test_an_events_closure_holds_for_routes_while_it_runs(sample_desk: TownDesk) -> None:
    service = sample_desk._service
    parade, _ = service.closures_at(datetime(2026, 7, 4, 10))
    assert {closure.note for closure in parade} == {"Harbor Day Parade, unverified"}
    assert service.closures_at(datetime(2026, 7, 4, 13)) == ((), ())
    plan = service.plan("Brantport Point Marina", "Blue Heron Market", at=datetime(2026, 7, 4, 10))
    free = service.plan("Brantport Point Marina", "Blue Heron Market", at=datetime(2026, 7, 4, 13))
    assert plan.answer.travel_time_s >= free.answer.travel_time_s
    assert any("Harbor Day Parade" in one.what for one in plan.answer.avoided)
