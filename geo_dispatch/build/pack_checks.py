"""Checks across the rows of a pack that one row alone can't tell: ids, references, run cards, capabilities."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import cast

from geo_dispatch.build.pack_files import CheckedRow, Faults
from geo_dispatch.build.pack_models import Neighbour, RunCard, Service, Station, Unit
from geo_dispatch.errors import ProfileError, RunCardError
from geo_dispatch.live import run_cards as live
from geo_dispatch.routing.profiles import get_profile
from geo_dispatch.schema import Problem
from geo_dispatch.yaml_lines import did_you_mean

__all__ = ["check_rows", "odd_capabilities", "odd_run_cards"]

Rows = dict[str, list[CheckedRow]]

_MISTYPED = 0.85
"""How alike two words must be for one to be taken for a slip of the other; als and bls (0.67) are two things."""


def check_rows(rows: Rows, faults: Faults, *, thorough: bool) -> None:
    """Take out the rows that contradict others, or name what there is none of, and note why.

    Parameters
    ----------
    rows
        Table to its checked rows; changed.
    faults
        Told of each: ids used twice, unknown stations, services, profiles, neighbours, mistyped capabilities, run cards that
        extend none or themselves or hold under the same conditions as another.
    thorough
        Follow faults up: also take out the rows that only miss what another fault took out. Else those are not spoken of.
    """
    for table in rows:
        _keep(rows, table, faults, _ids_once())
    whole = {table for table in rows if thorough or not any(line.startswith(f"{table}.") for line in faults.lines)}
    stations = {str(cast(Station, row.model).station_id) for row in rows.get("stations", ())}
    services = {str(cast(Service, row.model).service_id) for row in rows.get("directory", ())}
    neighbours = {str(cast(Neighbour, row.model).name) for row in rows.get("neighbours", ())}
    for table, key, known, file in (
        ("units", "station_id", stations, "stations"),
        ("units", "neighbour", neighbours, "neighbours"),
        ("notes", "service_id", services, "directory"),
        ("jurisdictions", "service_id", services, "directory"),
    ):
        if file in whole or file not in rows:
            _keep(rows, table, faults, _known(key, known, file))
    _keep(rows, "units", faults, _profile)
    if thorough or not {"units", "neighbours"} & (set(rows) - whole):
        _keep(rows, "run_cards", faults, partial(_capabilities, sorted(_had(rows))))
    if "run_cards" in whole:
        _check_cards(rows, faults, thorough=thorough)


def _keep(rows: Rows, table: str, faults: Faults, wrong: Callable[[CheckedRow], str | None]) -> None:
    """Keep the rows of a table that nothing is wrong with."""
    kept = []
    for row in rows.get(table, ()):
        said = wrong(row)
        if said is None:
            kept.append(row)
        else:
            faults.add(f"{row.source}: {said}")
    if table in rows:
        rows[table] = kept


def _ids_once() -> Callable[[CheckedRow], str | None]:
    seen: dict[str, str] = {}

    def wrong(row: CheckedRow) -> str | None:
        key = row.model.id_key
        value = getattr(row.model, key) if key else None
        if value is None:
            return None
        first = seen.setdefault(value, row.source)
        return None if first is row.source else f"{key} {value!r} is used at {first} too: ids must differ"

    return wrong


def _known(key: str, known: set[str], file: str) -> Callable[[CheckedRow], str | None]:
    """Refuse a row that names, under a key, what another file lacks."""

    def wrong(row: CheckedRow) -> str | None:
        value = getattr(row.model, key)
        if value is None or value in known:
            return None
        hint = did_you_mean(value, sorted(known)) or f": {file} has {', '.join(sorted(known)) or 'none'}"
        return f"{key} {value!r} is not in {file}{hint}"

    return wrong


def _profile(row: CheckedRow) -> str | None:
    """Refuse a vehicle profile that there is none of: a mistyped one would leave the unit without routes."""
    profile = cast(Unit, row.model).profile
    try:
        if profile is not None:
            get_profile(profile)
    except ProfileError as error:
        return str(error)
    return None


def _check_cards(rows: Rows, faults: Faults, *, thorough: bool) -> None:
    """Take out run cards until those that are left can be told apart."""
    while True:
        found = {str(cast(RunCard, row.model).card_id): row for row in rows.get("run_cards", ())}
        try:
            live.check_cards([_card(cast(RunCard, row.model)) for row in found.values()])
        except RunCardError as error:
            bad = found[str(error.details["card_id"])]
            faults.add(f"{bad.source}: {error}")
            rows["run_cards"] = [row for row in rows["run_cards"] if row is not bad]
            if not thorough:
                return
        else:
            return


def _card(model: RunCard) -> live.RunCard:
    return live.RunCard(
        card_id=model.card_id,
        call_type=model.call_type,
        name=model.name,
        requirements=tuple(live.Requirement(part.capability, part.count) for part in model.requirements),
        alarm=model.alarm,
        when=model.when,
        area=model.area,
        weather=frozenset(model.weather),
        extends=model.extends,
    )


def _had(rows: Rows) -> set[str]:
    """Return every capability that a unit has or a neighbour provides."""
    units = {name for row in rows.get("units", ()) for name in cast(Unit, row.model).capabilities}
    aid = {part.capability for row in rows.get("neighbours", ()) for part in cast(Neighbour, row.model).provides}
    return units | aid


def _asked(rows: Rows) -> Iterator[tuple[CheckedRow, str]]:
    for row in rows.get("run_cards", ()):
        for part in cast(RunCard, row.model).requirements:
            yield row, part.capability


def _capabilities(had: Sequence[str], row: CheckedRow) -> str | None:
    """Refuse what is surely mistyped; what no unit has is only remarked on (`odd_capabilities`)."""
    for part in cast(RunCard, row.model).requirements:
        close = difflib.get_close_matches(part.capability, had, n=1, cutoff=_MISTYPED)
        if part.capability not in had and close:
            return f"no unit has the capability {part.capability!r}: did you mean {close[0]!r}?"
    return None


def odd_capabilities(rows: Rows) -> Iterator[Problem]:
    """Yield a problem for each capability that a card asks for and nobody has.

    Parameters
    ----------
    rows
        Table to its checked rows.

    Yields
    ------
    Problem
        Named by the card's file and line.
    """
    had = _had(rows)
    for row, capability in _asked(rows):
        if capability not in had:
            detail = f"no unit of the pack has the capability {capability!r}"
            yield Problem("capability_without_unit", row.source, detail)


def odd_run_cards(rows: Rows) -> Iterator[Problem]:
    """Yield a problem for each call type whose higher alarm has no card for the alarm below.

    Parameters
    ----------
    rows
        Table to its checked rows.

    Yields
    ------
    Problem
        Named by the card's file and line.
    """
    cards = [(row, cast(RunCard, row.model)) for row in rows.get("run_cards", ())]
    have = {(card.call_type, card.alarm) for _, card in cards}
    for row, card in cards:
        if card.alarm > 1 and (card.call_type, card.alarm - 1) not in have:
            detail = f"{card.call_type} has a card for alarm {card.alarm}, and none for alarm {card.alarm - 1}"
            yield Problem("alarm_without_lower", row.source, detail)
