"""The routes of jobs: long work that was started, and what became of it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import JSONResponse, Response

from geo_dispatch.api.answering import answer_json
from geo_dispatch.api.job_models import JobOut, JobsOut
from geo_dispatch.api.openapi import PROBLEMS, answers
from geo_dispatch.api.problems import problem_of
from geo_dispatch.service.document import document
from geo_dispatch.service.jobs import Job, JobRunner

__all__ = ["make_job_router", "started"]

JobId = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[0-9a-zA-Z]+$", description="Id of the job.")]


def make_job_router(jobs: JobRunner) -> APIRouter:
    """Make ``/v1/jobs``.

    Parameters
    ----------
    jobs
        Runs what takes long.

    Returns
    -------
    fastapi.APIRouter
        To be included in an application.
    """
    router = APIRouter(prefix="/v1", tags=["planning"])

    @router.get("/jobs", summary="List jobs", operation_id="list_jobs", responses=answers(JobsOut, PROBLEMS))
    def list_jobs() -> Response:
        """List the jobs that are remembered, the latest first; their results are asked for one by one."""
        return answer_json({"jobs": [_shown(job, result=False) for job in jobs.list_jobs()]})

    @router.get(
        "/jobs/{job_id}", summary="Look at a job", operation_id="get_job", responses=answers(JobOut, (404, *PROBLEMS))
    )
    def get_job(job_id: JobId) -> Response:
        """Tell how far a job is; when it is done, `result` is the document that it was started for. Kept for an hour."""
        return answer_json(_shown(jobs.get_job(job_id)))

    @router.delete(
        "/jobs/{job_id}", summary="Cancel a job", operation_id="cancel_job", responses=answers(JobOut, (404, *PROBLEMS))
    )
    def cancel_job(job_id: JobId) -> Response:
        """Cancel a job; it stops at its next step. One that has ended stays as it is."""
        return answer_json(_shown(jobs.cancel(job_id)))

    return router


def started(job: Job) -> Response:
    """Answer with the id of a job that was started.

    Parameters
    ----------
    job
        The job.

    Returns
    -------
    starlette.responses.Response
        202, and where to ask for it.
    """
    return JSONResponse(
        {"job": job.id, "state": job.state}, status_code=202, headers={"Location": f"/v1/jobs/{job.id}"}
    )


def _shown(job: Job, *, result: bool = True) -> dict[str, Any]:
    problem = None if job.error is None else problem_of(job.error).document(instance=f"/v1/jobs/{job.id}")
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "progress": job.progress,
        "stage": job.stage,
        "eta_s": job.eta_s,
        "result": document(job.result) if result else None,
        "problem": problem,
    }
