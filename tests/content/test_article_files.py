import os

import pytest

from kb_service.content.article_files import MAX_BYTES, find_articles, id_of_path, resolve_links, title_of_path

NAME = "The name of the file or its folder has unreadable characters"


@pytest.fixture
def folder(tmp_path):
    articles = tmp_path / "articles"
    for path in ("b.md", "a.mdx", "guides/c.MD", "guides/deep/d.md", "notes.txt"):
        file = articles / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("text")
    return articles


def paths(folder):
    return [file.path for file in find_articles(folder).files]


def test_markdown_at_any_depth_is_found_in_the_order_of_paths(folder):
    assert paths(folder) == ["a.mdx", "b.md", "guides/c.MD", "guides/deep/d.md"]


@pytest.mark.parametrize("name", ["_draft.md", ".hidden.md", "_tests/x.md", ".git/x.md"])
def test_names_that_begin_with_an_underscore_or_dot_are_not_articles(folder, name):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("text")

    assert len(paths(folder)) == 4


def problem_of(folder):
    (problem,) = find_articles(folder).problems
    return problem.path, problem.severity, problem.message.split(":")[0]


def test_a_link_out_of_the_folder_is_not_followed(folder, tmp_path):
    (tmp_path / "secret.md").write_text("secret")
    (folder / "link.md").symlink_to(tmp_path / "secret.md")

    assert problem_of(folder) == ("link.md", "error", "This link leads out of the articles folder")
    assert "link.md" not in paths(folder)


def test_a_link_to_a_folder_is_not_followed(folder, tmp_path):
    (folder / "out").symlink_to(tmp_path)

    assert problem_of(folder) == ("out", "error", "This link leads out of the articles folder")


def test_a_link_to_an_article_within_is_an_article(folder):
    (folder / "same.md").symlink_to(folder / "b.md")
    (folder / "loop").symlink_to(folder)

    assert "same.md" in paths(folder)
    assert problem_of(folder)[2] == "Links to folders are not followed"


def test_a_link_to_nothing_is_named(folder):
    (folder / "dead.md").symlink_to(folder / "gone.md")

    assert problem_of(folder)[2] == "This link leads nowhere"


def test_a_file_too_large_is_named(folder):
    (folder / "large.md").write_bytes(b"x" * (MAX_BYTES + 1))

    assert problem_of(folder) == ("large.md", "error", "The file is larger than 1 MiB")


def test_a_pipe_is_not_waited_for(folder):
    os.mkfifo(folder / "pipe.md")

    assert problem_of(folder)[2] == "This is not a regular file."


@pytest.mark.parametrize("name", [b"bad\xff.md", b"bad\nline.md", "bad\u202e.md".encode()])
def test_an_unreadable_name_is_named_readably(folder, name):
    (folder / os.fsdecode(name)).write_text("text")

    path, _, message = problem_of(folder)
    assert (path.isprintable(), message) == (True, NAME)


def test_an_unreadable_name_of_a_folder_costs_its_articles_alone(folder):
    unreadable = folder / os.fsdecode(b"bad\xff")
    unreadable.mkdir()
    (unreadable / "x.md").write_text("text")

    assert problem_of(folder) == ("bad\ufffd/x.md", "error", NAME)
    assert len(paths(folder)) == 4


@pytest.mark.parametrize(
    ("path", "article_id"),
    [
        ("add-seats.md", "add-seats"),
        ("guides/Seats/add.v2.mdx", "guides/Seats/add.v2"),
        ("na\u0308me.md", "n\u00e4me"),
        ("C# and why?.md", "C-and-why-"),
        ('it\'s "quoted" 100%.md', 'it\'s-"quoted"-100%'),
    ],
)
def test_the_path_is_the_id(path, article_id):
    assert id_of_path(path) == article_id


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("a/reset_my-password.md", "Reset my password"),
        ("FAQ.mdx", "FAQ"),
        ("guides/index.md", "Guides"),
        ("add-ons/_index.md", "Add ons"),
        ("README.md", "Overview"),
        ("x.y.md", "X.y"),
    ],
)
def test_the_name_of_a_file_can_be_a_title(path, title):
    assert title_of_path(path) == title


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("add.md", "/articles/guides/add"),
        ("add.mdx#how", "/articles/guides/add#how"),
        ("./add.md", "/articles/guides/add"),
        ("../faq.md", "/articles/faq"),
        ("/faq.md", "/articles/faq"),
        ("my%20seats.md", "/articles/guides/my-seats"),
        ("größe.md", "/articles/guides/gr%C3%B6%C3%9Fe"),
        ("../../secret.md", "../../secret.md"),
        ("https://e.example/a.md", "https://e.example/a.md"),
        ("mailto:a@b.md", "mailto:a@b.md"),
        ("a.md?x=1", "a.md?x=1"),
        ("picture.png", "picture.png"),
        ("/articles/add#x.md", "/articles/add#x.md"),
    ],
)
def test_links_to_files_lead_to_articles(link, leads_to):
    assert resolve_links(f'<a href="{link}">', "guides/seats.md") == f'<a href="{leads_to}">'


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("/plans/pro", "/articles/plans/pro"),
        ("/plans/pro/#price", "/articles/plans/pro#price"),
        ("plans/pro.md", "/articles/plans/pro"),
        ("plans/pro", "/articles/plans/pro"),
        ("../../plans/", "/articles/plans/README"),
        ("../other", "/articles/guides/other"),
        ("other.md", "/articles/guides/other"),
        ("/nowhere/at-all", "/nowhere/at-all"),
        ("../../../../etc/passwd", "../../../../etc/passwd"),
        ("//example.com/plans/pro", "//example.com/plans/pro"),
    ],
)
def test_links_lead_to_the_articles_that_there_are(tmp_path, link, leads_to):
    for name in ("plans/pro.md", "plans/README.md", "guides/other.md", "guides/seats.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Text.")

    assert resolve_links(f'<a href="{link}">', "guides/seats.md", tmp_path) == f'<a href="{leads_to}">'
