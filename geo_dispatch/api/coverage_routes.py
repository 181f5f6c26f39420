"""The routes of coverage."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from geo_dispatch.api.answering import answer_json
from geo_dispatch.api.coverage_requests import CompareRequest, CoverageRequest, EdgesRequest, ScenarioFileRequest
from geo_dispatch.api.coverage_responses import CompareResponse, CoverageResponse, ScenarioFileResponse
from geo_dispatch.api.job_models import JobStarted
from geo_dispatch.api.job_routes import started
from geo_dispatch.api.openapi import PROBLEMS, answers
from geo_dispatch.api.routes import read_closures
from geo_dispatch.coverage import parse_scenario
from geo_dispatch.progress import Progress
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

    @router.post(
        "/coverage/compare",
        tags=["planning"],
        summary="Set two scenarios side by side",
        operation_id="coverage_compare",
        responses={**answers(CompareResponse, (404, 409, *PROBLEMS)), **answers(JobStarted, (), status=202)},
    )
    def compare(request: CompareRequest) -> Response:
        """Tell who is reached sooner or later under the second scenario, and what is gained and lost within each threshold.

        With `wait` false the answer is 202 and the id of a job.
        """
        a, b = request.scenarios()
        stretches = "stretches" in request.include
        if request.wait:
            return answer_json(desk.comparison(a, b, stretches=stretches))
        return started(
            jobs.submit(
                "compare", lambda progress: desk.comparison(a, b, stretches=stretches, progress=progress), stages=4
            )
        )

    @router.post(
        "/coverage/edges",
        tags=["planning"],
        summary="Say what each road's closure costs",
        operation_id="coverage_edges",
        status_code=202,
        responses=answers(JobStarted, (404, 409, *PROBLEMS), status=202),
    )
    def edges(request: EdgesRequest) -> Response:
        """Close every road in both directions, one at a time, exactly: a job, whose result lists the roads, the worst first.

        Each has the addresses that fall beyond each threshold (`lost`), that nobody reaches any more (`unreachable`), that lie on it
        (`on_it`), and the minutes added to those that are reached later.
        """
        scenario = request.as_scenario(read_closures(request.closures))

        def work(progress: Progress) -> dict[str, Any]:
            found = desk.edges(scenario, progress=progress)
            return desk.edges_document(found, scenario, limit=request.limit, bridges_first=request.bridges_first)

        return started(jobs.submit("edges", work, stages=2))

    @router.post(
        "/coverage/scenario",
        tags=["planning"],
        summary="Read a scenario file",
        operation_id="read_scenario",
        responses=answers(ScenarioFileResponse, PROBLEMS),
    )
    def read_scenario(request: ScenarioFileRequest) -> Response:
        """Turn a scenario file of YAML or JSON into what `scenario` takes; a value that can't be used is told with its line."""
        found = parse_scenario(request.text, name=request.name)
        return answer_json({"scenario": found.model_dump(mode="json", exclude_unset=True)})

    return router
