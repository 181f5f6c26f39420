"""Vehicle profiles: who may use which road, and how sure a travel time is. The figures are in ``profiles.yaml``."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import ProfileError

__all__ = ["Use", "VehicleProfile", "get_profile", "list_profiles"]

Use = Literal["open", "ends", "closed"]
"""What a road is to a profile: used; used only at the trip's two ends; not used."""


@dataclass(frozen=True, slots=True)
class VehicleProfile:
    """How one kind of vehicle uses the roads.

    Attributes
    ----------
    id, name, summary
        How to ask for it, how to show it, whom it stands for.
    speed_factor
        Times the edges' car speed.
    interval_low_factor, interval_high_factor, interval_high_extra_s, interval_basis
        The interval of a travel time: ``[low * t, high * t + extra]`` seconds, and what it rests on.
    access_keys
        The keys whose first value decides.
    access_use
        Use by access value; absent values are open.
    emergency_opens
        Values of the key ``emergency`` that open a road whatever the access keys say.
    highway_use, service_use
        Use by road class and kind of service road where no access key has a value.
    reversible_use
        Use of roads that are open one way at a time.
    barrier_blocks, barrier_blocks_with_access, barrier_passes_with_access, barrier_mentioned
        Barrier kinds and access values at nodes: which stop the vehicle, which are worth a warning.
    """

    id: str
    name: str
    summary: str
    speed_factor: float
    interval_low_factor: float
    interval_high_factor: float
    interval_high_extra_s: float
    interval_basis: str
    access_keys: tuple[str, ...]
    access_use: dict[str, Use] = field(hash=False)
    emergency_opens: frozenset[str]
    highway_use: dict[str, Use] = field(hash=False)
    service_use: dict[str, Use] = field(hash=False)
    reversible_use: Use
    barrier_blocks: frozenset[str]
    barrier_blocks_with_access: frozenset[str]
    barrier_passes_with_access: frozenset[str]
    barrier_mentioned: frozenset[str]

    def interval_s(self, travel_time_s: float) -> tuple[float, float]:
        """Return the interval around a travel time, seconds.

        Examples
        --------
        >>> get_profile("car").interval_s(100.0)
        (80.0, 160.0)
        """
        if travel_time_s <= 0:
            return 0.0, 0.0
        return (
            travel_time_s * self.interval_low_factor,
            travel_time_s * self.interval_high_factor + self.interval_high_extra_s,
        )


def _by_value(groups: dict[str, list[str]]) -> dict[str, Use]:
    return {value: use for use, values in groups.items() for value in values}  # type: ignore[misc]


@cache
def _profiles() -> dict[str, VehicleProfile]:
    return {key: _read_profile(key, row) for key, row in load_table("geo_dispatch.routing", "profiles").items()}


def _read_profile(key: str, row: dict[str, Any]) -> VehicleProfile:
    interval, barriers = row["interval"], row["barriers"]
    return VehicleProfile(
        id=key,
        name=row["name"],
        summary=row["summary"],
        speed_factor=float(row["speed_factor"]),
        interval_low_factor=float(interval["low_factor"]),
        interval_high_factor=float(interval["high_factor"]),
        interval_high_extra_s=float(interval["high_extra_s"]),
        interval_basis=interval["basis"],
        access_keys=tuple(row["access_keys"]),
        access_use=_by_value(row["access_values"]),
        emergency_opens=frozenset(row["emergency_opens"]),
        highway_use=_by_value(row["highway_use"]),
        service_use=_by_value(row["service_use"]),
        reversible_use=row["reversible_use"],
        barrier_blocks=frozenset(barriers["block"]),
        barrier_blocks_with_access=frozenset(barriers["block_with_access"]),
        barrier_passes_with_access=frozenset(barriers["pass_with_access"]),
        barrier_mentioned=frozenset(barriers["mention"]),
    )


def list_profiles() -> tuple[str, ...]:
    """List the ids of all vehicle profiles.

    Examples
    --------
    >>> "car" in list_profiles()
    True
    """
    return tuple(_profiles())


def get_profile(profile: str) -> VehicleProfile:
    """Return a vehicle profile by its id.

    Raises
    ------
    ProfileError
        If there is none of that id; the message names those there are.

    Examples
    --------
    >>> get_profile("car").name
    'Car'
    """
    found = _profiles().get(profile)
    if found is None:
        raise ProfileError(f"there is no vehicle profile {profile!r}: use one of {', '.join(_profiles())}")
    return found
