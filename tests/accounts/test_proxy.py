"""A proxy that vouches for people is believed as itself alone (ASVS 5.0: 4.1.3, 6.8.1)."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

import pytest

from kb_service.accounts.accounts import PROXY, Vouched
from kb_service.accounts.proxy import SECRET_HEADER, TrustedProxy
from kb_service.accounts.roles import RoleRule

SECRET = "s" * 32
SENT = {"KbUser": "anna", "KbGroups": "staff, support", SECRET_HEADER: SECRET}
PROXY_OF_TEST = TrustedProxy(
    "KbUser",
    "KbGroups",
    [ipaddress.ip_network("10.1.2.0/24"), ipaddress.ip_network("fd00::1")],
    ["n" * 32, SECRET],
    RoleRule(["support"], ["heads"]),
)


def vouched(
    headers: Mapping[str, str], peer: str | None = "10.1.2.3", proxy: TrustedProxy = PROXY_OF_TEST
) -> Vouched | None:
    return proxy.vouched(lambda name: headers.get(name, ""), peer)


@pytest.mark.parametrize("peer", ["10.1.2.3", "fd00::1", "::ffff:10.1.2.3"])
def test_the_proxy_says_who_it_is(peer: str) -> None:
    assert vouched(SENT, peer) == Vouched(PROXY, "anna", "anna", "agent")


@pytest.mark.parametrize("peer", [None, "", "10.1.3.3", "127.0.0.1", "fd00::2", "unix:", "10.1.2.3, 10.1.2.4"])
def test_nobody_else_is_believed(peer: str | None) -> None:
    assert vouched(SENT, peer) is None


@pytest.mark.parametrize(
    "change",
    [
        {SECRET_HEADER: ""},
        {SECRET_HEADER: SECRET + "x"},
        {SECRET_HEADER: "ü"},
        {"KbUser": " "},
        {"KbGroups": "visitors"},
        {"KbGroups": ""},
    ],
)
def test_without_the_secret_a_name_and_a_role_nobody_is_let_in(change: Mapping[str, str]) -> None:
    assert vouched({**SENT, **change}) is None


def test_the_highest_role_counts() -> None:
    found = vouched({**SENT, "KbGroups": "support,heads"})

    assert found
    assert found.role == "lead"


def test_everybody_may_be_given_a_role() -> None:
    proxy = TrustedProxy("KbUser", "", PROXY_OF_TEST.peers, PROXY_OF_TEST.secrets, RoleRule(["*"], []))

    found = vouched({"KbUser": "anna", SECRET_HEADER: SECRET}, proxy=proxy)
    assert found
    assert found.role == "agent"
