"""A draw may be asked for with a public seed.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Draws asked for before had none."""
    op.add_column("draw", sa.Column("seed", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    """Forget the seeds."""
    op.drop_column("draw", "seed")
