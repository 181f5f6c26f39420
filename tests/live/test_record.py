"""The record: chained, guarded, and every way of breaking it found."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from geo_dispatch.errors import InputError, RecordBrokenError
from geo_dispatch.live.canonical import GENESIS, canonical_json, sha256_text
from geo_dispatch.live.journal import entry_hash


@pytest.fixture
def worked(desk):
    """A store in which something was done."""
    incident = desk.incident()
    desk.assigning.assign(incident, [("A1", "ambulance")], actor="Desk 1")
    desk.reports.set_position("A1", -71.01, 41.51, actor="locator")
    desk.closures.add("stretch", {"street": "Main Street"}, actor="Desk 2")
    desk.recommendations.keep(
        inputs={"place": [1, 2.5]}, town_sha256="ab" * 32, versions={"geo-dispatch": "0.1.0"}, answer={"units": ["A1"]}
    )
    return desk


def unguarded(desk, *statements: str) -> None:
    """Change the tables as someone with the database's own tools can, behind the triggers."""
    with desk.store.database.writing() as connection:
        if connection.dialect.name == "postgresql":
            for table in ("audit", "recommendations"):
                connection.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        else:
            for table in ("audit", "recommendations"):
                for guard in ("update", "delete", "replace"):
                    connection.execute(sa.text(f"DROP TRIGGER {table}_no_{guard}"))
        for statement in statements:
            connection.execute(sa.text(statement))


def test_a_sound_record_gives_its_head(worked):
    assert worked.store.verify() == worked.store.head()
    assert worked.store.head().seq == len(worked.store.entries(limit=1000)) > 8


def test_each_row_is_hashed_over_the_one_before(worked):
    before = GENESIS
    for number, row in enumerate(worked.store.entries(limit=1000), 1):
        assert row.seq == number
        assert row.prev_hash == before
        told = {
            "seq": row.seq,
            "at": row.at,
            "actor": row.actor,
            "action": row.action,
            "subject_kind": row.subject_kind,
        }
        text = canonical_json({**told, "subject_id": row.subject_id, "data": canonical_json(row.data)})
        assert row.hash == sha256_text(before + text)
        before = row.hash


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'nobody' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 2",
        "DELETE FROM audit",
        "UPDATE recommendations SET answer = '{}'",
        "DELETE FROM recommendations",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 2",
        "TRUNCATE audit",
        "TRUNCATE recommendations",
    ],
)
def test_the_database_refuses_to_change_the_record(worked, statement):
    kind = worked.store.database.engine.dialect.name
    if statement.startswith(("TRUNCATE", "INSERT OR")) and (kind == "sqlite") == statement.startswith("TRUNCATE"):
        return  # a statement of the other database
    with (
        pytest.raises(Exception, match="only ever added to"),
        worked.store.database.writing() as connection,
    ):
        connection.execute(sa.text(statement))
    worked.store.verify()


@pytest.mark.parametrize(
    ("statement", "row", "part"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE seq = 3", 3, "content"),
        ("UPDATE audit SET data = '{}' WHERE seq = 4", 4, "content"),
        ("UPDATE audit SET at = '2020-01-01T00:00:00.000000Z' WHERE seq = 1", 1, "content"),
        ("DELETE FROM audit WHERE seq = 5", 5, "missing: row 6 comes next"),
        ("DELETE FROM audit WHERE seq > 6", 7, "and all behind it"),
        ("DELETE FROM audit", 1, "and all behind it"),
        ("UPDATE audit SET hash = prev_hash WHERE seq = 2", 2, "content"),
        ("UPDATE audit_head SET seq = 3", None, "not the row that was written last"),
        ("UPDATE recommendations SET answer = '{}'", None, "is not what was stored"),
        ("DELETE FROM recommendations", None, "is missing"),
        (
            "INSERT INTO recommendations SELECT 'r-x', at, actor, incident_id, inputs, town_sha256, versions, answer, hash, 1 "
            "FROM recommendations",
            1,
            "in no row of the record",
        ),
    ],
)
def test_a_changed_record_is_found_and_the_row_named(worked, statement, row, part):
    unguarded(worked, statement)
    with pytest.raises(RecordBrokenError, match=part) as caught:
        worked.store.verify()
    assert "row " in str(caught.value)
    if row is not None:
        assert caught.value.details["seq"] == row


def test_a_chain_made_anew_shows_by_its_head(worked):
    """Whoever rewrites everything behind a row gets another head: hence it is worth noting elsewhere."""
    noted = worked.store.verify()
    rows = worked.store.entries(limit=1000)
    statements, before = [], rows[0].prev_hash
    for row in rows:
        actor = "nobody" if row.seq == 3 else row.actor
        told = {"seq": row.seq, "at": row.at, "action": row.action, "subject_kind": row.subject_kind}
        digest = entry_hash(before, **told, actor=actor, subject_id=row.subject_id, data=canonical_json(row.data))
        name = "NULL" if actor is None else f"'{actor}'"
        statements.append(
            f"UPDATE audit SET actor = {name}, prev_hash = '{before}', hash = '{digest}' WHERE seq = {row.seq}"
        )
        before = digest
    unguarded(worked, *statements, f"UPDATE audit_head SET hash = '{before}'")
    assert worked.store.verify().seq == noted.seq
    assert worked.store.verify().hash != noted.hash


def test_a_recommendation_comes_back_byte_for_byte(desk):
    answer = {"ü": [0.1 + 0.2, 1e-9, None, "a\nb"], "assignment": [{"unit": "A1", "travel_time_s": 61.25}]}
    kept = desk.recommendations.keep(
        inputs={"b": 1, "a": 2}, town_sha256="cd" * 32, versions={"numpy": "2"}, answer=answer
    )
    again = desk.recommendations.get_record(kept.record_id)
    assert again == kept
    assert again.answer == canonical_json(answer)
    assert again.inputs == '{"a":2,"b":1}'
    assert desk.recommendations.list_records() == (kept,)


def test_rows_are_paged_and_chosen(worked):
    first = worked.store.entries(limit=3)
    rest = worked.store.entries(after=first[-1].seq, limit=1000)
    assert [row.seq for row in first + rest] == list(range(1, worked.store.head().seq + 1))
    only = worked.store.entries(subject_kind="unit", subject_id="A1")
    assert [row.action for row in only] == ["unit.add", "unit.status", "unit.position"]


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(exclude_categories=["Cs"])),
        lambda part: st.lists(part) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), part),
    )
)
def test_canonical_json_is_one_text_for_one_value(value):
    import json

    text = canonical_json(value)
    assert canonical_json(json.loads(text)) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"a": "\ud800"}])
def test_what_json_cant_hold_is_refused(value):
    with pytest.raises(InputError):
        canonical_json(value)
