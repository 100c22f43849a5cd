from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_service.staff.reply import Reply, Verdict, classify
from tests.staff.tables import rows, unescape


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


def test_a_long_page_that_quotes_the_lock_message_is_not_a_locked_helpdesk():
    article = "<html><body>" + "Some words of a help article. " * 40 + "Staff count exceeded. (3 > 2).</body></html>"

    assert classify(Reply(200, body=article.encode())).status == "not_found"


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
