"""Which draw was seated, and the quota files that a recruitment had before.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Assemblies seated before do not know their draw, and what quotas there were before is not known."""
    op.add_column("recruitment", sa.Column("seated_draw", sa.Text, nullable=True))
    op.create_table(
        "edition",
        sa.Column("recruitment", sa.Text, sa.ForeignKey("recruitment.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("recruitment", "number"),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("edition")
    op.drop_column("recruitment", "seated_draw")
