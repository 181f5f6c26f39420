"""Choosing the one question whose answer is expected to narrow the search most.

Each question has a few possible answers, and a probability of each at every cell that the candidates leave possible. Weighed by how
often callers can answer it at all, that gives the area expected to hold the caller 9 times in 10 afterwards; the question that leaves
the least is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_dispatch.locate.answer import Candidate, Question
from geo_dispatch.locate.draft import KIND, Draft, Finder
from geo_dispatch.locate.normalise import street_key
from geo_dispatch.locate.pointgrid import PointGrid
from geo_dispatch.locate.questions.pool import Pool, area90_m2, pool_of
from geo_dispatch.locate.questions.replies import Replies, told_apart
from geo_dispatch.locate.relations.samples import RoadSamples
from geo_dispatch.locate.tables.questions import load_questions

__all__ = ["Asker", "is_choice"]

_Floats = npt.NDArray[np.float64]
_SURE = 0.8
_SMALL_M2 = 8_000.0


@dataclass(frozen=True, slots=True)
class _Option:
    """A question, the probability of each answer at every cell, shape ``(n_answers, n_cells)``, and how many callers can answer.

    ``left_m2`` is the area that an open question leaves; then there are no answers to choose from.
    """

    question: Question
    answered: float
    given: _Floats | None = None
    left_m2: float = 0.0


def rivals_of(candidates: Sequence[Candidate], drafts: Sequence[Draft]) -> list[int]:
    """Return the candidates that a question must decide between; where the town was said, those in it."""
    least = load_questions().rival_share * candidates[0].probability
    near = [k for k, c in enumerate(candidates) if c.probability >= least]
    return [k for k in near if drafts[k].in_town] if drafts[0].in_town else near


def is_choice(candidates: Sequence[Candidate], drafts: Sequence[Draft]) -> bool:
    """Tell whether several candidates may be meant: then none is located yet.

    >>> is_choice([], [])
    False
    """
    return bool(candidates) and len(rivals_of(candidates, drafts)) > 1


class Asker:
    """Chooses questions.

    Parameters
    ----------
    finder
        The town and its names.
    samples
        Points along its roads.
    replies
        Says how likely answers are.
    """

    def __init__(self, finder: Finder, samples: RoadSamples, replies: Replies) -> None:
        self._finder, self._samples, self._replies = finder, samples, replies
        self._places = PointGrid(finder.town, "places")

    def ask(
        self, candidates: Sequence[Candidate], drafts: Sequence[Draft], asked: frozenset[str] = frozenset()
    ) -> Question | None:
        """Return the question to ask next; None when there is nothing worth asking.

        Parameters
        ----------
        candidates
            Most probable first.
        drafts
            What each was made of, in the same order; without candidates, what was too improbable for one.
        asked
            Ids of questions that were answered already.
        """
        if not candidates:
            return self._without_candidates(drafts)
        rivals = rivals_of(candidates, drafts)
        forced = self._forced(candidates, drafts, rivals, asked)
        if forced is not None:
            return forced
        kept = rivals if len(rivals) > 1 else rivals[:1] or [0]
        pool = pool_of(
            self._finder, self._samples, [drafts[k] for k in kept], [candidates[k].probability for k in kept]
        )
        now = area90_m2(pool.mass, pool.area_m2)
        options = [o for o in self._options(candidates, drafts, kept, pool) if o.question.id not in asked]
        expected = [self._expected(option, pool, now) for option in options]
        best = min(range(len(options)), key=expected.__getitem__, default=None)
        if best is None or (expected[best] > load_questions().worth * now and len(kept) == 1):
            return None
        if now <= _SMALL_M2 and len(kept) == 1:
            return None
        reason = f"expected to narrow the search from {_hectares(now)} to about {_hectares(expected[best])}"
        found = options[best].question
        return Question(found.text, f"{found.reason}; {reason}", found.answers, found.id, found.child_text)

    def _expected(self, option: _Option, pool: Pool, now: float) -> float:
        """Return the area expected to hold the caller 9 times in 10 after the answer, square metres."""
        if option.given is None:
            after = min(option.left_m2, now)
        else:
            after = 0.0
            for given in option.given:
                mass = pool.mass * given
                share = float(mass.sum())
                if share > 1e-6:
                    after += share * area90_m2(mass, pool.area_m2)
        return option.answered * after + (1 - option.answered) * now

    def _without_candidates(self, drafts: Sequence[Draft]) -> Question:
        of_kind = bool(drafts) and all(any(why.reading == KIND for why in draft.why) for draft in drafts)
        if of_kind and len({draft.topic for draft in drafts}) > load_questions().most_rivals:
            return _question("street", "street", f"at least {len(drafts)} places on file fit the words")
        return _question("unknown", "address", "nothing in the text matches a street, place or crossing on file")

    def _forced(
        self, candidates: Sequence[Candidate], drafts: Sequence[Draft], rivals: Sequence[int], asked: frozenset[str]
    ) -> Question | None:
        """Return the question that must come first, whatever it narrows; None when there is none."""
        best, draft, one = candidates[0], drafts[0], len(rivals) <= 1
        if one and draft.in_town is not False and best.kind == "area" and len(best.cross_streets) == 2:
            fields = {"choices": _or(best.cross_streets)}
            return _question("two_streets", "name", "the two do not meet", best.cross_streets, **fields)
        if not one and draft.in_town is False:
            said = next((w.clause for w in best.why if w.reading == "town" and w.status == "contradicted"), "there")
            reason = f"what fits the name is not in {said}"
            return _question("not_there", "street", reason, topic=draft.topic, place=said)
        named = best.kind in ("address", "intersection", "place", "mile_marker", "coordinate")
        if one and named and best.probability < _SURE and f"mean:{draft.label}" not in asked:
            reason = "the words fit it only in part"
            return _question("mean", f"mean:{draft.label}", reason, ("yes", "no"), topic=best.label)
        if len({drafts[k].topic for k in rivals}) > load_questions().most_rivals and "street" not in asked:
            return _question("street", "street", f"at least {len(rivals)} places on file fit the words")
        return None

    def _options(
        self, candidates: Sequence[Candidate], drafts: Sequence[Draft], kept: Sequence[int], pool: Pool
    ) -> list[_Option]:
        found = self._open(drafts, kept, pool)
        if len(kept) > 1:
            found += self._which(candidates, drafts, kept, pool)
        if all(candidates[k].kind not in ("address", "intersection", "coordinate") for k in kept):
            found += [*self._sights(drafts, kept, pool), *self._water(pool)]
        return found

    def _which(
        self, candidates: Sequence[Candidate], drafts: Sequence[Draft], kept: Sequence[int], pool: Pool
    ) -> list[_Option]:
        """Ask which of several candidates is meant."""
        table = load_questions()
        topics = [drafts[k].topic for k in kept]
        towns = [candidates[k].municipality or "" for k in kept]
        compass = [drafts[k].compass for k in kept]
        heard, answered = table.figures["choice"]["heard"], table.figures["choice"]["answered"]
        if len({street_key(topic) for topic in topics}) > 1:
            names = list(dict.fromkeys(topics))
            question = _question("name", "name", "the words fit several names", names[:5], choices=_or(names))
            return [_Option(question, answered, _by_group([names.index(topic) for topic in topics], pool, heard))]
        if all(compass) and len(set(compass)) == len(kept):
            anchor = drafts[kept[0]].anchor_lonlat
            where = f"way:{anchor[0]:.5f},{anchor[1]:.5f}" if anchor is not None else "way"
            reason = "the words leave the direction open"
            question = _question("way", where, reason, compass, topic=topics[0], choices=_or(compass))
            figures = table.figures["way"]
            return [_Option(question, figures["answered"], _by_group(list(range(len(kept))), pool, figures["heard"]))]
        found = []
        if len(set(towns)) == len(kept) and all(towns):
            reason = f"{topics[0]} is in more than one town"
            question = _question("town", "town", reason, towns, choices=_or(towns))
            found.append(_Option(question, answered, _by_group(list(range(len(kept))), pool, heard)))
        spots = [told_apart(drafts[k], candidates[k].cross_streets) for k in kept]
        if not found and all(spots) and len(set(spots)) == len(kept):
            reason = f"there are {len(kept)} of that name"
            question = _question("spot", f"spot:{topics[0]}", reason, spots, topic=topics[0], choices=_or(spots))
            found.append(_Option(question, answered, _by_group(list(range(len(kept))), pool, heard)))
        return found or [
            _Option(_question("near", "near", f"there are {len(kept)} of that name", topic=topics[0]), 0.5, None, 0.0)
        ]

    def _open(self, drafts: Sequence[Draft], kept: Sequence[int], pool: Pool) -> list[_Option]:
        """Ask for a number, a side street, or the street's name."""
        figures, found = load_questions().figures, []
        street = self._one_street(drafts, kept)
        if street is not None:
            name, rows = street
            counts = self._finder.town.table("streets").numbers("address_count")
            numbered = any(int(counts[row]) > 0 for row in rows)
            if numbered or drafts[kept[0]].kind == "street":
                area = 3.14 * figures["number"]["radius_m"] ** 2 * len(kept)
                question = _question("number", f"number:{name}", "only the street is known", street=name)
                found.append(_Option(question, figures["number"]["answered"], None, area))
            area = figures["cross"]["along_m"] / 10.0 * load_questions().road_cell_m2 * len(kept)
            question = _question("cross", f"cross:{name}", "only the street is known", street=name)
            found.append(_Option(question, figures["cross"]["answered"], None, area))
        elif drafts[kept[0]].kind == "area" and len(kept) == 1:
            area = figures["street"]["along_m"] / 10.0 * load_questions().road_cell_m2
            question = _question("area", "street", "only the area is known", topic=drafts[kept[0]].topic)
            found.append(_Option(question, figures["street"]["answered"], None, area))
        return found

    def _one_street(self, drafts: Sequence[Draft], kept: Sequence[int]) -> tuple[str, list[int]] | None:
        """Return the street that all candidates lie on by their words; None when there is none."""
        of_street = [drafts[k] for k in kept]
        if any(draft.kind not in ("street", "segment") or not draft.streets for draft in of_street):
            return None
        names = {street_key(draft.topic) for draft in of_street}
        return (of_street[0].topic, [row for d in of_street for row in d.streets]) if len(names) == 1 else None

    def _sights(self, drafts: Sequence[Draft], kept: Sequence[int], pool: Pool) -> list[_Option]:
        """Ask whether the caller sees a well-known place near where they may be."""
        table, places = load_questions(), self._finder.town.table("places")
        category, name = places.text("category"), places.text("name")
        figures = table.figures["sees"]
        named_once = {name[row] for row in self._rows_near(drafts, kept, figures["within_m"]) if name[row]}
        found = []
        for row in self._rows_near(drafts, kept, figures["within_m"]):
            place_id = places.text("place_id")[row]
            if category[row] not in table.landmarks or name[row] not in named_once or not place_id:
                continue
            named_once.discard(name[row])
            sees = self._replies.sees(place_id, pool.x, pool.y)
            question = _question(
                "sees",
                f"sees:{place_id}",
                "it is in sight of part of where the caller may be",
                ("yes", "no"),
                topic=name[row] or "",
            )
            found.append(_Option(question, figures["answered"], np.stack([sees, 1.0 - sees])))
            if len(found) >= figures["places"]:
                break
        return found

    def _rows_near(self, drafts: Sequence[Draft], kept: Sequence[int], within_m: float) -> list[int]:
        """Return places near the candidates, nearest first."""
        near: dict[int, float] = {}
        for k in kept[:2]:
            x, y = self._finder.town.projection.to_xy(drafts[k].lon, drafts[k].lat)
            for distance, row in self._places.list_near(x, y, within_m)[:150]:
                near[row] = min(distance, near.get(row, distance))
        return sorted(near, key=lambda row: (near[row], row))

    def _water(self, pool: Pool) -> list[_Option]:
        if not self._replies.has_water:
            return []
        sees = self._replies.sees_water(pool.x, pool.y)
        question = _question("water", "water", "water is in sight of part of where the caller may be", ("yes", "no"))
        return [_Option(question, load_questions().figures["water"]["answered"], np.stack([sees, 1.0 - sees]))]


def _by_group(group_of: Sequence[int], pool: Pool, heard: float) -> _Floats:
    """Return the probability of each answer at every cell when an answer names the group that its candidate is in."""
    count = max(group_of) + 1
    own = np.asarray(group_of)[pool.owner]
    other = (1.0 - heard) / max(count - 1, 1)
    return np.where(own[None, :] == np.arange(count)[:, None], heard, other)


def _question(kind: str, question_id: str, reason: str, answers: Sequence[str] = (), **fields: str) -> Question:
    adult, child = load_questions().word(kind, **fields)
    return Question(adult, reason, tuple(answers), question_id, child)


def _or(texts: Sequence[str]) -> str:
    shown = list(texts[:4])
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _hectares(area_m2: float) -> str:
    hectares = area_m2 / 1e4
    return f"{hectares:.0f} ha" if hectares >= 10 else f"{hectares:.1f} ha" if hectares >= 1 else f"{area_m2:.0f} m²"
