"""What members said on arrival that they need. It lies outside the journal, so that it can be forgotten.

Revision ID: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has said anything yet."""
    op.create_table(
        "need",
        sa.Column("member", sa.Text, primary_key=True),
        sa.Column("assembly", sa.Text, nullable=False, index=True),
        sa.Column("session", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("own", sa.Boolean, nullable=False),
        sa.Column("wishes", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.CheckConstraint("state IN ('confirmed', 'changed')", "need_state_is_known"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Forget it."""
    op.drop_table("need")
