"""Snapshots of a few articles and their authors' synonyms."""

from __future__ import annotations

from kb_service.content.article import Article
from kb_service.index.guide import Wording
from kb_service.index.port import Snapshot
from kb_service.questions.wording import make_rules
from tests.index.memory_engine import MemoryEngine


def filled_with(*articles: Article, synonyms: dict[str, object]) -> Snapshot:
    engine = MemoryEngine()
    engine.replace_all(articles, wording=Wording(synonyms=tuple(make_rules(synonyms)[0])))
    return engine.snapshot(audience="public")
