"""Is the index right? Built when anything changed, never from nothing, with what was wrong told."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kb_service.content.article import Problem
from kb_service.content.library import read_library
from kb_service.errors import CallerError
from kb_service.index import question_classifier
from kb_service.index.guide import NO_WORDING
from kb_service.indexing import IndexReport, build_index, fingerprint, read_wording, source_of
from tests.billing_articles import WORDING, billing_articles, write_billing_articles
from tests.index.memory_engine import MemoryEngine

Change = Callable[[Path], object]
BROKEN = "---\nowner: *elsewhere\n---\n# Title\n\nText."
HIDDEN = "---\nhidden: true\n---\n# Title\n\nText."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two articles, so that reading them takes no time, with the wording files of all."""
    folder = write_billing_articles(tmp_path / "articles")
    for path in folder.rglob("*.md"):
        if path.name not in ("refunds.md", "invoices.md"):
            path.unlink()
    (folder / "_tests").mkdir()
    return folder


@pytest.fixture
def engine() -> MemoryEngine:
    return MemoryEngine()


def write(name: str, text: str) -> Change:
    return lambda folder: (folder / name).write_text(text, encoding="utf-8")


def age(name: str) -> Change:
    return lambda folder: os.utime(folder / name, ns=(0, 0))


CHANGES: dict[str, Change] = {
    "an article": write("refunds.md", "# Refunds\n\nThey are new."),
    "an article of the same length": lambda folder: write(
        "refunds.md", (folder / "refunds.md").read_text().replace("prorated", "PRORATED")
    )(folder),
    "a further article": write("new.mdx", "# New\n\nText."),
    "an article in capital letters": write("NEW.MD", "# New\n\nText."),
    "one article less": lambda folder: (folder / "refunds.md").unlink(),
    "another name": lambda folder: (folder / "refunds.md").rename(folder / "moved.md"),
    "the synonyms": write("_synonyms.yml", "same:\n  - [seat, licence]\n"),
    "the phrasings": write("_phrasings.yml", "refunds:\n  - give us all back\n"),
    "what is not covered": write("_not_covered.yml", "tax:\n  - GST?\n"),
    "no synonyms": lambda folder: (folder / "_synonyms.yml").unlink(),
    "the time of an article": age("refunds.md"),
    "a picture": write("seats.svg", "<svg/>"),
    "a file that articles may include": write("_price.md", "Nine euros."),
    "a file to download": write("notes.txt", "notes"),
}
NO_CHANGES: dict[str, Change] = {
    "nothing": lambda folder: None,
    "a hidden file": write(".draft.md", "# Draft"),
    "a file that is no article": write("notes.yml", "notes: 1"),
    "a picture in a hidden folder": lambda folder: ((folder / ".git").mkdir(), write(".git/a.png", "")(folder)),
    "an answer test": write("_tests/seats.yml", "a: 1"),
}


def ids(engine: MemoryEngine) -> list[str]:
    return [article.id for article in engine.snapshot(audience="agent").articles()]


def test_the_first_build_serves_the_folder(folder: Path, engine: MemoryEngine) -> None:
    report = build_index(folder, engine)

    assert (report.built, report.problems) == (True, ())
    assert report.status == engine.status()
    assert source_of(report.status).fingerprint == fingerprint(folder)
    assert ids(engine) == ["invoices", "refunds"]
    assert engine.snapshot(audience="public").catalogue.guide.synonyms == WORDING.synonyms
    assert report.seconds > 0


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_changes_the_answers_changes_the_fingerprint(folder: Path, change: Change) -> None:
    before = fingerprint(folder)
    change(folder)

    assert fingerprint(folder) != before


@pytest.mark.parametrize("change", NO_CHANGES.values(), ids=NO_CHANGES.keys())
def test_what_is_no_article_does_not_change_the_fingerprint(folder: Path, change: Change) -> None:
    before = fingerprint(folder)
    change(folder)

    assert fingerprint(folder) == before


