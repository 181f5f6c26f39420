"""The vehicles of a town's own units: their profile, and the sizes that its pack gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_dispatch.errors import ProfileError
from geo_dispatch.routing.profiles import VehicleSize, get_profile
from geo_dispatch.town.town import Town
from geo_dispatch.yaml_lines import did_you_mean

__all__ = ["UnitVehicle", "unit_vehicle"]


@dataclass(frozen=True, slots=True)
class UnitVehicle:
    """The vehicle of a unit: what `geo_dispatch.routing.Router` is asked with.

    Attributes
    ----------
    profile
        Id of a vehicle profile.
    size
        The unit's own sizes, None where the pack gives none: the profile's are taken then.
    """

    profile: str
    size: VehicleSize


def unit_vehicle(town: Town, unit_id: str) -> UnitVehicle:
    """Return the vehicle of one of the units that the town's pack lists.

    Parameters
    ----------
    town
        The town.
    unit_id
        Its radio name.

    Raises
    ------
    ProfileError
        If the town has no such unit, or the unit no profile.
    """
    units = town.table("units")
    ids = units.text("unit_id")
    known = [name for name in ids if name is not None]
    if unit_id not in known:
        raise ProfileError(f"the town has no unit {unit_id!r}{did_you_mean(unit_id, known) or ': see its table units'}")
    row = known.index(unit_id)
    profile = units.text("profile")[row]
    if profile is None:
        raise ProfileError(f"the unit {unit_id} has no vehicle profile: give it one in the pack's units")
    sizes = {name: float(units.numbers(name)[row]) for name in ("weight_t", "height_m", "width_m", "length_m")}
    size = VehicleSize(**{name: value for name, value in sizes.items() if np.isfinite(value)})
    return UnitVehicle(get_profile(profile).id, size)
