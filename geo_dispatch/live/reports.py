"""What units report: what they are doing, and where they are."""

from __future__ import annotations

import math
from datetime import datetime

import sqlalchemy as sa

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import TransitionError, UnitReportError
from geo_dispatch.live.canonical import check_text
from geo_dispatch.live.journal import Writing
from geo_dispatch.live.models import Unit
from geo_dispatch.live.release import release_units
from geo_dispatch.live.statuses import Workflow, load_workflow
from geo_dispatch.live.store import LiveStore
from geo_dispatch.live.tables import units
from geo_dispatch.live.times import seconds_between, utc_text
from geo_dispatch.live.unit_rows import get_unit_row, put_status, read_units

__all__ = ["Reports"]


class Reports:
    """Takes what units report.

    Parameters
    ----------
    store
        Where it is kept.
    workflow
        The statuses; the program's own when None.
    """

    def __init__(self, store: LiveStore, *, workflow: Workflow | None = None) -> None:
        self._store = store
        self.workflow = workflow or load_workflow()
        self._limits = load_table("geo_dispatch.live", "limits")

    def set_status(
        self,
        unit_id: str,
        status: str,
        *,
        actor: str | None = None,
        at: datetime | None = None,
        note: str | None = None,
    ) -> Unit:
        """Say what a unit is doing.

        A status that no unit on an incident has releases it from its incident. The status it has already changes nothing.

        Parameters
        ----------
        unit_id
            Its id.
        status
            One of the workflow's.
        actor
            Who says so.
        at
            Since when; now when None.
        note
            What else to keep in the record.

        Returns
        -------
        Unit
            As it is now.

        Raises
        ------
        UnknownRecordError
            If there is no such unit, or it is retired.
        TransitionError
            If the status can't follow the present one, or needs an incident; the details list what can.
        UnitReportError
            If the moment lies in the future, or before the present status.
        InputError
            If there is no such status.
        StoreUnavailableError
            If the store doesn't answer.
        """
        wanted = self.workflow.get_status(status)
        with self._store.write(actor) as writing:
            row = get_unit_row(writing.connection, unit_id, active=True)
            since = utc_text(self._moment(at, writing.now, f"the status of {unit_id}"))
            if at is None:  # the clocks of two servers differ a little
                since = max(since, row.status_at)
            if row.status == status and not row.status_assumed:
                return self._unit(writing, unit_id)
            if row.status != status:
                self.workflow.check(unit_id, row.status, status)
                if wanted.on_incident and row.incident_id is None:
                    allowed = [
                        s for s in self.workflow.statuses[row.status].next if not self.workflow.statuses[s].on_incident
                    ]
                    raise TransitionError(
                        f"{unit_id} is on no incident: assign it to one, which makes it {self.workflow.assigned}; "
                        f"without one it can be {', '.join(allowed)}",
                        details={"unit_id": unit_id, "unit_status": row.status, "allowed": allowed},
                    )
                if not row.status_assumed and since < row.status_at:
                    raise UnitReportError(
                        f"{unit_id} has been {row.status} since {row.status_at}: {status} can't begin before, at {since}"
                    )
            told = {"from": row.status, "to": status, "since": since, "incident_id": row.incident_id}
            if row.incident_id is not None and not wanted.on_incident:
                release_units(writing, row.incident_id, [unit_id], reason=status)
            put_status(writing, unit_id, status, since)
            writing.record("unit.status", "unit", unit_id, {**told, **({"note": note} if note else {})})
            return self._unit(writing, unit_id)

    def set_position(
        self,
        unit_id: str,
        lon: float,
        lat: float,
        *,
        at: datetime | None = None,
        accuracy_m: float | None = None,
        source: str | None = None,
        actor: str | None = None,
    ) -> Unit:
        """Say where a unit is; whether the town's roads cover it is for the caller to check.

        Parameters
        ----------
        unit_id
            Its id.
        lon, lat
            Degrees.
        at
            When it was there; now when None.
        accuracy_m
            How well that is known: radius in metres; None = not told.
        source
            Who or what told it.
        actor
            Who says so.

        Returns
        -------
        Unit
            As it is now.

        Raises
        ------
        UnknownRecordError
            If there is no such unit, or it is retired.
        UnitReportError
            If the moment lies in the future, or before the position on file, or the accuracy is worthless.
        StoreUnavailableError
            If the store doesn't answer.
        """
        if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
            raise UnitReportError(f"{lon},{lat} is no position: give longitude and latitude in degrees")
        most = float(self._limits["max_accuracy_m"])
        if accuracy_m is not None and not 0 <= accuracy_m <= most:
            raise UnitReportError(
                f"an accuracy of {accuracy_m:g} m tells nothing of where {unit_id} is: give 0 to {most:g} m"
            )
        with self._store.write(actor) as writing:
            row = get_unit_row(writing.connection, unit_id, active=True)
            when = utc_text(self._moment(at, writing.now, f"the position of {unit_id}"))
            if at is None:
                when = max(when, row.position_at or when)
            if row.position_at is not None and when < row.position_at:
                raise UnitReportError(
                    f"the position of {unit_id} at {when} is older than the one on file, at {row.position_at}: it is passed over"
                )
            values = {
                "lon": lon,
                "lat": lat,
                "position_at": when,
                "accuracy_m": accuracy_m,
                "position_source": None if source is None else check_text(source, "source", limit=60),
            }
            writing.connection.execute(sa.update(units).where(units.c.unit_id == unit_id).values(**values))
            told = {**values, "unit_status": row.status}
            writing.record(
                "unit.position", "unit", unit_id, {key: value for key, value in told.items() if value is not None}
            )
            return self._unit(writing, unit_id)

    def _moment(self, at: datetime | None, now: datetime, what: str) -> datetime:
        """Return when something was; refuse the future."""
        if at is None:
            return now
        ahead = -seconds_between(utc_text(at), now)
        if ahead > float(self._limits["future_tolerance_s"]):
            raise UnitReportError(
                f"the time of {what}, {utc_text(at)}, lies {ahead:.0f} s in the future (it is {utc_text(now)}): set the clock"
            )
        return min(at, now)

    def _unit(self, writing: Writing, unit_id: str) -> Unit:
        return read_units(writing.connection, writing.now, self.workflow, only=unit_id)[0]
