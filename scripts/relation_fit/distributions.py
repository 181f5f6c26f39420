"""Distributions of distances, fitted and compared on what they were not fitted on."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from geo_dispatch.geometry import FloatArray
from geo_dispatch.locate.tables.relations import DistanceForm

__all__ = ["FORMS", "HeldOut", "Trial", "fit_model", "hold_out"]

_LEAST_M = 1.0


@dataclass(frozen=True, slots=True)
class Trial:
    """A way to fit a distribution: gives one from distances, metres."""

    name: str
    fit: Callable[[FloatArray], stats.rv_frozen]
    form: DistanceForm | None = None
    """What the product calls it; None for those it can't use."""


def _log_normal(distance: FloatArray) -> stats.rv_frozen:
    """Fit by the likelihood of the logarithms."""
    log = np.log(distance)
    return stats.lognorm(max(float(log.std(ddof=1)), 0.05), scale=math.exp(float(log.mean())))


def _by_quantiles(distance: FloatArray) -> stats.rv_frozen:
    """Fit through the median and the 90% quantile: what lies far out does not count."""
    p50, p90 = np.quantile(distance, [0.5, 0.9])
    return stats.lognorm(max(math.log(p90 / p50) / float(stats.norm.ppf(0.9)), 0.05), scale=float(p50))


def _log_logistic(distance: FloatArray) -> stats.rv_frozen:
    shape, _, scale = stats.fisk.fit(distance, floc=0)
    return stats.fisk(shape, scale=scale)


def _gamma(distance: FloatArray) -> stats.rv_frozen:
    shape, _, scale = stats.gamma.fit(distance, floc=0)
    return stats.gamma(shape, scale=scale)


def _weibull(distance: FloatArray) -> stats.rv_frozen:
    shape, _, scale = stats.weibull_min.fit(distance, floc=0)
    return stats.weibull_min(shape, scale=scale)


FORMS = (
    Trial("log-normal", _log_normal, "log-normal"),
    Trial("log-normal by quantiles", _by_quantiles, "log-normal"),
    Trial("log-logistic", _log_logistic, "log-logistic"),
    Trial("gamma", _gamma),
    Trial("Weibull", _weibull),
)


@dataclass(frozen=True, slots=True)
class HeldOut:
    """How a distribution did on distances that it was not fitted on.

    Attributes
    ----------
    log_density
        Of every distance, natural logarithm, shape ``(n,)``.
    in50, in90
        Share of distances in the middle 50% and 90%.
    beyond97
        Share of distances beyond the 97% quantile.
    """

    log_density: FloatArray
    in50: float
    in90: float
    beyond97: float


def fit_model(trial: Trial, distance_m: FloatArray) -> tuple[float, float]:
    """Return median and 90% quantile of a distribution fitted to distances, metres.

    Parameters
    ----------
    trial
        What to fit.
    distance_m
        At least two distances; below 1 m they count as 1 m.
    """
    found = trial.fit(np.maximum(distance_m, _LEAST_M))
    return float(found.ppf(0.5)), float(found.ppf(0.9))


def hold_out(distance_m: FloatArray, *, folds: int, seed: int) -> Mapping[str, HeldOut]:
    """Return how each distribution does on every fold when fitted on the others.

    Parameters
    ----------
    distance_m
        Distances, metres.
    folds
        Parts that the distances are dealt into.
    seed
        Of the order in which they are dealt.
    """
    distance = np.maximum(distance_m, _LEAST_M)
    fold = np.random.default_rng(seed).permutation(len(distance)) % folds
    found = {}
    for trial in FORMS:
        log_density, share = np.zeros(len(distance)), np.zeros(len(distance))
        for part in range(folds):
            out = fold == part
            if out.any():
                fitted = trial.fit(distance[~out])
                log_density[out], share[out] = fitted.logpdf(distance[out]), fitted.cdf(distance[out])
        inside = [float(np.mean((share >= low) & (share <= 1 - low))) for low in (0.25, 0.05)]
        found[trial.name] = HeldOut(log_density, inside[0], inside[1], float(np.mean(share > 0.97)))
    return found
