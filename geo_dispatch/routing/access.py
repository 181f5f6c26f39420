"""Which arcs and nodes of a town a vehicle may use, and when."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_dispatch.routing.conditions import Situation, value_now
from geo_dispatch.routing.profiles import Use, VehicleProfile
from geo_dispatch.town.columns import TextColumn
from geo_dispatch.town.town import Town

__all__ = ["CLOSED", "ENDS", "OPEN", "RoadUse", "conditional_access_keys", "road_use"]

OPEN, ENDS, CLOSED = 0, 1, 2
_CODE: dict[Use, int] = {"open": OPEN, "ends": ENDS, "closed": CLOSED}
_UNDECIDED = -1
_CONDITIONAL_KEYS = {"motor_vehicle": ("motorcar", "motor_vehicle", "vehicle")}
"""Keys that one column of the town file stands for, the most specific first."""

Codes = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class RoadUse:
    """What the roads of a town are to one profile.

    Attributes
    ----------
    segment_use
        `OPEN`, `ENDS` or `CLOSED`, shape ``(n_segments,)``.
    node_blocked
        True where a barrier can't be passed, shape ``(n_nodes,)``.
    """

    segment_use: Codes
    node_blocked: npt.NDArray[np.bool_]


def _coded(column: TextColumn, code_of: Callable[[str], int], absent: int) -> Codes:
    """Return a code for each row, worked out once for each different value."""
    codes = np.asarray([*(code_of(word) for word in column.vocabulary()), absent], dtype=np.int8)
    return codes[column.codes]


def conditional_access_keys(key: str) -> tuple[str, ...]:
    """Return the conditional keys that speak of an access key, the most specific first.

    Examples
    --------
    >>> conditional_access_keys("access")
    ('access:conditional',)
    """
    return tuple(f"{name}:conditional" for name in _CONDITIONAL_KEYS.get(key, (key,)))


def road_use(town: Town, profile: VehicleProfile, *, situation: Situation | None = None) -> RoadUse:
    """Tell what each road and barrier is to a vehicle profile.

    Parameters
    ----------
    town
        The town.
    profile
        The vehicle.
    situation
        When, and how large the vehicle is, for rules that hold only at times; those that need a time hold never when None.

    Returns
    -------
    RoadUse
        Use of every segment, and the nodes that block.
    """
    segments = town.network.segments
    now = situation or Situation(None, profile, profile.size)
    tagged = np.full(len(segments), _UNDECIDED, dtype=np.int8)
    specific = tagged
    for key in reversed(profile.access_keys):
        by_value = _coded(segments.text(key), lambda v: _use_of_access(profile, v), _UNDECIDED)
        at_times = _coded(segments.text("conditional"), lambda v, k=key: _use_now(now, k, v), _UNDECIDED)  # type: ignore[misc]
        by_value = np.where(at_times != _UNDECIDED, at_times, by_value)
        tagged = np.where(by_value != _UNDECIDED, by_value, tagged)
        specific = by_value
    class_use = _coded(segments.text("highway"), lambda v: _CODE[profile.highway_use.get(v, "open")], OPEN)
    service_use = _coded(segments.text("service"), lambda v: _CODE[profile.service_use.get(v, "open")], OPEN)
    use = np.where(tagged != _UNDECIDED, tagged, np.maximum(class_use, service_use))
    use = np.where((class_use == CLOSED) & (specific == _UNDECIDED), CLOSED, use)
    reversible = _coded(segments.text("conditional"), _opens_one_way_at_a_time, 0).astype(bool)
    use = np.where(reversible, np.maximum(use, _CODE[profile.reversible_use]), use)
    rescued = _coded(segments.text("emergency"), lambda v: int(v in profile.emergency_opens), 0).astype(bool)
    use = np.where(rescued, OPEN, use)
    ford = _coded(segments.text("ford"), lambda v: _CODE["open" if v == "no" else profile.ford_use], OPEN)
    return RoadUse(np.maximum(use, ford).astype(np.int8), _blocked_nodes(town, profile))


def _use_of_access(profile: VehicleProfile, value: str) -> int:
    return _CODE[profile.access_use.get(value, "open")]


def _use_now(now: Situation, key: str, conditional: str) -> int:
    """Return the use that the conditional tags of one access key give now, if any."""
    if ":conditional" not in conditional:
        return _UNDECIDED
    tags = json.loads(conditional)
    for name in conditional_access_keys(key):
        value, _ = value_now(tags.get(name, ""), now)
        if value is not None:
            return _use_of_access(now.profile, value)
    return _UNDECIDED


def _opens_one_way_at_a_time(conditional: str) -> int:
    return int("reversible" in conditional and json.loads(conditional).get("oneway") == "reversible")


def _blocked_nodes(town: Town, profile: VehicleProfile) -> npt.NDArray[np.bool_]:
    nodes = town.network.nodes
    barrier = nodes.text("barrier")
    kind_blocks = _coded(barrier, lambda v: int(v in profile.barrier_blocks), 0).astype(bool)
    access = nodes.text("access")
    closes = _coded(access, lambda v: int(v in profile.barrier_blocks_with_access), 0).astype(bool)
    opens = _coded(access, lambda v: int(v in profile.barrier_passes_with_access), 0).astype(bool)
    rescued = _coded(nodes.text("emergency"), lambda v: int(v in profile.emergency_opens), 0).astype(bool)
    blocked: npt.NDArray[np.bool_] = (np.asarray(barrier.codes) >= 0) & ((kind_blocks & ~opens) | closes) & ~rescued
    return blocked
