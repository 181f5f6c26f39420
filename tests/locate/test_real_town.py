"""Two real counties: the share found, on cases made from their own data; and names of the other that they lack."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from geo_dispatch.audit import audit_cases
from geo_dispatch.locate import Locator, evaluate
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


def report_on(town_file: Path, *kinds: str, each: int) -> dict[str, Score]:
    """Ask for callers of the half of names that nothing is tuned on."""
    town = open_town(town_file)
    _, drawn = audit_cases(town, each=each, seed=2, kinds=kinds)
    report = evaluate(Locator(town), drawn.cases)
    return {score.group: score for score in report.by_class}


def test_places_and_crossings_of_an_osm_county(autauga_file: Path) -> None:
    scores = report_on(autauga_file, "place", "crossing", each=150)
    assert all(score.confident_and_wrong == 0 for score in scores.values() if "misheard" not in score.group)
    assert scores["place/exact"].top1 >= 0.99
    assert scores["place/typo"].top1 >= 0.95
    assert scores["crossing/exact"].top1 >= 0.99
    assert scores["crossing/abbreviated"].top1 >= 0.98
    assert scores["crossing/two_typos"].top1 >= 0.94


def test_addresses_of_an_ng911_county(addison_file: Path) -> None:
    scores = report_on(addison_file, "address", each=200)
    assert all(score.confident_and_wrong == 0 for score in scores.values() if "misheard" not in score.group)
    assert scores["address/exact"].top1 >= 0.995
    assert scores["address/abbreviated"].top1 >= 0.98
    assert scores["address/typo"].top1 >= 0.96


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


def test_relations_on_a_real_county_hold_the_caller(autauga_file: Path) -> None:
    kinds = (
        "near",
        "on_near",
        "next_to",
        "across",
        "direction",
        "distance_straight",
        "distance_along",
        "behind",
        "front",
    )
    scores = report_on(autauga_file, *kinds, each=40)
    assert set(scores) == set(kinds)
    assert all(score.unknown <= 0.05 for score in scores.values())
    covered = {group: score.region90_coverage or 0.0 for group, score in scores.items()}
    assert min(covered.values()) >= 0.7, covered
    assert sum(covered.values()) / len(covered) >= 0.85, covered
