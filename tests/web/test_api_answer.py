"""GET and POST /api/v1/answer."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient

from kb_service.answers.results import Answer, Question, SearchResult
from kb_service.app import create_app
from kb_service.settings import Settings
from tests.web.fakes import ARTICLE_ID, PASSAGE, SENTENCE, TEXT, FixedKnowledgeBase

ANSWER = "/api/v1/answer"
LINKING = msgspec.structs.replace(PASSAGE, html='<p><a href="/articles/b#c">b</a> <img src="/assets/0/d.png"></p>')


def test_the_answer_has_the_contract_s_form(client: FlaskClient) -> None:
    response = client.get(ANSWER, query_string={"q": "why biled?"})

    body = response.get_json()
    assert response.content_type == "application/json"
    assert list(body) == [
        *("question", "query_id", "outcome", "confidence", "answer", "passages", "corrections", "staff_count"),
        *("seats", "related", "index", "took_ms", "answers", "ask", "languages", "record"),
    ]
    assert body["answer"] == {"text": SENTENCE, "passage_id": PASSAGE.id, "start": 0, "end": 37}
    assert body["passages"][0] == {
        "id": f"{ARTICLE_ID}#why",
        "article_id": ARTICLE_ID,
        "title": "Why are we billed for more seats?",
        "heading_path": ["Seats & staff", "Why"],
        "url": f"/articles/{ARTICLE_ID}#why",
        "text": TEXT,
        "marks": [[11, 15], [30, 36]],
        "score": 12.3,
        "audience": "public",
        "verified_at": "2026-11-20",
        "stale": False,
        "content_sha256": "0" * 64,
        "lang": "",
    }
    assert body["corrections"] == [{"from": "biled", "to": "billed"}]
    assert body["related"] == [{"article_id": "reduce", "title": "Reduce seats", "url": "/articles/reduce", "lang": ""}]
    assert body["index"] == {"generation": "gen-7", "articles": 31, "passages": 214}
    assert body["staff_count"] is None
    assert (body["outcome"], body["confidence"], body["took_ms"]) == ("answered", 0.94, 0.8)


def test_get_and_post_answer_alike(client: FlaskClient) -> None:
    given: dict[str, Any] = {"domain": "acme.kayako.com", "seats": 60, "limit": 1}

    by_get = client.get(ANSWER, query_string={"q": "why?", **given})
    by_post = client.post(ANSWER, json={"question": "why?", **given})

    assert by_get.get_json() == by_post.get_json()


def test_passages_as_they_are_written_come_when_asked_for(client: FlaskClient) -> None:
    plain = client.get(ANSWER, query_string={"q": "why?"}).get_json()
    by_get = client.get(ANSWER, query_string={"q": "why?", "html": "1"}).get_json()
    by_post = client.post(ANSWER, json={"question": "why?", "html": True}).get_json()

    assert by_get == by_post
    assert by_get["passages"][0]["html"].startswith(f"<p><mark>{SENTENCE}</mark> Nobody")
    for passage in by_get["passages"]:
        passage.pop("html")
    assert by_get == plain


@pytest.mark.parametrize("path", [f"{ANSWER}?q=why&html=1", "/api/v1/search?q=why&html=1"])
@pytest.mark.parametrize("base_url", ["", "https://e.example/help"])
def test_addresses_are_absolute_where_that_of_the_service_is_known(path: str, base_url: str) -> None:
    knowledge_base = LinkingKnowledgeBase()
    client = create_app(Settings(base_url=base_url), knowledge_base=knowledge_base).test_client()

    html = client.get(path).get_json()["passages"][0]["html"]

    assert html == f'<p><a href="{base_url}/articles/b#c">b</a> <img src="{base_url}/assets/0/d.png"></p>'


class LinkingKnowledgeBase(FixedKnowledgeBase):
    def answer(self, question: Question) -> Answer:
        answer = super().answer(question)
        return msgspec.structs.replace(answer, passages=(LINKING,), answer=None)

    def search(self, *given: Any, **named: Any) -> SearchResult:
        return msgspec.structs.replace(super().search(*given, **named), passages=(LINKING,))


def test_the_live_count_comes_with_its_time_and_words(client: FlaskClient) -> None:
    body = client.get(ANSWER, query_string={"q": "why?", "domain": "acme.kayako.com"}).get_json()

    assert body["staff_count"] == {
        "status": "ok",
        "domain": "acme.kayako.com",
        "count": 48,
        "purchased": None,
        "observed_at": "2026-11-25T09:30:00Z",
        "age_seconds": 0,
        "cached": False,
        "message": "acme.kayako.com has 48 active staff, counted at 09:30 UTC.",
        "note": "",
        "url": "https://acme.kayako.com/Base/staff/getcount",
    }


def test_the_seat_position_names_its_sources(client: FlaskClient) -> None:
    body = client.get(ANSWER, query_string={"q": "why?", "domain": "acme.kayako.com", "seats": 60}).get_json()

    seats = body["seats"]
    assert (seats["state"], seats["purchased"], seats["purchased_source"]) == ("under", 60, "parameter")
    assert (seats["active"], seats["available"], seats["passage_ids"]) == (48, 12, [PASSAGE.id])


def test_a_number_read_in_the_question_names_its_span_and_whether_it_is_certain(client: FlaskClient) -> None:
    question = "Roughly 60 seats, and 48 people use it"
    seats = client.get(ANSWER, query_string={"q": question}).get_json()["seats"]

    assert (seats["purchased"], seats["purchased_source"], seats["active"], seats["state"]) == (
        None,
        None,
        48,
        "unknown",
    )
    assert seats["purchased_number"] == {
        "value": 60,
        "source": "question",
        "certain": False,
        "span": [0, 16],
        "origin": "you wrote: “Roughly 60 seats”",
    }
    assert seats["active_number"]["certain"] is True
    assert question[slice(*seats["active_number"]["span"])] == "48 people use"
    assert seats["active_number"]["origin"] == "you wrote: “48 people use”"
    assert seats["questions"] == ["Do you pay for 60 seats?"]


def test_numbers_that_were_read_wrong_are_corrected_by_parameters(client: FlaskClient) -> None:
    given: dict[str, Any] = {"seats": 55, "active": 50}
    question = "we pay for 60 seats but only 48 people use it"
    for body in (
        client.get(ANSWER, query_string={"q": question, **given}).get_json(),
        client.post(ANSWER, json={"question": question, **given}).get_json(),
        client.get("/api/v1/seats", query_string={"q": question, **given}).get_json(),
    ):
        assert (body["seats"]["purchased"], body["seats"]["active"], body["seats"]["available"]) == (55, 50, 5)
        assert body["seats"]["active_source"] == "parameter"


def test_whoever_does_not_wait_gets_the_answer_at_once_and_the_count_afterwards(
    client: FlaskClient, knowledge_base: FixedKnowledgeBase
) -> None:
    knowledge_base.is_slow = True
    given = {"q": "we pay for 60 seats", "domain": "acme.kayako.com"}

    answer = client.get(ANSWER, query_string={**given, "wait": "0"}).get_json()
    assert (answer["outcome"], answer["staff_count"]["status"], answer["seats"]["active"]) == (
        "answered",
        "pending",
        None,
    )
    assert client.get(ANSWER, query_string=given).get_json()["staff_count"]["status"] == "ok"
    later = client.get("/api/v1/seats", query_string=given)
    assert (later.get_json()["seats"]["active"], later.headers["Cache-Control"]) == (48, "no-store")


def test_an_empty_question_is_an_outcome_and_no_error(client: FlaskClient) -> None:
    for query in ({"q": ""}, {"q": "  "}, {}):
        body = client.get(ANSWER, query_string=query).get_json()

        assert (body["outcome"], body["answer"], body["passages"]) == ("empty_question", None, [])


def test_without_an_answer_the_nearest_titles_and_a_contact_are_offered(knowledge_base: FixedKnowledgeBase) -> None:
    app = create_app(Settings(contact_url="/support"), knowledge_base=knowledge_base)

    body = app.test_client().get(ANSWER, query_string={"q": "uncovered"}).get_json()

    assert (body["outcome"], body["answer"], body["passages"]) == ("no_answer", None, [])
    assert body["related"][0]["title"] == "Reduce seats"
    assert body["contact_url"] == "/support"


def test_passages_that_may_help_come_with_what_is_likeliest_and_a_contact(knowledge_base: FixedKnowledgeBase) -> None:
    app = create_app(Settings(contact_url="/support"), knowledge_base=knowledge_base)

    body = app.test_client().get(ANSWER, query_string={"q": "perhaps"}).get_json()

    assert (body["outcome"], body["answer"], body["contact_url"]) == ("possible", None, "/support")
    assert [each["highlight"] for each in body["passages"]] == [{"start": 0, "end": 5}] * 2


@pytest.mark.parametrize("contact_url", ["", "/support"])
def test_no_contact_is_offered_with_an_answer(contact_url: str, knowledge_base: FixedKnowledgeBase) -> None:
    app = create_app(Settings(contact_url=contact_url), knowledge_base=knowledge_base)

    assert "contact_url" not in app.test_client().get(ANSWER, query_string={"q": "why?"}).get_json()


def test_reasons_are_given_when_asked_for(client: FlaskClient) -> None:
    body = client.get(ANSWER, query_string={"q": "why?", "explain": "1"}).get_json()

    assert body["passages"][0]["why"] == ["bm25 8.1"]


def test_what_is_asked_reaches_the_knowledge_base_for_the_public(
    client: FlaskClient, knowledge_base: FixedKnowledgeBase
) -> None:
    client.get(ANSWER, query_string={"q": "why?", "seats": "60", "limit": "3", "audience": "agent"})

    asked = knowledge_base.questions[0]
    assert (asked.text, asked.seats, asked.limit, asked.domain) == ("why?", 60, 3, None)
    assert knowledge_base.audiences == {"public"}


WRONG_QUERIES: dict[str, tuple[dict[str, str], list[str]]] = {
    "limit is a word": ({"limit": "ten"}, ["limit"]),
    "limit is zero": ({"limit": "0"}, ["limit"]),
    "limit is too high": ({"limit": "21"}, ["limit"]),
    "seats is a fraction": ({"seats": "1.5"}, ["seats"]),
    "seats is below zero": ({"seats": "-1"}, ["seats"]),
    "seats is huge": ({"seats": "9" * 5000}, ["seats"]),
    "domain is too long": ({"domain": "a" * 254}, ["domain"]),
    "question is too long": ({"q": "a" * 2001}, ["q"]),
    "several": ({"limit": "x", "seats": "y", "q": "a" * 2001}, ["q", "seats", "limit"]),
}


@pytest.mark.parametrize(("query", "fields"), WRONG_QUERIES.values(), ids=WRONG_QUERIES)
def test_every_wrong_parameter_is_named(query: dict[str, str], fields: list[str], client: FlaskClient) -> None:
    response = client.get(ANSWER, query_string=query)

    assert response.status_code == 422
    assert [error["field"] for error in response.get_json()["errors"]] == fields


def test_a_question_of_2000_characters_is_answered(client: FlaskClient) -> None:
    assert client.get(ANSWER, query_string={"q": "é" * 2000}).status_code == 200


def test_unknown_parameters_of_a_query_are_ignored(client: FlaskClient) -> None:
    assert client.get(ANSWER, query_string={"q": "why?", "utm_source": "mail"}).status_code == 200


def test_empty_parameters_count_as_not_given(client: FlaskClient) -> None:
    assert client.get(f"{ANSWER}?q=why&domain=&seats=&limit=").get_json()["staff_count"] is None


@pytest.mark.parametrize("text", ["null", "NULL", "none"])
def test_null_is_no_number(text: str, client: FlaskClient) -> None:
    response = client.get(ANSWER, query_string={"q": "why", "seats": text})

    (error,) = response.get_json()["errors"]
    assert (response.status_code, error["field"]) == (422, "seats")
    assert error["message"].startswith("must be a whole number")


def test_null_is_a_word_like_any_other(client: FlaskClient) -> None:
    assert client.get(f"{ANSWER}?q=null").get_json()["question"] == "null"


@pytest.mark.parametrize(("seats", "status"), [("60.0", 200), ("6e1", 200), ("60.5", 422), ("1e400", 422)])
def test_a_whole_number_may_be_written_with_a_point_or_an_exponent(
    seats: str, status: int, client: FlaskClient
) -> None:
    body = f'{{"question": "why", "seats": {seats}}}'

    assert client.post(ANSWER, data=body, content_type="application/json").status_code == status


def test_a_parameter_given_twice_is_refused(client: FlaskClient) -> None:
    response = client.get(f"{ANSWER}?q=a&q=b")

    assert response.get_json()["errors"] == [{"field": "q", "message": "is given 2 times: give it once"}]


WRONG_BODIES: dict[str, tuple[bytes, int, list[str]]] = {
    "no JSON": (b"question=why", 400, []),
    "empty": (b"", 400, []),
    "not UTF-8": (b'{"question":"\xff"}', 400, []),
    "UTF-16": ('{"question":"a"}'.encode("utf-16"), 400, []),
    "NaN": (b'{"question":"a","seats":NaN}', 400, []),
    "very deep": (b"[" * 16_000, 400, []),
    "a number with 5,000 digits": (b'{"question":"a","seats":' + b"9" * 5000 + b"}", 400, []),
    "a list": (b'["why?"]', 422, ["body"]),
    "no question": (b"{}", 422, ["question"]),
    "question is a number": (b'{"question":5}', 422, ["question"]),
    "number is a text": (b'{"question":"a","seats":"60"}', 422, ["seats"]),
    "number is a truth value": (b'{"question":"a","limit":true}', 422, ["limit"]),
    "limit is null": (b'{"question":"a","limit":null}', 422, ["limit"]),
    "unknown name": (b'{"question":"a","audience":"agent"}', 422, ["audience"]),
    "unknown name that is no text": (b'{"question":"a","\\ud800":1}', 422, ["\ufffd"]),
    "repeated name": (b'{"question":"a","question":"b"}', 422, ["question"]),
    "several": (b'{"seats":-1,"x":1}', 422, ["x", "question", "seats"]),
    "too large": (b'{"question":"' + b"a" * 65_536 + b'"}', 413, []),
}


@pytest.mark.parametrize(("body", "status", "fields"), WRONG_BODIES.values(), ids=WRONG_BODIES)
def test_a_wrong_body_is_refused(body: bytes, status: int, fields: list[str], client: FlaskClient) -> None:
    response = client.post(ANSWER, data=body, content_type="application/json")

    assert response.status_code == status
    assert [error["field"] for error in response.get_json()["errors"]] == fields


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded", "text/json"])
def test_only_json_is_taken(content_type: str | None, client: FlaskClient) -> None:
    response = client.post(ANSWER, data=b'{"question":"a"}', content_type=content_type)

    assert response.status_code == 415


def test_a_charset_beside_the_content_type_does_no_harm(client: FlaskClient) -> None:
    response = client.post(ANSWER, data=b'{"question":"a"}', content_type="application/json; charset=utf-8")

    assert response.status_code == 200


def test_an_unpaired_surrogate_is_replaced(client: FlaskClient) -> None:
    response = client.post(ANSWER, data=b'{"question":"a\\ud800b \\ud83d\\ude00"}', content_type="application/json")

    assert response.get_json()["question"] == "a\ufffdb \U0001f600"
