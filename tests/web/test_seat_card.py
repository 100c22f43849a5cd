"""The seat card of the pages without a script: where numbers come from, correcting them, and a slow helpdesk."""

from __future__ import annotations

import html
import re

import pytest
from flask.testing import FlaskClient

from kb_service.app import create_app
from kb_service.settings import Settings
from kb_service.staff.counter import StaffCount
from tests.web.fakes import FixedKnowledgeBase

QUESTION = "we pay for 60 seats & <b>48</b> people use it"
DOMAIN = "acme.kayako.com"
URL = f"https://{DOMAIN}/Base/staff/getcount"
FIELD = re.compile(r'<input(?: type="hidden")?(?: id="[\w:-]+")? name="(\w+)"(?: type="\w+")? value="([^"]*)"[^>]*>')


def card_of(page: str) -> str:
    return page[page.index('id="kb:seats-card"') : page.index("</section>", page.index('id="kb:seats-card"'))]


def fields(form: str) -> dict[str, str]:
    """The names and values that a form would send."""
    return {name: html.unescape(value) for name, value in FIELD.findall(form)}


def test_each_number_says_which_words_it_was_read_from(client: FlaskClient) -> None:
    card = card_of(client.get("/search", query_string={"q": QUESTION}).text)

    assert "<dd>60<span" in card
    assert "you wrote: “we pay for 60 seats”" in card
    assert "<b>" not in card


def test_the_form_asks_the_same_with_other_numbers(client: FlaskClient) -> None:
    page = client.get("/search", query_string={"q": QUESTION, "domain": DOMAIN}).text
    sent = fields(card_of(page))

    assert sent == {"q": QUESTION, "domain": DOMAIN, "seats": "60", "active": ""}  # a live count is not frozen
    assert "Leave it empty for 48, the helpdesk&#39;s own number." in card_of(page)

    corrected = client.get("/search", query_string=sent | {"seats": "55"}).text
    assert "<dd>55<span" in card_of(corrected)
    assert "you entered it" in card_of(corrected)
    assert fields(card_of(corrected)) == sent | {"seats": "55"}


def test_a_guess_stands_in_an_open_form_to_be_confirmed(client: FlaskClient) -> None:
    card = card_of(client.get("/search", query_string={"q": "roughly 60 seats, 48 active"}).text)

    assert "<dd>?<span" in card
    assert "<details open>" in card
    assert fields(card)["seats"] == "60"


@pytest.mark.parametrize(("seats", "active"), [("many", "48"), ("60", "-1"), ("9" * 30, "1.5")])
def test_a_wrong_number_is_said_at_its_field_and_costs_nothing_else(
    seats: str, active: str, client: FlaskClient
) -> None:
    typed = {"q": QUESTION, "domain": DOMAIN, "seats": seats, "active": active}
    response = client.get("/search", query_string=typed)
    card, form = card_of(response.text), response.text.partition("</form>")[0]

    assert response.status_code == 422
    assert "ETag" not in response.headers
    assert '<h1 id="kb:answer"' in response.text  # the question is answered all the same
    assert "<details open>" in card
    for name, value in (("seats", seats), ("active", active)):
        is_wrong = not value.isdigit() or len(value) > 7
        for part, field in ((card, f"correct-{name}"), (form, name)):
            assert fields(part) == typed
            hint = rf'<p class="hint problems" id="kb:{field}-hint">[^<]+'
            found = re.search(rf'<input id="kb:{field}"[^>]*>\s*({hint})?', part)
            assert found
            assert ('aria-invalid="true"' in found[0]) is is_wrong
            assert ("Must be a whole number from 0 to 1,000,000" in found[0]) is is_wrong


def test_a_wrong_helpdesk_is_said_at_its_field(client: FlaskClient) -> None:
    response = client.get("/search", query_string={"q": QUESTION, "domain": "a" * 254})

    assert response.status_code == 422
    assert 'id="kb:domain-hint">Must be a text of at most 253 characters, not 254.</p>' in response.text
    assert '<h1 id="kb:answer"' in response.text


def test_a_question_that_is_too_long_keeps_what_was_typed_beside_it(client: FlaskClient) -> None:
    response = client.get("/search", query_string={"q": "a" * 2001, "domain": DOMAIN, "seats": "60", "active": "48"})

    assert response.status_code == 422
    assert fields(response.text) | {"q": ""} == {"q": "", "domain": DOMAIN, "seats": "60", "active": "48"}


def test_a_page_does_not_wait_for_a_helpdesk(client: FlaskClient, knowledge_base: FixedKnowledgeBase) -> None:
    knowledge_base.is_slow = True
    query = {"q": "we pay for 60 seats", "domain": DOMAIN}
    page = client.get("/search", query_string=query).text
    card = card_of(page)

    assert [question.waits for question in knowledge_base.questions] == [False]
    assert '<h1 id="kb:answer"' in page
    assert "<dd>60<span" in card
    assert "<dd>…</dd>" in card
    assert f"{DOMAIN} is being asked for its active staff." in card
    assert "How many more staff" not in card  # what is said without the count may be wrong in a moment
    assert '<meta http-equiv="refresh"' not in page
    again = re.search(r'<a href="(/search\?[^"]+)">Show the number</a>', card)
    assert again
    knowledge_base.is_slow = False
    assert "counted live at 09:30 UTC" in card_of(client.get(html.unescape(again[1])).text)


def test_the_card_comes_alone_as_soon_as_the_helpdesk_has_answered(
    client: FlaskClient, knowledge_base: FixedKnowledgeBase
) -> None:
    knowledge_base.is_slow = True
    query = {"q": "we pay for 60 seats", "domain": DOMAIN}
    found = re.search(r'data-source="([^"]+)"', client.get("/search", query_string=query).text)
    assert found

    response = client.get(html.unescape(found[1]))

    assert "counted live at 09:30 UTC" in response.text
    assert "data-source" not in response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert response.text.count("<section") == 1


def test_the_script_comes_only_where_something_is_to_be_filled_in(
    client: FlaskClient, knowledge_base: FixedKnowledgeBase
) -> None:
    query = {"q": "we pay for 60 seats", "domain": DOMAIN}

    assert "seats.js" not in client.get("/search", query_string=query).text
    knowledge_base.is_slow = True
    assert "seats.js" in client.get("/search", query_string=query).text


@pytest.mark.slow
@pytest.mark.parametrize("status", ["timeout", "unreachable", "not_found", "login_required", "blocked"])
def test_a_failure_leads_to_the_visitor_s_own_helpdesk(status: str) -> None:
    counted = StaffCount(status, DOMAIN, url=URL)  # type: ignore[arg-type]
    client = create_app(Settings(), knowledge_base=FixedKnowledgeBase(staff_count=counted)).test_client()
    card = card_of(client.get("/search", query_string={"q": "why?", "domain": "acme"}).text)

    assert f'<a href="{URL}" rel="noreferrer">See the count at {DOMAIN}</a>' in card
    assert ("Ask again" in card) is (status in {"timeout", "unreachable", "blocked"})


def test_a_name_that_may_not_be_asked_is_never_linked() -> None:
    counted = StaffCount("not_allowed", "attacker.io")
    client = create_app(Settings(), knowledge_base=FixedKnowledgeBase(staff_count=counted)).test_client()

    assert 'href="https://attacker.io' not in client.get("/search?q=why&domain=attacker.io").text
