"""The table of the scene: kinds of ground, features of the road, directions of travel."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from geo_dispatch.locate.tables import read_table

__all__ = ["Feature", "Ground", "Scene", "load_scene"]

_Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """A kind of ground: the words for it, and where the town file has it.

    Attributes
    ----------
    words
        Phrases that say one is in or on it.
    tables
        Base-map table to the kinds in it; no kinds: all of the table.
    highways
        Highway values of roads that are such ground.
    reach_m
        How far from what else was named cells of it are considered.
    line_m
        Half the width given to lines.
    """

    words: tuple[_Phrase, ...]
    tables: dict[str, list[str]]
    highways: tuple[str, ...]
    reach_m: float
    line_m: float


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature of the road without a name: values of node columns, of road columns, and place categories."""

    words: tuple[_Phrase, ...]
    nodes: dict[str, list[str]]
    segments: dict[str, list[str]]
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """Words and figures of the scene (``scene.yaml``)."""

    ground: dict[str, Ground]
    named_not: frozenset[str]
    named_apart_m: float
    named_same_m: float
    named_line_m: float
    feature: dict[str, Feature]
    feature_radius_m: float
    feature_known: float
    line_words: frozenset[str]
    line_of: frozenset[str]
    line_radius_m: float
    bound: dict[_Phrase, float]
    bound_lead: tuple[_Phrase, ...]
    bound_tail: tuple[_Phrase, ...]
    bound_apart_deg: float
    bound_other: float
    ground_other: float
    ground_spacing_m: float
    ground_most: int

    def find_feature(self, words: _Phrase) -> str | None:
        """Return the feature that words name, an article before them aside; None when they name none.

        Examples
        --------
        >>> load_scene().find_feature(("the", "lights"))
        'traffic light'
        """
        bare = words[1:] if words[:1] in (("the",), ("a",), ("an",)) else words
        return next((name for name, feature in self.feature.items() if bare in feature.words), None)


def _phrases(texts: list[str]) -> tuple[_Phrase, ...]:
    return tuple(sorted((tuple(text.split()) for text in texts), key=lambda words: (-len(words), words)))


@lru_cache(maxsize=1)
def load_scene() -> Scene:
    """Read the table of the scene.

    Examples
    --------
    >>> load_scene().bound[("northbound",)]
    0
    """
    raw: dict[str, Any] = read_table("scene.yaml")
    raw["ground"] = {
        kind: Ground(
            _phrases(row["words"]), row["tables"], tuple(row.get("highways", ())), row["reach_m"], row["line_m"]
        )
        for kind, row in raw["ground"].items()
    }
    raw["feature"] = {
        kind: Feature(
            _phrases(row["words"]), row.get("nodes", {}), row.get("segments", {}), tuple(row.get("categories", ()))
        )
        for kind, row in raw["feature"].items()
    }
    raw["bound"] = {tuple(text.split()): degrees for text, degrees in raw["bound"].items()}
    for key in ("bound_lead", "bound_tail"):
        raw[key] = _phrases(raw[key])
    for key in ("line_words", "line_of", "named_not"):
        raw[key] = frozenset(raw[key])
    return Scene(**raw)
