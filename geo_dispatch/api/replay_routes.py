"""The routes of recorded calls and busy units: jobs, since they take long."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from geo_dispatch.api.job_models import JobStarted
from geo_dispatch.api.job_routes import started
from geo_dispatch.api.openapi import PROBLEMS, answers
from geo_dispatch.api.requests import Float, Int
from geo_dispatch.progress import Progress
from geo_dispatch.replay import CallFields
from geo_dispatch.service.document import document
from geo_dispatch.service.jobs import JobRunner
from geo_dispatch.service.replay_desk import ReplayDesk

__all__ = ["make_replay_router"]

_Name = Annotated[str, Field(min_length=1, max_length=100)]
_Seed = Annotated[Int, Field(ge=0, le=2**31 - 1, description="The same seed draws the same.")]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class ReplayRequest(_Request):
    """Recorded calls, and how they are replayed."""

    calls: str = Field(
        min_length=1,
        description="CSV with a header: a row for each unit on each call. Long files are for the command `replay`.",
        examples=[
            "call_id,unit,call_type,dispatched,en_route,on_scene,cleared,place\n"
            "17,E1,alarm,2026-03-02T10:00,2026-03-02T10:01,2026-03-02T10:06,2026-03-02T10:40,Main St and Bridge St\n"
        ],
    )
    columns: dict[_Name, _Name] = Field(
        default_factory=dict, max_length=20, description="Header by the name of the column, where they differ."
    )
    time_format: str | None = Field(
        None, min_length=2, max_length=60, description="As `%m/%d/%Y %H:%M:%S`; ISO 8601 when left out."
    )
    limit: Int | None = Field(None, ge=1, description="Replay so many calls drawn at random; all when left out.")
    seed: _Seed = 1


class BusyRequest(_Request):
    """How many calls come in, and how units answer them."""

    rates: dict[_Name, Annotated[Float, Field(ge=0, le=10_000)]] = Field(
        min_length=1, max_length=100, description="Calls a day by call type.", examples=[{"medical": 9, "alarm": 2}]
    )
    busy_min: Float | None = Field(
        None, gt=0, le=10_000, description="Mean minutes from dispatch to clearing; 45 when left out."
    )
    overflow: Literal["queue", "lost"] = Field(
        "queue", description="Calls that nobody is free for wait, or neighbours take them."
    )
    runs: Int | None = Field(None, ge=1, le=200, description="Simulations; 20 when left out.")
    days: Float | None = Field(None, ge=1, le=3660, description="Days of each; 120 when left out.")
    seed: _Seed = 1


def make_replay_router(desk: ReplayDesk, jobs: JobRunner) -> APIRouter:
    """Make ``/v1/replay`` and ``/v1/busy``.

    Parameters
    ----------
    desk
        Answers.
    jobs
        Runs what takes long.

    Returns
    -------
    fastapi.APIRouter
        To be included in an application.
    """
    router = APIRouter(prefix="/v1", tags=["planning"])

    @router.post(
        "/replay",
        summary="Replay recorded calls",
        operation_id="replay",
        status_code=202,
        responses=answers(JobStarted, (409, *PROBLEMS), status=202),
    )
    def replay(request: ReplayRequest) -> Response:
        """Set recorded calls beside what is recommended and predicted for them: a job, whose result has neither places nor words of them."""
        fields = CallFields(columns=request.columns, time_format=request.time_format)

        def work(progress: Progress) -> Any:
            found = desk.replay(request.calls, fields=fields, limit=request.limit, seed=request.seed, progress=progress)
            return document(found)

        return started(jobs.submit("replay", work, stages=2))

    @router.post(
        "/busy",
        summary="Say how busy units are",
        operation_id="busy",
        status_code=202,
        responses=answers(JobStarted, (409, *PROBLEMS), status=202),
    )
    def busy(request: BusyRequest) -> Response:
        """Work out how busy each unit is by the hypercube model and by simulation, and who waits: a job."""

        def work(progress: Progress) -> Any:
            found = desk.busy(
                request.rates,
                busy_min=request.busy_min,
                queue=request.overflow == "queue",
                runs=request.runs,
                days=request.days,
                seed=request.seed,
                progress=progress,
            )
            return document(found)

        return started(jobs.submit("busy", work, stages=1))

    return router
