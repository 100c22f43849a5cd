"""Writing to a person: over the API and by a form, with all that was typed kept until it is delivered."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from flask.testing import FlaskClient

from kb_service.app import create_app
from kb_service.contact.message import Message
from kb_service.errors import BadSetting, NotDelivered
from kb_service.settings import Settings
from tests.contact.mail_server import MailServer, mail_server
from tests.web.fakes import ARTICLE_ID, PASSAGE, FixedKnowledgeBase

SENT = {
    "question": "Why are we billed for 60 seats?",
    "message": "We use 48.",
    "email": "ann@example.com",
    "read": ["https://help.example.com/articles/billed", "/articles/reduce"],
    "seats": "60 paid, 48 active",
    "consent": True,
}
FORM = {**SENT, "consent": "on"}
API = "/api/v1/contact"


class Taken(list[Message]):
    """A way that keeps what it is given, or fails."""

    fails = False

    def deliver(self, message: Message) -> None:
        if self.fails:
            raise NotDelivered("the mail server did not take the message: SMTPServerDisconnected")
        self.append(message)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Taken:
    way = Taken()
    monkeypatch.setattr("kb_service.app.open_contact", lambda *args, **more: way)
    return way


def a_client(**more: Any) -> FlaskClient:
    given = {"rate_limit": False, "base_url": "https://help.example.com/help", **more}
    settings = Settings(smtp_url="smtp://mail.example.com", contact_to="support@example.com", **given)
    return create_app(settings, knowledge_base=FixedKnowledgeBase()).test_client()


@pytest.fixture
def client(taken: Taken) -> FlaskClient:
    return a_client()


def test_what_a_program_sends_is_delivered(client: FlaskClient, taken: Taken) -> None:
    response = client.post(API, json=SENT)

    assert (response.status_code, response.get_json()) == (200, {"delivered": True})
    [message] = taken
    assert (message.question, message.email, message.site) == (SENT["question"], "ann@example.com", "Help centre")
    assert message.read == ("https://help.example.com/articles/billed", "/articles/reduce")


def test_a_form_is_delivered_and_leads_to_a_page_that_says_so(client: FlaskClient, taken: Taken) -> None:
    response = client.post("/contact", data=FORM)

    assert (response.status_code, response.headers["Location"]) == (303, "/help/contact?sent=1")
    assert taken[0].read == tuple(SENT["read"])  # type: ignore[arg-type]
    page = client.get("/contact?sent=1")
    assert "Your message is on its way" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_the_form_shows_what_will_be_sent(client: FlaskClient) -> None:
    page = client.get("/contact?question=why%3F&seats=60+paid&read=/articles/a&read=/articles/b").text

    assert "why?" in page
    assert "60 paid" in page
    assert page.count('name="read"') == 2


@pytest.mark.parametrize("begin", ["", "/help", "https://help.example.com/help"])
def test_articles_that_were_read_are_called_by_their_titles(begin: str, client: FlaskClient) -> None:
    own, other = f"{begin}/articles/{ARTICLE_ID}#why", "https://other.example/articles/" + ARTICLE_ID
    page = client.get("/contact", query_string={"read": [own, other, "/articles/unknown", "//[/articles/x"]}).text

    assert f'value="{own}" checked> <bdi>{PASSAGE.title}</bdi>' in page
    assert f"<bdi>{other}</bdi>" in page
    assert "<bdi>/articles/unknown</bdi>" in page


WRONG: dict[str, tuple[str, Any, str]] = {
    "address": ("email", "ann", "must be an address such as name@example.com"),
    "two addresses": ("email", "a@example.com, b@example.com", "must be an address"),
    "no consent": ("consent", False, "has to be given"),
    "long": ("message", "x" * 4001, "must be a text of at most 4,000 characters"),
    "no page": ("read", ["javascript:alert(1)"], "must be"),
    "many pages": ("read", ["/a"] * 21, "must be"),
}


@pytest.mark.parametrize(("name", "value", "told"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named_and_nothing_is_sent(
    name: str, value: Any, told: str, client: FlaskClient, taken: Taken
) -> None:
    problem = client.post(API, json={**SENT, name: value})
    form = client.post("/contact", data={**FORM, name: value or ""})

    assert problem.status_code == form.status_code == 422
    [error] = problem.get_json()["errors"]
    assert error["field"] == name
    assert told in error["message"]
    assert 'aria-invalid="true"' in form.text or name == "read"
    assert "We use 48." in form.text or name == "message", "what was typed is kept"
    assert taken == []


def test_a_message_without_words_is_refused(client: FlaskClient, taken: Taken) -> None:
    assert client.post(API, json={**SENT, "question": " ", "message": "\n"}).status_code == 422
    assert taken == []


def test_what_is_not_delivered_comes_back_as_it_was_typed(
    client: FlaskClient, taken: Taken, caplog: pytest.LogCaptureFixture
) -> None:
    taken.fails = True
    with caplog.at_level(logging.DEBUG):
        form, problem = client.post("/contact", data=FORM), client.post(API, json=SENT)

    assert form.status_code == problem.status_code == 503
    assert all(
        each in form.text for each in ("We use 48.", "ann@example.com", "60 paid, 48 active", "was not delivered")
    )
    assert "was not delivered" in problem.get_json()["detail"]
    assert "was not delivered" in caplog.text
    assert not [each for each in ("ann@", "We use 48", "48 active", "billed for") if each in caplog.text], (
        "nothing of it is logged"
    )


def test_too_many_messages_lose_nothing(taken: Taken) -> None:
    client = a_client(rate_limit=True)
    replies = [client.post("/contact", data=FORM) for _ in range(7)]

    assert [each.status_code for each in replies].count(303) == 5 == len(taken)
    assert replies[-1].status_code == 429
    assert "We use 48." in replies[-1].text
    assert int(replies[-1].headers["Retry-After"]) > 0
    assert client.post(API, json=SENT).status_code == 429


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_another_site_cannot_send_the_form_for_its_visitors(
    headers: dict[str, str], client: FlaskClient, taken: Taken
) -> None:
    assert client.post("/contact", data=FORM, headers=headers).status_code == 403
    assert taken == []


def test_pages_with_the_widget_may_send_from_allowed_sites_alone(taken: Taken) -> None:
    client = a_client(allowed_origins=("https://www.example.com",))

    allowed = client.options(API, headers={"Origin": "https://www.example.com"})
    other = client.options(API, headers={"Origin": "https://evil.example"})
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://www.example.com"
    assert "POST" in allowed.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Origin" not in other.headers
    plain = client.post(API, data="{}", content_type="text/plain")
    assert plain.status_code == 415, "what needs no preflight is not taken"


def test_a_form_full_of_japanese_is_taken_and_a_longer_one_is_not(client: FlaskClient, taken: Taken) -> None:
    full = {**FORM, "message": "請" * 4000, "question": "求" * 2000}

    assert client.post("/contact", data=full).status_code == 303
    assert client.post("/contact", data={**FORM, "message": "x" * 200_000}).status_code == 413
    assert len(taken) == 1


def test_each_message_is_counted(client: FlaskClient, taken: Taken) -> None:
    client.post(API, json=SENT)
    taken.fails = True
    client.post(API, json=SENT)

    text = client.get("/metrics").text
    assert 'kb_contact_messages_total{status="delivered"} 1.0' in text
    assert 'kb_contact_messages_total{status="failed"} 1.0' in text


def test_pages_lead_to_the_form_unless_the_operator_has_a_page(client: FlaskClient, taken: Taken) -> None:
    assert '<a href="/help/contact">Contact us</a>' in client.get("/").text
    assert client.get("/api/v1/answer?q=uncovered").get_json()["contact_url"] == "/help/contact"
    assert '<a href="/support">Contact us</a>' in a_client(contact_url="/support").get("/").text


def test_without_a_way_there_is_no_form() -> None:
    client = create_app(Settings(rate_limit=False), knowledge_base=FixedKnowledgeBase()).test_client()

    assert client.get("/contact").status_code == 404
    assert client.post("/contact", data=FORM).status_code == 403
    assert client.post(API, json=SENT).status_code == 403


def test_mails_to_nobody_stop_the_start() -> None:
    with pytest.raises(BadSetting, match="KB_SMTP_URL: use it together with KB_CONTACT_TO"):
        create_app(Settings(smtp_url="smtp://mail.example.com"), knowledge_base=FixedKnowledgeBase())


@pytest.fixture
def server() -> Any:
    with mail_server() as running:
        yield running


def test_from_the_form_to_the_mail_server(server: MailServer) -> None:
    settings = Settings(
        smtp_url=f"smtp://127.0.0.1:{server.port}", contact_to="support@example.com", site_name="Acme Help"
    )
    client = create_app(settings, knowledge_base=FixedKnowledgeBase()).test_client()

    assert client.post("/contact", data=FORM).status_code == 303
    assert server.mails[0]["Reply-To"] == "ann@example.com"
    assert "Acme Help" in server.mails[0].get_content()
