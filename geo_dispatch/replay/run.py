"""The backtest of a town: a file of recorded calls read, replayed and summed up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import InputError
from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.replay.choices import ChoiceSummary
from geo_dispatch.replay.compared import GROUPINGS, GroupAccuracy
from geo_dispatch.replay.fields import CallFields
from geo_dispatch.replay.outputs import Outputs
from geo_dispatch.replay.reading import CallsFile
from geo_dispatch.replay.replayer import Replayer, Sinks
from geo_dispatch.replay.rows import RowReader
from geo_dispatch.replay.town import ReplayTown
from geo_dispatch.replay.trips import Reject
from geo_dispatch.replay.worklist import Worklist, opened_worklist

__all__ = ["ReplayReport", "RowCounts", "check_town", "load_calls", "replay_calls"]

_NOTED_EVERY = 10_000


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Where the rows of a calls file went: ``read`` is the sum of the others.

    Attributes
    ----------
    read
        Rows that are not blank, without the header.
    replayed, rejected
        Replayed; and left aside with a reason.
    not_reached
        Of calls that were not drawn, or that an interrupted run did not come to.
    """

    read: int
    replayed: int
    rejected: int
    not_reached: int


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What replaying a file of recorded calls found.

    Attributes
    ----------
    town, file, seed
        What was replayed, and how.
    partial
        Why this is not about all calls of the file; None when it is.
    rows, calls
        Counts.
    rejected, unused_columns
        Rows left aside by reason, and headers that mean nothing here.
    not_compared
        Replayed rows of which something is not compared, by reason.
    overall, by
        How well times are predicted: of all rows, and by hour, road class, unit, area and where the unit started.
    choice
        Who was sent beside who would have been recommended.
    files
        What was written.
    warnings
        What to know.
    """

    town: str
    file: str
    seed: int
    partial: str | None
    rows: RowCounts
    calls: int
    rejected: Mapping[str, int]
    unused_columns: tuple[str, ...]
    not_compared: Mapping[str, int]
    overall: GroupAccuracy
    by: Mapping[str, tuple[GroupAccuracy, ...]]
    choice: ChoiceSummary
    files: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())


def load_calls(
    at: ReplayTown, file: CallsFile, fields: CallFields, trips: Worklist, sinks: Sinks, progress: Progress = NO_PROGRESS
) -> int:
    """Read all rows of a calls file into a worklist; returns how many there are.

    Parameters
    ----------
    at
        The town.
    file, fields
        The file, and what it calls things.
    trips
        Gets the good rows.
    sinks
        Gets the rejects.
    progress
        Told of every so many rows.
    """
    units = [seed.unit_id for seed in at.seeds]
    reader = RowReader(file.columns, town=at.town, cards=at.cards, units=units, fields=fields)
    count = 0
    for line, cells in file.rows():
        count += 1
        read = Reject(line, "not CSV", cells) if isinstance(cells, str) else reader.read(line, cells)
        if isinstance(read, Reject):
            sinks.reject(read)
        else:
            trips.add(read)
        if count % _NOTED_EVERY == 0:
            progress.advance(_NOTED_EVERY)
    for twin in trips.close_list():
        sinks.reject(twin)
    return count


def replay_calls(
    at: ReplayTown,
    path: Path,
    *,
    fields: CallFields | None = None,
    out: Path | None = None,
    limit: int | None = None,
    seed: int = 1,
    progress: Progress = NO_PROGRESS,
    name: str | None = None,
) -> ReplayReport:
    """Replay a file of recorded calls.

    Parameters
    ----------
    at
        The town.
    path
        CSV; a row is one unit that went to one call.
    fields
        What the file calls things.
    out
        Folder for what is written: rejects, replayed rows, the summary. Nothing is written when None.
    limit
        Replay so many calls, drawn at random; all when None. Which units were busy is told by all rows all the same.
    seed
        Draws the calls, and the days of the confidence intervals.
    progress
        Told of stages, and of each call.
    name
        What messages call the file; its path when None.

    Returns
    -------
    ReplayReport
        The same for the same seed. When interrupted by Ctrl-C while calls are replayed, of those done so far, and it says so.

    Raises
    ------
    CallsFileError
        If the file can't be read, or its header can't be used.
    OutputError
        If something can't be written.
    InputError
        If the limit is not positive, or the town has no units or run cards.
    """
    fields = fields or CallFields()
    check_town(at, limit=limit)
    file = CallsFile(path, fields, name=name)
    rejected: Counter[str] = Counter()
    with Outputs(out) as outputs, opened_worklist(out) as trips:

        def reject(row: Reject) -> None:
            rejected[row.code] += 1
            outputs.reject(row)

        sinks = Sinks(reject, outputs.replayed)
        progress.stage("reading calls")
        read = load_calls(at, file, fields, trips, sinks, progress)
        replayer = Replayer(at, trips, sinks)
        partial = _replay_all(replayer, trips, limit, seed, progress)
        report = _report(at, file, replayer, read, rejected, partial, seed)
        return outputs.finish(report)


def check_town(at: ReplayTown, *, limit: int | None = None) -> None:
    """Refuse a limit that is none, and a town without units or run cards.

    Raises
    ------
    InputError
        If so.
    """
    if limit is not None and limit < 1:
        raise InputError(f"the limit is {limit}: give 1 call or more")
    for what, there in (("units", at.seeds), ("run cards", at.cards.cards)):
        if not there:
            raise InputError(
                f"the town file of {at.town.meta.name} has no {what}: add them to its town pack, and build it again"
            )


def _replay_all(replayer: Replayer, trips: Worklist, limit: int | None, seed: int, progress: Progress) -> str | None:
    """Replay calls; returns why not all were."""
    total = trips.call_count()
    wanted = total if limit is None else min(limit, total)
    progress.stage("replaying calls", total=wanted)
    try:
        for call_id in trips.calls(limit=limit if wanted < total else None, seed=seed):
            replayer.call(call_id)
            progress.advance()
    except KeyboardInterrupt:
        return f"interrupted after {replayer.done.calls} of {wanted} calls"
    return None if wanted == total else f"{wanted} of {total} calls, drawn at random"


def _report(
    at: ReplayTown,
    file: CallsFile,
    replayer: Replayer,
    read: int,
    rejected: Counter[str],
    partial: str | None,
    seed: int,
) -> ReplayReport:
    done = replayer.done
    refused = sum(rejected.values())
    meta = at.town.meta
    return ReplayReport(
        town=meta.name,
        file=file.name if file.name != str(file.path) else file.path.name,
        seed=seed,
        partial=partial,
        rows=RowCounts(read, done.rows, refused, read - done.rows - refused),
        calls=done.calls,
        rejected=dict(sorted(rejected.items())),
        unused_columns=file.columns.unused,
        not_compared=dict(sorted(done.ledger.notes.items())),
        overall=done.ledger.overall(seed=seed),
        by={grouping: done.ledger.by(grouping, seed=seed) for grouping in GROUPINGS},
        choice=done.choices.summary(),
        warnings=_warnings(at, read, done.rows, refused),
    )


def _warnings(at: ReplayTown, read: int, replayed: int, refused: int) -> tuple[str, ...]:
    told = []
    if refused:
        told.append(f"{refused} of {read} rows are rejected ({refused / read:.1%}): rejects.csv says why")
    if not replayed:
        told.append("no row was replayed: nothing is known of how good predictions are here")
    table = load_table("geo_dispatch.replay", "calls")
    told.append(
        "where units were is not recorded: they are taken to be in quarters, or around their last call for "
        f"{table['returning_s'] / 60:.0f} min after it"
    )
    if at.town.meta.notice:
        told.append(at.town.meta.notice)
    return tuple(told)
