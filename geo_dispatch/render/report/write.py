"""Writes a report into a folder: the page, the tables, and layers for QGIS."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from geo_dispatch.coverage import Coverage
from geo_dispatch.coverage.standards import standards_of
from geo_dispatch.errors import OutputError
from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.render.report.figures import figures_of
from geo_dispatch.render.report.layers import write_layers
from geo_dispatch.render.report.page import report_page
from geo_dispatch.render.report.rows import report_tables

__all__ = ["write_coverage", "write_report"]

_OF_STUDIES = ("addresses", "stretches", "stations", "gaps")
"""Tables that need no standards to be read."""


def write_report(coverage: Coverage, folder: Path, *, progress: Progress = NO_PROGRESS) -> tuple[Path, ...]:
    """Write ``report.html``, a CSV file for each table, ``figures.csv``, ``coverage.gpkg`` and ``coverage.json``.

    Parameters
    ----------
    coverage
        What is reported.
    folder
        Made when absent; files of the same names in it are replaced, each as a whole.
    progress
        Told of the stages.

    Returns
    -------
    tuple of pathlib.Path
        The files, the page first.

    Raises
    ------
    OutputError
        If the folder or a file can't be written.
    """
    progress.stage("standards")
    standards = standards_of(coverage)
    progress.stage("tables and figures")
    tables = report_tables(coverage, standards)
    figures = figures_of(coverage, standards, tables)
    names = ["report.html", *(f"{name}.csv" for name in tables), "figures.csv", "coverage.gpkg", "coverage.json"]
    files = tuple(folder / name for name in names)
    document = coverage.document(files=names)
    document["standards"] = standards.document()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        progress.stage("page")
        _write(folder / "report.html", report_page(coverage, standards, figures))
        progress.stage("files")
        for name, table in {**tables, "figures": figures.table()}.items():
            _write(folder / f"{name}.csv", _csv(table))
        _write(folder / "coverage.json", json.dumps(document, ensure_ascii=False, indent=1) + "\n")
        write_layers(coverage, folder / "coverage.gpkg")
    except OSError as problem:
        raise OutputError(
            f"{problem.filename or folder}: can't be written ({problem.strerror or problem}): choose another --out"
        ) from None
    return files


def write_coverage(coverage: Coverage, folder: Path, *, progress: Progress = NO_PROGRESS) -> tuple[Path, ...]:
    """Write what a scenario came to: ``summary.csv``, a CSV file for each table, ``coverage.gpkg`` and ``coverage.json``.

    Parameters
    ----------
    coverage
        What a scenario came to.
    folder
        Made when absent; files of the same names in it are replaced, each as a whole.
    progress
        Told of the stages.

    Returns
    -------
    tuple of pathlib.Path
        The files.

    Raises
    ------
    OutputError
        If the folder or a file can't be written.
    """
    progress.stage("tables")
    found = report_tables(coverage, standards_of(coverage))
    document = coverage.document()
    tables = {
        "summary": _summary(document),
        "areas": _areas(document),
        **{name: found[name] for name in _OF_STUDIES},
    }
    names = [*(f"{name}.csv" for name in tables), "coverage.gpkg", "coverage.json"]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        progress.stage("files")
        for name, table in tables.items():
            _write(folder / f"{name}.csv", _csv(table))
        text = json.dumps({**document, "files": names}, ensure_ascii=False, indent=1)
        _write(folder / "coverage.json", text + "\n")
        write_layers(coverage, folder / "coverage.gpkg")
    except OSError as problem:
        raise OutputError(
            f"{problem.filename or folder}: can't be written ({problem.strerror or problem}): choose another --out"
        ) from None
    return tuple(folder / name for name in names)


def _summary(document: Mapping[str, Any]) -> pd.DataFrame:
    """Return a row for each threshold."""
    travel = document["travel"]
    columns: dict[str, Any] = {"within_s": document["thresholds_s"]}
    for name in ("addresses", "road_m", "population"):
        columns |= {f"{name}_reached": document[name]["reached"], f"{name}_share": document[name]["share"]}
        columns[f"{name}_share_by_travel_alone"] = travel[name]["share"]
    for due in document["due"][1:]:
        columns[f"addresses_share_due_{due['k']}"] = due["addresses"]["share"]
    return pd.DataFrame(columns)


def _areas(document: Mapping[str, Any]) -> pd.DataFrame:
    """Return a row for each area and threshold."""
    rows = [
        {
            "kind": area["kind"],
            "name": area["name"],
            "within_s": limit,
            "addresses": area["addresses"]["n"],
            "addresses_reached": area["addresses"]["reached"][at],
            "p90_response_s": area["addresses"]["p90_response_s"],
            "road_m": None if area["road_m"] is None else area["road_m"]["total"],
            "road_m_reached": None if area["road_m"] is None else area["road_m"]["reached"][at],
            "population": area["population"]["total"],
            "population_reached": area["population"]["reached"][at],
        }
        for area in document["by_area"]
        for at, limit in enumerate(document["thresholds_s"])
    ]
    return pd.DataFrame(rows)


def _csv(table: pd.DataFrame) -> str:
    return str(table.to_csv(index=False, lineterminator="\n"))


def _write(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
