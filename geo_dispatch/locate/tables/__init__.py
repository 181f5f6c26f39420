"""The tables of `geo_dispatch.locate`, read once."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

__all__ = ["Model", "Words", "load_model", "load_words", "read_table"]


def read_table(name: str) -> dict[str, Any]:
    """Read a table of this folder by its file name."""
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, Any] = yaml.load(text, Loader=loader)
    return found


def _phrases(values: list[str]) -> tuple[tuple[str, ...], ...]:
    """Split phrases into words, longest first."""
    return tuple(sorted({tuple(value.split()) for value in values}, key=lambda words: (-len(words), words)))


@dataclass(frozen=True, slots=True)
class Words:
    """What the short and spoken forms of words stand for (``words.yaml``)."""

    street_types: dict[str, str]
    directions: dict[str, str]
    synonyms: dict[str, str]
    route_words: dict[tuple[str, ...], str]
    state_codes: dict[str, str]
    state_names: dict[str, str]
    weak_state_codes: frozenset[str]
    countries: tuple[tuple[str, ...], ...]
    numbers: dict[str, int]
    zero_words: frozenset[str]
    scales: dict[str, int]
    ordinals: dict[str, int]
    fillers: tuple[tuple[str, ...], ...]
    prepositions: tuple[tuple[str, ...], ...]
    joiners: frozenset[str]
    corrections: tuple[tuple[str, ...], ...]
    corner_words: tuple[tuple[str, ...], ...]
    unit_words: frozenset[str]
    relations: tuple[tuple[str, ...], ...]
    milepost_words: tuple[tuple[str, ...], ...]
    exit_words: frozenset[str]
    bound_words: dict[str, str]
    generic: frozenset[str]
    everyday: frozenset[str]
    distance_units: dict[str, float]
    incidents: frozenset[str]
    name_endings: frozenset[str]
    name_beginnings: frozenset[str]
    road_types: frozenset[str]

    full_types: frozenset[str] = field(init=False)
    """Street types in full."""
    common: frozenset[str] = field(init=False)
    """Words that tell no place apart: generic ones, street types and directions."""
    plain: frozenset[str] = field(init=False)
    """Words that are no name by themselves: `common` ones and those of everyday speech."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "full_types", frozenset(self.street_types.values()))
        object.__setattr__(self, "common", self.generic | self.full_types | frozenset(self.directions.values()))
        object.__setattr__(self, "plain", self.common | self.everyday)


def _forms(table: dict[str, list[str]]) -> dict[str, str]:
    forms = {full: full for full in table}
    for full, others in table.items():
        forms |= dict.fromkeys(others, full)
    return forms


@lru_cache(maxsize=1)
def load_words() -> Words:
    """Read the table of words.

    Examples
    --------
    >>> load_words().street_types["rd"]
    'road'
    """
    raw = read_table("words.yaml")
    return Words(
        street_types=_forms(raw["street_types"]),
        directions=_forms(raw["directions"]),
        synonyms=_forms(raw["synonyms"]),
        route_words={tuple(text.split()): network for text, network in raw["route_words"].items()},
        state_codes={code: name for name, code in raw["states"].items()},
        state_names={name: code for name, code in raw["states"].items()},  # noqa: C416 - a copy, typed
        weak_state_codes=frozenset(raw["weak_state_codes"]),
        countries=_phrases(raw["countries"]),
        numbers=raw["numbers"],
        zero_words=frozenset(raw["zero_words"]),
        scales=raw["scales"],
        ordinals=raw["ordinals"],
        fillers=_phrases(raw["fillers"]),
        prepositions=_phrases(raw["prepositions"]),
        joiners=frozenset(raw["joiners"]),
        corrections=_phrases(raw["corrections"]),
        corner_words=_phrases(raw["corner_words"]),
        unit_words=frozenset(raw["unit_words"]),
        relations=_phrases(raw["relations"]),
        milepost_words=_phrases(raw["milepost_words"]),
        exit_words=frozenset(raw["exit_words"]),
        bound_words=raw["bound_words"],
        generic=frozenset(raw["generic_place_words"]),
        everyday=frozenset(raw["everyday_words"]),
        distance_units=raw["distance_units"],
        incidents=frozenset(raw["incident_words"]),
        name_endings=frozenset(raw["name_endings"]),
        name_beginnings=frozenset(raw["name_beginnings"]),
        road_types=frozenset(raw["road_types"]),
    )


@dataclass(frozen=True, slots=True)
class Model:
    """The figures behind probabilities and radii (``model.yaml``)."""

    known_by_similarity: tuple[tuple[float, float], ...]
    known_limits: dict[str, float]
    competition: float
    least_similarity: float
    plain_similarity: float
    chance: dict[str, float]
    least_known: float
    least_faint: float
    number: dict[str, float]
    shortlist: dict[str, int]
    look_closer: dict[str, float]
    names_followed: int
    street_type: dict[str, float]
    direction: dict[str, float]
    route_network: dict[str, float]
    digits_differ: float
    digits_missing: float
    spaceless_equal: float
    same_sound: float
    same_sound_least: float
    brand_similarity: float
    type_share: float
    short_name: int
    other_word_below: float
    partial_floor: float
    partial_word: float
    leftover_floor: float
    partial_most: float
    similarity_span: float
    name_kinds: dict[str, float]
    readings: dict[str, float]
    corrected: float
    spotted_known: dict[str, float]
    spot_below: dict[str, float]
    locality_differs: float
    locality_known_limit: float
    locality_behind: float
    locality_span: float
    context_m: dict[str, float]
    context_supported: float
    context_differs: float
    context_known_limit: float
    context_span: float
    distance: dict[str, float]
    doubt: dict[str, float]
    kind_weight: float
    kind_known: float
    minor_weight: float
    minor_categories: frozenset[str]
    located_probability: float
    located_ratio: float
    least_probability: float
    least_beside: float
    interpolated_known: dict[str, float]
    radius90_m: dict[str, float]
    large_place_m: float
    street_buffer_m: float
    merge_crossings_m: float
    merge_addresses_m: float
    merge_places_m: float
    near_crossing_m: float
    longest_text: int
    longest_tokens: int
    neighbour_weight: float
    estimated_weights: dict[str, float]
    beyond_numbers: int
    estimate_span: float
    other_street_name: float
    beside_exact: float
    mended: dict[str, float]
    alias_weight: float
    area_known: float
    old_exit_weight: float
    context_unknown: float
    circle_wrong: float
    circle_known_limit: float
    reverse_m: dict[str, float]

    def known(self, similarity: float) -> float:
        """Return how often the best match of a similarity is what was meant, 0 to 1.

        Examples
        --------
        >>> load_model().known(1.0) > load_model().known(0.9) > load_model().known(0.6) == 0.0
        True
        """
        points = self.known_by_similarity
        for (low_x, low_y), (high_x, high_y) in itertools.pairwise(points):
            if similarity <= high_x:
                return low_y + (high_y - low_y) * (similarity - low_x) / (high_x - low_x)
        return points[-1][1]


@lru_cache(maxsize=1)
def load_model() -> Model:
    """Read the table of figures.

    Examples
    --------
    >>> load_model().radius90_m["address"]
    25
    """
    raw = read_table("model.yaml")
    raw["known_by_similarity"] = tuple((float(x), float(y)) for x, y in raw["known_by_similarity"])
    raw["minor_categories"] = frozenset(raw["minor_categories"])
    return Model(**raw)
