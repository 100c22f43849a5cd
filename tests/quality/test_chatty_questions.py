"""Questions as mails, rants and stories tell them are answered nearly as well as the plain ones inside them."""

from __future__ import annotations

from types import MappingProxyType

from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.meaning.vectors import Encoder
from tests.quality.test_billing_questions import below, measured

# Of 40 questions one is .029 or .2 ("refused"): what was measured, less one or two. Before politeness and stories were
# left out the figures were .86 .97 .37 1 by words and .89 .97 .63 1 with meaning.
FLOORS_BY_WORDS = MappingProxyType({"hit@1": 0.91, "hit@3": 0.97, "answered": 0.71, "refused": 0.8})
FLOORS_BY_MEANING = MappingProxyType({"hit@1": 0.88, "hit@3": 0.94, "answered": 0.82, "refused": 0.6})


def test_figures_by_words_alone(index_by_words: WhooshEngine) -> None:
    assert below(FLOORS_BY_WORDS, measured("chatty-questions", index_by_words, None)) == {}


def test_figures_with_meaning(index_by_meaning: WhooshEngine, model: Encoder) -> None:
    assert below(FLOORS_BY_MEANING, measured("chatty-questions", index_by_meaning, model)) == {}
