"""``geo-dispatch recommend``: which units go to a call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo_dispatch.cli.arguments import (
    AsJson,
    At,
    Close,
    named_town_file,
    open_service,
    read_closures,
    read_time,
    split_town,
    town_path,
)
from geo_dispatch.cli.files import check_writable, write_text
from geo_dispatch.cli.terminal import Terminal
from geo_dispatch.errors import InputError, StoreError
from geo_dispatch.units import format_distance

if TYPE_CHECKING:
    from geo_dispatch.service import Service
    from geo_dispatch.service.recommend_answers import RecommendAnswer
    from geo_dispatch.service.recommend_desk import RecommendDesk

__all__ = ["opened_desk", "recommend"]

_NOTHING_FOUND = 3


def recommend(
    first: Annotated[
        str | None, typer.Argument(metavar="[TOWN]", help="Town file, or `sample`; the sample when left out.")
    ] = None,
    second: Annotated[
        str | None, typer.Argument(metavar="WHERE", help="Where the call is: LON,LAT or words in quotes.")
    ] = None,
    call_type: Annotated[
        str, typer.Option("--call-type", metavar="T", help="Call type, as the town's run cards have it.")
    ] = ...,  # type: ignore[assignment]
    units: Annotated[
        Path | None,
        typer.Option("--units", metavar="FILE.csv", help="Units as they are: unit_id,lon,lat,status,position_at ..."),
    ] = None,
    state: Annotated[
        str | None,
        typer.Option(
            "--state", metavar="URL", help="Live store with units and closures: sqlite:///FILE, postgresql://..."
        ),
    ] = None,
    alarm: Annotated[int, typer.Option(min=1, max=20, help="Alarm level.")] = 1,
    weather: Annotated[
        list[str] | None, typer.Option("--weather", metavar="FLAG", help="Weather flag that is set. May be repeated.")
    ] = None,
    close: Close = None,
    at: At = None,
    map_file: Annotated[
        Path | None, typer.Option("--map", metavar="FILE.html", help="Draw the routes as one HTML page.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Recommend the units for a call: who is there first, why not others, and what that costs the rest of town.

    Units come from --units or --state; without either they are those of the town file, taken to be available. What is
    recommended is kept, so that `record replay` can make it again. Exit code 3 when no unit can go, or the place is unknown.

    Example: geo-dispatch recommend "Main St and Bridge St" --call-type structure_fire --map call.html
    """
    town, (where,) = split_town([first, second], wanted=("WHERE",))
    if units is not None and state is not None:
        raise typer.BadParameter("--units and --state both tell the units: give one of them")
    if map_file is not None:
        check_writable(
            map_file,
            option="--map",
            inputs={"the town file": named_town_file(town), **({} if units is None else {"--units": units})},
        )
    closures, moment = read_closures(close), read_time(at)
    from geo_dispatch.service import document

    service = open_service(town)
    with opened_desk(service, town, state, live=state is not None) as (desk, notes):
        given = None if units is None else desk.read_units(units, at=moment)
        plan = desk.plan(
            where, call_type, units=given, at=moment, closures=closures, alarm=alarm, weather=tuple(weather or ())
        )
    terminal = Terminal(as_json=as_json)
    for note in notes:
        terminal.note(note)
    if map_file is not None:
        write_text(map_file, service.draw_ways(plan), option="--map")
        terminal.note(f"map: {map_file.absolute()}")
    if as_json:
        terminal.document(document(plan.answer))
    else:
        _show(plan.answer, terminal)
    if not plan.answer.assignment:
        raise typer.Exit(_NOTHING_FOUND)


@contextmanager
def opened_desk(
    service: Service, town: str | None, state: str | None, *, live: bool
) -> Iterator[tuple[RecommendDesk, tuple[str, ...]]]:
    """Open what recommends and keeps recommendations.

    Parameters
    ----------
    service
        Over the town.
    town
        The town as it was named.
    state
        Live store; that of the settings when None, none when ``none``.
    live
        Units and closures are those of the store, which must be there then; else it only keeps what is recommended.

    Yields
    ------
    tuple
        What recommends, and what to tell of the store.

    Raises
    ------
    InputError
        If a store is needed and none is named.
    StoreError
        If a store is needed and can't be used.
    """
    from geo_dispatch.config import load_settings
    from geo_dispatch.live.store import LiveStore
    from geo_dispatch.service.live_desk import LiveDesk

    settings = load_settings()
    address = state or settings.model_copy(update={"town": str(town_path(town, settings))}).state_url
    if address is None or address == "none":
        if live:
            raise InputError("--state none holds no units: leave it out, or give sqlite:///FILE or postgresql://...")
        yield _unkept(service), ()
        return
    store = LiveStore(address)
    try:
        if live:
            store.check_readable()
            yield LiveDesk(service, store).recommend, ()
            return
        desk, notes = _keeping(service, store)
        yield desk, notes
    finally:
        store.close()


