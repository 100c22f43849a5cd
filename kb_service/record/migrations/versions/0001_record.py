"""The record: intents, questions, deeds, votes, flags and meanings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "intent",
        sa.Column("intent_id", sa.String(28), primary_key=True),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
        sa.Column("questions", sa.Integer, nullable=False),
        sa.Column("surface", sa.String(10), nullable=False),
        sa.Column("audience", sa.String(10), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("phrase", sa.Text, nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("article_id", sa.Text, nullable=False),
        sa.Column("shown", sa.Text, nullable=False),
        sa.Column("followed_by", sa.String(28), nullable=False, server_default=""),
        sa.Column("asker", sa.String(16), nullable=False),
    )
    op.create_index("intent_by_article", "intent", ["last_at", "article_id", "outcome", "followed_by"])
    op.create_index("intent_by_phrase", "intent", ["outcome", "last_at", "phrase"])
    op.create_index("intent_by_asker", "intent", ["asker", "last_at"])
    op.create_table(
        "question",
        sa.Column("query_id", sa.String(28), primary_key=True),
        sa.Column("intent_id", sa.String(28), nullable=False),
    )
    op.create_index("question_by_intent", "question", ["intent_id"])
    op.create_table(
        "deed",
        sa.Column("intent_id", sa.String(28), primary_key=True),
        sa.Column("deed", sa.String(10), primary_key=True),
        sa.Column("article_id", sa.Text, primary_key=True),
        sa.Column("done_at", sa.BigInteger, nullable=False),
    )
    op.create_index("deed_by_time", "deed", ["done_at", "deed", "article_id"])
    op.create_table(
        "vote",
        sa.Column("query_id", sa.String(28), primary_key=True),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("article_id", sa.Text, nullable=False),
        sa.Column("passage_id", sa.Text, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("voted_at", sa.BigInteger, nullable=False),
    )
    op.create_index("vote_by_time", "vote", ["voted_at"])
    op.create_table(
        "flag",
        sa.Column("flag_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("query_id", sa.String(28), nullable=False),
        sa.Column("article_id", sa.Text, nullable=False),
        sa.Column("passage_id", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("flagged_by", sa.Text, nullable=False),
        sa.Column("flagged_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "meaning",
        sa.Column("phrase", sa.Text, primary_key=True),
        sa.Column("model", sa.String(80), primary_key=True),
        sa.Column("vector", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    for table in ("meaning", "flag", "vote", "deed", "question", "intent"):
        op.drop_table(table)
