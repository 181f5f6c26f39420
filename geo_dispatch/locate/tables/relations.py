"""The tables of relations and of kinds of place, read once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from scipy.special import expit, logit, ndtr, ndtri

from geo_dispatch.geometry import FloatArray
from geo_dispatch.locate.tables import read_table

__all__ = ["DistanceForm", "DistanceModel", "Relations", "load_categories", "load_relations"]

DistanceForm = Literal["log-normal", "log-logistic"]
"""How the logarithm of a distance spreads: as a normal or, with longer tails, as a logistic distribution."""
_AT_90: dict[str, float] = {"log-normal": float(ndtri(0.9)), "log-logistic": float(logit(0.9))}


@dataclass(frozen=True, slots=True)
class DistanceModel:
    """A distribution of distances by its median and 90% quantile, metres.

    Attributes
    ----------
    p50_m, p90_m
        Median and 90% quantile.
    widen
        How fully it grows where roads are sparser than where it was measured, 0 to 1.
    n
        How many clauses it was measured on; 0 when it is a judgement.
    note
        Where it comes from.
    form
        Kind of distribution.
    """

    p50_m: float
    p90_m: float
    widen: float
    n: int = 0
    note: str = ""
    form: DistanceForm = "log-normal"

    @property
    def scale(self) -> float:
        """Return the scale of the distance's logarithm in this form."""
        return math.log(self.p90_m / self.p50_m) / _AT_90[self.form]

    def share_nearer(self, distance_m: FloatArray, wider: float = 1.0) -> FloatArray:
        """Return which part of the distances is shorter, 0 to 1.

        Parameters
        ----------
        distance_m
            Distances, metres; below 1 m they count as 1 m.
        wider
            Factor on distances where roads are sparse, of which `widen` says how fully it counts.

        Examples
        --------
        >>> DistanceModel(50.0, 100.0, 0.0).share_nearer(np.array([50.0, 100.0])).round(2).tolist()
        [0.5, 0.9]
        >>> DistanceModel(50.0, 100.0, 1.0, form="log-logistic").share_nearer(np.array([200.0]), 2.0).round(2).tolist()
        [0.9]
        """
        score = np.log(np.maximum(distance_m, 1.0) / (self.p50_m * wider**self.widen)) / self.scale
        found: FloatArray = ndtr(score) if self.form == "log-normal" else expit(score)
        return found

    def distance_m(self, share: float, wider: float = 1.0) -> float:
        """Return the distance that a share of all is shorter than, metres.

        Parameters
        ----------
        share
            Between 0 and 1.
        wider
            Factor on distances where roads are sparse.

        Examples
        --------
        >>> round(DistanceModel(50.0, 100.0, 0.0).distance_m(0.97), 1)
        138.3
        >>> round(DistanceModel(50.0, 100.0, 0.0, form="log-logistic").distance_m(0.97), 1)
        149.7
        """
        score = float(ndtri(share) if self.form == "log-normal" else logit(share))
        return float(self.p50_m * wider**self.widen * math.exp(score * self.scale))


@dataclass(frozen=True, slots=True)
class Relations:
    """Words and figures of relations (``relations.yaml``, ``distances.yaml``)."""

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
    corner_m: float
    block_spread: float
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
    edge_m: dict[str, float]
    lattice_least_m: float
    lattice_most: int
    epsilon: float
    wrong_exact: float
    street_reach_m: float
    telling_types: list[str]
    most_of_type: int
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
    faint_share: float
    most_along: int
    contradicted_ratio: float
    contradicted_known: float
    cell_m: float
    setback: dict[str, float]


@lru_cache(maxsize=1)
def load_relations() -> Relations:
    """Read the tables of relations.

    Examples
    --------
    >>> near = load_relations().distance["near"]
    >>> near.p50_m < near.p90_m
    True
    """
    raw, distances = read_table("relations.yaml"), read_table("distances.yaml")
    raw["units"] |= dict.fromkeys(("block", "blocks"), distances["block"]["length_m"])
    return Relations(**raw, **_figures(distances))


def _figures(raw: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of ``distances.yaml`` by their name in `Relations`."""
    return {
        "distance": {kind: DistanceModel(**figures, form=raw["form"]) for kind, figures in raw["distance"].items()},
        "dense_road_km_per_km2": raw["road_km_per_km2"],
        "bearing_deg": raw["bearing"]["spread_deg"],
        "bearing_floor": raw["bearing"]["floor"],
        "block_spread": raw["block"]["spread"],
        "epsilon": raw["wrong"]["share"],
        "wrong_exact": raw["wrong"]["exact"],
    }


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
