"""``geo-dispatch edges``: what each road's closure costs."""

from __future__ import annotations

from typing import Annotated

import typer

from geo_dispatch.cli.arguments import AsJson, Close
from geo_dispatch.cli.coverage import (
    Kind,
    ScenarioFile,
    StaffedAt,
    StationProfile,
    Stations,
    StationsFrom,
    Thresholds,
    Told,
    TownFile,
    Turnout,
    clock,
)
from geo_dispatch.cli.progress import shown_progress
from geo_dispatch.cli.terminal import Terminal

__all__ = ["edges"]


def edges(
    town: TownFile = None,
    stations: Stations = None,
    stations_from: StationsFrom = None,
    scenario: ScenarioFile = None,
    kind: Kind = None,
    thresholds: Thresholds = None,
    profile: StationProfile = None,
    turnout: Turnout = None,
    close: Close = None,
    at: StaffedAt = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="Most roads to list.")] = 25,
    bridges: Annotated[bool, typer.Option("--bridges", help="List bridges before the other roads.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what each road's closure costs: every road closed in both directions, one at a time, exactly; the worst first.

    Example: geo-dispatch edges --bridges --thresholds 480
    """
    told = Told(kind, thresholds, profile, turnout, at, close, stations, stations_from, scenario)
    desk, asked = told.open(town)
    with shown_progress() as progress:
        found = desk.edges(asked, progress=progress)
    document = desk.edges_document(found, asked, limit=limit, bridges_first=bridges)
    terminal = Terminal(as_json=as_json)
    if as_json:
        terminal.document(document)
        return
    terminal.heading(f"{asked.name}: {found.segments} roads closed one at a time, {found.without_cost} cost nothing")
    last = clock(found.thresholds_s[-1])
    terminal.table(
        ["road", "bridge", "cut off", f"beyond {last}", "on it", "later", "added minutes", "most", "at"],
        [
            [
                ", ".join(filter(None, (row["name"] or f"segment {row['segment_id']}", row["municipality"]))),
                "bridge" if row["bridge"] else "",
                row["unreachable"],
                row["lost"][-1],
                row["on_it"],
                row["later"],
                round(row["added_min"], 1),
                clock(row["added_max_s"]),
                f"{row['lon']:.5f},{row['lat']:.5f}",
            ]
            for row in document["edges"]
        ],
    )
    terminal.warnings(document["warnings"])
