"""Recommendations as desks ask for them: of the units as they are now, kept so that they can be made again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from geo_dispatch.errors import InputError, StoreError
from geo_dispatch.live.models import Unit
from geo_dispatch.live.mutual_aid import Neighbour
from geo_dispatch.live.recommendations import Recommendations
from geo_dispatch.live.run_cards import RunCards
from geo_dispatch.live.statuses import load_workflow
from geo_dispatch.locate import Candidate
from geo_dispatch.recommend import Call, CallPlace, CallUnit, Recommendation, Recommender, read_unit_file
from geo_dispatch.routing import Closures, parse_closure
from geo_dispatch.service.document import document, document_with_lines
from geo_dispatch.service.recommend_answers import AssignedOut, RecommendAnswer, RecommendPlan, Replay
from geo_dispatch.service.replaying import call_of, inputs_of, replayed, versions_now
from geo_dispatch.service.route_sheet import RouteSheets
from geo_dispatch.service.said import Said, take_said
from geo_dispatch.service.service import Service, Where
from geo_dispatch.service.town_facts import RoadReach, unit_seeds_of

__all__ = ["RecommendDesk"]

LiveUnits = Callable[[], tuple[tuple[Unit, ...], tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A call as asked: with the candidate that its place is, and what is doubtful about it."""

    call: Call
    place: Mapping[str, Any]
    warnings: tuple[str, ...]


