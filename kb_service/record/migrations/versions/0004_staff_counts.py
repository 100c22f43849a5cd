"""Live staff counts by day, for the history in the console."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "staff_count",
        sa.Column("domain", sa.String(253), primary_key=True),
        sa.Column("day", sa.Integer, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("counted_at", sa.BigInteger, nullable=False),
    )
    op.create_index("staff_count_by_time", "staff_count", ["counted_at"])


def downgrade() -> None:
    op.drop_table("staff_count")
