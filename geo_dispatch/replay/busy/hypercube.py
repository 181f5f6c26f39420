"""How busy each crew is: Larson's hypercube model, approximated, and exact for few crews.

Crew ``i`` is sent to a class of calls when all before it on the class's list are busy and it is not. The approximation takes crews as busy independently of each
other, each with its own probability, and corrects the product by what holds for servers that are all alike (M/M/N), where the chance
that the first ``k`` of a list are busy and the next is free is known. Lists may leave out crews, that of a capability few have: the correction then is that of
as many servers as the list has. Calls that find their whole list busy wait, or are lost to a neighbour.

References
----------
Larson 1974, "A hypercube queuing model for facility location and redistricting in urban emergency services", doi
10.1016/0305-0548(74)90076-8 (exact); Larson 1975, "Approximating the performance of urban emergency service systems", doi 10.1287/opre.23.5.845;
Jarvis 1985, doi 10.1287/mnsc.31.2.235 (service times that differ, normalising).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import InputError
from geo_dispatch.geometry import FloatArray, IntArray
from geo_dispatch.replay.busy.erlang import number_busy, offered_load
from geo_dispatch.replay.busy.workload import Workload

__all__ = ["Busy", "UnsettledError", "approximate", "solve_exactly"]

_MOST_EXACT = 12


class UnsettledError(InputError):
    """The approximation does not settle on an answer."""


@dataclass(frozen=True, slots=True)
class Busy:
    """How busy crews are.

    Attributes
    ----------
    busy
        Probability that each crew is busy, shape ``(n_crews,)``.
    sent
        Share of each class's calls that each crew is sent to at once, shape ``(n_classes, n_crews)``.
    overflow
        Share of each class's calls that find their whole list busy, shape ``(n_classes,)``.
    """

    busy: FloatArray
    sent: FloatArray
    overflow: FloatArray


def approximate(work: Workload, *, queue: bool) -> Busy:
    """Approximate how busy each crew is.

    Parameters
    ----------
    work
        Who is asked for how often.
    queue
        Calls that find all busy wait for the first free crew of their list; else a neighbour takes them.

    Raises
    ------
    InputError
        If crews are asked for more than they can do.
    UnsettledError
        If they are asked for so much that no answer is settled on.
    """
    work.check()
    figures = load_table("geo_dispatch.replay.busy", "busy")
    load, group = work.load(), _groups(work)
    _check_load(work, group, float(figures["most_load"]), queue=queue)
    busy = np.full(len(work.crews), min(0.5, float(load.sum()) / max(len(work.crews), 1)))
    for _ in range(int(figures["rounds"])):
        told = _told(work, load, group, busy, queue=queue)
        if np.abs(told - busy).max(initial=0.0) < figures["tolerance"]:
            break
        busy = 0.5 * (busy + np.minimum(told, 0.999))
    else:
        raise UnsettledError("it does not settle: crews are asked for nearly all their time")
    sent, overflow = np.zeros((len(load), len(busy))), np.zeros(len(load))
    for row, order in enumerate(work.order):
        correction, overflow[row] = _alike(len(order), float(busy[list(order)].mean()), queue=queue)
        share = correction * _before(busy, order) * (1.0 - busy[list(order)])
        sent[row, list(order)] = share * (1.0 - overflow[row]) / max(float(share.sum()), 1e-300)
    return Busy(busy, sent, overflow)


def _groups(work: Workload) -> IntArray:
    """Return the number of the group that each crew is of: crews on one list, or on lists that share some, are one."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    pairs = [(order[0], crew) for order in work.order for crew in order]
    first, second = np.asarray(pairs, dtype=np.int64).reshape(-1, 2).T
    size = len(work.crews)
    found: IntArray = connected_components(coo_array((np.ones(len(first)), (first, second)), shape=(size, size)))[1]
    return found.astype(np.int64)


def _check_load(work: Workload, group: IntArray, most: float, *, queue: bool) -> None:
    if not queue:
        return
    firsts = np.asarray([group[order[0]] for order in work.order], dtype=np.int64)
    for number in range(int(group.max(initial=-1)) + 1):
        asked, there = float(work.load()[firsts == number].sum()), int((group == number).sum())
        if asked > most * there:
            names = ", ".join(work.crews[crew] for crew in np.flatnonzero(group == number))
            raise InputError(
                f"{names} are asked for the time of {asked:.2f} crews, and are {there}: lower the rates, or let neighbours take what "
                "waits (--overflow lost)"
            )


def _before(busy: FloatArray, order: tuple[int, ...]) -> FloatArray:
    """Return the product of how busy those before each are, by place on the list."""
    result: FloatArray = np.concatenate([[1.0], np.cumprod(busy[list(order)])[:-1]])
    return result


