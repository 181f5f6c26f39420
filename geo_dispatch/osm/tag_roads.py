"""What a road's tags say: whether it is a road, its direction, its speeds and limits, its names.

References
----------
OSM wiki: Key:oneway, Tag:junction=roundabout, Key:maxspeed, Names, Conditional_restrictions.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Literal

from geo_dispatch.data_tables import load_table
from geo_dispatch.osm.tag_values import Parsed, parse_length_m, parse_maxspeed_kph, parse_weight_t

__all__ = [
    "Direction",
    "OddTag",
    "Tags",
    "conditional_tags",
    "direction",
    "is_road",
    "limits",
    "other_names",
    "speeds_kph",
]

Tags = Mapping[str, str]
Direction = Literal["both", "forward", "backward", "reversible", "none"]
OddTag = tuple[str, str]
"""Key and value, as ``"maxspeed=fast"``, and what was odd about it."""

_CLOSED = {"no"}
_MOTOR_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
_ONEWAY_KEYS = ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway")
_NAME_KEYS = ("alt_name", "old_name", "short_name", "loc_name", "official_name", "reg_name", "nat_name", "int_name")
_VARIANT_NAME = re.compile(rf"(?:name|{'|'.join(_NAME_KEYS)})_[0-9]+$|(?:{'|'.join(_NAME_KEYS)}):(?:en$|[0-9])")
_MORE_NAMES = ("name:left", "name:right", "name:en", "old_ref", "loc_ref", "unsigned_ref")


def is_road(tags: Tags) -> bool:
    """Tell whether motor vehicles could use the way physically, private and closed ones included.

    Examples
    --------
    >>> is_road({"highway": "service", "access": "private"}), is_road({"highway": "footway"})
    (True, False)
    >>> is_road({"highway": "footway", "emergency": "yes"})
    True
    """
    highway = tags.get("highway")
    if highway is None or tags.get("area") == "yes":
        return False
    table = load_table("geo_dispatch.osm", "roads")
    if highway in table["roads"]:
        return True
    return highway in table["roads_if_open"] and any(
        tags.get(key) in table["opening_values"] for key in table["opening_keys"]
    )


def _oneway(tags: Tags) -> tuple[Direction, str | None]:
    """Read the oneway tags, the most specific first, and what they imply."""
    table = load_table("geo_dispatch.osm", "roads")
    odd = None
    for key in _ONEWAY_KEYS:
        value = tags.get(key)
        if value is None:
            continue
        text = value.strip().lower()
        if text in table["oneway_forward"]:
            return "forward", None
        if text in table["oneway_backward"]:
            return "backward", None
        if text in table["oneway_reversible"]:
            return "reversible", None
        if text in table["oneway_both"]:
            return "both", None
        odd = f"{key}={value}"
    implied = (
        tags.get("junction") in table["implied_oneway_junction"] or tags["highway"] in table["implied_oneway_highway"]
    )
    return ("forward" if implied else "both"), odd


def _closed_against(tags: Tags, side: str) -> bool:
    """Tell whether motor traffic is forbidden in one direction ("forward" or "backward") by an access tag."""
    for key in _MOTOR_KEYS:
        value = tags.get(f"{key}:{side}")
        if value is not None:
            return value.strip().lower() in _CLOSED
    return False


def direction(tags: Tags) -> tuple[Direction, list[OddTag]]:
    """Tell in which directions motor traffic may run, access apart.

    ``oneway:motor_vehicle`` goes before ``oneway``; motorways and roundabouts are one-way unless tagged
    ``oneway=no``; ``reversible`` and ``alternating`` are both "reversible" here.

    Returns
    -------
    tuple
        The direction, and the oneway value if it could not be read.

    Examples
    --------
    >>> direction({"highway": "residential", "oneway": "-1"})
    ('backward', [])
    >>> direction({"highway": "motorway"})[0], direction({"highway": "primary", "junction": "roundabout"})[0]
    ('forward', 'forward')
    """
    found, odd = _oneway(tags)
    forward = found != "backward" and not _closed_against(tags, "forward")
    backward = found != "forward" and not _closed_against(tags, "backward")
    if found != "reversible" or not (forward and backward):
        found = {(True, True): "both", (True, False): "forward", (False, True): "backward", (False, False): "none"}[
            forward, backward
        ]  # type: ignore[assignment]
    return found, [] if odd is None else [(odd, "unreadable")]


def _read(tags: Tags, key: str, parser: Callable[[str], Parsed], odd: list[OddTag]) -> float:
    value = tags.get(key)
    if value is None:
        return math.nan
    parsed = parser(value)
    if parsed.odd is not None:
        odd.append((f"{key}={value}", parsed.odd))
    return parsed.value


def speeds_kph(tags: Tags) -> tuple[float, float, list[OddTag]]:
    """Read the posted speeds along and against the way, in km/h; NaN unknown.

    Examples
    --------
    >>> speeds_kph({"maxspeed": "50", "maxspeed:backward": "30"})
    (50.0, 30.0, [])
    """
    odd: list[OddTag] = []
    both = _read(tags, "maxspeed", parse_maxspeed_kph, odd)
    forward = _read(tags, "maxspeed:forward", parse_maxspeed_kph, odd)
    backward = _read(tags, "maxspeed:backward", parse_maxspeed_kph, odd)
    return (both if math.isnan(forward) else forward), (both if math.isnan(backward) else backward), odd


def limits(tags: Tags) -> tuple[float, float, float, list[OddTag]]:
    """Read the limits of weight (tonnes), height and width (metres); NaN unknown.

    Examples
    --------
    >>> limits({"maxweight": "7.5", "maxheight": "3.5"})
    (7.5, 3.5, nan, [])
    """
    odd: list[OddTag] = []
    weight = _read(tags, "maxweight", parse_weight_t, odd)
    lengths = []
    for key in ("maxheight", "maxwidth"):
        value = _read(tags, key, parse_length_m, odd)
        lengths.append(_read(tags, f"{key}:physical", parse_length_m, odd) if math.isnan(value) else value)
    return weight, lengths[0], lengths[1], odd


def other_names(tags: Tags) -> list[dict[str, str]]:
    """List every name but the first, with its kind, lists at ";" taken apart.

    Examples
    --------
    >>> other_names({"name": "State Road", "alt_name": "Route 88;GAR Highway", "name_1": "Old Road"})
    [{'name': 'Route 88', 'kind': 'alt_name'}, {'name': 'GAR Highway', 'kind': 'alt_name'}, {'name': 'Old Road', 'kind': 'name_1'}]
    """
    found: list[dict[str, str]] = []
    seen = {tags.get("name")}
    for key, value in tags.items():
        if key in _NAME_KEYS or key in _MORE_NAMES or _VARIANT_NAME.match(key):
            for part in value.split(";"):
                name = part.strip()
                if name and name not in seen:
                    seen.add(name)
                    found.append({"name": name, "kind": key})
    return found


def conditional_tags(tags: Tags) -> str | None:
    """Keep as JSON what holds only at times: conditional, hazard, flood, seasonal and finer one-way tags.

    Examples
    --------
    >>> conditional_tags({"highway": "primary", "flood_prone": "yes"})
    '{"flood_prone": "yes"}'
    """
    kept = {
        key: value
        for key, value in tags.items()
        if key.endswith(":conditional")
        or key.startswith(("hazard", "flood", "oneway:", "seasonal", "winter_"))
        or (key == "oneway" and value in ("reversible", "alternating"))
    }
    return json.dumps(kept, ensure_ascii=False, sort_keys=True) if kept else None
