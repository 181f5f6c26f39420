"""``geo-dispatch region``: the same coverage analysis over many towns."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from geo_dispatch.cli.arguments import AsJson
from geo_dispatch.cli.coverage import clock
from geo_dispatch.cli.files import write_text
from geo_dispatch.cli.progress import shown_progress
from geo_dispatch.cli.terminal import Terminal
from geo_dispatch.errors import InputError

__all__ = ["region", "region_csv"]


def region(
    file: Annotated[Path, typer.Argument(metavar="FILE.yaml", help="The region: its towns and what is asked.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write into; finished towns are kept there.")],
    workers: Annotated[int, typer.Option(metavar="N", help="Processes; more than 1 need the extra `cluster`.")] = 1,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler, as tcp://10.0.0.5:8786.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Work out the coverage of every town of a region; broken off, it goes on where it was.

    Writes region.json and region.csv, and for each town its coverage document in towns/. Exit code 2 when a town failed; the others
    are kept.

    Example: geo-dispatch region counties.yaml --out counties --workers 2
    """
    from geo_dispatch.coverage.region import read_region, region_document, run_region

    if workers < 1:
        raise InputError(f"--workers {workers}: give 1 or more")
    asked = read_region(file)
    with shown_progress() as progress:
        result = run_region(asked, out, workers=workers, scheduler=scheduler, progress=progress)
    document = region_document(result)
    write_text(out / "region.json", json.dumps(document, ensure_ascii=False, indent=1) + "\n", option="--out")
    write_text(out / "region.csv", region_csv(document), option="--out")
    terminal = Terminal(as_json=as_json)
    if as_json:
        terminal.document(document)
    else:
        _show(document, terminal)
    kept = sum(row.kept for row in result.towns)
    took = sum(row.seconds for row in result.towns if not row.kept)
    most = max((row.peak_mb for row in result.towns), default=0.0)
    terminal.note(
        f"{len(result.towns)} towns, {kept} kept from before; {took:.1f} s of work, at most {most:.0f} MB a process"
    )
    if result.failed:
        raise typer.Exit(2)


def region_csv(document: dict[str, Any]) -> str:
    """Return the towns of a region as CSV: counts and shares for each threshold.

    Parameters
    ----------
    document
        From `geo_dispatch.coverage.region.region_document`.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    limits = [f"{limit:g}" for limit in document["thresholds_s"]]
    heads = [f"{what}_within_{limit}_s" for what in ("addresses", "road_m", "people") for limit in limits]
    writer.writerow(["town", "stations", "addresses", "road_m", "people", "p90_response_s", *heads, "problem"])
    for row in [*document["towns"], {**document, "name": document["name"], "problem": None}]:
        if row.get("problem"):
            writer.writerow([row["name"], *[""] * (5 + len(heads)), row["problem"]])
            continue
        addresses, road, people = row["addresses"], row["road_m"], row["population"]
        writer.writerow(
            [
                row["name"], row["stations"], addresses["n"], road["total"], people["total"], addresses["p90_response_s"],
                *addresses["reached"], *road["reached"], *people["reached"], "",
            ]
        )  # fmt: skip
    return text.getvalue()


def _show(document: dict[str, Any], terminal: Terminal) -> None:
    last = document["thresholds_s"][-1]
    terminal.heading(f"{document['name']}: {document['addresses']['n']} addresses, {document['stations']} stations")
    rows = [row for row in document["towns"] if not row["problem"]]
    terminal.table(
        ["town", "stations", "addresses", f"within {clock(last)}", "90% within"],
        [
            [
                row["name"],
                row["stations"],
                row["addresses"]["n"],
                _share(row),
                clock(row["addresses"]["p90_response_s"]),
            ]
            for row in [*rows, document]
        ],
    )
    for row in document["towns"]:
        if row["problem"]:
            terminal.text(f"{row['name']}: {row['problem']}")
    terminal.warnings(document["warnings"])


def _share(row: dict[str, Any]) -> str:
    share = row["addresses"]["share"][-1]
    return "" if share is None else f"{share:.1%}"
