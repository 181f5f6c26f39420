"""What is on file of a road that a driver may see."""

from __future__ import annotations

from dataclasses import dataclass

from geo_dispatch.directions.signs import Sign, read_sign
from geo_dispatch.town.network import Network

__all__ = ["Road", "read_road"]

_RAMPS = frozenset({"motorway_link", "trunk_link"})
_FREEWAYS = frozenset({"motorway", "trunk"})
_SLIPS = frozenset({"primary_link", "secondary_link", "tertiary_link"})
_RINGS = frozenset({"roundabout", "circular"})
_MINOR_SERVICE = frozenset({"driveway", "parking_aisle", "drive-through", "emergency_access"})
_MINOR_HIGHWAY = frozenset({"track", "footway", "path", "cycleway", "pedestrian", "bridleway"})


@dataclass(frozen=True, slots=True)
class Road:
    """What is on file of a segment that a driver may see.

    Attributes
    ----------
    sign
        Its name and route numbers.
    name, highway, service
        As on file.
    bridge
        The name of the bridge that it is, empty for one without a name; None where it is none.
    municipality, state
        Where it lies.
    is_ramp, is_freeway
        Of a motorway or trunk road.
    is_ring
        Part of a roundabout or rotary.
    is_slip
        A slip lane at an ordinary junction.
    is_minor
        A driveway, a track or the like, which nobody takes for the road.
    """

    sign: Sign
    name: str | None
    highway: str | None
    service: str | None
    bridge: str | None
    municipality: str | None
    state: str | None
    is_ramp: bool
    is_freeway: bool
    is_ring: bool
    is_slip: bool
    is_minor: bool


def read_road(network: Network, segment: int) -> Road:
    """Return what is on file of a segment.

    Parameters
    ----------
    network
        The town's network.
    segment
        Row of its segments.
    """
    segments = network.segments
    name, highway, service = (segments.text(column)[segment] for column in ("name", "highway", "service"))
    is_bridge = segments.text("bridge")[segment] not in (None, "no")
    return Road(
        sign=read_sign(name, segments.text("ref")[segment]),
        name=name,
        highway=highway,
        service=service,
        bridge=(segments.text("bridge_name")[segment] or "") if is_bridge else None,
        municipality=segments.text("municipality")[segment],
        state=segments.text("state")[segment],
        is_ramp=highway in _RAMPS,
        is_freeway=highway in _FREEWAYS,
        is_ring=segments.text("junction")[segment] in _RINGS,
        is_slip=highway in _SLIPS and name is None,
        is_minor=service in _MINOR_SERVICE or highway in _MINOR_HIGHWAY,
    )
