"""Who let a guest's device in, so that it is signed out when they go.

Revision ID: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of devices from before nobody knows; they are signed out within a day."""
    op.add_column("token", sa.Column("issuer", sa.Text, nullable=True))


def downgrade() -> None:
    """The devices stay, and with whoever let them in they go no more."""
    op.drop_column("token", "issuer")
