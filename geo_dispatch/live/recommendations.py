"""Recommendations as they were given, with all that replays them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from geo_dispatch.errors import UnknownRecordError
from geo_dispatch.live.canonical import canonical_json
from geo_dispatch.live.journal import recommendation_hash
from geo_dispatch.live.models import RecommendationRecord
from geo_dispatch.live.store import LiveStore
from geo_dispatch.live.tables import recommendations

__all__ = ["Recommendations"]


class Recommendations:
    """Keeps recommendations; none is ever changed.

    Parameters
    ----------
    store
        Where they are kept.
    """

    def __init__(self, store: LiveStore) -> None:
        self._store = store

    def keep(
        self,
        *,
        inputs: Mapping[str, Any],
        town_sha256: str,
        versions: Mapping[str, str],
        answer: Mapping[str, Any],
        incident_id: str | None = None,
        actor: str | None = None,
    ) -> RecommendationRecord:
        """Keep a recommendation as it was given.

        Parameters
        ----------
        inputs
            All that it was made of besides the town: place, run card, units and closures as they were, the moment.
        town_sha256
            Of the town file.
        versions
            Of the program and of the libraries that the answer depends on.
        answer
            The document that was answered.
        incident_id
            The incident it was for.
        actor
            Who asked.

        Returns
        -------
        RecommendationRecord
            Inputs and answer as canonical JSON: what a replay must give again, byte for byte.

        Raises
        ------
        InputError
            If a value can't be kept as JSON.
        StoreUnavailableError
            If the store doesn't answer.
        """
        texts = {
            "inputs": canonical_json(inputs),
            "versions": canonical_json(dict(versions)),
            "answer": canonical_json(answer),
        }
        digest = recommendation_hash(texts["inputs"], town_sha256, texts["versions"], texts["answer"])
        record_id = f"r-{uuid.uuid4().hex}"
        with self._store.write(actor) as writing:
            told = {"hash": digest, "incident_id": incident_id, "town_sha256": town_sha256}
            seq = writing.record("recommendation.store", "recommendation", record_id, told)
            row = {**texts, "town_sha256": town_sha256, "hash": digest, "incident_id": incident_id, "audit_seq": seq}
            writing.connection.execute(
                sa.insert(recommendations).values(record_id=record_id, at=writing.at, actor=writing.actor, **row)
            )
        return RecommendationRecord(
            record_id=record_id,
            at=writing.at,
            actor=writing.actor,
            incident_id=incident_id,
            inputs=texts["inputs"],
            town_sha256=town_sha256,
            versions=dict(versions),
            answer=texts["answer"],
            hash=digest,
            audit_seq=seq,
        )

    def get_record(self, record_id: str) -> RecommendationRecord:
        """Return a recommendation by its id.

        Parameters
        ----------
        record_id
            As the answer gave it.

        Returns
        -------
        RecommendationRecord
            As it was kept.

        Raises
        ------
        UnknownRecordError
            If there is none of that id.
        StoreUnavailableError
            If the store doesn't answer.
        """
        with self._store.read() as connection:
            row = connection.execute(sa.select(recommendations).where(recommendations.c.record_id == record_id)).first()
        if row is None:
            raise UnknownRecordError(
                f"there is no recommendation {record_id!r}: `geo-dispatch record list` shows those kept"
            )
        return _record(row)

    def list_records(self, *, limit: int = 100, incident_id: str | None = None) -> tuple[RecommendationRecord, ...]:
        """Return recommendations, the newest first.

        Parameters
        ----------
        limit
            Most of them.
        incident_id
            Only those for this incident.

        Returns
        -------
        tuple of RecommendationRecord
            As they were kept.

        Raises
        ------
        StoreUnavailableError
            If the store doesn't answer.
        """
        query = sa.select(recommendations).order_by(recommendations.c.audit_seq.desc()).limit(limit)
        if incident_id is not None:
            query = query.where(recommendations.c.incident_id == incident_id)
        with self._store.read() as connection:
            return tuple(_record(row) for row in connection.execute(query))


def _record(row: Row[Any]) -> RecommendationRecord:
    names = [name for name in RecommendationRecord.__dataclass_fields__ if name != "versions"]
    return RecommendationRecord(**{name: getattr(row, name) for name in names}, versions=json.loads(row.versions))
