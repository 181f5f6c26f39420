"""Servers that are all alike: how many are busy, in closed form.

References
----------
Erlang 1917, "Solution of some problems in the theory of probabilities of significance in automatic telephone exchanges"; Gross, Shortle, Thompson &
Harris 2008, *Fundamentals of Queueing Theory*, sections 2.3 and 2.5.
"""

from __future__ import annotations

import numpy as np

from geo_dispatch.geometry import FloatArray

__all__ = ["lost_share", "mean_wait_s", "number_busy", "offered_load", "wait_probability"]


def number_busy(servers: int, load: float, *, queue: bool) -> FloatArray:
    """Return the probabilities that 0, 1 ... all servers are busy, shape ``(servers + 1,)``.

    Parameters
    ----------
    servers
        How many there are.
    load
        Calls that come in while one is served, on average (erlang); less than the servers with a queue.
    queue
        Calls that find all busy wait; else they are lost.

    Examples
    --------
    >>> number_busy(1, 0.5, queue=True).tolist(), number_busy(1, 1.0, queue=False).tolist()
    ([0.5, 0.5], [0.5, 0.5])
    """
    weight = np.ones(servers + 1)
    for number in range(1, servers + 1):
        weight[number] = weight[number - 1] * load / number
    if queue:
        weight[-1] *= servers / (servers - load)
    result: FloatArray = weight / weight.sum()
    return result


def lost_share(servers: int, load: float) -> float:
    """Return the share of calls that find all busy and are lost (Erlang B).

    Examples
    --------
    >>> lost_share(2, 1.0)
    0.2
    """
    return float(number_busy(servers, load, queue=False)[-1])


def wait_probability(servers: int, load: float) -> float:
    """Return the share of calls that wait (Erlang C).

    Examples
    --------
    >>> round(wait_probability(2, 1.0), 6)
    0.333333
    """
    return float(number_busy(servers, load, queue=True)[-1])


def mean_wait_s(servers: int, load: float, service_s: float) -> float:
    """Return the mean wait of all calls, those that don't wait included, seconds.

    Examples
    --------
    >>> round(mean_wait_s(1, 0.5, 60.0), 6)
    60.0
    """
    return wait_probability(servers, load) * service_s / (servers - load)


def offered_load(servers: int, busy: float) -> float:
    """Return the load at which servers without a queue are each busy for a share of their time.

    Examples
    --------
    >>> round(offered_load(1, 0.5), 6)
    1.0
    """
    from scipy.optimize import brentq

    if busy <= 0:
        return 0.0
    busy = min(busy, 0.9999)

    def off(load: float) -> float:
        return load * (1.0 - lost_share(servers, load)) - servers * busy

    top = servers * busy
    while off(top) < 0:
        top *= 2.0
    return float(brentq(off, servers * busy * 0.5, top, xtol=1e-10))
