"""The tables of the record, the same on SQLite and PostgreSQL. Times are milliseconds since 1970, in UTC."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table, Text

VERSION: Final = "0005"  # the newest revision in migrations/versions

metadata: Final = MetaData()

# What somebody wanted to know: all questions of one asker that were the same, typing included. `followed_by` is the
# next intent of the same asker within minutes. `shown` is a JSON array of article ids.
intent: Final = Table(
    "intent",
    metadata,
    Column("intent_id", String(28), primary_key=True),  # the query_id of its first question
    Column("started_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("questions", Integer, nullable=False),
    Column("surface", String(10), nullable=False),
    Column("audience", String(10), nullable=False),
    Column("text", Text, nullable=False),  # masked and cut
    Column("phrase", Text, nullable=False),  # the text without case, punctuation and blanks
    Column("outcome", String(20), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("article_id", Text, nullable=False),
    Column("shown", Text, nullable=False),
    Column("followed_by", String(28), nullable=False, server_default=""),
    Column("asker", String(16), nullable=False),  # a MAC that is emptied within hours
)
# Reports read one of these from end to end and the table not at all.
Index("intent_by_article", intent.c.last_at, intent.c.article_id, intent.c.outcome, intent.c.followed_by)
Index("intent_by_phrase", intent.c.outcome, intent.c.last_at, intent.c.phrase)
Index("intent_by_asker", intent.c.asker, intent.c.last_at)

# Which intent a question belongs to.
question: Final = Table(
    "question",
    metadata,
    Column("query_id", String(28), primary_key=True),
    Column("intent_id", String(28), nullable=False),
)
Index("question_by_intent", question.c.intent_id)

# What somebody did with an article that an answer showed.
deed: Final = Table(
    "deed",
    metadata,
    Column("intent_id", String(28), primary_key=True),
    Column("deed", String(10), primary_key=True),
    Column("article_id", Text, primary_key=True),
    Column("done_at", BigInteger, nullable=False),
)
Index("deed_by_time", deed.c.done_at, deed.c.deed, deed.c.article_id)

# The last vote on each answer. `reasons` is a JSON array.
vote: Final = Table(
    "vote",
    metadata,
    Column("query_id", String(28), primary_key=True),
    Column("helpful", Boolean, nullable=False),
    Column("article_id", Text, nullable=False),
    Column("passage_id", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("comment", Text, nullable=False),  # masked and cut
    Column("voted_at", BigInteger, nullable=False),
)
Index("vote_by_time", vote.c.voted_at)

# What somebody has to look at: open, taken by its owner, or done.
flag: Final = Table(
    "flag",
    metadata,
    Column("flag_id", Integer, primary_key=True, autoincrement=True),
    Column("query_id", String(28), nullable=False),
    Column("article_id", Text, nullable=False),
    Column("passage_id", Text, nullable=False),
    Column("note", Text, nullable=False),  # masked and cut
    Column("state", String(10), nullable=False),
    Column("owner", Text, nullable=False),
    Column("flagged_by", Text, nullable=False),
    Column("flagged_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

# What an agent sent in answer to a question. `passages` and `for_agents` are JSON arrays, `live` is JSON.
receipt: Final = Table(
    "receipt",
    metadata,
    Column("receipt_id", String(22), primary_key=True),
    Column("query_id", String(28), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("question", Text, nullable=False),  # masked and cut
    Column("generation", Text, nullable=False),
    Column("passages", Text, nullable=False),
    Column("for_agents", Text, nullable=False),
    Column("live", Text, nullable=False),
)
Index("receipt_by_query", receipt.c.query_id)
Index("receipt_by_end", receipt.c.expires_at)

# The meaning of a phrase that nothing answered, so that reports need not compute it: float32, little-endian.
meaning: Final = Table(
    "meaning",
    metadata,
    Column("phrase", Text, primary_key=True),
    Column("model", String(80), primary_key=True),
    Column("vector", LargeBinary, nullable=False),
)

# The last live count of a helpdesk's staff on each day, where the settings let it be kept. `day` is since 1970.
staff_count: Final = Table(
    "staff_count",
    metadata,
    Column("domain", String(253), primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Column("counted_at", BigInteger, nullable=False),
)
Index("staff_count_by_time", staff_count.c.counted_at)
