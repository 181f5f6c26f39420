"""Accounts, sessions, API keys, and counts of wrong passwords."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

__all__ = ["downgrade", "upgrade"]

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _texts(names: str, *, needed: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=not needed) for name in names.split()]


def upgrade() -> None:
    """Make the four tables."""
    op.create_table(
        "accounts",
        *_texts("name role password_hash", needed=True),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        *_texts("created_at", needed=True),
        *_texts("created_by"),
        *_texts("password_at", needed=True),
        *_texts("signed_in_at"),
        sa.PrimaryKeyConstraint("name", name="pk_accounts"),
    )
    op.create_table(
        "sessions",
        *_texts("token_hash name opened_at seen_at", needed=True),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
        sa.ForeignKeyConstraint(["name"], ["accounts.name"], name="fk_sessions_name"),
    )
    op.create_index("ix_sessions_name", "sessions", ["name"])
    op.create_table(
        "api_keys",
        *_texts("key_id name role secret_hash", needed=True),
        *_texts("previous_hash previous_until"),
        *_texts("created_at", needed=True),
        *_texts("created_by expires_at used_at revoked_at"),
        sa.PrimaryKeyConstraint("key_id", name="pk_api_keys"),
    )
    op.create_table(
        "sign_in_attempts",
        *_texts("subject", needed=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        *_texts("last_at", needed=True),
        *_texts("locked_until"),
        sa.PrimaryKeyConstraint("subject", name="pk_sign_in_attempts"),
    )


def downgrade() -> None:
    """Drop the four tables; what they did stays in the record."""
    for table in ("sign_in_attempts", "api_keys", "sessions", "accounts"):
        op.drop_table(table)
