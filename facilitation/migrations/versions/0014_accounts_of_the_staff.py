"""Accounts of the staff; tokens that end by themselves; who was given or lost which role.

Revision ID: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

LINKS = ("member", "facilitator", "recruiter", "display", "scrutineer", "observer", "host")
TOKENS = (*LINKS, "kiosk")
ADMINISTRATOR, SIGNED_IN = "administrator", "staff"
FORGETS = {"token": "role IN ('administrator', 'staff')", "link": "role = 'administrator'"}
"""The rows that the schema before cannot hold, and the downgrade takes out."""
OF_TOKENS = "hash, id, role, assembly, session, member, revoked, at_table, parked"
OF_LINKS = "hash, role, assembly, expires_at, used, at_table"


def upgrade() -> None:
    """Nobody has an account yet, and the tokens of before never end."""
    op.create_table(
        "account",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False, unique=True),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.Column("used_at", sa.Text, nullable=True),
    )
    op.create_table(
        "account_role",
        sa.Column("account", sa.Text, sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("role", sa.Text, primary_key=True),
        sa.Column("assembly", sa.Text, primary_key=True),
    )
    op.create_table(
        "recovery_code",
        sa.Column("hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("account", sa.Text, sa.ForeignKey("account.id"), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sign_in_try",
        sa.Column("key", sa.LargeBinary(32), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("next_at", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "access_log",
        sa.Column("n", sa.Integer, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("assembly", sa.Text, nullable=True),
    )
    _tokens((*TOKENS, ADMINISTRATOR, SIGNED_IN), accounts=True)
    _links((*LINKS, ADMINISTRATOR), accounts=True)


def downgrade() -> None:
    """Accounts are gone, and administrators signed out; staff come by one-time links again."""
    for table, rows in FORGETS.items():
        op.execute(f"DELETE FROM {table} WHERE {rows}")  # noqa: S608  # our own names
    _tokens(TOKENS, accounts=False)
    _links(LINKS, accounts=False)
    for table in ("access_log", "sign_in_try", "recovery_code", "account_role", "account"):
        op.drop_table(table)


def _known(roles: tuple[str, ...]) -> str:
    return f"role IN ({', '.join(repr(role) for role in roles)})"


def _made_anew(table: str, columns: str) -> None:
    """SQLite cannot change a check, so the table is made anew, on every database alike."""
    op.execute(f"INSERT INTO {table}_made_anew ({columns}) SELECT {columns} FROM {table}")  # noqa: S608  # our own names
    op.drop_table(table)
    op.rename_table(f"{table}_made_anew", table)


def _tokens(roles: tuple[str, ...], *, accounts: bool) -> None:
    texts = ("account", "family", "made_at", "used_at", "until")
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
        sa.Column("parked", sa.Boolean, nullable=False, server_default=sa.false()),
        *(sa.Column(name, sa.Text, nullable=True) for name in texts if accounts),
        *([sa.Column("idle", sa.Integer, nullable=True)] if accounts else []),
        sa.CheckConstraint(_known(roles), "token_role_is_known"),
        sa.CheckConstraint("(role = 'member') = (member IS NOT NULL)", "only_members_are_members"),
        sa.CheckConstraint("(role = 'host') = (at_table IS NOT NULL)", "a_host_has_a_table"),
    )
    _made_anew("token", OF_TOKENS)


def _links(roles: tuple[str, ...], *, accounts: bool) -> None:
    op.create_table(
        "link_made_anew",
        sa.Column("hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("assembly", sa.Text, nullable=True),
        sa.Column("expires_at", sa.Text, nullable=False),
        sa.Column("used", sa.Boolean, nullable=False),
        sa.Column("at_table", sa.Integer, nullable=True),
        *([sa.Column("account", sa.Text, nullable=True)] if accounts else []),
        sa.CheckConstraint(_known(roles), "link_role_is_known"),
    )
    _made_anew("link", OF_LINKS)