def _told(work: Workload, load: FloatArray, group: IntArray, busy: FloatArray, *, queue: bool) -> FloatArray:
    """Return how busy crews are, of how busy they were thought to be; each group does the work that comes to it, no more and no less."""
    offered, waiting, done = np.zeros(len(busy)), np.zeros(len(busy)), np.zeros(len(busy))
    for row, order in enumerate(work.order):
        crews = list(order)
        correction, all_busy = _alike(len(order), float(busy[crews].mean()), queue=queue)
        offered[crews] += load[row] * correction * _before(busy, order)
        if queue:
            waiting[crews] += load[row] * all_busy / len(order)
        done[group[order[0]]] += load[row] * (1.0 if queue else 1.0 - all_busy)
    told = (offered + waiting) / (1.0 + offered)
    total = np.bincount(group, weights=told, minlength=len(busy))
    scale = np.divide(done, total, out=np.ones_like(done), where=total > 0)
    result: FloatArray = told * scale[group]
    return result


def _alike(servers: int, busy: float, *, queue: bool) -> tuple[FloatArray, float]:
    """Return Larson's correction by place on the list, shape ``(servers,)``, and the chance that all are busy."""
    busy = min(max(busy, 1e-12), 0.999)
    load = servers * busy if queue else offered_load(servers, busy)
    number = number_busy(servers, load, queue=queue)
    counts = np.arange(servers + 1)
    chance, result = number.copy(), np.empty(servers)
    for place in range(servers):  # `chance`: so many are busy, and so are the first `place` that were picked
        free = float((chance * (servers - counts) / (servers - place)).sum())
        result[place] = free / (busy**place * (1.0 - busy))
        chance = chance * np.maximum(counts - place, 0) / (servers - place)
    return result, float(number[-1])


def solve_exactly(work: Workload, *, service_s: float, queue: bool) -> Busy:
    """Solve the hypercube exactly: every set of busy crews is a state.

    Parameters
    ----------
    work
        Who is asked for how often; all calls take alike long here.
    service_s
        Mean of exponential service times, seconds.
    queue
        Calls that find all crews busy wait; then every list must name every crew.

    Raises
    ------
    InputError
        If there are more than 12 crews, a list is short with a queue, or the crews are asked for more than they can do.
    """
    work.check()
    crews = len(work.crews)
    if crews > _MOST_EXACT:
        raise InputError(f"{crews} crews have {2**crews} states: give at most {_MOST_EXACT}, or approximate")
    if queue and any(len(order) < crews for order in work.order):
        raise InputError(
            "with a queue every class must name every crew: which one a waiting call gets is else not told"
        )
    load = float(work.rate_per_s.sum()) * service_s
    if queue and load >= crews:
        raise InputError(f"{crews} crews are asked for {load:.2f} crews' time: lower the rates")
    chance = _stationary(_generator(work, service_s))
    if queue:
        chance[-1] *= crews / (crews - load)
        chance /= chance.sum()
    state = np.arange(2**crews)
    busy = np.asarray([chance[(state >> crew) & 1 == 1].sum() for crew in range(crews)])
    sent, overflow = np.zeros((len(work.order), crews)), np.zeros(len(work.order))
    for row, order in enumerate(work.order):
        goes = _first_free(order, state)
        overflow[row] = chance[goes < 0].sum()
        sent[row] = [chance[goes == crew].sum() for crew in range(crews)]
    return Busy(busy, sent, overflow)


def _first_free(order: tuple[int, ...], state: IntArray) -> IntArray:
    """Return the crew that is sent in each state, -1 for nobody."""
    goes = np.full(len(state), -1)
    for crew in reversed(order):
        goes = np.where((state >> crew) & 1 == 0, crew, goes)
    return goes


def _generator(work: Workload, service_s: float) -> FloatArray:
    """Return the rates from state to state, shape ``(2**n, 2**n)``."""
    size = 2 ** len(work.crews)
    state = np.arange(size)
    rates = np.zeros((size, size))
    for rate, order in zip(work.rate_per_s, work.order, strict=True):
        goes = _first_free(order, state)
        able = goes >= 0
        np.add.at(rates, (state[able], state[able] | (1 << goes[able])), rate)
    for crew in range(len(work.crews)):
        out = state[(state >> crew) & 1 == 1]
        rates[out, out & ~(1 << crew)] += 1.0 / service_s
    rates[state, state] = -rates.sum(axis=1)
    return rates


def _stationary(rates: FloatArray) -> FloatArray:
    matrix = rates.T.copy()
    matrix[0] = 1.0  # probabilities sum to one
    right = np.zeros(len(matrix))
    right[0] = 1.0
    result: FloatArray = np.maximum(np.linalg.solve(matrix, right), 0.0)
    return result
