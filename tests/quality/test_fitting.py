"""Fitting which passage and which sentences answer, and how sure an answer is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

from kb_service.answers.signs import PASSAGE_COLUMNS
from quality import known_fitting, together_reading
from quality.choosing import choice
from quality.judged_folders import passages_of, ranker_of, read_judged_folder
from quality.reader_figures import Outcome, interval, quote_answers, table
from quality.reader_fitting import ask, fit, left_out, sentences_of
from tests.answers.test_signs import of_markdown


def group(rows: Sequence[Sequence[float]], right: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    return np.asarray(rows), np.asarray(right)


def test_what_right_rows_have_is_given_weight() -> None:
    weights = choice([group([[1.0, 0.0], [0.0, 1.0]], [1.0, 0.0])] * 50)

    assert weights[0] > 0 > weights[1]


def test_what_all_rows_have_is_given_none() -> None:
    assert choice([group([[1.0, 5.0], [1.0, 2.0]], [1.0, 0.0])] * 50)[0] == pytest.approx(0, abs=1e-6)


def test_confidence_is_fitted_with_the_bias_left_free_and_the_other_weights_held_back() -> None:
    feature = np.repeat([0.0, 1.0], 200)
    right = np.concatenate([np.arange(200) % 4 == 0, np.arange(200) % 4 > 0]).astype(float)
    matrix = np.column_stack([np.ones(400), feature])
    model = known_fitting.fit(matrix, right, np.ones(400))
    seldom = known_fitting.fit(matrix, right, np.full(400, 0.01))

    assert known_fitting.predict(matrix, model)[[0, -1]] == pytest.approx([0.25, 0.75], abs=0.01)
    assert 0 < seldom.coef_[0][0] < model.coef_[0][0]


def test_the_sentences_of_a_marked_answer_are_found_by_its_words() -> None:
    [read] = of_markdown("seats", "Bills come. Refunds take *five* days. They go to the card. All is well.").read

    assert sentences_of(read, "Refunds take five days. They go to the card.").tolist() == [0, 1, 1, 0]
    assert sentences_of(read, "five days").tolist() == [0, 1, 0, 0]
    assert sentences_of(read, "nothing of it").tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("quote", "right"),
    [
        ("Refunds take five days.", 1),
        ("Bills come. Refunds take five days.", 1),
        ("Refunds take days.", 1),
        ("Bills come.", 0),
        ("Refunds take five days. " + "And much more is said here. " * 20, 0),
    ],
)
def test_a_quote_is_right_with_the_answer_and_little_beside_it(quote: str, right: float) -> None:
    assert quote_answers(quote, "Refunds take five days.") == right


SUBJECTS = ("refund", "invoice", "password", "domain", "licence", "report")


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """Five help centres, each with an article a subject and a question to each, and one that nothing answers."""
    made = []
    for number in range(5):
        folder = tmp_path / f"help{number}"
        (folder / "articles").mkdir(parents=True)
        lines, cut = [], []
        for subject in SUBJECTS:
            text = f"The {subject} of plan {number} is there within {number + 2} days. Nobody has to ask for it twice."
            (folder / "articles" / f"{subject}.md").write_text(f"# About the {subject}\n\n{text}\n")
            answer = text.split(". ", maxsplit=1)[0] + "."
            question = f"how many days until the {subject} is there"
            lines.append({"question": question, "answerable": True, "passage": f"{subject}#old", "answer": answer})
            cut.append({"passage": f"{subject}#old", "text": text})
        lines.append({"question": "how many days until the elephant is there", "answerable": False})
        for name, rows in (("questions", lines), ("passages", cut)):
            (folder / f"{name}.jsonl").write_bytes(b"\n".join(map(msgspec.json.encode, rows)))
        made.append(folder)
    return made


def test_marked_answers_are_found_in_passages_that_were_cut_anew(folders: list[Path], tmp_path: Path) -> None:
    with ranker_of(folders[0], tmp_path / "kept", None) as ranker:
        judged = read_judged_folder(folders[0], passages_of(ranker))

    assert [sorted(each.marked) for each in judged] == [*([f"{subject}#intro"] for subject in SUBJECTS), []]
    assert judged[0].right == judged[0].marked
    assert judged[0].articles == {"refund"}


def test_a_reader_is_fitted_and_judged_on_folders_left_out(folders: list[Path], tmp_path: Path) -> None:
    asked = [each for folder in folders for each in ask(folder, tmp_path / "kept", None)]
    outcomes: list[Outcome] = list(left_out(asked, fit))
    fitted = fit(asked)

    assert {*fitted.passage} <= {*PASSAGE_COLUMNS}
    assert np.mean([each.quote for each in outcomes if each.answerable]) == 1
    assert interval(outcomes, lambda some: float(np.mean([each.passage for each in some if each.answerable]))) == (1, 1)
    assert len(table({"words": outcomes})) == 2 + 1 + len(folders)


def test_each_folder_is_read_by_what_never_saw_it(
    folders: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [each for folder in folders for each in ask(folder, tmp_path / "kept", None)]
    first, second = (sorted({each.judged.folder for each in half}) for half in together_reading.halves(asked))
    for half in (0, 1):
        together_reading.network_of_half(tmp_path, half).write_bytes(b"%d" % half)
    monkeypatch.setattr(together_reading, "open_pair_reader", lambda content, _model: content)
    read = together_reading.read_by_others(asked, tmp_path, tmp_path)
    readers = {(each.judged.folder, each.ranked.pairs._pairs) for each in read if each.ranked.pairs is not None}

    assert (first, second) == (["help0", "help2", "help4"], ["help1", "help3"])
    assert readers == {*((folder, b"1") for folder in first), *((folder, b"0") for folder in second)}
    assert len(read) == len(asked)
