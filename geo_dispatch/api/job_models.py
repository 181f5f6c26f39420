"""What is answered of long work, over HTTP."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["JobOut", "JobStarted", "JobsOut"]


class _Response(BaseModel):
    model_config = ConfigDict(extra="forbid")


class JobStarted(_Response):
    """A job that was started: ask for it under `/v1/jobs/{id}`."""

    job: str
    state: str


class JobOut(_Response):
    """A job as it is now; `result` of one that is done, `problem` of one that failed."""

    id: str
    kind: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: float = Field(ge=0, le=1)
    stage: str
    eta_s: float | None
    result: Any | None
    problem: dict[str, Any] | None


class JobsOut(_Response):
    """The jobs that are remembered, the latest first, without their results."""

    jobs: list[JobOut]
