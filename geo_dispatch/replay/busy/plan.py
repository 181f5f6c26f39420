"""What a simulation plays: kinds of calls, what each needs, how long it lasts, and who is there at which hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray
from geo_dispatch.replay.busy.workload import Workload

__all__ = ["HOURS_OF_WEEK", "CallKind", "Plan"]

HOURS_OF_WEEK = 168


@dataclass(frozen=True, slots=True)
class CallKind:
    """One kind of call.

    Attributes
    ----------
    name
        Call type.
    rate_per_s
        Calls per second by hour of the week, from Monday 0:00, shape ``(168,)``.
    orders
        For each place that stands for where it may be: for each unit that the card asks for, the units that could go, best first.
    service_s
        Seconds from dispatch to clearing to draw from; exponential with their mean when there is one only.
    """

    name: str
    rate_per_s: FloatArray
    orders: tuple[tuple[tuple[int, ...], ...], ...]
    service_s: FloatArray

    def per_day(self) -> float:
        """Return how many calls there are a day."""
        return float(self.rate_per_s.mean() * 86_400)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a simulation plays.

    Attributes
    ----------
    units
        Their names.
    crew
        Number of each unit's crew, shape ``(n_units,)``: of units that share one only one can be out.
    on_duty
        Whether each unit is staffed, by hour of the week, shape ``(n_units, 168)``.
    kinds
        The calls.
    """

    units: tuple[str, ...]
    crew: npt.NDArray[np.int64]
    on_duty: npt.NDArray[np.bool_]
    kinds: tuple[CallKind, ...]

    def workload(self) -> Workload:
        """Return it as the hypercube has it: one crew to a call, rates of the mean hour, everybody on duty.

        A call that needs several units is as many calls. Lists that are alike are one class.
        """
        names: dict[int, list[str]] = {}
        for unit, crew in zip(self.units, self.crew.tolist(), strict=True):
            names.setdefault(crew, []).append(unit)
        sums: dict[tuple[int, ...], list[float]] = {}
        for kind in self.kinds:
            rate, seconds = float(kind.rate_per_s.mean()) / max(len(kind.orders), 1), float(kind.service_s.mean())
            for place in kind.orders:
                for units in place:
                    order = tuple(dict.fromkeys(int(self.crew[unit]) for unit in units))
                    if order:
                        row = sums.setdefault(order, [0.0, 0.0])
                        row[0] += rate
                        row[1] += rate * seconds
        orders = sorted(order for order, row in sums.items() if row[0] > 0)
        rates = np.asarray([sums[order][0] for order in orders])
        service = np.asarray([sums[order][1] / sums[order][0] for order in orders])
        crews = tuple("+".join(names[crew]) for crew in sorted(names))
        return Workload(crews, rates, service, tuple(orders))

    def on_duty_share(self) -> Mapping[str, float]:
        """Return the share of the week that each unit is staffed."""
        return {unit: float(row.mean()) for unit, row in zip(self.units, self.on_duty, strict=True)}
