"""Messages as mails, at a real server on this machine: what arrives, over what, and what is told when none does."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import msgspec
import pytest
import trustme

from kb_service.contact.mail import Mail
from kb_service.errors import NotDelivered
from tests.contact.mail_server import MailServer, mail_server
from tests.contact.test_message import MESSAGE

TO = "support@example.com"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


def mail(server: MailServer, *, login: str = "", scheme: str = "smtp", tls: ssl.SSLContext | None = None) -> Mail:
    return Mail(f"{scheme}://{login}127.0.0.1:{server.port}", to=TO, sender="kb@example.com", tls=tls)


def test_a_mail_arrives_whole_and_is_answered_to_the_visitor(server: MailServer) -> None:
    mail(server).deliver(msgspec.structs.replace(MESSAGE, message="Größe?\n.\nمرحبا"))

    [found] = server.mails
    assert (found["From"], found["To"], found["Reply-To"]) == ("kb@example.com", TO, "ann@example.com")
    assert found["Subject"] == MESSAGE.question
    assert "Größe?\n.\nمرحبا" in found.get_content()
    assert server.envelopes[1] == f"rcpt to:<{TO}>", "to nobody else"
    assert len(server.envelopes) == 2


def test_no_field_can_add_a_header(server: MailServer) -> None:
    injected = "x\r\nBcc: all@example.com\r\n\r\nbody"
    mail(server).deliver(msgspec.structs.replace(MESSAGE, question=injected, message=injected, site=injected))

    [found] = server.mails
    assert found["Bcc"] is None
    assert len(server.envelopes) == 2


def test_an_address_that_nobody_checked_is_written_into_no_header(server: MailServer) -> None:
    with pytest.raises(NotDelivered):
        mail(server).deliver(msgspec.structs.replace(MESSAGE, email="a@example.com\r\nBcc: all@example.com"))
    assert server.mails == []


def test_it_signs_in_where_a_name_is_given(server: MailServer) -> None:
    mail(server, login="kb%40acme:p%3Ass@").deliver(MESSAGE)

    assert server.logins == ["\0kb@acme\0p:ss"]


def test_smtps_speaks_tls_and_checks_the_certificate() -> None:
    authority, stranger = trustme.CA(), ssl.create_default_context()
    context, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.configure_trust(trusting)
    with mail_server(tls=context) as server:
        mail(server, scheme="smtps", tls=trusting).deliver(MESSAGE)
        assert len(server.mails) == 1
        with pytest.raises(NotDelivered, match="SSLCertVerificationError"):
            mail(server, scheme="smtps", tls=stranger).deliver(MESSAGE)


@pytest.mark.parametrize(
    ("verb", "reply"),
    [
        ("MAIL", "550 no <ann@example.com>"),
        ("RCPT", "550 no such user ann@example.com"),
        ("DATA", ""),
        ("MESSAGE", "554 ann@example.com looks like spam"),
        ("MAIL", "gibberish"),
    ],
)
def test_what_the_server_does_not_take_is_told_without_what_it_said(verb: str, reply: str, server: MailServer) -> None:
    server.replies[verb] = reply

    with pytest.raises(NotDelivered, match="the mail server did not take the message") as told:
        mail(server).deliver(MESSAGE)
    assert "ann@" not in str(told.value)


def test_a_server_that_is_not_there_is_told() -> None:
    with mail_server() as gone:
        way = mail(gone)
    with pytest.raises(NotDelivered, match="ConnectionRefusedError"):
        way.deliver(MESSAGE)


def test_to_another_machine_nothing_goes_without_tls(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb_service.contact.mail.LOOPBACK", frozenset())  # as if it were another machine

    with pytest.raises(NotDelivered, match="SMTPNotSupportedError"):
        mail(server, login="kb:secret@").deliver(MESSAGE)
    assert (server.logins, server.mails) == ([], [])


def test_secrets_are_not_in_the_repr() -> None:
    assert "hunter2" not in repr(Mail("smtp://kb:hunter2@mail.example.com", to=TO, sender=TO))
