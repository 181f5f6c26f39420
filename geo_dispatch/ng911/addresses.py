"""Address-point layers become addresses, and places where the site is one people ask for."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from geo_dispatch.ng911.field_map import AddressMap, FieldMap
from geo_dispatch.ng911.field_values import map_text, text_values
from geo_dispatch.ng911.layer_files import LayerFile
from geo_dispatch.ng911.names import proper_name, street_key, without_direction
from geo_dispatch.schema import SOURCE_TABLES, Problem, conform

if TYPE_CHECKING:
    import pandas as pd
    from geopandas import GeoDataFrame

__all__ = ["finish_addresses", "make_places", "read_addresses", "spellings"]

_TEXTS = (
    *("id", "number", "number_suffix", "unit", "street", "place_name", "postcode", "city", "municipality", "state"),
    *("site_type", "esn", "category"),
)
_COUNTED = {
    "addresses_without_number": "number 0 or none; found by street and name only",
    "addresses_without_street": "found by number and name only",
    "addresses_at_several_points": "share number, unit, street and town with another point; all are kept",
    "addresses_on_road_of_other_name": "their street is on no road line, another name of it is; that name is kept beside it",
}
_MIXED_CASE = ("street", "place_name", "city", "municipality", "state")


def read_addresses(file: LayerFile, fields: FieldMap, problems: list[Problem]) -> GeoDataFrame:
    """Return a layer's points with our columns, one row for each point that says something.

    Raises
    ------
    FieldMapError
        If the map names a column the layer lacks.
    """
    import geopandas as gpd

    section = fields.section("addresses")
    if not isinstance(section, AddressMap):  # the two parts have different types
        raise TypeError("the addresses part is not an AddressMap")
    frame = file.frame
    bound = fields.bind("addresses", [c for c in frame.columns if c not in ("geometry", "_row")], file.path.name)
    columns = {name: text_values(section.fields.get(name), frame, bound) for name in _TEXTS}
    points = gpd.GeoDataFrame(columns, geometry=frame.geometry, crs=4326)
    rows = frame["_row"].astype(str)
    points["address_id"] = "ng911:" + points["id"].where(
        points["id"].notna(), file.path.name.split(".")[0] + "-" + rows
    )
    points["state"] = points["state"].fillna(fields.content.state) if fields.content.state else points["state"]
    for name in _MIXED_CASE:
        points[name] = map_text(points[name], proper_name)
    points["alias_list"] = _aliases(section, frame, bound)
    _read_numbers(points, problems)
    silent = points["street"].isna() & points["place_name"].isna() & (points["number"] < 0)
    for label in points.loc[silent, "address_id"]:
        problems.append(Problem("empty_address", str(label), "neither street, number nor name; left out"))
    return points[~silent].reset_index(drop=True)


def _aliases(section: AddressMap, frame: pd.DataFrame, bound: dict[str, str | None]) -> list[list[str]]:
    """Return each row's other street names: split, and without parts that are no name, as dates."""
    drop = [re.compile(text, re.IGNORECASE) for text in section.alias_drop]
    result: list[list[str]] = [[] for _ in range(len(frame))]
    for spec in section.aliases:
        for found, text in zip(result, text_values(spec, frame, bound), strict=True):
            for part in text.split(section.alias_separator) if isinstance(text, str) else ():
                name = proper_name(part.strip())
                if name and name not in found and not any(pattern.fullmatch(part.strip()) for pattern in drop):
                    found.append(name)
    return result


def _read_numbers(points: GeoDataFrame, problems: list[Problem]) -> None:
    """Take house numbers apart: ``12A`` is 12 with suffix A; 0 and absent numbers are -1."""
    numbers, suffixes, texts = [], [], []
    for label, text, suffix in zip(points["address_id"], points["number"], points["number_suffix"], strict=True):
        number, rest = -1, None
        match = re.fullmatch(r"(\d{1,9})\s*-?\s*(\D.*|\d/\d|\d+)?", text) if isinstance(text, str) else None
        if match and int(match[1]) > 0:
            number, rest = int(match[1]), match[2]
        elif isinstance(text, str) and not match:
            problems.append(Problem("odd_number", str(label), f"house number {text!r} is not a number; kept as text"))
        suffix = suffix if isinstance(suffix, str) else rest
        numbers.append(number)
        suffixes.append(suffix)
        texts.append(
            " ".join(part for part in (text, suffix if rest is None else None) if part)
            if number > 0 or not match
            else None
        )
    points["number"], points["number_suffix"], points["number_text"] = numbers, suffixes, texts


def spellings(names: pd.Series) -> dict[str, str]:
    """Return how a road layer spells each street: `street_key` to its most frequent spelling.

    Examples
    --------
    >>> import pandas as pd
    >>> spellings(pd.Series(["Main St", "Main Street", "Main St", None]))
    {'main st': 'Main St'}
    """
    counted: dict[str, Counter[str]] = {}
    for name, count in names.dropna().value_counts().sort_index().items():
        counted.setdefault(street_key(str(name)), Counter())[str(name)] += int(count)
    return {key: found.most_common(1)[0][0] for key, found in counted.items()}


