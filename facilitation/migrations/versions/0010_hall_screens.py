"""The screens of a hall: what each is called and what it shows.

Revision ID: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Each has a token of the role display, which a new link replaces. Links from before have no name and go on."""
    op.create_table(
        "hall_screen",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("token", sa.Text, nullable=False, unique=True),
        sa.Column("session", sa.Text, nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("shows", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Forget their names; their links show what is on."""
    op.drop_table("hall_screen")
