"""Units, incidents, assignments, closures, recommendations, and the record that is only ever added to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

__all__ = ["downgrade", "upgrade"]

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEPT = {"audit": "seq", "recommendations": "record_id"}
_SAID = "the record is only ever added to"


def _text(name: str, *, needed: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=not needed)


def _number(name: str, *, needed: bool = False) -> sa.Column[float]:
    return sa.Column(name, sa.Float(), nullable=not needed)


def _count(name: str, *, needed: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=not needed)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _texts(names: str, *, needed: bool = False) -> list[sa.Column[str]]:
    return [_text(name, needed=needed) for name in names.split()]


def _numbers(names: str) -> list[sa.Column[float]]:
    return [_number(name) for name in names.split()]


def upgrade() -> None:
    """Make every table, and the triggers that guard the record."""
    _make_units()
    _make_incidents()
    _make_record()
    for table, key in _KEPT.items():
        if op.get_bind().dialect.name == "postgresql":
            _guard_postgresql(table)
        else:
            _guard_sqlite(table, key)
    op.execute(f"INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '{'0' * 64}')")


def _make_units() -> None:
    op.create_table(
        "store_meta", *_texts("key value", needed=True), sa.PrimaryKeyConstraint("key", name="pk_store_meta")
    )
    op.create_table(
        "units",
        *_texts("unit_id name kind", needed=True),
        *_texts("station_id agency neighbour"),
        _number("call_over_s"),
        _text("profile"),
        _text("capabilities", needed=True),
        _count("crew", needed=False),
        _text("crew_group"),
        *_numbers("weight_t height_m width_m length_m"),
        _text("staffing"),
        *_numbers("home_lon home_lat"),
        *_texts("status status_at", needed=True),
        _text("status_by"),
        _flag("status_assumed"),
        *_numbers("lon lat"),
        _text("position_at"),
        _number("accuracy_m"),
        _text("position_source"),
        _flag("retired"),
        _text("seed"),
        _flag("edited"),
        _count("version"),
        sa.PrimaryKeyConstraint("unit_id", name="pk_units"),
    )


def _make_incidents() -> None:
    op.create_table(
        "incidents",
        *_texts("incident_id call_type", needed=True),
        _count("alarm"),
        _text("weather", needed=True),
        _number("lon", needed=True),
        _number("lat", needed=True),
        _number("radius90_m"),
        _text("label", needed=True),
        _text("note"),
        *_texts("status opened_at", needed=True),
        *_texts("opened_by closed_at closed_by"),
        _count("version"),
        sa.PrimaryKeyConstraint("incident_id", name="pk_incidents"),
    )
    op.create_index("ix_incidents_status", "incidents", ["status"])
    op.create_table(
        "assignments",
        sa.Column("assignment_id", _ID, autoincrement=True, nullable=False),
        *_texts("incident_id unit_id", needed=True),
        _text("role"),
        _text("assigned_at", needed=True),
        *_texts("assigned_by released_at released_by reason"),
        sa.PrimaryKeyConstraint("assignment_id", name="pk_assignments"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.incident_id"], name="fk_assignments_incident_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.unit_id"], name="fk_assignments_unit_id"),
    )
    op.create_index("ix_assignments_incident_id", "assignments", ["incident_id"])
    open_only = sa.text("released_at IS NULL")
    op.create_index(
        "uq_assignments_unit_open",
        "assignments",
        ["unit_id"],
        unique=True,
        sqlite_where=open_only,
        postgresql_where=open_only,
    )
    op.create_table(
        "closures",
        *_texts("closure_id kind spec", needed=True),
        _text("profiles"),
        _text("starts", needed=True),
        *_texts("ends source note"),
        _text("created_at", needed=True),
        *_texts("created_by expired_at expired_by"),
        _count("version"),
        sa.PrimaryKeyConstraint("closure_id", name="pk_closures"),
    )


def _make_record() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", _ID, autoincrement=False, nullable=False),
        _text("at", needed=True),
        _text("actor"),
        *_texts("action subject_kind subject_id data prev_hash hash", needed=True),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    op.create_index("ix_audit_subject_kind_subject_id", "audit", ["subject_kind", "subject_id"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        _text("hash", needed=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.create_table(
        "recommendations",
        *_texts("record_id at", needed=True),
        *_texts("actor incident_id"),
        *_texts("inputs town_sha256 versions answer hash", needed=True),
        sa.Column("audit_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_recommendations"),
        sa.UniqueConstraint("audit_seq", name="uq_recommendations_audit_seq"),
    )
    op.create_index("ix_recommendations_incident_id", "recommendations", ["incident_id"])


def _guard_sqlite(table: str, key: str) -> None:
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
        )
    # INSERT OR REPLACE would delete a row without asking the trigger above.
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
    )


def _guard_postgresql(table: str) -> None:
    op.execute(
        f"CREATE FUNCTION {table}_only_added() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_SAID}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_only_added()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_only_added()"
    )


def downgrade() -> None:
    """Refuse: a record is never dropped by the program.

    Raises
    ------
    NotImplementedError
        Always.
    """
    raise NotImplementedError(
        "the first version of the store can't be taken back: keep the file, or delete it yourself"
    )
