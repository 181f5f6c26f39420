"""The report: every figure can be counted again from the files beside it, and the page needs nothing else."""

from __future__ import annotations

import csv
import json
import math
import re
import sqlite3
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from geo_dispatch.coverage import Coverage, Scenario, Study
from geo_dispatch.coverage.standards import standards_of
from geo_dispatch.errors import OutputError
from geo_dispatch.render.report import measure, write_report
from geo_dispatch.routing import Router
from tests.coverage.conftest import grid_drawing, station
from tests.towns import box


@pytest.fixture(scope="module")
def covered() -> Coverage:
    """Two stations in a grid; one district has a name that needs quoting."""
    drawing = grid_drawing()
    outline = box(-50, 1000, 900, 1900)
    drawing.add("boundaries", outline, boundary_id="v2", name="O'Neil's \"End\"", kind="village", state="Testonia")
    town = drawing.town("Gridport", box(-500, -500, 2500, 2500))
    stations = (station("corner", 0, 0), station("far", 1600, 1600, turnout_s=120.0))
    return Study(town, Router(town)).run(Scenario(responders=stations, thresholds_s=(90.0, 120.0, 150.0)))


@pytest.fixture(scope="module")
def folder(covered: Coverage, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("report") / "made" / "here"
    files = write_report(covered, out)
    assert {file.name for file in files} == {path.name for path in out.iterdir()}
    return out


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def recounted(rows: list[dict[str, str]], where: str, of: str, how: str) -> float | None:
    """Count a figure in plain Python from text rows, by none of the report's own code."""

    def fits(row: dict[str, str], text: str) -> bool:
        names = {}
        for key, value in row.items():
            try:
                names[key] = float(value) if value else math.nan
            except ValueError:
                names[key] = value
        return not text or bool(eval(text, {"__builtins__": {}}, names))  # our own file's filters

    whole = [row for row in rows if fits(row, of)]
    kept = [row for row in whole if fits(row, where)]
    what, _, column = how.partition(" ")
    if what == "p90":
        values = sorted(float(row[column]) if row[column] else math.inf for row in kept)
        found = values[math.ceil(0.9 * len(values) - 1e-9) - 1] if values else math.inf
        return None if math.isinf(found) else found
    size = (lambda part: sum(float(row[column]) for row in part)) if column else len
    if what in ("count", "sum"):
        return float(size(kept))
    return size(kept) / size(whole) if size(whole) else None


def test_every_figure_can_be_counted_again(folder: Path) -> None:
    figures = rows_of(folder / "figures.csv")
    assert len(figures) > 80
    tables: dict[str, list[dict[str, str]]] = {}
    for figure in figures:
        name = figure["table"]
        if name not in tables:
            tables[name] = rows_of(folder / f"{name}.csv")
        again = recounted(tables[name], figure["where"], figure["of"], figure["how"])
        told = float(figure["value"]) if figure["value"] else None
        assert (again is None) == (told is None), (figure, again)
        assert told is None or again == pytest.approx(told, rel=1e-9), (figure, again)


def test_the_figures_are_those_of_the_study(covered: Coverage, folder: Path) -> None:
    figures = {row["key"]: row["value"] for row in rows_of(folder / "figures.csv")}
    document = covered.document()
    for band in range(3):
        assert float(figures[f"response-{band}"]) == document["addresses"]["reached"][band]
        assert float(figures[f"road-{band}"]) == pytest.approx(document["road_m"]["reached"][band], abs=0.06)
        assert float(figures[f"second-{band}"]) == document["due"][1]["addresses"]["reached"][band]
        assert float(figures[f"travel-share-{band}"]) == pytest.approx(
            document["travel"]["addresses"]["share"][band], abs=1e-6
        )
    assert float(figures["p90"]) == pytest.approx(document["addresses"]["p90_response_s"], abs=1e-3)
    for row in document["first_due"]:
        assert float(figures[f"first-{row['id']}"]) == row["addresses"]
        assert float(figures[f"lost-{row['id']}"]) == row["without"]["addresses_lost"][-1]
    for row in document["by_area"]:
        assert float(figures[f"area-{row['kind']}-{row['name']}"]) == row["addresses"]["n"]
    for statement in standards_of(covered).statements:
        assert float(figures[statement.id]) == statement.within, statement
        assert float(figures[f"{statement.id}-of"]) == statement.counted, statement


def test_the_page_is_whole_and_needs_nothing(folder: Path) -> None:
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert re.findall(r"(?:src|href)=\"(?!#)", page) == []
    assert set(re.findall(r"https?://[^\s\"'<]+", page)) <= {"http://www.w3.org/2000/svg"}
    assert page.count("<svg xmlns") == 2
    for text in (
        "Response coverage of Gridport",
        "O&#39;Neil&#39;s &#34;End&#34;",
        "NFPA 1720 (2020)",
        "ISO FSRS (2012)",
    ):
        assert text in page
    ids = re.findall(r"<sup>(F\d+)</sup>", page)
    known = {row["id"] for row in rows_of(folder / "figures.csv")}
    assert set(ids) <= known
    assert len(set(ids)) > 60


def test_layers_open_with_styles(covered: Coverage, folder: Path) -> None:
    stretches = gpd.read_file(folder / "coverage.gpkg", layer="stretches")
    assert stretches.length_m.sum() == pytest.approx(covered.stretches.length_m.sum(), abs=0.01 * len(stretches))
    assert len(gpd.read_file(folder / "coverage.gpkg", layer="addresses")) == len(covered.demand)
    with sqlite3.connect(folder / "coverage.gpkg") as database:
        rows = database.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault").fetchall()
    database.close()
    assert {name for name, _ in rows} == {"stretches", "addresses"}
    assert all(qml.count("<category ") == 4 and qml.count("<symbol ") == 4 for _, qml in rows)


def test_the_document_holds_the_standards(folder: Path) -> None:
    document = json.loads((folder / "coverage.json").read_text())
    assert document["files"][0] == "report.html"
    assert document["standards"]["statements"]


def test_a_report_again_is_the_same(covered: Coverage, folder: Path, tmp_path: Path) -> None:
    write_report(covered, tmp_path)
    for name in ("report.html", "figures.csv", "addresses.csv", "coverage.json"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_a_town_that_nobody_reaches(covered: Coverage, tmp_path: Path) -> None:
    study = Study(covered.town, Router(covered.town))
    late = study.run(replace(covered.scenario, turnout_s=3000.0))
    write_report(late, tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "(0.0%)" in page


def test_measures_of_nothing() -> None:
    empty = pd.DataFrame({"s": [], "m": []})
    assert measure(empty, "s <= 1", "share") is None
    assert measure(empty, "", "p90 s") is None
    assert measure(empty, "", "sum m") == 0


def test_a_folder_that_cannot_be_made(covered: Coverage, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(OutputError, match="choose another --out"):
        write_report(covered, tmp_path / "taken" / "in")
