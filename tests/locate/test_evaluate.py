from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from geo_dispatch.errors import CaseFileError
from geo_dispatch.geometry import LonLat
from geo_dispatch.locate import Candidate, Circle, LocateAnswer, Locator, evaluate, read_cases
from geo_dispatch.locate.cases import Case
from tests.locate.drawing import coast_town, lonlat


def case(text: str, x: float, y: float, group: str = "all", tolerance_m: float = 50.0) -> Case:
    return Case(text, LonLat(*lonlat(x, y)), tolerance_m, group=group)


def test_scores_are_counted_by_class() -> None:
    cases = [
        case("10 Drift Road", 1020, 1800, "good"),
        case("Lees Market", 1010, 1950, "good"),
        case("Dunkin", 1700, 1020, "twins"),
        case("nothing like it", 0, 0, "none"),
        case("12 Drift Road", 2000, 0, "wrong"),
        case("", 0, 0, "empty"),
    ]
    done: list[int] = []
    report = evaluate(Locator(coast_town()), cases, progress=done.append)
    by = {score.group: score for score in report.by_class}
    assert done == [1, 2, 3, 4, 5, 6]
    assert (by["good"].n, by["good"].top1, by["good"].region90_coverage) == (2, 1.0, 1.0)
    assert by["twins"].top3 == 1.0
    assert by["none"].unknown == 1.0
    assert by["empty"].unknown == 1.0
    assert by["wrong"].confident_and_wrong == 1
    assert by["wrong"].worst == ("12 Drift Road",)
    assert report.overall.n == 6
    assert report.overall.top3 == pytest.approx(3 / 6)
    assert report.overall.miss == pytest.approx(1 / 6)
    assert sum(b.n for b in report.overall.calibration) == 4
    assert report.overall.p95_ms >= report.overall.p50_ms > 0


def candidate(probability: float, lon: float, lat: float, half: float) -> Candidate:
    """Make a candidate whose 90% region is a square with half a side in degrees, and the 50% region a tenth of that."""

    def square(side: float) -> dict[str, Any]:
        ring = [(lon - side, lat - side), (lon + side, lat - side), (lon + side, lat + side), (lon - side, lat + side)]
        return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}

    where = {"lon": lon, "lat": lat, "radius90_m": 1.0, "region50": square(half / 10), "region90": square(half)}
    return Candidate(
        rank=1, probability=probability, label=f"at {lon}", kind="place", place_id=None, address=None, cross_streets=(),
        municipality=None, why=(), **where,
    )  # fmt: skip


class Fixed:
    """Gives every text the same candidates."""

    def __init__(self, *candidates: Candidate) -> None:
        self.candidates = candidates

    def locate(self, text: str, *, circle: Circle | None = None, limit: int = 5) -> LocateAnswer:
        return LocateAnswer(text, "located", self.candidates[:limit], None, (), (), 0.0)


def test_regions_are_measured_and_held_against_the_truth() -> None:
    one, two = candidate(0.7, 0.0, 0.0, 0.01), candidate(0.25, 1.0, 0.0, 0.01)
    cases = [
        Case("in the first", LonLat(0.0, 0.0), 50.0),
        Case("in its 90% region only", LonLat(0.005, 0.0), 1000.0),
        Case("in the second", LonLat(1.005, 0.0), 1000.0),
        Case("nowhere", LonLat(2.0, 0.0), 50.0),
    ]
    score = evaluate(Fixed(one, two), cases).overall
    assert score.region50_coverage == pytest.approx(1 / 4)
    assert score.region90_coverage == pytest.approx(3 / 4)
    assert score.median_region90_km2 == pytest.approx(2.2239**2, rel=1e-3)  # 0.02 degrees at the equator
    assert score.joint90_coverage == pytest.approx(3 / 4)
    assert score.joint90_promised == pytest.approx(0.9 * 0.95)
    assert evaluate(Fixed(candidate(0.95, 0.0, 0.0, 0.01), two), cases).overall.joint90_coverage == pytest.approx(2 / 4)


def test_the_surest_of_the_wrong_answers_come_first() -> None:
    cases = [
        Case("near by", LonLat(0.001, 0.0), 50.0),
        Case("far", LonLat(1.0, 0.0), 50.0),
        Case("further", LonLat(2.0, 0.0), 50.0),
    ]
    report = evaluate(Fixed(candidate(0.9, 0.0, 0.0, 0.01)), cases)
    assert [case.text for case in report.worst] == ["further", "far"]
    assert report.worst[1].error_m == pytest.approx(111_195, abs=1)
    assert report.worst[0].answer == "at 0.0"
    assert report.overall.confident_and_wrong == 2


def test_cases_are_read(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    rows = [
        {"text": "10 Drift Road", "lon": -71.0, "lat": 41.5, "tolerance_m": 50, "class": "a"},
        {"text": "x", "lon": -71.0, "lat": 41.5, "tolerance_m": 50, "circle": "-71.0,41.5,200"},
        {"text": "y", "lon": -71, "lat": 41, "tolerance_m": 5, "circle": {"lon": -71.0, "lat": 41.5, "radius_m": 9}},
    ]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    cases = read_cases(path)
    assert [c.group for c in cases] == ["a", "all", "all"]
    assert cases[1].circle is not None
    assert cases[1].circle.radius_m == 200


GOOD = '{"text": "a", "lon": -71, "lat": 41, "tolerance_m": 5}'


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "not JSON"),
        ("[1]", "not an object"),
        ('{"text": "a", "lon": 1, "lat": 2}', "lacks tolerance_m"),
        ('{"text": "a", "lon": 1, "lat": 2, "tolerance_m": 5, "extra": 1}', "unknown key 'extra'"),
        ('{"text": "", "lon": 1, "lat": 2, "tolerance_m": 5}', "text is empty"),
        ('{"text": "a", "lon": 1, "lat": 200, "tolerance_m": 5}', "lat 200"),
        ('{"text": "a", "lon": "1", "lat": 2, "tolerance_m": 5}', "lon '1'"),
        ('{"text": "a", "lon": true, "lat": 2, "tolerance_m": 5}', "lon True"),
        ('{"text": "a", "lon": NaN, "lat": 2, "tolerance_m": 5}', "lon nan"),
        ('{"text": "a", "lon": 1, "lat": 2, "tolerance_m": 0}', "not above 0"),
        ('{"text": "a", "lon": 1, "lat": 2, "tolerance_m": 5, "circle": "1,2"}', "circle"),
        ('{"text": "a", "lon": 1, "lat": 2, "tolerance_m": 5, "circle": 7}', "circle"),
        (
            '{"text": "a", "lon": 1, "lat": 2, "tolerance_m": 5, "circle": {"lon": 1, "lat": 2, "radius_m": -5}}',
            "circle",
        ),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(f"{GOOD}\n{line}\n")
    with pytest.raises(CaseFileError, match=message) as caught:
        read_cases(path)
    assert f"{path}:2" in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CaseFileError, match="No such file"):
        read_cases(tmp_path / "absent.jsonl")
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(CaseFileError, match="no cases"):
        read_cases(tmp_path / "empty.jsonl")
    (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CaseFileError, match="UTF-8"):
        read_cases(tmp_path / "binary.jsonl")
    with pytest.raises(CaseFileError, match="no cases"):
        evaluate(Locator(coast_town()), [])
