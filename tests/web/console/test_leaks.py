"""What is for agents only comes by no other way: every route, as everybody who is no agent (ASVS 5.0: 8.2.2, 8.3.1).

It also does not show by what is missing: an internal article is the same 404 as none at all.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask

from kb_service.accounts.access import Access
from kb_service.accounts.random_secrets import now_ms
from kb_service.knowledge_base import KnowledgeBase
from kb_service.record.flags import raise_flag
from kb_service.record.report_forms import SECTIONS
from kb_service.record.writing import Writer
from kb_service.web.console.report_pages import key_of
from tests.billing_articles import SECRET
from tests.record.builders import KEY, a_record, an_asked
from tests.web.console.builders import ORIGIN, Browser, a_console

pytestmark = pytest.mark.slow

# What the answers would be is in the articles for agents alone; the word that stands in all of that is in no question.
QUESTIONS = (
    "What may agents promise?",
    "Who may give a goodwill refund, and whose consent does it need?",
    "goodwill refunds",
    SECRET[:4],
)
VALUES: Mapping[str, tuple[str, ...]] = {
    "article_id": ("goodwill", "refunds"),
    "fingerprint": ("x",),
    "name": ("goodwill.md",),
    "digest": ("0" * 32,),
    "file": ("goodwill",),
    "flag_id": ("1",),
    "section": tuple(SECTIONS),
    "key": (key_of("Which card?"),),
    "receipt_id": ("A" * 22,),
}


def addresses(app: Flask, *, receipts: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Every address of every route, with each question where one can stand."""
    known = {**VALUES, "receipt_id": (*VALUES["receipt_id"], *receipts)}
    for rule in app.url_map.iter_rules():
        names = re.findall(r"<(?:\w+:)?(\w+)>", rule.rule)
        for values in itertools.product(*(known.get(name, ("x",)) for name in names)):
            path = rule.rule
            for name, value in zip(names, values, strict=True):
                path = re.sub(rf"<(?:\w+:)?{name}>", value, path)
            for method in sorted((rule.methods or set()) - {"HEAD"}):
                for question in QUESTIONS:
                    yield (
                        method,
                        f"{path}?q={quote(question)}&html=1&explain=1&limit=20&next=/console/x",
                    )


@pytest.fixture
def callers(app: Flask, access: Access, browser: Browser) -> Mapping[str, Mapping[str, str]]:
    """The headers of everybody who is no agent, where agents have quoted it in a flag."""
    note = f"Is this {SECRET} refund right?"
    raise_flag(access.database.opened(), passage_id="goodwill#intro", note=note, at=now_ms(), flagged_by="anna")
    asked = an_asked("Which card?", now_ms() - 1000, outcome="no_answer", shown=("goodwill",))
    Writer(access.database.opened(), key=KEY, keep_days=365).write([asked])
    made = {scope: access.tokens.add("x", [scope], days=1) for scope in ("answers:public", "reports", "answers:agent")}
    access.tokens.revoke(made["answers:agent"][0].token_id)
    access.accounts.disable("lena")
    return {
        "nobody": {},
        "a customer's token": {"Authorization": f"Bearer {made['answers:public'][1]}"},
        "a token for reports": {"Authorization": f"Bearer {made['reports'][1]}"},
        "a revoked token of an agent": {"Authorization": f"Bearer {made['answers:agent'][1]}"},
        "a made-up session": {"Cookie": f"__Host-kb_session={'A' * 43}"},
        "a made-up person of a proxy": {
            "X-Forwarded-User": "anna",
            "Remote-User": "anna",
            "X-KB-Proxy-Secret": "s" * 32,
        },
    }


@pytest.fixture
def recording(access: Access, billing: KnowledgeBase, tmp_path: Path) -> Iterator[Flask]:
    """The service where questions are recorded, and so there are receipts."""
    record = a_record(tmp_path / "record")
    yield a_console(access, billing, record=record)
    record.close()


