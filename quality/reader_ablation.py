"""What each part of the reader is worth and costs, written to docs/ablation.md.

    python -m quality.reader_ablation [--kept DIR] [--limit N] FOLDER...      (make ablation JUDGED="FOLDER ...")

Some signs at a time are left out of the fit, which is done anew, on judged folders (judged_folders.py), each judged by
weights of the others; and of the shipped articles what authors say of sections. Milliseconds are CPU time.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from statistics import fmean, median
from typing import Final, NamedTuple

import click
import msgspec
import numpy as np
from threadpoolctl import threadpool_limits

from kb_service.answers.confidence import confidence
from kb_service.answers.reader import READ, read_passages
from kb_service.answers.signs import PASSAGE_COLUMNS, SENTENCE_COLUMNS, signs_of
from kb_service.answers.together import together_signs
from kb_service.content.article import Article
from kb_service.content.library import read_library
from kb_service.evaluation.judged_questions import read_json_lines
from kb_service.index.guide import Wording
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.indexing import read_wording
from kb_service.meaning.installed_model import MINILM, open_encoder
from kb_service.meaning.vectors import Encoder, OnnxEncoder
from kb_service.ranking import Ranker
from kb_service.settings import Settings
from quality.judged_folders import ranker_of, read_judged_folder
from quality.known_fitting import SPANS, Marked
from quality.reader_figures import FIGURES, put_between, quote_answers
from quality.reader_fitting import Asked, ask, fit, left_out
from quality.together_reading import read_by_others

TARGET: Final = Path("docs/ablation.md")
BEGIN: Final = "<!-- reader: written by make ablation -->"
END: Final = "<!-- end of reader -->"
SHOWN: Final = (
    *("passage first", "article first", "best span", "span given the passage"),
    *("AUROC", "claimed", "right of these", "falsely claimed"),
)
TIMED: Final = 40
ROUNDS: Final = 3
NOTHING: Final = re.compile(r"(?!)")


class Part(NamedTuple):
    """What is left out: the signs whose names match, of passages and of sentences; and what that saves, if measured."""

    name: str
    passages: re.Pattern[str] = NOTHING
    sentences: re.Pattern[str] = NOTHING
    cost: str = ""

    def left_out_of(self, asked: Asked) -> Asked:
        """Return what was asked as if there were no such signs."""
        if asked.signs is None:
            return asked
        of_sentences = _kept(SENTENCE_COLUMNS, self.sentences)
        signs = asked.signs._replace(
            passages=asked.signs.passages * _kept(PASSAGE_COLUMNS, self.passages),
            sentences=asked.signs.sentences * of_sentences,
        )
        return asked._replace(signs=signs, of_marked=asked.of_marked * of_sentences)


_MET: Final = re.compile(r"(?:best_)?met")
_BESIDE: Final = re.compile(r".*_(?:beside_best|beside_own|over_mean)$|articles_|rank$")
_KINDS: Final = re.compile(r"offers|lacks_|steps_for_steps|step_for_steps|item_for_yes_or_no|digits")
_SHAPE: Final = re.compile(
    r"steps$|table$|list$|step$|item$|row$|definition$|lead_in$|code$|head$|long|short|few|place|opening|first|last"
    r"|points|listed_first|new|words$|sentences$"
)
_HEADINGS: Final = re.compile(r"title|heading|with_heads|best_covered|covered|shared_above|likeness_above")
_COSINES: Final = re.compile(r"likeness|best_likeness|second_likeness|likeness_")

EVERYTHING: Final = Part("nothing: everything")
PARTS: Final = (
    EVERYTHING,
    Part("token by token (MaxSim)", _MET, _MET, "tokens"),
    Part("cosines of passage and sentences", _COSINES, _COSINES),
    Part("what stands beside the best of the list", _BESIDE, _BESIDE),
    Part("headings", _HEADINGS, _HEADINGS),
    Part("the kind of answer asked for", _KINDS, _KINDS),
    Part("kind, length and place of the text", _SHAPE, _SHAPE),
)


def _kept(names: Sequence[str], pattern: re.Pattern[str]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.asarray([0.0 if pattern.match(name) else 1.0 for name in names])


@click.command()
@click.option("--kept", type=click.Path(path_type=Path), default=Path(".kb/judged"), help="Where indexes stay.")
@click.option("--limit", type=int, default=120, show_default=True, help="The most questions asked of each folder.")
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def main(kept: Path, limit: int, folders: Sequence[Path]) -> None:
    """Measure the parts of the reader on FOLDERS and the shipped articles."""
    threadpool_limits(1, user_api="blas")  # as what serves does
    model = Settings().model
    encoder = open_encoder(model)
    if model is None or encoder is None:
        raise click.ClickException("The model is not installed: kb model install.")
    asked = [each for folder in folders for each in ask(folder, kept, encoder, limit)]
    rows = [(part, _figures([part.left_out_of(each) for each in asked])) for part in PARTS]
    by_words = _figures([each for folder in folders for each in ask(folder, kept, None, limit)])
    costs = _costs(folders[0], kept, encoder)
    read = read_by_others(asked, kept, model / MINILM.name)
    together = [("with it", _figures(read)), ("without", rows[0][1])]
    own = [(name, *_own(encoder, kept, altered)) for name, altered in OWN]
    lines = [*_lines(rows, by_words, costs, len(asked), len(folders)), ""]
    lines += [*_lines_of_together(together, costs["together"]), "", *_lines_of_own(own)]
    put_between(TARGET, BEGIN, END, lines)


def _figures(asked: Sequence[Asked]) -> list[float]:
    outcomes = list(left_out(asked, fit))
    return [FIGURES[name](outcomes) for name in SHOWN]


def _costs(folder: Path, kept: Path, encoder: OnnxEncoder) -> dict[str, float]:
    """Return milliseconds of CPU for a question: to find passages, and to meet them token by token; to read them."""
    spent: dict[str, list[float]] = {
        "found": [],
        "tokens": [],
        "signs": [],
        "read": [],
        "together": [],
        "confidence": [],
    }
    with ranker_of(folder, kept, encoder) as ranker:
        store = ranker.snapshot.store
        for text in [each.question for each in read_judged_folder(folder, ())][:TIMED] * ROUNDS:
            understood = ranker.understander.understand(text)
            tokens = encoder.tokens_of(understood.meant)
            times = [time.thread_time_ns()]
            ranked = ranker.rank(understood, limit=READ, distinct=True, same_article=READ)
            if ranked.passages:
                numbers = [each.number for each in ranked.passages]
                times.append(time.thread_time_ns())
                store.entries(numbers)
                times.append(time.thread_time_ns())
                store.entries(numbers, tokens=tokens)
                times.append(time.thread_time_ns())
                signs_of(understood, ranked.passages)
                times.append(time.thread_time_ns())
                read = read_passages(understood, ranked)
                times.append(time.thread_time_ns())
                together_signs(understood, ranked, read[0])
                times.append(time.thread_time_ns())
                confidence(understood, ranked, read)
                times.append(time.thread_time_ns())
                found, fetched, met, signs, reading, together, sure = (np.diff(times) / 1e6).tolist()
                closely = met - fetched
                each = (found - closely, closely, signs, reading - signs, together, sure - together)
                for name, value in zip(spent, each, strict=True):
                    spent[name].append(value)
    return {name: median(values) for name, values in spent.items()}


def _without_sections(articles: Sequence[Article], wording: Wording) -> tuple[list[Article], Wording]:
    phrasings = tuple((text, key.partition("#")[0]) for text, key in wording.phrasings)
    return (
        [msgspec.structs.replace(article, question_sections={}) for article in articles],
        msgspec.structs.replace(wording, phrasings=phrasings),
    )


def _without_ways_to_ask(articles: Sequence[Article], wording: Wording) -> tuple[list[Article], Wording]:
    return (
        [msgspec.structs.replace(article, question_sections={}, questions=()) for article in articles],
        msgspec.structs.replace(wording, phrasings=()),
    )


Altered = Callable[[Sequence[Article], Wording], tuple[Sequence[Article], Wording]]

OWN: Final[tuple[tuple[str, Altered], ...]] = (
    ("nothing: everything", lambda articles, wording: (articles, wording)),
    ("which section a way to ask is for", _without_sections),
    ("ways to ask", _without_ways_to_ask),
)


def _own(encoder: Encoder, kept: Path, altered: Altered) -> tuple[float, float, int]:
    """Return how often the first passage is of the right article and the quote right, and of how many questions."""
    folder = Settings().articles
    written = read_library(folder).articles
    articles, wording = altered(written, read_wording(folder, written)[0])
    with closing(WhooshEngine(kept / "shipped", encoder=encoder)) as engine:
        engine.replace_all(articles, wording=wording)
        ranker = Ranker(engine.snapshot(audience="public"), encoder=encoder)
        found = [_read(ranker, row) for _, row in read_json_lines(SPANS, Marked)]
    return fmean(one for one, _ in found), fmean(two for _, two in found), len(found)


def _read(ranker: Ranker, row: Marked) -> tuple[float, float]:
    understood = ranker.understander.understand(row.question)
    ranked = ranker.rank(understood, limit=READ, distinct=True, same_article=READ)
    if not ranked.passages:
        return 0.0, 0.0
    first = read_passages(understood, ranked)[0]
    passage = first.ranked.entry.passage
    return float(passage.article_id == row.article), quote_answers(passage.text[slice(*first.quoted)], row.text)


def _lines(
    rows: Sequence[tuple[Part, Sequence[float]]],
    by_words: Sequence[float],
    costs: dict[str, float],
    questions: int,
    folders: int,
) -> Iterator[str]:
    yield f"{questions} judged questions about {folders} help centres, each judged by weights fitted on the others."
    yield f"Milliseconds of CPU beside the model: to find {READ} passages {costs['found']:.1f}, their signs"
    yield f"{costs['signs']:.1f}, to choose by them {costs['read']:.1f}, how sure it is {costs['confidence']:.1f}."
    yield ""
    yield f"| without | {' | '.join(SHOWN)} | ms |"
    yield f"| --- |{' ---: |' * (len(SHOWN) + 1)}"
    for part, figures in rows:
        cost = f"{costs[part.cost]:.1f}" if part.cost else "—"
        yield f"| {part.name} | {_cells(figures)} | {cost} |"
    yield f"| the model (words alone) | {_cells(by_words)} | — |"


def _lines_of_together(rows: Sequence[tuple[str, Sequence[float]]], cost: float) -> Iterator[str]:
    yield "The first passage read together with the question, by networks that never saw the help centre. It takes"
    yield f"{cost:.1f} ms."
    yield ""
    yield f"| | {' | '.join(SHOWN)} |"
    yield f"| --- |{' ---: |' * len(SHOWN)}"
    for name, figures in rows:
        yield f"| {name} | {_cells(figures)} |"


def _lines_of_own(rows: Sequence[tuple[str, float, float, int]]) -> Iterator[str]:
    yield f"The shipped articles, {rows[0][3]} questions with the text marked that answers (`answer-spans`):"
    yield ""
    yield "| without | article first | quote right |"
    yield "| --- | ---: | ---: |"
    for name, article, quote, _ in rows:
        yield f"| {name} | {_cells([article, quote])} |"


def _cells(values: Sequence[float]) -> str:
    return " | ".join(f"{value:.3f}".removeprefix("0") for value in values)


if __name__ == "__main__":
    main()
