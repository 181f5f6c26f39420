"""Which units can be sent at all, and why others can't."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import InputError
from geo_dispatch.geometry import LonLat
from geo_dispatch.hours import Hours
from geo_dispatch.live.statuses import load_workflow
from geo_dispatch.recommend.call import CallUnit

__all__ = ["Screen", "is_on_call"]


@dataclass(frozen=True, slots=True)
class Screen:
    """Tells why a unit can't be sent; None when it can.

    Attributes
    ----------
    at
        The moment, with a time zone.
    town
        A position in the town: staffing hours are by its clock.
    """

    at: datetime
    town: LonLat

    def against(self, unit: CallUnit) -> str | None:
        """Tell what keeps a unit from any call now: its status, crew, or whereabouts."""
        reasons = (
            (unit.incident_id is not None, f"is {_status(unit)} on incident {unit.incident_id}"),
            (not unit.assignable, f"is {_status(unit)}"),
            (unit.crew_out_with is not None, f"its crew is out with {unit.crew_out_with}"),
            (unit.crew == 0, "has no crew"),
            (unit.kind in _by_water(), "goes by water: no road brings it there"),
            (unit.last_position is None and unit.home is None, "nobody knows where it is: no position, no quarters"),
        )
        found = next((reason for holds, reason in reasons if holds), None)
        if found is None and unit.status_assumed and self._is_unstaffed(unit):
            return f"is staffed {unit.staffing} only, and nobody has said that it is available"
        return found

    def lacks(self, unit: CallUnit, wanted: Collection[str]) -> str | None:
        """Tell that a unit is none that the card asks for."""
        if set(unit.capabilities) & set(wanted):
            return None
        able = ", ".join(unit.capabilities) or "no capability on file"
        return f"the card asks for {', '.join(wanted)}: it is {able}"

    def _is_unstaffed(self, unit: CallUnit) -> bool:
        if unit.staffing is None or is_on_call(unit):
            return False
        return _state(unit.staffing, self.town, self.at) == "closed"


def _by_water() -> list[str]:
    kinds: list[str] = load_table("geo_dispatch.recommend", "figures")["by_water"]
    return kinds


def is_on_call(unit: CallUnit) -> bool:
    """Tell whether a unit's crew must come in first."""
    return (unit.staffing or "").strip().lower() in load_table("geo_dispatch.recommend", "turnout")["on_call_words"]


@lru_cache(maxsize=256)
def _hours(text: str, town: LonLat) -> Hours | None:
    try:
        return Hours(text, lon=town.lon, lat=town.lat)
    except InputError:
        return None


def _state(text: str, town: LonLat, at: datetime) -> str:
    hours = _hours(text, town)
    return "unknown" if hours is None else hours.state(at)


def _status(unit: CallUnit) -> str:
    return load_workflow().get_status(unit.status).name.lower()
