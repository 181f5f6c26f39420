"""``geo-dispatch demo``: worked calls in the sample town."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo_dispatch.cli.arguments import AsJson, open_service
from geo_dispatch.cli.files import check_writable, write_text
from geo_dispatch.cli.locate import show_located
from geo_dispatch.cli.route import show_route
from geo_dispatch.cli.serve import serve_town
from geo_dispatch.cli.terminal import Terminal
from geo_dispatch.data_tables import load_table

if TYPE_CHECKING:
    from geo_dispatch.service import Service

__all__ = ["DemoCall", "demo", "list_calls"]


@dataclass(frozen=True, slots=True)
class DemoCall:
    """What a caller of the sample town says, as the call taker types it, and answers."""

    words: tuple[str, ...]
    answers: tuple[str, ...] = ()


def list_calls() -> list[DemoCall]:
    """Return the calls of the demo; the first is the one worked to its end.

    Examples
    --------
    >>> len(list_calls())
    10
    """
    rows = load_table("geo_dispatch.cli", "demo_calls")["calls"]
    return [DemoCall(tuple(row["words"]), tuple(row.get("answers", ()))) for row in rows]


def demo(
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Stop after the worked call.")] = False,
    calls: Annotated[bool, typer.Option("--calls", help="Show ten calls of many kinds, and stop.")] = False,
    map_file: Annotated[
        Path | None,
        typer.Option("--map", metavar="FILE.html", help="Where to draw the map; beside the sample town when left out."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Work one call in the sample town, from the caller's words to the route and its map; then serve.

    The sample town is built first if it is absent.

    Example: geo-dispatch demo --no-serve

    Example: geo-dispatch demo --calls
    """
    from geo_dispatch.config import SAMPLE, load_settings
    from geo_dispatch.service import document

    settings = load_settings()
    if map_file is not None:
        check_writable(map_file, option="--map", inputs={"the town file": settings.sample_file})
    terminal = Terminal(as_json=as_json)
    service = open_service(SAMPLE, settings)
    if calls:
        _show_calls(service, terminal)
        return
    words = list_calls()[0].words[0]
    located = service.locate(words)
    station = service.first_due(words)
    target = (map_file or settings.sample_file.with_name("demo-route.html")).absolute()
    write_text(target, service.draw(station.plan), option="--map")
    if as_json:
        terminal.document(
            {
                "town": service.town.meta.name,
                "words": words,
                "located": document(located),
                "station": {"station_id": station.station_id, "name": station.name},
                "route": document(station.plan.answer),
                "map": str(target),
            }
        )
    else:
        terminal.heading(f"{service.town.meta.name}: a caller says: {words!r}")
        show_located(located, terminal)
        terminal.heading(f"first due: {station.name}")
        show_route(station.plan, terminal)
        terminal.text(f"map: {target}")
    if not no_serve:
        serve_town(settings.model_copy(update={"town": SAMPLE}), Terminal())


def _show_calls(service: Service, terminal: Terminal) -> None:
    """Locate each of the demo's calls, as it comes in and with what was answered."""
    from geo_dispatch.locate import Reply
    from geo_dispatch.service import document

    done = []
    for number, call in enumerate(list_calls(), 1):
        located = [service.locate(call.words)]
        if call.answers:
            located.append(service.locate(call.words, answers=[Reply("", answer) for answer in call.answers]))
        documents = [document(one) for one in located]
        done.append({"words": list(call.words), "answers": list(call.answers), "located": documents})
        if terminal.as_json:
            continue
        terminal.text("")
        terminal.heading(f"call {number}: {' / '.join(call.words)}")
        show_located(located[0], terminal)
        for answered in located[1:]:
            terminal.heading(f"the caller answers: {', '.join(call.answers)}")
            show_located(answered, terminal)
    if terminal.as_json:
        terminal.document({"town": service.town.meta.name, "calls": done})
