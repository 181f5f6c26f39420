"""Whatever is given: a clear answer or a clear error, in time, nothing executed and nothing lost; over the command and HTTP alike."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient

from geo_dispatch.app import create_app
from geo_dispatch.cli.main import run
from geo_dispatch.config import Settings
from geo_dispatch.errors import CoordinateError, InputError
from geo_dispatch.locate import Circle, Locator
from tests.cli.towns_on_disk import write_tiny_town
from tests.locate.drawing import coast_town, lonlat

EMPTY = ["", " ", "\t\n", "\u200b", "\x00\x07"]
NOTHING = {
    "emoji": "🔥🏠",
    "signs": "?!… --- ***",
    "cyrillic": "Улица Ленина 5",
    "chinese": "主街 12 号",
    "arabic": "شارع رئيسي 12",
    "right to left": "\u202eteerts niam",
    "fillers": "um uh please help",
    "fillers and prepositions": "I think it is at the",
    "a letter": "x",
    "sql": "'; DROP TABLE places; --",
    "sql, true": "1' OR '1'='1",
    "html": "<script>alert(1)</script>",
    "template": "{{7*7}} ${7*7} %s %n",
    "path": "../../etc/passwd",
    "command": "$(touch executed) `touch executed` | touch executed",
    "regular expression": "(a+)+$ [z-a] \\",
    "link that runs": "javascript:alert(1)",
    "per cent": "%00%0a%ff",
    "not numbers": "nan, nan",
    "infinite": "1e400,1e400",
    "huge number": "99999999999999999999",
    "a number": "45",
    "a negative number": "-5",
    "three words": "///filled.count.soap",
    "10,000 letters": "x" * 10_000,
    "10,000 digits": "1" * 10_000,
    "10,000 commas": "," * 10_000,
    "10,000 of one phrase": "help me " * 1250,
    "10,000 of numbers": "12 " * 3333,
    "10,000 of positions": "41.5 " * 2000,
    "10,000 of links": "https://" * 1250,
    "10,000 of relations": "near " * 2000,
    "10,000 of degrees": "41 34 " * 1600,
    "10,000 of dots": "ab.cd." * 1600,
    "10,000 of choices": "12 or 14 " * 1100,
}
FOUND = {
    "control characters": "10\x00Drift\x07Road\x1b[31m",
    "joiners": "10\u200bDrift\u200dRoad",
    "emoji beside": "🔥 at 10 Drift Road 🚒",
    "lines": "10 Drift Road\r\nTestport\n",
    "quoted": '"10 Drift Road"',
    "marks above letters": "10 D̷̛r̸i̵f̶t̷ R̸o̵a̶d̷",
    "sql beside": "10 Drift Road'; DROP TABLE places; --",
    "html around": "<b>10 Drift Road</b>",
    "three times": "10 Drift Road 10 Drift Road 10 Drift Road",
    "a long tail": "10 Drift Road " + "z" * 10_000,
}
CONTRADICTORY = {
    "two towns": "10 Drift Road, Eastham, Testport",
    "far apart": "next to Lees Market and next to Ridge Road and next to the town hall",
    "the other town": "Bay Street, Testport",
    "streets that do not meet": "Daniel Street & Daniel Avenue",
    "two numbers": "10 Drift Road 900",
}


@pytest.fixture(scope="module")
def locator() -> Locator:
    locator = Locator(coast_town())
    locator.locate("near Lees Market on Main Road")
    return locator


@pytest.mark.parametrize("text", EMPTY)
def test_an_empty_text_is_an_error_or_unknown(locator: Locator, text: str) -> None:
    if text.strip():
        assert locator.locate(text).status == "unknown"
        return
    with pytest.raises(InputError, match="empty"):
        locator.locate(text)


@pytest.mark.parametrize("name", NOTHING)
def test_what_names_nothing_is_unknown_with_a_question(locator: Locator, name: str) -> None:
    answer = locator.locate(NOTHING[name])
    assert answer.status == "unknown"
    assert answer.candidates == ()
    assert answer.question is not None
    assert answer.query.startswith(NOTHING[name][:900])
    assert not Path("executed").exists()


@pytest.mark.parametrize("name", FOUND)
def test_what_stands_around_an_address_does_not_hide_it(locator: Locator, name: str) -> None:
    answer = locator.locate(FOUND[name])
    assert answer.candidates[0].label == "10 Drift Road, Testport", answer
    assert len(locator.town.table("places")) == len(coast_town().table("places"))


@pytest.mark.parametrize("name", CONTRADICTORY)
def test_what_contradicts_itself_says_so(locator: Locator, name: str) -> None:
    answer = locator.locate(CONTRADICTORY[name])
    contradicted = [why for candidate in answer.candidates for why in candidate.why if why.status == "contradicted"]
    assert contradicted or answer.warnings or answer.unmatched
    if answer.candidates and answer.candidates[0].probability > 0.8:
        assert answer.warnings or answer.unmatched


def test_cut_texts_are_said_to_be(locator: Locator) -> None:
    assert any("10000 characters" in warning for warning in locator.locate("x" * 10_000).warnings)
    assert any("over and over" in warning for warning in locator.locate("help me " * 10).warnings)


def test_the_answer_comes_in_time(locator: Locator) -> None:
    def took_ms(text: str) -> float:
        times = []
        for _ in range(3):
            began = time.perf_counter()
            locator.locate(text)
            times.append((time.perf_counter() - began) * 1000)
        return min(times)

    spent = {name: took_ms(text) for name, text in {**NOTHING, **FOUND, **CONTRADICTORY}.items()}
    # 30 ms is the target on a quiet machine; a busy one may take some times as long.
    assert float(np.quantile(list(spent.values()), 0.95)) < 150, sorted(spent.items(), key=lambda entry: -entry[1])[:5]


@pytest.mark.parametrize("radius", [0.0, -5.0, float("nan"), float("inf"), 1e9])
def test_a_radius_that_is_none_is_refused(radius: float) -> None:
    with pytest.raises(InputError, match="radius"):
        Circle(-71.0, 41.5, radius)


@pytest.mark.parametrize("centre", [(200.0, 41.5), (-71.0, 95.0), (float("nan"), 41.5)])
def test_a_centre_that_is_none_is_refused(centre: tuple[float, float]) -> None:
    with pytest.raises(CoordinateError, match="circle centre"):
        Circle(*centre, 100.0)


@pytest.mark.parametrize(
    ("centre", "radius", "words"),
    [
        ((-75.0, 40.0), 300.0, "km to the"),  # another state
        ((2.35, 48.86), 300.0, "km to the"),  # across the ocean
        (lonlat(-4000, -6000), 300.0, "outside Testport"),
        (lonlat(2800, 2800), 200.0, "holds no road"),  # in the box of the roads, on none
        (lonlat(1000, 1000), 100_000.0, "too wide"),
    ],
)
def test_a_circle_that_tells_nothing_is_warned_of(
    locator: Locator, centre: tuple[float, float], radius: float, words: str
) -> None:
    answer = locator.locate("10 Drift Road", circle=Circle(*centre, radius))
    assert any("phone's circle" in warning and words in warning for warning in answer.warnings), answer.warnings
    assert answer.candidates[0].label == "10 Drift Road, Testport"
    if radius < 1000:
        assert answer.status != "located"
        assert any("contradicts the words" in warning for warning in answer.warnings)
        assert any(w.clause == "phone's circle" and w.status == "contradicted" for w in answer.candidates[0].why)


def test_a_tiny_circle_is_used(locator: Locator) -> None:
    answer = locator.locate("10 Drift Road", circle=Circle(*lonlat(1020, 1800), 0.5))
    assert answer.status == "located"
    assert not any("circle" in warning for warning in answer.warnings)


@pytest.fixture(scope="module")
def town_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_town(tmp_path_factory.mktemp("towns") / "tinyport.gpkg")


@pytest.fixture(scope="module")
def client(town_file: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(town=str(town_file), max_text_length=10_000))) as opened:
        for _ in range(200):
            if opened.get("/readyz").status_code == 200:
                break
            time.sleep(0.05)
        yield opened


# The command takes spaces off the ends; texts up to 10,000 characters are let through to compare.
BOTH = {
    name: text.replace("Drift Road", "Elm Street").strip()[:9_990].strip()
    for name, text in {**NOTHING, **FOUND}.items()
}


@pytest.mark.parametrize("name", sorted(BOTH))
def test_the_command_and_http_answer_alike(
    name: str, town_file: Path, client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    text = BOTH[name]
    code = run(["locate", "--json", str(town_file), "--", text])
    printed = json.loads(capsys.readouterr().out)
    answered = client.post("/v1/locate", json={"text": text})
    if code == 2:
        assert 400 <= answered.status_code < 500
        return
    assert answered.status_code == 200, answered.text[:300]
    got = answered.json()
    for answer in (printed, got):
        answer.pop("elapsed_ms")
    assert printed == got
    assert code == (3 if got["status"] == "unknown" else 0)


@pytest.mark.parametrize(
    "circle", ["-71,41,0", "-71,41,-5", "-71,41,nan", "-71,91,100", "-71,41,1e9", "a,b,c", "-71,41"]
)
def test_the_command_and_http_refuse_a_bad_circle(
    circle: str, town_file: Path, client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["locate", "--json", str(town_file), "10 Elm Street", "--circle", circle]) == 2
    assert capsys.readouterr().out
    answered = client.post("/v1/locate", json={"text": "10 Elm Street", "circle": circle})
    assert 400 <= answered.status_code < 500
    assert answered.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    "escaped", [r"10 Elm \ud800 Street", r"\ud800", r"10\u0000 Elm Street", r"\u0000", r"🔥\ufeff 10 Elm Street"]
)
def test_http_survives_what_is_no_text(escaped: str, client: TestClient) -> None:
    answered = client.post(
        "/v1/locate", content=f'{{"text": "{escaped}"}}'.encode(), headers={"content-type": "application/json"}
    )
    assert answered.status_code < 500, answered.text
    if answered.status_code == 200 and "Elm" in escaped:
        assert answered.json()["candidates"][0]["label"] == "10 Elm Street, Tinyport"
