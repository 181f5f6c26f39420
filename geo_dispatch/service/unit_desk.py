"""Units as desks see and change them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import InputError
from geo_dispatch.geometry import LonLat
from geo_dispatch.live.journal import read_head
from geo_dispatch.live.models import Unit, UnitSeed
from geo_dispatch.live.reports import Reports
from geo_dispatch.live.run_cards import RunCards
from geo_dispatch.live.units import Units
from geo_dispatch.routing import get_profile
from geo_dispatch.service.live_answers import UnitAnswer, UnitsAnswer
from geo_dispatch.service.live_state import LiveState, aged, one_of
from geo_dispatch.service.town_facts import RoadReach, unit_seeds_of
from geo_dispatch.town.town import Town
from geo_dispatch.yaml_lines import did_you_mean

__all__ = ["UnitDesk"]


class UnitDesk:
    """What desks do with units.

    Parameters
    ----------
    state
        The live store.
    town
        Tells where a unit can be, and which stations there are.
    run_cards
        Tell what a unit can be asked for.
    """

    def __init__(self, state: LiveState, town: Town, run_cards: RunCards) -> None:
        self._state = state
        self._town = town
        self.run_cards = run_cards
        self._units = Units(state.store)
        self._reports = Reports(state.store)

    def list_units(self, *, retired: bool = False) -> UnitsAnswer:
        """Return all units.

        Parameters
        ----------
        retired
            Those that were taken off, too.

        Returns
        -------
        UnitsAnswer
            As they are; as they were seen last when the store is lost.

        Raises
        ------
        StoreUnavailableError
            If the store is lost and was never seen.
        """

        def ask() -> tuple[tuple[Unit, ...], int]:
            with self._state.store.read() as connection:
                return self._units.read(connection, retired=retired), read_head(connection).seq

        (found, seq), told = self._state.or_last(ask, lambda kept: (aged(kept, self._state.store.clock()), kept.seq))
        return UnitsAnswer(found, seq, self._state.warnings(*told))

    def get_unit(self, unit_id: str) -> UnitAnswer:
        """Return one unit; as `list_units`, and raises UnknownRecordError if there is none of that id."""
        found, told = self._state.or_last(
            lambda: self._units.get_unit(unit_id),
            lambda kept: one_of(aged(kept, self._state.store.clock()), "unit", unit_id),
        )
        return UnitAnswer(found, self._state.warnings(*told))

    def add(self, seed: UnitSeed, *, actor: str | None) -> UnitAnswer:
        """Add a unit; raises as `Units.add`, ProfileError, and InputError for what the town doesn't know."""
        self._check_written({name: getattr(seed, name) for name in UnitSeed.__dataclass_fields__})
        return UnitAnswer(self._units.add(seed, actor=actor), self._state.warnings())

    def edit(self, unit_id: str, changes: Mapping[str, Any], *, actor: str | None, version: int | None) -> UnitAnswer:
        """Change what is written down of a unit; raises as `Units.edit`, and as `add`."""
        self._check_written(changes)
        return UnitAnswer(self._units.edit(unit_id, changes, actor=actor, version=version), self._state.warnings())

    def set_status(
        self, unit_id: str, status: str, *, actor: str | None, at: datetime | None, note: str | None
    ) -> UnitAnswer:
        """Say what a unit is doing; raises as `Reports.set_status`."""
        return UnitAnswer(
            self._reports.set_status(unit_id, status, actor=actor, at=at, note=note), self._state.warnings()
        )

    def set_position(
        self,
        unit_id: str,
        position: LonLat,
        *,
        actor: str | None,
        at: datetime | None,
        accuracy_m: float | None,
        source: str | None,
    ) -> UnitAnswer:
        """Say where a unit is; raises as `Reports.set_position`, also where no such unit can be."""
        self._reach.check(unit_id, self._units.get_unit(unit_id).kind, position)
        unit = self._reports.set_position(
            unit_id, position.lon, position.lat, at=at, accuracy_m=accuracy_m, source=source, actor=actor
        )
        return UnitAnswer(unit, self._state.warnings())

    @cached_property
    def _reach(self) -> RoadReach:
        return RoadReach(self._town)

    def _check_written(self, values: Mapping[str, Any]) -> None:
        """Refuse what nobody knows: a kind, a profile, a station, a capability; and half a home."""
        kinds = load_table("geo_dispatch.live", "kinds")["kinds"]
        if "kind" in values and values["kind"] not in kinds:
            hint = did_you_mean(values["kind"], kinds) or f": the kinds are {', '.join(kinds)}"
            raise InputError(f"there is no kind of unit {values['kind']!r}{hint}")
        if values.get("profile") is not None:
            get_profile(values["profile"])
        stations = list(self._town.table("stations").text("station_id"))
        station = values.get("station_id")
        if station is not None and station not in stations:
            known = [text for text in stations if text is not None]
            hint = did_you_mean(station, known) or f": the stations are {', '.join(known) or 'none'}"
            raise InputError(f"there is no station {station!r}{hint}")
        asked = dict.fromkeys(
            (*self.run_cards.capabilities, *(c for seed in unit_seeds_of(self._town) for c in seed.capabilities))
        )
        for capability in values.get("capabilities") or ():
            if asked and capability not in asked:
                hint = did_you_mean(capability, asked) or f": those asked for are {', '.join(asked)}"
                raise InputError(f"no run card and no unit of the town file has the capability {capability!r}{hint}")
        if (values.get("home_lon") is None) != (values.get("home_lat") is None):
            raise InputError("home_lon and home_lat go together: give both or neither")
