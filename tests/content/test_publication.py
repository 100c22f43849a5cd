from datetime import date
from pathlib import Path

import pytest

from kb_service.content.front_matter.block import split
from kb_service.content.front_matter.publication import read_state, reason_on
from kb_service.content.library import LibraryReader, read_library
from tests.content.builders import an_article, problems_of

LEFT_OUT = [
    "draft: true",
    "draft: Yes",
    "Draft: 1",
    "draft: on",
    "isDraft: TRUE",
    "published: false",
    "published: No",
    "published: off",
    "hidden: true",
    "private: false\nhidden: true",
    "build: {render: never, list: never}",
    "status: draft",
    "status: Draft ",
    "status: archived",
    "status: in review",
    "status: not published",
    "status: [draft]",
    "publish_status: unpublished",
    "state: draft",
    "visible: false",
    "public: no",
    "archived: true",
    "hide_article: true",
    "embargoed: yes",
    "lifecycle: draft",
    "ver\u00f6ffentlicht: nein",
    "publi\u00e9: non",
    "build:\n  render:never",
    "approved: false",
]
UNLISTED = [
    "unlisted: true",
    "noindex: true",
    "noIndex: true",
    "no-index: true",
    "searchable: false",
    "search: false",
    "search: {exclude: true}",
    "search:\n  exclude: true",
    "search.exclude: true",
    "search_exclude: true",
    "bookSearchExclude: true",
    "sitemap: false",
    "pagefind: false",
    "seo:\n  noindex: true",
    "seo: {noIndex: true}",
    "_build:\n  list: never",
    "status: unlisted",
    "searchable: no",
    "build: {list: never}",
    "search:\n  exclude:true",
]
SHOWN = [
    "# draft: true",
    "title: T # status: draft",
    "draft: false",
    "draft:",
    "published: true",
    "published: 2020-01-01",
    "published:",
    "unlisted: no",
    "search: {boost: 2}",
    "search: {exclude: false}",
    "sitemap: {priority: 0.5}",
    "status: published",
    "status: new",
    "status: []",
    "status: deprecated",
    "state: California",
    "robots: index, follow",
    "ROBOTS: NOINDEX, NOFOLLOW",
    "hideFromList: true",
    "hide: [toc, navigation]",
    "index: docs/native",
    "publish_at: 2020-01-01",
    "date: Spring",
    "expires_at: 2999-01-01",
    "sidebar: {hidden: true}",
]


@pytest.mark.parametrize("block", LEFT_OUT)
def test_an_article_that_is_not_to_be_shown_is_left_out_and_named(block):
    source = f"---\ntitle: T\n{block}\n---\nText."

    assert an_article(source).hidden
    assert [(one.severity, one.line > 2) for one in problems_of(source) if one.severity != "hint"] == [("note", True)]


@pytest.mark.parametrize("block", UNLISTED)
def test_an_article_that_is_only_kept_out_of_lists_keeps_its_address_and_is_named(block):
    source = f"---\ntitle: T\n{block}\n---\nText."
    article = an_article(source)

    assert (article.hidden, bool(article.unlisted)) == (False, True)
    assert [(one.severity, one.line > 2) for one in problems_of(source) if one.severity != "hint"] == [("note", True)]


def test_what_is_a_draft_too_is_not_even_at_its_address():
    article = an_article("---\nunlisted: true\ndraft: true\n---\nText.")

    assert (article.hidden, article.left_out, article.unlisted) == (True, "`draft: true`", "")


@pytest.mark.parametrize("block", SHOWN)
def test_an_article_is_shown_where_nothing_says_otherwise(block):
    article = an_article(f"---\ntitle: T\n{block}\n---\nText.")

    assert not article.hidden
    assert not article.unlisted
    assert not reason_on(article.left_out, article.publish_at, article.expires_at, date(2026, 11, 30))


@pytest.mark.parametrize(
    "block",
    [
        "draft: perhaps",
        "hidden: '{{ x }}'",
        "published: soon",
        "status: halbfertig",
        "publish_at: soon",
        "expires_at: 2026-13-01",
    ],
)
def test_what_is_not_understood_leaves_the_article_out_and_is_an_error(block):
    source = f"---\ntitle: T\n{block}\n---\nText."

    assert an_article(source).hidden
    assert [one.line for one in problems_of(source) if one.severity == "error"] == [3]


