from __future__ import annotations

import os
import ssl

import httpx
import pytest

from kb_service.staff.budget import Budget
from kb_service.staff.transport import PinnedTransport, on_premise_context, trusted_context
from tests.staff.conftest import ACME
from tests.staff.helpdesk import CANONICAL, answers, http


@pytest.mark.parametrize(
    "certificate",
    [
        pytest.param({"names": ["other.kayako.com"]}, id="another name"),
        pytest.param({"names": ["127.0.0.1"]}, id="only the address"),
        pytest.param({"names": ["*.com"]}, id="too wide a wildcard"),
        pytest.param({"names": [ACME], "stranger": True}, id="an authority nobody trusts"),
        pytest.param({"names": [ACME], "expired": True}, id="expired"),
    ],
)
def test_a_wrong_certificate_ends_it_before_a_byte_of_http(certificates, start_helpdesk, counter_for, certificate):
    names = certificate.pop("names")
    helpdesk = start_helpdesk(answers(http(CANONICAL)), tls=certificates.context(*names, **certificate))

    staff_count = counter_for(helpdesk).count(ACME)

    assert staff_count.status == "unreachable"
    assert helpdesk.requests == []


def test_certificates_and_names_are_always_checked_over_modern_tls():
    context = trusted_context()

    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.verify_flags & ssl.VERIFY_X509_STRICT
    assert context.cert_store_stats()["x509_ca"] > 50


def test_the_environment_cannot_make_it_write_its_keys_down(monkeypatch, tmp_path, certificates):
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    monkeypatch.setenv("SSL_CERT_FILE", os.devnull)

    context = trusted_context()

    assert context.keylog_filename is None
    assert context.cert_store_stats()["x509_ca"] > 50


def test_only_hosts_on_premise_are_believed_by_whom_this_machine_trusts(
    monkeypatch, certificates, start_helpdesk, counter_for
):
    monkeypatch.setenv("SSL_CERT_FILE", certificates.ca_file)  # as if the authority were installed
    helpdesk = start_helpdesk(answers(http(CANONICAL)))
    public = {"ssl_context": trusted_context()}

    assert counter_for(helpdesk, **public).count(ACME).status == "unreachable"
    assert counter_for(helpdesk, **public, on_premise_context=on_premise_context()).count(ACME).count == 48


def test_on_premise_everything_else_is_checked_as_always():
    context = on_premise_context()

    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.keylog_filename is None


@pytest.fixture
def open_transport(client_tls):
    def open_it(helpdesk, **options):
        budget = Budget(seconds=2.0, wire_bytes=100_000)
        parts = {"addresses": ["127.0.0.1"], "ssl_context": client_tls, "budget": budget, "port": helpdesk.port}
        return PinnedTransport(**(parts | options))

    return open_it


def test_only_https_is_spoken(start_helpdesk, open_transport):
    helpdesk = start_helpdesk(answers(http(CANONICAL)))

    with open_transport(helpdesk, allows_own=True) as transport, pytest.raises(httpx.UnsupportedProtocol):
        transport.handle_request(httpx.Request("GET", f"http://{ACME}/"))

    assert helpdesk.connections == 0


def test_a_connection_that_ends_on_this_machine_is_closed_unless_allowed(start_helpdesk, open_transport):
    helpdesk = start_helpdesk(answers(http(CANONICAL)))

    with open_transport(helpdesk) as transport, pytest.raises(httpx.NetworkError, match="own"):
        transport.handle_request(httpx.Request("GET", f"https://{ACME}/"))

    assert helpdesk.requests == []


def test_every_failure_is_one_of_httpx(start_helpdesk, open_transport):
    helpdesk = start_helpdesk(answers(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n4"))

    with open_transport(helpdesk, allows_own=True) as transport:
        response = transport.handle_request(httpx.Request("GET", f"https://{ACME}/"))
        with pytest.raises(httpx.ProtocolError):
            list(response.iter_raw())


def test_without_an_address_there_is_no_connection(start_helpdesk, open_transport):
    with open_transport(start_helpdesk({}), addresses=[]) as transport, pytest.raises(httpx.NetworkError):
        transport.handle_request(httpx.Request("GET", f"https://{ACME}/"))
