"""Pictures and files over HTTP: those of public articles alone, kept for ever, in ranges, and harmless."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb_service.app import create_app
from kb_service.content.article import Asset, stored_name
from kb_service.index.port import Engine
from kb_service.indexing import build_index, open_engine
from kb_service.settings import Settings
from kb_service.web.formatting import html_to_send
from tests.pictures import gif, png, svg, write_files

PDF = b"%PDF-1.4 " + bytes(range(256)) * 8
FILES: dict[str, bytes | str] = {
    "seats.md": (
        "# Seats\n\nSee ![seats](img/seats.png), ![plan](img/plan.svg), ![both](img/both.gif), ![gone](img/gone.png), "
        "[prices](files/prices.pdf), [list](files/list.csv) and [code](files/code.txt).\n\n"
        "<supportagent>\n\n![part](img/part.png)\n\n</supportagent>\n"
    ),
    "inner.md": "---\naudience: agent\n---\n# Inner\n\nSee ![inner](img/inner.png) and ![seats](img/seats.png).\n",
    "draft.md": "---\ndraft: true\n---\n# Draft\n\nNobody sees ![draft](img/draft.png).\n",
    "img/seats.png": png(40, 30),
    "img/plan.svg": svg("<script>alert(1)</script><rect width='4' height='3'/>"),
    "img/both.gif": b"GIF89a/*" + gif()[8:] + b"*/=1;alert(1)",
    "img/part.png": png(1, 1),
    "img/inner.png": png(2, 2),
    "img/draft.png": png(3, 3),
    "img/unused.png": png(5, 5),
    "files/prices.pdf": PDF,
    "files/list.csv": "a;b\n",
    "files/code.txt": "<script>alert(1)</script>",
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = write_files(tmp_path_factory.mktemp("articles"), FILES)
    index = tmp_path_factory.mktemp("index")
    return Settings(articles=folder, index=index, model=None, base_url="https://help.example.com")


@pytest.fixture(scope="module")
def engine(settings: Settings) -> Engine:
    """An engine that may open both audiences."""
    engine = open_engine(settings)
    build_index(settings.articles, engine)
    return engine


@pytest.fixture(scope="module")
def app(settings: Settings, engine: Engine) -> Flask:
    return create_app(settings)


class Reading(FlaskClient):
    """A client that reads each response to its end and closes it, as servers do."""

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        return super().open(*arguments, **{"buffered": True, **options})


def client_of(app: Flask) -> FlaskClient:
    app.test_client_class = Reading
    return app.test_client()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return client_of(app)


def assets(engine: Engine) -> dict[str, Asset]:
    """All that is served to anybody, by name."""
    articles = engine.snapshot(audience="agent").articles()
    return {asset.name: asset for article in articles if article.public for asset in article.public.assets}


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("seats.png", "image/png"), ("plan.svg", "image/svg+xml"), ("both.gif", "image/gif")],
)
def test_a_picture_is_shown_and_kept_for_ever(
    name: str, content_type: str, client: FlaskClient, engine: Engine
) -> None:
    response = client.get(assets(engine)[name].address)

    assert response.status_code == 200
    assert response.headers["Content-Type"] == content_type
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Content-Length"] == str(len(response.data))
    assert "Content-Disposition" not in response.headers


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("prices.pdf", "application/pdf"), ("list.csv", "text/csv"), ("code.txt", "text/plain")],
)
def test_any_other_file_is_downloaded(name: str, content_type: str, client: FlaskClient, engine: Engine) -> None:
    response = client.get(assets(engine)[name].address)

    assert response.data == (FILES[f"files/{name}"] if name == "prices.pdf" else str(FILES[f"files/{name}"]).encode())
    assert response.headers["Content-Type"] == content_type
    assert response.headers["Content-Disposition"] == f"attachment; filename={name}"


@pytest.mark.parametrize("name", ["seats.png", "plan.svg", "both.gif", "prices.pdf", "code.txt"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_nothing_of_a_file_runs(name: str, method: str, client: FlaskClient, engine: Engine) -> None:
    headers = client.open(assets(engine)[name].address, method=method).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers.getlist("Content-Security-Policy") == [
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
    ]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in headers
    assert all(len(headers.getlist(header)) == 1 for header in set(headers.keys()))


def test_an_svg_has_no_script(client: FlaskClient, engine: Engine) -> None:
    svg = client.get(assets(engine)["plan.svg"].address).data

    assert b"<rect" in svg
    assert b"script" not in svg


@pytest.mark.parametrize("name", ["part.png", "inner.png"])
def test_what_only_agents_see_is_not_there_for_the_public(name: str, client: FlaskClient, engine: Engine) -> None:
    asset = assets(engine)[name]
    file = engine.snapshot(audience="agent").store.asset(asset.digest, asset.name)

    assert file
    file.close()
    assert client.get(asset.address).status_code == 404
    assert asset.digest not in client.get("/articles/seats").text
    assert client.get(asset.address).headers["Cache-Control"] == "no-store"


def test_drafts_and_what_no_article_shows_are_in_no_index(settings: Settings, engine: Engine) -> None:
    kept = {path.name for path in settings.index.rglob("assets/*")}
    public = {path.name for path in settings.index.rglob("public/assets/*")}
    stored = {name: stored_name(asset.digest, asset.name) for name, asset in assets(engine).items()}

    assert kept == {file for file in stored.values() if not file.startswith("-")}  # one is missing
    assert {"draft.png", "unused.png"}.isdisjoint(stored)
    assert stored["seats.png"] in public
    assert public.isdisjoint({stored["part.png"], stored["inner.png"]})


@pytest.mark.parametrize(
    "path",
    [
        "/assets/",
        "/assets/{digest}",
        "/assets/{digest}/",
        "/assets/{digest}/other.png",
        "/assets/{digest}/seats.svg",
        "/assets/{digest}/seats.html",
        "/assets/{digest}/../../../articles.msgpack",
        "/assets/{digest}/..%2f..%2farticles.msgpack",
        "/assets/{digest}/%2e%2e/articles.msgpack",
        "/assets/{digest}/seats.png%00",
        "/assets/{digest}/seats.png/",
        "/assets/%2e%2e/articles.msgpack",
        "/assets/..%2f..%2f..%2fetc/passwd.txt",
        "/assets/{upper}/seats.png",
        "/assets/{short}/seats.png",
        "/assets/00000000000000000000000000000000/seats.png",
        "/assets/img/seats.png",
        "/assets/{digest}/" + "x" * 4000 + ".png",
        "/img/seats.png",
    ],
)
def test_no_other_address_leads_to_a_file(path: str, client: FlaskClient, engine: Engine) -> None:
    digest = assets(engine)["seats.png"].digest
    address = path.replace("{digest}", digest).replace("{upper}", digest.upper()).replace("{short}", digest[:-1])

    assert client.get(address).status_code == 404


def test_who_has_it_is_told_so(client: FlaskClient, engine: Engine) -> None:
    address = assets(engine)["seats.png"].address
    etag = client.get(address).headers["ETag"]

    response = client.get(address, headers={"If-None-Match": etag})

    assert (response.status_code, response.data) == (304, b"")
    assert response.headers["ETag"] == etag
    assert "immutable" in response.headers["Cache-Control"]
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_head_tells_the_length_and_sends_nothing(client: FlaskClient, engine: Engine) -> None:
    response = client.head(assets(engine)["prices.pdf"].address)

    assert (response.status_code, response.data) == (200, b"")
    assert response.headers["Content-Length"] == str(len(PDF))
    assert response.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-8", 0, 9),
        ("bytes=9-", 9, len(PDF)),
        ("bytes=-4", len(PDF) - 4, len(PDF)),
        ("bytes=0-99999", 0, len(PDF)),
    ],
)
def test_a_part_is_sent_when_it_is_asked_for(
    asked: str, start: int, stop: int, client: FlaskClient, engine: Engine
) -> None:
    response = client.get(assets(engine)["prices.pdf"].address, headers={"Range": asked})

    assert (response.status_code, response.data) == (206, PDF[start:stop])
    assert response.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(PDF)}"
    assert response.headers["Content-Length"] == str(stop - start)


def test_a_part_of_another_version_is_the_whole(client: FlaskClient, engine: Engine) -> None:
    headers = {"Range": "bytes=0-8", "If-Range": '"other"'}

    assert client.get(assets(engine)["prices.pdf"].address, headers=headers).data == PDF


@pytest.mark.parametrize("asked", ["bytes=99999-", "bytes=5-2", "bytes=x"])
def test_a_part_that_is_not_there_is_refused(asked: str, client: FlaskClient, engine: Engine) -> None:
    response = client.get(assets(engine)["prices.pdf"].address, headers={"Range": asked})

    assert response.status_code in (200, 416)
    assert response.status_code == 416 or response.data == PDF


def test_other_methods_are_refused(client: FlaskClient, engine: Engine) -> None:
    assert client.post(assets(engine)["seats.png"].address).status_code == 405


def test_the_page_shows_them_and_the_api_names_the_site(client: FlaskClient, engine: Engine) -> None:
    address = assets(engine)["seats.png"].address

    page, html = client.get("/articles/seats").text, client.get("/api/v1/articles/seats").get_json()["html"]

    assert f'<img alt="seats" src="{address}" width="40" height="30" decoding="async">' in page
    assert "<em>gone</em>" in page
    assert "<em>gone</em>" in html
    assert f'src="https://help.example.com{address}"' in html
    assert "img/part.png" not in page + html


def test_only_links_of_ours_get_the_address_of_the_site() -> None:
    html = (
        '<p>href="/articles/a" <a href="/articles/a" rel="x">a</a><img alt="b" src="/assets/1/b.png">'
        '<a href="https://x.example/assets/1/b.png">c</a><a href="#d">d</a></p>'
    )

    assert html_to_send(html) == html
    assert html_to_send(html, base_url="https://h.example") == (
        '<p>href="/articles/a" <a href="https://h.example/articles/a" rel="x">a</a>'
        '<img alt="b" src="https://h.example/assets/1/b.png">'
        '<a href="https://x.example/assets/1/b.png">c</a><a href="#d">d</a></p>'
    )


@pytest.mark.parametrize(
    ("picture", "sent"),
    [
        ('<img alt="a &lt;b&gt; &quot;c&quot; src=">', "<em>a &lt;b&gt; &quot;c&quot; src=</em>"),
        ('<img alt="" title="t">', ""),
        ("<img>", ""),
        ('<img alt="a" src="x.png">', '<img alt="a" src="x.png">'),
    ],
)
def test_a_picture_without_an_address_is_sent_as_its_description(picture: str, sent: str) -> None:
    assert html_to_send(picture) == sent


@pytest.mark.slow
def test_a_changed_or_deleted_source_breaks_nothing_until_it_is_indexed(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "articles", FILES)
    settings = Settings(articles=folder, index=tmp_path / "index", model=None)
    engine = open_engine(settings)
    build_index(folder, engine)
    client = client_of(create_app(settings))
    before = assets(engine)["seats.png"]

    write_files(folder, {"img/seats.png": png(50, 50)})
    (folder / "img/plan.svg").unlink()
    assert client.get(before.address).data == FILES["img/seats.png"]
    assert client.get(assets(engine)["plan.svg"].address).status_code == 200

    report = build_index(folder, engine)
    again = client_of(create_app(settings))
    assert [problem.message for problem in report.problems if "plan" in problem.message]
    assert again.get(assets(engine)["seats.png"].address).data == png(50, 50)
    assert again.get(before.address).status_code == 404
    assert "<em>plan</em>" in again.get("/articles/seats").text


@pytest.mark.slow
def test_an_article_that_becomes_one_for_agents_takes_its_pictures_along(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "articles", FILES | {"open.md": "# Open\n\nWords."})
    settings = Settings(articles=folder, index=tmp_path / "index", model=None)
    engine = open_engine(settings)
    build_index(folder, engine)
    before = assets(engine)["prices.pdf"]

    write_files(folder, {"seats.md": "---\naudience: agent\n---\n" + str(FILES["seats.md"])})
    build_index(folder, engine)

    assert client_of(create_app(settings)).get(before.address).status_code == 404
    assert "prices.pdf" in assets(engine)
