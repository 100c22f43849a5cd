from __future__ import annotations

from ipaddress import ip_network

import pytest

from kb_service.errors import BadSetting
from kb_service.staff.allowed_hosts import AllowedHost, AllowedHosts, RefusedHost, parse_configured_hosts
from tests.staff.tables import rows, unescape

TYPED = {unescape(text): verdict for name in ("hosts.txt", "helpdesks.txt") for verdict, text in rows(name)}


@pytest.mark.parametrize(("text", "verdict"), [pytest.param(*case, id=ascii(case[0])[:60]) for case in TYPED.items()])
def test_only_customers_of_kayako_may_be_asked(text, verdict):
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


def test_the_address_of_a_count_has_the_folder_of_the_helpdesk():
    hosts = AllowedHosts(configured=parse_configured_hosts("helpdesk.acme.io/support"))

    assert hosts.admit("helpdesk.acme.io/anything").url == "https://helpdesk.acme.io/support/Base/staff/getcount"
    assert hosts.admit("acme").url == "https://acme.kayako.com/Base/staff/getcount"


def test_a_label_alone_is_not_completed_in_the_setting():
    with pytest.raises(BadSetting, match="does not begin with a host name"):
        parse_configured_hosts("helpdesk")


def test_an_empty_setting_adds_nothing():
    assert parse_configured_hosts(" , ") == {}


def test_a_name_a_folder_and_a_network_are_read():
    hosts = parse_configured_hosts(" Helpdesk.Acme.io ,helpdesk.example.com/support/, desk.internal/kayako=10.1.2.0/24")

    assert list(hosts) == ["helpdesk.acme.io", "helpdesk.example.com", "desk.internal"]
    assert hosts["helpdesk.example.com"].base_path == "/support"
    assert hosts["desk.internal"].base_path == "/kayako"
    assert hosts["desk.internal"].networks == (ip_network("10.1.2.0/24"),)


def test_a_name_can_have_several_networks():
    hosts = parse_configured_hosts("desk.internal=10.1.2.7,desk.internal=fd12:3456::/64")

    assert hosts["desk.internal"].networks == (ip_network("10.1.2.7/32"), ip_network("fd12:3456::/64"))


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ("https://helpdesk.acme.io", "'https://helpdesk.acme.io' has a path"),
        ("helpdesk.acme.io:8443", "does not begin with a host name"),
        ("10.1.2.3", "does not begin with a host name"),
        ("*.acme.io", "does not begin with a host name"),
        ("acme", "does not begin with a host name"),
        ("=10.1.2.0/24", "does not begin with a host name"),
        ("helpdesk.acme.io/../admin", "has a path"),
        ("helpdesk.acme.io//evil", "has a path"),
        ("helpdesk.acme.io/a?b", "has a path"),
        ("helpdesk.acme.io/a b", "has a path"),
        ("desk.internal=", "wrong network"),
        ("desk.internal=10.1.2.3/24", "has host bits set"),
        ("desk.internal=office", "wrong network"),
        ("desk.internal=0.0.0.0/0", "wider than /8"),
        ("desk.internal=::/0", "wider than /16"),
        ("desk.internal=169.254.169.254/32", "never connects to"),
        ("desk.internal=fe80::/64", "never connects to"),
        ("desk.internal=224.0.0.0/8", "never connects to"),
        ("helpdesk.acme.io,helpdesk.acme.io", "repeats helpdesk.acme.io"),
        ("desk.internal=10.1.2.0/24,desk.internal", "repeats desk.internal"),
        ("desk.internal/a=10.1.2.0/24,desk.internal/b=10.1.3.0/24", "names another path"),
    ],
)
def test_a_wrong_entry_is_named_with_what_to_write(setting, problem):
    with pytest.raises(BadSetting, match=r"^KB_STAFF_HOSTS: ") as raised:
        parse_configured_hosts(setting)

    assert problem in str(raised.value)


def test_all_wrong_entries_are_reported_together():
    with pytest.raises(BadSetting) as raised:
        parse_configured_hosts("10.1.2.3,helpdesk.acme.io,desk.internal=x")

    assert len(str(raised.value).splitlines()) == 2
