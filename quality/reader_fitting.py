"""Fits the reader on judged folders, and says how good it is in folders it was not fitted on.

    python -m quality.reader_fitting [--kept DIR] FOLDER...      (make reader JUDGED="FOLDER ...")

Folders are as in judged_folders.py. Each is judged by weights fitted on the others: they are left out in FOLDS turns.
Then all are fitted on together, and kb_service/answers/weights.json and the figures in docs/reader.md are written. The
weights for folders whose ways to ask are known stay what they are, but with `--known`: these are fitted on the shipped
articles (known_fitting.py), and `kb test` says whether they may stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import click
import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from kb_service.answers import weights
from kb_service.answers.confidence import confidence_signs, has_subject
from kb_service.answers.reader import READ, ReadPassage, read_signs
from kb_service.answers.signs import PASSAGE_COLUMNS, SENTENCE_COLUMNS, Sentences, Signs, signs_of
from kb_service.answers.together import together_signs
from kb_service.answers.weights import Weights
from kb_service.meaning.installed_model import MINILM, open_encoder
from kb_service.meaning.vectors import Encoder
from kb_service.questions.understanding import Understanding
from kb_service.ranking import RankedList, Ranker
from kb_service.settings import Settings
from quality.choosing import choice, named
from quality.judged_folders import Judged, digest_of, passages_of, ranker_of, read_judged_folder, words_of
from quality.known_fitting import with_known_ways
from quality.reader_figures import Outcome, quote_answers, write_figures

FOLDS: Final = 5  # of folders
SURE_PENALTY: Final = 3.0  # of those behind confidence
ANSWERABLE_SHARE: Final = 0.5  # see _fit_quoted
SHARE_TOGETHER: Final = 0.3  # the same where passages are read together with the question: that tells it already
MOST_BY_WORDS: Final = 120  # questions of a folder asked by words: more find the same
LENGTH: Final = "words"  # not weighed: with it a question grows surer by words that no article has
QUESTIONS: Final = (Path("tests/quality/data/billing-questions.jsonl"),)  # about the shipped articles

Floats = NDArray[np.float64]


class Asked(NamedTuple):
    """A judged question with its ranking, and what the fits need of it: signs, and which rows are right.

    `right` tells of each passage whether it answers, `marked` of the sentences `of_marked` whether each is of the
    marked answer; both are empty where nothing is.
    """

    judged: Judged
    understood: Understanding
    ranked: RankedList
    signs: Signs | None
    right: Floats
    of_marked: Floats
    marked: Floats


@click.command()
@click.option("--kept", type=click.Path(path_type=Path), default=Path(".kb/judged"), help="Where indexes stay.")
@click.option("--limit", type=int, help="The most questions asked of each folder.")
@click.option("--together/--no-together", default=True, help="Train what reads questions and passages together, too.")
@click.option("--known", is_flag=True, help="Fit what rests on known ways to ask anew, too.")
@click.argument("folders", nargs=-1, type=click.Path(exists=True, path_type=Path))
def main(kept: Path, limit: int | None, together: bool, known: bool, folders: Sequence[Path]) -> None:
    """Fit the weights with the model and without it, and write them with what they are worth."""
    if not (folders or known):
        raise click.UsageError('Give folders of judged questions (JUDGED="FOLDER..."), or --known (OPTIONS=--known).')
    settings = Settings()
    fitted = dict(weights.all_weights())
    judged: dict[str, list[Outcome]] = {}
    encoders = (("meaning", open_encoder(settings.model, threads=2)), ("words", None))
    for name, encoder in encoders:
        if not folders:
            continue
        most = limit if encoder else min(limit or MOST_BY_WORDS, MOST_BY_WORDS)
        asked = [each for folder in folders for each in ask(folder, kept, encoder, most)]
        print(f"{name}: {len(asked)} questions of {len(folders)} folders", flush=True)
        judged[name] = list(left_out(asked, fit))
        before, found = fitted[name], fit(asked)
        fitted[name] = msgspec.structs.replace(
            before, passage=found.passage, sentence=found.sentence, quoted=found.quoted
        )
        if together and settings.model is not None and encoder is not None:
            judged["together"], fitted[name] = _with_pairs(fitted[name], asked, settings.model / MINILM.name, kept)
    write_weights(fitted)
    for name, encoder in encoders if known else ():
        fitted[name] = with_known_ways(fitted[name], settings.articles, QUESTIONS, encoder, kept)
    write_weights(fitted)
    if folders:
        write_figures(Path("docs/reader.md"), judged, {folder.name: digest_of(folder) for folder in folders})


def _with_pairs(fitted: Weights, asked: Sequence[Asked], model: Path, kept: Path) -> tuple[list[Outcome], Weights]:
    """Train what reads pairs; return what comes of folders left out, and the weights with those that go with it."""
    from quality import together_fitting  # needs torch
    from quality.together_reading import halves, network_of_half, read_by_others

    published = together_fitting.fetched_weights(kept / "published")
    for half, mine in enumerate(halves(asked)):
        network_of_half(kept, half).write_bytes(together_fitting.trained(mine, model, published))
    together_fitting.write_pair_reader(together_fitting.trained(asked, model, published))
    read = read_by_others(asked, kept, model)
    return list(left_out(read, fit)), msgspec.structs.replace(fitted, together=fit(read).quoted)


def write_weights(fitted: Mapping[str, Weights]) -> None:
    """Write the weights where they are read from next."""
    target = Path(weights.__file__).with_name(weights.FILE)
    target.write_bytes(msgspec.json.format(msgspec.json.encode(fitted), indent=1) + b"\n")
    weights.all_weights.cache_clear()


def ask(folder: Path, kept: Path, encoder: Encoder | None, limit: int | None = None) -> Iterator[Asked]:
    """Ask the questions of a folder, at equal distances where there are more than `limit`."""
    with ranker_of(folder, kept, encoder) as ranker:
        judged = read_judged_folder(folder, passages_of(ranker))
        taken = judged if limit is None else [judged[i * len(judged) // limit] for i in range(min(limit, len(judged)))]
        for each in taken:
            yield _ask(ranker, each)


def _ask(ranker: Ranker, judged: Judged) -> Asked:
    understood = ranker.understander.understand(judged.question)
    ranked = ranker.rank(understood, limit=READ, distinct=True, same_article=READ)._replace(pairs=None)
    nothing = np.zeros((0, len(SENTENCE_COLUMNS)))
    if not ranked.passages:
        return Asked(judged, understood, ranked, None, np.zeros(0), nothing, np.zeros(0))
    signs = signs_of(understood, ranked.passages)
    ids = [each.entry.passage.id for each in ranked.passages]
    right = np.asarray([float(each in judged.right) for each in ids])
    of_marked, marked = nothing, np.zeros(0)
    for at in [at for at, each in enumerate(ids) if each in judged.marked][:1]:
        marked = sentences_of(signs.read[at], judged.answer)
        of_marked = signs.sentences[signs.starts[at] : signs.starts[at + 1]]
    return Asked(judged, understood, ranked, signs, right, of_marked, marked)


def sentences_of(read: Sentences, answer: str) -> Floats:
    """Tell of each sentence of a passage whether it is of the marked answer: half of it is, or it is half of that."""
    wanted = words_of(answer).split()
    text = read.passage.text
    own = [words_of(text[start:end]).split() for start, end in read.spans]
    flat = [(word, at) for at, words in enumerate(own) for word in words]
    found = np.zeros(len(own))
    for start in range(len(flat) - len(wanted) + 1):
        if [word for word, _ in flat[start : start + len(wanted)]] == wanted:
            for _, at in flat[start : start + len(wanted)]:
                found[at] += 1
            break
    sizes = np.asarray([len(words) for words in own])
    return np.asarray((found > 0) & ((found >= sizes / 2) | (found >= len(wanted) / 2)), dtype=np.float64)


def fit(asked: Sequence[Asked]) -> Weights:
    """Return the weights fitted on questions; those for known ways to ask are left open."""
    answered = [each for each in asked if each.right.any()]
    marked = [each for each in asked if 0 < each.marked.sum() < len(each.marked)]
    passage = named(PASSAGE_COLUMNS, choice([(each.signs.passages, each.right) for each in answered if each.signs]))
    sentence = named(SENTENCE_COLUMNS, choice([(each.of_marked, each.marked) for each in marked]))
    unsure = Weights(passage=passage, sentence=sentence, quoted={}, known={})
    read = [outcome(each, unsure) for each in asked]
    return msgspec.structs.replace(unsure, quoted=_fit_quoted([each for each in read if each.signs]))


def _fit_quoted(read: Sequence[Outcome]) -> dict[str, float]:
    """Return the model behind confidence, and with it the chance that the quote answers.

    It is fitted partly on that, partly on whether anything answers, which tells answerable questions from others
    better; its scale is then fitted on the quote alone.
    """
    names = [name for name in read[0].signs if name not in {"bias", LENGTH}]
    rows = np.asarray([[each.signs[name] for name in names] for each in read])
    right = np.asarray([each.quote for each in read])
    share = SHARE_TOGETHER if "together" in names else ANSWERABLE_SHARE
    wanted = share * np.asarray([each.answerable for each in read]) + (1 - share) * right
    mean, deviation = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6)
    scaled = (rows - mean) / deviation
    both = np.concatenate([np.ones(len(rows)), np.zeros(len(rows))])
    model = LogisticRegression(C=1 / SURE_PENALTY, max_iter=1000)
    model.fit(np.concatenate([scaled, scaled]), both, sample_weight=np.concatenate([wanted, 1 - wanted]))
    score = scaled @ model.coef_[0]
    onto = LogisticRegression(C=1e6).fit(score[:, None], right > 0.5)
    values = model.coef_[0] / deviation * onto.coef_[0][0]
    bias = float(onto.intercept_[0] - values @ mean)
    return {"bias": round(bias, 4), **named(names, values)}


def outcome(asked: Asked, fitted: Weights) -> Outcome:
    """Return what comes of a question when it is read by these weights."""
    judged = asked.judged
    if asked.signs is None:
        return Outcome.nothing(judged)
    read = read_signs(asked.understood, asked.ranked, asked.signs, fitted)
    first = read[0]
    passage = first.ranked.entry.passage
    signs = confidence_signs(asked.understood, asked.ranked, read)
    signs |= together_signs(asked.understood, asked.ranked, first)
    names = [name for name in fitted.quoted if name in signs]
    chance = 1 / (1 + np.exp(-sum(fitted.quoted[name] * signs[name] for name in names))) if names else 0.0
    articles = list(dict.fromkeys(each.ranked.entry.passage.article_id for each in read))
    return Outcome(
        folder=judged.folder,
        answerable=judged.answerable,
        passage=float(passage.id in judged.right),
        article=float(articles[0] in judged.articles),
        three=float(bool({*articles[:3]} & judged.articles)),
        quote=quote_answers(passage.text[slice(*first.quoted)], judged.answer) if judged.answerable else 0.0,
        given=_given(read, judged),
        chance=float(chance) if has_subject(asked.understood) else 0.0,
        signs=signs,
    )


def _given(read: Sequence[ReadPassage], judged: Judged) -> float:
    """Return whether the quote of the marked passage is right; NaN where that was not read."""
    for each in read:
        passage = each.ranked.entry.passage
        if passage.id in judged.marked:
            return quote_answers(passage.text[slice(*each.quoted)], judged.answer)
    return float("nan")


def left_out(asked: Sequence[Asked], fitting: Callable[[Sequence[Asked]], Weights]) -> Iterator[Outcome]:
    """Yield what comes of each question, read by weights fitted on other folders."""
    folders = sorted({each.judged.folder for each in asked})
    for turn in range(FOLDS):
        out = set(folders[turn::FOLDS])
        if out:
            fitted = fitting([each for each in asked if each.judged.folder not in out])
            yield from (outcome(each, fitted) for each in asked if each.judged.folder in out)


if __name__ == "__main__":
    main()
