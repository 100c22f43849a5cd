"""What every counter promises: the contract of the port."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_service.staff.allowed_hosts import AllowedHosts
from kb_service.staff.cached_counter import CachedCounter
from kb_service.staff.counter import DisabledCounter
from kb_service.staff.http_counter import HttpCounter
from kb_service.staff.transport import trusted_context
from tests.staff.conftest import ScriptedResolver
from tests.staff.tables import rows, unescape

DIRECT = HttpCounter(hosts=AllowedHosts(), resolver=ScriptedResolver([("10.0.0.1",)]), ssl_context=trusted_context())
COUNTERS = {
    "http": DIRECT,
    "cached": CachedCounter(DIRECT, hosts=AllowedHosts()),
    "disabled": DisabledCounter(),
}


@pytest.mark.parametrize("counter", COUNTERS.values(), ids=COUNTERS)
def test_no_text_makes_it_raise_or_know_a_number(counter):
    for _, text in rows("hosts.txt"):
        staff_count = counter.count(unescape(text))

        assert staff_count.count is None
        assert staff_count.status in ("disabled", "invalid_domain", "not_allowed", "unreachable", "rate_limited")


@pytest.mark.parametrize("counter", COUNTERS.values(), ids=COUNTERS)
@settings(deadline=None, max_examples=50)
@given(text=st.text(max_size=40))
def test_any_text_at_all_is_answered(counter, text):
    assert counter.count(text).count is None


@pytest.mark.parametrize("counter", COUNTERS.values(), ids=COUNTERS)
def test_the_answer_names_the_host_the_way_dns_does(counter):
    assert counter.count("https://B\u00dcCHER.kayako.com/").domain == "xn--bcher-kva.kayako.com"
