"""How a round is held: channels, trackers and classes; open and sealed ballots; paper; keys; two more roles.

Revision ID: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BINARY_OF_32 = sa.LargeBinary(32)
BEFORE = ("member", "facilitator", "recruiter", "display")
SINCE = (*BEFORE, "scrutineer", "observer")
FORGETS = {"token": "role IN ('scrutineer', 'observer')", "link": "role IN ('scrutineer', 'observer')"}
"""The rows that the schema before cannot hold, and the downgrade takes out."""


def upgrade() -> None:
    """Ballots of before came by tablet, have no tracker and no class."""
    op.add_column("turnout", sa.Column("channel", sa.Text, nullable=False, server_default="tablet"))
    op.add_column("ballot", sa.Column("tracker", sa.Text, nullable=False, server_default=""))
    op.add_column("ballot", sa.Column("class", sa.Text, nullable=False, server_default=""))
    _named_and_sealed()
    _paper()
    _keys()
    _roles(SINCE)


def downgrade() -> None:
    """Forget them; devices of the new roles are signed out."""
    op.execute("DELETE FROM token WHERE role IN ('scrutineer', 'observer')")
    op.execute("DELETE FROM link WHERE role IN ('scrutineer', 'observer')")
    _roles(BEFORE)
    for table in ("signing_key", "round_key", "paper_entry", "spent_token", "blind_token", "named_ballot"):
        op.drop_table(table)
    op.drop_column("ballot", "class")
    op.drop_column("ballot", "tracker")
    op.drop_column("turnout", "channel")


def _named_and_sealed() -> None:
    """An open ballot stands beside its member; a sealed one is let in by a token that nobody can trace to a member."""
    op.create_table(
        "named_ballot",
        sa.Column("round", sa.Text, nullable=False),
        sa.Column("member", sa.Text, nullable=False),
        sa.Column("choice", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("round", "member"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "blind_token",
        sa.Column("round", sa.Text, nullable=False),
        sa.Column("member", sa.Text, nullable=False),
        sa.Column("blinded_hash", BINARY_OF_32, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("round", "member"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "spent_token",
        sa.Column("token_hash", BINARY_OF_32, primary_key=True),
        sa.Column("round", sa.Text, nullable=False),
        sa.Column("choice_hash", BINARY_OF_32, nullable=False),
        sqlite_with_rowid=False,
    )


def _paper() -> None:
    """Ballots on paper or by phone that were typed once and wait for the second typing: no person beside them."""
    op.create_table(
        "paper_entry",
        sa.Column("round", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("choice", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("round", "number"),
        sqlite_with_rowid=False,
    )


def _keys() -> None:
    """The key of a sealed round, until its close; and the house's key, which signs what is published."""
    op.create_table(
        "round_key",
        sa.Column("round", sa.Text, primary_key=True),
        sa.Column("private", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "signing_key",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("private", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("id = 1", "one_signing_key"),
    )


def _roles(roles: tuple[str, ...]) -> None:
    """SQLite cannot change a check, so both tables are made anew, on every database alike."""
    known = f"role IN ({', '.join(repr(role) for role in roles)})"
    op.create_table(
        "token_made_anew",
        sa.Column("hash", BINARY_OF_32, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("assembly", sa.Text, nullable=True),
        sa.Column("session", sa.Text, nullable=True),
        sa.Column("member", sa.Text, nullable=True),
        sa.Column("revoked", sa.Boolean, nullable=False),
        sa.CheckConstraint(known, "token_role_is_known"),
        sa.CheckConstraint("(role = 'member') = (member IS NOT NULL)", "only_members_are_members"),
    )
    op.create_table(
        "link_made_anew",
        sa.Column("hash", BINARY_OF_32, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("assembly", sa.Text, nullable=True),
        sa.Column("expires_at", sa.Text, nullable=False),
        sa.Column("used", sa.Boolean, nullable=False),
        sa.CheckConstraint(known, "link_role_is_known"),
    )
    for table in ("token", "link"):
        op.execute(f"INSERT INTO {table}_made_anew SELECT * FROM {table}")  # noqa: S608  # two names of our own
        op.drop_table(table)
        op.rename_table(f"{table}_made_anew", table)
