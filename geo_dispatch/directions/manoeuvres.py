"""What a driver must do along a path, and where."""

from __future__ import annotations

from dataclasses import dataclass

from geo_dispatch.directions.turns import Junctions
from geo_dispatch.geometry import angle_between_deg
from geo_dispatch.routing import Path, PathPart

__all__ = ["Manoeuvre", "find_manoeuvres"]

_STRAIGHT_DEG = 25.0
_SLIGHT_DEG = 50.0
_SHARP_DEG = 125.0
_BACK_DEG = 165.0
_FORK_DEG = 45.0
_CONNECTOR_M = 150.0
_UNNAMED_CONNECTOR_M = 30.0
_MEDIAN_M = 40.0
_TRIANGLE_M = 60.0
_MEDIAN_BACK_DEG = 145.0
_STUB_M = 3.0
"""A road driven for less than this at the very start or end is the crossing that the position was meant to be."""


@dataclass(frozen=True, slots=True)
class Manoeuvre:
    """One thing to do.

    Attributes
    ----------
    kind
        depart, name_change, straight, turn_left, slight_left, sharp_left, stay_left, keep_left, ramp_left (and right),
        merge, roundabout, roundabout_enter, u_turn.
    first
        Index of the path's part that begins with it.
    street
        Segment of the road it leads onto.
    before
        Segment of the road it leaves; None at the start.
    exit_count
        Which exit of a rotary, 1 the first; 0 elsewhere.
    node
        Node where it is done; None at the start.
    ends
        The road that is left ends there.
    count
        Which side road on that side it is since the manoeuvre before, 1 the first; 0 where counting is no help.
    again
        How often one comes to that street on that side since the manoeuvre before, 2 the second time; 0 when but once.
    """

    kind: str
    first: int
    street: int
    before: int | None = None
    exit_count: int = 0
    node: int | None = None
    ends: bool = False
    count: int = 0
    again: int = 0


def find_manoeuvres(junctions: Junctions, path: Path) -> tuple[list[Manoeuvre], int]:
    """Find what must be done along a path.

    Parameters
    ----------
    junctions
        The town's junctions.
    path
        The path.

    Returns
    -------
    list
        In the order driven; the first is ``depart``. Where the road just goes on there is none.
    int
        Index of the last part that is driven on a street of its own; those behind it are the width of a crossing.
    """
    parts = path.parts
    found = [Manoeuvre("depart", 0, parts[0].segment)]
    index = 1
    while index < len(parts):
        before = parts[index - 1]
        node = int(junctions.network.arc_to[before.arc])
        if junctions.is_ring(parts[index].segment) and not junctions.is_ring(before.segment):
            manoeuvre, index = _rotary(junctions, parts, index)
            found.append(manoeuvre)
            continue
        after = _beyond_connector(junctions, parts, index)
        kind = _kind_past(junctions, parts, index, after) if after > index else _kind(junctions, before, parts[index])
        if kind is not None:
            found.append(Manoeuvre(kind, index, parts[after].segment, before.segment, node=node))
        index = after + 1
    return _without_stubs(parts, _without_triangles(junctions, parts, found))


def _without_stubs(parts: tuple[PathPart, ...], found: list[Manoeuvre]) -> tuple[list[Manoeuvre], int]:
    """Begin with the first street and end with the last one that is driven for more than the width of a crossing."""

    def length_m(manoeuvre: Manoeuvre, end: int) -> float:
        return sum(part.length_m for part in parts[manoeuvre.first : end])

    kept, last = list(found), len(parts) - 1
    while len(kept) > 1 and not kept[1].exit_count and length_m(kept[0], kept[1].first) < _STUB_M:
        kept[:2] = [Manoeuvre("depart", 0, kept[1].street)]
    while len(kept) > 1 and length_m(kept[-1], len(parts)) < _STUB_M:
        last = kept.pop().first - 1
    return kept, last


