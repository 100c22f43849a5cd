"""What would no longer be answered is told before anybody is answered from it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from kb_service.commands import canaries as module
from kb_service.commands.canaries import demand_answers
from kb_service.errors import CallerError
from kb_service.indexing import IndexReport, open_engine, update_index
from kb_service.settings import Settings

SUBJECTS = ("invoice", "refund", "seat", "card", "receipt", "trial", "discount", "renewal", "quote", "currency")


def article(subject: str, text: str) -> str:
    return f"---\nquestions: [How does the {subject} work?]\n---\n# About the {subject}\n\n{text}\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "articles"
    (folder / "_tests").mkdir(parents=True)
    for subject in SUBJECTS:
        (folder / f"{subject}.md").write_text(article(subject, f"The {subject} comes by mail."), encoding="utf-8")
    tests = "".join(f"  - {{question: how does the {each} work, must_contain: by mail}}\n" for each in SUBJECTS)
    (folder / "_tests/all.yml").write_text(f"tests:\n{tests}", encoding="utf-8")
    settings = Settings(articles=folder, index=tmp_path / "index", model=None)
    update_index(settings)
    return settings


def build(settings: Settings) -> IndexReport:
    return update_index(settings, examine=partial(demand_answers, settings))


def rewrite(settings: Settings, *subjects: str, text: str = "Nobody knows.") -> None:
    for subject in subjects:
        (settings.articles / f"{subject}.md").write_text(article(subject, text), encoding="utf-8")


def test_too_many_tests_that_fail_now_keep_what_is_served_and_are_named(settings: Settings) -> None:
    before = update_index(settings).status
    rewrite(settings, "refund", "seat")

    with pytest.raises(CallerError) as refused:
        build(settings)
    told = str(refused.value).splitlines()
    assert told[0] == (
        "The new index is not served: 2 of 10 answer tests fail now that did not, "
        "more than KB_CANARY_FAILURES=0.1 allows."
    )
    assert told[1].startswith(f"{settings.articles}/_tests/all.yml:3: how does the refund work: expected “by mail” in")
    assert told[-1] == "Mend the articles or the tests. If it is meant: kb index --force."
    assert open_engine(settings).status() == before
    assert open_engine(settings).generations() == [before.generation]


def test_as_many_as_the_setting_allows_may_fail(settings: Settings) -> None:
    rewrite(settings, "refund")

    assert build(settings).built


def test_what_was_not_answered_before_is_no_reason(settings: Settings) -> None:
    rewrite(settings, "refund", "seat")
    update_index(settings)
    rewrite(settings, "refund", "seat", text="Still nobody knows.")

    assert build(settings).built


def test_a_test_whose_article_is_gone_fails(settings: Settings) -> None:
    tests = settings.articles / "_tests/all.yml"
    tests.write_text("tests:\n  - {question: how does the seat work, article: seat}\n", encoding="utf-8")
    (settings.articles / "seat.md").unlink()

    with pytest.raises(CallerError, match="1 of 1 answer tests fail"):
        build(settings)


def test_without_tests_known_questions_are_asked_of_the_articles_that_are_left(settings: Settings) -> None:
    (settings.articles / "_tests/all.yml").unlink()
    for subject in SUBJECTS[:4]:  # what was deleted on purpose is not asked for
        (settings.articles / f"{subject}.md").unlink()
    assert build(settings).built

    for subject in SUBJECTS[4:]:
        text = f"---\naudience: {'agent' if subject != 'trial' else 'public'}\n---\n# Empty\n\nNothing.\n"
        (settings.articles / f"{subject}.md").write_text(text, encoding="utf-8")
    with pytest.raises(CallerError, match="6 of 6 questions no longer find the article that says it answers them"):
        update_index(settings, examine=partial(demand_answers, settings), force=True)


def test_nobody_is_asked_with_the_setting_at_one(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    rewrite(settings, *SUBJECTS)
    anything = Settings(articles=settings.articles, index=settings.index, model=None, canary_failures=1.0)
    monkeypatch.setattr(module, "run_test", None)

    assert build(anything).built


def test_a_first_index_is_served_whatever_it_answers(settings: Settings, tmp_path: Path) -> None:
    rewrite(settings, *SUBJECTS)
    first = Settings(articles=settings.articles, index=tmp_path / "other", model=None)

    assert build(first).built


def test_of_many_tests_some_from_first_to_last_are_asked() -> None:
    assert module._some(list(range(7)), 3) == [0, 2, 4]
    assert module._some([1, 2], 3) == [1, 2]
