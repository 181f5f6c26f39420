"""``geo-dispatch locate``: from a caller's words to ranked places."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo_dispatch.cli.arguments import AsJson, named_town_file, open_service, split_town
from geo_dispatch.cli.files import check_writable, write_text
from geo_dispatch.cli.terminal import Terminal, Tone
from geo_dispatch.units import format_distance

if TYPE_CHECKING:
    from geo_dispatch.locate import LocateAnswer
    from geo_dispatch.locate.answer import Status

__all__ = ["locate", "show_located"]

_SAID: dict[Status, tuple[str, Tone]] = {
    "located": ("located", "good"),
    "ambiguous": ("ambiguous: ask before sending", "doubtful"),
    "unknown": ("unknown: nothing in town matches these words", "bad"),
}


def locate(
    first: Annotated[
        str | None, typer.Argument(metavar="[TOWN]", help="Town file, or `sample`; the sample when left out.")
    ] = None,
    second: Annotated[str | None, typer.Argument(metavar="TEXT", help="The caller's words, in quotes.")] = None,
    circle: Annotated[
        str | None,
        typer.Option(metavar="LON,LAT,RADIUS_M[,CONFIDENCE]", help="Where the telephone is thought to be."),
    ] = None,
    also: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="Further words of the same caller; may be given several times."),
    ] = None,
    answer_text: Annotated[
        list[str] | None,
        typer.Option(
            "--answer",
            metavar="[QUESTION=]ANSWER",
            help="What the caller answered: to the question that is asked next, or to the one with this id. Several times, in any order.",
        ),
    ] = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=50, help="Most candidates to show.")] = 5,
    map_file: Annotated[
        Path | None, typer.Option("--map", metavar="FILE.html", help="Draw the candidates as one HTML page.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Turn a caller's words into ranked places, with reasons and the question to ask next.

    Exit code 3 when the words match nothing.

    Example: geo-dispatch locate "corner of South Main and Bridge Street"

    Example: geo-dispatch locate "Daniel Street" --answer "town=Halsey"
    """
    town, (text,) = split_town([first, second], wanted=("TEXT",))
    from geo_dispatch.locate import parse_circle, parse_reply
    from geo_dispatch.service import document

    if map_file is not None:
        check_writable(map_file, option="--map", inputs={"the town file": named_town_file(town)})
    around = None if circle is None else parse_circle(circle.strip())
    service = open_service(town)
    replies = [parse_reply(said) for said in answer_text or ()]
    answer = service.locate([text, *(also or ())], circle=around, answers=replies, limit=limit)
    terminal = Terminal(as_json=as_json)
    if map_file is not None and answer.candidates:
        write_text(map_file, service.draw_places(answer), option="--map")
        terminal.note(f"map: {map_file.absolute()}")
    if as_json:
        terminal.document(document(answer))
    else:
        show_located(answer, terminal)
    if answer.status == "unknown":
        raise typer.Exit(3)


def show_located(answer: LocateAnswer, terminal: Terminal) -> None:
    """Write an answer for people: candidates, the reasons of the first, the next question."""
    text, tone = _SAID[answer.status]
    terminal.heading(f"{answer.query!r}: {text}", tone=tone)
    rows = [
        (
            row.rank,
            f"{row.probability:.0%}",
            row.label,
            row.kind,
            row.municipality,
            format_distance(row.radius90_m),
            f"{row.lon:.5f},{row.lat:.5f}",
        )
        for row in answer.candidates
    ]
    terminal.table(["#", "chance", "place", "kind", "town", "within", "lon,lat"], rows)
    if answer.candidates:
        best = answer.candidates[0]
        if best.cross_streets:
            terminal.text(f"cross streets: {', '.join(best.cross_streets)}")
        terminal.heading("why the first:")
        terminal.table(
            ["words", "read as", "effect", ""], [[why.clause, why.reading, why.effect, why.status] for why in best.why]
        )
    if answer.unmatched:
        terminal.text(f"not matched: {', '.join(answer.unmatched)}")
    if answer.question:
        choices = f" ({' / '.join(answer.question.answers)})" if answer.question.answers else ""
        terminal.heading(f"ask: {answer.question.text}{choices}")
        if answer.question.child_text:
            terminal.text(f"to a child: {answer.question.child_text}")
        terminal.text(f"because {answer.question.reason}")
        if answer.question.id:
            terminal.text(f'give the answer back with --answer "{answer.question.id}=..."')
    terminal.warnings(answer.warnings)
