"""``geo-dispatch busy``: how busy units are, and who waits."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from geo_dispatch.cli.arguments import AsJson, named_town_file, open_service
from geo_dispatch.cli.files import check_writable, write_text
from geo_dispatch.cli.progress import shown_progress
from geo_dispatch.cli.replay import CallFieldsFile, opened_calls
from geo_dispatch.cli.terminal import Terminal
from geo_dispatch.errors import InputError

if TYPE_CHECKING:
    from geo_dispatch.replay.busy import BusyReport
    from geo_dispatch.replay.busy.recorded import Share

__all__ = ["busy"]


def busy(
    town: Annotated[
        str | None, typer.Argument(metavar="[TOWN]", help="Town file, or `sample`; the sample when left out.")
    ] = None,
    calls: Annotated[
        Path | None,
        typer.Option("--calls", metavar="FILE.csv", help="Recorded calls: a row for each unit on each call."),
    ] = None,
    fields: CallFieldsFile = None,
    rate: Annotated[
        list[str] | None,
        typer.Option(
            "--rate", metavar="TYPE=N", help="N calls a day of a call type, without --calls. May be repeated."
        ),
    ] = None,
    busy_min: Annotated[
        float | None,
        typer.Option("--busy-min", metavar="N", help="Mean minutes on a call, with --rate; 45 when left out."),
    ] = None,
    overflow: Annotated[
        Literal["queue", "lost"],
        typer.Option("--overflow", help="Calls that nobody is free for wait, or neighbours take them."),
    ] = "queue",
    runs: Annotated[
        int | None, typer.Option("--runs", metavar="N", min=1, help="Simulations; 20 when left out.")
    ] = None,
    days: Annotated[float | None, typer.Option("--days", metavar="N", help="Days of each; 120 when left out.")] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Of all that is drawn.")] = 1,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.csv", help="Write the units as a table.")] = None,
    scenario: Annotated[
        Path | None, typer.Option("--scenario", metavar="FILE.yaml", help="Write the chances as a coverage scenario.")
    ] = None,
    kind: Annotated[
        str, typer.Option("--kind", metavar="K", help="Kind of station whose units the scenario names.")
    ] = "fire",
    as_json: AsJson = False,
) -> None:
    """Tell how busy each unit is, by the record, by the hypercube model and by simulation, and who has to wait.

    Example: geo-dispatch busy --rate medical=9 --rate structure_fire=0.3 --runs 5 --out busy.csv
    """
    for file, option in ((out, "--out"), (scenario, "--scenario")):
        if file is not None:
            inputs = {
                "the town file": named_town_file(town),
                **({} if calls is None else {"the file of --calls": calls}),
            }
            check_writable(file, option=option, inputs=inputs)
    rates = _rates(rate or [])
    _check_usage(calls, fields, rates, busy_min)
    from geo_dispatch.replay.busy import busy_of_calls, busy_of_rates
    from geo_dispatch.service import document

    at, told = opened_calls(open_service(town), fields)
    queue = overflow == "queue"
    with shown_progress() as progress:
        if calls is not None:
            report = busy_of_calls(
                at, calls, fields=told, queue=queue, runs=runs, days=days, seed=seed, progress=progress
            )
        else:
            report = busy_of_rates(
                at, rates, busy_min=busy_min, queue=queue, runs=runs, days=days, seed=seed, progress=progress
            )
    terminal = Terminal(as_json=as_json)
    if out is not None:
        write_text(out, _table(report), option="--out")
        terminal.note(f"written: {out.absolute()}")
    if scenario is not None:
        write_text(scenario, _scenario(report, _units_of(at.town, kind), kind), option="--scenario")
        terminal.note(f"written: {scenario.absolute()}")
    if as_json:
        terminal.document(document(report))
    else:
        _show(report, terminal)


def _rates(texts: list[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for text in texts:
        name, equals, number = text.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            equals = ""
        if not equals:
            raise InputError(f"--rate {text!r} is not TYPE=N: give calls a day, as in medical=9")
    return found


def _check_usage(calls: Path | None, fields: Path | None, rates: dict[str, float], busy_min: float | None) -> None:
    if (calls is None) == (not rates):
        raise typer.BadParameter("give either --calls FILE or --rate TYPE=N")
    if calls is not None and busy_min is not None:
        raise typer.BadParameter("--busy-min goes with --rate: the calls file tells how long units are busy")
    if calls is None and fields is not None:
        raise typer.BadParameter("--fields goes with --calls")


def _units_of(town: object, kind: str) -> set[str]:
    """Return the units that are based at stations of a kind."""
    stations, units = town.table("stations"), town.table("units")  # type: ignore[attr-defined]
    own = {
        station
        for station, its_kind in zip(stations.text("station_id"), stations.text("kind"), strict=True)
        if its_kind == kind
    }
    return {
        str(unit)
        for unit, station in zip(units.text("unit_id"), units.text("station_id"), strict=True)
        if station in own
    }


def _table(report: BusyReport) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ("unit", "on_duty", "recorded", "hypercube", "simulated", "simulated_low95", "simulated_high95", "chance")
    )
    for row in report.units:
        low, high = row.simulated.interval95 or ("", "")
        recorded = "" if row.recorded is None else row.recorded.share
        cells = (row.on_duty, recorded, row.hypercube, row.simulated.share, low, high, row.chance)
        writer.writerow((row.unit, *(round(cell, 4) if isinstance(cell, float) else cell for cell in cells)))
    return text.getvalue()


def _scenario(report: BusyReport, units: set[str], kind: str) -> str:
    import yaml

    chance = {row.unit: row.chance for row in report.units if row.unit in units}
    if not chance:
        raise InputError(f"no unit is based at a {kind} station: give --kind as the town's stations have it")
    name = f"units of {report.town} as busy as with {report.source}"
    body: str = yaml.safe_dump(
        {"name": name, "respond": "units", "kind": kind, "units": {"chance": chance}},
        sort_keys=False,
        allow_unicode=True,
    )
    return "# Made by `geo-dispatch busy`, for `geo-dispatch coverage --scenario`.\n" + body


def _show(report: BusyReport, terminal: Terminal) -> None:
    how = "wait" if report.queue else "go to neighbours"
    terminal.heading(
        f"{report.town}: calls that nobody is free for {how}; {report.runs} simulations of {report.days:g} days"
    )
    rows = [[rate.call_type, f"{rate.per_day:.2f}", f"{rate.minutes:.0f}"] for rate in report.rates]
    terminal.table(["call type", "a day", "minutes busy"], rows)
    terminal.heading("share of time that units are busy")
    terminal.table(
        ["unit", "on duty", "recorded", "95%", "hypercube", "simulated", "95%", "free"],
        [
            [
                row.unit, f"{row.on_duty:.0%}", *_share(row.recorded),
                "" if row.hypercube is None else f"{row.hypercube:.1%}", *_share(row.simulated), f"{row.chance:.1%}",
            ]
            for row in report.units
        ],
    )  # fmt: skip
    delay = report.delay
    terminal.heading("who waits")
    (complete, its_bounds), (delayed, bounds) = (
        _share(delay.complete),
        _share(delay.delayed if report.queue else delay.lost),
    )
    terminal.text(f"calls whose card is filled at once: {complete} (95%: {its_bounds})")
    terminal.text(f"places on cards that {'wait' if report.queue else 'a neighbour takes'}: {delayed} (95%: {bounds})")
    if report.queue:
        terminal.text(f"that nobody fills while the call lasts: {_share(delay.lapsed)[0]}")
    if delay.mean_wait_s is not None:
        terminal.text(
            f"of the others that wait the mean wait is {delay.mean_wait_s / 60:.1f} min, 9 in 10 under {(delay.p90_wait_s or 0) / 60:.1f} min"
        )
    terminal.warnings(report.warnings)


def _share(found: Share | None) -> tuple[str, str]:
    if found is None:
        return "", ""
    bounds = found.interval95
    return f"{found.share:.1%}", "" if bounds is None else f"{bounds[0]:.1%} to {bounds[1]:.1%}"