def test_an_unchanged_folder_is_not_built_again(folder: Path, engine: MemoryEngine) -> None:
    first = build_index(folder, engine)
    second = build_index(folder, engine)

    assert (second.built, second.status, second.problems) == (False, first.status, ())


@pytest.mark.slow
def test_a_changed_folder_is_built_again_taking_over_what_did_not_change(folder: Path, engine: MemoryEngine) -> None:
    build_index(folder, engine)
    kept = engine.stored_articles()["invoices.md"]
    CHANGES["an article"](folder)
    report = build_index(folder, engine)

    assert report.built
    assert engine.stored_articles()["invoices.md"] is kept
    assert engine.stored_articles()["refunds.md"].title == "Refunds"


@pytest.mark.slow
def test_a_full_build_reads_everything_anew(folder: Path, engine: MemoryEngine) -> None:
    first = build_index(folder, engine)
    kept = engine.stored_articles()["invoices.md"]
    second = build_index(folder, engine, full=True)

    assert second.built
    assert second.status.generation > first.status.generation
    assert engine.stored_articles()["invoices.md"] == kept
    assert engine.stored_articles()["invoices.md"] is not kept


def test_another_model_builds_again(folder: Path, engine: MemoryEngine) -> None:
    def built_with(encoder_name: str) -> IndexReport:
        return build_index(folder, engine, encoder_name=encoder_name)

    assert [built_with(name).built for name in ("", "", "model-1", "model-1", "model-2", "")] == [
        *(True, False),
        *(True, False),
        *(True, True),
    ]


NOTHING: dict[str, Change] = {
    "no file": lambda folder: remove(folder, "*.*"),
    "no article among the files": lambda folder: remove(folder, "*.md"),
    "only broken articles": lambda folder: overwrite(folder, BROKEN),
    "only hidden articles": lambda folder: overwrite(folder, HIDDEN),
    "no folder": lambda folder: folder.rename(folder.parent / "moved"),
    "a file": lambda folder: (folder.rename(folder.parent / "moved"), folder.write_text("no folder")),
}


def remove(folder: Path, pattern: str) -> None:
    for path in folder.rglob(pattern):
        path.unlink()


