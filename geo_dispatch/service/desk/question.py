"""A question as the parts of the desk take it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from geo_dispatch.knowledge.when import When
from geo_dispatch.service.service import Where

__all__ = ["Question"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question.

    Attributes
    ----------
    text
        As asked.
    words
        In small letters, without punctuation and without its time.
    when
        The time it names.
    now
        When it is asked, with the town's zone.
    origin
        Where the asker is.
    """

    text: str
    words: str
    when: When | None
    now: datetime
    origin: Where | None

    @property
    def today(self) -> date:
        """Return the day it is asked on."""
        return self.now.date()
