"""Signed heads of the journals: what the house said of the first rows of each, when the hall moved on.

Revision ID: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No head is noted yet: the next one comes when the hall moves on."""
    op.create_table(
        "tree_head",
        sa.Column("assembly", sa.Text, sa.ForeignKey("assembly.id"), primary_key=True),
        sa.Column("size", sa.Integer, primary_key=True),
        sa.Column("root", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("signature", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Forget the heads; who noted one on paper can still hold it against the rows."""
    op.drop_table("tree_head")
