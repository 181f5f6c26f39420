"""``geo-dispatch evaluate``: how often locate is right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo_dispatch.cli.arguments import AsJson, open_service
from geo_dispatch.cli.progress import shown_progress
from geo_dispatch.cli.scores import show_calibration, show_scores
from geo_dispatch.cli.terminal import Terminal

if TYPE_CHECKING:
    from geo_dispatch.locate import EvaluationReport
    from geo_dispatch.progress import Progress

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

    wanted = read_cases(cases)
    locator = open_service(town).locator
    with shown_progress() as progress:
        progress.stage("locating", total=len(wanted))
        report = evaluate_cases(locator, wanted, progress=_counter(progress))
    terminal = Terminal(as_json=as_json)
    if as_json:
        from geo_dispatch.service import document

        terminal.document(document(report))
    else:
        _show(report, terminal)


def _counter(progress: Progress) -> Callable[[int], None]:
    def count(_: int) -> None:
        progress.advance()

    return count


def _show(report: EvaluationReport, terminal: Terminal) -> None:
    several = report.by_class if len(report.by_class) > 1 else ()
    show_scores((report.overall, *several), terminal)
    show_calibration(report, terminal)
    if report.overall.worst:
        terminal.heading("sure and wrong")
        for text in report.overall.worst:
            terminal.text(text)
