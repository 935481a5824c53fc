"""How a member's pages look by the member's own choice. It follows the member to another tablet, and can be forgotten.

Revision ID: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has chosen anything yet."""
    op.create_table(
        "look",
        sa.Column("member", sa.Text, primary_key=True),
        sa.Column("look", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Forget it."""
    op.drop_table("look")