def _unkept(service: Service) -> RecommendDesk:
    from geo_dispatch.service.recommend_desk import RecommendDesk
    from geo_dispatch.service.town_facts import neighbours_of, run_cards_of

    return RecommendDesk(service, run_cards=run_cards_of(service.town), neighbours=neighbours_of(service.town))


def _keeping(service: Service, store: Any) -> tuple[RecommendDesk, tuple[str, ...]]:
    """Return what keeps recommendations in a store but takes no units from it; one that can't be used keeps nothing."""
    from geo_dispatch.live.recommendations import Recommendations
    from geo_dispatch.service.recommend_desk import RecommendDesk
    from geo_dispatch.service.town_facts import neighbours_of, run_cards_of

    meta = service.town.meta
    try:
        store.prepare(", ".join(filter(None, (meta.name, meta.state))))
    except StoreError as error:
        return _unkept(service), (f"NOT KEPT: {error}",)
    cards, neighbours = run_cards_of(service.town), neighbours_of(service.town)
    return RecommendDesk(service, run_cards=cards, neighbours=neighbours, records=Recommendations(store)), ()


def _show(answer: RecommendAnswer, terminal: Terminal) -> None:
    """Write a recommendation for people."""
    card = answer.run_card
    asks = ", ".join(f"{row.count} {row.capability}" for row in card.requirements)
    terminal.heading(f"{answer.call_type}, {answer.place['label']}")
    terminal.text(f"run card {card.card_id} ({card.name}): {asks}")
    terminal.text("")
    terminal.table(["send", "as", "there in", "between", "drive"], [_line(row) for row in answer.assignment])
    for row in answer.assignment:
        for avoided in row.route.avoided:
            terminal.text(f"{row.unit} avoids {avoided.what}: {avoided.reason}; detour +{avoided.detour_s:.0f} s")
    for short in answer.shortfall:
        terminal.text(f"MISSING {short.missing} of {short.needed} {short.capability}: {short.reason}")
        for offer in short.mutual_aid:
            over = "time to call unknown" if offer["call_over_s"] is None else f"call-over {offer['call_over_s']:.0f} s"
            terminal.text(f"  {offer['neighbour']} can send {offer['count']}: {offer['phone'] or 'no number'}, {over}")
    terminal.text("")
    others = [row for row in answer.considered if not row.reason.startswith("goes as ")]
    terminal.table(["not sent", "why"], [[row.unit, row.reason] for row in others])
    _show_consequences(answer, terminal)
    terminal.text(f"record: {answer.record_id or 'not kept'}")
    terminal.warnings(answer.warnings)


def _line(row: Any) -> list[str]:
    low, high = (_clock(bound) for bound in row.interval_s)
    drives = f"{_clock(row.travel_time_s)}, {format_distance(row.route.length_m)}"
    return [row.unit, row.role, _clock(row.response_time_s), f"{low} to {high}", drives]


def _clock(seconds: float) -> str:
    """Return minutes and seconds, as 4:07."""
    return f"{round(seconds) // 60}:{round(seconds) % 60:02d}"


def _show_consequences(answer: RecommendAnswer, terminal: Terminal) -> None:
    lost = answer.coverage_after
    terminal.text("")
    if answer.assignment:
        road = format_distance(lost.road_m_lost) if lost.road_m_lost else "no metre"
        terminal.text(
            f"left uncovered ({_clock(lost.threshold_s)} drive): {lost.addresses_lost} addresses, {road} of road"
        )
    for move in answer.move_up:
        terminal.text(
            f"move up: {move.unit} ({move.capability}) to {move.station_name}, {_clock(move.travel_time_s)} away, "
            f"covers {move.addresses_restored} addresses and {format_distance(move.road_m_restored)} more"
        )
    for flip in answer.flips_if:
        odds = f" ({flip.probability:.0%})" if flip.probability is not None else ""
        then = f"{' and '.join(flip.then) or 'nobody'} instead of {' and '.join(flip.instead_of) or 'nobody'}"
        terminal.text(f"if {flip.what}{odds}: {then}")
