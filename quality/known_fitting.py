"""Fits the model behind confidence for folders whose ways to ask are known, on the shipped articles.

Each known question is asked of an index that does not have it. So is each question known to have no answer, of one that
has nothing of its topic: what nobody thought of is near the subject, too. The answer tests and judged questions are
asked as they are. It is right where the first passage read is of a right article.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import product
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from kb_service.answer_tests.asking import read_test_files
from kb_service.answers.confidence import confidence_signs
from kb_service.answers.reader import READ, passage_scores, read_signs, softmax
from kb_service.answers.signs import PASSAGE_COLUMNS, Signs, signs_of
from kb_service.answers.weights import Weights
from kb_service.content.article import Article
from kb_service.content.front_matter.strict_yaml import load
from kb_service.content.library import read_library
from kb_service.evaluation.figures import Floats, calibration_error
from kb_service.evaluation.judged_questions import read_json_lines, read_judged
from kb_service.index.guide import Wording
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.indexing import NOT_COVERED_FILE, read_wording
from kb_service.meaning.vectors import Encoder
from kb_service.questions.understanding import Understanding
from kb_service.questions.wording import questions_by_key
from kb_service.ranking import RankedList, Ranker
from quality.choosing import choice, named
from quality.judged_folders import words_of

FOLDS: Final = 5
KNOWN_ASKED: Final = 400  # about so many of the known questions, at equal distances
TOPICS_ASKED: Final = 350  # and of those without an answer
WORTHS: Final = (0.0, 2.0, 4.0, 6.0, 8.0, 12.0, 16.0, 20.0, 24.0, 32.0, 48.0)  # of belonging, tried
SECTION_WORTHS: Final = (0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0)  # of belonging to the section
NEARLY: Final = 0.002  # of questions: so much better is not better
SCORE: Final = "articles_score"  # of the ranking, beside the best article's …
SCORES: Final = (0.0, 5.0, 10.0, 15.0, 20.0, 30.0)  # … and what it may be worth
OTHERS_ASK: Final = frozenset({"asked", "near", "spans"})  # in other words than the articles' authors
# Of a question of each group of the same size: "near" and "topics" are what confidence is for, and "known" is easy.
GROUP_IMPORTANCE: Final = {"tests": 2.5, "near": 1.3, "topics": 0.8}
SPANS: Final = Path("tests/quality/data/answer-spans.jsonl")
NEAR: Final = Path("tests/quality/data/near-subject-questions.jsonl")
TESTS_COUNT: Final = 3.0  # times as much as other marked answers: authors want them whole
MOVING: Final = 2.0  # the penalty of moving weights; 2 to 10 find as much in folds left out
SIGNS_BY_WORDS: Final = (
    "bias",
    "over_none",
    "passage_coverage",
    "known_over_unanswerable",
    "unsaid",
    "kind_lacking",
)
SIGNS: Final = (*SIGNS_BY_WORDS, "classified", "unknown", "over_unanswerable")
PENALTY: Final = 0.5  # of the weights' squares: the features go together, and the groups are small


class Example(NamedTuple):
    """What was asked: of which group and fold, and as it was ranked.

    `right` tells which of the passages are of a right article, `holding` which of those hold the text that answers.
    """

    group: str
    fold: int
    understood: Understanding
    ranked: RankedList
    signs: Signs
    right: Floats
    holding: Floats


class Marked(msgspec.Struct, frozen=True):
    """A line of SPANS: what is asked, of which article, and the text that answers."""

    question: str
    article: str
    text: str
    held_out: bool = False


def with_known_ways(
    weights: Weights, folder: Path, files: Sequence[Path], encoder: Encoder | None, kept: Path
) -> Weights:
    """Return the weights with those that rest on known ways to ask; print figures by group on folds left out."""
    examples = list(_of_articles(folder, files, encoder, kept))
    belonging, score = _worth(weights, examples)
    known = {**weights.passage, SCORE: weights.passage.get(SCORE, 0.0) + score}
    weights = msgspec.structs.replace(weights, belonging=belonging, known_passage=known)
    weights = msgspec.structs.replace(weights, known_passage=_of_passages(weights, examples))
    weights = msgspec.structs.replace(weights, section=_section_worth(weights, examples))
    return msgspec.structs.replace(
        weights, known=confidence_fitted(weights, examples, SIGNS if encoder else SIGNS_BY_WORDS)
    )


def confidence_fitted(weights: Weights, examples: Sequence[Example], names: Sequence[str]) -> dict[str, float]:
    """Return the model behind confidence over signs of these names."""
    examples = [each for each in examples if each.group != "spans"]
    read = [read_signs(each.understood, each.ranked, each.signs, weights) for each in examples]
    found = [confidence_signs(each.understood, each.ranked, mine) for each, mine in zip(examples, read, strict=True)]
    first = [each.ranked.passages.index(mine[0].ranked) for each, mine in zip(examples, read, strict=True)]
    right = np.asarray([each.right[at] for each, at in zip(examples, first, strict=True)])
    matrix = np.asarray([[each[name] for name in names] for each in found])
    return _fitted(names, matrix, right, examples)


def _worth(weights: Weights, examples: Sequence[Example]) -> tuple[float, float]:
    """Return what belonging to the article is worth, and the ranking's score: where right passages come first oftenest.

    The score counts more than on a bare folder, where it knows of no ways to ask.
    """
    at, scored = PASSAGE_COLUMNS.index(SCORE), []
    for each in examples:
        belonging = each.ranked.resemblance.belonging
        if each.group in OTHERS_ASK and each.right.any() and belonging is not None:
            mine = belonging[[one.entry.article_number for one in each.ranked.passages]]
            rows = each.signs.passages
            scored.append((rows @ weights.of_passages, mine, rows[:, at], each.right, each.group))
    groups = Counter(group for *_, group in scored)

    def worth(worths: tuple[float, float]) -> tuple[float, float]:
        """Return how often a right passage comes first, and how likely they are: groups count the same."""
        belonging, score = worths
        first = likelihood = 0.0
        for known, mine, ranked, right, group in scored:
            chances = softmax(known + belonging * mine + score * ranked)
            first += right[chances.argmax()] / groups[group]
            likelihood += math.log(max(float(chances @ right), 1e-6)) / groups[group]
        return round(first / len(groups), 3), likelihood

    best = max(product(WORTHS, SCORES), key=worth)
    print(f"belonging is worth {best[0]}, the score {best[1]} more")
    return best


def _of_passages(weights: Weights, examples: Sequence[Example]) -> dict[str, float]:
    """Return the weights of passages, moved as little as need be to choose those that hold the text that answers."""
    marked = [each for each in examples if each.holding.any()]
    moved = choice(
        [(each.signs.passages, each.holding) for each in marked],
        before=[passage_scores(each.ranked, each.signs, weights) for each in marked],
        importance=[TESTS_COUNT if each.group == "tests" else 1.0 for each in marked],
        penalty=MOVING,
    )
    return named(PASSAGE_COLUMNS, weights.of_known_passages + moved)


def _section_worth(weights: Weights, examples: Sequence[Example]) -> float:
    """Return the least that belonging to the section may be worth for passages that answer to come first oftenest."""

    def first(worth: float) -> float:
        mine = msgspec.structs.replace(weights, section=worth)
        places = [passage_scores(each.ranked, each.signs, mine).argmax() for each in marked]
        found = zip(places, marked, strict=True)
        return float(np.average([each.holding[at] for at, each in found], weights=importance))

    marked = [each for each in examples if each.holding.any()]
    groups = Counter(each.group for each in marked)
    importance = [1 / groups[each.group] for each in marked]
    shares = {worth: first(worth) for worth in SECTION_WORTHS}
    print("belonging to the section: " + ", ".join(f"{worth:g} {share:.3f}" for worth, share in shares.items()))
    return next(worth for worth, share in shares.items() if share >= max(shares.values()) - NEARLY)


def fit(matrix: Floats, right: Floats, importance: Floats) -> LogisticRegression:
    """Return a logistic model of features; the first column is 1 and gets the weight that is not penalised."""
    model = LogisticRegression(C=1 / PENALTY, solver="newton-cholesky", tol=1e-8)
    return model.fit(matrix[:, 1:], right, sample_weight=importance)


def predict(matrix: Floats, model: LogisticRegression) -> Floats:
    """Return the chances the model gives."""
    return np.asarray(model.predict_proba(matrix[:, 1:])[:, 1])


def _of_articles(folder: Path, files: Sequence[Path], encoder: Encoder | None, kept: Path) -> Iterator[Example]:
    """Ask the articles what they are known to answer and to refuse, what `files` ask, and their answer tests."""
    articles = read_library(folder).articles
    wording, _ = read_wording(folder, articles)
    yield from _known_questions(articles, wording, _topics(folder), encoder, kept)
    right = _Right(articles)
    with _ranker(articles, wording, encoder, kept) as ranker:
        for path in (*files, NEAR):
            group = "near" if path == NEAR else "asked"
            for number, question in enumerate(read_judged(path, lambda: articles).questions):
                wanted = tuple(question.relevant or ())
                yield from _ask(ranker, question.text, group, number % FOLDS, partial(right.is_one_of, wanted))
        for number, test in enumerate(read_test_files(folder, [article.id for article in articles]).tests):
            if test.articles or test.outcome == "no_answer":
                wanted = () if test.outcome == "no_answer" else test.articles
                is_right = partial(right.is_one_of, wanted)
                yield from _ask(ranker, test.question, "tests", number % FOLDS, is_right, holding=test.contains)
        for number, (_, row) in enumerate(read_json_lines(SPANS, Marked)):
            if not row.held_out:
                is_right = partial(right.is_one_of, (row.article,))
                yield from _ask(ranker, row.question, "spans", number % FOLDS, is_right, holding=(row.text,))


def _topics(folder: Path) -> dict[str, str]:
    """Return the topic of each question that no article answers."""
    tree = load((folder / NOT_COVERED_FILE).read_text(encoding="utf-8")).fields
    values = {name: field.value for name, field in tree.items()}
    lists = {name: each["questions"] if isinstance(each, Mapping) else each for name, each in values.items()}
    return dict(questions_by_key(lists)[0])


def _known_questions(
    articles: Sequence[Article], wording: Wording, topics: Mapping[str, str], encoder: Encoder | None, kept: Path
) -> Iterator[Example]:
    """Ask each known question of an index that knows the others, those without an answer of one without their topic."""
    right = _Right(articles)
    chance = random.Random(1)  # noqa: S311  # folds need no secrecy
    known = [(text, article.id) for article in articles for text in article.questions]
    known += [(text, key.partition("#")[0]) for text, key in wording.phrasings]
    folds = {text: chance.randrange(FOLDS) for text, _ in known}
    of_topics = {topic: number % FOLDS for number, topic in enumerate(sorted({*topics.values()}))}
    for fold in range(FOLDS):
        out = {text for text, in_fold in folds.items() if in_fold == fold}
        others = [_without(article, out) for article in articles]
        without = msgspec.structs.replace(
            wording,
            phrasings=tuple(each for each in wording.phrasings if each[0] not in out),
            not_covered=tuple(text for text in wording.not_covered if of_topics[topics[text]] != fold),
        )
        with _ranker(others, without, encoder, kept) as ranker:
            for text, article_id in known[:: max(1, len(known) // KNOWN_ASKED)]:
                if text in out:
                    yield from _ask(ranker, text, "known", fold, partial(right.is_one_of, (article_id,)))
            for text in wording.not_covered[:: max(1, len(wording.not_covered) // TOPICS_ASKED)]:
                if of_topics[topics[text]] == fold:
                    yield from _ask(ranker, text, "topics", fold, partial(right.is_one_of, ()))


def _without(article: Article, questions: Collection[str]) -> Article:
    return msgspec.structs.replace(article, questions=tuple(q for q in article.questions if q not in questions))


class _Right:
    """An article is right when it rests on a source of one that was wanted, or is that article."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._sources = {article.id: {*article.sources, article.id} for article in articles}

    def is_one_of(self, wanted: Sequence[str], found: str) -> bool:
        mine = self._sources.get(found, {found})
        return any(mine & self._sources.get(each, {each}) for each in wanted)


