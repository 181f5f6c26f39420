"""``geo-dispatch reverse``: from a position to an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from geo_dispatch.cli.arguments import AsJson, open_service, split_town
from geo_dispatch.cli.terminal import Terminal
from geo_dispatch.units import format_distance

if TYPE_CHECKING:
    from geo_dispatch.locate import ReverseAnswer
    from geo_dispatch.locate.reverse import NearPlace

__all__ = ["reverse"]


def reverse(
    first: Annotated[
        str | None, typer.Argument(metavar="[TOWN]", help="Town file, or `sample`; the sample when left out.")
    ] = None,
    second: Annotated[str | None, typer.Argument(metavar="LON,LAT", help="Position, longitude first.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say where a position is: address, cross streets, municipality.

    Example: geo-dispatch reverse -69.5364,40.8661
    """
    town, (text,) = split_town([first, second], wanted=("LON,LAT",))
    from geo_dispatch.geometry import parse_lonlat

    position = parse_lonlat(text)
    answer = open_service(town).reverse(position)
    terminal = Terminal(as_json=as_json)
    if as_json:
        from geo_dispatch.service import document

        terminal.document(document(answer))
    else:
        _show(answer, terminal)


def _show(answer: ReverseAnswer, terminal: Terminal) -> None:
    terminal.heading(answer.label)
    address, street = answer.address, answer.street
    crossing = [
        f"{cross.name or 'end of the road'}, {format_distance(cross.distance_m)} {cross.direction}"
        for cross in answer.cross_streets
    ]
    terminal.facts(
        [
            ("town", ", ".join(filter(None, (answer.municipality, answer.state)))),
            ("area", ", ".join(answer.areas)),
            ("address", address and f"{address.text}, {format_distance(address.distance_m)} away"),
            ("street", street and f"{street.name}, {format_distance(street.distance_m)} away"),
            ("block", street and street.block),
            ("cross streets", "; ".join(crossing)),
            ("near", _near(answer.nearest_place)),
            ("exit", _near(answer.nearest_exit)),
            ("mile marker", _near(answer.nearest_mile_marker)),
            ("position", f"{answer.lon:.6f},{answer.lat:.6f}"),
        ]
    )
    terminal.warnings(answer.warnings)


def _near(place: NearPlace | None) -> str | None:
    return None if place is None else f"{format_distance(place.distance_m)} {place.direction} of {place.name}"
