"""What is named in a town, and how: streets, places, areas, aliases, and the streets of addresses and ranges."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from geo_dispatch.locate.named_grounds import NamedGrounds
from geo_dispatch.locate.no_names import is_no_name
from geo_dispatch.locate.normalise import route_keys, street_key
from geo_dispatch.town.town import Town

__all__ = ["ADDRESS", "ALIAS", "AREA", "GROUND", "PLACE", "RANGE", "STREET", "Naming", "list_namings"]

STREET, PLACE, AREA, ALIAS, ADDRESS, RANGE, GROUND = range(7)


class Naming(NamedTuple):
    """A canonical name, what it names (target kind and row) and the kind of name it is."""

    text: str
    target: int
    row: int
    kind: str


def _others(value: Any) -> Iterator[tuple[str, str]]:
    """Yield name and kind of a ``names`` column: objects, or plain texts."""
    for item in value or []:
        if isinstance(item, dict) and item.get("name"):
            yield str(item["name"]), str(item.get("kind") or "other")
        elif isinstance(item, str):
            yield item, "other"


def list_namings(town: Town) -> Iterator[Naming]:
    """Yield every naming of a town, in canonical words.

    Parameters
    ----------
    town
        The town.

    Yields
    ------
    Naming
        For addresses and ranges of kind "street" the row is a code of the street column's vocabulary.
    """
    gathered = (_streets, _places, _areas, _aliases, _addresses, _ranges, _grounds)
    for gather in gathered:
        for naming in gather(town):
            if naming.text:
                yield naming


def _streets(town: Town) -> Iterator[Naming]:
    table = town.table("streets")
    kinds = table.text("kind")
    for row, name in enumerate(table.text("name")):
        if name and not is_no_name(name):
            keys = route_keys(name) if kinds[row] == "route" else (street_key(name),)
            yield from (Naming(key, STREET, row, "name") for key in keys)
        for other, kind in _others(table.json("names", row)):
            if kind == "road_name" or is_no_name(other):  # a route's roads are streets themselves
                continue
            for part in other.split(";"):
                keys = route_keys(part) if kind == "ref" else (street_key(part),)
                yield from (Naming(key, STREET, row, kind) for key in keys)


def _places(town: Town) -> Iterator[Naming]:
    table = town.table("places")
    columns = {c: table.text(c) for c in ("name", "brand", "operator", "ref", "category")}
    towns = _town_names(town)
    for row in range(len(table)):
        category = (columns["category"][row] or "").replace("_", " ")
        said = {c: columns[c][row] for c in ("name", "brand", "operator", "ref")}
        if said["name"] and not is_no_name(said["name"]):
            key = street_key(said["name"])
            yield Naming(key, PLACE, row, "name")
            bare = _without_town(key, towns)
            if bare:
                yield Naming(bare, PLACE, row, "without_town")
        if said["brand"]:
            yield Naming(street_key(said["brand"]), PLACE, row, "brand")
        if said["operator"] and category:
            yield Naming(street_key(f"{said['operator']} {category}"), PLACE, row, "operator")
        if said["ref"] and category:
            yield Naming(street_key(f"{category} {said['ref']}"), PLACE, row, "reference")
        for other, kind in _others(table.json("names", row)):
            yield Naming(street_key(other), PLACE, row, kind)


def _town_names(town: Town) -> frozenset[str]:
    """Return the keys of the towns and villages that places may be named after."""
    places = town.table("places")
    kinds, names = places.text("kind"), places.text("name")
    found = {names[row] for row in range(len(places)) if (kinds[row] or "").startswith("place=")}
    for table in ("places", "streets", "addresses"):
        found |= set(town.table(table).text("municipality").vocabulary())
    return frozenset(street_key(name) for name in found if name)


def _without_town(key: str, towns: frozenset[str]) -> str:
    """Return a place's name without the town before it, as the people of the town say it; empty when none is.

    >>> _without_town("brantport town hall", frozenset({"brantport"}))
    'town hall'
    """
    words = key.split()
    for size in (1, 2, 3):
        if len(words) >= size + 2 and " ".join(words[:size]) in towns:
            return " ".join(words[size:])
    return ""


def _areas(town: Town) -> Iterator[Naming]:
    table = town.table("boundaries")
    kinds = table.text("kind")
    for row, name in enumerate(table.text("name")):
        if name and kinds[row] not in ("state", "county"):
            yield Naming(street_key(name), AREA, row, "name")
            municipality = table.text("municipality")[row]
            if municipality and municipality != name:
                yield Naming(street_key(municipality), AREA, row, "name")


def _aliases(town: Town) -> Iterator[Naming]:
    for row, alias in enumerate(town.table("aliases").text("alias")):
        if alias:
            yield Naming(street_key(alias), ALIAS, row, "alias")


def _addresses(town: Town) -> Iterator[Naming]:
    table = town.table("addresses")
    for code, street in enumerate(table.text("street").vocabulary()):
        if not is_no_name(street):
            yield Naming(street_key(street), ADDRESS, code, "street")
    aliases = table.text("aliases")
    parsed = [[name for name, _ in _others(json.loads(text))] for text in aliases.vocabulary()]
    for row, code in enumerate(aliases.codes.tolist()):
        for name in parsed[code] if code >= 0 else ():
            yield Naming(street_key(name.split("|")[0]), ADDRESS, row, "alt_name")


def _ranges(town: Town) -> Iterator[Naming]:
    for code, street in enumerate(town.table("address_ranges").text("street").vocabulary()):
        if not is_no_name(street):
            yield Naming(street_key(street), RANGE, code, "street")


def _grounds(town: Town) -> Iterator[Naming]:
    grounds = NamedGrounds(town)
    for number in range(len(grounds)):
        ground = grounds.get(number)
        if ground.offered and not is_no_name(ground.name):
            yield Naming(street_key(ground.name), GROUND, number, "name")
