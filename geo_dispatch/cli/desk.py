"""``geo-dispatch desk``: questions of the public, answered from what the town knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from geo_dispatch.cli.arguments import AsJson, At, open_service, read_time, split_town
from geo_dispatch.cli.terminal import Terminal

if TYPE_CHECKING:
    from geo_dispatch.service.desk import DeskAnswer

__all__ = ["desk"]

_NOTHING_FOUND = 3


def desk(
    first: Annotated[
        str | None, typer.Argument(metavar="[TOWN]", help="Town file, or `sample`; the sample when left out.")
    ] = None,
    second: Annotated[str | None, typer.Argument(metavar="TEXT", help="The question, in quotes.")] = None,
    origin: Annotated[
        str | None, typer.Option("--from", metavar="WHERE", help="Where the asker is: LON,LAT or words.")
    ] = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question of the public: opening hours, whom to call, directions, events, which town.

    Exit code 3 when nothing on file answers it; the answer then says who may know.

    Example: geo-dispatch desk "when is the dump open on Saturday"
    """
    town, (text,) = split_town([first, second], wanted=("TEXT",))
    moment = read_time(at)
    from geo_dispatch.service.desk import TownDesk

    answer = TownDesk(open_service(town)).ask(text, origin=origin, at=moment)
    terminal = Terminal(as_json=as_json)
    if as_json:
        from geo_dispatch.service import document

        terminal.document(document(answer))
    else:
        _show(answer, terminal)
    if answer.status == "unknown":
        raise typer.Exit(_NOTHING_FOUND)


def _show(answer: DeskAnswer, terminal: Terminal) -> None:
    terminal.text(answer.answer)
    referral = answer.referral
    terminal.facts(
        [
            ("who would know", referral and ", ".join(filter(None, (referral.name, referral.phone, referral.why)))),
            ("page", answer.source.url),
            (
                "place",
                answer.place and f"{answer.place['label']} ({answer.place['lon']:.5f},{answer.place['lat']:.5f})",
            ),
        ]
    )
    terminal.warnings(answer.warnings)
