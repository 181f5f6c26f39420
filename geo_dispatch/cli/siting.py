"""``geo-dispatch siting``: where stations would serve best."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from geo_dispatch.cli.arguments import AsJson, Close, named_town_file, open_service, read_closures, read_time
from geo_dispatch.cli.coverage import (
    Kind,
    People,
    ScenarioFile,
    StaffedAt,
    StationProfile,
    StationsFrom,
    TownFile,
    clock,
    percent,
)
from geo_dispatch.cli.files import check_writable, write_text
from geo_dispatch.cli.progress import shown_progress
from geo_dispatch.cli.terminal import Terminal

if TYPE_CHECKING:
    from geo_dispatch.coverage.siting import SitingQuestion

__all__ = ["show_siting", "siting"]

_SHOWN_LEFT_OUT = 5


def siting(
    town: TownFile = None,
    model: Annotated[
        str, typer.Option(metavar="M", help="lscp, lscp-b, mclp, p-median or p-center (docs/siting.md).")
    ] = "mclp",
    candidates: Annotated[
        str,
        typer.Option(metavar="C", help="junctions, addresses, places, stations, or a CSV file id,lon,lat."),
    ] = "junctions",
    most: Annotated[int, typer.Option(metavar="N", help="Candidates left after thinning.")] = 500,
    stations: Annotated[int | None, typer.Option(metavar="N", help="How many stations in all.")] = None,
    add: Annotated[int | None, typer.Option(metavar="N", help="Keep the stations there are, and add so many.")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the stations there are.")] = False,
    threshold: Annotated[float, typer.Option(metavar="S", help="Response time in seconds, inclusive.")] = 480.0,
    turnout: Annotated[
        float | None, typer.Option(metavar="S", help="Turnout of new stations, seconds; the kind's when left out.")
    ] = None,
    weight: Annotated[
        Literal["addresses", "people"], typer.Option(help="What counts: addresses, or people of --people.")
    ] = "addresses",
    people: People = None,
    existing: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="The stations there are: id,lon,lat; else the town's.")
    ] = None,
    stations_from: StationsFrom = None,
    scenario: ScenarioFile = None,
    kind: Kind = None,
    profile: StationProfile = None,
    frontier: Annotated[
        bool, typer.Option("--frontier", help="Tell also the most that each smaller number of stations reaches.")
    ] = False,
    time_limit: Annotated[
        float, typer.Option(metavar="S", help="Seconds to prove each model; the best so far then.")
    ] = 60.0,
    close: Close = None,
    at: StaffedAt = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Write the stations chosen, as coverage --stations reads them."),
    ] = None,
    map_file: Annotated[Path | None, typer.Option("--map", metavar="FILE.html", help="Draw the plan.")] = None,
    as_json: AsJson = False,
) -> None:
    """Find where stations would serve best, by location models solved to proof. Needs the extra `planning`.

    Example: geo-dispatch siting --model mclp --add 1 --threshold 480
    """
    if existing is not None and stations_from is not None:
        raise typer.BadParameter("--existing and --stations-from both tell the stations there are: give one of them")
    for path, option in ((out, "--out"), (map_file, "--map")):
        if path is not None:
            check_writable(path, option=option, inputs={"the town file": named_town_file(town)})
    closures, moment = read_closures(close), read_time(at)
    from geo_dispatch.coverage.siting import SitingQuestion
    from geo_dispatch.service.siting_desk import SitingDesk

    question = SitingQuestion(
        model=model, candidates=_candidates(candidates), most=most, stations=stations, add=add, keep=keep,
        threshold_s=threshold, turnout_s=turnout, weight=weight, frontier=frontier, time_limit_s=time_limit,
    )  # fmt: skip
    desk = SitingDesk(open_service(town), people=people)
    told = {"kind": kind, "profile": profile, "at": moment}
    asked = desk.scenario(scenario, told, closures=closures, stations=existing, places=stations_from)
    with shown_progress() as progress:
        answer = desk.site(asked, question, progress=progress)
    terminal = Terminal(as_json=as_json)
    document = answer.document()
    if out is not None:
        write_text(out, desk.siting_csv(answer), option="--out")
        document["files"].append(str(out))
        terminal.note(f"stations: {out.absolute()}")
    if map_file is not None:
        write_text(map_file, desk.draw_siting(answer), option="--map")
        document["files"].append(str(map_file))
        terminal.note(f"map: {map_file.absolute()}")
    if as_json:
        terminal.document(document)
    else:
        show_siting(document, question, terminal)


def _candidates(text: str) -> Any:
    """Return a kind of candidates, or the points of a file."""
    from geo_dispatch.coverage.siting import CANDIDATE_KINDS
    from geo_dispatch.routing import read_points_csv

    if text in (*CANDIDATE_KINDS, "stations") or not (text.lower().endswith(".csv") or Path(text).is_file()):
        return text
    return read_points_csv(Path(text))


def show_siting(document: dict[str, Any], question: SitingQuestion, terminal: Terminal) -> None:
    """Write a siting for people.

    Parameters
    ----------
    document
        Of the answer.
    question
        That it answers.
    terminal
        Written to.
    """
    objective, chosen = document["objective"], document["candidates"]
    terminal.heading(f"{document['model']}: {objective['what']}")
    value = clock(objective["value"]) if objective["unit"] == "s" else f"{objective['value']:g}"
    bound = clock(objective["bound"]) if objective["unit"] == "s" else f"{objective['bound']:g}"
    terminal.text(f"{value} {'(proved best)' if objective['proved'] else f'(no plan beats {bound})'}")
    terminal.text(
        f"candidates: {chosen['n']}, of which {chosen['kept']} kept" + f"; {chosen['rule'] or chosen['kind']}"
    )
    terminal.text(f"weight: {document['weight']['basis']}")
    terminal.text("")
    terminal.table(
        ["id", "station", "lon", "lat", "is new", "first due to"],
        [
            [row["id"], row["name"], row["lon"], row["lat"], "" if row["station_id"] else "new", row["first_due"]]
            for row in document["stations"]
        ],
    )
    terminal.text("")
    plans = [("this plan", document["reached"]), ("the stations there are", document["reached_now"])]
    terminal.table(
        ["", f"within {clock(question.threshold_s)}", "share", "mean", "90% within", "longest"],
        [
            [name, row["addresses"], percent(row["share"]), clock(row["mean_s"]), clock(row["p90_s"]), clock(row["longest_s"])]
            for name, row in plans
            if row is not None
        ],
    )  # fmt: skip
    if document["frontier"]:
        terminal.text("")
        terminal.table(
            ["stations", "reached", "share", "gained by the last"],
            [
                [row["stations"], f"{row['reached']:g}", percent(row["share"]), f"{row['gained']:g}"]
                for row in document["frontier"]
            ],
        )
    for row in document["left_out"]["addresses"][:_SHOWN_LEFT_OUT]:
        terminal.text(f"left out: {row['label'] or row['address_id']}: {clock(row['least_s'])} at best")
    terminal.warnings(document["warnings"])
