"""The table of questions, read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from geo_dispatch.locate.tables import read_table

__all__ = ["Curve", "Questions", "load_questions"]


@dataclass(frozen=True, slots=True)
class Curve:
    """A share that falls with distance, piecewise linear."""

    metres: tuple[float, ...]
    shares: tuple[float, ...]

    def at(self, metres: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the share at distances, metres; beyond the last the last."""
        found: npt.NDArray[np.float64] = np.interp(metres, self.metres, self.shares)
        return found


@dataclass(frozen=True, slots=True)
class Questions:
    """Wording and figures of questions (``questions.yaml``)."""

    rival_share: float
    most_rivals: int
    worth: float
    road_cell_m2: float
    figures: dict[str, dict[str, float]]
    sees: Curve
    water: Curve
    contradicted: float
    landmarks: frozenset[str]
    replies: dict[str, frozenset[str]]
    wording: dict[str, dict[str, str]]

    def word(self, kind: str, **fields: str) -> tuple[str, str]:
        """Return a question's wording for an adult and for a child.

        Examples
        --------
        >>> load_questions().word("mean", topic="Drift Road")
        ('Do you mean Drift Road?', 'Is it Drift Road?')
        """
        texts = self.wording[kind]
        return texts["adult"].format(**fields), texts["child"].format(**fields)


def _curve(points: list[list[float]]) -> Curve:
    return Curve(tuple(float(x) for x, _ in points), tuple(float(y) for _, y in points))


@lru_cache(maxsize=1)
def load_questions() -> Questions:
    """Read the table of questions.

    Examples
    --------
    >>> load_questions().figures["choice"]["answered"]
    0.95
    """
    raw: dict[str, Any] = read_table("questions.yaml")
    kinds = ("choice", "way", "mean", "number", "cross", "street", "sees", "water")
    return Questions(
        rival_share=raw["rival_share"],
        most_rivals=raw["most_rivals"],
        worth=raw["worth"],
        road_cell_m2=raw["road_cell_m2"],
        figures={kind: {key: value for key, value in raw[kind].items() if key != "share"} for kind in kinds},
        sees=_curve(raw["sees"]["share"]),
        water=_curve(raw["water"]["share"]),
        contradicted=raw["contradicted"],
        landmarks=frozenset(raw["landmarks"]),
        replies={kind: frozenset(raw[kind]) for kind in ("yes", "no", "unsure")},
        wording=raw["wording"],
    )
