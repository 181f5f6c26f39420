"""``geo-dispatch compare``: two coverage scenarios side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo_dispatch.cli.arguments import AsJson, named_town_file, open_service
from geo_dispatch.cli.coverage import Kind, Stations, StationsFrom, Thresholds, clock, read_thresholds
from geo_dispatch.cli.files import check_writable, write_text
from geo_dispatch.cli.progress import shown_progress
from geo_dispatch.cli.terminal import Terminal
from geo_dispatch.units import format_distance

if TYPE_CHECKING:
    from geo_dispatch.coverage import Scenario

__all__ = ["compare"]

_AS_IT_IS = "as-it-is"
_SHOWN = 8


def compare(
    first: Annotated[
        str | None, typer.Argument(metavar="[TOWN]", help="Town file, or `sample`; the sample when left out.")
    ] = None,
    second: Annotated[
        str | None, typer.Argument(metavar="A", help="Scenario file, or `as-it-is` for the town as it is.")
    ] = None,
    third: Annotated[
        str | None, typer.Argument(metavar="B", help="Scenario file: differences are what it has more, or less.")
    ] = None,
    stations: Stations = None,
    stations_from: StationsFrom = None,
    kind: Kind = None,
    thresholds: Thresholds = None,
    map_file: Annotated[
        Path | None, typer.Option("--map", metavar="FILE.html", help="Draw what is gained and lost as one HTML page.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Set two scenarios side by side: who is reached sooner or later, and what is gained and lost within each threshold.

    Example: geo-dispatch compare as-it-is third-station.yaml --thresholds 480
    """
    town, a_name, b_name = _split([text for text in (first, second, third) if text is not None])
    if map_file is not None:
        check_writable(map_file, option="--map", inputs={"the town file": named_town_file(town)})
    limits = read_thresholds(thresholds)
    from geo_dispatch.service.coverage_desk import CoverageDesk

    desk = CoverageDesk(open_service(town))
    told = {"kind": kind, "thresholds_s": limits or None}

    def read(name: str) -> Scenario:
        file = None if name == _AS_IT_IS else Path(name)
        return desk.scenario(file, told, stations=stations, places=stations_from)

    a, b = read(a_name), read(b_name)
    with shown_progress() as progress:
        found = desk.compare(a, b, progress=progress)
    terminal = Terminal(as_json=as_json)
    if map_file is not None:
        write_text(map_file, desk.draw_change(found), option="--map")
        terminal.note(f"map: {map_file.absolute()}")
    document = found.document()
    if as_json:
        terminal.document(document)
        return
    _show(document, terminal)


def _split(given: list[str]) -> tuple[str | None, str, str]:
    """Tell the town, which may be left out, from the two scenarios, which are files as well."""
    is_named = bool(given) and (given[0] == "sample" or given[0].lower().endswith(".gpkg"))
    town, rest = (given[0], given[1:]) if is_named or len(given) == 3 else (None, given)
    if len(rest) != 2:
        raise typer.BadParameter(f"two scenarios are wanted: give two files, or {_AS_IT_IS} and one")
    return town, rest[0], rest[1]


def _show(document: dict[str, Any], terminal: Terminal) -> None:
    a, b = document["a"], document["b"]
    change, road = document["addresses"], document["road_m"]
    terminal.heading(f"{a['scenario']['name']} -> {b['scenario']['name']}")
    terminal.table(
        ["within", "before", "after", "gained", "lost", "road gained", "road lost"],
        [
            [
                clock(limit),
                a["addresses"]["reached"][at],
                b["addresses"]["reached"][at],
                change["gained"][at],
                change["lost"][at],
                format_distance(road["gained"][at]) if road["gained"][at] else "",
                format_distance(road["lost"][at]) if road["lost"][at] else "",
            ]
            for at, limit in enumerate(document["thresholds_s"])
        ],
    )
    p90 = [clock(side["addresses"]["p90_response_s"]) for side in (a, b)]
    terminal.text(f"90% of addresses within: {p90[0]} before, {p90[1]} after")
    terminal.text(f"sooner: {change['sooner']} addresses, {change['minutes_sooner']:.1f} minutes together")
    terminal.text(f"later: {change['later']} addresses, {change['minutes_later']:.1f} minutes together")
    if change["no_more_reached"]:
        terminal.text(f"no more reached: {change['no_more_reached']} addresses")
    for row in document["most_changed"][:_SHOWN]:
        terminal.text(f"  {row['address'] or 'an address'}: {clock(row['a_s'])} -> {clock(row['b_s'])}")
    terminal.warnings(document["warnings"])
