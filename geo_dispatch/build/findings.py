"""What a build tells the town's GIS person: warnings in words, and a summary of every oddity."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from geo_dispatch.schema import Problem
from geo_dispatch.units import MILE_M

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame

__all__ = ["cut_off_warnings", "name_warnings", "other_warnings", "summarise_problems"]

_EXAMPLES = 5
_WORTH_NAMING_M = 500.0
_KINDS_WORTH_SAYING = {
    "pack_unresolved": "rows of the town pack could not be placed",
    "pack_dropped": "rows or files of the town pack are wrong and were left out",
    "pack_far_from_road": "rows of the town pack lie far from any road",
    "pack_outside": "rows of the town pack lie outside the town and its margin",
    "capability_without_unit": "run cards ask for what no unit has",
    "row_without_position": "rows of the town pack say nowhere where they are",
    "reversible_road": "reversible roads, on which a car is not sent since no map tells their direction now",
}


def cut_off_warnings(cut_off: Mapping[str, Any], margin_m: float, *, whole_extract: bool = False) -> list[str]:
    """Name the parts of the town that can't be reached, the longest few in full.

    Parameters
    ----------
    cut_off
        The answer of `geo_dispatch.build.connectivity.connectivity`.
    margin_m
        The margin that was loaded, metres.
    whole_extract
        Nobody said which town, so that no margin could help.

    Returns
    -------
    list of str
        One sentence each, with the remedy.
    """
    remedy = "a larger extract" if whole_extract else f"a wider --margin-m than {margin_m:g}"
    parts = [p for p in cut_off["unreachable"] if p["road_m"] >= _WORTH_NAMING_M or p["addresses"]]
    warnings = []
    for part in parts[:_EXAMPLES]:
        names = [*part["localities"], *part["streets"]][:6]
        where = ", ".join(names) or f"unnamed roads near {part['lon']},{part['lat']}"
        warnings.append(
            f"cut off from the {cut_off['origins']}: {where} ({part['road_m'] / MILE_M:.1f} mi of road, "
            f"{part['addresses']} addresses): no road of the source leads there; {remedy} may hold the way"
        )
    if len(parts) > _EXAMPLES:
        rest = sum(part["road_m"] for part in parts[_EXAMPLES:])
        warnings.append(
            f"{len(parts) - _EXAMPLES} more parts of the town are cut off, {rest / MILE_M:.1f} mi of road in all: "
            "`geo-dispatch info --json` lists them"
        )
    return warnings


def other_warnings(layers: Mapping[str, GeoDataFrame], problems: list[Problem]) -> list[str]:
    """Say what the sources lack that answers will miss.

    Parameters
    ----------
    layers
        The tables of the town.
    problems
        Every oddity met.

    Returns
    -------
    list of str
        One sentence each.
    """
    warnings = []
    lost = sum(problem.kind == "address_street_unknown" for problem in problems)
    if lost:
        unmatched = int((layers["addresses"]["street_id"] < 0).sum())
        warnings.append(
            f"{unmatched} addresses stand on {lost} streets that no road bears the name of: locate finds them by point only"
        )
    if len(layers["addresses"]) == 0 and len(layers["address_ranges"]) == 0:
        warnings.append(
            "the sources hold no house numbers: addresses can't be located, only streets, crossings and places"
        )
    for kind, sentence in _KINDS_WORTH_SAYING.items():
        found = [problem for problem in problems if problem.kind == kind]
        if found:
            rows = "; ".join(f"{problem.object_id}: {problem.detail}" for problem in found[:_EXAMPLES])
            warnings.append(f"{sum(problem.count for problem in found)} {sentence}: {rows}")
    return warnings


def name_warnings(confusable: Mapping[str, Any], nameless: Mapping[str, Any]) -> list[str]:
    """Say how many names may be taken for another, and how much public road has none.

    Parameters
    ----------
    confusable, nameless
        The answers of `geo_dispatch.build.confusable`.

    Returns
    -------
    list of str
        One sentence each.
    """
    warnings = []
    if confusable["count"]:
        kinds = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in confusable["count"].items())
        first = " / ".join(confusable["pairs"][0]["streets"])
        warnings.append(
            f"pairs of streets that may be taken for one another: {kinds} (as {first}): `geo-dispatch audit` lists those that lie minutes apart"
        )
    if nameless["segments"]:
        warnings.append(
            f"{nameless['road_m'] / MILE_M:.1f} mi of public road have neither name nor number: callers there can't say where they are"
        )
    return warnings


def summarise_problems(problems: list[Problem]) -> dict[str, dict[str, Any]]:
    """Count the oddities of each kind, with the first few of each, and all of the town pack's.

    Parameters
    ----------
    problems
        Every oddity met.

    Returns
    -------
    dict
        ``{"count", "examples"}`` by kind.
    """
    by_kind: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_kind[problem.kind].append(problem)
    return {
        kind: {
            "count": sum(p.count for p in found),
            "examples": [
                f"{p.object_id}: {p.detail}" for p in (found if kind.startswith("pack_") else found[:_EXAMPLES])
            ],
        }
        for kind, found in sorted(by_kind.items())
    }
