"""The numbers of ballots that were printed and have not come back.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing has been printed yet. Rows lie in the order of the numbers, which are drawn by lot."""
    op.create_table(
        "paper_number",
        sa.Column("number", sa.Text, primary_key=True),
        sa.Column("round", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sheet", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("paper_number")
