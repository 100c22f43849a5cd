import pytest

from kb_service.content.paths import id_of_path, resolve_links, title_of_path


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
    ("path", "title"), [("a/reset_my-password.md", "Reset my password"), ("FAQ.mdx", "FAQ"), ("x.y.md", "X.y")]
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
