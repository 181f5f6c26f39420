"""What an answer to a question says of where the caller is.

A question has an id that holds all it needs to be understood later, so that answers can be given back in any order: ``sees:w12``,
``water``, ``town``, ``name``, ``way:-71.08,41.58`` ... Answers that are words to be located themselves become a text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import compass_point
from geo_dispatch.locate.answer import Why
from geo_dispatch.locate.cells import Cells, place_cells
from geo_dispatch.locate.draft import Draft, Finder
from geo_dispatch.locate.normalise import fold, street_key
from geo_dispatch.locate.questions.pool import cells_of
from geo_dispatch.locate.relations.grounds import Grounds
from geo_dispatch.locate.relations.samples import RoadSamples
from geo_dispatch.locate.tables.questions import load_questions

__all__ = ["Replies", "Reply", "parse_reply", "told_apart"]

_FAR_M = 2000.0
_KINDS = frozenset(
    {
        "sees",
        "water",
        "way",
        "mean",
        "town",
        "name",
        "spot",
        "number",
        "cross",
        "street",
        "street_of",
        "address",
        "near",
    }
)
_WEIGHED = frozenset({"sees", "water", "way", "mean", "town", "name", "spot"})
_SHIFT_LEAST = 0.1
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, order=True)
class Reply:
    """An answer to a question.

    Attributes
    ----------
    question
        The question's id; empty for the one that is asked next.
    answer
        What the caller said.
    """

    question: str
    answer: str

    @property
    def kind(self) -> str:
        """Return the kind of question: the part of its id before ":"."""
        return self.question.partition(":")[0]

    @property
    def subject(self) -> str:
        """Return what the question was about: the part of its id behind ":"."""
        return self.question.partition(":")[2]

    @property
    def is_unsure(self) -> bool:
        """Tell whether the caller could not say."""
        return _plain(self.answer) in load_questions().replies["unsure"]

    def as_text(self) -> str:
        """Return the answer as words to be located; empty when it is no such answer.

        Examples
        --------
        >>> Reply("number:Drift Road", "12").as_text(), Reply("sees:n1", "yes").as_text()
        ('12 Drift Road', '')
        """
        said = self.answer.strip()
        if self.is_unsure or self.yes_or_no is not None:
            return ""
        if self.kind == "number":
            return f"{said} {self.subject}" if any(c.isdigit() for c in said) and len(said.split()) < 3 else said
        if self.kind == "street_of":
            return said if self.subject in said.split() else f"{self.subject} {said}"  # "Route 12" of 12
        if self.kind == "cross":
            return f"on {self.subject}, near {said}"
        return said if self.kind in ("street", "address", "near", "") else ""

    @property
    def yes_or_no(self) -> bool | None:
        """Return whether the caller said yes; None for another answer."""
        plain = _plain(self.answer)
        replies = load_questions().replies
        return True if plain in replies["yes"] else False if plain in replies["no"] else None


def _plain(text: str) -> str:
    return " ".join(word for word in fold(text).replace(".", " ").replace(",", " ").replace("!", " ").split())


def told_apart(draft: Draft, cross_streets: Sequence[str]) -> str:
    """Return words that tell a candidate from others of its name; empty when there are none."""
    if draft.address:
        return f"the one at {draft.address}"
    if cross_streets:
        return f"the one near {' and '.join(cross_streets[:2])}"
    return ""


def parse_reply(text: str) -> Reply:
    """Read ``ANSWER`` or ``QUESTION=ANSWER``.

    Parameters
    ----------
    text
        What the caller said, after the question's id and "=" when it does not answer the question that is asked next.

    Examples
    --------
    >>> parse_reply("yes"), parse_reply("sees:w12=no")
    (Reply(question='', answer='yes'), Reply(question='sees:w12', answer='no'))
    """
    head, sign, rest = text.partition("=")
    if sign and head.partition(":")[0].strip() in _KINDS:
        return Reply(head.strip(), rest.strip())
    return Reply("", text.strip())


class Replies:
    """Weighs candidates by answers.

    Parameters
    ----------
    finder
        The town and its names.
    samples
        Points along its roads.
    grounds
        Its kinds of ground.
    cross_of
        Returns the cross streets of a candidate.
    """

    def __init__(
        self, finder: Finder, samples: RoadSamples, grounds: Grounds, cross_of: Callable[[Draft], tuple[str, ...]]
    ) -> None:
        self._finder, self._samples, self._grounds, self._cross_of = finder, samples, grounds, cross_of
        places = finder.town.table("places")
        self._row_of = {place_id: row for row, place_id in enumerate(places.text("place_id")) if place_id}

    def is_known(self, question: str) -> bool:
        """Tell whether a question's id is one that this town's questions have."""
        reply = Reply(question, "")
        if reply.kind == "sees":
            return reply.subject in self._row_of
        if reply.kind == "way":
            return _position(reply.subject) is not None
        return reply.kind in _KINDS

    @property
    def has_water(self) -> bool:
        """Tell whether any water is on file."""
        return self._grounds.has_water

    def name_others(self, drafts: Sequence[Draft], replies: Sequence[Reply]) -> list[Reply]:
        """Return the answers to "which of these" that name none of the candidates."""
        choices = [r for r in replies if r.kind in ("town", "name", "spot") and not r.is_unsure and r.yes_or_no is None]
        return [r for r in choices if not any(self._is_meant(r, draft) for draft in drafts)]

    def sees(self, place_id: str, x: _Floats, y: _Floats) -> _Floats:
        """Return the share of callers at cells who see a place."""
        places, row = self._finder.town.table("places"), self._row_of[place_id]
        return load_questions().sees.at(np.hypot(x - places.x[row], y - places.y[row]))

    def sees_water(self, x: _Floats, y: _Floats) -> _Floats:
        """Return the share of callers at cells who see water."""
        return load_questions().water.at(self._grounds.water_distance_m(x, y, _FAR_M))

    def apply(self, drafts: Sequence[Draft], replies: Sequence[Reply]) -> list[Draft]:
        """Weigh candidates by answers, in whatever order they were given.

        Parameters
        ----------
        drafts
            Candidates.
        replies
            Answers that are not words to be located.
        """
        done = list(drafts)
        for reply in sorted(replies):
            if not reply.is_unsure and reply.kind in _WEIGHED:
                done = self._apply(done, reply)
        return sorted(done, key=lambda d: (-d.weight * d.known, d.label, d.lon, d.lat))

    def _apply(self, drafts: Sequence[Draft], reply: Reply) -> list[Draft]:
        cells = [cells_of(self._finder, self._samples, draft) for draft in drafts]
        fits = [self._fit(reply, draft, own) for draft, own in zip(drafts, cells, strict=True)]
        shares = [float(own.mass @ fit) for own, fit in zip(cells, fits, strict=True)]
        best = max(shares, default=0.0)
        if best <= 0.0:
            return list(drafts)
        asked, done = _asked(reply, self._name(reply)), []
        for draft, own, fit, share in zip(drafts, cells, fits, shares, strict=True):
            good = share >= load_questions().contradicted * best
            effect = "fits this place" if good else "does not fit this place"
            why = Why(f"{asked}: {reply.answer}", "answer", effect, "supported" if good else "contradicted")
            draft = replace(draft, weight=draft.weight * share, why=(*draft.why, why))
            done.append(self._moved(self._confirmed(draft, reply), own, own.mass * fit))
        return done

    def _fit(self, reply: Reply, draft: Draft, cells: Cells) -> _Floats:
        """Return the probability of an answer at each cell of a candidate."""
        figures = load_questions().figures
        if reply.kind in ("sees", "water"):
            seen = (
                self.sees(reply.subject, cells.x, cells.y)
                if reply.kind == "sees"
                else self.sees_water(cells.x, cells.y)
            )
            return {True: seen, False: 1.0 - seen, None: np.ones(len(seen))}[reply.yes_or_no]
        if reply.kind == "way":
            return self._way(reply, cells)
        heard = figures["mean" if reply.kind == "mean" else "choice"]["heard"]
        meant = self._is_meant(reply, draft)
        return np.full(len(cells.x), 1.0 if meant is None else heard if meant else 1.0 - heard)

    def _way(self, reply: Reply, cells: Cells) -> _Floats:
        """Return the probability of a compass answer at cells around what it was asked of."""
        at = _position(reply.subject)
        words = {name: degrees for degrees in range(0, 360, 45) if (name := compass_point(float(degrees)))}
        said = words.get(_plain(reply.answer))
        if at is None or said is None:
            return np.ones(len(cells.x))
        x, y = self._finder.town.projection.to_xy(*at)
        turn = np.degrees(np.arctan2(cells.x - x, cells.y - y)) - said
        apart = np.abs((turn + 180.0) % 360.0 - 180.0)
        heard = load_questions().figures["way"]["heard"]
        return np.where(apart <= 90.0, heard, 1.0 - heard)

    def _is_meant(self, reply: Reply, draft: Draft) -> bool | None:
        """Tell whether an answer names a candidate; None when that can't be said."""
        said = street_key(reply.answer)
        if reply.kind == "mean":
            meant = street_key(reply.subject) in (street_key(draft.label), street_key(draft.topic))
            return None if reply.yes_or_no is None else meant == reply.yes_or_no
        if reply.kind == "town":
            return said in {street_key(name) for name in (draft.municipality, draft.city, *draft.other_towns) if name}
        if reply.kind == "spot":
            return said == street_key(told_apart(draft, self._cross_of(draft)))
        return said in (street_key(draft.topic), street_key(draft.label))

    def _confirmed(self, draft: Draft, reply: Reply) -> Draft:
        """Take a caller's word for it that a place is meant."""
        if reply.kind == "mean" and reply.yes_or_no and self._is_meant(reply, draft):
            heard = load_questions().figures["mean"]["heard"]
            return replace(draft, known=1.0 - (1.0 - draft.known) * (1.0 - heard) / max(draft.known, 1e-3))
        return draft

    def _moved(self, draft: Draft, cells: Cells, mass: _Floats) -> Draft:
        """Put a candidate where the answer leaves it, if that is elsewhere than before."""
        total = float(mass.sum())
        if total <= 0.0:
            return draft
        mass = mass / total
        if 0.5 * float(np.abs(mass - cells.mass).sum()) < _SHIFT_LEAST:
            return draft
        moved = replace(cells, mass=mass)
        x, y, radius = place_cells(moved)
        position = self._finder.town.projection.to_lonlat(x, y)
        return replace(draft, lon=position.lon, lat=position.lat, radius90_m=radius, cells=moved)

    def _name(self, reply: Reply) -> str:
        """Return the name of the place that a question was about."""
        if reply.kind != "sees":
            return reply.subject
        return self._finder.town.table("places").text("name")[self._row_of[reply.subject]] or "it"


def _asked(reply: Reply, name: str) -> str:
    """Return a question in few words."""
    texts = {"sees": f"sees {name}", "water": "sees water", "mean": f"means {name}", "way": "way from it"}
    return texts.get(reply.kind, f"which {reply.kind}")


def _position(text: str) -> tuple[float, float] | None:
    parts = text.split(",")
    try:
        lon, lat = (float(part) for part in parts)
    except ValueError:
        return None
    return (lon, lat) if math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90 else None
