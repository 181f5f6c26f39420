"""The tables of the store as they are now; ``versions/`` holds how they came to be.

Moments are texts (`geo_dispatch.live.times`) and documents canonical JSON texts, so that both databases keep and return
the very same bytes.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

__all__ = [
    "METADATA",
    "accounts",
    "api_keys",
    "assignments",
    "attempts",
    "audit",
    "audit_head",
    "closures",
    "incidents",
    "recommendations",
    "sessions",
    "store_meta",
    "units",
]

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_Id = BigInteger().with_variant(Integer(), "sqlite")

store_meta = Table(
    "store_meta",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

units = Table(
    "units",
    METADATA,
    Column("unit_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("station_id", Text),
    Column("agency", Text),
    Column("neighbour", Text),
    Column("call_over_s", Float),
    Column("profile", Text),
    Column("capabilities", Text, nullable=False),
    Column("crew", Integer),
    Column("crew_group", Text),
    Column("weight_t", Float),
    Column("height_m", Float),
    Column("width_m", Float),
    Column("length_m", Float),
    Column("staffing", Text),
    Column("home_lon", Float),
    Column("home_lat", Float),
    Column("status", Text, nullable=False),
    Column("status_at", Text, nullable=False),
    Column("status_by", Text),
    Column("status_assumed", Boolean, nullable=False),
    Column("lon", Float),
    Column("lat", Float),
    Column("position_at", Text),
    Column("accuracy_m", Float),
    Column("position_source", Text),
    Column("retired", Boolean, nullable=False),
    Column("seed", Text),
    Column("edited", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)

incidents = Table(
    "incidents",
    METADATA,
    Column("incident_id", Text, primary_key=True),
    Column("call_type", Text, nullable=False),
    Column("alarm", Integer, nullable=False),
    Column("weather", Text, nullable=False),
    Column("lon", Float, nullable=False),
    Column("lat", Float, nullable=False),
    Column("radius90_m", Float),
    Column("label", Text, nullable=False),
    Column("note", Text),
    Column("status", Text, nullable=False),
    Column("opened_at", Text, nullable=False),
    Column("opened_by", Text),
    Column("closed_at", Text),
    Column("closed_by", Text),
    Column("version", Integer, nullable=False),
    Index("ix_incidents_status", "status"),
)

assignments = Table(
    "assignments",
    METADATA,
    Column("assignment_id", _Id, primary_key=True, autoincrement=True),
    Column("incident_id", Text, ForeignKey("incidents.incident_id"), nullable=False),
    Column("unit_id", Text, ForeignKey("units.unit_id"), nullable=False),
    Column("role", Text),
    Column("assigned_at", Text, nullable=False),
    Column("assigned_by", Text),
    Column("released_at", Text),
    Column("released_by", Text),
    Column("reason", Text),
    Index("ix_assignments_incident_id", "incident_id"),
    # No unit is on two incidents, whatever program writes.
    Index(
        "uq_assignments_unit_open",
        "unit_id",
        unique=True,
        sqlite_where=text("released_at IS NULL"),
        postgresql_where=text("released_at IS NULL"),
    ),
)

closures = Table(
    "closures",
    METADATA,
    Column("closure_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("spec", Text, nullable=False),
    Column("profiles", Text),
    Column("starts", Text, nullable=False),
    Column("ends", Text),
    Column("source", Text),
    Column("note", Text),
    Column("created_at", Text, nullable=False),
    Column("created_by", Text),
    Column("expired_at", Text),
    Column("expired_by", Text),
    Column("version", Integer, nullable=False),
)

audit = Table(
    "audit",
    METADATA,
    Column("seq", _Id, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("actor", Text),
    Column("action", Text, nullable=False),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("ix_audit_subject_kind_subject_id", "subject_kind", "subject_id"),
)

audit_head = Table(
    "audit_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
)

recommendations = Table(
    "recommendations",
    METADATA,
    Column("record_id", Text, primary_key=True),
    Column("at", Text, nullable=False),
    Column("actor", Text),
    Column("incident_id", Text),
    Column("inputs", Text, nullable=False),
    Column("town_sha256", Text, nullable=False),
    Column("versions", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("audit_seq", BigInteger, nullable=False),
    UniqueConstraint("audit_seq"),
    Index("ix_recommendations_incident_id", "incident_id"),
)

accounts = Table(
    "accounts",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("created_by", Text),
    Column("password_at", Text, nullable=False),
    Column("signed_in_at", Text),
)

sessions = Table(
    "sessions",
    METADATA,
    Column("token_hash", Text, primary_key=True),
    Column("name", Text, ForeignKey("accounts.name"), nullable=False),
    Column("opened_at", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
    Index("ix_sessions_name", "name"),
)

api_keys = Table(
    "api_keys",
    METADATA,
    Column("key_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("secret_hash", Text, nullable=False),
    Column("previous_hash", Text),
    Column("previous_until", Text),
    Column("created_at", Text, nullable=False),
    Column("created_by", Text),
    Column("expires_at", Text),
    Column("used_at", Text),
    Column("revoked_at", Text),
)

attempts = Table(
    "sign_in_attempts",
    METADATA,
    Column("subject", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Text, nullable=False),
    Column("locked_until", Text),
)
