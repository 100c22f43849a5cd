from __future__ import annotations

import pytest

from kb_service.staff.allowed_hosts import AllowedHost, AllowedHosts, RefusedHost
from kb_service.staff.configured_hosts import parse_configured_hosts
from tests.staff.tables import rows, unescape

CASES = [(verdict, unescape(text)) for verdict, text in rows("hosts.txt")]


@pytest.mark.parametrize(("verdict", "text"), [pytest.param(*case, id=ascii(case[1])[:60]) for case in CASES])
def test_only_customers_of_kayako_may_be_asked(verdict, text):
    admitted = AllowedHosts().admit(text)

    if isinstance(admitted, AllowedHost):
        assert admitted == AllowedHost(verdict)
    else:
        assert admitted.status == ("not_allowed" if verdict == "not_allowed" else "invalid_domain")
        assert bool(admitted.domain) is (admitted.status == "not_allowed")


def test_the_operator_adds_exactly_the_names_given():
    hosts = AllowedHosts(configured=parse_configured_hosts("helpdesk.acme.io/support"))

    assert hosts.admit("https://helpdesk.acme.io/") == AllowedHost(
        "helpdesk.acme.io", kind="configured", base_path="/support"
    )
    assert hosts.admit("other.acme.io") == RefusedHost("not_allowed", "other.acme.io")
    assert hosts.admit("www.helpdesk.acme.io") == RefusedHost("not_allowed", "www.helpdesk.acme.io")


def test_a_customer_with_the_name_of_an_infrastructure_host_can_be_added():
    hosts = AllowedHosts(configured=parse_configured_hosts("docs.kayako.com"))

    assert isinstance(hosts.admit("docs.kayako.com"), AllowedHost)


def test_the_service_never_asks_itself():
    configured = parse_configured_hosts("kb.acme.io")
    hosts = AllowedHosts(configured=configured, own_names=frozenset({"kb.acme.io", "kb.kayako.com"}))

    assert hosts.admit("kb.acme.io") == RefusedHost("not_allowed", "kb.acme.io")
    assert hosts.admit("kb.kayako.com") == RefusedHost("not_allowed", "kb.kayako.com")
