"""``geo-dispatch coverage``: who is reached in how many minutes; and what the commands of coverage are told alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo_dispatch.cli.arguments import AsJson, Close, named_town_file, open_service, read_closures, read_time
from geo_dispatch.cli.files import check_writable, write_text
from geo_dispatch.cli.progress import shown_progress
from geo_dispatch.cli.terminal import Terminal
from geo_dispatch.errors import InputError, OutputError
from geo_dispatch.units import format_distance

if TYPE_CHECKING:
    from geo_dispatch.coverage import Scenario
    from geo_dispatch.service.coverage_desk import CoverageDesk

__all__ = [
    "Kind",
    "People",
    "ScenarioFile",
    "StaffedAt",
    "StationProfile",
    "Stations",
    "StationsFrom",
    "Thresholds",
    "Told",
    "TownFile",
    "Turnout",
    "clock",
    "coverage",
    "percent",
    "read_thresholds",
    "show_coverage",
]

_SHOWN_GAPS = 8


Stations = Annotated[
    Path | None,
    typer.Option(
        "--stations", metavar="FILE.csv", help="Stations: id,lon,lat and, if known, name,turnout_s,profile,chance."
    ),
]
StationsFrom = Annotated[
    str | None,
    typer.Option(
        "--stations-from",
        metavar="CATEGORY",
        help="Take the town's places of a category as stations, as `fire station`.",
    ),
]
ScenarioFile = Annotated[
    Path | None,
    typer.Option(
        "--scenario", metavar="FILE", help="A scenario of YAML or JSON; the other options go before what it holds."
    ),
]
Kind = Annotated[
    str | None,
    typer.Option("--kind", metavar="K", help="Kind of stations: fire (when left out), police, ems ..."),
]
Thresholds = Annotated[
    str | None,
    typer.Option("--thresholds", metavar="S,S...", help="Seconds, inclusive; 240,360,480,600,840 when left out."),
]
StationProfile = Annotated[
    str | None, typer.Option("--profile", metavar="P", help="Vehicle of the stations; engine when left out.")
]
Turnout = Annotated[
    float | None, typer.Option("--turnout", metavar="S", help="Turnout of all, seconds; each one's own when left out.")
]
People = Annotated[
    Path | None,
    typer.Option("--people", metavar="FILE", help="Census areas with a column of people; else addresses count."),
]
StaffedAt = Annotated[
    str | None,
    typer.Option("--at", metavar="TIME", help="Local time, for staffing and rules of hours; none when left out."),
]
TownFile = Annotated[
    str | None, typer.Argument(metavar="[TOWN]", help="Town file, or `sample`; the sample when left out.")
]


def coverage(
    town: TownFile = None,
    stations: Stations = None,
    stations_from: StationsFrom = None,
    scenario: ScenarioFile = None,
    kind: Kind = None,
    thresholds: Thresholds = None,
    profile: StationProfile = None,
    turnout: Turnout = None,
    people: People = None,
    close: Close = None,
    at: StaffedAt = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write tables as CSV, and layers for QGIS, into a folder; made when absent."),
    ] = None,
    map_file: Annotated[
        Path | None,
        typer.Option("--map", metavar="FILE.html", help="Draw the roads by response time as one HTML page."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say who is reached in how many minutes: every address, every metre of road, by area, and where the gaps are.

    Example: geo-dispatch coverage --thresholds 240,480 --close "Head Bridge"
    """
    told = Told(kind, thresholds, profile, turnout, at, close, stations, stations_from, scenario)
    if map_file is not None:
        check_writable(map_file, option="--map", inputs={"the town file": named_town_file(town)})
    if out is not None and out.exists() and not out.is_dir():
        raise OutputError(f"--out {out} is a file: give the name of a folder")
    desk, asked = told.open(town, people=people)
    with shown_progress() as progress:
        found = desk.run(asked, progress=progress)
    terminal = Terminal(as_json=as_json)
    files = []
    if out is not None:
        files = [str(file) for file in desk.write(found, out)]
        terminal.note(f"{len(files)} files: {out.absolute()}")
    if map_file is not None:
        write_text(map_file, desk.draw(found), option="--map")
        terminal.note(f"map: {map_file.absolute()}")
        files.append(str(map_file))
    document = found.document(files=files)
    if as_json:
        terminal.document(document)
        return
    show_coverage(document, asked, terminal)


