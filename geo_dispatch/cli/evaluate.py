"""``geo-dispatch evaluate``: how often locate is right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo_dispatch.cli.arguments import AsJson, open_service
from geo_dispatch.cli.progress import shown_progress
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
    terminal.table(
        ["class", "cases", "top-1", "top-3", "miss", "unknown", "sure and wrong", "in 90% region", "p50", "p95"],
        [
            (
                score.group,
                score.n,
                f"{score.top1:.1%}",
                f"{score.top3:.1%}",
                f"{score.miss:.1%}",
                f"{score.unknown:.1%}",
                score.confident_and_wrong,
                None if score.region90_coverage is None else f"{score.region90_coverage:.1%}",
                f"{score.p50_ms:.1f} ms",
                f"{score.p95_ms:.1f} ms",
            )
            for score in (report.overall, *several)
        ],
    )
    terminal.heading("calibration: said against right")
    terminal.table(
        ["said", "cases", "mean said", "right"],
        [
            (f"{row.low:.0%} to {row.high:.0%}", row.n, f"{row.mean_probability:.1%}", f"{row.hit_rate:.1%}")
            for row in report.overall.calibration
            if row.n
        ],
    )
    if report.overall.worst:
        terminal.heading("sure and wrong")
        for text in report.overall.worst:
            terminal.text(text)
