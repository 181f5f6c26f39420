"""``geo-dispatch evaluate``: how often locate is right."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from geo_dispatch.cli.arguments import AsJson, open_service
from geo_dispatch.cli.terminal import Terminal

__all__ = ["evaluate"]


def evaluate(
    cases: Annotated[
        Path, typer.Option(metavar="FILE.jsonl", help='Lines {"text","lon","lat","tolerance_m"[,"circle","class"]}.')
    ],
    town: Annotated[
        str | None, typer.Argument(metavar="[TOWN]", help="Town file, or `sample`; the sample when left out.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask locate about places whose position is known, and count how often it is right.

    Example: geo-dispatch evaluate westport.gpkg --cases calls.jsonl
    """
    from geo_dispatch.locate import evaluate as evaluate_cases
    from geo_dispatch.locate import read_cases
    from geo_dispatch.service import document

    wanted = read_cases(cases)
    report: dict[str, Any] = document(evaluate_cases(open_service(town).locator, wanted))
    terminal = Terminal(as_json=as_json)
    if as_json:
        terminal.document(report)
        return
    terminal.facts(
        [(key.replace("_", " "), value) for key, value in report.items() if not isinstance(value, list | dict)]
    )
    for key, value in report.items():
        rows = value if isinstance(value, list) else []
        if rows and isinstance(rows[0], dict):
            terminal.heading(key.replace("_", " "))
            terminal.table(list(rows[0]), [[_short(cell) for cell in row.values()] for row in rows])


def _short(cell: object) -> object:
    return round(cell, 4) if isinstance(cell, float) else cell
