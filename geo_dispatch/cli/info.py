"""``geo-dispatch info``: what a town file holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo_dispatch.cli.arguments import AsJson, open_service, town_path
from geo_dispatch.cli.terminal import Terminal

if TYPE_CHECKING:
    from geo_dispatch.service import TownInfo

__all__ = ["info"]


def info(
    town: Annotated[
        str | None, typer.Argument(metavar="[TOWN]", help="Town file, or `sample`; the sample when left out.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what a town file holds, where its data come from, and what its build warned of.

    Example: geo-dispatch info westport.gpkg
    """
    from geo_dispatch.config import load_settings
    from geo_dispatch.town.store import index_is_current

    settings = load_settings()
    path: Path = town_path(town, settings)
    index = "current" if index_is_current(path) else "was absent or stale, made again now"
    from geo_dispatch.service import document

    answer = open_service(str(path), settings).info(index=index)
    terminal = Terminal(as_json=as_json)
    if as_json:
        terminal.document(document(answer))
    else:
        _show(answer, terminal)


def _show(answer: TownInfo, terminal: Terminal) -> None:
    terminal.heading(", ".join(filter(None, (answer.name, answer.state))))
    extent = answer.extent and ", ".join(f"{bound:.4f}" for bound in answer.extent)
    terminal.facts(
        [
            ("file", answer.file),
            ("size", f"{(answer.size_bytes or 0) / 1e6:.1f} MB"),
            ("notice", answer.notice),
            ("built", f"{answer.built_at} by geo-dispatch {answer.program_version}"),
            ("format", answer.format_version),
            ("crs", answer.crs),
            ("extent", extent and f"{extent} (west, south, east, north)"),
            ("index", answer.index),
            ("engine", answer.engine),
            ("profiles", ", ".join(answer.profiles)),
            ("travel times", _travel_times(answer)),
            ("attribution", "; ".join(answer.attribution)),
        ]
    )
    terminal.heading("holds")
    terminal.table(["", "rows"], [[name.replace("_", " "), count] for name, count in answer.counts.items() if count])
    terminal.heading("made from")
    columns = ("name", "location", "timestamp", "licence", "attribution")
    terminal.table(columns, [[source[column] for column in columns] for source in answer.provenance])
    if answer.warnings:
        terminal.heading("the build warned")
        for text in answer.warnings:
            terminal.text(f"- {text}")


def _travel_times(answer: TownInfo) -> str:
    """Say whether travel times are calibrated, by what, and for whom."""
    speeds = answer.options.get("speeds")
    if not speeds:
        return "assumed, not calibrated with recorded trips"
    made = speeds.get("made", {})
    counted = f"{made.get('trips', '?')} recorded trips on {made.get('days', '?')} days"
    return f"calibrated with {counted}, for {', '.join(speeds['profiles'])}; others assumed"
