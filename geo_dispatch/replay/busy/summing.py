"""A town's busy units worked out and simulated, and summed up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import InputError
from geo_dispatch.geometry import FloatArray
from geo_dispatch.progress import Progress
from geo_dispatch.replay.busy.hypercube import UnsettledError, approximate
from geo_dispatch.replay.busy.plan import Plan
from geo_dispatch.replay.busy.planning import CallPlan, make_plan
from geo_dispatch.replay.busy.recorded import RecordedWork, Share
from geo_dispatch.replay.busy.simulation import Run, simulate
from geo_dispatch.replay.town import ReplayTown

__all__ = ["Asked", "BusyReport", "CallRate", "Delay", "UnitBusy", "make_report"]


@dataclass(frozen=True, slots=True)
class UnitBusy:
    """How busy a unit is.

    Attributes
    ----------
    unit, crew
        Its name, and the units that share its crew, itself among them.
    on_duty
        Share of the week that it is staffed.
    recorded
        Share of all hours that it was out itself; None without calls.
    hypercube
        Share that its crew is busy, everybody on duty all the time; None where that can't be worked out.
    simulated
        Share of its hours on duty that it, or its crew, is busy.
    chance
        Probability that it is free when it is on duty: what coverage takes.
    by_hour
        Simulated share by hour of the day; None where it is not on duty.
    """

    unit: str
    crew: tuple[str, ...]
    on_duty: float
    recorded: Share | None
    hypercube: float | None
    simulated: Share
    chance: float
    by_hour: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class CallRate:
    """Calls of a type a day, and the mean minutes that a unit is out on one."""

    call_type: str
    per_day: float
    minutes: float


@dataclass(frozen=True, slots=True)
class Delay:
    """Who waits, simulated: shares of the places on cards and of calls, with 95% bounds.

    Attributes
    ----------
    complete
        Calls whose card is filled at once.
    delayed, lapsed, lost
        Places on cards that wait; that nobody fills while the call lasts; that a neighbour takes.
    mean_wait_s, p90_wait_s
        Of those that wait and are filled.
    mean_delay_s
        Of all that are filled, those that don't wait included, with its bounds.
    """

    complete: Share
    delayed: Share
    lapsed: Share
    lost: Share
    mean_wait_s: float | None
    p90_wait_s: float | None
    mean_delay_s: float
    mean_delay95_s: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class BusyReport:
    """How busy a town's units are.

    Attributes
    ----------
    town, source, seed, queue
        What was worked out, and how; whether calls wait, else neighbours take them.
    runs, days
        Simulations, and days of each.
    units, rates, delay
        The answer.
    rejected
        Rows of the calls file left aside, by reason.
    warnings
        What to know.
    """

    town: str
    source: str
    seed: int
    queue: bool
    runs: int
    days: float
    units: tuple[UnitBusy, ...]
    rates: tuple[CallRate, ...]
    delay: Delay
    rejected: Mapping[str, int]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """How it is to be worked out: as of `geo_dispatch.replay.busy.busy_of_calls`."""

    queue: bool
    runs: int
    days: float
    seed: int
    progress: Progress


def make_report(
    at: ReplayTown,
    source: str,
    calls: Sequence[CallPlan],
    asked: Asked,
    work: RecordedWork | None,
    rejected: Mapping[str, int],
) -> BusyReport:
    """Work out how busy units are.

    Parameters
    ----------
    at
        The town.
    source
        What the calls are of.
    calls
        By type.
    asked
        How it is to be worked out.
    work
        What was recorded; None where nothing was.
    rejected
        Rows left aside, by reason.
    """
    plan, notes = make_plan(at, calls)
    rates = tuple(
        CallRate(call.call_type, float(call.per_hour.sum()), float(call.service_s.mean()) / 60) for call in calls
    )
    _check_size(rates, asked)
    worked, warning = _worked_out(plan, queue=asked.queue)
    runs = _runs(plan, asked)
    meta = at.town.meta
    warnings = [*notes, *warning, *((meta.notice,) if meta.notice else ())]
    if work is not None:
        warnings = [*_compared(plan, work), *warnings]
    return BusyReport(
        town=meta.name,
        source=source,
        seed=asked.seed,
        queue=asked.queue,
        runs=asked.runs,
        days=asked.days,
        units=_units(plan, worked, runs, work),
        rates=rates,
        delay=_delay(runs),
        rejected=rejected,
        warnings=tuple(warnings),
    )


def _check_size(rates: Iterable[CallRate], asked: Asked) -> None:
    most = float(load_table("geo_dispatch.replay.busy", "busy")["most_calls"])
    calls = sum(rate.per_day for rate in rates) * asked.days * asked.runs
    if calls > most:
        raise InputError(f"{calls:,.0f} calls would be simulated, {most:,.0f} at most: ask for fewer --runs or --days")


def _worked_out(plan: Plan, *, queue: bool) -> tuple[FloatArray | None, tuple[str, ...]]:
    """Return how busy each unit's crew is by the hypercube; why not, where that can't be worked out."""
    work = plan.workload()
    if not work.order:
        return None, ("no call asks for a unit that the town has: nobody is ever busy",)
    try:
        return approximate(work, queue=queue).busy[plan.crew], ()
    except UnsettledError as error:
        return None, (f"the hypercube can't tell: {error}",)


def _runs(plan: Plan, asked: Asked) -> list[Run]:
    asked.progress.stage("simulating", total=asked.runs)
    seeds = np.random.SeedSequence(asked.seed).generate_state(asked.runs)
    warm = float(load_table("geo_dispatch.replay.busy", "busy")["warm_up_days"])
    runs = []
    for seed in seeds.tolist():
        runs.append(simulate(plan, days=asked.days, warm_up_days=warm, seed=seed, queue=asked.queue))
        asked.progress.advance()
    return runs


def _mean(values: FloatArray) -> tuple[float, tuple[float, float] | None]:
    """Return the mean of replications, and its 95% bounds by Student's t."""
    mean = float(values.mean())
    if len(values) < 2:
        return mean, None
    from scipy.stats import t

    half = float(t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))
    return mean, (mean - half, mean + half)


