"""Checks across the rows of a pack that one row alone can't tell: run cards, mutual aid, capabilities."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from geo_dispatch.build.pack_files import CheckedRow
from geo_dispatch.build.pack_models import Neighbour, RunCard, Unit
from geo_dispatch.errors import PackError, RunCardError
from geo_dispatch.live import run_cards as live
from geo_dispatch.schema import Problem
from geo_dispatch.yaml_lines import did_you_mean

__all__ = ["check_run_cards", "odd_capabilities", "odd_run_cards"]

Rows = Mapping[str, Sequence[CheckedRow]]

_MISTYPED = 0.85
"""How alike two words must be for one to be taken for a slip of the other; als and bls (0.67) are two things."""


def check_run_cards(rows: Rows) -> None:
    """Refuse run cards that contradict each other, units of unknown neighbours, and mistyped capabilities.

    Parameters
    ----------
    rows
        Table to its checked rows.

    Raises
    ------
    PackError
        If a card extends one that there is none of, or itself in the end; if two hold under the same conditions; if a unit
        names a neighbour that there is none of; if a capability is all but one that a unit has. The message begins with
        file and line.
    """
    found = {str(getattr(row.model, "card_id", "")): row for row in rows.get("run_cards", ())}
    try:
        live.check_cards([_card(cast(RunCard, row.model)) for row in found.values()])
    except RunCardError as error:
        raise PackError(f"{found[str(error.details['card_id'])].source}: {error}") from None
    _check_neighbours(rows)
    _check_capabilities(rows)


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


def _check_neighbours(rows: Rows) -> None:
    known = [cast(Neighbour, row.model).name for row in rows.get("neighbours", ())]
    for row in rows.get("units", ()):
        name = cast(Unit, row.model).neighbour
        if name is not None and name not in known:
            hint = did_you_mean(name, known) or f": the neighbours are {', '.join(known) or 'none'}"
            raise PackError(f"{row.source}: neighbour {name!r} is not in neighbours{hint}")


def _had(rows: Rows) -> set[str]:
    """Return every capability that a unit has or a neighbour provides."""
    units = {name for row in rows.get("units", ()) for name in cast(Unit, row.model).capabilities}
    aid = {part.capability for row in rows.get("neighbours", ()) for part in cast(Neighbour, row.model).provides}
    return units | aid


def _asked(rows: Rows) -> Iterator[tuple[CheckedRow, str]]:
    for row in rows.get("run_cards", ()):
        for part in cast(RunCard, row.model).requirements:
            yield row, part.capability


def _check_capabilities(rows: Rows) -> None:
    """Refuse what is surely mistyped; what no unit has is only remarked on (`odd_capabilities`)."""
    had = _had(rows)
    for row, capability in _asked(rows):
        if capability not in had:
            close = difflib.get_close_matches(capability, sorted(had), n=1, cutoff=_MISTYPED)
            if close:
                raise PackError(f"{row.source}: no unit has the capability {capability!r}: did you mean {close[0]!r}?")


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
