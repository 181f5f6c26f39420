"""What every row of a town pack may carry, and the town it is for."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from geo_dispatch.build.pack_models.values import Day, Text, Url, Zone

__all__ = ["PackMeta", "PackRow", "Requirement", "Strict"]


class Strict(BaseModel):
    """A model that takes no unknown keys and never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class PackMeta(Strict):
    """Which town a pack is for: ``pack.yaml``."""

    name: Text = Field(description="Town, as signed")
    state: Text = Field(description="State in full")
    fictional: bool = Field(False, description="An invented town; shown on every page then")
    notice: str | None = Field(None, description="Text that is shown with every answer from this town")
    licence: str | None = Field(None, description="Licence of the pack's facts")
    attribution: str | None = Field(None, description="Text that must be shown")
    timezone: Zone | None = Field(None, description="IANA time zone; by its position when left out")
    emergency_number: Text = Field("911", description="Number for emergencies")
    date: Day | None = Field(None, description="When the pack was last gone through")
    note: str | None = Field(None, description="For the people who keep the pack")


class PackRow(Strict):
    """What every row of every file may carry: where it is, and where the fact comes from."""

    table: ClassVar[str]
    id_key: ClassVar[str | None] = None
    where_keys: ClassVar[tuple[tuple[str, str], ...]] = ()

    lon: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False, description="Longitude, degrees")
    lat: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False, description="Latitude, degrees")
    address: str | None = Field(None, description="Street address it is at")
    place: str | None = Field(None, description="Name of a place it is at")
    at: str | None = Field(None, description="Any words that locate understands")
    municipality: str | None = Field(None, description="Town it lies in")
    state: str | None = Field(None, description="State it lies in")
    source_url: Url | None = Field(None, description="Where the fact was read")
    source_date: Day | None = Field(None, description="Date of that page")
    grade: Literal["A", "B", "C", "D"] | None = Field(None, description="A official, B own page, C copy, D weak")
    verified: bool = Field(False, description="Someone of the town has confirmed it")
    note: str | None = Field(None, description="What else to know")

    @model_validator(mode="after")
    def _both_coordinates(self) -> PackRow:
        if (self.lon is None) != (self.lat is None):
            raise ValueError("lon and lat go together: give both or neither")
        return self

    def where(self) -> tuple[str, str] | None:
        """Return how and in what words the row says where it is, when it gives no coordinates."""
        for key, kind in (("address", "address"), ("place", "place"), ("at", "words"), *self.where_keys):
            text = getattr(self, key, None)
            if text:
                return kind, str(text)
        return None


class Requirement(Strict):
    """So many units of one capability."""

    capability: Text
    count: int = Field(1, ge=1)
