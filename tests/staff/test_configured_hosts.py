from __future__ import annotations

from ipaddress import ip_network

import pytest

from kb_service.errors import BadSetting
from kb_service.staff.configured_hosts import parse_configured_hosts


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
