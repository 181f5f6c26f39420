"""What helps to know where a turn is: the end of the road, the side roads to count, a dead end."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from geo_dispatch.directions.manoeuvres import Manoeuvre
from geo_dispatch.directions.turns import Junctions
from geo_dispatch.geometry import angle_between_deg
from geo_dispatch.routing import PathPart

__all__ = ["is_dead_end", "with_context"]

_TURNS = ("turn_left", "turn_right", "sharp_left", "sharp_right")
_COUNTED = ("turn_left", "turn_right")
_ENDS_FROM_DEG = 50.0
"""Nothing goes on at the end of a road within this angle of straight."""
_SIDE_DEG = (40.0, 140.0)
"""Between these angles a road is a side road that one counts."""
_ENDS_AFTER_M = 40.0
_COUNT_WITHIN_M = 500.0
_COUNT_TO = 4
_COUNT_NAMELESS_TO = 6
_ALIKE_M = 30.0
"""Side roads nearer to each other than this can't be counted."""
_AGAIN_DEG = (20.0, 170.0)
_AGAIN_WITHIN_M = 400.0
_AGAIN_SHARE = 0.12
"""A street met before within this distance, or this share of the way, may be taken for the one meant."""
_STUB_M = 5.0
_EDGE_DEG = 0.002
_WALK = 40


def with_context(junctions: Junctions, parts: tuple[PathPart, ...], found: list[Manoeuvre]) -> list[Manoeuvre]:
    """Put to each turn whether the road ends there, else which side road it is where counting helps.

    Parameters
    ----------
    junctions
        The town's junctions.
    parts
        The path's parts.
    found
        Its manoeuvres.

    Returns
    -------
    list
        The manoeuvres with `ends` and `count` set.
    """
    told = found[:1]
    for earlier, one in pairwise(found):
        leg = parts[earlier.first : one.first]
        length = sum(part.length_m for part in leg)
        if one.kind in _TURNS and length >= _ENDS_AFTER_M and _ends(junctions, parts, one):
            one = replace(one, ends=True)
        elif one.kind in _TURNS and (again := _again(junctions, leg, one, length)):
            one = replace(one, again=again)
        elif one.kind in _COUNTED:
            one = replace(one, count=_count(junctions, leg, one, length))
        told.append(one)
    return told


def _ends(junctions: Junctions, parts: tuple[PathPart, ...], one: Manoeuvre) -> bool:
    """Tell whether the road ends in a T: nothing goes on, and something goes the other way."""
    before, after = parts[one.first - 1], parts[one.first]
    turn = junctions.turn_deg(before, after)
    others = [
        angle_between_deg(junctions.bearing_in_deg(before), leaving)
        for segment, leaving in junctions.roads_at(int(junctions.network.arc_to[before.arc]))
        if segment not in (before.segment, after.segment) and not junctions.is_minor(segment)
    ]
    return all(abs(other) >= _ENDS_FROM_DEG for other in [turn, *others]) and any(
        other * turn < 0 and abs(other) <= _SIDE_DEG[1] for other in others
    )


def _again(junctions: Junctions, leg: tuple[PathPart, ...], one: Manoeuvre, length: float) -> int:
    """Count how often one comes to the street of a turn on that side, as to both ends of a crescent; 0 where that is clear."""
    sign = -1 if one.kind.endswith("left") else 1
    count, gone, last, is_near = 1, 0.0, -_ALIKE_M, False
    for part in leg[:-1]:
        gone += part.length_m
        if junctions.same_street(part.segment, one.street) or length - gone < 2 * _ALIKE_M or gone - last < _ALIKE_M:
            continue
        arriving = junctions.bearing_in_deg(part)
        roads = junctions.roads_at(int(junctions.network.arc_to[part.arc]))
        if any(
            junctions.same_name(segment, one.street)
            and _AGAIN_DEG[0] <= sign * angle_between_deg(arriving, leaving) <= _AGAIN_DEG[1]
            for segment, leaving in roads
        ):
            count, last = count + 1, gone
            is_near = is_near or length - gone < max(_AGAIN_WITHIN_M, _AGAIN_SHARE * length)
    return count if is_near and count <= _COUNT_TO else 0


def _count(junctions: Junctions, leg: tuple[PathPart, ...], one: Manoeuvre, length: float) -> int:
    """Count the side roads on the side of a turn since the manoeuvre before; 0 where that is no help, or not clear."""
    nameless = junctions.name(one.street) is None
    if length > _COUNT_WITHIN_M and not nameless:
        return 0
    sign = -1 if one.kind.endswith("left") else 1
    count, gone, last = 0, 0.0, -_ALIKE_M
    for number, part in enumerate(leg):
        gone += part.length_m
        at_turn = number == len(leg) - 1
        if gone < _STUB_M and not at_turn:
            continue  # the crossing at which one stands
        seen = _side_roads(junctions, part, sign, one.street)
        if not seen:
            if at_turn:
                return 0
            continue
        unclear = any(junctions.is_minor(segment) or not junctions.can_leave(part, segment) for segment in seen)
        if gone - last < _ALIKE_M or len(seen) > 1 or (unclear and not at_turn):
            return 0
        count, last = count + 1, gone
    least, most = (1, _COUNT_NAMELESS_TO) if nameless else (2, _COUNT_TO)
    return count if least <= count <= most else 0


def _side_roads(junctions: Junctions, part: PathPart, sign: int, target: int) -> list[int]:
    """List the side roads at the end of a part on one side; driveways only where the turn itself is into one."""
    network = junctions.network
    node = int(network.arc_to[part.arc])
    arriving = junctions.bearing_in_deg(part)
    found = []
    for segment, leaving in junctions.roads_at(node):
        turn = sign * angle_between_deg(arriving, leaving)
        passed = junctions.is_minor(segment) and not junctions.is_minor(target)
        if segment != part.segment and _SIDE_DEG[0] <= turn <= _SIDE_DEG[1] and not passed:
            found.append(segment)
    return found


def is_dead_end(junctions: Junctions, parts: tuple[PathPart, ...]) -> bool:
    """Tell whether the road that is driven last ends without any way out but back.

    Parameters
    ----------
    junctions
        The town's junctions.
    parts
        What is driven since the last manoeuvre.

    Returns
    -------
    bool
        False too where the roads on file end, and the road may go on.
    """
    network = junctions.network
    ahead = parts[0]
    segment, node = ahead.segment, int(network.arc_to[ahead.arc])
    driven = {part.segment for part in parts}
    seen: set[int] = set()
    for _ in range(_WALK):
        seen.add(segment)
        driven.discard(segment)
        on = [one for one, _ in junctions.roads_at(node) if one != segment and not junctions.is_minor(one)]
        if not on:
            return not driven and not _at_edge(junctions, node)
        if len(on) > 1 or on[0] in seen:
            return False
        segment = on[0]
        node = int(
            network.segment_to[segment] if network.segment_from[segment] == node else network.segment_from[segment]
        )
    return False


def _at_edge(junctions: Junctions, node: int) -> bool:
    """Tell whether a node is where the town's file ends, so that the road may go on."""
    network = junctions.network
    lon, lat = float(network.node_lon[node]), float(network.node_lat[node])
    return (
        lon - float(np.min(network.node_lon)) < _EDGE_DEG
        or float(np.max(network.node_lon)) - lon < _EDGE_DEG
        or lat - float(np.min(network.node_lat)) < _EDGE_DEG
        or float(np.max(network.node_lat)) - lat < _EDGE_DEG
    )