@contextmanager
def _ranker(articles: Sequence[Article], wording: Wording, encoder: Encoder | None, kept: Path) -> Iterator[Ranker]:
    engine = WhooshEngine(kept / f"shipped{'' if encoder else '.words'}", encoder=encoder)
    engine.replace_all(articles, wording=wording)
    yield Ranker(engine.snapshot(audience="public"), encoder=encoder)
    engine.close()


def _ask(
    ranker: Ranker,
    text: str,
    group: str,
    fold: int,
    is_right: Callable[[str], bool],
    *,
    holding: Sequence[str] = (),
) -> Iterator[Example]:
    understood = ranker.understander.understand(text)
    ranked = ranker.rank(understood, limit=READ, distinct=True, same_article=READ)
    if ranked.passages:
        right = [is_right(each.entry.passage.article_id) for each in ranked.passages]
        texts = [f" {words_of(each.entry.passage.text)} " for each in ranked.passages]
        holds = [bool(holding) and all(f" {words_of(part)} " in text for part in holding) for text in texts]
        signs = signs_of(understood, ranked.passages)
        yield Example(
            group,
            fold,
            understood,
            ranked,
            signs,
            np.asarray(right, dtype=float),
            np.asarray(right) * np.asarray(holds),
        )


def _fitted(names: Sequence[str], matrix: Floats, right: Floats, examples: Sequence[Example]) -> dict[str, float]:
    folds = np.asarray([example.fold for example in examples])
    groups = np.asarray([example.group for example in examples])
    importance = np.zeros(len(examples))
    for group in np.unique(groups):  # each group counts the same, however many questions it has
        mine = groups == group
        importance[mine] = GROUP_IMPORTANCE.get(group, 1.0) * 200 / np.sum(mine)
    chance = np.zeros(len(examples))
    for fold in range(FOLDS):
        others = folds != fold
        chance[~others] = predict(matrix[~others], fit(matrix[others], right[others], importance[others]))
    print("known ways to ask, on folds left out:")
    for group in np.unique(groups):
        mine = groups == group
        telling = roc_auc_score(right[mine], chance[mine]) if 0 < right[mine].mean() < 1 else float("nan")
        error = calibration_error(chance[mine], right[mine])
        print(f"  {group:32} {mine.sum():5} right {right[mine].mean():.3f} AUROC {telling:.3f} error {error:.3f}")
    asked = np.isin(groups, ["asked", "tests", "near"])
    for threshold in (0.3, 0.35, 0.4, 0.45, 0.5, 0.55):
        kept = np.mean(chance[asked & (right > 0)] >= threshold) if asked.any() else 0.0
        false = np.mean(chance[asked & (right == 0)] >= threshold) if asked.any() else 0.0
        print(f"  at {threshold:.2f}: right answers kept {kept:.3f}, others answered {false:.3f}")
    final = fit(matrix, right, importance)
    values = [*final.intercept_.tolist(), *final.coef_[0].tolist()]
    return {name: round(value, 3) for name, value in zip(names, values, strict=True)}
