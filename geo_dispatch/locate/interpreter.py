"""From words to drafts of candidates: names, relations, corrections, other names that people use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from geo_dispatch.locate.answer import Why
from geo_dispatch.locate.candidates.addresses import find_addresses
from geo_dispatch.locate.candidates.exits import find_exits, find_mile_markers, find_off_file
from geo_dispatch.locate.candidates.grounds import find_grounds
from geo_dispatch.locate.candidates.intersections import find_intersections
from geo_dispatch.locate.candidates.kinds import find_kinds, find_municipality
from geo_dispatch.locate.candidates.places import alias_point, find_places, list_aliases
from geo_dispatch.locate.candidates.streets import find_streets
from geo_dispatch.locate.circle import Circle
from geo_dispatch.locate.doubts import doubt_crossing, doubt_numbers, doubt_tail, doubt_width, drop_faint
from geo_dispatch.locate.draft import Draft, Finder
from geo_dispatch.locate.grammar import strip_fillers, text_of
from geo_dispatch.locate.normalise import fold, spell_numbers, tokenise
from geo_dispatch.locate.parse import list_readings
from geo_dispatch.locate.reading import Reading
from geo_dispatch.locate.relations import RelationEngine
from geo_dispatch.locate.relations.clauses import parse_clauses, split_correction
from geo_dispatch.locate.relations.combine import beside_plain, beside_streets
from geo_dispatch.locate.relations.grounds import Grounds
from geo_dispatch.locate.spot import spot_readings
from geo_dispatch.locate.tables import load_words
from geo_dispatch.locate.weigh import apply_reading, by_other_name, merge_same, probabilities, put_behind

__all__ = ["Interpreter"]

_SURE = 0.8
_FULL = 0.3


class Interpreter:
    """Finds what words may mean.

    Parameters
    ----------
    finder
        The town and its names.
    grounds
        Its kinds of ground.
    """

    def __init__(self, finder: Finder, grounds: Grounds) -> None:
        self.finder = finder
        self.engine = RelationEngine(finder, self._named, grounds)

    def list_joint(self, texts: Sequence[list[str]], circle: Circle | None) -> list[Draft]:
        """Return what several texts of one caller may mean together; their order means nothing.

        Parameters
        ----------
        texts
            Folded words and signs of each.
        circle
            The phone's position.
        """
        if len(texts) == 1:
            return self.list_drafts(texts[0], circle)
        said = [split_correction(tokens)[1] for tokens in texts]
        clauses = [clause for tokens in said for clause in parse_clauses(spell_numbers(tokens), alone=True)]
        joint = [doubt_width(self.finder, draft) for draft in self.engine.weigh(clauses, circle=circle)]
        if any(draft.similarity >= _SURE for draft in joint):
            return merge_same(self.finder, joint)
        return merge_same(self.finder, [draft for tokens in texts for draft in self.list_drafts(tokens, circle)])

    def list_drafts(self, tokens: list[str], circle: Circle | None) -> list[Draft]:
        """Return what the words of one text may mean, heaviest first.

        Parameters
        ----------
        tokens
            Folded words and signs; ";" where a sentence ends.
        circle
            The phone's position: of many things of a kind, those nearest to it are considered.
        """
        before, after = split_correction(tokens)
        drafts = self._uncorrected(after, circle)
        if not before or not drafts:
            return drafts or self._uncorrected(tokens, circle)
        said = [replace(d, weight=d.weight * self.finder.model.corrected) for d in self._uncorrected(before, circle)]
        return merge_same(self.finder, [*drafts, *said])

    def _uncorrected(self, tokens: list[str], circle: Circle | None) -> list[Draft]:
        finder = self.finder
        mended = finder.matcher.mend(tokens)
        related = self.engine.list_drafts(spell_numbers(tokens), circle=circle)
        if not related and mended != tokens:
            related = self.engine.list_drafts(spell_numbers(mended), circle=circle)
        related = [doubt_width(finder, draft) for draft in related]
        if all(draft.similarity < finder.model.spot_below["similarity"] for draft in related):
            return merge_same(finder, self._beside(tokens, mended, related, circle))
        # Every name is weighed with the relations; but a name on file may itself begin with such words ("By the Sea").
        whole = [
            r for r in list_readings(tokens, finder.localities) if r.kind == "name" and not r.relation and not r.context
        ]
        named = [r for r in whole if finder.index.find(r.phrases[0]) is not None]
        plain = [draft for reading in named for draft in self._of_reading(reading)]
        return merge_same(finder, beside_plain(plain, related))

    def _beside(self, tokens: list[str], mended: list[str], related: list[Draft], circle: Circle | None) -> list[Draft]:
        """Return what the words name where no relation is sure; else kinds of place; else what clauses alone say."""
        finder, words, spelt = self.finder, load_words(), spell_numbers(mended)
        sure = finder.model.spot_below["similarity"]
        plain = [*self._plain_drafts(tokens, mended), *related]
        # "Orchard Drive", "hotel, 425 Shore Rd": a road that is not on file, not just any orchard or hotel.
        if not plain and any(words.street_types.get(word) in words.road_types for word in mended[1:]):
            return plain
        if all(draft.kind == "street" or draft.by_kind or draft.similarity < sure for draft in plain):
            of_kind = drop_faint(finder, self.engine.list_drafts(spelt, circle=circle, at=True))
            beside = beside_streets([draft for draft in plain if not draft.by_kind], of_kind)
            if of_kind:
                return beside
        if max(probabilities(plain), default=0.0) < finder.model.located_probability:
            plain += self.engine.list_drafts(spelt, circle=circle, loose=True)
        return plain

    def _plain_drafts(self, tokens: list[str], mended: list[str]) -> list[Draft]:
        """Return what the words name, relations apart."""
        finder = self.finder
        tokens, mended = _one_sentence(tokens), _one_sentence(mended)
        readings = list_readings(tokens, finder.localities)
        if text_of(strip_fillers(tokens)) in finder.localities.state_keys:
            whole = [draft for reading in readings for draft in self._of_reading(reading)]
            return merge_same(finder, [draft for draft in whole if draft.similarity >= 1.0])
        if mended != tokens:
            weight, certainty = finder.model.mended["weight"], finder.model.mended["known"]
            readings += [
                replace(r, weight=r.weight * weight, certainty=certainty)
                for r in list_readings(mended, finder.localities)
            ]
        drafts = [draft for reading in readings for draft in self._of_reading(reading)]
        drafts += self._towns(readings)
        below = finder.model.spot_below
        if all(draft.similarity < below["similarity"] and draft.known < below["known"] for draft in drafts):
            spotted = spot_readings(mended, finder.index)
            drafts += [draft for reading in spotted for draft in self._of_reading(reading)]
        if not any(draft.of_route for draft in drafts):
            off = [r for r in readings if r.kind in ("exit", "mile_marker")]
            drafts += [draft for reading in off for draft in find_off_file(finder, reading)]
        drafts = _behind_exact(drafts, finder.model.beside_exact)
        drafts = doubt_crossing(finder, doubt_numbers(finder, drafts, readings), readings, tokens)
        return doubt_tail(finder, put_behind(finder, merge_same(finder, drop_faint(finder, drafts))), tokens)

    def _towns(self, readings: list[Reading]) -> list[Draft]:
        """Return the town that is meant when nothing else is said."""
        phrases = {r.phrases[0] for r in readings if r.kind == "name" and not r.relation and not r.locality}
        towns = [find_municipality(self.finder, phrase) for phrase in sorted(phrases)]
        return [town for town in towns if town is not None]

    def _named(self, reading: Reading) -> Iterator[Draft]:
        """Yield what a reading names, kinds of place apart."""
        return self._of_reading(reading, kinds=False)

    def _of_reading(self, reading: Reading, *, depth: int = 0, kinds: bool = True) -> Iterator[Draft]:
        finder = self.finder
        finders = {
            "address": (find_addresses,),
            "intersection": (find_intersections,),
            "exit": (find_exits,),
            "mile_marker": (find_mile_markers,),
            "name": (find_places, find_grounds, find_streets, find_kinds),
            "place": (find_places, find_grounds, find_kinds),
        }
        for find in finders[reading.kind]:
            if find is find_kinds and not kinds:
                continue
            for draft in find(finder, reading):
                yield apply_reading(finder, draft, reading)
        if depth == 0:
            yield from self._by_alias(reading)

    def _by_alias(self, reading: Reading) -> Iterator[Draft]:
        """Read the phrases of a reading that are names people use as what they stand for."""
        finder = self.finder
        table = finder.town.table("aliases")
        for at, phrase in enumerate(reading.phrases if len(table) else ()):
            for match, row in list_aliases(finder, phrase):
                target = table.text("target")[row] or ""
                if table.text("target_kind")[row] == "exit" and target[:1].isdigit():
                    target = f"exit {target}"
                alias = table.text("alias")[row] or ""
                why = Why(alias, f"{table.text('kind')[row] or 'name'} people use", f"stands for {target}", "supported")
                penalty = finder.weigh(match.similarity) * finder.model.alias_weight
                found = False
                wanted = table.text("target_id")[row] if table.text("target_kind")[row] != "exit" else None
                for other in list_readings(tokenise(fold(target)), finder.localities):
                    if len(reading.phrases) == 1 and reading.kind in ("name", "place"):
                        read = replace(other, context=reading.context, relation=reading.relation)
                    elif other.kind == "name":
                        phrases = (*reading.phrases[:at], other.phrases[0], *reading.phrases[at + 1 :])
                        read = replace(reading, phrases=phrases)
                    else:
                        continue
                    for draft in self._of_reading(read, depth=1):
                        if wanted and wanted not in (draft.place_id, *map(str, draft.streets)):
                            continue
                        found = True
                        sure = (
                            1.0 if match.way == "everyday" else finder.known(match)
                        )  # people of the town put it on file
                        yield by_other_name(draft, why, penalty, sure)
                point = alias_point(finder, match, row) if not found and reading.kind == "name" else None
                if point is not None:
                    yield apply_reading(finder, replace(point, why=(why,)), reading)


def _behind_exact(drafts: list[Draft], factor: float) -> list[Draft]:
    """Put names that only resemble what was said, or hold it, behind one that is exactly that."""
    if not any(
        draft.similarity >= 1.0
        and draft.known >= _SURE
        and draft.weight >= _FULL
        and draft.kind in ("place", "street")
        and not draft.by_kind
        for draft in drafts
    ):
        return drafts
    return [
        replace(d, weight=d.weight * factor) if d.similarity < 1.0 and d.kind in ("place", "street") else d
        for d in drafts
    ]


def _one_sentence(tokens: list[str]) -> list[str]:
    """Join sentences with commas."""
    return ["," if token == ";" else token for token in tokens]
