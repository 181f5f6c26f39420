"""Incidents as desks see and change them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from geo_dispatch.live.assigning import Assigning
from geo_dispatch.live.incidents import Incidents
from geo_dispatch.live.journal import read_head
from geo_dispatch.live.models import Incident
from geo_dispatch.live.run_cards import RunCards
from geo_dispatch.service.live_answers import IncidentAnswer, IncidentsAnswer
from geo_dispatch.service.live_state import LiveState, one_of
from geo_dispatch.service.service import Service, Where

__all__ = ["IncidentDesk"]


class IncidentDesk:
    """What desks do with incidents.

    Parameters
    ----------
    state
        The live store.
    service
        Finds places.
    run_cards
        Tell which calls there are.
    """

    def __init__(self, state: LiveState, service: Service, run_cards: RunCards) -> None:
        self._state = state
        self._service = service
        self.run_cards = run_cards
        self._incidents = Incidents(state.store)
        self._assigning = Assigning(state.store)

    def list_incidents(self, *, status: str | None, limit: int, before: str | None) -> IncidentsAnswer:
        """Return incidents, the newest first; only open ones are shown while the store is lost."""

        def ask() -> tuple[tuple[Incident, ...], int]:
            with self._state.store.read() as connection:
                return self._incidents.read(connection, status=status, limit=limit + 1, before=before), read_head(
                    connection
                ).seq

        (found, seq), told = self._state.or_last(ask, lambda kept: (kept.incidents[: limit + 1], kept.seq))
        rest = found[limit - 1].incident_id if len(found) > limit else None
        return IncidentsAnswer(tuple(found[:limit]), seq, rest, self._state.warnings(*told))

    def get_incident(self, incident_id: str) -> IncidentAnswer:
        """Return one incident; raises UnknownRecordError if there is none of that id."""
        found, told = self._state.or_last(
            lambda: self._incidents.get_incident(incident_id),
            lambda kept: one_of(kept.incidents, "incident", incident_id),
        )
        return IncidentAnswer(found, self._state.warnings(*told))

    def open(
        self,
        call_type: str,
        where: Where,
        *,
        label: str | None,
        radius90_m: float | None,
        alarm: int,
        weather: tuple[str, ...],
        note: str | None,
        actor: str | None,
    ) -> IncidentAnswer:
        """Open an incident at a position or at words.

        Parameters
        ----------
        call_type, alarm, weather
            As the run cards have them, where the town has any.
        where
            A position or words.
        label
            What the place is called; found out when None.
        radius90_m
            How sure the place is, metres.
        note
            What else to know.
        actor
            Who opens it.

        Returns
        -------
        IncidentAnswer
            With what is doubtful about the place among the warnings.

        Raises
        ------
        RunCardError
            If no run card could ever fit.
        CoordinateError, UnknownPlaceError, AmbiguousPlaceError
            If the place is none.
        StoreUnavailableError
            If the store is lost.
        """
        self._check_call(call_type, alarm, weather)
        found = self._service.whereabouts(where)
        incident = self._incidents.open_incident(
            call_type,
            lon=found.position.lon,
            lat=found.position.lat,
            label=label or found.label,
            radius90_m=radius90_m,
            alarm=alarm,
            weather=weather,
            note=note,
            actor=actor,
        )
        return IncidentAnswer(incident, self._state.warnings(*found.warnings))

    def _check_call(self, call_type: str, alarm: int, weather: tuple[str, ...]) -> None:
        if len(self.run_cards):
            self.run_cards.check_call(call_type, alarm=alarm, weather=weather)

    def edit(
        self, incident_id: str, changes: Mapping[str, Any], *, actor: str | None, version: int | None
    ) -> IncidentAnswer:
        """Change or close an incident; ``where`` moves it. Raises as `open` and `Incidents.edit`."""
        wanted = dict(changes)
        told: tuple[str, ...] = ()
        where = wanted.pop("where", None)
        if where is not None:
            found = self._service.whereabouts(where)
            wanted = {"lon": found.position.lon, "lat": found.position.lat, "label": found.label, **wanted}
            told = found.warnings
        if {"call_type", "alarm", "weather"} & set(wanted):
            now = self._incidents.get_incident(incident_id)
            self._check_call(
                wanted.get("call_type", now.call_type),
                wanted.get("alarm", now.alarm),
                tuple(wanted.get("weather", now.weather)),
            )
        return IncidentAnswer(
            self._incidents.edit(incident_id, wanted, actor=actor, version=version), self._state.warnings(*told)
        )

    def assign(self, incident_id: str, units: Sequence[tuple[str, str | None]], *, actor: str | None) -> IncidentAnswer:
        """Assign units, all or none; raises as `Assigning.assign`."""
        return IncidentAnswer(self._assigning.assign(incident_id, units, actor=actor), self._state.warnings())

    def release(
        self, incident_id: str, units: Sequence[str], *, status: str | None, reason: str | None, actor: str | None
    ) -> IncidentAnswer:
        """Release units, all or none; raises as `Assigning.release`."""
        incident = self._assigning.release(incident_id, units, status=status, reason=reason, actor=actor)
        return IncidentAnswer(incident, self._state.warnings())
