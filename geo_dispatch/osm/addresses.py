"""The layers addresses and address_ranges.

References
----------
OSM wiki: Key:addr, Addresses, Key:addr:interpolation, Relation:associatedStreet.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geo_dispatch.osm.clipping import keep_inside
from geo_dispatch.osm.elements import Elements
from geo_dispatch.osm.features import Feature, Features
from geo_dispatch.osm.frames import make_layer
from geo_dispatch.osm.house_numbers import HouseNumber, parse_house_numbers
from geo_dispatch.osm.places import category_of, main_tag, place_name
from geo_dispatch.osm.tag_roads import Tags

__all__ = ["read_address_ranges", "read_addresses"]

_RESIDENTIAL = {
    "house": "single family dwelling",
    "detached": "single family dwelling",
    "semidetached_house": "multi-family dwelling",
    "terrace": "multi-family dwelling",
    "apartments": "multi-family dwelling",
    "static_caravan": "mobile home",
    "farm": "single family dwelling",
    "residential": "residential",
}


def _other_streets(elements: Elements) -> dict[str, str]:
    """Return the street of objects that don't state it: of interpolation ways' nodes, and relations' members."""
    streets: dict[str, str] = {}
    for way, tags in enumerate(elements.way_tags):
        if "addr:interpolation" in tags and tags.get("addr:street"):
            rows = elements.nodes_of(way)
            streets.update((f"n{node}", tags["addr:street"]) for node in elements.node_ids[rows[rows >= 0]].tolist())
    for relation in elements.relations.values():
        if relation.tags.get("type") not in ("associatedStreet", "street") or not relation.tags.get("name"):
            continue
        for member in relation.members:
            if member.role in ("house", "address", "addr:houselink"):
                streets[f"{member.type}{member.ref}"] = relation.tags["name"]
    return streets


def _site_type(tags: Tags) -> str | None:
    kind = main_tag(tags)
    if kind is not None and not kind.startswith("building="):
        return category_of(kind).replace("_", " ")
    return _RESIDENTIAL.get(tags.get("building", ""))


def _row(item: Feature, number: HouseNumber, street: str | None, address_id: str) -> dict[str, Any]:
    tags = item.tags
    return {
        "address_id": address_id,
        "number": number.number,
        "number_suffix": number.suffix,
        "number_text": number.text,
        "unit": tags.get("addr:unit") or tags.get("addr:flats"),
        "street": street,
        "place_name": tags.get("addr:housename") or (place_name(tags) if main_tag(tags) else None),
        "postcode": tags.get("addr:postcode"),
        "city": tags.get("addr:city"),
        "state": tags.get("addr:state"),
        "site_type": _site_type(tags),
        "source": "osm",
    }


def read_addresses(elements: Elements, features: Features, *, clip: shapely.Geometry | None = None) -> gpd.GeoDataFrame:
    """Read address points from nodes, buildings, areas and relations.

    Parameters
    ----------
    elements, features
        Everything read.
    clip
        EPSG:4326; addresses outside are left out.

    Returns
    -------
    geopandas.GeoDataFrame
        One row for each house number: a range or a list gives several, the first with the object's own id,
        the others with the number behind it, as ``"w12:14"``.
    """
    streets = _other_streets(elements)
    rows: list[dict[str, Any]] = []
    points: list[shapely.Point] = []
    for item in features.items:
        text = item.tags.get("addr:housenumber")
        point = features.points.get(item.object_id)
        if not text or point is None or "addr:interpolation" in item.tags:
            continue
        street = item.tags.get("addr:street") or streets.get(item.object_id) or item.tags.get("addr:place")
        if street is None:
            elements.add_problem(
                "address_without_street", item.object_id, f"house number {text}: kept without a street"
            )
        numbers = parse_house_numbers(text)
        if any(number.number < 0 for number in numbers):
            elements.add_problem("odd_house_number", item.object_id, f"{text!r}: kept as text, without a number")
        for place, number in enumerate(numbers):
            address_id = item.object_id if place == 0 else f"{item.object_id}:{number.text}"
            rows.append(_row(item, number, street, address_id))
            points.append(point)
    return make_layer("addresses", *keep_inside(clip, rows, points))


def _parity(rule: str, start: int, end: int) -> str:
    """Return odd, even or both for a stretch of numbers under an interpolation rule."""
    steps_by_two = rule in ("odd", "even") or (rule.isdigit() and int(rule) % 2 == 0)
    if steps_by_two and start % 2 == end % 2:
        return "odd" if start % 2 else "even"
    return "both"


def _numbered_nodes(elements: Elements, way: int) -> list[tuple[int, int, Tags]]:
    """List the nodes of a way that carry a house number: position on the way, number, tags."""
    found: list[tuple[int, int, Tags]] = []
    for position, row in enumerate(elements.nodes_of(way).tolist()):
        tags = elements.node_tags.get(int(elements.node_ids[row]), {}) if row >= 0 else {}
        numbers = parse_house_numbers(tags.get("addr:housenumber", ""))
        if numbers and numbers[0].number >= 0:
            found.append((position, numbers[0].number, tags))
    return found


def read_address_ranges(elements: Elements, *, clip: shapely.Geometry | None = None) -> gpd.GeoDataFrame:
    """Read addr:interpolation ways into a stretch between each two house numbers along them.

    Parameters
    ----------
    elements
        Everything read.
    clip
        EPSG:4326; stretches that don't touch it are left out.

    Returns
    -------
    geopandas.GeoDataFrame
        Alphabetic interpolation, and ways with fewer than two numbers on them, are skipped and counted.
    """
    streets = _other_streets(elements)
    rows: list[dict[str, Any]] = []
    lines: list[shapely.LineString] = []
    for way, tags in enumerate(elements.way_tags):
        rule = tags.get("addr:interpolation", "").strip().lower()
        if not rule:
            continue
        object_id = f"w{elements.way_ids[way]}"
        if rule not in ("odd", "even", "all") and not (rule.isdigit() and int(rule) > 0):
            elements.add_problem(
                "skipped_interpolation", object_id, f"addr:interpolation={rule}: no numbers to interpolate"
            )
            continue
        numbered = _numbered_nodes(elements, way)
        if len(numbered) < 2:
            elements.add_problem("skipped_interpolation", object_id, "fewer than two house numbers on its nodes")
        nodes = elements.nodes_of(way)
        for (start, low, first), (stop, high, last) in pairwise(numbered):
            stretch = nodes[start : stop + 1]
            if (stretch < 0).any():
                elements.add_problem("skipped_interpolation", object_id, "nodes are missing between two house numbers")
                continue
            parity = _parity(rule, low, high)
            if rule in ("odd", "even") and parity != rule:
                elements.add_problem(
                    "odd_interpolation", object_id, f"tagged {rule}, numbers {low} to {high}: read as {parity}"
                )
            sources: tuple[Tags, ...] = (first, last, tags)
            street = next((item["addr:street"] for item in sources if "addr:street" in item), streets.get(object_id))
            postcode = next((item["addr:postcode"] for item in sources if "addr:postcode" in item), None)
            rows.append(
                {
                    "street": street,
                    "number_start": low,
                    "number_end": high,
                    "parity": parity,
                    "postcode": postcode,
                    "source": "osm",
                }
            )
            lines.append(shapely.LineString(np.column_stack([elements.lon[stretch], elements.lat[stretch]])))
    rows, lines = keep_inside(clip, rows, lines)
    return make_layer("address_ranges", [{**row, "range_id": number} for number, row in enumerate(rows)], lines)
