"""The first schema: journal, urn, people, access, recruitments.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BINARY_OF_32 = sa.LargeBinary(32)


def upgrade() -> None:
    """Make every table; names, types and keys are portable."""
    _journal()
    _urn()
    _people()
    _access()
    _recruitments()


def downgrade() -> None:
    """Take every table away again."""
    for table in ("draw", "recruitment", "blob", "link", "token", "person", "ballot", "turnout", "journal"):
        op.drop_table(table)
    op.drop_table("place")
    op.drop_table("assembly")


def _journal() -> None:
    op.create_table(
        "assembly",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
    )
    op.create_table(
        "place",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("assembly", sa.Text, sa.ForeignKey("assembly.id"), nullable=False),
    )
    op.create_table(
        "journal",
        sa.Column("assembly", sa.Text, sa.ForeignKey("assembly.id"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("assembly", "seq"),
        sa.CheckConstraint("seq > 0", "journal_counts_from_one"),
    )


def _urn() -> None:
    """No time, no order, no key between the two tables, and no hidden row number in either."""
    op.create_table(
        "turnout",
        sa.Column("round", sa.Text, nullable=False),
        sa.Column("member", sa.Text, nullable=False),
        sa.Column("key_hash", BINARY_OF_32, nullable=False),
        sa.PrimaryKeyConstraint("round", "member"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ballot",
        sa.Column("box_key", BINARY_OF_32, primary_key=True),
        sa.Column("round", sa.Text, nullable=False),
        sa.Column("choice", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ballot_by_round", "ballot", ["round"])


def _people() -> None:
    op.create_table(
        "person",
        sa.Column("member", sa.Text, primary_key=True),
        sa.Column("assembly", sa.Text, sa.ForeignKey("assembly.id"), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("panel_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("columns", sa.Text, nullable=False),
        sa.Column("salt", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=True, unique=True),
        sa.CheckConstraint("(salt = '') = (code IS NULL)", "erased_people_have_no_code"),
    )
    op.create_index("person_by_assembly", "person", ["assembly", "place"], unique=True)


def _access() -> None:
    roles = "role IN ('member', 'facilitator', 'recruiter', 'display')"
    op.create_table(
        "token",
        sa.Column("hash", BINARY_OF_32, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("assembly", sa.Text, nullable=True),
        sa.Column("session", sa.Text, nullable=True),
        sa.Column("member", sa.Text, nullable=True),
        sa.Column("revoked", sa.Boolean, nullable=False),
        sa.CheckConstraint(roles, "token_role_is_known"),
        sa.CheckConstraint("(role = 'member') = (member IS NOT NULL)", "only_members_are_members"),
    )
    op.create_table(
        "link",
        sa.Column("hash", BINARY_OF_32, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("assembly", sa.Text, nullable=True),
        sa.Column("expires_at", sa.Text, nullable=False),
        sa.Column("used", sa.Boolean, nullable=False),
        sa.CheckConstraint(roles, "link_role_is_known"),
    )


def _recruitments() -> None:
    op.create_table(
        "blob",
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("owner", "part"),
    )
    op.create_table(
        "recruitment",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=True),
        sa.Column("household", sa.Text, nullable=False),
        sa.Column("assembly", sa.Text, sa.ForeignKey("assembly.id"), nullable=True),
    )
    op.create_table(
        "draw",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("recruitment", sa.Text, sa.ForeignKey("recruitment.id"), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("asked_at", sa.Text, nullable=False),
        sa.Column("heartbeat_at", sa.Text, nullable=True),
        sa.Column("progress", sa.Text, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", "draw_state_is_known"),
    )
    op.create_index("draw_by_recruitment", "draw", ["recruitment"])
