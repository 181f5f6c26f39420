"""Positions that a text gives, in whatever notation: which of their readings lies in the town, and how far off they are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from geo_dispatch.locate.answer import Why
from geo_dispatch.locate.candidates.coordinates import read_coordinates
from geo_dispatch.locate.candidates.grids import read_grid
from geo_dispatch.locate.candidates.map_links import read_links
from geo_dispatch.locate.candidates.plus_codes import read_plus_code
from geo_dispatch.locate.candidates.said_position import Choice, SaidPosition
from geo_dispatch.locate.draft import Draft
from geo_dispatch.locate.localities import Localities
from geo_dispatch.locate.outside import covers, how_far
from geo_dispatch.locate.tables import load_model
from geo_dispatch.locate.tables.inputs import load_inputs
from geo_dispatch.town.town import Town

__all__ = ["list_positions", "outside_message", "position_drafts", "spans"]


def list_positions(town: Town, localities: Localities, text: str) -> Iterator[SaidPosition]:
    """Yield the positions in a text, the surest notation first.

    Parameters
    ----------
    town
        The town.
    localities
        Its towns and villages.
    text
        The text as given.
    """
    return chain(
        read_links(text),
        read_plus_code(town, localities, text),
        read_coordinates(text),
        read_grid(town, text),
    )


def position_drafts(town: Town, said: SaidPosition) -> list[Draft]:
    """Return the places in town that a position may be; none when it lies outside.

    What was said in full goes before what had to be completed.

    Parameters
    ----------
    town
        The town.
    said
        The position.
    """
    fitting = [choice for choice in said.choices if covers(town, choice.position)]
    whole = [choice for choice in fitting if not choice.completed]
    kept = whole[:1] or fitting
    return [_draft(town, said, choice) for choice in kept]


def _draft(town: Town, said: SaidPosition, choice: Choice) -> Draft:
    model, table = load_model(), load_inputs()
    position, radius = choice.position, said.radius90_m
    found = town.boundaries.find_municipality(position.lon, position.lat)
    label = f"{position.lat:.6f}, {position.lon:.6f}"
    why = [Why(said.clause, f"coordinates as {choice.how}", "lies within the town's road network", "supported")]
    warnings: list[str] = []
    if said.cell_m >= table.coarse_m:
        effect = f"given only to about {_rounded(said.cell_m)}"
        why.append(Why(said.clause, "precision", effect, "neutral"))
        warnings.append(f"the position is {effect}: ask for all its digits")
    if choice.completed:
        warnings.append(f"“{said.clause}” was read as {choice.how}: make sure of it")
    return Draft(
        kind="coordinate",
        label=label,
        topic=label,
        lon=position.lon,
        lat=position.lat,
        weight=1.0,
        known=model.known(1.0) * (table.completed if choice.completed else 1.0),
        similarity=1.0,
        radius90_m=radius,
        municipality=found.name if found else None,
        why=tuple(why),
        warnings=tuple(warnings),
    )


def _rounded(metres: float) -> str:
    return f"{metres / 1000:.1f} km" if metres >= 1000 else f"{metres:.0f} m"


def outside_message(town: Town, said: SaidPosition) -> str:
    """Say that a position lies outside the town's road network, and how far.

    Parameters
    ----------
    town
        The town.
    said
        The position.
    """
    places = [choice for choice in said.choices if not choice.completed] or list(said.choices)
    west, south, east, north = town.extent
    nearest = min(
        (choice.position for choice in places),
        key=lambda position: abs(position.lon - (west + east) / 2) + abs(position.lat - (south + north) / 2),
    )
    both = " (or the other way)" if len(places) > 1 else ""
    return (
        f"“{said.clause}” is outside {town.meta.name}'s road network, {how_far(town, nearest)}, "
        f"read as latitude {nearest.lat:g}, longitude {nearest.lon:g}{both}"
    )


def spans(town: Town) -> str:
    """Say what the town's road network spans.

    Parameters
    ----------
    town
        The town.
    """
    west, south, east, north = town.extent
    return f"it spans longitude {west:.4f} to {east:.4f}, latitude {south:.4f} to {north:.4f}"
