"""Long work in the background of one process: started, watched, cancelled, and its result kept for a while."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal

from geo_dispatch.errors import ConflictError, GeoDispatchError, UnknownRecordError
from geo_dispatch.progress import Progress

__all__ = ["Job", "JobRunner", "JobState", "Work"]

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
Work = Callable[[Progress], Any]
"""What a job does: told to report to its progress, it returns its result."""

_log = logging.getLogger(__name__)
_ENDED = ("done", "failed", "cancelled")


class _Cancelled(BaseException):
    """Raised inside work that is to stop; no handler of errors takes it for one."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it is now.

    Attributes
    ----------
    id, kind
        Which, and what it does.
    state
        queued, running, done, failed or cancelled.
    progress
        0..1, never falling.
    stage
        What it is doing, in words.
    eta_s
        Seconds it will take yet, as it goes now; None unknown.
    result
        Of a job that is done.
    error
        Of a job that failed.
    """

    id: str
    kind: str
    state: JobState
    progress: float
    stage: str
    eta_s: float | None
    result: Any = None
    error: BaseException | None = None


class _Task:
    """A job's mutable side; it is the progress that its work reports to."""

    def __init__(self, kind: str, work: Work, stages: int, clock: Callable[[], float]) -> None:
        self.id = uuid.uuid4().hex[:16]
        self.kind, self.work, self.state = kind, work, "queued"
        self.result: Any = None
        self.error: BaseException | None = None
        self.stopping = threading.Event()
        self.ended_at: float | None = None
        self._stages, self._clock = max(stages, 1), clock
        self._stage, self._name, self._total, self._done = -1, "", 0, 0
        self._best, self._began = 0.0, clock()

    def begin(self) -> None:
        self.state, self._began = "running", self._clock()

    def end(self, state: JobState) -> None:
        self.state, self.ended_at = state, self._clock()

    def stage(self, name: str, *, total: int | None = None) -> None:
        self._check()
        self._stage, self._name, self._total, self._done = self._stage + 1, name, total or 0, 0

    def advance(self, count: int = 1) -> None:
        self._check()
        self._done += count

    def note(self, message: str) -> None:
        self._check()

    def _check(self) -> None:
        if self.stopping.is_set():
            raise _Cancelled

    def now(self) -> Job:
        within = min(self._done / self._total, 1.0) if self._total else 0.0
        share = min((max(self._stage, 0) + within) / self._stages, 0.99)
        self._best = max(self._best, share)
        progress = 1.0 if self.state == "done" else self._best
        eta = None
        if self.state == "running" and progress > 0.02:
            eta = round((self._clock() - self._began) * (1.0 - progress) / progress, 1)
        state: JobState = self.state  # type: ignore[assignment]
        return Job(self.id, self.kind, state, round(progress, 4), self._name, eta, self.result, self.error)


class JobRunner:
    """Runs jobs, one after the other.

    Parameters
    ----------
    keep_s
        How long what has ended is kept, seconds.
    most_waiting, most_kept
        How many jobs may wait, and how many that have ended are kept.
    clock
        Tells seconds.
    """

    def __init__(
        self,
        *,
        keep_s: float = 3600.0,
        most_waiting: int = 20,
        most_kept: int = 50,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keep_s, self._most_waiting, self._most_kept, self._clock = keep_s, most_waiting, most_kept, clock
        self._tasks: OrderedDict[str, _Task] = OrderedDict()
        self._futures: dict[str, Future[None]] = {}
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None

    def submit(self, kind: str, work: Work, *, stages: int = 1) -> Job:
        """Start a job, as soon as those before it have ended.

        Parameters
        ----------
        kind
            What it does, in a word.
        work
            Called with a progress; its result is kept.
        stages
            How many stages it will report, for the share that is done.

        Raises
        ------
        ConflictError
            If too many jobs wait already.
        """
        with self._lock:
            self._forget()
            waiting = sum(task.state not in _ENDED for task in self._tasks.values())
            if waiting >= self._most_waiting:
                raise ConflictError(f"{waiting} jobs are waiting: cancel one, or ask again when they have ended")
            if self._pool is None:
                self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="job")
            task = _Task(kind, work, stages, self._clock)
            self._tasks[task.id] = task
            self._futures[task.id] = self._pool.submit(self._run, task)
        return task.now()

    def get_job(self, job_id: str) -> Job:
        """Return a job as it is now.

        Raises
        ------
        UnknownRecordError
            If there is none of that id, or it ended so long ago that it is forgotten.
        """
        return self._task(job_id).now()

    def list_jobs(self) -> tuple[Job, ...]:
        """Return all jobs that are remembered, the latest first."""
        with self._lock:
            self._forget()
            return tuple(task.now() for task in reversed(self._tasks.values()))

    def cancel(self, job_id: str) -> Job:
        """Stop a job; one that has ended stays as it is.

        Raises
        ------
        UnknownRecordError
            If there is none of that id.
        """
        task = self._task(job_id)
        task.stopping.set()
        if self._futures[job_id].cancel():
            task.end("cancelled")
        return task.now()

    def close(self) -> None:
        """Stop everything; jobs can be started again afterwards."""
        with self._lock:
            pool, self._pool = self._pool, None
            tasks = tuple(self._tasks.values())
        for task in tasks:
            task.stopping.set()
            if self._futures[task.id].cancel():
                task.end("cancelled")
        if pool is not None:
            pool.shutdown(wait=False)

    def wait(self, job_id: str, timeout_s: float | None = None) -> Job:
        """Return a job when it has ended, or a time has passed."""
        import concurrent.futures

        self._task(job_id)
        concurrent.futures.wait([self._futures[job_id]], timeout=timeout_s)
        return self.get_job(job_id)

    def _run(self, task: _Task) -> None:
        task.begin()
        try:
            task.result = task.work(task)
            task.end("done")
        except _Cancelled:
            task.end("cancelled")
        except Exception as error:
            task.error = error
            task.end("failed")
            if not isinstance(error, GeoDispatchError):
                _log.exception("job %s (%s) failed", task.id, task.kind)

    def _task(self, job_id: str) -> _Task:
        with self._lock:
            self._forget()
            task = self._tasks.get(job_id)
        if task is None:
            raise UnknownRecordError(f"there is no job {job_id!r}: it was never started, or its result is forgotten")
        return task

    def _forget(self) -> None:
        ended = [task for task in self._tasks.values() if task.ended_at is not None]
        now = self._clock()
        surplus = len(ended) - self._most_kept
        for number, task in enumerate(ended):
            if number < surplus or now - float(task.ended_at or 0.0) > self._keep_s:
                del self._tasks[task.id], self._futures[task.id]
