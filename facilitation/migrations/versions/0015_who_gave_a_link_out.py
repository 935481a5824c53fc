"""Who gave a one-time link out, so that it goes when they go.

Revision ID: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of links from before nobody knows; they run out within a day."""
    op.add_column("link", sa.Column("issuer", sa.Text, nullable=True))


def downgrade() -> None:
    """The links stay, and with whoever gave them out they go no more."""
    op.drop_column("link", "issuer")
