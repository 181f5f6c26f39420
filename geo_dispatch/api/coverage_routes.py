"""The routes of coverage."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from geo_dispatch.api.answering import answer_json
from geo_dispatch.api.coverage_models import CoverageRequest, CoverageResponse, JobStarted
from geo_dispatch.api.job_routes import started
from geo_dispatch.api.openapi import PROBLEMS, answers
from geo_dispatch.api.routes import read_closures
from geo_dispatch.service.coverage_desk import CoverageDesk
from geo_dispatch.service.jobs import JobRunner

__all__ = ["make_coverage_router"]


def make_coverage_router(desk: CoverageDesk, jobs: JobRunner) -> APIRouter:
    """Make the routes under ``/v1/coverage``.

    Parameters
    ----------
    desk
        Works coverage out.
    jobs
        Runs what takes long.

    Returns
    -------
    fastapi.APIRouter
        To be included in an application.
    """
    router = APIRouter(prefix="/v1")

    @router.post(
        "/coverage",
        tags=["planning"],
        summary="Say who is reached in how many minutes",
        operation_id="coverage",
        responses={**answers(CoverageResponse, (404, 409, *PROBLEMS)), **answers(JobStarted, (), status=202)},
    )
    def coverage(request: CoverageRequest) -> Response:
        """Work out response times to every address and every metre of the town's own roads.

        Stations are those given, else those of the town file. A time within a threshold is reached: thresholds are inclusive.
        With `wait` false the answer is 202 and the id of a job.
        """
        scenario, include = request.as_scenario(read_closures(request.closures)), request.include
        if request.wait:
            return answer_json(desk.coverage(scenario, include=include))
        return started(
            jobs.submit(
                "coverage", lambda progress: desk.coverage(scenario, include=include, progress=progress), stages=2
            )
        )

    return router