def test_drafts_of_hugo_are_left_out():
    assert an_article('+++\ntitle = "T"\ndraft = true\n+++\nText.').hidden


@pytest.mark.parametrize(
    "path", ["drafts/a.md", "guides/Drafts/x/a.md", "draft/a.md", "a.draft.md", "a.wip.md", "DRAFT-a.md"]
)
def test_a_place_can_say_that_it_holds_drafts(path):
    assert an_article("# T\n\nText.", path=path).hidden


@pytest.mark.parametrize("path", ["drafting/a.md", "drafts.md", "guides/my-drafts.md", "invoice-draft.md"])
def test_other_places_do_not(path):
    assert not an_article("# T\n\nText.", path=path).hidden


@pytest.mark.slow
@pytest.mark.parametrize(
    ("block", "day", "shown"),
    [
        ("publish_at: 2026-12-01", date(2026, 11, 30), False),
        ("publish_at: 2026-12-01", date(2026, 12, 1), True),
        ("publishDate: 2026-12-01T10:00:00Z", date(2026, 12, 1), False),
        ("publishDate: 2026-12-01T10:00:00Z", date(2026, 12, 2), True),
        ("date: 2027-01-01", date(2026, 12, 2), False),
        ("published: 2027-01-01", date(2026, 12, 2), False),
        ("expires_at: 2026-12-01", date(2026, 11, 30), True),
        ("expiryDate: 2026-12-01", date(2026, 12, 1), False),
    ],
)
def test_an_article_appears_and_expires_on_its_days(tmp_path: Path, block, day, shown):
    (tmp_path / "a.md").write_text(f"---\ntitle: T\n{block}\n---\nText.")
    reader = LibraryReader(tmp_path, today=day)
    (article,) = reader
    before = LibraryReader(tmp_path, today=day, known={"a.md": article})

    assert article.hidden is not shown
    assert [one.hidden for one in before] == [article.hidden]
    assert [(one.severity, one.line) for one in reader.problems()] == ([] if shown else [("note", 3)])
    assert [one.path for one in reader.left_out()] == ([] if shown else ["a.md"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("blocks", "day", "change"),
    [
        (["publish_at: 2026-12-01", "expires_at: 2026-12-05"], date(2026, 11, 30), date(2026, 12, 1)),
        (["publish_at: 2026-12-01", "expires_at: 2026-12-05"], date(2026, 12, 1), date(2026, 12, 5)),
        (["publish_at: 2026-12-01", "expires_at: 2026-12-05"], date(2026, 12, 5), None),
        (["publish_at: 2026-12-01\nexpires_at: 2026-12-03"], date(2026, 12, 2), date(2026, 12, 3)),
        (["publish_at: 2026-12-01\ndraft: true"], date(2026, 11, 30), None),
        (["title: Always"], date(2026, 11, 30), None),
    ],
)
def test_the_next_day_on_which_anything_changes_is_known(tmp_path: Path, blocks, day, change):
    for number, block in enumerate(blocks):
        (tmp_path / f"{number}.md").write_text(f"---\n{block}\n---\nText.")
    reader = LibraryReader(tmp_path, today=day)
    list(reader)

    assert reader.next_change == change


def test_a_draft_takes_no_id_from_an_article_that_is_shown(tmp_path: Path):
    (tmp_path / "a.md").write_text("---\nid: seats\ndraft: true\n---\nNext year.")
    (tmp_path / "b.md").write_text("---\nid: seats\n---\nNow.")

    library = read_library(tmp_path)

    assert [(one.path, one.id, one.hidden) for one in library.articles] == [
        ("a.md", "a", True),
        ("b.md", "seats", False),
    ]
    assert [(one.path, one.line) for one in library.problems if one.severity == "warning"] == [("a.md", 2)]


def test_everything_left_out_is_in_one_list_with_its_reason(tmp_path: Path):
    sources = {
        "a.md": "Text.",
        "draft.md": "---\ndraft: true\n---\nText.",
        "empty.md": "",
        "_part.md": "Text.",
        "found-nowhere.md": "---\nunlisted: true\n---\nText.",
        "later.md": "---\npublish_at: 2999-01-01\n---\nText.",
        "mark.md": "---\ntitle: T\n---\n{% agent %}\n\nText.",
    }
    for path, text in sources.items():
        (tmp_path / path).write_text(text)

    assert {one.path: one.reason for one in read_library(tmp_path).left_out} == {
        "_part.md": "It is left out: names such as `_part.md` are not articles. Rename it if it is one.",
        "draft.md": "Left out: `draft: true`.",
        "empty.md": "The article has no text: it is left out.",
        "found-nowhere.md": "Found nowhere, but at its address: `unlisted: true`.",
        "later.md": "Left out: it is to appear on 2999-01-01.",
        "mark.md": "Kept for agents by an error in line 4.",
    }


def test_a_preview_has_what_is_not_public_and_says_so(tmp_path: Path):
    for name, block in {
        "a": "draft: true",
        "b": "publish_at: 2999-01-01",
        "c": "unlisted: true",
        "d": "lang: en",
    }.items():
        (tmp_path / f"{name}.md").write_text(f"---\ntitle: T\n{block}\n---\nText.")

    articles = {one.id: one for one in LibraryReader(tmp_path, preview=True)}

    assert [(articles[name].hidden, articles[name].unlisted) for name in "abcd"] == [(False, "")] * 4
    assert [articles[name].title for name in "abcd"] == ["[NOT PUBLIC] T"] * 3 + ["T"]
    assert "[NOT PUBLIC]</strong> it is to appear on 2999-01-01" in articles["b"].public.html
    assert articles["a"].public.passages[0].title == "[NOT PUBLIC] T"


def test_keys_without_a_meaning_are_hints_with_their_line(tmp_path: Path):
    (tmp_path / "a.md").write_text("---\ntitle: T\nsidebar_position: 3\n---\nText.")

    (problem,) = read_library(tmp_path).problems
    assert (problem.line, problem.severity) == (3, "hint")
    assert "`sidebar_position`" in problem.message


def test_the_state_of_front_matter_names_what_it_rests_on():
    fields = split("---\na: b\ndraft: true\n---\n", path="a.md").fields

    state = read_state(fields, "a.md")

    assert (state.left_out, state.line) == ("`draft: true`", 3)


@pytest.mark.parametrize("written", ["draft: {a: true}", "published: {x: no}", "date: next year", "publish_at: soon"])
def test_a_state_that_cannot_be_read_leaves_the_article_out(written):
    article = an_article(f"---\n{written}\n---\nText.")
    assert article.hidden
    assert any(problem.severity == "error" for problem in article.problems)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("visible_from: 24.12.2998", date(2998, 12, 24)),
        ("goes_live: December 24, 2998", date(2998, 12, 24)),
        ("release_on: 2998/12/24", date(2998, 12, 24)),
        ("show_after: 03/04/2998", date(2998, 4, 3)),
        ("date:2998-12-24", date(2998, 12, 24)),
    ],
)
def test_the_day_of_an_article_is_read_in_other_forms_the_later_where_it_may_be_two(written, day):
    assert an_article(f"---\ntitle: T\n{written}\n---\nText.").publish_at == day


