"""Receipts of what agents sent: true, masked, and on their public address without anything that is for agents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from kb_service.accounts.access import Access
from kb_service.accounts.random_secrets import now_ms
from kb_service.content.article import Article
from kb_service.content.markdown.rendering import Renderer
from kb_service.content.reading import read_article
from kb_service.knowledge_base import KnowledgeBase
from kb_service.record.receipts import DAY_MS, find_receipt
from kb_service.record.schema import receipt
from kb_service.settings import RecordMode
from kb_service.staff.counter import StaffCount
from tests.billing_articles import FILES, SECRET, WORDING
from tests.fakes import FixedStaffCounter
from tests.index.memory_engine import MemoryEngine
from tests.record.builders import a_record
from tests.web.console.builders import ORIGIN, Browser, a_console

SEEN = datetime(2026, 11, 25, 10, tzinfo=UTC)
QUESTION = "Is a removed seat refunded? My mail is tom@acme.example"


@pytest.fixture
def engine() -> MemoryEngine:
    engine = MemoryEngine()
    publish(engine)
    return engine


def publish(engine: MemoryEngine, **changed: str | None) -> None:
    """Serve the articles about billing, some of them with other texts, or not at all (None)."""
    texts = {**FILES, **{f"{name}.md": text for name, text in changed.items()}}
    renderer, articles = Renderer(), list[Article]()
    for name, text in texts.items():
        if name.endswith(".md") and text is not None:
            article = read_article(name, text.encode(), renderer).article
            assert article
            articles.append(article)
    engine.replace_all(articles, wording=WORDING)


@pytest.fixture
def served(access: Access, engine: MemoryEngine, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    records = []

    def make(*, record: RecordMode = "on", **settings: Any) -> Flask:
        counter = FixedStaffCounter(
            {"acme.kayako.com": StaffCount("ok", "acme.kayako.com", count=48, observed_at=SEEN)}
        )
        knowledge_base = KnowledgeBase(engine, staff_counter=counter, no_answer_below=0)
        if record != "off":
            records.append(a_record(tmp_path / "record", mode=record))
        return a_console(access, knowledge_base, record=records[-1] if records else None, **settings)

    yield make
    for each in records:
        each.close()


@pytest.fixture
def app(served: Callable[..., Flask]) -> Flask:
    return served()


@pytest.fixture
def headers(access: Access) -> dict[str, str]:
    return {"Authorization": f"Bearer {access.tokens.add('panel', ['answers:agent'], days=1)[1]}"}


def answered(app: Flask, headers: dict[str, str], **asked: Any) -> Any:
    body = {"question": QUESTION, "limit": 20, **asked}
    return app.test_client().post("/api/v1/agent/answer", json=body, headers=headers, base_url=ORIGIN).get_json()


def sent(app: Flask, headers: dict[str, str], *wanted: str, **changed: Any) -> TestResponse:
    """Make a receipt of passages with these ids, as an answer gives them."""
    answer = answered(app, headers)
    hashes = {each["id"]: each["content_sha256"] for each in answer["passages"]}
    body = {
        "query_id": answer["query_id"],
        "question": QUESTION,
        "passages": [{"id": each, "content_sha256": hashes[each]} for each in wanted],
        **changed,
    }
    return app.test_client().post("/api/v1/agent/receipts", json=body, headers=headers, base_url=ORIGIN)


def test_a_program_gets_a_receipt_that_anybody_can_read(app: Flask, headers: dict[str, str], browser: Browser) -> None:
    made = sent(app, headers, "refunds#intro", domain="acme.kayako.com")
    assert made.status_code == 201
    url = made.get_json()["url"]
    assert re.fullmatch(rf"{ORIGIN}/a/[\w-]{{22}}", url)

    page = browser.get(url)
    text = page.text
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert '<meta name="robots" content="noindex">' in text
    assert "My mail is [email]" in text
    assert "tom@" not in text
    assert "acme" not in text
    quoted = re.search(r'<blockquote class="quoted" dir="auto">(.*?)</blockquote>', text, re.DOTALL)
    assert quoted
    assert quoted[1].startswith("A seat that is removed is not refunded.")
    assert sha256(quoted[1].encode()).hexdigest() in text
    assert "Stands word for word in the article today." in text
    assert "<dd>48, counted 25 Nov 2026, 10:00 UTC</dd>" in text
    assert "Set-Cookie" not in page.headers


def test_an_agent_makes_one_with_a_form(app: Flask) -> None:
    anna = Browser(app)
    anna.sign_in()
    page = anna.submit("/console", {"ticket": QUESTION}).text
    form = re.search(r'<form method="post" action="/console/receipts".*?</form>', page, re.DOTALL)
    assert form
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
    made = anna.post("/console/receipts", fields)

    assert made.status_code == 201
    assert made.headers["Location"].startswith(f"{ORIGIN}/a/")
    assert made.headers["Location"] in made.text
    assert "Stands word for word" in Browser(app).get(made.headers["Location"]).text


def test_what_is_for_agents_is_on_no_public_address(app: Flask, headers: dict[str, str], browser: Browser) -> None:
    both = sent(app, headers, "refunds#intro", "goodwill#intro", "refunds#intro.2").get_json()
    internal = sent(app, headers, "goodwill#intro").get_json()

    page = browser.get(both["url"]).text
    assert "not refunded" in page
    assert not re.search(rf"{SECRET}|goodwill|agents|console", page.lower())
    assert internal["url"] == ""
    there, nowhere = (browser.get(f"/a/{name}") for name in (internal["agents_url"].rpartition("/")[2], "A" * 22))
    assert there.status_code == nowhere.status_code == 404
    unlike = [re.sub("request [0-9a-f]{16}", "", each.text) for each in (there, nowhere)]
    assert unlike[0] == unlike[1]


def test_agents_see_all_of_it(app: Flask, headers: dict[str, str]) -> None:
    made = sent(app, headers, "refunds#intro", "goodwill#intro").get_json()
    anna = Browser(app)
    assert anna.get(made["agents_url"]).status_code == 303
    anna.sign_in()

    page = anna.get(made["agents_url"]).text
    assert "not refunded" in page
    assert f"A {SECRET} refund needs the consent" in page
    assert "Agents only: never for customers" in page
    assert made["url"] in page
    assert page.count("Stands word for word") == 2


CHANGED = FILES["refunds.md"].replace("A seat that is removed is not refunded.", "A seat that is removed is refunded.")
HIDDEN = (
    FILES["refunds.md"]
    .replace("---\nA seat", "---\n<supportagent>\nA seat")
    .replace("<supportagent>\nAgents", "Agents")
)


def test_what_was_changed_since_is_left_out_for_the_public_and_kept_for_agents(
    app: Flask, headers: dict[str, str], browser: Browser, engine: MemoryEngine
) -> None:
    made = sent(app, headers, "refunds#intro").get_json()
    publish(engine, refunds=CHANGED.replace("title: Refunds and credit", "title: Money back"))
    anna = Browser(app)
    anna.sign_in()

    public, agents = browser.get(made["url"]).text, anna.get(made["agents_url"]).text
    assert "The article has been changed since." in public
    assert "Money back" in public
    assert "[…]" in public
    assert "is not refunded" not in public
    assert "is not refunded" in agents
    assert "The article has been changed since." in agents
    assert re.findall("[0-9a-f]{64}", public) == re.findall(r'"hash">([0-9a-f]{64})', agents)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [None, FILES["refunds.md"].replace("topics: [money]", "topics: [money]\naudience: agent"), HIDDEN],
    ids=["deleted", "for agents", "marked in the text"],
)
def test_what_became_internal_since_leaves_the_public_address(
    text: str | None, app: Flask, headers: dict[str, str], browser: Browser, engine: MemoryEngine
) -> None:
    made = sent(app, headers, "refunds#intro").get_json()
    publish(engine, refunds=text)
    public = browser.get(made["url"])

    assert public.status_code == 200
    assert "is not refunded" not in public.text
    assert "prorated credit" not in public.text
    assert SECRET not in public.text


def test_a_receipt_is_only_of_what_the_articles_say(app: Flask, headers: dict[str, str]) -> None:
    answer = answered(app, headers)
    forged = {"id": "refunds#intro", "content_sha256": "0" * 64}
    for changed, status in (
        ({"passages": [forged]}, 409),
        ({"passages": [{"id": "nope#intro", "content_sha256": answer["passages"][0]["content_sha256"]}]}, 409),
        ({"passages": []}, 422),
        ({"audience": "public"}, 422),
        ({"query_id": "q_01KAX6RM0Z7C5W9M4T2Q8N3D1F"}, 404),
    ):
        assert sent(app, headers, "refunds#intro", **changed).status_code == status


def test_it_ends(served: Callable[..., Flask], headers: dict[str, str], access: Access) -> None:
    app = served(receipt_days=2)
    made = sent(app, headers, "refunds#intro").get_json()
    name = made["url"].rpartition("/")[2]
    database, now = access.database.opened(), now_ms()

    assert Browser(app).get(made["url"]).status_code == 200
    assert find_receipt(database, name, now=now + 2 * DAY_MS - 60_000)
    assert find_receipt(database, name, now=now + 2 * DAY_MS + 60_000) is None
    with database.transaction() as connection:
        connection.execute(update(receipt).values(expires_at=now - 1))
    assert Browser(app).get(made["url"]).status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["votes", "off"])
def test_where_questions_are_not_recorded_there_are_none(
    mode: RecordMode, served: Callable[..., Flask], headers: dict[str, str]
) -> None:
    app = served(record=mode)
    refused = sent(app, headers, "refunds#intro")
    anna = Browser(app)
    anna.sign_in()

    assert refused.status_code == 409
    assert "KB_RECORD" in refused.get_json()["detail"]
    assert "/console/receipts" not in anna.submit("/console", {"ticket": QUESTION}).text
    assert Browser(app).get(f"/a/{'A' * 22}").status_code == 404


@pytest.mark.slow
def test_live_counts_that_are_not_for_the_public_are_not_on_its_page(
    served: Callable[..., Flask], headers: dict[str, str]
) -> None:
    app = served(staff_count="agents")
    made = sent(app, headers, "refunds#intro", domain="acme.kayako.com").get_json()
    anna = Browser(app)
    anna.sign_in()

    assert "Active staff then" not in Browser(app).get(made["url"]).text
    assert "Active staff then" in anna.get(made["agents_url"]).text


def test_a_customer_s_token_makes_and_reads_none(app: Flask, access: Access, headers: dict[str, str]) -> None:
    made = sent(app, headers, "goodwill#intro").get_json()
    for scope in ("answers:public", "reports"):
        _, text = access.tokens.add("x", [scope], days=1)  # type: ignore[list-item]
        theirs = {"Authorization": f"Bearer {text}"}
        client = app.test_client()
        assert client.post("/api/v1/agent/receipts", json={}, headers=theirs, base_url=ORIGIN).status_code == 403
        assert client.get(made["agents_url"], headers=theirs).status_code == 403
    assert SECRET in app.test_client().get(made["agents_url"], headers=headers).text
