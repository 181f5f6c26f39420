"""Replaying a file of recorded calls: each as if it came in now, with the units as they were."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import CoordinateError, RunCardError
from geo_dispatch.live.run_cards import SelectedCard
from geo_dispatch.recommend import Call, CallPlace, Recommender
from geo_dispatch.replay.choices import Choices
from geo_dispatch.replay.clock import WallClock
from geo_dispatch.replay.compared import Compared, Ledger
from geo_dispatch.replay.places import TripPlaces, Unplaced
from geo_dispatch.replay.prediction import Prediction, Predictor
from geo_dispatch.replay.town import ReplayTown
from geo_dispatch.replay.trips import Reject, Trip
from geo_dispatch.replay.whereabouts import Seen, Whereabouts, units_of
from geo_dispatch.replay.worklist import Worklist

__all__ = ["Replayer", "Sinks"]


@dataclass(frozen=True, slots=True)
class Sinks:
    """Where rows go as they are done: rejects, and rows replayed."""

    reject: Callable[[Reject], None]
    replayed: Callable[[Compared], None]


@dataclass(slots=True)
class Done:
    """What replaying has come to."""

    ledger: Ledger = field(default_factory=Ledger)
    choices: Choices = field(default_factory=Choices)
    calls: int = 0
    rows: int = 0
    rejected: int = 0


class Replayer:
    """Replays recorded calls.

    Parameters
    ----------
    at
        The town.
    trips
        All trips that were recorded.
    sinks
        Where rows go.
    """

    def __init__(self, at: ReplayTown, trips: Worklist, sinks: Sinks) -> None:
        self._at, self._trips, self._sinks = at, trips, sinks
        self._places = TripPlaces(at.locator)
        self._whereabouts = Whereabouts(at, trips, self._places)
        self._predictor = Predictor(at)
        self._recommender = Recommender(at.town, at.router)
        self._clock = WallClock(at.town.zone)
        table = load_table("geo_dispatch.replay", "calls")
        self._known_m, self._least_s = float(table["known_place_m"]), float(table["least_travel_s"])
        self.done = Done()

    def call(self, call_id: str) -> None:
        """Replay a call.

        Parameters
        ----------
        call_id
            Of a call in the trips.
        """
        placed: list[tuple[Trip, CallPlace]] = []
        for trip in self._trips.trips_of(call_id):
            place = self._places.find(trip)
            if isinstance(place, Unplaced):
                self._reject(place.reject(trip))
            else:
                placed.append((trip, place))
        card = self._card(placed) if placed else None
        if card is None:
            return
        sent_s: dict[str, float] = {}
        for trip, place in placed:
            said = self._row(trip, place)
            if isinstance(said, Prediction):
                sent_s.setdefault(trip.unit_id, said.response_s)
        self._choose(placed[0][0], placed[0][1], card, [trip for trip, _ in placed], sent_s)
        self.done.calls += 1

    def _reject(self, row: Reject) -> None:
        self.done.rejected += 1
        self._sinks.reject(row)

    def _card(self, placed: Sequence[tuple[Trip, CallPlace]]) -> SelectedCard | None:
        """Return the run card of a call; without one all its rows are rejects."""
        trip, place = placed[0]
        moment = WallClock.aware(trip.dispatched).astimezone(self._at.town.zone)
        try:
            return self._at.cards.select(trip.call_type, lon=place.lon, lat=place.lat, at=moment, alarm=trip.alarm)
        except RunCardError as error:
            for row, _ in placed:
                self._reject(Reject(row.line, "no run card", str(error)))
        return None

    def _row(self, trip: Trip, place: CallPlace) -> Prediction | str:
        seen = self._whereabouts.one(trip)
        local = self._clock.local(trip.dispatched)
        closures = self._at.closures_at(local)
        said = self._predictor.predict(seen, place, trip.dispatched, local, closures)
        travel_s, note = self._comparable(trip, place, said)
        row = Compared(trip, local, seen.start, said if isinstance(said, Prediction) else None, travel_s, note)
        self.done.ledger.add(row)
        self.done.rows += 1
        self._sinks.replayed(row)
        return said

    def _comparable(self, trip: Trip, place: CallPlace, said: Prediction | str) -> tuple[float | None, str]:
        """Return the recorded seconds of driving that can be compared, and what can't and why."""
        if isinstance(said, str):
            return None, said
        if trip.on_scene is None:
            return None, "never on scene"
        if trip.travel_s is None:
            return None, "no time en route"
        if place.radius90_m > self._known_m:
            return None, "place known only roughly"
        if trip.travel_s < self._least_s:
            return None, "en route and on scene at once"
        return trip.travel_s, ""

    def _choose(
        self, first: Trip, place: CallPlace, card: SelectedCard, trips: Sequence[Trip], sent_s: dict[str, float]
    ) -> None:
        seen: tuple[Seen, ...] = self._whereabouts.all_units(first.call_id, first.dispatched)
        local = self._clock.local(first.dispatched)
        call = Call(
            place=place,
            card=card,
            at=WallClock.aware(first.dispatched).astimezone(UTC),
            local_time=local,
            units=units_of(seen),
            closures=self._at.closures_at(local),
            neighbours=self._at.neighbours,
        )
        try:
            found = self._recommender.recommend(call, consequences=False)
        except CoordinateError:
            return  # far from every road: its rows say so
        self.done.choices.add(trips, seen, found, sent_s)
