"""``geo-dispatch events`` and ``export``: what is on, and what a town knows in formats of others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from geo_dispatch.cli.arguments import AsJson, named_town_file, open_service, read_time, split_town
from geo_dispatch.cli.files import check_writable, write_text
from geo_dispatch.cli.terminal import Terminal

__all__ = ["events", "export"]

_NOTHING_FOUND = 3


def events(
    first: Annotated[
        str | None, typer.Argument(metavar="[TOWN]", help="Town file, or `sample`; the sample when left out.")
    ] = None,
    starts: Annotated[str | None, typer.Option("--from", metavar="TIME", help="From when; now when left out.")] = None,
    ends: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Before when; a month later when left out.")
    ] = None,
    query: Annotated[str | None, typer.Option("--query", metavar="WORDS", help="Words of the name or place.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Most events.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List what is on, recurrences written out, cancelled ones as cancelled.

    Exit code 3 when nothing is on file for that time.

    Example: geo-dispatch events --from 2026-07-01 --to 2026-08-01
    """
    town, _ = split_town([first], wanted=())
    from geo_dispatch.service import document
    from geo_dispatch.service.desk import TownDesk

    answer = TownDesk(open_service(town)).events.listed(read_time(starts), read_time(ends), query=query, limit=limit)
    terminal = Terminal(as_json=as_json)
    if as_json:
        terminal.document(document(answer))
    else:
        rows = [
            [item["starts"][:16].replace("T", " "), item["name"], item["where"] or "", item["status"]]
            for item in answer.items
        ]
        terminal.heading(f"{answer.total} events from {answer.from_[:16]} to {answer.to[:16]}")
        terminal.table(["starts", "event", "where", "status"], rows)
        terminal.warnings(answer.warnings)
    if not answer.total:
        raise typer.Exit(_NOTHING_FOUND)


def export(
    first: Annotated[
        str | None, typer.Argument(metavar="[TOWN]", help="Town file, or `sample`; the sample when left out.")
    ] = None,
    format_: Annotated[
        Literal["hsds", "open311", "ics"],
        typer.Option("--format", help="Open Referral HSDS 3, Open311 GeoReport v2, iCalendar."),
    ] = "hsds",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="File to write; standard output when left out.")
    ] = None,
) -> None:
    """Write a town's services or events in a format that other programs read.

    Example: geo-dispatch export --format hsds --out services.json
    """
    town, _ = split_town([first], wanted=())
    if out is not None:
        check_writable(out, option="--out", inputs={"the town file": named_town_file(town)})
    from geo_dispatch.service.desk.exports import export_text

    text = export_text(open_service(town), format_)
    if out is None:
        Terminal().write(text)
        return
    write_text(out, text, option="--out")
    Terminal().note(f"{format_}: {out.absolute()}")
