"""``geo-dispatch reverse``: from a position to an address."""

from __future__ import annotations

from typing import Annotated

import typer

from geo_dispatch.cli.arguments import AsJson, open_service, split_town
from geo_dispatch.cli.terminal import Terminal
from geo_dispatch.geometry import parse_lonlat

__all__ = ["reverse"]


def reverse(
    first: Annotated[
        str | None, typer.Argument(metavar="[TOWN]", help="Town file, or `sample`; the sample when left out.")
    ] = None,
    second: Annotated[str | None, typer.Argument(metavar="LON,LAT", help="Position, longitude first.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say where a position is: address, cross streets, municipality.

    Example: geo-dispatch reverse westport.gpkg -71.08,41.58
    """
    town, (text,) = split_town([first, second], wanted=("LON,LAT",))
    position = parse_lonlat(text)
    from geo_dispatch.service import document

    answer = document(open_service(town).reverse(position))
    terminal = Terminal(as_json=as_json)
    if as_json:
        terminal.document(answer)
        return
    terminal.facts([(name.replace("_", " "), _said(value)) for name, value in answer.items() if name != "warnings"])
    terminal.warnings(answer["warnings"])


def _said(value: object) -> str | None:
    """Say a value of the document in one line."""
    if value is None or value in ("", [], {}):
        return None
    if isinstance(value, list):
        return "; ".join(filter(None, (_said(item) for item in value)))
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {said}" for name, item in value.items() if (said := _said(item)))
    return f"{value:.6g}" if isinstance(value, float) and abs(value) >= 1000 else str(value)
