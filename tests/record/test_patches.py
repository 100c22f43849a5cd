"""A patch from the record is taken by `git apply`, read by the library, and does what it says."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from kb_service.answer_tests.asking import read_test_files, run_test
from kb_service.assembly import open_knowledge_base
from kb_service.content.library import read_library
from kb_service.errors import CallerError
from kb_service.indexing import update_index
from kb_service.record.patches import Patch, PatchKind, Target, make_patch
from kb_service.record.reports import OpenQuestion
from kb_service.settings import Settings

pytestmark = pytest.mark.slow

SEAT = Target("seats", "How do I add a seat?")
PHRASINGS = """\
# Kept by hand.
refunds:
  - money back please

# Seats
seats:
    - buy another place   # for a colleague
    - "more: seats"

# The end
"""
SYNONYMS = "same:\n  - [licence, license]\n\none_way:\n  # bought things\n  - {from: spot, to: [seat], weight: 0.6}\n"


def open_question(*examples: str) -> OpenQuestion:
    return OpenQuestion(1, 40, len(examples), examples, ("seats",), "2026-11-01", "2026-11-30")


WORDINGS = ("can one more colleague get a seat", "room for a new colleague?", "yes", "we need: another: one #1")
FOUND = open_question(*WORDINGS)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "help centre" / "articles"
    folder.mkdir(parents=True)
    (folder / "seats.md").write_text(
        "---\ntitle: How do I add a seat?\n---\nTo add a seat, open the portal and enter a higher number.\n", "utf-8"
    )
    (folder / "refunds.md").write_text("---\ntitle: Refunds\n---\nThere are no refunds for seats.\n", "utf-8")
    (folder / "_phrasings.yml").write_text(PHRASINGS, "utf-8")
    (folder / "_synonyms.yml").write_text(SYNONYMS, "utf-8")
    subprocess.run(["git", "init", "-q", folder.parent], check=True)
    return folder


def applied(articles: Path, patch: Patch) -> None:
    """Apply a patch as somebody does who was told to."""
    done = subprocess.run(
        ["git", "apply", "--whitespace=error", "-"],
        input=patch.diff.encode(),
        cwd=articles.parent,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode() + patch.diff


def made(articles: Path, kind: PatchKind, found: OpenQuestion = FOUND, target: Target | None = SEAT) -> Patch:
    return make_patch(found, kind, articles=articles, target=target, prefix="articles/")


def loaded(articles: Path, name: str) -> dict[str, object]:
    tree: dict[str, object] = yaml.safe_load((articles / name).read_text(encoding="utf-8"))
    return tree


@pytest.mark.parametrize("kind", ["ways", "test", "synonym", "not-covered", "article"])
def test_git_takes_it_and_the_library_has_nothing_to_say(articles: Path, kind: PatchKind) -> None:
    applied(articles, made(articles, kind))

    report = update_index(Settings(articles=articles, index=articles.parent / "index", model=None))
    assert [problem for problem in report.problems if problem.severity in ("error", "warning")] == []
    served = {article.id for article in read_library(articles).articles}
    assert read_test_files(articles, served).problems == ()


def test_ways_to_ask_stand_under_their_article_and_all_else_stays(articles: Path) -> None:
    applied(articles, made(articles, "ways"))

    text = (articles / "_phrasings.yml").read_text(encoding="utf-8")
    assert loaded(articles, "_phrasings.yml") == {
        "refunds": ["money back please"],
        "seats": ["buy another place", "more: seats", *FOUND.examples],
    }
    assert text.startswith(PHRASINGS[: PHRASINGS.index("\n# The end")])
    assert text.endswith("\n# The end\n")
    assert "\n    - can one more colleague get a seat\n" in text


def test_an_article_without_ways_to_ask_gets_its_first(articles: Path) -> None:
    (articles / "_phrasings.yml").unlink()
    applied(articles, made(articles, "ways"))

    assert loaded(articles, "_phrasings.yml") == {"seats": list(FOUND.examples)}


def test_what_is_asked_of_another_article_already_is_not_added(articles: Path) -> None:
    applied(articles, made(articles, "ways", open_question("Money back, please!", "one more seat")))

    assert loaded(articles, "_phrasings.yml")["seats"] == ["buy another place", "more: seats", "one more seat"]


def test_the_question_is_answered_once_the_ways_are_indexed(articles: Path) -> None:
    settings = Settings(articles=articles, index=articles.parent / "index", model=None)
    applied(articles, made(articles, "ways"))
    update_index(settings)
    [written] = read_test_files(articles, {"seats", "refunds"}).tests
    knowledge_base = open_knowledge_base(settings, offline=True)
    try:
        assert written.question == FOUND.examples[0]
        assert run_test(written, knowledge_base).mismatches == ()
    finally:
        knowledge_base.close()


def test_a_second_test_joins_the_first(articles: Path) -> None:
    applied(articles, made(articles, "test"))
    applied(articles, made(articles, "not-covered", open_question("is there a dark mode", "night mode")))

    assert loaded(articles, "_tests/from-the-record.yml") == {
        "tests": [
            {"question": FOUND.examples[0], "article": "seats"},
            {"question": "is there a dark mode", "outcome": "no_answer"},
        ]
    }
    assert loaded(articles, "_not_covered.yml") == {"dark_mode": ["is there a dark mode", "night mode"]}


def test_a_synonym_leads_from_what_is_typed_to_what_the_title_says(articles: Path) -> None:
    applied(articles, made(articles, "synonym", open_question("add an operator", "new operator", "operator please")))

    assert loaded(articles, "_synonyms.yml")["one_way"] == [
        {"from": "spot", "to": ["seat"], "weight": 0.6},
        {"from": "operator", "to": ["seat"], "weight": 0.6},
    ]


def test_a_new_article_is_a_draft_that_nobody_sees_until_it_is_written(articles: Path) -> None:
    (articles / "colleague-seat.md").touch()
    patch = made(articles, "article", target=None)
    applied(articles, patch)

    [new] = [path for path in articles.glob("*.md") if "draft: true" in path.read_text(encoding="utf-8")]
    front = yaml.safe_load(new.read_text(encoding="utf-8").split("---")[1])
    assert front == {"title": "Can one more colleague get a seat", "draft": True, "questions": list(FOUND.examples)}
    shown = [article.id for article in read_library(articles).articles if not article.hidden]
    assert shown == ["refunds", "seats"]


def test_wordings_with_masked_data_are_left_out(articles: Path) -> None:
    patch = made(articles, "ways", open_question("write to [email]", "one more seat"))

    assert "[email]" not in patch.diff
    with pytest.raises(CallerError, match="masked"):
        made(articles, "ways", open_question("write to [email]"))


def test_what_is_there_already_makes_no_patch(articles: Path) -> None:
    applied(articles, made(articles, "ways"))

    with pytest.raises(CallerError, match="in the files already"):
        made(articles, "ways")


def test_ways_need_an_article_and_files_that_can_be_read(articles: Path) -> None:
    with pytest.raises(CallerError, match="--article"):
        made(articles, "ways", target=None)
    (articles / "_phrasings.yml").write_text("seats: [", "utf-8")
    with pytest.raises(CallerError, match=r"_phrasings\.yml:\d+"):
        made(articles, "ways")


HOSTILE = ["- item", "key: value", "true", "#no comment", "'quote\"", "a\\b", "{x: y}", "[list]", "*alias", "42", "1e3"]


def test_any_wording_is_the_same_text_in_yaml(articles: Path) -> None:
    applied(articles, made(articles, "ways", open_question(*HOSTILE)))
    applied(articles, made(articles, "article", open_question(*HOSTILE), target=None))

    assert loaded(articles, "_phrasings.yml")["seats"] == ["buy another place", "more: seats", *HOSTILE]
