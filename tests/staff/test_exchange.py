from __future__ import annotations

import httpx
import pytest

from kb_service.staff.exchange import MAX_BODY_BYTES, NoReply, ask
from kb_service.staff.reply import Reply

URL = "https://acme.kayako.com/Base/staff/getcount"


class Unread(httpx.SyncByteStream):
    def __iter__(self):
        raise AssertionError("this body is not to be read")


def ask_one_that(handler):
    return ask(httpx.MockTransport(handler), URL)


def test_a_reply_is_status_lower_case_headers_and_body():
    reply = ask_one_that(
        lambda request: httpx.Response(200, headers={"X-Desk": "Acme"}, stream=httpx.ByteStream(b"48"))
    )

    assert reply == Reply(200, {"x-desk": "Acme"}, b"48")


@pytest.mark.parametrize(("length", "truncated"), [(MAX_BODY_BYTES, False), (MAX_BODY_BYTES + 1, True)])
def test_a_body_is_read_up_to_its_limit(length, truncated):
    reply = ask_one_that(lambda request: httpx.Response(200, stream=httpx.ByteStream(b"4" * length)))

    assert (len(reply.body), reply.truncated) == (MAX_BODY_BYTES, truncated)


@pytest.mark.parametrize(
    ("status", "headers"),
    [(200, {"Content-Encoding": "gzip"}), (302, {"Location": "/"}), (204, {}), (304, {})],
    ids=["compressed", "redirect", "no content", "not modified"],
)
def test_a_body_that_cannot_matter_is_not_read(status, headers):
    reply = ask_one_that(lambda request: httpx.Response(status, headers=headers, stream=Unread()))

    assert (reply.status, reply.body) == (status, b"")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (httpx.ReadTimeout("slow"), "timeout"),
        (httpx.ConnectTimeout("slow"), "timeout"),
        (httpx.ConnectError("refused"), "unreachable"),
        (httpx.RemoteProtocolError("quotes the server"), "unreachable"),
        (httpx.UnsupportedProtocol("ftp"), "unreachable"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_failure_of_the_transport_is_no_reply(error, status):
    def fail(request):
        raise error

    answer = ask_one_that(fail)

    assert isinstance(answer, NoReply)
    assert answer.status == status
    assert "quotes" not in answer.why
