"""A few articles about billing, and short ways to index and to ask in tests."""

from __future__ import annotations

from kb_service.analysis import analyse
from kb_service.content.article import Article, Audience
from kb_service.index.port import Engine, Snapshot
from kb_service.index.query import Or, Phrase, Query, Word
from tests.builders import an_article

PLENTY = 1_000
SECRET = "zebra"  # only in what agents may see


def billing() -> list[Article]:
    return [
        an_article("refunds", "A refund takes five days.", topics=["money"], questions=["Can I get my money back?"]),
        an_article("invoices", "Download the invoice of a payment.", topics=["money", "papers"]),
        an_article("seats", "Remove a seat before the renewal.", agent_texts=[f"Say {SECRET} to the customer."]),
        an_article("macros", f"Internal {SECRET} only.", audience="agent", topics=[SECRET], questions=[SECRET]),
    ]


def filled(engine: Engine, *articles: Article, audience: Audience = "public") -> Snapshot:
    engine.replace_all(articles)
    return engine.snapshot(audience=audience)


def words(text: str) -> Or:
    """Any of these words, as a question would ask for them."""
    return Or(tuple(Word(term.term) for term in analyse(text)))


def phrase(text: str) -> Phrase:
    return Phrase(tuple(term.term for term in analyse(text)))


def found(snapshot: Snapshot, query: Query, *, limit: int = PLENTY, topic: str | None = None) -> list[str]:
    """The article ids of the passages found, best first."""
    ranking = snapshot.store.candidates(query, limit=limit, topic=topic)
    return [entry.passage.article_id for entry in snapshot.store.entries(ranking.numbers.tolist())]
