"""Pictures and files beside the articles: which file an address means, what is served, and how it is shown."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import quote

import pytest

from kb_service.content.article import Article, Problem
from kb_service.content.assets.asset_folder import AssetFolder, is_unchanged, read_asset
from kb_service.content.assets.file_types import MAX_PICTURE_BYTES
from kb_service.content.library import read_library
from kb_service.content.markdown.rendering import Renderer
from kb_service.content.markdown.sanitizing import sanitize
from kb_service.content.reading import read_article
from kb_service.errors import CallerError
from tests.pictures import gif, png, svg, write_files

ADDRESS = re.compile(r"/assets/[0-9a-f]{32}/")


def article_of(folder: Path, markdown: str, *, path: str = "guides/seats.md") -> Article:
    article = read_article(path, f"Some words.\n\n{markdown}\n".encode(), Renderer(), folder=folder).article
    assert article
    return article


def shown(folder: Path, markdown: str, *, path: str = "guides/seats.md") -> str:
    """The second paragraph of an article, with "#" for the hash in an address."""
    view = article_of(folder, markdown, path=path).public
    assert view
    return ADDRESS.sub("/assets/#/", view.html.removeprefix('<p id="intro">Some words.</p>'))


def found(folder: Path, markdown: str, *, path: str = "guides/seats.md") -> list[str]:
    """The paths of what an article is served with."""
    view = article_of(folder, markdown, path=path).public
    assert view
    return [asset.path for asset in view.assets if asset.sha256]


def problems(folder: Path, markdown: str) -> list[Problem]:
    return list(article_of(folder, markdown).problems)


# Which file is meant

MEANT = {
    "img/a.png": "guides/img/a.png",
    "./img/a.png": "guides/img/a.png",
    "../guides/img/a.png": "guides/img/a.png",
    "../img/a.png": "guides/img/a.png",  # a page of a generator stands in a folder of its own
    "/guides/img/a.png": "guides/img/a.png",
    "/static.png": "static/static.png",
    "/public.png": "guides/public/public.png",
    "/press.png": "docs/.vuepress/public/press.png",
    "../.gitbook/assets/book.png": ".gitbook/assets/book.png",
    "/book.png": ".gitbook/assets/book.png",
    "@site/static/static.png": "static/static.png",
    "~@/static/static.png": "static/static.png",
    "img%5Ca.png": "guides/img/a.png",
    "img/a.png?raw=true#x": "guides/img/a.png",
    "img/two%20words.png": "guides/img/two words.png",
    "<img/two words.png>": "guides/img/two words.png",
    "img/Größe.png": "guides/img/Größe.png",
    "img/Gr%C3%B6%C3%9Fe.png": "guides/img/Größe.png",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_files(tmp_path / "articles", dict.fromkeys([*MEANT.values(), "docs/x.md"], png(6, 4)))


@pytest.mark.parametrize(("written", "path"), MEANT.items())
def test_an_address_means_the_file_beside_the_article_or_below_a_root(folder: Path, written: str, path: str) -> None:
    article = "docs/add.md" if path.startswith("docs/") else "guides/seats.md"

    assert found(folder, f"![x]({written})", path=article) == [path]


def test_what_lies_nearer_is_meant(tmp_path: Path) -> None:
    write_files(tmp_path, {"img/a.png": png(1), "guides/img/a.png": png(2)})

    assert found(tmp_path, "![x](img/a.png)") == ["guides/img/a.png"]
    assert found(tmp_path, "![x](../img/a.png)") == ["img/a.png"]


# What is served

SECRETS = {
    "above the folder": "../../secret.png",
    "far above the folder": "../" * 12 + "etc/passwd",
    "above it, encoded": "..%2f..%2fsecret.png",
    "above it, encoded twice": "%252e%252e/%252e%252e/secret.png",
    "above it with backslashes": "..%5c..%5csecret.png",
    "a path of the machine": "/etc/passwd",
    "a file address": "file:///etc/passwd",
    "hidden": ".hidden.png",
    "in a hidden folder": "../.git/a.png",
    "hidden in a folder that is open": "../.gitbook/assets/.hidden.png",
    "beside a folder that is open": "../.gitbook/a.png",
    "a link out of the folder": "out.png",
    "a link to a hidden file": "dot.png",
    "a link that looks like a picture": "other.png",
    "a folder out of the folder": "outer/secret.png",
    "a folder": "folder.png",
    "a pipe": "pipe.png",
    "no name": "%00.png",
    "nothing": "%20",
}


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    outside = write_files(tmp_path, {"secret.png": png()})
    folder = write_files(
        tmp_path / "articles",
        dict.fromkeys(
            ["guides/.hidden.png", ".git/a.png", ".gitbook/a.png", ".gitbook/assets/.hidden.png", "guides/a.txt"], png()
        ),
    )
    for name, target in {
        "out.png": outside / "secret.png",
        "dot.png": folder / ".git/a.png",
        "other.png": folder / "guides/a.txt",
        "outer": outside,
    }.items():
        (folder / "guides" / name).symlink_to(target)
    (folder / "guides/folder.png").mkdir()
    os.mkfifo(folder / "guides/pipe.png")
    return folder


@pytest.mark.parametrize("written", SECRETS.values(), ids=SECRETS)
def test_nothing_outside_the_folder_and_nothing_hidden_is_served(closed: Path, written: str) -> None:
    article = article_of(closed, f'![x]({written}) [y]({written}) <img src="{written}">')

    assert article.public
    assert "/assets/" not in article.public.html
    assert [asset for asset in article.public.assets if asset.sha256] == []


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    write_files(tmp_path, {"img/a.png": png(), "guides/x": ""})
    (tmp_path / "guides/a.png").symlink_to(tmp_path / "img/a.png")

    assert found(tmp_path, "![x](a.png)") == ["guides/a.png"]


REFUSED = {
    "a page": ("a.html", "<script>alert(1)</script>"),
    "a script": ("a.js", "alert(1)"),
    "a program": ("a.exe", "MZ"),
    "a page called a picture": ("a.png", "<script>alert(1)</script>"),
    "a script called a picture": ("a.gif", "alert(1)"),
    "a broken SVG": ("a.svg", "<svg><script>"),
    "a program called a document": ("a.pdf", b"MZ\x90\0"),
    "an article": ("a.rst", "text"),
}


@pytest.mark.parametrize(("name", "content"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_is_not_of_a_known_kind_is_not_served(tmp_path: Path, name: str, content: bytes | str) -> None:
    write_files(tmp_path, {f"guides/{name}": content})

    assert shown(tmp_path, f"![x]({name}) and [y]({name})") == '<p><img alt="x"> and <a>y</a></p>'
    assert "is not served" in problems(tmp_path, f"[y]({name})")[0].message


def test_a_picture_that_is_a_script_too_is_a_picture_and_nothing_else(tmp_path: Path) -> None:
    write_files(tmp_path, {"guides/a.gif": b"GIF89a/*" + gif()[8:] + b"*/=1;alert(1)"})

    assert 'src="/assets/#/a.gif"' in shown(tmp_path, "![x](a.gif)")


def test_a_picture_called_another_kind_is_served_as_what_it_is(tmp_path: Path) -> None:
    write_files(tmp_path, {"guides/a.jpg": png()})

    assert 'src="/assets/#/a.png"' in shown(tmp_path, "![x](a.jpg)")
    assert problems(tmp_path, "![x](a.jpg)")[0].message == "guides/a.jpg is a .png file by its content: rename it."


def test_a_huge_file_is_not_served(tmp_path: Path) -> None:
    write_files(tmp_path, {"guides/a.png": png()})
    os.truncate(tmp_path / "guides/a.png", MAX_PICTURE_BYTES + 1)

    [problem] = problems(tmp_path, "![x](a.png)")

    assert shown(tmp_path, "![x](a.png)") == '<p><img alt="x"></p>'
    assert "larger than 10 MiB" in problem.message


def test_an_article_may_not_show_more_than_can_be_checked_in_time(tmp_path: Path) -> None:
    names = [f"{number}.pdf" for number in range(5)]
    write_files(tmp_path, {f"guides/{name}": f"%PDF-{name}" for name in names})
    for name in names:
        os.truncate(tmp_path / "guides" / name, 45 << 20)

    assert len(found(tmp_path, " ".join(f"[x]({name})" for name in names))) == 4


def test_what_is_served_is_what_was_checked(tmp_path: Path) -> None:
    write_files(tmp_path, {"guides/a.svg": svg("<script>alert(1)</script><rect/>")})
    folder = AssetFolder(tmp_path)
    article = article_of(tmp_path, "![x](a.svg)")
    assert article.public
    [asset] = article.public.assets

    assert b"<rect" in read_asset(folder, asset)
    assert b"script" not in read_asset(folder, asset)
    write_files(tmp_path, {"guides/a.svg": svg("<circle/>")})
    with pytest.raises(CallerError, match="was changed while"):
        read_asset(folder, asset)
    (tmp_path / "guides/a.svg").unlink()
    with pytest.raises(CallerError, match="was changed while"):
        read_asset(folder, asset)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a b (1).pdf", "a-b-1.pdf"),
        ("Preise März.PDF", "Preise-März.pdf"),
        ('"><x>.pdf', "x.pdf"),
        ("…… .pdf", "file.pdf"),
        ("x" * 240 + ".pdf", "x" * 120 + ".pdf"),
    ],
)
def test_the_name_in_an_address_is_plain(tmp_path: Path, path: str, name: str) -> None:
    write_files(tmp_path, {path: "%PDF-1.4"})
    view = article_of(tmp_path, f"[x]({quote(path)})", path="a.md").public

    assert view
    assert [asset.name for asset in view.assets] == [name]


# How it is shown


def test_the_first_picture_is_loaded_at_once_the_others_when_they_come_near(folder: Path) -> None:
    html = shown(folder, "![x](img/a.png) ![y](/static.png)")

    assert 'src="/assets/#/a.png" width="6" height="4" decoding="async"' in html
    assert 'src="/assets/#/static.png" width="6" height="4" loading="lazy" decoding="async"' in html


SIZES = {
    "": 'width="6" height="4"',
    'width="3"': 'width="3" height="2"',
    'height="2"': 'width="3" height="2"',
    'width="3" height="3"': 'width="3" height="3"',
    'width="50%"': 'width="50%"',
    'width="javascript:1"': 'width="6" height="4"',
    'width="99999"': 'width="6" height="4"',
}


@pytest.mark.parametrize(("given", "size"), SIZES.items())
def test_width_and_height_are_the_authors_or_the_files(folder: Path, given: str, size: str) -> None:
    html = shown(folder, f'<img src="img/a.png" alt="The seats" {given}>')

    assert f'<img alt="The seats" src="/assets/#/a.png" {size} decoding="async">' in html


def test_a_description_stays_text(folder: Path) -> None:
    html = shown(folder, '![" onerror="alert(1)](img/a.png "> <script>")')

    assert 'alt="&quot; onerror=&quot;alert(1)" title="&gt; &lt;script&gt;"' in html


def test_a_file_is_a_link_and_a_link_to_an_article_is_left_to_the_articles(tmp_path: Path) -> None:
    write_files(tmp_path, {"files/prices.pdf": "%PDF-1.4"})

    html = shown(
        tmp_path,
        "[a](../files/prices.pdf#page=2) [b](other.md) [c](https://x.example/a.pdf) [d](#x) [e](add/) [f](g.md/#h)",
    )

    assert '<a href="/assets/#/prices.pdf" rel="noopener noreferrer">a</a>' in html
    assert 'href="/articles/guides/other"' in html
    assert 'href="https://x.example/a.pdf"' in html
    assert 'href="#x"' in html
    assert 'href="add/"' in html
    assert 'href="g.md/#h"' in html


def test_pictures_of_other_servers_need_https(tmp_path: Path) -> None:
    html = shown(tmp_path, "![x](https://a.example/x.png) ![y](http://a.example/y.png) ![z](//a.example/z.png)")

    assert '<img alt="x" src="https://a.example/x.png" decoding="async">' in html
    assert '<img alt="y">' in html
    assert '<img alt="z" src="https://a.example/z.png" loading="lazy" decoding="async">' in html


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:image/svg+xml,%3Csvg onload=alert(1)%3E", "blob:x", "x:y"]
)
def test_an_address_of_no_picture_is_a_description(tmp_path: Path, address: str) -> None:
    assert shown(tmp_path, f"<img src='{address}' alt='x'>") == '<p><img alt="x"></p>'


@pytest.mark.parametrize(
    "markdown",
    [
        '![" onerror="x](img/a.png "<b>")',
        '<img src=img/a.png onerror=alert(1) style="x" srcset="y" loading="eager" class="z" width="7">',
        "<img src='img/a.png' alt='\"><script>alert(1)</script>'>",
        '[![x](img/a.png)](img/a.png) [y](<img/a.png" onclick="alert(1)>)',
        '![x](https://a.example/x.png"onload=alert(1)) ![y](//a.example/<b>)',
        '<iframe src="img/a.png?<b>" title=""><img src=x onerror=alert(1)>"></iframe>',
    ],
)
def test_what_is_written_behind_the_sanitizer_is_what_it_lets_through(folder: Path, markdown: str) -> None:
    html = shown(folder, markdown)
    without = re.sub(' (?:loading="lazy"|decoding="async")', "", html)

    assert sanitize(without) == without


# What authors are told


def test_a_missing_picture_shows_its_description_and_is_an_error_with_the_nearest_name(folder: Path) -> None:
    markdown = "One.\n\n![The seats](img/two_word.png)"

    assert '<p><img alt="The seats"></p>' in shown(folder, markdown)
    [problem] = problems(folder, markdown)
    assert (problem.line, problem.severity) == (5, "error")
    assert problem.message == (
        "The picture 'img/two_word.png' is not in the folder: its description is shown. Is it guides/img/two words.png?"
    )


def test_a_missing_file_is_an_error_and_its_link_plain_text(tmp_path: Path) -> None:
    assert shown(tmp_path, "[prices](files/prices.pdf)") == "<p><a>prices</a></p>"
    [problem] = problems(tmp_path, "[prices](files/prices.pdf)")
    assert (problem.line, problem.severity) == (3, "error")
    assert problem.message.endswith("the link is plain text. Add it, or correct the address.")


def test_names_with_escapes_are_found_on_their_line(tmp_path: Path) -> None:
    lines = [
        "![x](a\\_b.png)",
        "![x](a%20c.png)",
        "![x](<d e.png>)",
        '<img src="f&amp;g.png">',
        "![x](big/h.png) ![x](h.png)",
    ]

    found = problems(tmp_path, "\n\n".join(lines))

    assert [problem.line for problem in found if problem.severity == "error"] == [3, 5, 7, 9, 11, 11]


# What is taken over


@pytest.mark.slow
def test_an_article_is_read_again_when_a_file_of_it_changes_comes_or_goes(tmp_path: Path) -> None:
    write_files(tmp_path, {"guides/a.png": png(), "guides/seats.md": "Words ![x](a.png) and ![y](b.png)."})
    [article] = read_library(tmp_path).articles
    assert article.public
    assert is_unchanged(article, AssetFolder(tmp_path))

    known = {article.path: article}
    assert read_library(tmp_path, known=known).articles == (article,)
    write_files(tmp_path, {"guides/b.png": png()})
    assert not is_unchanged(article, AssetFolder(tmp_path))
    [second] = read_library(tmp_path, known=known).articles
    (tmp_path / "guides/a.png").unlink()
    [third] = read_library(tmp_path, known={article.path: second}).articles

    assert second.public
    assert third.public
    assert [asset.path for asset in second.public.assets if asset.sha256] == ["guides/a.png", "guides/b.png"]
    assert [asset.path for asset in third.public.assets if asset.sha256] == ["guides/b.png"]


def test_what_only_agents_see_is_named_nowhere_in_what_the_public_gets(tmp_path: Path) -> None:
    write_files(tmp_path, {"guides/open.png": png(), "guides/pelican.png": png(2, 2)})
    article = article_of(tmp_path, "![x](open.png)\n\n<supportagent>\n\n![z](pelican.png)\n\n</supportagent>")

    assert article.public
    assert article.agent
    assert [asset.name for asset in article.public.assets] == ["open.png"]
    assert [asset.name for asset in article.agent.assets] == ["open.png", "pelican.png"]
    assert "pelican" not in repr(article.public)


def test_a_file_beside_the_articles_folder_is_reported_with_what_to_do(tmp_path: Path) -> None:
    write_files(tmp_path, {"static/img/a.png": png(1, 1), "docs/b.md": "b"})
    article = article_of(tmp_path / "docs", "![A](/img/a.png)", path="c.md")

    (problem,) = article.problems
    assert "It is ../static/img/a.png, outside of the articles folder" in problem.message