class RecommendDesk:
    """What desks ask of recommendations.

    Parameters
    ----------
    service
        Finds places, and has the town and its roads.
    run_cards, neighbours
        Of the town.
    records
        Keeps what was recommended; nobody when None.
    live_units
        Tells the units as they are, and warnings; those of the town file, taken to be available, when None.
    clock
        Tells the time, with a time zone.
    """

    def __init__(
        self,
        service: Service,
        *,
        run_cards: RunCards,
        neighbours: Sequence[Neighbour],
        records: Recommendations | None = None,
        live_units: LiveUnits | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._service, self._town = service, service.town
        self._cards, self._neighbours = run_cards, tuple(neighbours)
        self._records, self._live_units, self._clock = records, live_units, clock
        self._recommender = Recommender(service.town, service.router)

    # --- asking ----------------------------------------------------------------------------------

    def recommend(
        self,
        where: Where | Said,
        call_type: str,
        *,
        units: Sequence[CallUnit] | None = None,
        at: datetime | None = None,
        closures: Closures = (),
        alarm: int = 1,
        weather: Sequence[str] = (),
        actor: str | None = None,
    ) -> RecommendAnswer:
        """Recommend units for a call; as `plan`, without what a map needs."""
        return self.plan(
            where, call_type, units=units, at=at, closures=closures, alarm=alarm, weather=weather, actor=actor
        ).answer

    def plan(
        self,
        where: Where | Said,
        call_type: str,
        *,
        units: Sequence[CallUnit] | None = None,
        at: datetime | None = None,
        closures: Closures = (),
        alarm: int = 1,
        weather: Sequence[str] = (),
        actor: str | None = None,
    ) -> RecommendPlan:
        """Recommend units for a call, and keep that.

        Parameters
        ----------
        where
            A position, ``LON,LAT``, words, or the candidate that was taken for what a caller said.
        call_type, alarm, weather
            As the run cards have them.
        units
            Units as they are; those of the live store, or of the town file, when None.
        at
            When; now when None. Without a time zone it is local.
        closures
            What is closed besides what the live store holds.
        actor
            Who asks.

        Returns
        -------
        RecommendPlan
            The answer, and the ways for a map.

        Raises
        ------
        UnknownPlaceError, AmbiguousPlaceError
            If words don't stand for one place.
        CoordinateError
            If the place is outside the town's roads.
        RunCardError
            If no one run card fits.
        UnitReportError, InputError, ProfileError, ClosureError
            If a unit or closure can't be used.
        """
        asked = self._asked(where, call_type, units, at, closures, alarm, weather)
        found = self._recommender.recommend(asked.call)
        answer = self._answer(asked.call, asked.place, asked.warnings, found)
        more, content = self._kept(asked, answer, actor)
        return RecommendPlan(replace(answer, **more), {**content, **document(more)}, found)

    def read_units(self, path: Path, *, at: datetime | None = None) -> tuple[CallUnit, ...]:
        """Read units of a CSV file; raises as `read_unit_file`."""
        seeds = self._seeds()
        capabilities = (*self._cards.capabilities, *(name for unit in seeds for name in unit.capabilities))
        return read_unit_file(
            path,
            known={unit.unit_id: unit for unit in seeds},
            capabilities=tuple(dict.fromkeys(capabilities)),
            at=self._moment(at),
            check_position=RoadReach(self._town).check,
        )

    def replay(self, record_id: str) -> Replay:
        """Make a recommendation again, and compare.

        Parameters
        ----------
        record_id
            As the answer gave it.

        Returns
        -------
        Replay
            Whether it is the same byte for byte, and what differs.

        Raises
        ------
        UnknownRecordError
            If there is none of that id.
        RecordBrokenError
            If it was changed since it was kept.
        StoreError
            If there is no store, or it can't be read.
        """
        if self._records is None:
            raise InputError("there is no live store that keeps recommendations: give --state")
        record = self._records.get_record(record_id)
        call, place, told = call_of(record)
        again = self._answer(call, place, told, self._recommender.recommend(call))
        return replayed(record, document(again), town_sha256=self._service.file_sha256)

    # --- inside ----------------------------------------------------------------------------------

    def _moment(self, at: datetime | None) -> datetime:
        return self._service.local_time.aware(at or self._clock())

    def _seeds(self) -> tuple[CallUnit, ...]:
        initial = load_workflow().get_status(load_workflow().initial)
        return tuple(
            CallUnit.of_seed(seed, status=initial.status, assignable=initial.assignable)
            for seed in unit_seeds_of(self._town)
        )

    def _units(self, given: Sequence[CallUnit] | None) -> tuple[tuple[CallUnit, ...], tuple[str, ...]]:
        if given is not None:
            return tuple(given), ()
        if self._live_units is None:
            return self._seeds(), ()
        rows, told = self._live_units()
        return tuple(CallUnit.of_live(row) for row in rows if not row.retired), told

    def _asked(
        self,
        where: Where | Said,
        call_type: str,
        units: Sequence[CallUnit] | None,
        at: datetime | None,
        closures: Closures,
        alarm: int,
        weather: Sequence[str],
    ) -> _Asked:
        self._cards.check_call(call_type, alarm=alarm, weather=weather)
        moment = self._moment(at)
        candidate, doubts = take_said(self._service, where) if isinstance(where, Said) else self._service.place(where)
        card = self._cards.select(
            call_type, lon=candidate.lon, lat=candidate.lat, at=moment, alarm=alarm, weather=weather
        )
        there, told = self._units(units)
        live, closed = self._service.closures_at(moment, notes=True)
        given = [parse_closure(closure) if isinstance(closure, str) else closure for closure in closures]
        call = Call(
            place=_place(candidate),
            card=card,
            at=moment.astimezone(UTC),
            local_time=moment.replace(tzinfo=None),
            units=there,
            closures=(*live, *given),
            neighbours=self._neighbours,
        )
        return _Asked(call, document(candidate), tuple(dict.fromkeys((*doubts, *told, *closed))))

    def _answer(
        self, call: Call, place: Mapping[str, Any], told: tuple[str, ...], found: Recommendation
    ) -> RecommendAnswer:
        notice = self._town.meta.notice
        sheets = RouteSheets(self._town, say=call.place.label)
        return RecommendAnswer(
            place=place,
            call_type=call.card.call_type,
            run_card=call.card,
            assignment=tuple(
                AssignedOut(
                    unit=row.unit.unit_id,
                    role=row.role,
                    travel_time_s=row.travel_time_s,
                    response_time_s=row.response_time_s,
                    interval_s=row.interval_s,
                    route=sheets.sheet(row.path),
                )
                for row in found.assignment
            ),
            considered=found.considered,
            shortfall=found.shortfall,
            coverage_after=found.coverage_after,
            move_up=found.move_up,
            flips_if=found.flips_if,
            record_id=None,
            warnings=(*told, *found.warnings, *((notice,) if notice else ())),
        )

    def _kept(
        self, asked: _Asked, answer: RecommendAnswer, actor: str | None
    ) -> tuple[dict[str, Any], Mapping[str, Any]]:
        """Keep an answer; return what changes in it by that, and its document before. Where it is not kept it is to say so."""
        content = document_with_lines(answer)
        if self._records is None:
            return {"warnings": (*answer.warnings, "not kept: there is no live store")}, content
        try:
            record = self._records.keep(
                inputs=inputs_of(asked.call, asked.place, asked.warnings),
                town_sha256=self._service.file_sha256,
                versions=versions_now(),
                answer=content,
                actor=actor,
            )
        except StoreError as error:
            return {"warnings": (f"NOT KEPT: {error}", *answer.warnings)}, content
        return {"record_id": record.record_id}, content


def _place(candidate: Candidate) -> CallPlace:
    return CallPlace(
        candidate.lon,
        candidate.lat,
        candidate.label,
        candidate.radius90_m,
        candidate.region50,
        candidate.region90,
    )
