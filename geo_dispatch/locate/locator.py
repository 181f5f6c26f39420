"""Locate: from a caller's words to places with probabilities and reasons."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from geo_dispatch.errors import InputError
from geo_dispatch.geometry import LonLat
from geo_dispatch.locate.answer import Candidate, LocateAnswer, Status, Why
from geo_dispatch.locate.candidates.addresses import find_addresses
from geo_dispatch.locate.candidates.coordinates import find_coordinates
from geo_dispatch.locate.candidates.exits import find_exits, find_mile_markers, find_off_file
from geo_dispatch.locate.candidates.intersections import find_intersections
from geo_dispatch.locate.candidates.kinds import find_kinds, find_municipality
from geo_dispatch.locate.candidates.places import alias_point, find_places, list_aliases
from geo_dispatch.locate.candidates.streets import find_streets
from geo_dispatch.locate.circle import Circle, check_circle
from geo_dispatch.locate.cross import CrossStreets
from geo_dispatch.locate.doubts import doubt_crossing, doubt_numbers, doubt_tail, doubt_width, drop_faint
from geo_dispatch.locate.draft import Draft, Finder
from geo_dispatch.locate.grammar import strip_fillers, text_of
from geo_dispatch.locate.names import NameIndex
from geo_dispatch.locate.normalise import fold, spell_numbers, tokenise
from geo_dispatch.locate.parse import list_readings
from geo_dispatch.locate.question import ask, is_choice
from geo_dispatch.locate.reading import Reading
from geo_dispatch.locate.regions import regions_of
from geo_dispatch.locate.relations import RelationEngine
from geo_dispatch.locate.relations.clauses import says_more, split_correction
from geo_dispatch.locate.relations.combine import beside_plain, beside_streets
from geo_dispatch.locate.relations.samples import RoadSamples
from geo_dispatch.locate.reverse import ReverseAnswer, Reverser
from geo_dispatch.locate.spot import spot_readings
from geo_dispatch.locate.unmatched import confusables, unmatched_words
from geo_dispatch.locate.weigh import (
    apply_circle,
    apply_reading,
    by_other_name,
    merge_same,
    probabilities,
    put_behind,
)
from geo_dispatch.town.town import Town

__all__ = ["Locator", "warm"]


def warm(town: Town) -> None:
    """Make the indexes that locating needs, so that a server starts at once."""
    NameIndex(town)
    RoadSamples(town)
    Reverser(town, CrossStreets(town))


class Locator:
    """Finds places of one town from words; immutable and safe to share between threads.

    Parameters
    ----------
    town
        The town.
    """

    def __init__(self, town: Town) -> None:
        self.town = town

    @cached_property
    def _finder(self) -> Finder:
        return Finder(self.town)

    @cached_property
    def _engine(self) -> RelationEngine:
        return RelationEngine(self._finder, self._of_reading)

    @cached_property
    def _reverser(self) -> Reverser:
        return Reverser(self.town, self._finder.cross)

    def reverse(self, position: LonLat) -> ReverseAnswer:
        """Say what is at a position.

        Parameters
        ----------
        position
            Longitude and latitude, degrees.

        Raises
        ------
        CoordinateError
            If it lies outside the town's road network.
        """
        return self._reverser.reverse(position)

    def locate(self, text: str, *, circle: Circle | None = None, limit: int = 5) -> LocateAnswer:
        """Find the places that a caller's words may mean.

        Parameters
        ----------
        text
            The words, as typed or spoken.
        circle
            The phone's position, if there is one.
        limit
            The most candidates to return, 1 to 50.

        Returns
        -------
        LocateAnswer
            Candidates, most probable first, each with its reasons; status "unknown" and none when nothing matches.

        Raises
        ------
        InputError
            If the text is empty or the limit out of bounds.
        CoordinateError
            If the text is coordinates that lie outside the town's road network.
        """
        began = time.perf_counter()
        if not 1 <= limit <= 50:
            raise InputError(f"limit {limit} is not between 1 and 50")
        model = self._finder.model
        query, warnings = text, [] if circle is None else check_circle(self.town, circle)
        if len(text) > model.longest_text:
            warnings.append(f"the text has {len(text)} characters: only the first {model.longest_text} were read")
            text = text[: model.longest_text]
            query = f"{text}…"
        tokens = tokenise(fold(text))
        if not tokens or not any(token[0].isalnum() for token in tokens):
            if not text.strip():
                raise InputError("the text is empty: give a street, a place, a crossing or coordinates")
            return self._answer(query, [], [], ["the text holds no letters or digits"], limit, began)
        if len(tokens) > model.longest_tokens:
            warnings.append(f"the text has {len(tokens)} words: only the first {model.longest_tokens} were read")
            tokens = tokens[: model.longest_tokens]
        found = find_coordinates(self.town, text) if len(text) < 100 else None
        drafts = [found] if found is not None else self._drafts(tokens, circle)
        if circle is not None and drafts:
            drafts, contradiction = apply_circle(self._finder, drafts, circle)
            warnings += contradiction
        states = self._finder.localities.state_keys
        left = [] if found is not None else [token for token in tokens if token not in states]
        return self._answer(query, drafts, left, warnings, limit, began)

    def _drafts(self, tokens: list[str], circle: Circle | None) -> list[Draft]:
        before, after = split_correction(tokens)
        drafts = self._uncorrected(after, circle)
        if not before or not drafts:
            return drafts or self._uncorrected(tokens, circle)
        said = [replace(d, weight=d.weight * self._finder.model.corrected) for d in self._uncorrected(before, circle)]
        return merge_same(self._finder, [*drafts, *said])

    def _uncorrected(self, tokens: list[str], circle: Circle | None) -> list[Draft]:
        finder = self._finder
        mended = finder.matcher.mend(tokens)
        related = self._engine.list_drafts(spell_numbers(tokens), circle=circle)
        if not related and mended != tokens:
            related = self._engine.list_drafts(spell_numbers(mended), circle=circle)
        related = [doubt_width(finder, draft) for draft in related]
        if all(draft.similarity < finder.model.spot_below["similarity"] for draft in related):
            plain = [*self._plain_drafts(tokens, mended), *related]
            if all(
                draft.kind == "street" or draft.similarity < finder.model.spot_below["similarity"] for draft in plain
            ):
                of_kind = self._engine.list_drafts(spell_numbers(mended), circle=circle, at=True)
                plain = beside_streets(plain, drop_faint(finder, of_kind))
            return merge_same(finder, plain)
        readings = [r for r in list_readings(tokens, finder.localities) if not r.relation]
        if not says_more(spell_numbers(tokens)):
            # "behind the school": nothing else can be meant, but for a name that begins so ("By the Sea").
            readings = [r for r in readings if r.kind == "name" and finder.index.find(r.phrases[0]) is not None]
        plain = [draft for reading in readings for draft in self._of_reading(reading)]
        return merge_same(finder, beside_plain(plain, related))

    def _plain_drafts(self, tokens: list[str], mended: list[str]) -> list[Draft]:
        """Return what the words name, relations apart."""
        finder = self._finder
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
        drafts = doubt_crossing(finder, doubt_numbers(finder, drafts, readings), readings, tokens)
        return doubt_tail(finder, put_behind(finder, merge_same(finder, drop_faint(finder, drafts))), tokens)

    def _towns(self, readings: list[Reading]) -> list[Draft]:
        """Return the town that is meant when nothing else is said."""
        phrases = {r.phrases[0] for r in readings if r.kind == "name" and not r.relation and not r.locality}
        towns = [find_municipality(self._finder, phrase) for phrase in sorted(phrases)]
        return [town for town in towns if town is not None]

    def _of_reading(self, reading: Reading, *, depth: int = 0) -> Iterator[Draft]:
        finder = self._finder
        finders = {
            "address": (find_addresses,),
            "intersection": (find_intersections,),
            "exit": (find_exits,),
            "mile_marker": (find_mile_markers,),
            "name": (find_places, find_streets, find_kinds),
            "place": (find_places, find_kinds),
        }
        for find in finders[reading.kind]:
            for draft in find(finder, reading):
                yield apply_reading(finder, draft, reading)
        if depth == 0:
            yield from self._by_alias(reading)

    def _by_alias(self, reading: Reading) -> Iterator[Draft]:
        """Read the phrases of a reading that are names people use as what they stand for."""
        finder = self._finder
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

    def _answer(
        self, query: str, drafts: list[Draft], tokens: list[str], warnings: list[str], limit: int, began: float
    ) -> LocateAnswer:
        model = self._finder.model
        shares = probabilities(drafts)
        ranked = sorted(zip(shares, drafts, strict=True), key=lambda pair: -pair[0])
        kept = [(share, draft) for share, draft in ranked if share >= model.least_probability or draft.by_kind][:limit]
        if kept:
            kept = [(share, draft) for share, draft in kept if share >= 0.02 * kept[0][0]]
        candidates = [self._candidate(rank, share, draft) for rank, (share, draft) in enumerate(kept, 1)]
        status: Status = "unknown"
        if candidates:
            second = candidates[1].probability if len(candidates) > 1 else 0.0
            clear = candidates[0].probability >= model.located_ratio * second
            status = "located" if candidates[0].probability > model.located_probability and clear else "ambiguous"
            warnings += kept[0][1].warnings
            if status == "ambiguous":
                warnings += [w for _, draft in kept[1:3] for w in draft.warnings if w not in warnings]
            warnings += confusables(self._finder, kept[0][1])
        chosen = [draft for _, draft in kept]
        question = ask(candidates, chosen if candidates else [draft for _, draft in ranked[:20]])
        if status == "located" and is_choice(candidates, chosen):
            status = "ambiguous"
        return LocateAnswer(
            query=query,
            status=status,
            candidates=tuple(candidates),
            question=question,
            unmatched=tuple(unmatched_words(tokens, chosen[:1])),
            warnings=tuple(dict.fromkeys(warnings)),
            elapsed_ms=round((time.perf_counter() - began) * 1000, 3),
        )

    def _candidate(self, rank: int, probability: float, draft: Draft) -> Candidate:
        region50, region90 = regions_of(self.town, draft)
        return Candidate(
            rank=rank,
            probability=round(probability, 4),
            lon=round(draft.lon, 7),
            lat=round(draft.lat, 7),
            label=draft.label,
            kind=draft.kind,
            place_id=draft.place_id,
            address=draft.address,
            cross_streets=self._cross_streets(draft),
            municipality=draft.municipality,
            radius90_m=round(draft.radius90_m, 1),
            region50=region50,
            region90=region90,
            why=draft.why,
        )

    def _cross_streets(self, draft: Draft) -> tuple[str, ...]:
        if draft.cross_streets is not None:
            return draft.cross_streets
        if draft.kind in ("area", "street"):
            return ()
        x, y = self.town.projection.to_xy(draft.lon, draft.lat)
        if draft.streets:
            nearest = min((self._finder.line(s).nearest(x, y) for s in draft.streets), key=lambda n: n.distance_m)
            return self._finder.cross.list_names(nearest.segment, nearest.along_m)
        return self._reverser.nearest_streets(draft.position)
