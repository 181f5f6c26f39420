"""How often somebody may ask: a bucket for each address, which fills again with time."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from geo_dispatch.errors import TooManyError

__all__ = ["Rates"]

_MOST = 20_000
"""Addresses that are remembered: some 5 MB."""


class Rates:
    """Counts what each subject asks, and refuses more than so many a minute; a minute's worth may come at once.

    Parameters
    ----------
    per_minute
        How many.
    what
        What is counted, for the message.
    clock
        Tells seconds that never go back.

    Examples
    --------
    >>> rates = Rates(2, "questions", clock=lambda: 0.0)
    >>> rates.take("192.0.2.7"), rates.take("192.0.2.7")
    (None, None)
    >>> rates.take("192.0.2.7")
    Traceback (most recent call last):
    geo_dispatch.errors.TooManyError: more than 2 questions a minute from your address: try again in 30 s
    """

    def __init__(self, per_minute: int, what: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._what, self._clock = per_minute, what, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, subject: str) -> None:
        """Count one.

        Parameters
        ----------
        subject
            Who asks: an address.

        Raises
        ------
        TooManyError
            If there were too many; the details tell for how many seconds to wait. A refused one counts for nothing.
        """
        now, each_s = self._clock(), 60.0 / self._most
        with self._lock:
            left, since = self._left.pop(subject, (float(self._most), now))
            left = min(self._most, left + (now - since) / each_s)
            self._left[subject] = (left if left < 1.0 else left - 1.0, now)
            while len(self._left) > _MOST:  # those that asked longest ago have a full bucket again, or nearly
                self._left.popitem(last=False)
        if left < 1.0:
            wait = math.ceil((1.0 - left) * each_s)
            raise TooManyError(
                f"more than {self._most} {self._what} a minute from your address: try again in {wait} s",
                details={"retry_after_s": wait},
            )
