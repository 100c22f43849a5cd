"""Other engines on the same work: the ten best passages by BM25 for the same analysed words of the same passages."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from typing import Any, Final
from weakref import finalize

from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import TEXT, Schema
from whoosh.index import create_in
from whoosh.query import Or as AnyOf
from whoosh.query import Term
from whoosh.scoring import BM25F

from kb_service.analysis import analyse
from kb_service.index.port import Snapshot
from kb_service.index.query import K1, B, Or, Word

BEST: Final = 10
Search = Callable[[Sequence[str]], object]  # takes analysed words


def searches(snapshot: Snapshot) -> dict[str, Search]:
    """Return what answers a question by name; whatever is not installed is left out."""
    passages = [[term.term for term in analyse(text)] for text in texts(snapshot)]
    found: dict[str, Search] = {
        "kb_service": lambda words: snapshot.store.candidates(_query(words), limit=BEST),
        "Whoosh's searcher": _whoosh(passages),
        "SQLite FTS5": _sqlite(passages),
    }
    if find_spec("tantivy"):
        found["tantivy"] = _tantivy(passages)
    if find_spec("bm25s"):
        found["bm25s"] = _bm25s(passages)
    return found


def texts(snapshot: Snapshot) -> Iterable[str]:
    """Yield the searched text of every passage: title, headings, body."""
    for article in snapshot.articles():
        for passage in article.public.passages if article.public else ():
            yield "\n".join([article.title, *passage.heading_path, passage.text])


def _query(words: Sequence[str]) -> Or:
    return Or(tuple(Word(word) for word in words))


def _whoosh(passages: Sequence[Sequence[str]]) -> Search:
    """One segment, as Whoosh's own `optimize` leaves it: it is slower on several."""
    index = create_in(tempfile.mkdtemp(), Schema(text=TEXT(analyzer=SpaceSeparatedTokenizer())))
    writer = index.writer(limitmb=256)
    for words in passages:
        writer.add_document(text=" ".join(words))
    writer.commit(optimize=True)
    searcher = index.searcher(weighting=BM25F(B=B, K1=K1))
    return lambda words: searcher.search(AnyOf([Term("text", word) for word in words]), limit=BEST)


def _sqlite(passages: Sequence[Sequence[str]]) -> Search:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.execute("CREATE VIRTUAL TABLE passages USING fts5(text)")
    connection.executemany("INSERT INTO passages VALUES (?)", ((" ".join(words),) for words in passages))
    best = f"SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT {BEST}"

    def search(words: Sequence[str]) -> object:
        return connection.execute(best, (any_of(words),)).fetchall()

    finalize(search, connection.close)  # with the last who asks
    return search


def any_of(words: Sequence[str]) -> str:
    """Return the words as an FTS5 question for any of them."""
    return " OR ".join(f'"{word}"' for word in words)


def _tantivy(passages: Sequence[Sequence[str]]) -> Search:
    import tantivy

    schema = tantivy.SchemaBuilder().add_text_field("text", tokenizer_name="whitespace", index_option="freq").build()
    index = tantivy.Index(schema, path=tempfile.mkdtemp())
    writer = index.writer(heap_size=100_000_000, num_threads=1)
    for words in passages:
        writer.add_document(tantivy.Document(text=[" ".join(words)]))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(words: Sequence[str]) -> Any:
        terms = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "text", word, "freq")) for word in words]
        return searcher.search(tantivy.Query.boolean_query(terms), BEST)

    return search


def _bm25s(passages: Sequence[Sequence[str]]) -> Search:
    import bm25s

    retriever = bm25s.BM25()
    retriever.index([list(words) for words in passages], show_progress=False)
    known = retriever.vocab_dict

    def search(words: Sequence[str]) -> Any:
        asked = [word for word in words if word in known]
        return retriever.retrieve([asked], k=BEST, show_progress=False) if asked else ()

    return search
