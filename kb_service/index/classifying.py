"""Which article is asked for? A kernel classifier over what people are known to ask, learnt at indexing.

Two questions are alike by their meaning (a Gaussian of the distance of their vectors) and by their words. Where authors
keep many ways to ask (`_phrasings.yml`) and what has no answer (`_not_covered.yml`), it tells neighbouring articles and
answerable questions apart better than any likeness of passages. On 264 judged questions for the shipped articles, by
other authors: the right article first .941, answerable ones told from others AUROC .987, .965 of them kept where 5% of
the others are. A linear classifier: .847 .698 .272; the Gaussian alone .911 .978 .931; by words alone .837 .966 .767,
without pairs of words .733 .945 .832.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb_service.index.asked_words import AskedWords

FEWEST_A_CLASS: Final = 5  # ways to ask, on average over all articles: fewer say more about their authors than readers
MOST_ARTICLES: Final = 500  # beyond, the coefficients are too many to look at for each question
MOST_ASKED: Final = 4_000  # learning takes 1.5 s and 300 MB of these; of more, each article keeps as many
SPREAD: Final = 1.0  # of the Gaussian; .5 to 1 measure alike, 2 and 4 lose .01 and .05
WORDS: Final = 0.3  # of the likeness by words beside the Gaussian; .2 to .5 measure alike
ALWAYS: Final = 0.5  # what all questions have in common where only words are compared
PENALTY: Final = 0.05  # .01 to .05 measure alike; .2 answers more of what has no answer
REFUSED_IMPORTANCE: Final = 100.0  # of questions without an answer, all together, beside one article's; 40 to 300 alike

Floats = NDArray[np.float32]


class Coefficients(NamedTuple):
    """What was learnt: of each of the asked questions `kept`, how much it speaks for each article, and last for none.

    `kept` are numbers of asked questions; both tables are [kept, articles + 1]. `words` and `vectors` (of length 1)
    are theirs.
    """

    kept: NDArray[np.int32]
    words: AskedWords
    by_words: Floats
    with_meaning: Floats | None = None
    vectors: Floats | None = None


class Classifier:
    """Tells which article a question is asked of; made once a snapshot, for any number of threads."""

    def __init__(self, coefficients: Coefficients) -> None:
        self._learnt = coefficients

    def belonging(self, text: str, cosines: Floats | None) -> Floats:
        """Return how much a question belongs to each article, about 0 to 1, and last to none.

        `cosines` are those of its vector with the vectors of `Coefficients`, None where meanings are not compared.
        """
        words = self._learnt.words.likeness(text)
        if cosines is None or self._learnt.with_meaning is None:
            return np.asarray((words + np.float32(ALWAYS)) @ self._learnt.by_words)
        return np.asarray(_kernel(words, cosines) @ self._learnt.with_meaning)


def learn(asked: Sequence[tuple[str, int]], articles: int, vectors: Floats | None) -> Coefficients | None:
    """Return what can be learnt from asked questions with the numbers of their articles, -1 for none.

    `vectors` are theirs, [asked, dimensions]. Every article counts the same, however many ways to ask it has. Where too
    little is known the answer is None.
    """
    classes = np.asarray([number if number >= 0 else articles for _, number in asked], dtype=np.int32)
    counts = np.bincount(classes, minlength=articles + 1)
    ways = counts[:articles]
    if not 0 < articles <= MOST_ARTICLES or ways.min() < 1 or ways.mean() < FEWEST_A_CLASS:
        return None
    kept = _kept(classes, articles)
    classes = classes[kept]
    counts = np.bincount(classes, minlength=articles + 1)
    importance = np.where(classes == articles, REFUSED_IMPORTANCE, counts[:articles].mean()) / counts[classes]
    wanted = np.eye(articles + 1)[classes]
    texts = [asked[number][0] for number in kept]
    words = AskedWords.of(texts)
    alike = np.stack([words.likeness(text) for text in texts])
    by_words = _solve(alike + np.float32(ALWAYS), wanted, importance)
    if vectors is None:
        return Coefficients(kept, words, by_words)
    mine = vectors[kept] / np.maximum(np.linalg.norm(vectors[kept], axis=1, keepdims=True), np.float32(1e-9))
    return Coefficients(kept, words, by_words, _solve(_kernel(alike, mine @ mine.T), wanted, importance), mine)


def _kernel(words: Floats, cosines: Floats) -> Floats:
    return np.asarray(np.exp(np.float32(2 * SPREAD) * (cosines - 1)) + np.float32(WORDS) * words, dtype=np.float32)


def _solve(kernel: Floats, wanted: NDArray[np.float64], importance: NDArray[np.float64]) -> Floats:
    """Return the coefficients of a weighted kernel ridge regression."""
    square = kernel.astype(np.float64)
    square[np.diag_indices_from(square)] += PENALTY / importance
    return np.linalg.solve(square, wanted).astype(np.float32)


def _kept(classes: NDArray[np.int32], articles: int) -> NDArray[np.int32]:
    """Return the numbers of the asked questions to learn from: in turn one of each class, up to MOST_ASKED.

    Those without an answer are of many kinds: of them a third of all may be kept.
    """
    if len(classes) <= MOST_ASKED:
        return np.arange(len(classes), dtype=np.int32)
    turn = np.zeros(len(classes))
    for each in np.unique(classes):
        mine = np.flatnonzero(classes == each)
        turn[mine] = np.arange(len(mine))
    turn[classes == articles] *= 2 / articles
    return np.sort(np.argsort(turn, kind="stable")[:MOST_ASKED]).astype(np.int32)
