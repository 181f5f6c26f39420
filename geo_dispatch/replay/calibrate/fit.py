"""Factors of travel time fitted to drives: by road class, by hour within a class, by vehicle, and of turns.

Recorded seconds are a sum over the way: each class's seconds times its factor, turns times theirs, and what a top speed fixes. Factors
are found by bounded least squares (Branch, Coleman & Li 1999, doi 10.1137/S1064827595289108), each drawn to what stands above it: a band to its class, a
class to all roads, as strongly as its own data are few (ridge with prior means, Hoerl & Kennard 1970, doi
10.1080/00401706.1970.10488634). Odd trips count less (Huber 1964, doi 10.1214/aoms/1177703732).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from geo_dispatch.data_tables import load_table
from geo_dispatch.geometry import FloatArray
from geo_dispatch.replay.calibrate.design import Design

__all__ = ["Factors", "Spread", "figures", "fit_factors", "predict"]

_ROUNDS = 4


@cache
def figures() -> dict[str, Any]:
    """Return what calibrating counts with."""
    return load_table("geo_dispatch.replay.calibrate", "calibrate")


@dataclass(frozen=True, slots=True)
class Spread:
    """How far factors may stray, as standard deviations: of a class from all roads, of a band from its class."""

    of_class: float
    of_band: float


@dataclass(frozen=True, slots=True)
class Factors:
    """Factors of travel time, and how sure they are.

    Attributes
    ----------
    overall
        Of all roads.
    by_class, by_band
        Of each class, shape ``(n_classes,)``; of each class in each band, shape ``(n_bands, n_classes)``.
    by_profile
        Of each vehicle profile.
    turn
        Of turns.
    class_sd
        Standard deviation of each class's factor, shape ``(n_classes,)``.
    noise
        Standard deviation of recorded times about predicted ones, as a share.
    """

    overall: float
    by_class: FloatArray
    by_band: FloatArray
    by_profile: FloatArray
    turn: float
    class_sd: FloatArray
    noise: float


def predict(design: Design, factors: Factors) -> FloatArray:
    """Return the seconds of drives with some factors, over the ways of the design, shape ``(n,)``."""
    drive = (design.base_s * factors.by_band[design.band]).sum(axis=1)
    result: FloatArray = design.fixed_s + factors.by_profile[design.profile] * drive + factors.turn * design.turn_s
    return result


def fit_factors(design: Design, spread: Spread) -> Factors:
    """Fit factors to drives.

    Parameters
    ----------
    design
        At least one drive.
    spread
        How far factors may stray.
    """
    classes, bands, profiles = len(design.classes), len(design.bands), len(design.profiles)
    total = design.base_s.sum(axis=1)
    overall = _clipped(float((design.recorded_s - design.fixed_s - design.turn_s).sum() / max(total.sum(), 1e-9)))
    found = Factors(
        overall, np.full(classes, overall), np.full((bands, classes), overall), np.ones(profiles), 1.0,
        np.full(classes, spread.of_class), 0.3,
    )  # fmt: skip
    for _ in range(_ROUNDS):
        found = _improved(design, found, spread)
    return found


def _improved(design: Design, before: Factors, spread: Spread) -> Factors:
    """Fit once more, with the weights and the vehicles of the fit before."""
    weight, noise = _weights(design, before)
    scaled = design.base_s * before.by_profile[design.profile][:, None]
    rest = design.recorded_s - design.fixed_s
    overall = _clipped(_ratio(scaled.sum(axis=1), rest - before.turn * design.turn_s, weight, 1.0, 1.0))
    columns = np.column_stack([scaled, design.turn_s])
    means = np.asarray([*np.full(scaled.shape[1], overall), 1.0])
    spreads = np.asarray([*np.full(scaled.shape[1], spread.of_class), float(figures()["turn_spread"])])
    solved, sd = _ridge(columns, rest, weight, means, spreads)
    by_class, turn = solved[:-1], float(solved[-1])
    by_band = np.empty_like(before.by_band)
    for band in range(len(by_band)):
        mine = design.band == band
        by_band[band] = by_class
        if mine.any():
            left = rest[mine] - turn * design.turn_s[mine]
            spreads = np.full(len(by_class), spread.of_band)
            by_band[band], _ = _ridge(scaled[mine], left, weight[mine], by_class, spreads)
    drive = (design.base_s * by_band[design.band]).sum(axis=1)
    by_profile = np.asarray(
        [_profile(design, drive, rest - turn * design.turn_s, weight, row) for row in range(len(before.by_profile))]
    )
    return Factors(overall, by_class, by_band, by_profile, turn, sd[:-1], noise)


def _profile(design: Design, drive: FloatArray, left: FloatArray, weight: FloatArray, row: int) -> float:
    mine = design.profile == row
    return _clipped(_ratio(drive[mine], left[mine], weight[mine], 1.0, float(figures()["profile_spread"])))


def _weights(design: Design, factors: Factors) -> tuple[FloatArray, float]:
    """Return one over the standard deviation of each drive, odd ones less, and the noise as a share."""
    told = predict(design, factors)
    error = design.recorded_s - told
    jitter = float(figures()["jitter_s"])
    size = np.abs(error) / np.maximum(told, 1.0)
    noise = float(np.sqrt(max((1.4826 * np.median(size)) ** 2 - (jitter / np.median(told)) ** 2, 0.03**2)))
    sd = np.hypot(noise * told, jitter)
    odd = np.maximum(np.abs(error) / (figures()["huber"] * sd), 1.0)
    weight: FloatArray = 1.0 / (sd * np.sqrt(odd))
    return weight, noise


def _ratio(x: FloatArray, y: FloatArray, weight: FloatArray, mean: float, spread: float) -> float:
    """Return the one factor of least squares, drawn to a mean."""
    w = weight**2
    return float(((w * x * y).sum() + mean / spread**2) / ((w * x * x).sum() + 1.0 / spread**2))


def _ridge(
    columns: FloatArray, y: FloatArray, weight: FloatArray, means: FloatArray, spreads: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return factors of least squares within bounds, drawn to their means, and their standard deviations."""
    from scipy.optimize import lsq_linear

    scaled = columns * weight[:, None]
    normal = scaled.T @ scaled + np.diag(1.0 / spreads**2)
    right = scaled.T @ (y * weight) + means / spreads**2
    upper = np.linalg.cholesky(normal).T
    low, high = figures()["bounds"]
    solved = lsq_linear(upper, np.linalg.solve(upper.T, right), bounds=(low, high)).x
    return np.asarray(solved), np.sqrt(np.diag(np.linalg.inv(normal)))


def _clipped(factor: float) -> float:
    low, high = figures()["bounds"]
    return float(min(max(factor, low), high))