@dataclass(frozen=True, slots=True)
class Told:
    """What the commands of coverage are told alike: of the scenario, and of the stations to begin with."""

    kind: str | None
    thresholds: str | None
    profile: str | None
    turnout: float | None
    at: str | None
    close: Sequence[str] | None
    stations: Path | None
    stations_from: str | None
    scenario: Path | None

    def open(self, town: str | None, *, people: Path | None = None) -> tuple[CoverageDesk, Scenario]:
        """Open the town, and return what works coverage out, and the scenario."""
        if self.stations is not None and self.stations_from is not None:
            raise typer.BadParameter("--stations and --stations-from both tell the stations: give one of them")
        limits, closures, moment = read_thresholds(self.thresholds), read_closures(self.close), read_time(self.at)
        from geo_dispatch.service.coverage_desk import CoverageDesk

        desk = CoverageDesk(open_service(town), people=people)
        members = {
            "kind": self.kind,
            "profile": self.profile,
            "thresholds_s": limits or None,
            "at": moment,
            "turnout_s": self.turnout,
        }
        places, stations = self.stations_from, self.stations
        return desk, desk.scenario(self.scenario, members, closures=closures, stations=stations, places=places)


def read_thresholds(text: str | None) -> tuple[float, ...]:
    """Read seconds with commas between; none of None.

    Parameters
    ----------
    text
        Of ``--thresholds``.

    Raises
    ------
    InputError
        If it is not numbers.

    Examples
    --------
    >>> read_thresholds("240, 480")
    (240.0, 480.0)
    """
    if text is None:
        return ()
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"--thresholds {text!r} is not seconds with commas between: give it as 240,480") from None


def show_coverage(document: dict[str, Any], scenario: Scenario, terminal: Terminal) -> None:
    """Write a coverage for people.

    Parameters
    ----------
    document
        From the desk.
    scenario
        That it is of.
    terminal
        Written to.
    """
    addresses, road = document["addresses"], document["road_m"]
    count = len(document["stations"])
    terminal.heading(f"{scenario.name}: {count} {scenario.kind} {scenario.by if count > 1 else scenario.by[:-1]}")
    terminal.text(
        f"response time (turnout and travel) to {addresses['n']} addresses, {format_distance(road['total'])} of road"
    )
    terminal.text("")
    travel = document["travel"]["addresses"]["share"]
    terminal.table(
        ["within", "addresses", "share", "by travel alone", "road", "second due"],
        [
            [
                clock(limit),
                addresses["reached"][at],
                percent(addresses["share"][at]),
                percent(travel[at]),
                percent(road["share"][at]),
                percent(document["due"][1]["addresses"]["share"][at]) if len(document["due"]) > 1 else "",
            ]
            for at, limit in enumerate(document["thresholds_s"])
        ],
    )
    p90 = addresses["p90_response_s"]
    terminal.text(f"90% of addresses within: {'not reached' if p90 is None else clock(p90)}")
    people = document["population"]
    terminal.text(f"people: {people['basis']}")
    _show_rows(document, terminal)
    terminal.warnings(document["warnings"])


def _show_rows(document: dict[str, Any], terminal: Terminal) -> None:
    last = clock(document["thresholds_s"][-1])
    terminal.text("")
    terminal.table(
        ["responder", "first due to", f"lost within {last} when it is out"],
        [[row["name"], row["addresses"], row["without"]["addresses_lost"][-1]] for row in document["first_due"]],
    )
    terminal.text("")
    terminal.table(
        ["area", "kind", "addresses", f"within {last}", "90% within"],
        [
            [
                row["name"],
                row["kind"],
                row["addresses"]["n"],
                percent(row["addresses"]["share"][-1]),
                clock(row["addresses"]["p90_response_s"]),
            ]
            for row in document["by_area"]
        ],
    )
    for gap in document["gaps"][:_SHOWN_GAPS]:
        where = ", ".join(filter(None, (" / ".join(gap["streets"][:3]) or "roads without name", gap["municipality"])))
        worst = f"up to {clock(gap['worst_s'])}" if gap["reachable"] else "no way to some of it"
        terminal.text(f"gap: {gap['addresses']} addresses, {format_distance(gap['road_m'])} of road: {where}; {worst}")
    more = document["gaps_total"] - _SHOWN_GAPS
    if more > 0:
        terminal.text(f"and {more} smaller gaps: see --json")


def percent(share: float | None) -> str:
    """Return a share in per cent, as 41.7%; blank for None.

    Parameters
    ----------
    share
        Of one.

    Examples
    --------
    >>> percent(0.4167), percent(None)
    ('41.7%', '')
    """
    return "" if share is None else f"{share:.1%}"


def clock(seconds: float | None) -> str:
    """Return minutes and seconds, as 4:07; a dash for None.

    Parameters
    ----------
    seconds
        A duration.

    Examples
    --------
    >>> clock(247.2), clock(None)
    ('4:07', '-')
    """
    return "-" if seconds is None else f"{round(seconds) // 60}:{round(seconds) % 60:02d}"
