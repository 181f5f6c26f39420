"""``geo-dispatch replay``: recorded calls set against what the model says of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo_dispatch.cli.arguments import AsJson, open_service
from geo_dispatch.cli.progress import shown_progress
from geo_dispatch.cli.terminal import Terminal

if TYPE_CHECKING:
    from geo_dispatch.replay import Accuracy, CallFields, GroupAccuracy, ReplayReport, ReplayTown
    from geo_dispatch.service import Service

__all__ = ["CallFieldsFile", "Calls", "opened_calls", "replay"]

Calls = Annotated[
    Path, typer.Option("--calls", metavar="FILE.csv", help="Recorded calls: a row for each unit on each call.")
]
CallFieldsFile = Annotated[
    Path | None,
    typer.Option("--fields", metavar="FILE.yaml", help="What the file calls columns, call types and units."),
]

_NOTHING_FOUND, _INTERRUPTED = 3, 130


def replay(
    calls: Calls,
    town: Annotated[
        str | None, typer.Argument(metavar="[TOWN]", help="Town file, or `sample`; the sample when left out.")
    ] = None,
    fields: CallFieldsFile = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder for rejects, replayed rows and the summary.")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", metavar="N", min=1, help="Replay N calls drawn at random; all when left out."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Draws calls, and days for intervals.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Replay recorded calls: compare who was sent, and how long it took, with what is recommended and predicted.

    Rows that can't be used go to rejects.csv in --out with line and reason; none is lost.

    Example: geo-dispatch replay westport.gpkg --calls calls.csv --out backtest --limit 2000
    """
    from geo_dispatch.replay import replay_calls
    from geo_dispatch.service import document

    at, told = opened_calls(open_service(town), fields)
    with shown_progress() as progress:
        report = replay_calls(at, calls, fields=told, out=out, limit=limit, seed=seed, progress=progress)
    terminal = Terminal(as_json=as_json)
    if as_json:
        terminal.document(document(report))
    else:
        _show(report, terminal)
    if report.partial and report.partial.startswith("interrupted"):
        raise typer.Exit(_INTERRUPTED)
    if not report.rows.replayed:
        raise typer.Exit(_NOTHING_FOUND)


def opened_calls(service: Service, fields: Path | None) -> tuple[ReplayTown, CallFields | None]:
    """Return a town as replaying takes it, and what the calls file calls things.

    Parameters
    ----------
    service
        Over the town.
    fields
        The file of ``--fields``.

    Raises
    ------
    CallsFileError
        If that can't be used.
    """
    from geo_dispatch.replay import read_call_fields
    from geo_dispatch.service.recorded import replay_town_of

    at = replay_town_of(service)
    units = [seed.unit_id for seed in at.seeds]
    told = None if fields is None else read_call_fields(fields, call_types=at.cards.call_types, units=units)
    return at, told


def _show(report: ReplayReport, terminal: Terminal) -> None:
    terminal.heading(f"recorded calls of {report.town}: {report.calls} replayed")
    if report.partial:
        terminal.text(f"PARTIAL: {report.partial}")
    rows = report.rows
    terminal.text(
        f"rows: {rows.read} read = {rows.replayed} replayed + {rows.rejected} rejected + {rows.not_reached} not reached"
    )
    terminal.table(["rejected because", "rows"], [[code, count] for code, count in report.rejected.items()])
    terminal.table(["not compared", "rows"], [[note, count] for note, count in report.not_compared.items()])
    terminal.heading("predicted minus recorded, seconds")
    overall = report.overall
    times = [(name, getattr(overall, name)) for name in ("turnout", "travel", "response")]
    terminal.table(_HEADER, [[name, *_figures(found)] for name, found in times if found is not None])
    for by, groups in report.by.items():
        terminal.heading(f"travel by {by.replace('_', ' ')}")
        terminal.table(_HEADER, [_line(group) for group in groups if group.travel is not None])
    _show_choice(report, terminal)
    for file in report.files:
        terminal.note(f"written: {file}")
    terminal.warnings(report.warnings)


_HEADER = ["", "rows", "recorded", "bias", "95%", "mean error", "half within", "9 in 10 within", "in interval"]


def _line(group: GroupAccuracy) -> list[str]:
    assert group.travel is not None
    return [group.group, *_figures(group.travel)]


def _figures(found: Accuracy) -> list[str]:
    low_high = found.interval95.get("bias_s")
    bounds = "too few days" if low_high is None else f"{low_high[0]:+.0f} to {low_high[1]:+.0f}"
    return [
        str(found.n), f"{found.recorded_mean_s:.0f}", f"{found.bias_s:+.0f}", bounds, f"{found.mae_s:.0f}",
        f"{found.p50_s:.0f}", f"{found.p90_s:.0f}", f"{found.within:.0%}",
    ]  # fmt: skip


def _show_choice(report: ReplayReport, terminal: Terminal) -> None:
    choice = report.choice
    terminal.heading("who was sent, and who would have been recommended")
    if choice.calls:
        terminal.text(
            f"{choice.calls} calls: the same units {choice.same_units:.0%}, the same first unit {choice.same_first:.0%}; "
            f"nobody to recommend: {choice.nobody}"
        )
    if choice.sooner_s is not None:
        terminal.text(
            f"another unit would have been first in {choice.sooner_calls} calls, by the model {choice.sooner_s:.0f} s sooner"
        )
    rows = [[reason, count] for reason, count in choice.sent_but_not_eligible.items()]
    terminal.table(["sent, but by the record not eligible", "units"], rows)
