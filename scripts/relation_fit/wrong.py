"""How far off the directions said are, and how many clauses are simply wrong: one mixture, fitted together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo_dispatch.geometry import FloatArray

__all__ = ["Mixture", "fit_mixture"]

_ROUNDS = 500


@dataclass(frozen=True, slots=True)
class Mixture:
    """What clauses with a direction, and all clauses, are made of.

    Attributes
    ----------
    spread_deg
        One standard deviation of the true direction about the one said, where it was meant.
    any_direction
        Share of clauses with a direction whose distance fits and whose direction says nothing, as when the two things
        are exchanged.
    wrong
        Share of all clauses that fit no better than a place anywhere in town.
    n_direction, n
        Clauses with a direction, and all.
    """

    spread_deg: float
    any_direction: float
    wrong: float
    n_direction: int
    n: int

    @property
    def floor(self) -> float:
        """Return what the density keeps far from the direction said, against its highest."""
        peak = (1 - self.any_direction) / (self.spread_deg * math.sqrt(2 * math.pi))
        return self.any_direction / 360.0 / (peak + self.any_direction / 360.0)


def fit_mixture(
    density: FloatArray, anywhere: FloatArray, turn_deg: Sequence[float | None], *, start_deg: float = 30.0
) -> Mixture:
    """Fit the shares and the spread of directions by expectation and maximisation (Dempster, Laird & Rubin 1977).

    Parameters
    ----------
    density
        Of each clause's distance under its relation, per metre, shape ``(n,)``.
    anywhere
        Of the same distance for a place anywhere in town, per metre, shape ``(n,)``.
    turn_deg
        From the direction said to the true one, None where none was said.
    start_deg
        Spread to begin with.
    """
    turn = np.array([np.nan if one is None else one for one in turn_deg])
    said = np.isfinite(turn)
    turn = np.where(said, turn, 0.0)
    spread, loose, wrong = start_deg, 0.1, 0.05
    for _ in range(_ROUNDS):
        towards = np.exp(-0.5 * (turn / spread) ** 2) / (spread * math.sqrt(2 * math.pi))
        meant = (1 - wrong) * density * np.where(said, (1 - loose) * towards, 1.0)
        about = (1 - wrong) * density * np.where(said, loose / 360.0, 0.0)
        off = wrong * anywhere * np.where(said, 1 / 360.0, 1.0)
        total = meant + about + off
        meant, about, off = meant / total, about / total, off / total
        wrong = float(off.mean())
        if said.any():
            loose = float(about[said].sum() / (meant[said] + about[said]).sum())
            spread = math.sqrt(float((meant[said] * turn[said] ** 2).sum() / meant[said].sum()))
    return Mixture(spread, loose, wrong, int(said.sum()), len(turn))