def receipts_of(app: Flask, access: Access) -> Iterator[str]:
    """Receipts of what is for agents, alone and beside what is not."""
    headers = {"Authorization": f"Bearer {access.tokens.add('panel', ['answers:agent'], days=1)[1]}"}
    client = app.test_client()
    asked = {"question": QUESTIONS[1], "limit": 20}
    answer = client.post("/api/v1/agent/answer", json=asked, headers=headers, base_url=ORIGIN).get_json()
    sent = [{"id": each["id"], "content_sha256": each["content_sha256"]} for each in answer["passages"]]
    internal = [each for each in sent if each["id"] == "goodwill#intro"]
    for passages in (internal, sent):
        body = {"query_id": answer["query_id"], "question": QUESTIONS[1], "passages": passages}
        made = client.post("/api/v1/agent/receipts", json=body, headers=headers, base_url=ORIGIN).get_json()
        yield made["agents_url"].rpartition("/")[2]


def test_no_route_says_it_to_anybody_else(
    recording: Flask, access: Access, callers: Mapping[str, Mapping[str, str]]
) -> None:
    client = recording.test_client()
    receipts = tuple(receipts_of(recording, access))
    told, asked = [], 0
    for (method, path), (who, headers) in itertools.product(addresses(recording, receipts=receipts), callers.items()):
        question = QUESTIONS[asked % len(QUESTIONS)]
        body = {"question": question, "html": True, "limit": 20} if method == "POST" and "/api/" in path else None
        form = {"ticket": question, "q": question} if method == "POST" and not body else None
        response = client.open(path, method=method, headers=headers, json=body, data=form, base_url=ORIGIN)
        asked += 1
        if SECRET in (response.get_data(as_text=True) + str(response.headers)).lower():
            told.append((who, method, path))

    assert told == []
    assert asked > 1000
    assert client.get(f"/a/{receipts[1]}", base_url=ORIGIN).status_code == 200


def test_an_internal_article_is_the_same_to_the_public_as_none_at_all(browser: Browser) -> None:
    for path in ("/articles/{}", "/api/v1/articles/{}", "/assets/00000000000000000000000000000000/{}.png"):
        internal, none = (browser.get(path.format(name)) for name in ("goodwill", "badwills"))
        assert internal.status_code == none.status_code == 404
        varies = r"goodwill|badwills|request [0-9a-f]{16}|\"instance\":\"[0-9a-f]{16}\""
        unlike = [re.sub(varies, "", each.text) for each in (internal, none)]
        assert unlike[0] == unlike[1]
        assert {*internal.headers.keys()} == {*none.headers.keys()}


def test_the_sign_in_does_not_tell_whether_an_internal_article_is_there(browser: Browser) -> None:
    for name in ("goodwill", "badwills"):
        led = browser.get(f"/console/articles/{name}")
        assert (led.status_code, led.headers["Location"]) == (303, f"/console/sign-in?next=/console/articles/{name}")


def test_the_agents_index_is_not_opened_before_an_agent_asks(
    app: Flask, browser: Browser, anna: Browser, callers: Mapping[str, Mapping[str, str]]
) -> None:
    knowledge = app.extensions["kb_agent_knowledge"]
    for path in ("/", "/search?q=refund", "/console", "/console/articles/goodwill", "/console/sign-in"):
        for headers in callers.values():
            browser.get(path, headers=headers)
    anna.get("/console")
    assert not knowledge.is_open

    anna.get("/console/articles/goodwill")
    assert knowledge.is_open


def test_an_agent_s_token_does_see_it(app: Flask, access: Access) -> None:
    """So that the test above can fail."""
    _, text = access.tokens.add("panel", ["answers:agent"], days=1)
    headers = {"Authorization": f"Bearer {text}"}
    page = app.test_client().get("/console/articles/goodwill", base_url=ORIGIN, headers=headers)

    assert f"A {SECRET} refund needs the consent" in page.text
