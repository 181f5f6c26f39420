"""The route of siting."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from geo_dispatch.api.job_models import JobStarted
from geo_dispatch.api.job_routes import started
from geo_dispatch.api.openapi import PROBLEMS, answers
from geo_dispatch.api.routes import read_closures
from geo_dispatch.api.siting_models import SitingRequest
from geo_dispatch.progress import Progress
from geo_dispatch.service.jobs import JobRunner
from geo_dispatch.service.siting_desk import SitingDesk

__all__ = ["make_siting_router"]


def make_siting_router(desk: SitingDesk, jobs: JobRunner) -> APIRouter:
    """Make the route ``/v1/coverage/siting``.

    Parameters
    ----------
    desk
        Finds sites.
    jobs
        Runs what takes long.

    Returns
    -------
    fastapi.APIRouter
        To be included in an application.
    """
    router = APIRouter(prefix="/v1")

    @router.post(
        "/coverage/siting",
        tags=["planning"],
        summary="Find where stations would serve best",
        operation_id="coverage_siting",
        status_code=202,
        responses=answers(JobStarted, (404, 409, *PROBLEMS), status=202),
    )
    def siting(request: SitingRequest) -> Response:
        """Choose sites among candidates by a location model, solved to proof: a job, whose result is the siting document.

        Needs the extra `planning` on the server; without it the job fails and says so.
        """
        scenario, question = request.as_scenario(read_closures(request.closures)), request.question()

        def work(progress: Progress) -> dict[str, Any]:
            return desk.site(scenario, question, progress=progress).document()

        return started(jobs.submit("siting", work, stages=4 if question.frontier else 3))

    return router
