from datetime import date

import pytest

from kb_service.content.article import Library, Problem
from kb_service.content.checks import check_library, near_duplicates
from kb_service.content.library import read_library
from tests.content.builders import an_article, words

TODAY = date(2026, 11, 25)


def a_library(**texts):
    articles = tuple(an_article(text, path=f"{name}.md") for name, text in texts.items())
    return Library(articles, tuple(problem for article in articles for problem in article.problems))


def messages(**texts):
    return [f"{problem.path}: {problem.message}" for problem in check_library(a_library(**texts), today=TODAY)]


def test_a_good_library_has_no_problems():
    seats = "---\nrelated: [b]\nreview_by: 2026-11-25\nquestions: [How?]\npatterns: [Staff count]\n---\n[see](b.md#c)"

    assert (
        messages(a=seats, b="---\nquestions: [Why?]\n---\n## C\n\ntext\n\n[back](a.md) [old](/articles/x)\n", x="text")
        == []
    )


@pytest.mark.parametrize(
    ("markdown", "message"),
    [
        pytest.param("---\nreview_by: 2026-11-24\n---\nx", "to be reviewed by 2026-11-24", id="review is due"),
        pytest.param(f"# {'x' * 91}\n\nx", "The title has 91 characters", id="long title"),
        pytest.param("---\nrelated: [gone]\n---\nx", "`related` names 'gone'", id="related to nothing"),
        pytest.param("---\npatterns: ['?!']\n---\nx", "The pattern '?!' has no word", id="a pattern without words"),
        pytest.param("[x](gone.md) [x](gone.md#y)", "links to the article 'gone'", id="a link to nothing"),
        pytest.param("[x](b.md#nowhere)", "links to b#nowhere", id="a link to no place"),
        pytest.param(
            "<supportagent>x [y](gone.md)</supportagent>z", "links to the article 'gone'", id="a link for agents"
        ),
        pytest.param("x <supportagent>", "never closed", id="what was found while reading"),
    ],
)
def test_each_fault_is_named(markdown, message):
    (found,) = messages(a=markdown, b="## C\n\ntext")

    assert found.startswith("a.md: ")
    assert message in found


def test_links_to_old_places_are_right():
    assert messages(a="[x](old.md) [y](moved.md#c)", moved="---\nid: b\nredirects_from: [old]\n---\n## C\n\ntext") == []


def test_a_question_belongs_to_one_article():
    assert messages(a="---\nquestions: ['How do I pay?']\n---\nx", b="---\nquestions: [how do I pay]\n---\ny") == [
        "b.md: The question 'how do I pay' is one of a.md too: leave it to one of them."
    ]


def test_articles_that_say_the_same_are_named_even_if_one_has_an_agent_part():
    text = " ".join(f"word{number}" for number in range(100))

    assert messages(a=text, b=f"{text} more\n\n<supportagent>{words(90, word='crm')}</supportagent>") == [
        "b.md: It is nearly the same as a.md (98%): merge the two."
    ]


def test_links_to_what_is_not_shown_are_named_by_who_cannot_follow_them():
    found = messages(
        a="[draft](b.md) [agents](c.md) <supportagent>[agents again](d.md) [draft](b.md)</supportagent>",
        b="---\ndraft: true\n---\ntext",
        c="---\naudience: agent\n---\n[fine](d.md)",
        d="---\naudience: agent\n---\ntext",
    )

    assert [one for one in found if "links" in one] == [
        "a.md: It links to the article 'b', but b.md is left out: take the link out, or show it.",
        "a.md: It links to the article 'c', but c.md is for agents only: mark the link as theirs, or take it out.",
    ]


def test_a_link_to_a_file_that_is_no_article_says_why(tmp_path):
    (tmp_path / "_parts").mkdir()
    (tmp_path / "_parts/vat.md").write_text("text")
    (tmp_path / "a.md").write_text("# T\n\ntext\n\n[VAT](_parts/vat.md)")

    (problem,) = [one for one in check(tmp_path) if one.severity == "warning"]
    assert str(problem) == (
        "a.md:5: warning: It links to the article '_parts/vat', but _parts/vat.md is left out: see the list at the end."
    )


def check(folder):
    return check_library(read_library(folder, today=TODAY), today=TODAY, folder=folder)


def test_every_problem_names_its_line(tmp_path):
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides/moved.md").write_text("# Moved\n\n## Pay by card\n\ntext")
    (tmp_path / "b.md").write_text("---\nid: a\nquestions:\n  - Why?\n  - How do I pay?\n---\n# B\n\ntext")
    (tmp_path / "later.md").write_text("---\ntitle: L\nexpires_at: 2020-01-01\n---\ntext")
    (tmp_path / "a.md").write_text(
        "---\nrelated:\n  - b\n  - gone\nreview_by: 2020-01-01\npatterns: ['?!']\nquestions: [how do I pay]\n---\n"
        f"# {'x' * 91}\n\ntext [one](moved.md)\n[two](guides/moved.md#by-card)\n\n[three]: /articles/nowhere\n"
        '[three]\n\n## Own\n\n[fine](#own) <a href="#won">four</a>\n'
    )

    found = [(one.path, one.line, one.message) for one in check(tmp_path)]

    assert [(path, line) for path, line, _ in found] == [
        *(("a.md", line) for line in (4, 5, 6, 9, 11, 12, 14, 19)),
        ("b.md", 2),
        ("b.md", 5),
        ("later.md", 3),
    ]
    for number, part in {
        0: "gone",
        4: "is 'guides/moved' meant?",
        5: "nearest is #pay-by-card",
        7: "nearest is #own",
    }.items():
        assert part in found[number][2]


def test_problems_are_in_the_order_of_paths():
    library = a_library(b="[x](gone.md)", c="text")
    library = Library(library.articles, (Problem("a.md", 2, "error", "x"), Problem("c.md", 1, "error", "y")))

    assert [problem.path for problem in check_library(library, today=TODAY)] == ["a.md", "b.md", "c.md"]


def a_text(first, last):
    return " ".join(f"word{number}" for number in range(first, last))


def test_only_texts_that_are_nearly_the_same_are_paired():
    texts = {"a": a_text(0, 200), "b": a_text(0, 190) + " and more", "c": a_text(100, 300), "d": a_text(500, 700)}

    assert [(one, other) for one, other, _ in near_duplicates(texts)] == [("a", "b")]


def test_the_same_text_is_the_same_whatever_its_letter_case():
    assert list(near_duplicates({"a": a_text(0, 50), "b": a_text(0, 50).upper()})) == [("a", "b", 1)]


def test_short_texts_are_alike_by_chance():
    assert list(near_duplicates({"a": a_text(0, 29), "b": a_text(0, 29)})) == []


def test_a_key_without_a_meaning_is_named_once(tmp_path):
    for name in "abc":
        (tmp_path / f"{name}.md").write_text(f"---\ntitle: {name}\nms.topic: article\n---\nText of {name}.")

    (hint,) = check_library(read_library(tmp_path), today=date(2026, 11, 30))
    assert (hint.path, hint.line, hint.severity) == ("a.md", 3, "hint")
    assert hint.message.endswith("So it is in 2 more places.")


def test_a_link_within_an_article_must_lead_somewhere():
    links = "[one](#download), [all](#download-1), [none](#download-2), [up](#top)"
    text = f"## Download\n\nFor one.\n\n## Download\n\nFor all: {links}."
    article = an_article(text, path="a.md")

    (problem,) = check_library(Library((article,), ()), today=date(2026, 11, 30))
    assert problem.message == "It links to #download-2, but there is no such place: the nearest is #download-1."
