"""Jobs: queued, running, done, failed, cancelled, forgotten."""

from __future__ import annotations

import threading
import time

import pytest

from geo_dispatch.errors import ConflictError, InputError, UnknownRecordError
from geo_dispatch.service.jobs import JobRunner


@pytest.fixture
def jobs():
    runner = JobRunner(most_waiting=3)
    yield runner
    runner.close()


def test_progress_rises_and_the_result_is_kept(jobs):
    go, seen = threading.Semaphore(0), []

    def work(progress):
        for stage in ("first", "second"):
            progress.stage(stage, total=2)
            for _ in range(2):
                go.acquire()
                progress.advance()
        return {"answer": 42}

    job = jobs.submit("test", work, stages=2)
    for _ in range(4):
        go.release()
        time.sleep(0.02)
        seen.append(jobs.get_job(job.id).progress)
    done = jobs.wait(job.id, 5)
    assert (done.state, done.result, done.progress) == ("done", {"answer": 42}, 1.0)
    assert seen == sorted(seen)
    assert jobs.list_jobs()[0].id == job.id


def test_a_failed_job_keeps_its_error(jobs):
    def work(progress):
        raise InputError("no such thing: give another")

    done = jobs.wait(jobs.submit("test", work).id, 5)
    assert done.state == "failed"
    assert "give another" in str(done.error)


def test_running_and_waiting_jobs_can_be_cancelled(jobs):
    begun = threading.Event()

    def endless(progress):
        progress.stage("on and on")
        begun.set()
        while True:
            time.sleep(0.005)
            progress.advance()

    running, waiting = jobs.submit("test", endless), jobs.submit("test", endless)
    assert begun.wait(5)
    assert jobs.cancel(waiting.id).state == "cancelled"
    jobs.cancel(running.id)
    assert jobs.wait(running.id, 5).state == "cancelled"
    assert jobs.cancel(running.id).state == "cancelled"


def test_too_many_waiting_are_refused_and_old_ones_forgotten():
    now = [0.0]
    jobs, release = JobRunner(keep_s=60.0, most_waiting=1, clock=lambda: now[0]), threading.Event()
    job = jobs.submit("test", lambda progress: release.wait(5))
    with pytest.raises(ConflictError, match="1 jobs are waiting"):
        jobs.submit("test", lambda progress: None)
    release.set()
    assert jobs.wait(job.id, 5).state == "done"
    now[0] = 61.0
    with pytest.raises(UnknownRecordError, match="never started, or its result is forgotten"):
        jobs.get_job(job.id)
    jobs.close()
