"""Closures on the map, over HTTP: what is asked and answered."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from geo_dispatch.api.requests import Position
from geo_dispatch.api.responses import Geometry
from geo_dispatch.geometry import LonLat

__all__ = ["ClosurePreviewRequest", "ClosurePreviewResponse", "ClosureRoadsResponse"]

_TEXT_M = 20_000


class ClosurePreviewRequest(BaseModel):
    """A closure to look at: one text, or positions; one of the two."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"oneOf": [{"required": ["text"]}, {"required": ["points"]}]}
    )

    text: str | None = Field(
        None, min_length=1, max_length=_TEXT_M, description="As `--close` takes it.",
        examples=["Main St from Bridge St to Ferry Rd; note=tree down"],
    )  # fmt: skip
    points: list[Position] | None = Field(
        None,
        min_length=1,
        max_length=20,
        description="Along a road; one alone means the road from crossing to crossing.",
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> ClosurePreviewRequest:
        if (self.text is None) == (self.points is None):
            raise ValueError("give text or points, one of the two")
        return self

    def what(self) -> str | list[LonLat]:
        """Return what was given."""
        return self.text if self.text is not None else [point.lonlat() for point in self.points or ()]


class _Response(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ClosedRoadsOut(_Response):
    """What is known of the roads of a closure; `area` is set when it is an area."""

    closure_id: str | None
    kind: str
    status: Literal["upcoming", "active", "expired", "preview"]
    length_m: float = Field(ge=0)
    streets: list[str]
    area: Geometry | None


class ClosureFeatureOut(_Response):
    """The roads of a closure as GeoJSON; geometry null when it closes none."""

    type: Literal["Feature"]
    id: str
    geometry: Geometry | None
    properties: ClosedRoadsOut


class ClosureRoadsResponse(_Response):
    """Closures on the map, as they were after row `seq` of the record: a GeoJSON FeatureCollection."""

    type: Literal["FeatureCollection"]
    features: list[ClosureFeatureOut]
    seq: int = Field(ge=0)
    warnings: list[str]


class ClosureToAdd(_Response):
    """A closure as `POST /v1/closures` takes it."""

    kind: str
    spec: str | dict[str, Any]
    profiles: list[str] | None
    starts: str | None
    ends: str | None
    source: str | None
    note: str | None


class ClosurePreviewResponse(_Response):
    """What a closure would close, and its document."""

    closure: ClosureToAdd
    label: str
    feature: ClosureFeatureOut
    warnings: list[str]