def _without_triangles(junctions: Junctions, parts: tuple[PathPart, ...], found: list[Manoeuvre]) -> list[Manoeuvre]:
    """Leave out keeping to one's own street for the few metres of a junction's triangle, just before the turn itself."""
    kept: list[Manoeuvre] = []
    for manoeuvre, following in zip(found, [*found[1:], None], strict=True):
        small = (
            following is not None
            and manoeuvre.before is not None
            and manoeuvre.kind.startswith("keep_")
            and following.kind.endswith(manoeuvre.kind.removeprefix("keep"))
            and junctions.same_street(manoeuvre.before, manoeuvre.street)
            and sum(part.length_m for part in parts[manoeuvre.first : following.first]) < _TRIANGLE_M
        )
        if not small:
            kept.append(manoeuvre)
    return kept


def _rotary(junctions: Junctions, parts: tuple[PathPart, ...], index: int) -> tuple[Manoeuvre, int]:
    """Return the manoeuvre of going round a rotary, and where the search goes on."""
    before = parts[index - 1]
    node = int(junctions.network.arc_to[before.arc])
    end = index
    exits = 0
    while end < len(parts) and junctions.is_ring(parts[end].segment):
        exits += junctions.exits_at(int(junctions.network.arc_to[parts[end].arc]))
        end += 1
    if end == len(parts):
        return Manoeuvre("roundabout_enter", index, parts[index].segment, before.segment, node=node), end
    return Manoeuvre("roundabout", index, parts[end].segment, before.segment, max(exits, 1), node), end + 1


def _beyond_connector(junctions: Junctions, parts: tuple[PathPart, ...], index: int) -> int:
    """Return the index of the part after slip lanes or a nameless few metres between two named roads, else ``index``."""
    if _turns_back(junctions, parts, index):
        return index + 1
    end, length = index, 0.0
    while end < len(parts) - 1:
        part = parts[end]
        length += part.length_m
        nameless = junctions.name(part.segment) is None and not junctions.is_ramp(part.segment)
        if not (junctions.is_slip(part.segment) and length < _CONNECTOR_M) and not (
            nameless and length < _UNNAMED_CONNECTOR_M
        ):
            break
        end += 1
    if end == index or junctions.is_ring(parts[end].segment):
        return index
    named = junctions.name(parts[index - 1].segment) and junctions.name(parts[end].segment)
    return end if named else index


def _kind_past(junctions: Junctions, parts: tuple[PathPart, ...], index: int, after: int) -> str | None:
    """Return what must be done between two parts with a connector between them; None where the road just goes on."""
    if _turns_back(junctions, parts, index):
        return "u_turn"
    one, other = parts[index - 1], parts[after]
    angle = angle_between_deg(junctions.bearing_in_deg(one), junctions.bearing_out_deg(other))
    on = junctions.same_street(one.segment, other.segment) and abs(angle) < _SLIGHT_DEG
    return None if on else _by_angle(angle)


def _turns_back(junctions: Junctions, parts: tuple[PathPart, ...], index: int) -> bool:
    """Tell whether a part is only the gap in a median by which one turns back along the other carriageway."""
    if index + 1 >= len(parts) or parts[index].length_m > _MEDIAN_M:
        return False
    before, after = parts[index - 1], parts[index + 1]
    angle = angle_between_deg(junctions.bearing_in_deg(before), junctions.bearing_out_deg(after))
    named = junctions.name(before.segment) is not None
    return abs(angle) >= _MEDIAN_BACK_DEG and named and junctions.same_street(before.segment, after.segment)


def _by_angle(angle: float) -> str:
    side = "left" if angle < 0 else "right"
    size = abs(angle)
    if size < _STRAIGHT_DEG:
        return "name_change"
    if size < _SLIGHT_DEG:
        return f"slight_{side}"
    if size < _SHARP_DEG:
        return f"turn_{side}"
    return f"sharp_{side}" if size < _BACK_DEG else "u_turn"


def _kind(junctions: Junctions, before: PathPart, after: PathPart) -> str | None:
    """Return what must be done between two parts, as their arcs alone tell; None where the road just goes on."""
    return junctions.remember((before.arc, after.arc), lambda: _find_kind(junctions, before, after))


