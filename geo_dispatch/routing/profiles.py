"""Vehicle profiles: who may use which road, how large and how fast a vehicle is. The figures are in ``profiles.yaml``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import ProfileError
from geo_dispatch.yaml_lines import did_you_mean

__all__ = ["TurnFactors", "Use", "VehicleProfile", "VehicleSize", "get_profile", "list_profiles"]

Use = Literal["open", "ends", "closed"]
"""What a road is to a profile: used; used only at the trip's two ends; not used."""


@dataclass(frozen=True, slots=True)
class VehicleSize:
    """How large a vehicle is; None where unknown, which sets no limit.

    Attributes
    ----------
    weight_t
        Loaded weight, tonnes.
    height_m, width_m, length_m
        Metres.
    """

    weight_t: float | None = None
    height_m: float | None = None
    width_m: float | None = None
    length_m: float | None = None

    def known_over(self, other: VehicleSize) -> VehicleSize:
        """Return these sizes, and the other's where one of these is unknown.

        Examples
        --------
        >>> VehicleSize(weight_t=17.8).known_over(VehicleSize(19.0, 3.2))
        VehicleSize(weight_t=17.8, height_m=3.2, width_m=None, length_m=None)
        """
        names = ("weight_t", "height_m", "width_m", "length_m")
        mine = {name: value for name in names if (value := getattr(self, name)) is not None and math.isfinite(value)}
        return replace(other, **mine)


@dataclass(frozen=True, slots=True)
class TurnFactors:
    """What a profile makes of the seconds of ``turns.yaml``.

    Attributes
    ----------
    turning_factor, waiting_factor, u_turn_factor
        Times the seconds for turning, for waiting, for turning round.
    u_turn_at
        Where it may turn round: at dead ends and turning circles only, or at junctions too.
    """

    turning_factor: float
    waiting_factor: float
    u_turn_factor: float
    u_turn_at: Literal["dead_end", "junction"]


@dataclass(frozen=True, slots=True)
class VehicleProfile:
    """How one kind of vehicle uses the roads.

    Attributes
    ----------
    id, name, summary
        How to ask for it, how to show it, whom it stands for.
    classes
        What signs call it: ``hgv``, ``emergency``, ``motorcar`` ...
    size
        How large it is.
    warn_unposted_bridge_from_t
        Weight from which a bridge without a posted limit is warned of, tonnes; None never.
    speed_factor, max_kph
        Times the edges' car speed, and the fastest it goes; None without a limit.
    turns
        What it makes of turn costs.
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
    ford_use
        Use of roads through water.
    barrier_blocks, barrier_blocks_with_access, barrier_passes_with_access, barrier_mentioned
        Barrier kinds and access values at nodes: which stop the vehicle, which are worth a warning.
    """

    id: str
    name: str
    summary: str
    classes: frozenset[str]
    size: VehicleSize
    warn_unposted_bridge_from_t: float | None
    speed_factor: float
    max_kph: float | None
    turns: TurnFactors
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
    ford_use: Use
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


def _merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table with another's values over it; tables inside are merged, lists replaced."""
    result = dict(base)
    for key, value in changes.items():
        inner = result.get(key)
        result[key] = _merged(inner, value) if isinstance(value, dict) and isinstance(inner, dict) else value
    return result


@cache
def _rows() -> dict[str, dict[str, Any]]:
    """Return the table's rows, each with what it has from the row it is ``like``, which stands before it."""
    rows: dict[str, dict[str, Any]] = {}
    for key, row in load_table("geo_dispatch.routing", "profiles").items():
        rows[key] = _merged(rows[row["like"]], row) if "like" in row else row
    return rows


@cache
def _profiles() -> dict[str, VehicleProfile]:
    return {key: _read_profile(key, row) for key, row in _rows().items()}


def _read_profile(key: str, row: dict[str, Any]) -> VehicleProfile:
    interval, barriers = row["interval"], row["barriers"]
    return VehicleProfile(
        id=key,
        name=row["name"],
        summary=row["summary"],
        classes=frozenset(row["classes"]),
        size=VehicleSize(**row["size"]),
        warn_unposted_bridge_from_t=row["warn_unposted_bridge_from_t"],
        speed_factor=float(row["speed"]["factor"]),
        max_kph=row["speed"]["max_kph"],
        turns=TurnFactors(**row["turns"]),
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
        ford_use=row["ford_use"],
        barrier_blocks=frozenset(barriers["block"]),
        barrier_blocks_with_access=frozenset(barriers["block_with_access"]),
        barrier_passes_with_access=frozenset(barriers["pass_with_access"]),
        barrier_mentioned=frozenset(barriers["mention"]),
    )


def list_profiles() -> tuple[str, ...]:
    """List the ids of all vehicle profiles.

    Examples
    --------
    >>> list_profiles()
    ('car', 'police', 'ambulance', 'engine', 'tanker', 'ladder', 'highway_truck')
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
    >>> get_profile("engine").size.weight_t
    19.0
    """
    found = _profiles().get(profile)
    if found is None:
        hint = did_you_mean(profile, _profiles())
        raise ProfileError(f"there is no vehicle profile {profile!r}: use one of {', '.join(_profiles())}{hint}")
    return found
