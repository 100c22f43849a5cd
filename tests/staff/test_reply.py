from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_service.staff.reply import Reply, Verdict, classify
from tests.staff.tables import rows, unescape
from tests.timing import least_seconds


def _case(row: list[str]) -> tuple[Verdict, Reply]:
    verdict, http_status, headers, body = row
    status, *numbers = verdict.removesuffix(" notices").split(" ")
    pairs = [] if headers == "-" else [header.split("=", 1) for header in headers.split(" | ")]
    expected = Verdict(status, *map(int, numbers), with_notices=verdict.endswith(" notices"))
    return expected, Reply(int(http_status), dict(pairs), unescape(body).encode())


CASES = [pytest.param(*_case(row), id=f"{row[0]}-{row[1]}-{row[3][:40] or row[2]}") for row in rows("bodies.txt")]


@pytest.mark.parametrize(("verdict", "reply"), CASES)
def test_an_answer_is_called_what_it_is(verdict, reply):
    assert classify(reply) == verdict


@pytest.mark.parametrize(
    "body", [b'{"activestaffcount":"48"}', b" 48 ", b"Staff count exceeded. (3 > 2).", b"<count>48</count>"]
)
def test_a_cut_body_never_gives_a_number(body):
    verdict = classify(Reply(200, body=body, truncated=True))

    assert verdict == Verdict("unexpected_response")


def test_bytes_that_are_no_text_are_no_number():
    assert classify(Reply(200, body=b"48\xff")) == Verdict("unexpected_response")
    assert classify(Reply(200, body="48".encode("utf-32"))) == Verdict("unexpected_response")


def test_a_page_is_read_without_tags_entities_and_line_breaks():
    body = b"<p>Staff\n <b>count</b>&nbsp;EXCEEDED.<br>(3 &gt; 2)</p>"

    assert classify(Reply(200, body=body)) == Verdict("locked", 3, purchased=2)


def test_a_long_page_that_quotes_the_lock_message_is_not_a_locked_helpdesk():
    article = "<html><body>" + "Some words of a help article. " * 40 + "Staff count exceeded. (3 > 2).</body></html>"

    assert classify(Reply(200, body=article.encode())).status == "not_found"


def test_the_wrong_domain_notice_is_seen_at_the_end_of_a_full_page():
    page = "<p>Welcome.</p>" * 500 + "This domain name does not match\n domain registered in the license key file"

    assert classify(Reply(200, body=page.encode())).status == "wrong_domain_licence"


def test_the_words_of_a_long_page_are_its_content_and_do_not_explain_it():
    page = "An article about how an account is suspended, maintenance, captcha and login required. " * 20

    assert classify(Reply(200, body=page.encode())).status == "unexpected_response"


def test_a_home_page_with_a_login_box_is_a_page_and_not_a_login():
    home = "<html><form><input type='password'></form>" + "<p>News of our help centre.</p>" * 40 + "</html>"

    assert classify(Reply(200, body=home.encode())).status == "not_found"


@settings(deadline=None)
@given(
    st.integers(100, 999),
    st.dictionaries(st.sampled_from(["location", "content-type", "content-encoding"]), st.text(max_size=30)),
    st.binary(max_size=200) | st.sampled_from([b'{"activestaffcount":"48"}', b"48"]),
    st.booleans(),
)
def test_every_reply_means_something_and_failures_carry_no_number(status, headers, body, truncated):
    verdict = classify(Reply(status, headers, body, truncated))

    assert (verdict.count is not None) is (verdict.status in ("ok", "locked"))
    assert verdict.status != "ok" or (status in (200, 203) and not truncated)


def count_of(text: str) -> int | None:
    return classify(Reply(200, body=text.encode("utf-8", "replace"))).count


@settings(deadline=None)
@given(st.integers(0, 100_000), st.booleans(), st.text(" \t\r\n", max_size=3))
def test_the_canonical_object_is_read_with_and_without_quotes(number, quoted, blanks):
    value = f'"{number}"' if quoted else str(number)

    assert count_of(f'{blanks}{{"activestaffcount":{value}}}{blanks}') == number
    assert count_of(f"{blanks}{number}{blanks}") == number


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_around_two_different_counts_gives_none(noise):
    assert count_of('{"activestaffcount":"48"}' + noise + '{"activestaffcount":"49"}') is None


@settings(deadline=None)
@given(st.text(st.sampled_from('{}[]<>"/:,48 \\nactivestaffcount!?&;-'), max_size=80))
def test_any_body_is_a_count_that_stands_in_it_or_none(text):
    count = count_of(text)

    assert count is None or str(count) in text


@settings(deadline=None)
@given(st.text(st.characters(categories=["Nd", "Nl", "No"]), min_size=1, max_size=8))
def test_only_ascii_digits_ever_make_a_number(digits):
    assert count_of(digits) is None or digits.isascii()


@pytest.mark.parametrize(
    "bomb",
    [
        "9" * 5000,
        '{"activestaffcount":' + "9" * 5000 + "}",
        '{"data":' * 4000 + "48" + "}" * 4000,
        '{"activestaffcount":48,"data":' + "[" * 15_000 + "]" * 15_000 + "}",
        "[" * 30_000,
        "<pre>" * 6000 + "48" + "</pre>" * 6000,
        "<a>" * 4000 + "48" + "</a>" * 4000,
        "<" * 32_000,
        "<p>" + "</p>" * 8000,
        "{ " * 16_000,
        '{"activestaffcount":' * 1600,
        '<!DOCTYPE c [<!ENTITY a "' + "8" * 9 + '"><!ENTITY b "' + "&a;" * 2000 + '">]><count>&b;</count>',
    ],
    ids=lambda text: text[:24],
)
def test_a_bomb_has_no_count_and_costs_little(bomb):
    assert count_of(bomb) is None
    assert least_seconds(lambda: count_of(bomb)) < 0.5
