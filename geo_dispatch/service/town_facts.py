"""What a town file holds for the live store: its units, run cards and neighbours, and where a unit can be."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import shapely

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import CoordinateError, UnitReportError
from geo_dispatch.geometry import LonLat
from geo_dispatch.live.models import UnitSeed
from geo_dispatch.live.mutual_aid import Neighbour
from geo_dispatch.live.run_cards import Requirement, RunCard, RunCards
from geo_dispatch.town.columns import TableColumns
from geo_dispatch.town.town import Town

__all__ = ["RoadReach", "neighbours_of", "run_cards_of", "unit_seeds_of"]

_CELL_M = 500.0


def _number(table: TableColumns, column: str, row: int) -> float | None:
    value = float(table.numbers(column)[row])
    return value if math.isfinite(value) else None


def _requirements(rows: list[Mapping[str, Any]] | None) -> tuple[Requirement, ...]:
    return tuple(Requirement(str(row["capability"]), int(row["count"])) for row in rows or ())


def unit_seeds_of(town: Town) -> tuple[UnitSeed, ...]:
    """Return the units of a town file.

    Parameters
    ----------
    town
        The town.

    Returns
    -------
    tuple of UnitSeed
        In the order of the file; what it doesn't tell is None.
    """
    table, neighbours = town.table("units"), {row.name: row for row in neighbours_of(town)}
    seeds = []
    for row in range(len(table)):
        texts = {
            name: table.text(name)[row]
            for name in ("station_id", "agency", "neighbour", "profile", "staffing", "crew_group")
        }
        crew, neighbour = int(table.numbers("crew")[row]), neighbours.get(texts["neighbour"] or "")
        seeds.append(
            UnitSeed(
                unit_id=str(table.text("unit_id")[row]),
                name=str(table.text("name")[row]),
                kind=str(table.text("kind")[row]),
                capabilities=tuple(table.json("capabilities", row) or ()),
                crew=crew if crew >= 0 else None,
                call_over_s=None if neighbour is None else neighbour.call_over_s,
                home_lon=_number(table, "lon", row),
                home_lat=_number(table, "lat", row),
                weight_t=_number(table, "weight_t", row),
                height_m=_number(table, "height_m", row),
                width_m=_number(table, "width_m", row),
                length_m=_number(table, "length_m", row),
                **texts,
            )
        )
    return tuple(seeds)


def neighbours_of(town: Town) -> tuple[Neighbour, ...]:
    """Return the neighbours of a town file, with what they provide.

    Parameters
    ----------
    town
        The town.

    Returns
    -------
    tuple of Neighbour
        In the order of the file.
    """
    table = town.table("neighbours")
    return tuple(
        Neighbour(
            name=str(table.text("name")[row]),
            state=str(table.text("state")[row]),
            agency=table.text("agency")[row],
            phone=table.text("phone")[row],
            provides=_requirements(table.json("provides", row)),
            call_over_s=_number(table, "call_over_s", row),
        )
        for row in range(len(table))
    )


def run_cards_of(town: Town) -> RunCards:
    """Return the run cards of a town file, checked.

    Parameters
    ----------
    town
        The town.

    Returns
    -------
    RunCards
        Perhaps none.

    Raises
    ------
    RunCardError
        If a card can't be used: somebody has changed the town file behind the build's back.
    """
    table = town.table("run_cards")
    cards = []
    for row in range(len(table)):
        wkb = table.wkb(row)
        shape = None if wkb is None else cast(shapely.MultiPolygon, shapely.from_wkb(wkb))
        cards.append(
            RunCard(
                card_id=str(table.text("card_id")[row]),
                call_type=str(table.text("call_type")[row]),
                name=str(table.text("name")[row]),
                requirements=_requirements(table.json("requirements", row)),
                alarm=int(table.numbers("alarm")[row]),
                when=table.text("when")[row],
                area=table.text("area")[row],
                shape=shape,
                weather=frozenset(table.json("weather", row) or ()),
                extends=table.text("extends")[row],
            )
        )
    west, south, east, north = town.extent
    return RunCards(cards, lon=(west + east) / 2, lat=(south + north) / 2)


class RoadReach:
    """Tells whether a unit can be at a position: within the town's roads, and no land vehicle far from all of them.

    Parameters
    ----------
    town
        The town.
    """

    def __init__(self, town: Town) -> None:
        limits = load_table("geo_dispatch.live", "limits")
        self._town = town
        self._slack_deg = float(limits["extent_slack_deg"])
        self._most_m = float(limits["max_roadless_m"])
        self._on_water = tuple(load_table("geo_dispatch.live", "kinds")["on_water"])
        network = town.network
        x, y = town.projection.arrays_to_xy(np.asarray(network.vertex_lon), np.asarray(network.vertex_lat))
        cells = np.stack([np.floor(x / _CELL_M), np.floor(y / _CELL_M)], axis=1).astype(np.int64)
        self._cells = np.unique(cells, axis=0) * _CELL_M + _CELL_M / 2

    def check(self, unit_id: str, kind: str, position: LonLat) -> None:
        """Refuse a position where a unit can't be.

        Parameters
        ----------
        unit_id
            For the message.
        kind
            Boats may be far from roads.
        position
            Degrees.

        Raises
        ------
        UnitReportError
            If it lies outside the town's roads, or far from all of them.
        """
        try:
            self._town.check_covers(position, slack_deg=self._slack_deg)
        except CoordinateError as error:
            raise UnitReportError(f"{unit_id} can't be there: {error}") from None
        if kind in self._on_water:
            return
        x, y = self._town.projection.to_xy(position.lon, position.lat)
        # Cells tell the distance to half their diagonal.
        away_m = float(np.hypot(self._cells[:, 0] - x, self._cells[:, 1] - y).min()) - _CELL_M * math.sqrt(0.5)
        if away_m > self._most_m:
            raise UnitReportError(
                f"{unit_id} can't be at {position.lon:g},{position.lat:g}: a {kind}, {away_m / 1000:.1f} km from every road; "
                "check the position, or its unit"
            )