@pytest.mark.parametrize("key", ["hide_after", "remove_at", "archive_on", "sunset", "expires-at"])
def test_an_article_expires_by_any_such_key(key):
    assert an_article(f"---\n{key}: 31 Jan 2019\n---\nText.").expires_at == date(2019, 1, 31)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("_index.md", "---\ncascade:\n  draft: true\n---\nAll."),
        ("_index.md", "---\ncascade:\n  - _target: {path: x}\n    hidden: true\n---\nAll."),
        ("_index.md", "---\ncascade: {audience: agent}\n---\nAll."),
        ("_category_.json", '{"label": "More", "draft": true}'),
        ("_category_.yml", "label: More\nvisibility: internal\n"),
    ],
)
def test_a_folder_can_hide_all_that_is_below_it(tmp_path: Path, name, text):
    (tmp_path / "guides" / "more").mkdir(parents=True)
    (tmp_path / "guides" / name).write_text(text)
    (tmp_path / "guides" / "more" / "a.md").write_text("# A\n\nText.")
    (tmp_path / "b.md").write_text("# B\n\nText.")
    library = read_library(tmp_path)
    assert [article.path for article in library.articles if not article.hidden] == ["b.md"]
    assert any(name in one.reason for one in library.left_out)


def test_a_category_that_hides_nothing_changes_nothing(tmp_path: Path):
    (tmp_path / "_category_.json").write_text('{"label": "Guides", "position": 2, "collapsed": false}')
    (tmp_path / "a.md").write_text("# A\n\nText.")
    assert [article.hidden for article in read_library(tmp_path).articles] == [False]
