"""Fits which sentence is quoted on marked answers, and says how good it is for articles it was not fitted on.

    python -m quality.quote_fitting FILE.jsonl      (after kb index)

Each question is asked of the article that answers it. Lines with `"held_out": true` are never fitted on; look at their
figure last. The weights printed go into kb_service/answers/quoting.py.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import numpy as np
from scipy.optimize import minimize
from scipy.special import softmax

from kb_service.answers.quoting import BY_WORDS, WITH_MEANING, Candidate, Sentences, find_quote, read_candidates
from kb_service.evaluation.figures import Floats, quote_is_right
from kb_service.evaluation.judged_questions import read_json_lines
from kb_service.evaluation.runs import DEPTH
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.meaning.installed_model import open_encoder
from kb_service.meaning.vectors import Encoder
from kb_service.ranking import Ranker
from kb_service.settings import Settings

FOLDS: Final = 10  # of articles
PENALTY: Final = 0.5  # of the weights' squares; .3 to 1 measure alike
NUMBER: Final = 0.80  # see quoting.py


class Marked(msgspec.Struct, frozen=True):
    """A line of the file: what is asked, of which article, and the text that answers."""

    question: str
    article: str
    text: str
    held_out: bool = False


class Example(NamedTuple):
    """A question's sentences, one a row of `found`, and which of them answer; `shown` tells whether the quote does."""

    marked: Marked
    found: Floats
    right: Floats
    shown: float


def main(paths: Sequence[str]) -> None:
    """Print the weights, and the share of answers found on folds and on what is held out."""
    settings = Settings()
    marked = [row for path in paths for _, row in read_json_lines(Path(path), Marked)]
    for name, weights, encoder in (
        ("WITH_MEANING", WITH_MEANING, open_encoder(settings.model, threads=2)),
        ("BY_WORDS", BY_WORDS, None),
    ):
        _report(name, list(weights), list(_examples(marked, list(weights), settings.index, encoder)))


def fit(examples: Sequence[Example]) -> Floats:
    """Return the weights that make right sentences the likeliest of each question: a conditional logit."""

    def cost(weights: Floats) -> tuple[float, Floats]:
        """Return the negative logarithm of the likelihood, penalised, and its gradient."""
        value, slope = PENALTY / 2 * weights @ weights, PENALTY * weights
        for example in examples:
            chance = softmax(example.found @ weights)
            wanted = chance * example.right
            value -= np.log(wanted.sum())
            slope -= example.found.T @ (wanted / wanted.sum() - chance)
        return float(value), slope

    found = minimize(cost, np.zeros(examples[0].found.shape[1]), jac=True, method="BFGS", options={"gtol": 1e-6})
    return np.asarray(found.x)


def _examples(
    marked: Sequence[Marked], names: Sequence[str], index: Path, encoder: Encoder | None
) -> Iterator[Example]:
    engine = WhooshEngine(index, encoder=encoder)
    ranker = Ranker(engine.snapshot(audience="public"), encoder=encoder)
    for row in marked:
        number = ranker.catalogue.article_number(row.article)
        others = set(range(ranker.catalogue.articles)) - {number}
        understood = ranker.understander.understand(row.question)
        ranked = ranker.rank(understood, limit=DEPTH, without=others)
        best = [*ranked.passages[:1], *([ranked.opening] if ranked.opening else [])]
        candidates = [Candidate(each.entry, each.score, each.sentence_likeness) for each in best]
        if not candidates:
            continue
        sentences = read_candidates(candidates, row.question, understood.words)
        found = [each for one in sentences for each in one.features]
        right = [quote_is_right(text, row.text) for one in sentences for text in _texts(one)]
        quote = find_quote(candidates, row.question, understood.words)
        shown = quote_is_right(candidates[quote.candidate].entry.passage.text[quote.start : quote.end], row.text)
        yield Example(row, np.asarray([[each[name] for name in names] for each in found]), np.asarray(right), shown)
    engine.close()


def _texts(source: Sentences) -> Iterator[str]:
    """Yield what each sentence shows when it is chosen: itself, or with an item all items."""
    items = "\n".join(source.text_of(at) for at, span in enumerate(source.spans) if span.item)
    for at, span in enumerate(source.spans):
        yield items if span.item else source.text_of(at)


def _report(name: str, names: Sequence[str], examples: Sequence[Example]) -> None:
    shown = [each for each in examples if not each.marked.held_out]
    fitted = [each for each in shown if each.right.any()]
    articles = sorted({each.marked.article for each in examples})
    first = []
    for fold in range(FOLDS):
        mine = set(articles[fold::FOLDS])
        weights = fit([each for each in fitted if each.marked.article not in mine])
        first += [each.right[np.argmax(each.found @ weights)] for each in shown if each.marked.article in mine]
    held_out = [each.shown for each in examples if each.marked.held_out]
    print(f"{name}: sentence found in articles left out {np.mean(first):.3f} of {len(first)}")
    print(f"  as quoted now, of these {np.mean([each.shown for each in shown]):.3f}")
    if held_out:
        print(f"  as quoted now, of {len(held_out)} held out {np.mean(held_out):.3f}")
    for each, weight in zip(names, fit(fitted), strict=True):
        print(f'    "{each}": {NUMBER if each == "number" else weight:.2f},')


if __name__ == "__main__":
    main(sys.argv[1:])
