"""Calibrating a town: recorded trips in, factors of travel time out, with an honest account of how well they hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from geo_dispatch.errors import SpeedsFileError
from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.replay.calibrate.crossed import Held
from geo_dispatch.replay.calibrate.design import Design
from geo_dispatch.replay.calibrate.drives import DriveCollector
from geo_dispatch.replay.calibrate.fit import Factors, figures
from geo_dispatch.replay.calibrate.work import Work, calibration_of_factors
from geo_dispatch.replay.fields import CallFields
from geo_dispatch.replay.reading import CallsFile
from geo_dispatch.replay.replayer import Sinks
from geo_dispatch.replay.run import check_town, load_calls
from geo_dispatch.replay.town import ReplayTown
from geo_dispatch.replay.trips import Reject
from geo_dispatch.replay.worklist import opened_worklist
from geo_dispatch.routing import Calibration, IntervalFactors

__all__ = ["CalibrationReport", "ClassFactor", "calibrate_calls", "calibration_text"]


@dataclass(frozen=True, slots=True)
class ClassFactor:
    """What was found of a road class: factor of travel time, its standard deviation, by band, and how much was driven on it."""

    road_class: str
    factor: float
    sd: float
    by_band: Mapping[str, float]
    trips: int
    hours: float


@dataclass(frozen=True, slots=True)
class CalibrationReport:
    """What calibrating found.

    Attributes
    ----------
    town, file, seed
        What was calibrated, and how.
    rows, rejected
        Rows of the file, and those left aside by reason.
    trips, days, first_day, last_day
        Trips that the factors were fitted to.
    left_out
        Trips that tell nothing of speeds, by reason.
    classes, profiles, turn_factor, noise
        The factors, and how far recorded times stray from predicted ones, as a share.
    held
        How well trips are predicted by factors of other days, beside the assumed speeds.
    ways_changed
        Share of trips whose fastest way is another with the factors.
    calibration
        To be written and built in.
    warnings
        What to know.
    """

    town: str
    file: str
    seed: int
    rows: int
    rejected: Mapping[str, int]
    trips: int
    days: int
    first_day: str
    last_day: str
    left_out: Mapping[str, int]
    classes: tuple[ClassFactor, ...]
    profiles: Mapping[str, float]
    turn_factor: float
    noise: float
    held: Held
    ways_changed: float
    calibration: Calibration
    warnings: tuple[str, ...]


def calibrate_calls(
    at: ReplayTown,
    path: Path,
    *,
    fields: CallFields | None = None,
    seed: int = 1,
    progress: Progress = NO_PROGRESS,
) -> CalibrationReport:
    """Find factors of travel time from recorded calls.

    Parameters
    ----------
    at
        The town.
    path, fields
        The file, and what it calls things: as for `replay_calls`.
    seed
        Draws trips where there are many, deals out days, resamples them.
    progress
        Told of stages, and of each trip.

    Returns
    -------
    CalibrationReport
        The same for the same seed.

    Raises
    ------
    CallsFileError
        If the file can't be read, or its header can't be used.
    SpeedsFileError
        If there are too few trips to learn from; the message says what those there are lack.
    """
    check_town(at)
    fields, rejected = fields or CallFields(), Counter[str]()
    file = CallsFile(path, fields)

    def reject(row: Reject) -> None:
        rejected[row.code] += 1

    with opened_worklist() as trips:
        progress.stage("reading calls")
        rows = load_calls(at, file, fields, trips, Sinks(reject, lambda _: None), progress)
        found = DriveCollector(at, trips).collect(most=int(figures()["most_trips"]), seed=seed, progress=progress)
    work = Work(at, found.drives, seed, progress)
    left = Counter(found.left_out) + work.left_out
    _check_enough(len(work.drives), work.days, left)
    factors, design, changed = work.fit()
    held, interval = work.held()
    return _report(at, file, work, rows, rejected, left, factors, design, changed, held, interval)


def _check_enough(trips: int, days: int, left: Mapping[str, int]) -> None:
    least, least_days = int(figures()["least_trips"]), int(figures()["least_days"])
    if trips >= least and days >= least_days:
        return
    told = ", ".join(f"{count} {reason}" for reason, count in sorted(left.items(), key=lambda row: -row[1])) or "none"
    raise SpeedsFileError(
        f"{trips} trips on {days} days tell of speeds, and {least} on {least_days} days are needed: give more recorded calls "
        f"(left out: {told})"
    )


def _report(
    at: ReplayTown, file: CallsFile, work: Work, rows: int, rejected: Counter[str], left: Counter[str],
    factors: Factors, design: Design, changed: float, held: Held, interval: IntervalFactors,
) -> CalibrationReport:  # fmt: skip
    days = sorted({drive.local.date() for drive in work.drives})
    made = _made(at, work, days, held)
    calibration = calibration_of_factors(factors, design, work.hours, interval, made)
    meta = at.town.meta
    return CalibrationReport(
        town=meta.name,
        file=file.path.name,
        seed=work.seed,
        rows=rows,
        rejected=dict(sorted(rejected.items())),
        trips=len(work.drives),
        days=len(days),
        first_day=days[0].isoformat(),
        last_day=days[-1].isoformat(),
        left_out=dict(sorted(left.items())),
        classes=_class_factors(factors, design, work.hours),
        profiles=calibration.profiles,
        turn_factor=calibration.turn_factor,
        noise=factors.noise,
        held=held,
        ways_changed=changed,
        calibration=calibration,
        warnings=(meta.notice,) if meta.notice else (),
    )


def _made(at: ReplayTown, work: Work, days: Sequence[date], held: Held) -> dict[str, object]:
    return {
        "town": at.town.meta.name,
        "trips": len(work.drives),
        "days": len(days),
        "first_day": days[0].isoformat(),
        "last_day": days[-1].isoformat(),
        "mean_error_s": round(held.calibrated.mae_s, 1),
        "mean_error_assumed_s": round(held.assumed.mae_s, 1),
    }


def _class_factors(factors: Factors, design: Design, hours: Mapping[str, object]) -> tuple[ClassFactor, ...]:
    found = []
    for at, name in enumerate(design.classes):
        driven = design.base_s[:, at]
        if driven.sum() <= 0:
            continue
        by_band = {band: float(factors.by_band[design.bands.index(band), at]) for band in hours}
        trips, spent = int((driven >= 1).sum()), float(driven.sum()) / 3600
        found.append(ClassFactor(name, float(factors.by_class[at]), float(factors.class_sd[at]), by_band, trips, spent))
    return tuple(sorted(found, key=lambda row: -row.hours))


def calibration_text(report: CalibrationReport) -> str:
    """Return the file that `build --speeds` reads.

    Parameters
    ----------
    report
        Of `calibrate_calls`.
    """
    import yaml

    head = (
        f"# Factors of travel time of {report.town}, from {report.trips} recorded trips, {report.first_day} to {report.last_day}.\n"
        "# Made by `geo-dispatch calibrate`; build them into the town file with `geo-dispatch build --speeds`.\n"
    )
    body: str = yaml.safe_dump(report.calibration.document(), sort_keys=False, allow_unicode=True, width=120)
    return head + body
