"""``geo-dispatch route``: from one place to another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from geo_dispatch.cli.arguments import (
    AsJson,
    At,
    Close,
    Profile,
    named_town_file,
    open_service,
    read_closures,
    read_time,
    split_town,
)
from geo_dispatch.cli.files import check_writable, write_text
from geo_dispatch.cli.terminal import Terminal
from geo_dispatch.units import Units, format_distance, format_duration

if TYPE_CHECKING:
    from geo_dispatch.service import RoutePlan

__all__ = ["route", "show_route"]


def route(
    first: Annotated[
        str | None, typer.Argument(metavar="[TOWN]", help="Town file, or `sample`; the sample when left out.")
    ] = None,
    second: Annotated[
        str | None, typer.Argument(metavar="FROM", help="Where from: LON,LAT or words in quotes.")
    ] = None,
    third: Annotated[str | None, typer.Argument(metavar="TO", help="Where to: LON,LAT or words in quotes.")] = None,
    profile: Profile = "car",
    close: Close = None,
    at: At = None,
    map_file: Annotated[
        Path | None, typer.Option("--map", metavar="FILE.html", help="Draw the route as one HTML page.")
    ] = None,
    sheet: Annotated[
        Path | None,
        typer.Option(metavar="FILE.html", help="Write a sheet to print: overview, last stretch, steps."),
    ] = None,
    large_print: Annotated[bool, typer.Option("--large-print", help="Large print on the sheet.")] = False,
    text: Annotated[
        Literal["public", "radio", "screen"], typer.Option(help="Who the steps are worded for.")
    ] = "public",
    language: Annotated[str, typer.Option(metavar="CODE", help="Language of the steps: en or pt.")] = "en",
    units: Annotated[
        Literal["us", "metric"], typer.Option(help="Distances in feet and miles, or in metres and kilometres.")
    ] = "us",
    as_json: AsJson = False,
) -> None:
    """Find the quickest way between two places, with turn-by-turn steps.

    Exit code 3 when a place is unknown, the words fit several, or there is no way.

    Example: geo-dispatch route "Brantport Fire Headquarters" -69.5364,40.8661 --profile engine --map route.html
    """
    town, (origin, destination) = split_town([first, second, third], wanted=("FROM", "TO"))
    if map_file is not None:
        check_writable(map_file, option="--map", inputs={"the town file": named_town_file(town)})
    if sheet is not None:
        check_writable(sheet, option="--sheet", inputs={"the town file": named_town_file(town)})
    closures, moment = read_closures(close), read_time(at)
    from geo_dispatch.service import document

    service = open_service(town)
    plan = service.plan(
        origin, destination, profile=profile, text=text, language=language, units=units, at=moment, closures=closures
    )
    terminal = Terminal(as_json=as_json)
    if map_file is not None:
        write_text(map_file, service.draw(plan), option="--map")
        terminal.note(f"map: {map_file.absolute()}")
    if sheet is not None:
        page = service.sheet(plan, large=large_print, radio=text == "radio", language=language)
        write_text(sheet, page, option="--sheet")
        terminal.note(f"sheet: {sheet.absolute()}")
    if as_json:
        terminal.document(document(plan.answer))
    else:
        show_route(plan, terminal, units=units)


def show_route(plan: RoutePlan, terminal: Terminal, *, units: Units = "us") -> None:
    """Write a route for people: its time and length, then its steps."""
    answer = plan.answer
    low, high = (format_duration(bound) for bound in answer.travel_time_interval_s)
    terminal.heading(f"{plan.origin.label} to {plan.destination.label}")
    terminal.text(
        f"{format_duration(answer.travel_time_s)} ({low} to {high}), {format_distance(answer.length_m, units)}, "
        f"profile {answer.profile}"
    )
    rows = [
        [
            number,
            step.instruction,
            format_distance(step.length_m, units) if step.length_m else "",
            format_duration(step.travel_time_s) if step.length_m else "",
        ]
        for number, step in enumerate(answer.steps, start=1)
    ]
    terminal.table(["#", "step", "length", "time"], rows)
    for avoided in answer.avoided:
        terminal.text(f"avoided: {avoided.what}: {avoided.reason}; detour +{avoided.detour_s:.0f} s")
    terminal.warnings(answer.warnings)
