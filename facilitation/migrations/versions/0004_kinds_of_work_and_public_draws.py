"""What kind of work a draw is and with which options; and the public draw: its events, and the keys to its screens.

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """All draws asked for before are draws, without options."""
    op.add_column("draw", sa.Column("kind", sa.Text, nullable=False, server_default="draw"))
    op.add_column("draw", sa.Column("options", sa.Text, nullable=False, server_default="{}"))
    op.add_column("recruitment", sa.Column("exclude_by", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "public_event",
        sa.Column("draw", sa.Text, sa.ForeignKey("draw.id"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("draw", "seq"),
        sa.CheckConstraint("seq > 0", "public_event_counts_from_one"),
    )
    op.create_table(
        "draw_key",
        sa.Column("hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("draw", sa.Text, sa.ForeignKey("draw.id"), nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("used", sa.Boolean, nullable=False),
        sa.CheckConstraint("role IN ('hall', 'invitation', 'witness')", "draw_key_role_is_known"),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("draw_key")
    op.drop_table("public_event")
    op.drop_column("recruitment", "exclude_by")
    op.drop_column("draw", "options")
    op.drop_column("draw", "kind")
