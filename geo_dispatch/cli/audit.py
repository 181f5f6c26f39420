"""``geo-dispatch audit``: what in a town may be mistaken, and how well its callers are found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo_dispatch.cli.arguments import AsJson, named_town_file, open_service
from geo_dispatch.cli.files import check_writable, write_text
from geo_dispatch.cli.progress import shown_progress
from geo_dispatch.cli.scores import percent, show_calibration, show_scores
from geo_dispatch.cli.terminal import Terminal
from geo_dispatch.units import format_distance

if TYPE_CHECKING:
    from geo_dispatch.audit import AuditReport

__all__ = ["audit"]

_PAIRS = 15
_PARTS = 10


def audit(
    town: Annotated[
        str | None, typer.Argument(metavar="[TOWN]", help="Town file, or `sample`; the sample when left out.")
    ] = None,
    each: Annotated[int, typer.Option(metavar="N", min=1, max=5000, help="Synthetic callers of each kind.")] = 40,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, help="Draws the callers: even for an audit, odd for tuning.")
    ] = 2,
    kinds: Annotated[
        str, typer.Option(metavar="KIND,...", help="Kinds of caller, as near,crossing; all when left out.")
    ] = "",
    cases_out: Annotated[
        Path | None, typer.Option(metavar="FILE.jsonl", help="Write the callers as cases for `evaluate`.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a town after its build: names that sound alike, roads without way or name, and how well callers are found.

    Example: geo-dispatch audit westport.gpkg --each 200 --cases-out callers.jsonl
    """
    from geo_dispatch.audit import audit as run_audit
    from geo_dispatch.audit import choose_kinds
    from geo_dispatch.locate import write_cases

    wanted = [name for text in kinds.split(",") if (name := text.strip())]
    choose_kinds(wanted)
    if cases_out is not None:
        check_writable(cases_out, option="--cases-out", inputs={"the town file": named_town_file(town)})
    locator = open_service(town).locator
    with shown_progress() as progress:
        report, cases = run_audit(locator, each=each, seed=seed, kinds=wanted, progress=progress)
    if cases_out is not None:
        write_text(cases_out, write_cases(cases), option="--cases-out")
    terminal = Terminal(as_json=as_json)
    if as_json:
        from geo_dispatch.service import document

        terminal.document(document(report))
    else:
        _show(report, terminal)
    if report.callers is None:
        terminal.note(f"no caller could be made: {report.skipped[0].reason}")
        raise typer.Exit(3)


def _show(report: AuditReport, terminal: Terminal) -> None:
    terminal.heading(f"audit of {report.town}")
    _show_pairs(report, terminal)
    _show_roads(report, terminal)
    _show_callers(report, terminal)
    _show_worst(report, terminal)


def _show_pairs(report: AuditReport, terminal: Terminal) -> None:
    pairs = report.sound_alikes
    terminal.heading(f"names that may be taken for one another, minutes apart: {len(pairs)}")
    terminal.table(
        ["minutes", "how", "read back"],
        [
            (
                "no way" if pair.travel_time_s is None else f"{pair.travel_time_s / 60:.0f}",
                pair.kind.replace("_", " "),
                pair.read_back[0],
            )
            for pair in pairs[:_PAIRS]
        ],
    )
    if len(pairs) > _PAIRS:
        terminal.text(f"and {len(pairs) - _PAIRS} more: --json lists all")


def _show_roads(report: AuditReport, terminal: Terminal) -> None:
    if report.unreachable is None:
        terminal.text("who is cut off: the town file does not say")
    else:
        terminal.heading(f"parts of the town that can't be reached: {len(report.unreachable)}")
        terminal.table(
            ["road", "addresses", "where"],
            [
                (
                    format_distance(part["road_m"]),
                    part["addresses"],
                    ", ".join([*part["localities"], *part["streets"]][:4]) or f"{part['lon']},{part['lat']}",
                )
                for part in report.unreachable[:_PARTS]
            ],
        )
    roads = report.unnamed_roads
    if roads is None:
        terminal.text("public roads without name or number: the town file does not say")
    else:
        length = f"{format_distance(roads['road_m'])} in {roads['segments']} pieces"
        terminal.heading(f"public roads without name or number: {length}")
        terminal.table(
            ["longest", "class", "town", "lon,lat"],
            [
                (
                    format_distance(road["road_m"]),
                    road["highway"],
                    road["municipality"],
                    f"{road['lon']:.5f},{road['lat']:.5f}",
                )
                for road in roads.get("longest", ())[:_PARTS]
            ],
        )


def _show_callers(report: AuditReport, terminal: Terminal) -> None:
    terminal.heading(f"synthetic callers: {report.each} of each kind where there are so many, seed {report.seed}")
    if report.callers is not None:
        compared = [score for score in (report.without_circle, report.with_circle) if score is not None]
        show_scores((report.callers.overall, *report.callers.by_class, *compared), terminal)
        show_calibration(report.callers, terminal)
    for skipped in report.skipped:
        terminal.text(f"no {skipped.kind}: {skipped.reason}")
    if report.strangers is not None:
        found = report.strangers
        terminal.text(
            f"sentences that name nothing: {found.n}, answered unknown {percent(found.unknown)}, believed {found.believed}"
        )


def _show_worst(report: AuditReport, terminal: Terminal) -> None:
    if report.callers is None or not report.callers.worst:
        return
    terminal.heading("surest of the answers that were wrong")
    terminal.table(
        ["kind", "said", "true", "answered", "sure", "off"],
        [
            (
                case.group,
                case.text,
                f"{case.lon:.5f},{case.lat:.5f}",
                case.answer,
                f"{case.probability:.0%}",
                format_distance(case.error_m),
            )
            for case in report.callers.worst
        ],
    )
