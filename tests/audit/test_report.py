"""The report of an audit, and the command that prints it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from geo_dispatch.audit import KINDS, audit
from geo_dispatch.cli.main import run
from geo_dispatch.errors import InputError
from geo_dispatch.locate import Locator, evaluate, read_cases
from geo_dispatch.town.store import write_town
from geo_dispatch.town.town import TownMeta
from tests.audit.drawn import audit_layers, audit_town
from tests.towns import EPSG

REPORT = {
    "connectivity": {
        "unreachable": [
            {"road_m": 900.0, "addresses": 2, "streets": ["Far Lane"], "localities": [], "lon": -71.0, "lat": 41.5}
        ]
    },
    "unnamed_roads": {
        "segments": 3,
        "road_m": 1500.0,
        "by_class": {"residential": 1500.0},
        "longest": [{"road_m": 800.0, "highway": "residential", "municipality": "Gridport", "lon": -71.0, "lat": 41.5}],
    },
}


@pytest.fixture(scope="module")
def town_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("audit") / "gridport.gpkg"
    meta = TownMeta(
        "Gridport", "Testonia", EPSG, 1, "2026-01-01", "0", fictional=True, notice=None, attribution=(), report=REPORT
    )
    write_town(path, audit_layers(), meta)
    return path


def test_the_report_counts_what_was_asked() -> None:
    locator = Locator(audit_town())
    report, cases = audit(locator, each=8, seed=2, kinds=["address", "near", "exit"], strangers=20)
    assert report.callers is not None
    by = {score.group: score for score in report.callers.by_class}
    assert report.callers.overall.n == sum(score.n for score in by.values())
    assert set(by) == {kind for kind in KINDS if kind.split("/")[0] in ("address", "near", "exit")}
    assert by["address/exact"].top1 == 1.0
    assert report.strangers is not None
    assert report.strangers.n == 20
    assert report.strangers.unknown >= 0.8
    assert report.with_circle is not None
    assert report.without_circle is not None
    assert report.with_circle.n == report.without_circle.n == sum(case.circle is not None for case in cases)
    assert len(cases) == report.callers.overall.n + report.with_circle.n
    assert report.unreachable is None
    assert report.unnamed_roads is None


def test_a_locator_that_knows_nothing_finds_nobody() -> None:
    class Deaf(Locator):
        def locate(self, text, *, circle=None, limit=5):
            return replace(super().locate("qzxv", limit=limit), query=text)

    report, _ = audit(Deaf(audit_town()), each=3, seed=2, kinds=["address", "near"], strangers=10)
    assert report.callers is not None
    assert report.callers.overall.unknown == 1.0
    assert report.callers.overall.top1 == 0.0
    assert report.callers.worst == ()
    assert report.strangers is not None
    assert (report.strangers.unknown, report.strangers.believed) == (1.0, 0)


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(InputError, match="seed -1"):
        audit(Locator(audit_town()), seed=-1)


def test_the_command_writes_one_document_and_the_cases(
    town_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "callers.jsonl"
    asked = ["audit", str(town_file), "--each", "4", "--kinds", "crossing,behind,water", "--cases-out", str(out)]
    assert run([*asked, "--json"]) == 0
    streams = capsys.readouterr()
    document = json.loads(streams.out)
    assert document["town"] == "Gridport"
    assert document["unreachable"][0]["streets"] == ["Far Lane"]
    assert document["unnamed_roads"]["segments"] == 3
    assert {score["group"] for score in document["callers"]["by_class"]} >= {"crossing/exact", "behind", "water"}
    assert (
        set(document["sound_alikes"][0]) >= {"kind", "names", "travel_time_s", "read_back"}
        if document["sound_alikes"]
        else True
    )
    assert "asking for them" in streams.err
    cases = read_cases(out)
    plain = [case for case in cases if case.circle is None]
    assert len(plain) == document["callers"]["overall"]["n"]
    again = evaluate(Locator(audit_town()), plain)
    assert again.overall.top1 == pytest.approx(document["callers"]["overall"]["top1"])


def test_the_command_shows_tables(town_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", str(town_file), "--each", "3", "--kinds", "address,next_to,category"]) == 0
    shown = capsys.readouterr().out
    for part in ("audit of Gridport", "read back" if "minutes  " in shown else "minutes apart: 0", "Far Lane", "0.9 mi in 3 pieces", "0.5 mi", "address/typo", "calibration", "answered unknown", "with circle"):  # fmt: skip
        assert part in shown


def test_a_town_where_nobody_can_say_that_is_code_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tests.cli.towns_on_disk import write_tiny_town

    path = write_tiny_town(tmp_path / "tinyport.gpkg")
    assert run(["audit", str(path), "--kinds", "water", "--each", "2"]) == 3
    streams = capsys.readouterr()
    assert "no caller could be made: no water with a name" in streams.err
    assert "no water: no water with a name" in streams.out
