"""A caller of the audit, and what makes one."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from geo_dispatch.audit.ground import Ground

__all__ = ["Caller", "Maker", "area_tolerance_m", "fill", "lead"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone who says where they are.

    Attributes
    ----------
    text
        Their words.
    x, y
        Where they are, metres in the town's CRS.
    tolerance_m
        How near an answer must be to count as right.
    names
        What they named, as on file.
    """

    text: str
    x: float
    y: float
    tolerance_m: float
    names: tuple[str, ...]


Maker = Callable[[Random], Caller | None]
"""Makes one caller, or None when this draw gave none."""


def lead(ground: Ground, rng: Random, text: str) -> str:
    """Put the words of someone in distress in front of what they say, now and then; no "I'm" in front of a name."""
    if rng.random() >= ground.table["lead_share"]:
        return text
    return f"{rng.choice(ground.table['leads' if text[:1].islower() else 'leads_of_names'])} {text}"


def fill(ground: Ground, rng: Random, relation: str, **names: str) -> str:
    """Choose one of the wordings of a relation and fill it in.

    Parameters
    ----------
    ground, rng
        The town, and the choice.
    relation
        As in the table of words.
    **names
        What the wording speaks of: ``street="Main Road"``.
    """
    wording: str = rng.choice(ground.table["words"][relation])
    return wording.format(**names)


def area_tolerance_m(ground: Ground, area_m2: float, kind: str) -> float:
    """Return the tolerance of a thing that has an area: at least that of its kind, metres."""
    least = float(ground.table["tolerance_m"][kind])
    if not math.isfinite(area_m2):
        return least
    return least + math.sqrt(area_m2 / math.pi) * float(ground.table["area_factor"])
