"""`kb preview`: an author sees what is not public, marked, and the public index never does."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from kb_service.commands.context import settings_in_force
from kb_service.commands.preview import create_preview_app
from kb_service.indexing import update_index
from kb_service.settings import Settings
from tests.commands.conftest import Kb
from tests.commands.test_serve import END_SECONDS, START_RETRIES, free_port

DRAFT = "---\ntitle: Gift vouchers\ndraft: true\n---\nA gift voucher is worth ten euros."


@pytest.fixture
def previewed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a draft, and the index of a preview that the environment names."""
    (folder / "articles/gifts.md").write_text(DRAFT, encoding="utf-8")
    index = folder / "preview/index"
    update_index(Settings(articles=folder / "articles", index=index, model=None), preview=True)
    monkeypatch.setenv("KB_INDEX", str(index))
    return folder


def test_every_page_and_answer_of_what_is_not_public_says_so(previewed: Path) -> None:
    client = create_preview_app(settings_in_force()).test_client()
    page = client.get("/articles/gifts").get_data(as_text=True)
    answer = client.get("/api/v1/answer?q=what+is+a+gift+voucher+worth").get_json()

    assert "<h1>[NOT PUBLIC] Gift vouchers</h1>" in page
    assert "<strong>[NOT PUBLIC]</strong> `draft: true`" in page
    assert answer["passages"][0]["title"] == "[NOT PUBLIC] Gift vouchers"
    assert "[NOT PUBLIC] Gift vouchers" in client.get("/search?q=gift+voucher").get_data(as_text=True)
    assert client.get("/api/v1/suggest?q=gift").get_json()["suggestions"][0]["text"] == "[NOT PUBLIC] Gift vouchers"
    assert client.get("/api/v1/articles/gifts").get_json()["title"] == "[NOT PUBLIC] Gift vouchers"


def test_no_page_of_another_site_may_read_a_preview_and_robots_may_not_keep_it(previewed: Path) -> None:
    client = create_preview_app(settings_in_force()).test_client()
    response = client.get("/api/v1/articles", headers={"Origin": "https://elsewhere.example"})

    assert "Access-Control-Allow-Origin" not in response.headers
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_the_index_that_is_served_has_nothing_of_it(previewed: Path, kb: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KB_INDEX")
    before = sorted(path for path in (previewed / ".kb/index").rglob("*") if path.is_file())

    assert "voucher" not in kb("search", "voucher", "--json").out.replace('"query": "voucher"', "")
    assert not [path for path in before if b"voucher" in path.read_bytes()]


@contextmanager
def previewing(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    port = str(free_port())
    command = [sys.executable, "-m", "kb_service", "preview", "--port", port, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            transport = httpx.HTTPTransport(retries=START_RETRIES)
            with httpx.Client(transport=transport, base_url=f"http://127.0.0.1:{port}") as client:
                yield process, client
        finally:
            process.kill()


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_it_listens_here_alone_follows_edits_and_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_HOST", "0.0.0.0")
    Path("articles/gifts.md").write_text(DRAFT, encoding="utf-8")
    before = {path: path.stat().st_mtime_ns for path in Path(".kb").rglob("*")}
    with previewing() as (process, client):
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(3)]
        while not lines[-1].startswith("Preview"):
            lines.append(process.stdout.readline())
        first = client.get("/articles/gifts")
        Path("articles/gifts.md").write_text(DRAFT.replace("ten", "twenty"), encoding="utf-8")
        until = time.monotonic() + 20
        while "twenty" not in client.get("/articles/gifts").text and time.monotonic() < until:
            time.sleep(0.2)
        second = client.get("/articles/gifts")
        process.send_signal(signal.SIGTERM)
        process.wait(END_SECONDS)

    assert re.search(r"on http://127\.0\.0\.1:\d+ ", lines[-1])
    assert "worth ten euros" in first.text
    assert "worth twenty euros" in second.text
    assert {path: path.stat().st_mtime_ns for path in Path(".kb").rglob("*")} == before
