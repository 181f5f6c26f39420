"""How busy a town's units are, from recorded calls or from rates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from random import Random

import numpy as np

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import InputError, NotFoundError
from geo_dispatch.geometry import LonLat
from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.recommend import CallPlace
from geo_dispatch.replay.busy.planning import MONDAY, CallPlan, Spot
from geo_dispatch.replay.busy.recorded import RecordedWork
from geo_dispatch.replay.busy.summing import Asked, BusyReport, make_report
from geo_dispatch.replay.clock import WallClock
from geo_dispatch.replay.fields import CallFields
from geo_dispatch.replay.places import TripPlaces
from geo_dispatch.replay.reading import CallsFile
from geo_dispatch.replay.replayer import Sinks
from geo_dispatch.replay.run import check_town, load_calls
from geo_dispatch.replay.town import ReplayTown
from geo_dispatch.replay.trips import Reject
from geo_dispatch.replay.worklist import Worklist, opened_worklist

__all__ = ["busy_of_calls", "busy_of_rates"]


def busy_of_calls(
    at: ReplayTown,
    path: Path,
    *,
    fields: CallFields | None = None,
    queue: bool = True,
    runs: int | None = None,
    days: float | None = None,
    seed: int = 1,
    progress: Progress = NO_PROGRESS,
) -> BusyReport:
    """Tell how busy units are from recorded calls.

    Parameters
    ----------
    at
        The town.
    path, fields
        The file, and what it calls things: as for `replay_calls`.
    queue
        Calls that nobody is free for wait; else a neighbour takes them.
    runs, days
        How many simulations, and how long each.
    seed
        Of all that is drawn.
    progress
        Told of stages, and of each simulation.

    Raises
    ------
    CallsFileError
        If the file can't be read, or its header can't be used.
    NotFoundError
        If no row of it can be used.
    InputError
        If units are asked for more than they can do, or more is to be simulated than can be.
    """
    check_town(at)
    asked = _asked(queue, runs, days, seed, progress)
    fields, rejected = fields or CallFields(), Counter[str]()
    file = CallsFile(path, fields)

    def reject(row: Reject) -> None:
        rejected[row.code] += 1

    with opened_worklist() as trips:
        progress.stage("reading calls")
        load_calls(at, file, fields, trips, Sinks(reject, lambda _: None), progress)
        if not trips.count():
            told = ", ".join(f"{count} {code}" for code, count in rejected.items()) or "it has no rows"
            raise NotFoundError(
                f"{path}: no row can be used ({told}): `geo-dispatch replay --out` writes each row's reason"
            )
        work = RecordedWork(WallClock(at.town.zone), seed)
        work.add(trips.trips(), trips.first_of_calls())
        calls = _calls_of(at, trips, work, seed)
    return make_report(at, file.path.name, calls, asked, work, dict(sorted(rejected.items())))


def busy_of_rates(
    at: ReplayTown,
    per_day: Mapping[str, float],
    *,
    busy_min: float | None = None,
    queue: bool = True,
    runs: int | None = None,
    days: float | None = None,
    seed: int = 1,
    progress: Progress = NO_PROGRESS,
) -> BusyReport:
    """Tell how busy units are if so many calls come in, from addresses all alike, at all hours alike.

    Parameters
    ----------
    at
        The town.
    per_day
        Calls a day by call type.
    busy_min
        Mean minutes from dispatch to clearing.
    queue, runs, days, seed, progress
        As of `busy_of_calls`.

    Raises
    ------
    RunCardError
        If there is no such call type.
    InputError
        If a rate or time is none, units are asked for more than they can do, or more is to be simulated than can be.
    """
    check_town(at)
    asked = _asked(queue, runs, days, seed, progress)
    minutes = float(load_table("geo_dispatch.replay.busy", "busy")["busy_min"] if busy_min is None else busy_min)
    if not 0 < minutes < 7 * 24 * 60:
        raise InputError(
            f"{minutes:g} minutes is no time that a unit is out on a call: give more than 0, less than a week"
        )
    spots = _address_spots(at, seed)
    calls = []
    for call_type, rate in per_day.items():
        at.cards.check_call(call_type)
        if not 0 <= rate < 100_000:
            raise InputError(f"{rate:g} {call_type} calls a day is no rate: give 0 or more")
        calls.append(CallPlan(call_type, np.full(24, rate / 24), spots, np.asarray([minutes * 60.0])))
    if not sum(per_day.values()) > 0:
        raise InputError("no calls come in: give --rate TYPE=N with N calls a day, or --calls FILE")
    return make_report(at, "rates", calls, asked, None, {})


def _asked(queue: bool, runs: int | None, days: float | None, seed: int, progress: Progress) -> Asked:
    figures = load_table("geo_dispatch.replay.busy", "busy")
    runs, days = runs or int(figures["runs"]), days or float(figures["days"])
    if runs < 1 or not 1 <= days <= 36_600:
        raise InputError(f"{runs} runs of {days:g} days: give 1 run or more, of 1 to 36600 days")
    return Asked(queue, runs, days, seed, progress)


def _calls_of(at: ReplayTown, trips: Worklist, work: RecordedWork, seed: int) -> list[CallPlan]:
    """Return call types with their rates, the places of calls drawn at random, and the times they took."""
    most = int(load_table("geo_dispatch.replay.busy", "busy")["places"])
    places, spots = TripPlaces(at.locator), dict[str, list[Spot]]()
    for call_id in trips.calls(limit=most, seed=seed):
        trip = trips.trips_of(call_id)[0]
        place = places.find(trip)
        if isinstance(place, CallPlace):
            spots.setdefault(trip.call_type, []).append(Spot(place.position, work.clock.local(trip.dispatched)))
    every = [spot for rows in spots.values() for spot in rows]
    if not every:
        raise NotFoundError("no call's place is known: see `geo-dispatch replay` for why each is not")
    shape = np.sum(list(work.calls_by_hour.values()), axis=0) + 1.0  # hours without calls are rare, not impossible
    shape = shape / shape.sum()
    return [
        CallPlan(
            call_type,
            float(hours.sum()) / work.days * shape,
            tuple(spots.get(call_type) or every),
            np.asarray(work.durations[call_type]).clip(min=1.0),
        )
        for call_type, hours in sorted(work.calls_by_hour.items())
    ]


def _address_spots(at: ReplayTown, seed: int) -> tuple[Spot, ...]:
    """Return addresses of the town itself, drawn at random."""
    table = at.town.table("addresses")
    own = np.flatnonzero(np.isfinite(table.lon))
    inside = [row for row in own.tolist() if table.text("municipality")[row] == at.town.meta.name] or own.tolist()
    if not inside:
        raise NotFoundError(f"{at.town.meta.name} has no addresses that calls could come from: give --calls FILE")
    most = int(load_table("geo_dispatch.replay.busy", "busy")["places"])
    rows = sorted(Random(seed).sample(inside, min(most, len(inside))))
    noon = MONDAY.replace(hour=12)
    return tuple(Spot(LonLat(float(table.lon[row]), float(table.lat[row])), noon) for row in rows)
