"""Receipts: what an agent sent in answer to a question."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "receipt",
        sa.Column("receipt_id", sa.String(22), primary_key=True),
        sa.Column("query_id", sa.String(28), nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("generation", sa.Text, nullable=False),
        sa.Column("passages", sa.Text, nullable=False),
        sa.Column("for_agents", sa.Text, nullable=False),
        sa.Column("live", sa.Text, nullable=False),
    )
    op.create_index("receipt_by_query", "receipt", ["query_id"])
    op.create_index("receipt_by_end", "receipt", ["expires_at"])


def downgrade() -> None:
    op.drop_table("receipt")
