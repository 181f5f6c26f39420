"""Where the road goes on but its signs no longer say what the driver was told."""

from __future__ import annotations

from geo_dispatch.directions.manoeuvres import Manoeuvre
from geo_dispatch.directions.turns import Junctions
from geo_dispatch.routing import PathPart

__all__ = ["named_segment", "names_on_the_way", "with_new_names"]

_LASTING_M = 150.0
"""A name that holds for less than this is not worth telling."""


def named_segment(junctions: Junctions, segment: int, parts: tuple[PathPart, ...]) -> int:
    """Return the segment whose name a stretch is best called by: its first, or where that has but a number, the longest with a name.

    Parameters
    ----------
    junctions
        The town's junctions.
    segment
        The first.
    parts
        The stretch.

    Returns
    -------
    int
        A segment.
    """
    if junctions.has_name(segment) or not junctions.refs(segment):
        return segment
    lengths: dict[str | None, float] = {}
    for part in parts:
        if junctions.has_name(part.segment) and junctions.same_street(segment, part.segment):
            name = junctions.name(part.segment)
            lengths[name] = lengths.get(name, 0.0) + part.length_m
    if not lengths or max(lengths.values()) < sum(part.length_m for part in parts) / 2:
        return segment
    longest = max(lengths, key=lambda name: lengths[name])
    return next(part.segment for part in parts if junctions.name(part.segment) == longest)


def with_new_names(junctions: Junctions, parts: tuple[PathPart, ...], found: list[Manoeuvre]) -> list[Manoeuvre]:
    """Put in a change of name wherever a road has neither the name nor a number any more by which it was told.

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
        The manoeuvres with those put in.
    """
    found = _without_needless(junctions, parts, found)
    kept: list[Manoeuvre] = []
    for number, one in enumerate(found):
        kept.append(one)
        end = found[number + 1].first if number + 1 < len(found) else len(parts)
        told = named_segment(junctions, one.street, parts[one.first : end])
        first = next((n for n in range(one.first, end) if parts[n].segment == one.street), one.first) + 1
        at = first
        while at < end:
            lost = at
            while lost < end and not _is_told(junctions, told, parts[lost].segment):
                lost += 1
            length = sum(part.length_m for part in parts[at:lost])
            if lost > at and (length >= _LASTING_M or (lost == end and length >= _LASTING_M / 5)):
                while at > first and junctions.same_name(parts[at - 1].segment, parts[at].segment):
                    at -= 1  # its sign stood there already
                node = int(junctions.network.arc_from[parts[at].arc])
                kept.append(Manoeuvre("name_change", at, parts[at].segment, parts[at - 1].segment, node=node))
                told = named_segment(junctions, parts[at].segment, parts[at:end])
                first = at + 1
            at = max(lost, at + 1)
    return kept


def names_on_the_way(junctions: Junctions, told: int, parts: tuple[PathPart, ...]) -> list[str]:
    """List the other names that a numbered route takes on a stretch, in order, those that last.

    Parameters
    ----------
    junctions
        The town's junctions.
    told
        Segment by which the stretch is called.
    parts
        The stretch.
    """
    lengths: dict[str, float] = {}
    for part in parts:
        name = junctions.name(part.segment)
        if name and junctions.has_name(part.segment) and not junctions.same_name(told, part.segment):
            lengths[name] = lengths.get(name, 0.0) + part.length_m
    return [name for name, length in lengths.items() if length >= 2 * _LASTING_M]


def _without_needless(junctions: Junctions, parts: tuple[PathPart, ...], found: list[Manoeuvre]) -> list[Manoeuvre]:
    """Leave out changes of name along a numbered route, and those that are taken back within a few metres."""
    kept: list[Manoeuvre] = []
    skip = False
    for number, one in enumerate(found):
        following = found[number + 1] if number + 1 < len(found) else None
        if skip:
            skip = False
            continue
        if one.kind == "name_change" and one.before is not None:
            if junctions.routes(one.before) & junctions.routes(one.street) and junctions.routes(kept[-1].street):
                continue
            if (
                following is not None
                and following.kind in ("name_change", "straight")
                and junctions.same_name(one.before, following.street)
                and sum(part.length_m for part in parts[one.first : following.first]) < _LASTING_M
            ):
                skip = True
                continue
        kept.append(one)
    return kept


def _is_told(junctions: Junctions, told: int, segment: int) -> bool:
    """Tell whether a driver who was told one segment's name and numbers finds them on another, or nothing on either."""
    if junctions.name(told) is None:
        return junctions.name(segment) is None
    if junctions.name(segment) is None or junctions.is_ring(segment):
        return True
    return junctions.same_name(told, segment) or bool(junctions.routes(told) & junctions.routes(segment))
