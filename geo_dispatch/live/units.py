"""Units in the store: taken from the town file, listed, edited, retired."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geo_dispatch.errors import InputError, TransitionError, VersionConflictError
from geo_dispatch.live.canonical import canonical_json, check_text
from geo_dispatch.live.journal import Writing
from geo_dispatch.live.models import Unit, UnitSeed
from geo_dispatch.live.statuses import Workflow, load_workflow
from geo_dispatch.live.store import LiveStore
from geo_dispatch.live.tables import units
from geo_dispatch.live.unit_rows import EDITABLE, find_unit_row, get_unit_row, read_units, unit_values
from geo_dispatch.live.versioned import check_version
from geo_dispatch.yaml_lines import did_you_mean

__all__ = ["Units"]


class Units:
    """What can be done with units.

    Parameters
    ----------
    store
        Where they are kept.
    workflow
        The statuses; the program's own when None.
    """

    def __init__(self, store: LiveStore, *, workflow: Workflow | None = None) -> None:
        self._store = store
        self.workflow = workflow or load_workflow()

    # --- reading ---------------------------------------------------------------------------------

    def list_units(self, *, retired: bool = False) -> tuple[Unit, ...]:
        """Return all units by id.

        Parameters
        ----------
        retired
            Those that were taken off, too.

        Returns
        -------
        tuple of Unit
            As they are now.

        Raises
        ------
        StoreUnavailableError
            If the store doesn't answer.
        """
        with self._store.read() as connection:
            return self.read(connection, retired=retired)

    def read(self, connection: Connection, *, retired: bool = False, only: str | None = None) -> tuple[Unit, ...]:
        """Return units inside a transaction; as `list_units`."""
        return read_units(connection, self._store.clock(), self.workflow, retired=retired, only=only)

    def get_unit(self, unit_id: str) -> Unit:
        """Return one unit.

        Parameters
        ----------
        unit_id
            Its id.

        Returns
        -------
        Unit
            As it is now, also when retired.

        Raises
        ------
        UnknownRecordError
            If there is none of that id.
        StoreUnavailableError
            If the store doesn't answer.
        """
        with self._store.read() as connection:
            get_unit_row(connection, unit_id)
            return self.read(connection, retired=True, only=unit_id)[0]

    # --- what is written down of them ------------------------------------------------------------

    def seed(self, seeds: Sequence[UnitSeed]) -> tuple[str, ...]:
        """Take over the units of the town file.

        New ones are added. Those that nobody has edited here are brought to what the file says now; edited ones stay.

        Parameters
        ----------
        seeds
            The file's units.

        Returns
        -------
        tuple of str
            What differs from the file, in words.

        Raises
        ------
        InputError
            If two have one id; nothing is changed then.
        StoreUnavailableError
            If the store doesn't answer.
        """
        ids = [seed.unit_id for seed in seeds]
        double = sorted({unit_id for unit_id in ids if ids.count(unit_id) > 1})
        if double:
            raise InputError(
                f"the town file has two units {double[0]!r}: give each an id of its own, and build it again"
            )
        with self._store.read() as connection:
            kept = {row.unit_id: row for row in connection.execute(sa.select(units))}
        texts = {seed.unit_id: canonical_json(asdict(seed)) for seed in seeds}
        notes = [
            f"unit {unit_id} is no longer in the town file: retire it, or leave it"
            for unit_id, row in kept.items()
            if row.seed and not row.retired and unit_id not in texts
        ]
        wanted = [seed for seed in seeds if seed.unit_id not in kept or kept[seed.unit_id].seed != texts[seed.unit_id]]
        taken = []
        for seed in wanted:
            row = kept.get(seed.unit_id)
            if row is not None and (row.edited or row.seed is None):
                notes.append(f"unit {seed.unit_id} was edited here: the town file's change of it is passed over")
            else:
                taken.append(seed)
        if taken:
            with self._store.write(None) as writing:
                for seed in taken:
                    self._seed_one(writing, seed, texts[seed.unit_id])
        return tuple(notes)

    def _seed_one(self, writing: Writing, seed: UnitSeed, text: str) -> None:
        row = find_unit_row(writing.connection, seed.unit_id)
        if row is None:
            self._insert(writing, seed, seed_text=text)
        elif not row.edited and row.seed != text:
            changed = {**unit_values(seed), "seed": text, "version": row.version + 1}
            writing.connection.execute(sa.update(units).where(units.c.unit_id == seed.unit_id).values(**changed))
            writing.record("unit.update", "unit", seed.unit_id, {"changes": json.loads(text), "from": "town file"})

    def add(self, seed: UnitSeed, *, actor: str | None = None) -> Unit:
        """Add a unit that the town file doesn't have.

        Parameters
        ----------
        seed
            What is known of it.
        actor
            Who adds it.

        Returns
        -------
        Unit
            As it is kept.

        Raises
        ------
        VersionConflictError
            If there is one of that id.
        InputError
            If a value can't be kept.
        StoreUnavailableError
            If the store doesn't answer.
        """
        check_text(seed.unit_id, "unit_id", limit=40)
        with self._store.write(actor) as writing:
            if find_unit_row(writing.connection, seed.unit_id) is not None:
                raise VersionConflictError(
                    f"there is a unit {seed.unit_id!r} already: change that one, or choose another id"
                )
            self._insert(writing, seed, seed_text=None)
            return self.read(writing.connection, only=seed.unit_id)[0]

    def _insert(self, writing: Writing, seed: UnitSeed, *, seed_text: str | None) -> None:
        row = {
            **unit_values(seed),
            "status": self.workflow.initial,
            "status_at": writing.at,
            "status_by": None,
            "status_assumed": True,
            "retired": False,
            "seed": seed_text,
            "edited": seed_text is None,
            "version": 1,
        }
        writing.connection.execute(sa.insert(units).values(**row))
        written = {key: value for key, value in asdict(seed).items() if value not in (None, ())}
        writing.record("unit.add", "unit", seed.unit_id, {**written, "from": "town file" if seed_text else "desk"})

    def edit(
        self, unit_id: str, changes: Mapping[str, Any], *, actor: str | None = None, version: int | None = None
    ) -> Unit:
        """Change what is written down of a unit, or retire it.

        Parameters
        ----------
        unit_id
            Its id.
        changes
            Fields of `UnitSeed` except the id, and ``retired``.
        actor
            Who changes it.
        version
            The version that was looked at; None passes the check over.

        Returns
        -------
        Unit
            As it is now.

        Raises
        ------
        UnknownRecordError
            If there is no such unit.
        VersionConflictError
            If others changed it since.
        TransitionError
            If it is to be retired while on an incident.
        InputError
            If a field can't be changed.
        StoreUnavailableError
            If the store doesn't answer.
        """
        unknown = sorted(set(changes) - {*EDITABLE, "retired"})
        if unknown:
            hint = (
                did_you_mean(unknown[0], EDITABLE) or f": those that can be changed are {', '.join(EDITABLE)}, retired"
            )
            raise InputError(f"{unknown[0]!r} of a unit can't be changed{hint}")
        with self._store.write(actor) as writing:
            row = get_unit_row(writing.connection, unit_id)
            check_version(version, row.version, f"unit {unit_id}")
            if changes.get("retired") and row.incident_id is not None:
                raise TransitionError(
                    f"{unit_id} is on incident {row.incident_id}: release it before it is retired",
                    details={"unit_id": unit_id, "incident_id": row.incident_id},
                )
            values = {
                key: canonical_json(list(value)) if key == "capabilities" else value for key, value in changes.items()
            }
            before = {
                key: json.loads(row.capabilities) if key == "capabilities" else getattr(row, key) for key in changes
            }
            wanted = {key: list(value) if isinstance(value, tuple) else value for key, value in changes.items()}
            if wanted != before:
                values |= {"edited": True, "version": row.version + 1}
                writing.connection.execute(sa.update(units).where(units.c.unit_id == unit_id).values(**values))
                writing.record("unit.update", "unit", unit_id, {"changes": wanted, "before": before})
            return self.read(writing.connection, retired=True, only=unit_id)[0]
