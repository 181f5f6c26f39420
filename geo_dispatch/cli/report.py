"""``geo-dispatch report``: coverage as a printable page with everything it is counted from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geo_dispatch.cli.arguments import AsJson, Close, open_service, read_closures, read_time
from geo_dispatch.cli.coverage import (
    Kind,
    People,
    ScenarioFile,
    StaffedAt,
    StationProfile,
    Stations,
    StationsFrom,
    Thresholds,
    TownFile,
    Turnout,
    read_thresholds,
)
from geo_dispatch.cli.progress import shown_progress
from geo_dispatch.cli.terminal import Terminal

__all__ = ["report"]


def report(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write into; made when absent.")],
    town: TownFile = None,
    stations: Stations = None,
    stations_from: StationsFrom = None,
    scenario: ScenarioFile = None,
    kind: Kind = None,
    thresholds: Thresholds = None,
    profile: StationProfile = None,
    turnout: Turnout = None,
    people: People = None,
    close: Close = None,
    at: StaffedAt = None,
    as_json: AsJson = False,
) -> None:
    """Write a coverage study as a printable page, with its tables as CSV and its layers for QGIS.

    Every figure on the page has a number; figures.csv tells the table and the rows that it is counted from.

    Example: geo-dispatch report --out report --thresholds 240,480,840
    """
    if stations is not None and stations_from is not None:
        raise typer.BadParameter("--stations and --stations-from both tell the stations: give one of them")
    limits, closures, moment = read_thresholds(thresholds), read_closures(close), read_time(at)
    from geo_dispatch.service.report_desk import ReportDesk

    desk = ReportDesk(open_service(town), people=people)
    told = {
        "kind": kind, "profile": profile, "thresholds_s": limits or None, "at": moment, "turnout_s": turnout,
    }  # fmt: skip
    asked = desk.scenario(scenario, told, closures=closures, stations=stations, places=stations_from)
    with shown_progress() as progress:
        document, files = desk.report(asked, out, progress=progress)
    terminal = Terminal(as_json=as_json)
    if as_json:
        terminal.document(document)
        return
    for file in files:
        terminal.text(str(file))
    terminal.warnings(document["warnings"])
