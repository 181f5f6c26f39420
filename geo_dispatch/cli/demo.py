"""``geo-dispatch demo``: one worked call in the sample town."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geo_dispatch.cli.arguments import AsJson, open_service
from geo_dispatch.cli.files import check_writable, write_text
from geo_dispatch.cli.locate import show_located
from geo_dispatch.cli.route import show_route
from geo_dispatch.cli.serve import serve_town
from geo_dispatch.cli.terminal import Terminal

__all__ = ["demo"]

CALL = "uh, we are at the corner of South Main and Brige Street"
"""What the caller of the sample town says, as the call taker types it."""


def demo(
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Stop after the worked call.")] = False,
    map_file: Annotated[
        Path | None,
        typer.Option("--map", metavar="FILE.html", help="Where to draw the map; beside the sample town when left out."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Work one call in the sample town, from the caller's words to the route and its map; then serve.

    The sample town is built first if it is absent.

    Example: geo-dispatch demo --no-serve
    """
    from geo_dispatch.config import SAMPLE, load_settings
    from geo_dispatch.service import document

    settings = load_settings()
    if map_file is not None:
        check_writable(map_file, option="--map", inputs={"the town file": settings.sample_file})
    terminal = Terminal(as_json=as_json)
    service = open_service(SAMPLE, settings)
    located = service.locate(CALL)
    station = service.first_due(CALL)
    target = (map_file or settings.sample_file.with_name("demo-route.html")).absolute()
    write_text(target, service.draw(station.plan), option="--map")
    if as_json:
        terminal.document(
            {
                "town": service.town.meta.name,
                "words": CALL,
                "located": document(located),
                "station": {"station_id": station.station_id, "name": station.name},
                "route": document(station.plan.answer),
                "map": str(target),
            }
        )
    else:
        terminal.heading(f"{service.town.meta.name}: a caller says: {CALL!r}")
        show_located(located, terminal)
        terminal.heading(f"first due: {station.name}")
        show_route(station.plan, terminal)
        terminal.text(f"map: {target}")
    if not no_serve:
        serve_town(settings.model_copy(update={"town": SAMPLE}), Terminal())
