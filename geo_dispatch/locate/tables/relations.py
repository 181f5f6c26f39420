"""The tables of relations and of kinds of place, read once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from geo_dispatch.locate.tables import read_table

__all__ = ["DistanceModel", "Relations", "load_categories", "load_relations"]

_Z90 = 1.2815515655446004  # 90% quantile of the standard normal distribution


@dataclass(frozen=True, slots=True)
class DistanceModel:
    """A log-normal distance by its median and 90% quantile, metres, and how fully it widens where roads are sparse."""

    p50_m: float
    p90_m: float
    widen: float

    @property
    def sigma(self) -> float:
        """Return the standard deviation of the distance's logarithm.

        Examples
        --------
        >>> round(DistanceModel(50.0, 100.0, 0.0).sigma, 2)
        0.54
        """
        return math.log(self.p90_m / self.p50_m) / _Z90


@dataclass(frozen=True, slots=True)
class Relations:
    """Words and figures of relations (``relations.yaml``)."""

    words: dict[str, list[str]]
    directions: dict[str, float]
    direction_lead: list[str]
    direction_tail: list[str]
    inverse: dict[str, list[str]]
    too_far: list[str]
    too_far_ends: list[str]
    units: dict[str, float]
    amounts: dict[str, float]
    distance_lead: list[str]
    distance_link: list[str]
    distance: dict[str, DistanceModel]
    dense_road_km_per_km2: float
    widest: float
    stated_share: float
    stated_least_m: float
    bearing_deg: float
    bearing_along_deg: float
    bearing_floor: float
    between_slack: float
    between_longest_m: float
    side: dict[str, float]
    rings_m: list[float]
    ring_cells: int
    off_road: dict[str, float]
    carriageway_half_m: float
    lattice_least_m: float
    lattice_most: int
    epsilon: float
    street_reach_m: float
    most_anchors: int
    furthest_m: float
    most_clauses: int
    thin_from_m: float
    spacing_m: float
    category_known: float
    mode_gap_m: float
    mode_least: float
    apart_m: float
    apart_least: float
    beside_named: float
    share_least: float
    most_along: int
    contradicted_ratio: float
    contradicted_known: float
    cell_m: float
    setback: dict[str, float]


@lru_cache(maxsize=1)
def load_relations() -> Relations:
    """Read the table of relations.

    Examples
    --------
    >>> load_relations().distance["near"].p90_m
    256
    """
    raw = read_table("relations.yaml")
    raw["distance"] = {kind: DistanceModel(**figures) for kind, figures in raw["distance"].items()}
    return Relations(**raw)


@lru_cache(maxsize=1)
def load_categories() -> dict[str, str]:
    """Return the category of each name for a kind of place, its plural too.

    Examples
    --------
    >>> load_categories()["gas station"], load_categories()["gas stations"]
    ('fuel', 'fuel')
    """
    table = read_table("categories.yaml")
    plurals = {_plural(name): category for category, names in table.items() for name in names}
    return plurals | {name: category for category, names in table.items() for name in names}


def _plural(name: str) -> str:
    """Return a name's plural, which is its possessive too once the apostrophe is gone.

    Examples
    --------
    >>> _plural("church"), _plural("cemetery"), _plural("boat ramp"), _plural("doctors")
    ('churches', 'cemeteries', 'boat ramps', 'doctors')
    """
    if name.endswith("s"):
        return name
    if name.endswith(("ch", "sh", "x", "z")):
        return f"{name}es"
    if name.endswith("y") and name[-2] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}s"
