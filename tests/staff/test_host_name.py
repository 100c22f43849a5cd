from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_service.staff.host_name import HostName, InvalidHostName, parse_helpdesk, parse_host_name
from tests.staff.tables import rows, unescape

CASES = [(verdict, unescape(text)) for verdict, text in rows("hosts.txt")]
TYPED = [(verdict, unescape(text)) for verdict, text in rows("helpdesks.txt")]
CANONICAL = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})")


@pytest.mark.parametrize(("verdict", "text"), [pytest.param(*case, id=ascii(case[1])[:60]) for case in CASES])
def test_a_text_is_taken_for_the_right_name_or_none(verdict, text):
    parsed = parse_host_name(text)

    if isinstance(parsed, InvalidHostName):
        assert parsed.reason == verdict
    else:
        assert verdict in (parsed, "not_allowed")


@pytest.mark.parametrize(("verdict", "text"), [pytest.param(*case, id=ascii(case[1])[:60]) for case in TYPED])
def test_a_visitor_may_paste_an_address_or_type_the_label_alone(verdict, text):
    parsed = parse_helpdesk(text)

    if isinstance(parsed, InvalidHostName):
        assert parsed.reason == verdict
    else:
        assert verdict in (parsed, "not_allowed")


def test_a_text_longer_than_any_pasted_name_is_not_looked_at():
    assert parse_host_name("a." * 150 + "com") == InvalidHostName("too_long")


def test_a_name_longer_than_dns_carries_is_none():
    assert parse_host_name("a." * 126 + "com") == InvalidHostName("not_a_name")


@pytest.mark.parametrize(("length", "fits"), [(63, True), (64, False)])
def test_a_label_has_at_most_63_characters(length, fits):
    name = "a" * length + ".kayako.com"

    assert (parse_host_name(name) == name) is fits


def test_a_reserved_name_is_accepted_once_the_operator_configured_exactly_it():
    assert parse_host_name("helpdesk.internal", configured={"helpdesk.internal"}) == HostName("helpdesk.internal")
    assert parse_host_name("metadata.internal", configured={"helpdesk.internal"}) == InvalidHostName("reserved")


def test_configuration_never_makes_an_address_a_name():
    assert parse_host_name("127.0.0.1", configured={"127.0.0.1"}) == InvalidHostName("not_a_name")


@settings(deadline=None)
@given(st.text(max_size=320))
def test_any_text_is_a_canonical_name_or_none(text):
    parsed = parse_host_name(text)

    assert isinstance(parsed, InvalidHostName) or (CANONICAL.fullmatch(parsed) and len(parsed) <= 253)


@settings(deadline=None)
@given(st.text(max_size=320))
def test_any_text_at_all_is_a_canonical_helpdesk_or_none(text):
    parsed = parse_helpdesk(text)

    assert isinstance(parsed, InvalidHostName) or (CANONICAL.fullmatch(parsed) and len(parsed) <= 253)


@settings(deadline=None)
@given(st.text(st.sampled_from("aZ0-.\u00fc\u00df\uff41\u3002\u200d\u0301\u212a/:@%[]\\ "), max_size=24))
def test_a_canonical_name_stands_for_itself(text):
    parsed = parse_host_name(f"{text}.kayako.com")

    if not isinstance(parsed, InvalidHostName):
        assert parse_host_name(parsed) == parsed
        assert parsed.endswith(".kayako.com")


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["{}", "0x{:x}", "0{:o}", "http://{}/", "{}."]))
def test_no_spelling_of_an_address_is_a_name(number, spelling):
    assert isinstance(parse_host_name(spelling.format(number)), InvalidHostName)
    assert isinstance(parse_helpdesk(spelling.format(number)), InvalidHostName)
