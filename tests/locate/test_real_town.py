"""Two real counties: the share found, on cases made from their own data; and names of the other that they lack."""

from __future__ import annotations

import random
import runpy
import sys
from pathlib import Path

import pytest

from geo_dispatch.locate import Locator, evaluate, read_cases
from geo_dispatch.locate.evaluate import Score
from geo_dispatch.locate.names import NameIndex
from geo_dispatch.locate.normalise import street_key
from geo_dispatch.town.store import open_town
from geo_dispatch.town.town import Town

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def autauga_file(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from geo_dispatch.build import BuildRequest, build_town

    out = tmp_path_factory.mktemp("autauga") / "autauga.gpkg"
    build_town(BuildRequest(out=out, osm=(shared_data / "osm" / "autauga.osm.pbf",)))
    return out


@pytest.fixture(scope="module")
def addison_file(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from geo_dispatch.build import BuildRequest, build_town

    layers = shared_data / "ng911" / "addison-vt"
    out = tmp_path_factory.mktemp("addison") / "addison.gpkg"
    request = BuildRequest(
        out=out,
        roads=(layers / "addison_roads.geojson.gz",),
        addresses=(layers / "addresses.csv.gz",),
        fields=REPOSITORY / "tests" / "ng911" / "vermont_fields.yaml",
        name="Addison",
    )
    build_town(request)
    return out


def make(script: str, town_file: Path, cases: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> None:
    monkeypatch.setattr(sys, "argv", [script, str(town_file), "--out", str(cases), "--seed", "5", *options])
    with pytest.raises(SystemExit) as left:
        runpy.run_path(str(REPOSITORY / "scripts" / script), run_name="__main__")
    assert left.value.code == 0


def report_on(town_file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, *counts: str) -> dict[str, Score]:
    cases = folder / "cases.jsonl"
    make("make_cases.py", town_file, cases, monkeypatch, *counts)
    report = evaluate(Locator(open_town(town_file)), read_cases(cases))
    assert report.overall.confident_and_wrong == 0
    return {score.group: score for score in report.by_class}


def test_places_and_crossings_of_an_osm_county(
    autauga_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = report_on(autauga_file, tmp_path, monkeypatch, "--places", "300", "--intersections", "300")
    assert scores["place/clean"].top1 >= 0.99
    assert scores["place/typo"].top1 >= 0.97
    assert scores["intersection/clean"].top1 >= 0.99
    assert scores["intersection/abbreviated"].top1 >= 0.99
    assert scores["intersection/two_typos"].top1 >= 0.95


def test_addresses_of_an_ng911_county(addison_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scores = report_on(
        addison_file, tmp_path, monkeypatch, "--addresses", "400", "--places", "50", "--intersections", "50"
    )
    assert scores["address/clean"].top1 >= 0.995
    assert scores["address/abbreviated"].top1 >= 0.99
    assert scores["address/typo"].top1 >= 0.97


@pytest.mark.parametrize(
    "text", ["2916 VT Route 22A, Addison", "2916 Rt 22A, Addison", "2916 rte 22 a", "twenty nine sixteen route 22A"]
)
def test_a_house_number_is_found_exactly(addison_file: Path, text: str) -> None:
    answer = Locator(open_town(addison_file)).locate(text)
    best = answer.candidates[0]
    assert answer.status == "located"
    assert best.kind == "address"
    assert (best.lon, best.lat) == pytest.approx((-73.2946942, 44.1190003), abs=1e-6)


def test_names_of_another_county_are_rarely_believed(addison_file: Path, autauga_file: Path) -> None:
    town, other = open_town(autauga_file), open_town(addison_file)
    texts = strange_names(town, other, 400)
    locator = Locator(town)
    first = [answer.candidates[0].probability if (answer := locator.locate(t)).candidates else 0.0 for t in texts]
    assert sum(p > 0.8 for p in first) <= 0.01 * len(texts)
    assert sum(p > 0.5 for p in first) <= 0.06 * len(texts)


def strange_names(town: Town, other: Town, count: int) -> list[str]:
    index = NameIndex(town)
    names = [n for n in other.table("streets").text("name").vocabulary() if index.find(street_key(n)) is None]
    return random.Random(9).sample(names, count)


def test_relations_on_a_real_county_hold_the_address_that_they_are_true_of(
    addison_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = tmp_path / "relations.jsonl"
    make("make_relation_cases.py", addison_file, cases, monkeypatch, "--each", "60", "--draws", "6000")
    report = evaluate(Locator(open_town(addison_file)), read_cases(cases))
    scores = {score.group: score for score in report.by_class}
    assert set(scores) == {"near", "near_on", "next_to", "across", "direction", "distance_direction"}
    assert all(score.unknown == 0.0 for score in scores.values())
    covered = {group: score.region90_coverage or 0.0 for group, score in scores.items()}
    assert covered.pop("distance_direction") >= 0.75  # the rule allows for no error at all, callers would
    assert min(covered.values()) >= 0.9