def _share(values: FloatArray) -> Share:
    mean, bounds = _mean(values)
    return Share(mean, None if bounds is None else (max(bounds[0], 0.0), min(bounds[1], 1.0)))


def _units(
    plan: Plan, worked: FloatArray | None, runs: Sequence[Run], work: RecordedWork | None
) -> tuple[UnitBusy, ...]:
    found = []
    crews = plan.crew.tolist()
    for row, unit in enumerate(plan.units):
        duty = np.asarray([run.duty_s[row].sum() for run in runs])
        busy = np.asarray([run.busy_s[row].sum() for run in runs])
        share = _share(busy / np.maximum(duty, 1.0))
        hours = (np.sum([run.busy_s[row] for run in runs], axis=0), np.sum([run.duty_s[row] for run in runs], axis=0))
        by_hour = tuple(float(b / d) if d > 0 else None for b, d in zip(*hours, strict=True))
        found.append(
            UnitBusy(
                unit=unit,
                crew=tuple(other for other, crew in zip(plan.units, crews, strict=True) if crew == crews[row]),
                on_duty=float(plan.on_duty[row].mean()),
                recorded=None if work is None else work.busy_share(unit),
                hypercube=None if worked is None else float(worked[row]),
                simulated=share,
                chance=round(1.0 - share.share, 4),
                by_hour=by_hour,
            )
        )
    return tuple(found)


def _delay(runs: Sequence[Run]) -> Delay:
    asked, calls = (np.maximum([getattr(run, name) for run in runs], 1) for name in ("asked", "calls"))
    waits = np.asarray([wait for run in runs for wait in run.waits_s])
    filled = np.maximum([run.asked - run.lapsed - run.lost for run in runs], 1)
    mean_delay, bounds = _mean(np.asarray([sum(run.waits_s) for run in runs]) / filled)
    return Delay(
        complete=_share(np.asarray([run.complete for run in runs]) / calls),
        delayed=_share(np.asarray([run.delayed for run in runs]) / asked),
        lapsed=_share(np.asarray([run.lapsed for run in runs]) / asked),
        lost=_share(np.asarray([run.lost for run in runs]) / asked),
        mean_wait_s=float(waits.mean()) if len(waits) else None,
        p90_wait_s=float(np.quantile(waits, 0.9)) if len(waits) else None,
        mean_delay_s=mean_delay,
        mean_delay95_s=None if bounds is None else (max(bounds[0], 0.0), bounds[1]),
    )


def _compared(plan: Plan, work: RecordedWork) -> list[str]:
    """Say where the cards ask for other than what was sent: what is simulated is the cards."""
    rate = sum(float(kind.rate_per_s.mean()) for kind in plan.kinds)
    asked = sum(
        float(kind.rate_per_s.mean()) * float(np.mean([len(place) for place in kind.orders])) for kind in plan.kinds
    )
    sent, wanted = work.trips / max(work.calls, 1), asked / max(rate, 1e-12)
    if abs(sent - wanted) <= 0.2 * wanted:
        return []
    return [
        f"{sent:.2f} units were sent to a call, and the run cards ask for {wanted:.2f}: the model sends what the cards ask for, "
        "so it and the record differ"
    ]
