"""``geo-dispatch calibrate``: travel times set right by recorded trips."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo_dispatch.cli.arguments import AsJson, named_town_file, open_service
from geo_dispatch.cli.files import check_writable, write_text
from geo_dispatch.cli.progress import shown_progress
from geo_dispatch.cli.replay import CallFieldsFile, Calls, opened_calls
from geo_dispatch.cli.terminal import Terminal

if TYPE_CHECKING:
    from geo_dispatch.replay import Accuracy
    from geo_dispatch.replay.calibrate import CalibrationReport

__all__ = ["calibrate"]

_NOTHING_FOUND = 3


def calibrate(
    calls: Calls,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.yaml", help="File to write, for `build --speeds`.")],
    town: Annotated[
        str | None, typer.Argument(metavar="[TOWN]", help="Town file, or `sample`; the sample when left out.")
    ] = None,
    fields: CallFieldsFile = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Draws trips, and deals out days.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Find factors of travel time by road class, hour and vehicle from recorded calls, and check them on other days.

    They are written only if days that they were not fitted to are predicted better with them than without; else the
    exit code is 3.

    Example: geo-dispatch calibrate westport.gpkg --calls calls.csv --out speeds.yaml
    """
    check_writable(out, option="--out", inputs={"the town file": named_town_file(town), "the file of --calls": calls})
    from geo_dispatch.replay.calibrate import calibrate_calls, calibration_text
    from geo_dispatch.service import document

    at, told = opened_calls(open_service(town), fields)
    with shown_progress() as progress:
        report = calibrate_calls(at, calls, fields=told, seed=seed, progress=progress)
    terminal = Terminal(as_json=as_json)
    if report.held.is_better:
        write_text(out, calibration_text(report), option="--out")
        terminal.note(f"written: {out.absolute()}")
    if as_json:
        terminal.document(document(report))
    else:
        _show(report, terminal)
    if not report.held.is_better:
        low, high = report.held.gain95_s
        terminal.note(
            f"{out} is not written: on other days the factors gain {report.held.gain_s:.1f} s (95%: {low:.1f} to {high:.1f}), "
            "which may be nothing"
        )
        raise typer.Exit(_NOTHING_FOUND)


def _show(report: CalibrationReport, terminal: Terminal) -> None:
    terminal.heading(f"{report.town}: {report.trips} trips on {report.days} days tell of speeds")
    terminal.table(["left out because", "trips"], [[why, count] for why, count in report.left_out.items()])
    terminal.table(["rejected because", "rows"], [[code, count] for code, count in report.rejected.items()])
    terminal.heading("times the assumed seconds, by road class and hour")
    bands = list(report.calibration.bands)
    rows = [
        [
            found.road_class, f"{found.factor:.2f}", f"{found.sd:.2f}",
            *(f"{found.by_band[band]:.2f}" for band in bands), f"{found.trips}", f"{found.hours:.1f}",
        ]
        for found in report.classes
    ]  # fmt: skip
    terminal.table(["", "factor", "+-", *bands, "trips", "hours"], rows)
    factors = [[name, f"{value:.2f}"] for name, value in report.profiles.items()]
    terminal.table(["vehicle", "factor"], [*factors, ["turns", f"{report.turn_factor:.2f}"]])
    terminal.heading("travel, seconds: each day predicted by the others")
    held = report.held
    rows = [_figures("assumed speeds", held.assumed), _figures("calibrated", held.calibrated)]
    terminal.table(["", "recorded", "bias", "mean error", "half within", "9 in 10 within", "in interval"], rows)
    low, high = held.gain95_s
    terminal.text(f"mean error less by {held.gain_s:.1f} s (95%: {low:.1f} to {high:.1f})")
    terminal.text(f"{report.ways_changed:.0%} of trips have another fastest way with these factors")
    terminal.warnings(report.warnings)


def _figures(name: str, found: Accuracy) -> list[str]:
    seconds = (found.mae_s, found.p50_s, found.p90_s)
    told = (f"{found.recorded_mean_s:.0f}", f"{found.bias_s:+.0f}", *(f"{value:.0f}" for value in seconds))
    return [name, *told, f"{found.within:.0%}"]
