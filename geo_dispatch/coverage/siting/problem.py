"""What a siting question is made of, what a plan is, and how many times and weights are merged without loss."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_dispatch.errors import InputError
from geo_dispatch.geometry import FloatArray, IntArray

__all__ = ["Merged", "Plan", "SitingProblem", "check_count", "check_threshold", "merge_covers", "merge_times"]

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SitingProblem:
    """Candidate sites, demand, and the seconds between them.

    Attributes
    ----------
    time_s
        From each candidate to each demand, ``inf`` where there is no way, shape ``(n_candidates, n_demand)``.
    weight
        Of each demand, not negative, shape ``(n_demand,)``.
    kept
        Candidates that every plan holds: the stations there are. Shape ``(n_candidates,)``.
    """

    time_s: FloatArray
    weight: FloatArray
    kept: Mask

    def __post_init__(self) -> None:
        candidates, demand = self.time_s.shape
        if self.weight.shape != (demand,) or self.kept.shape != (candidates,):
            raise InputError(
                f"times are {candidates} x {demand}, weights {self.weight.shape}, kept {self.kept.shape}: "
                "give a weight for each demand and a mark for each candidate"
            )
        if candidates == 0:
            raise InputError("there is no candidate: name candidates, or a file that holds some")
        if demand == 0:
            raise InputError("there is no demand: the town has no address to serve, so give a file of demand")
        if not np.all(np.isfinite(self.weight) & (self.weight >= 0)):
            row = int(np.flatnonzero(~(np.isfinite(self.weight) & (self.weight >= 0)))[0])
            raise InputError(f"the weight of demand {row} is {self.weight[row]}: give 0 or a positive number")
        if np.isnan(self.time_s).any() or (self.time_s < 0).any():
            raise InputError("a travel time is negative or not a number: give seconds, or inf where there is no way")

    @property
    def within_reach(self) -> Mask:
        """Return which demand at least one candidate has a way to, shape ``(n_demand,)``."""
        return np.asarray(np.isfinite(self.time_s).any(axis=0))

    def nearest(self, chosen: IntArray) -> tuple[FloatArray, IntArray]:
        """Return the time of the nearest of some candidates to each demand, and which that is (-1 where none has a way).

        Parameters
        ----------
        chosen
            Rows of candidates; of two equally near the one that stands first.
        """
        if not len(chosen):
            count = self.time_s.shape[1]
            return np.full(count, np.inf), np.full(count, -1, dtype=np.int64)
        times = self.time_s[chosen]
        row = times.argmin(axis=0)
        best = times[row, np.arange(times.shape[1])]
        return best, np.where(np.isfinite(best), chosen[row], -1)


@dataclass(frozen=True, slots=True)
class Plan:
    """Sites that a model chose.

    Attributes
    ----------
    model
        ``"lscp"``, ``"lscp-b"``, ``"mclp"``, ``"p-median"`` or ``"p-center"``.
    chosen
        Rows of candidates, rising; the kept ones are among them.
    objective
        Stations (lscp); weight reached twice (lscp-b); weight reached (mclp); mean seconds (p-median); most seconds (p-center).
    bound
        No plan is better than this.
    optimal
        Whether the objective is proved to equal the bound.
    left_out
        Rows of demand that no candidate can reach as asked, and that the model therefore leaves out: the plan is then partial.
    notes
        What to know of how it was found.
    """

    model: str
    chosen: IntArray
    objective: float
    bound: float
    optimal: bool
    left_out: IntArray
    notes: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Return whether no demand was left out."""
        return len(self.left_out) == 0


@dataclass(frozen=True, slots=True)
class Merged:
    """Demand merged where it is alike.

    Attributes
    ----------
    row
        One row of demand of each group, shape ``(n_groups,)``.
    weight
        Sum of weights of each group.
    count
        Rows of demand in each group.
    group
        Group of each row given.
    """

    row: IntArray
    weight: FloatArray
    count: IntArray
    group: IntArray


def merge_covers(covers: Mask, weight: FloatArray) -> Merged:
    """Merge demand that the same candidates reach; nothing is lost by it.

    Parameters
    ----------
    covers
        Which candidate reaches which demand, shape ``(n_candidates, n_demand)``.
    weight
        Of each demand.

    Examples
    --------
    >>> merge_covers(np.array([[True, True, False]]), np.array([1.0, 2.0, 4.0])).weight.tolist()
    [3.0, 4.0]
    """
    packed = np.ascontiguousarray(np.packbits(covers, axis=0).T)
    return _merge(packed, weight)


def merge_times(time_s: FloatArray, weight: FloatArray, *, digits: int = 6) -> Merged:
    """Merge demand whose times from all candidates differ by one constant, as those along one dead end do.

    The order of candidates is the same for all of a group, and the constants add to a total whatever is chosen: the best sites
    stay the best.

    Parameters
    ----------
    time_s
        Shape ``(n_candidates, n_demand)``; each demand has a candidate that reaches it.
    weight
        Of each demand.
    digits
        Decimals of a second that tell times apart.
    """
    beyond = time_s - time_s.min(axis=0)
    with np.errstate(invalid="ignore"):
        rounded = np.where(np.isfinite(beyond), np.round(beyond, digits), np.inf)
    return _merge(np.ascontiguousarray(rounded.T), weight)


def _merge(keys: npt.NDArray[np.generic], weight: FloatArray) -> Merged:
    """Merge rows of equal bytes; groups stand in the order of their first row."""
    as_bytes = keys.view(np.dtype((np.void, keys.dtype.itemsize * keys.shape[1]))).ravel()
    _, first, inverse = np.unique(as_bytes, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    group = rank[inverse.ravel()]
    return Merged(
        first[order].astype(np.int64),
        np.bincount(group, weights=weight, minlength=len(order)).astype(np.float64),
        np.bincount(group, minlength=len(order)).astype(np.int64),
        group,
    )


def check_threshold(threshold_s: float) -> None:
    """Refuse a threshold that is no time within a day.

    Raises
    ------
    InputError
        If it is not above 0 and below 86 400 s.
    """
    if not 0 < threshold_s < 86_400:
        raise InputError(f"the threshold is {threshold_s:g} s: give seconds above 0 and below a day, as in 480")


def check_count(problem: SitingProblem, stations: int) -> None:
    """Refuse a number of stations that can't be chosen.

    Raises
    ------
    InputError
        If it is not positive, below the stations kept, or above the candidates.
    """
    kept, candidates = int(problem.kept.sum()), len(problem.kept)
    if stations < 1:
        raise InputError(f"{stations} stations are asked for: give 1 or more")
    if stations < kept:
        raise InputError(f"{stations} stations are asked for, but {kept} are kept: give {kept} or more, or keep none")
    if stations > candidates:
        raise InputError(f"{stations} stations are asked for of {candidates} candidates: give more candidates")