def finish_addresses(
    points: GeoDataFrame, *, roads: Mapping[str, str] | None, problems: list[Problem], counts: dict[str, int]
) -> GeoDataFrame:
    """Spell streets as the road layer does, drop points told twice, and report what does not fit.

    Parameters
    ----------
    points
        Rows of `read_addresses`, of one or several files.
    roads
        `spellings` of the road layer; None when there is none.
    problems, counts
        What was odd, and how often; both are added to.

    Returns
    -------
    geopandas.GeoDataFrame
        The points, with the columns of ``addresses`` and the category of a place.
    """
    points = _without_duplicates(points, problems, counts)
    counts["addresses_without_number"] = int((points["number"] < 0).sum())
    points["source"] = "ng911"
    if roads is not None:
        _match_streets(points, roads, problems, counts)
    points["aliases"] = [json.dumps(names) if names else None for names in points["alias_list"]]
    counts["addresses"] = len(points)
    for key, detail in _COUNTED.items():
        if counts.get(key):
            problems.append(Problem(key, f"{counts[key]:,} address points", detail, counts[key]))
    return points


def _without_duplicates(points: GeoDataFrame, problems: list[Problem], counts: dict[str, int]) -> GeoDataFrame:
    place = ["number", "number_suffix", "unit", "street", "place_name", "municipality"]
    key = points[place].copy()
    key["x"], key["y"] = points.geometry.x.round(7), points.geometry.y.round(7)
    key["site_type"] = points["site_type"]
    repeated = key.duplicated()
    for label in points.loc[repeated, "address_id"]:
        problems.append(
            Problem("duplicate_address", str(label), "same address, site and position as another; left out")
        )
    counts["duplicate_addresses"] = int(repeated.sum())
    points = points[~repeated].reset_index(drop=True)
    again = points["address_id"].duplicated()
    for label in points.loc[again, "address_id"]:
        problems.append(
            Problem("duplicate_id", str(label), "two address points have this id; the later one was renamed")
        )
    points.loc[again, "address_id"] += "#" + points.index[again].astype(str)
    shared = points.duplicated([*place[:4], "municipality"], keep=False) & (points["number"] >= 0)
    counts["addresses_at_several_points"] = int(shared.sum())
    return points


def _match_streets(
    points: GeoDataFrame, roads: Mapping[str, str], problems: list[Problem], counts: dict[str, int]
) -> None:
    missing: Counter[tuple[str, str]] = Counter()
    other = 0
    streets: list[str | None] = []
    for street, aliases, town in zip(points["street"], points["alias_list"], points["municipality"], strict=True):
        if not isinstance(street, str):
            streets.append(None)
            continue
        spelled = roads.get(street_key(street))
        streets.append(spelled or street)
        if spelled is not None:
            if spelled.casefold() != street.casefold() and street not in aliases:
                aliases.append(street)
            continue
        near = [roads.get(key) for key in (without_direction(street_key(street)), *map(street_key, aliases)) if key]
        known = next((name for name in near if name is not None), None)
        if known is None:
            missing[street, str(town or "")] += 1
            continue
        other += 1
        if known not in aliases:
            aliases.append(known)
    points["street"] = streets
    counts["addresses_on_road_of_other_name"] = other
    counts["addresses_without_road"] = sum(missing.values())
    counts["streets_without_road"] = len(missing)
    counts["addresses_without_street"] = sum(street is None for street in streets)
    for (street, town), count in sorted(missing.items(), key=lambda item: (-item[1], item[0])):
        detail = f"{count:,} address points in {town or 'no town'}; no road line has this name"
        problems.append(Problem("street_without_road", street, detail, count))


def make_places(points: GeoDataFrame, problems: list[Problem]) -> GeoDataFrame:
    """Return the address points that are places people ask for, as rows of ``places``.

    Parameters
    ----------
    points
        Rows of `finish_addresses`; those with a category become places, and stay addresses.
    problems
        What was odd; added to.

    Returns
    -------
    geopandas.GeoDataFrame
        Named by their own name, else by what they are and where: "Fire station, North St, Bristol".
    """
    chosen = points[points["category"].notna()].reset_index(drop=True)
    if len(chosen) == 0:
        return conform(chosen, SOURCE_TABLES["places"])
    words = chosen["category"].str.replace("_", " ").str.capitalize()
    by_street = [
        ", ".join(part for part in (word, street, town) if isinstance(part, str))
        for word, street, town in zip(words, chosen["street"], chosen["municipality"], strict=True)
    ]
    by_number = [
        ", ".join(
            part
            for part in (word, " ".join(p for p in (text, street) if isinstance(p, str)), town)
            if part and isinstance(part, str)
        )
        for word, text, street, town in zip(
            words, chosen["number_text"], chosen["street"], chosen["municipality"], strict=True
        )
    ]
    times = Counter(by_street)
    own = chosen["place_name"]
    described = [short if times[short] == 1 else full for short, full in zip(by_street, by_number, strict=True)]
    chosen["name"] = [name if isinstance(name, str) else text for name, text in zip(own, described, strict=True)]
    problems.append(
        Problem(
            "places_without_name",
            f"{int(own.isna().sum()):,} places",
            "named after what they are and their street",
            int(own.isna().sum()),
        )
    )
    chosen["place_id"] = chosen["address_id"]
    chosen["house_number"] = chosen["number_text"]
    chosen["verified"] = True
    chosen["area_m2"] = float("nan")
    chosen["city"] = chosen["city"].where(chosen["city"].notna(), chosen["municipality"])
    chosen["tags"] = [
        json.dumps({key: value for key, value in (("site_type", site), ("esn", esn)) if isinstance(value, str)})
        for site, esn in zip(chosen["site_type"], chosen["esn"], strict=True)
    ]
    return conform(chosen, SOURCE_TABLES["places"])
