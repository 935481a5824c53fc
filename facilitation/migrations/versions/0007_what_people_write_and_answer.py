"""What people write and answer in agenda items, what they are still writing, and the host of a table.

Revision ID: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BEFORE = ("member", "facilitator", "recruiter", "display", "scrutineer", "observer")
SINCE = (*BEFORE, "host")
FORGETS = {"token": "role = 'host'", "link": "role = 'host'"}
"""The rows that the schema before cannot hold, and the downgrade takes out."""


def upgrade() -> None:
    """Words lie outside the journal, so that they can be forgotten. Answers lie in the order of their voices."""
    op.create_table(
        "words",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("assembly", sa.Text, nullable=False, index=True),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("salt", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "answer",
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("sheet", sa.Text, nullable=False),
        sa.Column("voice", sa.Text, nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("item", "sheet", "voice", "part"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "kept_text",
        sa.Column("session", sa.Text, nullable=False),
        sa.Column("writer", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("fields", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("session", "writer", "name"),
        sqlite_with_rowid=False,
    )
    _roles(SINCE, tables=True)


def downgrade() -> None:
    """Forget them; hosts are signed out."""
    op.execute("DELETE FROM token WHERE role = 'host'")
    op.execute("DELETE FROM link WHERE role = 'host'")
    _roles(BEFORE, tables=False)
    for table in ("kept_text", "answer", "words"):
        op.drop_table(table)


def _roles(roles: tuple[str, ...], *, tables: bool) -> None:
    """SQLite cannot change a check, so both tables are made anew, on every database alike; a host has a table."""
    known = f"role IN ({', '.join(repr(role) for role in roles)})"
    at_table = [sa.Column("at_table", sa.Integer, nullable=True)] if tables else []
    checked = [sa.CheckConstraint("(role = 'host') = (at_table IS NOT NULL)", "a_host_has_a_table")] if tables else []
    op.create_table(
        "token_made_anew",
        sa.Column("hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("assembly", sa.Text, nullable=True),
        sa.Column("session", sa.Text, nullable=True),
        sa.Column("member", sa.Text, nullable=True),
        sa.Column("revoked", sa.Boolean, nullable=False),
        *at_table,
        sa.CheckConstraint(known, "token_role_is_known"),
        sa.CheckConstraint("(role = 'member') = (member IS NOT NULL)", "only_members_are_members"),
        *checked,
    )
    op.create_table(
        "link_made_anew",
        sa.Column("hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("assembly", sa.Text, nullable=True),
        sa.Column("expires_at", sa.Text, nullable=False),
        sa.Column("used", sa.Boolean, nullable=False),
        *([sa.Column("at_table", sa.Integer, nullable=True)] if tables else []),
        sa.CheckConstraint(known, "link_role_is_known"),
    )
    kept = {
        "token": "hash, id, role, assembly, session, member, revoked",
        "link": "hash, role, assembly, expires_at, used",
    }
    for table, columns in kept.items():
        op.execute(f"INSERT INTO {table}_made_anew ({columns}) SELECT {columns} FROM {table}")  # noqa: S608  # our names
        op.drop_table(table)
        op.rename_table(f"{table}_made_anew", table)