def overwrite(folder: Path, text: str) -> None:
    for path in folder.rglob("*.md"):
        path.write_text(text, encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("change", NOTHING.values(), ids=NOTHING.keys())
def test_nothing_never_replaces_an_index(folder: Path, engine: MemoryEngine, change: Change) -> None:
    before = build_index(folder, engine).status
    change(folder)

    with pytest.raises(CallerError, match=str(folder)):
        build_index(folder, engine)
    with pytest.raises(CallerError):
        build_index(folder, engine, full=True)
    assert engine.status() == before
    assert ids(engine) == ["invoices", "refunds"]


@pytest.mark.slow
def test_a_refused_build_says_what_is_wrong_with_the_articles(folder: Path, engine: MemoryEngine) -> None:
    NOTHING["only broken articles"](folder)

    with pytest.raises(CallerError, match=r"refunds\.md:\d+: error: "):
        build_index(folder, engine)


def test_problems_are_reported_and_the_other_articles_served(folder: Path, engine: MemoryEngine) -> None:
    (folder / "broken.md").write_text(BROKEN, encoding="utf-8")
    (folder / "_synonyms.yml").write_text("same: 5\n", encoding="utf-8")
    report = build_index(folder, engine)

    assert [(problem.path, problem.severity) for problem in report.problems] == [
        ("broken.md", "error"),
        ("_synonyms.yml", "warning"),
    ]
    assert ids(engine) == ["invoices", "refunds"]


@pytest.mark.slow
def test_a_link_to_nothing_is_a_problem_and_no_failure(folder: Path, engine: MemoryEngine) -> None:
    (folder / "dangling.md").symlink_to(folder / "nowhere.md")
    report = build_index(folder, engine)

    assert [problem.path for problem in report.problems] == ["dangling.md"]
    assert not build_index(folder, engine).built


def test_progress_tells_how_many_articles_are_read(folder: Path, engine: MemoryEngine) -> None:
    seen: list[tuple[str, int, int]] = []
    build_index(folder, engine, progress=lambda what, done, total: seen.append((what, done, total)))

    assert seen == [("reading articles", 1, 2), ("reading articles", 2, 2)]


def test_the_wording_is_what_the_files_say(tmp_path: Path) -> None:
    assert read_wording(write_billing_articles(tmp_path), billing_articles()) == (WORDING, [])


def test_a_folder_without_wording_has_none(tmp_path: Path) -> None:
    assert read_wording(tmp_path) == (NO_WORDING, [])


WRONG = {
    "no YAML": ("_synonyms.yml", b"same: [", "the file is not used"),
    "no UTF-8": ("_synonyms.yml", b"same: \xff", "the file is not used"),
    "no list": ("_not_covered.yml", b"tax: GST?\n", "`tax` must be a list of questions"),
    "an unknown article": ("_phrasings.yml", b"nothing:\n  - why?\n", "there is no article `nothing`"),
    "a topic nobody has": ("_topics.yml", b"gardens: Gardens\n", "no article has the topic `gardens`"),
    "a topic with more than texts": ("_topics.yml", b"seats: {nme: Seats}\n", "`seats` must be a name, or have"),
    "a topic whose name is no text": ("_topics.yml", b"seats: {name: [Seats]}\n", "its name and its description"),
    "an unknown key": ("_synonyms.yml", b"other: []\n", "unknown key 'other'"),
}


@pytest.mark.parametrize(("name", "text", "expected"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_with_a_wording_file_is_a_warning(tmp_path: Path, name: str, text: bytes, expected: str) -> None:
    (tmp_path / name).write_bytes(text)
    _, problems = read_wording(tmp_path, billing_articles())

    assert [(problem.path, problem.severity) for problem in problems] == [(name, "warning")]
    assert expected in problems[0].message


def test_more_known_questions_than_are_learnt_from_are_told(
    folder: Path, engine: MemoryEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = [f"way {number}" for number in range(20)]
    (folder / "_phrasings.yml").write_text("refunds:\n" + "".join(f"  - {way}\n" for way in ways))
    monkeypatch.setattr(question_classifier, "MOST_LEARNT", len(ways) - 1)
    built = [str(problem) for problem in build_index(folder, engine).problems if problem.path == "_phrasings.yml"]
    checked = [str(problem) for problem in read_wording(folder, read_library(folder).articles)[1]]

    assert len(built) == 1
    assert f"{len(ways) - 1} of them are learnt from" in built[0]
    assert built == checked


@pytest.mark.slow
def test_phrasings_at_a_section_that_is_not_there_are_an_error(folder: Path, engine: MemoryEngine) -> None:
    (folder / "seats.md").write_text("# Seats\n\nText.\n\n## Steps in the portal\n\nMore.")
    (folder / "_phrasings.yml").write_text("refunds:\n  - money\nseats#steps:\n  - fewer\nseats#intro:\n  - more\n")
    built = [problem for problem in build_index(folder, engine).problems if problem.path == "_phrasings.yml"]
    checked = read_wording(folder, read_library(folder).articles)[1]

    message = (
        "The article `seats` has no section `steps`: the nearest is `steps-in-the-portal`. "
        "Until then its questions are not used."
    )
    assert built == checked == [Problem("_phrasings.yml", 3, "error", message)]
    assert [text for text, _ in engine.snapshot(audience="agent").catalogue.guide.phrasings] == ["money", "more"]


def test_a_snippet_that_an_article_includes_changes_the_fingerprint(folder: Path) -> None:
    (folder / "_price.md").write_text("Nine euros.")
    (folder / "prices.md").write_text("A seat costs:\n\n{!_price.md!}\n")
    before = fingerprint(folder)
    (folder / "_price.md").write_text("Ten euros.")

    assert fingerprint(folder) != before
