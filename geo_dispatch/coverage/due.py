"""First, second ... k-th due: who reaches an address when, by response time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray

__all__ = ["Due", "due_of", "nearest_rank"]

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Due:
    """The k responders that are at each point first, the earliest first.

    Attributes
    ----------
    travel_s
        Travel time of those responders, inf where fewer than k get there, shape ``(n_points, k)``.
    response_s
        Turnout and travel, rising along k.
    responder
        Which, -1 for none.
    """

    travel_s: FloatArray
    response_s: FloatArray
    responder: Ints

    @property
    def k(self) -> int:
        """Return how many responders of each point are kept."""
        return int(self.response_s.shape[1])


def due_of(travel_s: FloatArray, turnout_s: FloatArray, *, k: int = 2) -> Due:
    """Order responders by response time at each point.

    Parameters
    ----------
    travel_s
        Seconds, inf where there is no way, shape ``(n_responders, n_points)``.
    turnout_s
        Seconds, shape ``(n_responders,)``.
    k
        How many to keep; fewer where there are fewer responders.

    Returns
    -------
    Due
        Of two that are there at the same time the one with the lower number is first.

    Examples
    --------
    >>> found = due_of(np.asarray([[60.0, np.inf], [30.0, 90.0]]), np.asarray([0.0, 80.0]), k=2)
    >>> found.responder.tolist(), found.response_s.tolist()
    ([[0, 1], [1, -1]], [[60.0, 110.0], [170.0, inf]])
    """
    response = travel_s + turnout_s[:, None]
    kept = max(1, min(k, len(travel_s)))
    order = np.argsort(response, axis=0, kind="stable")[:kept]
    first = np.take_along_axis(response, order, axis=0)
    travel = np.take_along_axis(travel_s, order, axis=0)
    which = np.where(np.isfinite(first), order, -1)
    return Due(travel.T.copy(), first.T.copy(), which.T.astype(np.int64).copy())


def nearest_rank(values: FloatArray, share: float, *, weight: FloatArray | None = None) -> float:
    """Return the smallest value that at least a share of all values do not exceed: the percentile by nearest rank.

    Parameters
    ----------
    values
        Seconds, inf among them, shape ``(n,)``.
    share
        0..1, as 0.9.
    weight
        Of each value; one each when None.

    Returns
    -------
    float
        NaN of no values.

    Examples
    --------
    >>> nearest_rank(np.asarray([10.0, 20.0, 30.0, np.inf]), 0.75)
    30.0
    """
    if not len(values):
        return float("nan")
    order = np.argsort(values, kind="stable")
    mass = np.ones(len(values)) if weight is None else weight[order]
    reached = np.cumsum(mass)
    row = int(np.searchsorted(reached, share * reached[-1] - 1e-9 * reached[-1]))
    return float(values[order][min(row, len(values) - 1)])
