"""Who is asked for how often, and for how long: what busy probabilities follow from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_dispatch.errors import InputError
from geo_dispatch.geometry import FloatArray

__all__ = ["Workload"]


@dataclass(frozen=True, slots=True)
class Workload:
    """Classes of calls, each for one crew, with the crews in the order they are sent in.

    Attributes
    ----------
    crews
        Their names.
    rate_per_s
        Calls of each class per second, shape ``(n_classes,)``.
    service_s
        Mean seconds from dispatch to clearing of each class, shape ``(n_classes,)``.
    order
        Crews of each class, the first free one goes.
    """

    crews: tuple[str, ...]
    rate_per_s: FloatArray
    service_s: FloatArray
    order: tuple[tuple[int, ...], ...]

    def load(self) -> FloatArray:
        """Return calls that come in while one is served, by class, shape ``(n_classes,)``."""
        result: FloatArray = self.rate_per_s * self.service_s
        return result

    def check(self) -> None:
        """Refuse rates and times that are none, and lists that name a crew twice or nobody.

        Raises
        ------
        InputError
            If so.
        """
        if not (np.isfinite(self.rate_per_s).all() and (self.rate_per_s >= 0).all()):
            raise InputError(f"rates {self.rate_per_s.tolist()} are not all numbers from 0 up")
        if not (np.isfinite(self.service_s).all() and (self.service_s > 0).all()):
            raise InputError(f"service times {self.service_s.tolist()} are not all numbers above 0")
        for row in self.order:
            if not row or len(set(row)) != len(row) or not set(row) <= set(range(len(self.crews))):
                raise InputError(f"the order {row} is not one of different crews")