def _find_kind(junctions: Junctions, before: PathPart, after: PathPart) -> str | None:
    if before.segment == after.segment and before.reversed != after.reversed:
        return "u_turn"
    angle = junctions.turn_deg(before, after)
    others = junctions.other_turns_deg(before, after)
    named = junctions.name(before.segment) is not None and junctions.name(after.segment) is not None
    onto_ramp, off_ramp = junctions.is_ramp(after.segment), junctions.is_ramp(before.segment)
    if onto_ramp and not off_ramp:
        return f"ramp_{_side_of_fork(angle, [turn for turn, _ in others])}" if others else None
    if off_ramp and junctions.is_freeway(after.segment) and abs(angle) < _SLIGHT_DEG:
        return "merge"
    fork = _fork(junctions, angle, others, after)
    if junctions.same_street(before.segment, after.segment):
        return _along_one_street(junctions, angle, others, before, after, fork)
    leaves_street = any(
        abs(turn) < min(_STRAIGHT_DEG, abs(angle)) and junctions.same_street(before.segment, segment)
        for turn, segment in others
    )
    if fork is not None and not leaves_street and (onto_ramp or abs(angle) >= _STRAIGHT_DEG / 2):
        return f"keep_{fork}"
    own = [turn for turn, segment in others if junctions.same_street(before.segment, segment)]
    kind = _onto_another_street(angle, others, is_junction=junctions.is_junction(before, after))
    return _leaving_own_street(kind, angle, own) if named and own else kind


def _leaving_own_street(kind: str, angle: float, own: list[float]) -> str:
    """Return what must be done where the street that one is on goes on another way, at the angles `own`."""
    if kind != "name_change":
        return kind
    ahead = [turn for turn in own if abs(turn) < _FORK_DEG]
    if ahead and abs(angle) < _FORK_DEG:
        return f"keep_{_side_of_fork(angle, ahead)}"
    return "straight"


def _onto_another_street(angle: float, others: list[tuple[float, int]], *, is_junction: bool) -> str:
    """Return what must be done where the street's name changes."""
    if not others and abs(angle) < (_SLIGHT_DEG if is_junction else _SHARP_DEG):
        return "name_change"
    kind = _by_angle(angle)
    if kind == "u_turn":
        return "sharp_left" if angle < 0 else "sharp_right"
    if kind == "name_change" and any(abs(turn) < abs(angle) for turn, _ in others):
        return "slight_left" if angle < 0 else "slight_right"
    return kind


def _along_one_street(
    junctions: Junctions,
    angle: float,
    others: list[tuple[float, int]],
    before: PathPart,
    after: PathPart,
    fork: str | None,
) -> str | None:
    """Return what must be done where the street goes on; None where nothing need be said."""
    nameless = junctions.name(before.segment) is None
    stays = junctions.same_name(before.segment, after.segment)
    side = "left" if angle < 0 else "right"
    if nameless and (side_of := _nameless_fork(junctions, angle, others)):
        return f"keep_{side_of}"
    if not others or (nameless and abs(angle) < _STRAIGHT_DEG):
        return None
    if abs(angle) >= _SLIGHT_DEG:
        return f"stay_{side}" if stays and abs(angle) < _BACK_DEG else _by_angle(angle)
    if fork is not None and any(junctions.same_street(segment, before.segment) for _, segment in others):
        return f"keep_{fork}"
    straighter = any(abs(turn) < _STRAIGHT_DEG and abs(turn) + 15 < abs(angle) for turn, _ in others)
    if straighter and abs(angle) >= _STRAIGHT_DEG:
        return f"stay_{side}" if stays else f"slight_{side}"
    return None


def _nameless_fork(junctions: Junctions, angle: float, others: list[tuple[float, int]]) -> str | None:
    """Return left or right where one nameless road splits in two that look alike, so that only the side tells them apart."""
    near = [turn for turn, segment in others if abs(turn) < _FORK_DEG and junctions.name(segment) is None]
    if abs(angle) >= _FORK_DEG or len(near) != 1 or abs(angle - near[0]) >= _FORK_DEG:
        return None
    return _side_of_fork(angle, near)


def _side_of_fork(angle: float, others: list[float]) -> str:
    return "left" if all(angle < other for other in others) else "right"


def _fork(junctions: Junctions, angle: float, others: list[tuple[float, int]], after: PathPart) -> str | None:
    """Return left or right when the road splits in two of one kind, both nearly straight on."""
    near = [(turn, segment) for turn, segment in others if abs(turn) < _FORK_DEG]
    if abs(angle) >= _FORK_DEG or len(near) != 1 or not junctions.same_kind(near[0][1], after.segment):
        return None
    return _side_of_fork(angle, [near[0][0]])
