"""Tablets that change hands: a seat taken over on another one, a tablet paired by a helper, a tablet that many share.

Revision ID: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BEFORE = ("member", "facilitator", "recruiter", "display", "scrutineer", "observer", "host")
SINCE = (*BEFORE, "kiosk")
FORGETS = {"token": "role = 'kiosk'"}
"""The rows that the schema before cannot hold, and the downgrade takes out."""


def upgrade() -> None:
    """Every tablet is in use; none waits to be paired."""
    op.create_table(
        "pairing",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("secret_hash", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=True),
        sa.Column("assembly", sa.Text, nullable=True),
        sa.Column("session", sa.Text, nullable=True),
        sa.Column("member", sa.Text, nullable=True),
        sa.Column("paired_at", sa.Text, nullable=True),
        sa.Column("token", sa.Text, nullable=True),
        sa.CheckConstraint("role IN ('member', 'kiosk')", "paired_as_what"),
        sa.CheckConstraint("(role IS NULL) = (paired_at IS NULL)", "paired_at_some_time"),
        sqlite_with_rowid=False,
    )
    _tokens(SINCE, parked=True)


def downgrade() -> None:
    """Shared tablets are signed out; a seat is in use on every tablet that has joined."""
    op.execute("DELETE FROM token WHERE role = 'kiosk'")
    _tokens(BEFORE, parked=False)
    op.drop_table("pairing")


def _tokens(roles: tuple[str, ...], *, parked: bool) -> None:
    """SQLite cannot change a check, so the table is made anew, on every database alike."""
    known = f"role IN ({', '.join(repr(role) for role in roles)})"
    op.create_table(
        "token_made_anew",
        sa.Column("hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("assembly", sa.Text, nullable=True),
        sa.Column("session", sa.Text, nullable=True),
        sa.Column("member", sa.Text, nullable=True),
        sa.Column("revoked", sa.Boolean, nullable=False),
        sa.Column("at_table", sa.Integer, nullable=True),
        *([sa.Column("parked", sa.Boolean, nullable=False, server_default=sa.false())] if parked else []),
        sa.CheckConstraint(known, "token_role_is_known"),
        sa.CheckConstraint("(role = 'member') = (member IS NOT NULL)", "only_members_are_members"),
        sa.CheckConstraint("(role = 'host') = (at_table IS NOT NULL)", "a_host_has_a_table"),
    )
    columns = "hash, id, role, assembly, session, member, revoked, at_table"
    op.execute(f"INSERT INTO token_made_anew ({columns}) SELECT {columns} FROM token")  # noqa: S608  # our own names
    op.drop_table("token")
    op.rename_table("token_made_anew", "token")
