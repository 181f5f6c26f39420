"""The region document: each town, and the region as a whole."""

from __future__ import annotations

from typing import Any

import numpy as np

from geo_dispatch.coverage.region.run import RegionResult
from geo_dispatch.coverage.tally import address_figures, count_within, weighed_figures

__all__ = ["region_document"]


def region_document(result: RegionResult) -> dict[str, Any]:
    """Make the document of a region; it is the same however many processes worked, and whatever was kept.

    Parameters
    ----------
    result
        What came of it.

    Returns
    -------
    dict
        Plain values. The 90th percentile of the region is over the addresses of all its towns.
    """
    limits = result.region.thresholds_s
    done = [row for row in result.towns if row.document is not None]
    response = np.concatenate([row.response_s for row in done]) if done else np.zeros(0)
    people = np.concatenate([row.people for row in done]) if done else np.zeros(0)
    documents = [row.document for row in done if row.document is not None]
    road = [sum(found["road_m"]["reached"][at] for found in documents) for at in range(len(limits))]
    warnings = [f"{row.town.name}: {text}" for row in done if row.document for text in row.document["warnings"]]
    if result.failed:
        warnings.insert(0, f"partial: {len(result.failed)} of {len(result.towns)} towns could not be studied")
    return {
        "name": result.region.name,
        "profile": result.region.profile,
        "thresholds_s": list(limits),
        "stations": sum(len(found["stations"]) for found in documents),
        "addresses": address_figures(response, limits),
        "road_m": weighed_figures(road, sum(found["road_m"]["total"] for found in documents)),
        "population": weighed_figures(count_within(response, limits, people), float(people.sum())),
        "towns": [_town(row) for row in result.towns],
        "partial": bool(result.failed),
        "warnings": warnings,
        "attribution": list(dict.fromkeys(text for found in documents for text in found["attribution"])),
    }


def _town(row: Any) -> dict[str, Any]:
    if row.document is None:
        return {"name": row.town.name, "problem": row.problem}
    members = ("addresses", "road_m", "population")
    return {
        "name": row.town.name,
        "stations": len(row.document["stations"]),
        **{name: row.document[name] for name in members},
        "problem": None,
    }
