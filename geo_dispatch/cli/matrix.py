"""``geo-dispatch matrix``: travel times between many places."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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
)
from geo_dispatch.cli.files import check_writable
from geo_dispatch.cli.terminal import Terminal

__all__ = ["matrix"]


def matrix(
    origins: Annotated[Path, typer.Option(metavar="FILE.csv", help="Origins: columns id,lon,lat.")],
    destinations: Annotated[Path, typer.Option(metavar="FILE.csv", help="Destinations: columns id,lon,lat.")],
    out: Annotated[
        Path, typer.Option(metavar="FILE.csv", help="File to write: origin,destination,travel_time_s,length_m.")
    ],
    town: Annotated[
        str | None, typer.Argument(metavar="[TOWN]", help="Town file, or `sample`; the sample when left out.")
    ] = None,
    profile: Profile = "car",
    close: Close = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Find the travel time and length from every origin to every destination.

    Where there is no way, both fields of the row are empty.

    Example: geo-dispatch matrix westport.gpkg --origins stations.csv --destinations calls.csv --out times.csv
    """
    inputs = {
        "the town file": named_town_file(town),
        "the file of --origins": origins,
        "the file of --destinations": destinations,
    }
    check_writable(out, option="--out", inputs=inputs)
    closures, moment = read_closures(close), read_time(at)
    from geo_dispatch.routing import read_points_csv, write_matrix_csv
    from geo_dispatch.service import document

    starts, ends = read_points_csv(origins), read_points_csv(destinations)
    service = open_service(town)
    found = service.travel_times(starts, ends, profile=profile, at=moment, closures=closures)
    write_matrix_csv(out, found, origins=starts, destinations=ends)
    answer = service.matrix_answer(found, starts, ends)
    terminal = Terminal(as_json=as_json)
    if as_json:
        terminal.document(document(answer))
        return
    pairs = len(starts) * len(ends)
    terminal.text(f"{len(starts)} origins x {len(ends)} destinations = {pairs} rows: {out.absolute()}")
    terminal.warnings(answer.warnings)
