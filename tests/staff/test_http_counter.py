"""The counter that runs in production, asking a helpdesk of its own on the loopback interface over real TLS."""

from __future__ import annotations

import logging
import time

import pytest

from kb_service.staff.allowed_hosts import AllowedHosts
from kb_service.staff.counter import StaffCount
from tests.staff.conftest import ACME, NOW, RecordingObserver, ScriptedResolver
from tests.staff.helpdesk import CANONICAL, answers, drips, hangs, http

PRETTY = "/Base/staff/getcount"
NATIVE = "/index.php?/Base/Staff/GetCount"
HOME_PAGE = http(b"<html><head><title>Acme help centre</title></head><body>Welcome</body></html>")


def test_the_count_comes_with_the_time_it_was_seen(start_helpdesk, counter_for):
    helpdesk = start_helpdesk(answers(http(CANONICAL)))

    staff_count = counter_for(helpdesk).count("https://ACME.kayako.com/")

    assert staff_count == StaffCount("ok", ACME, count=48, observed_at=NOW, http_status=200)


def test_nothing_but_the_question_is_sent(start_helpdesk, counter_for, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    helpdesk = start_helpdesk(answers(http(CANONICAL)))

    counter_for(helpdesk).count(ACME)

    assert helpdesk.server_names == [ACME]
    assert b"".join(helpdesk.requests) == (
        b"GET /Base/staff/getcount HTTP/1.1\r\nHost: acme.kayako.com\r\nUser-Agent: kb-service (staff count)\r\n"
        b"Accept: */*\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n"
    )


def test_a_cookie_is_not_kept_for_the_second_question(start_helpdesk, counter_for):
    cookie = ["Set-Cookie: SWIFT_sessionid=secret; Path=/"]
    helpdesk = start_helpdesk({PRETTY: answers(http(b"", 404, cookie)), NATIVE: answers(http(CANONICAL))})

    assert counter_for(helpdesk).count(ACME).count == 48
    assert b"ookie" not in helpdesk.requests[1]


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(HOME_PAGE, id="home page where nothing is rewritten"),
        pytest.param(http(b"<h1>Not Found</h1>", 404), id="404"),
        pytest.param(http(b"hello"), id="anything else"),
        pytest.param(http(b"", 301, ["Location: /"]), id="redirect home"),
        pytest.param(http(b"<html><form><input type='password'></form></html>"), id="page with a login box"),
    ],
)
def test_the_native_form_is_tried_once_when_the_pretty_one_gives_no_count(start_helpdesk, counter_for, first):
    helpdesk = start_helpdesk({PRETTY: answers(first), NATIVE: answers(http(CANONICAL))})

    assert counter_for(helpdesk).count(ACME).count == 48
    assert helpdesk.paths == [PRETTY, NATIVE]


@pytest.mark.parametrize(
    ("first", "status"),
    [
        (http(CANONICAL), "ok"),
        (http(b"Staff count exceeded. (3 > 2)."), "locked"),
        (http(b"", 401), "login_required"),
        (http(b"", 503), "unreachable"),
        (http(b"", 429), "rate_limited"),
        (http(b"", 403), "blocked"),
    ],
    ids=["count", "locked", "login", "broken", "too many", "blocked"],
)
def test_an_answer_that_settles_it_is_not_asked_again(start_helpdesk, counter_for, first, status):
    helpdesk = start_helpdesk(answers(first))

    assert counter_for(helpdesk).count(ACME).status == status
    assert helpdesk.paths == [PRETTY]


def test_a_folder_of_the_operators_helpdesk_comes_before_both_paths(start_helpdesk, counter_for):
    helpdesk = start_helpdesk(answers(http(b"", 404)))

    counter_for(helpdesk, allow=f"{ACME}/support=127.0.0.1/32").count(ACME)

    assert helpdesk.paths == ["/support" + PRETTY, "/support" + NATIVE]


def test_the_first_answer_stands_when_the_second_try_fails(start_helpdesk, counter_for):
    helpdesk = start_helpdesk({PRETTY: answers(HOME_PAGE), NATIVE: hangs})

    staff_count = counter_for(helpdesk, lookup_seconds=0.4).count(ACME)

    assert (staff_count.status, staff_count.http_status) == ("not_found", 200)


def test_both_numbers_of_a_locked_helpdesk_are_told(start_helpdesk, counter_for):
    helpdesk = start_helpdesk(answers(http(b"Staff count exceeded. (3 > 2). Please contact Kayako Support.")))

    staff_count = counter_for(helpdesk).count(ACME)

    assert (staff_count.status, staff_count.count, staff_count.purchased) == ("locked", 3, 2)


@pytest.mark.slow
def test_one_deadline_holds_for_both_questions(start_helpdesk, counter_for):
    slow_page = drips(b"HTTP/1.1 404 Gone\r\nContent-Length: 10\r\n\r\n", b"", 0.15)
    helpdesk = start_helpdesk({PRETTY: slow_page, NATIVE: drips(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n")})
    started = time.monotonic()

    staff_count = counter_for(helpdesk, lookup_seconds=0.8).count(ACME)

    assert staff_count.status == "timeout"
    assert time.monotonic() - started < 1.5


def test_the_callers_deadline_shortens_the_look_up(start_helpdesk, counter_for):
    started = time.monotonic()

    assert counter_for(start_helpdesk(hangs)).count(ACME, deadline=0.1).status == "timeout"
    assert time.monotonic() - started < 1.5


@pytest.mark.parametrize(
    "domain", ["127.0.0.1", "localhost", "https://acme.kayako.com:8443/x", "", "a\x00b.kayako.com"]
)
def test_a_text_that_is_no_name_never_reaches_the_resolver(start_helpdesk, counter_for, domain):
    resolver = ScriptedResolver()

    staff_count = counter_for(start_helpdesk(hangs), resolver=resolver).count(domain)

    assert staff_count == StaffCount("invalid_domain", "")
    assert resolver.asked == []


@pytest.mark.parametrize("domain", ["my.kayako.com", "kayako.com", "helpdesk.acme.io", "localtest.me"])
def test_a_name_that_may_not_be_asked_never_reaches_the_resolver(start_helpdesk, counter_for, domain):
    resolver = ScriptedResolver()

    staff_count = counter_for(start_helpdesk(hangs), resolver=resolver).count(domain)

    assert staff_count == StaffCount("not_allowed", domain)
    assert resolver.asked == []


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",),
        ("169.254.169.254",),
        ("10.0.0.5",),
        ("fd00:ec2::254",),
        ("64:ff9b::7f00:1",),
        ("8.8.4.4", "127.0.0.1"),
        ("127.0.0.1", "8.8.4.4"),
        ("fe80::1%lo",),
    ],
    ids=",".join,
)
def test_one_bad_address_refuses_the_name_without_a_connection(start_helpdesk, counter_for, addresses, caplog):
    helpdesk = start_helpdesk(answers(http(CANONICAL)))

    with caplog.at_level(logging.WARNING, "kb_service.staff"):
        staff_count = counter_for(helpdesk, hosts=AllowedHosts(), resolver=ScriptedResolver([addresses])).count(ACME)

    assert staff_count == StaffCount("unreachable", ACME, observed_at=NOW)
    assert helpdesk.connections == 0
    assert "refused to connect" in caplog.text


def test_a_refused_address_looks_exactly_like_an_unknown_name(start_helpdesk, counter_for):
    helpdesk = start_helpdesk(hangs)
    counts = [
        counter_for(helpdesk, hosts=AllowedHosts(), resolver=ScriptedResolver([answer])).count(ACME)
        for answer in [(), ("10.0.0.5",)]
    ]

    assert counts[0] == counts[1]


def test_a_name_of_the_operators_network_leads_nowhere_else(start_helpdesk, counter_for):
    helpdesk = start_helpdesk(answers(http(CANONICAL)))

    staff_count = counter_for(helpdesk, allow=f"{ACME}=10.1.2.0/24").count(ACME)

    assert staff_count.status == "unreachable"
    assert helpdesk.connections == 0


def test_a_name_that_changes_its_address_after_the_check_changes_nothing(start_helpdesk, counter_for):
    helpdesk = start_helpdesk({PRETTY: answers(http(b"", 404)), NATIVE: answers(http(CANONICAL))})
    resolver = ScriptedResolver([("127.0.0.1",), ("169.254.169.254",)])

    staff_count = counter_for(helpdesk, resolver=resolver).count(ACME)

    assert staff_count.count == 48
    assert resolver.asked == [ACME]


def test_a_second_address_is_tried_when_the_first_is_down(start_helpdesk, counter_for):
    helpdesk = start_helpdesk(answers(http(CANONICAL)))
    counter = counter_for(
        helpdesk, allow=f"{ACME}=127.0.0.0/8", resolver=ScriptedResolver([("127.0.0.2", "127.0.0.1")])
    )

    assert counter.count(ACME).count == 48


def test_a_third_address_is_not_tried(start_helpdesk, counter_for):
    helpdesk = start_helpdesk(answers(http(CANONICAL)))
    resolver = ScriptedResolver([("127.0.0.2", "127.0.0.3", "127.0.0.1")])

    assert counter_for(helpdesk, allow=f"{ACME}=127.0.0.0/8", resolver=resolver).count(ACME).status == "unreachable"
    assert helpdesk.connections == 0


def test_a_slow_resolver_is_a_timeout(start_helpdesk, counter_for):
    counter = counter_for(start_helpdesk(hangs), resolver=ScriptedResolver([TimeoutError("busy")]))

    assert counter.count(ACME).status == "timeout"


def test_metrics_learn_kind_and_status_but_no_name(start_helpdesk, counter_for):
    observer = RecordingObserver()

    counter_for(start_helpdesk(answers(http(CANONICAL))), observer=observer).count(ACME)

    assert observer.seen == [("started",), ("finished", "configured", "ok")]


def test_a_refused_address_is_told_and_logged_as_the_attack_it_may_be(start_helpdesk, counter_for, caplog):
    observer = RecordingObserver()
    counter = counter_for(
        start_helpdesk(hangs), hosts=AllowedHosts(), resolver=ScriptedResolver([("10.0.0.7",)]), observer=observer
    )

    assert counter.count(ACME).status == "unreachable"
    assert observer.seen == [("started",), ("refused", "not_public"), ("finished", "kayako", "unreachable")]
    assert (caplog.records[0].levelname, caplog.records[0].getMessage()) == (
        "WARNING",
        f"{ACME}: refused to connect to 10.0.0.7 (not_public)",
    )


@pytest.mark.parametrize(("text", "reason"), [("127.0.0.1", "invalid_domain"), ("my.kayako.com", "not_allowed")])
def test_a_refused_name_is_told_without_a_look_up(start_helpdesk, counter_for, text, reason):
    observer = RecordingObserver()

    counter_for(start_helpdesk(hangs), hosts=AllowedHosts(), observer=observer).count(text)

    assert observer.seen == [("refused", reason)]


def test_a_fault_of_ours_still_ends_the_look_up(start_helpdesk, counter_for):
    observer = RecordingObserver()
    resolver = ScriptedResolver([ZeroDivisionError()])
    counter = counter_for(start_helpdesk(hangs), resolver=resolver, observer=observer)

    with pytest.raises(ZeroDivisionError):
        counter.count(ACME)

    assert observer.seen == [("started",), ("finished", "configured", "unreachable")]


def test_log_lines_have_host_status_and_milliseconds_as_fields(start_helpdesk, counter_for, caplog):
    with caplog.at_level(logging.INFO, "kb_service.staff"):
        counter_for(start_helpdesk(answers(http(CANONICAL)))).count(ACME)

    line = vars(caplog.records[-1])
    assert (line["host"], line["lookup_status"]) == (ACME, "ok")
    assert 0 <= line["took_ms"] < 4000


def test_the_log_tells_host_and_status_and_never_what_the_helpdesk_wrote(start_helpdesk, counter_for, caplog):
    helpdesk = start_helpdesk(answers(b"HTTP/1.1 SECRET\r\n\r\n"))

    with caplog.at_level(logging.DEBUG, "kb_service.staff"):
        counter_for(helpdesk).count(ACME)

    assert f"{ACME}: unreachable after" in caplog.text
    assert "SECRET" not in caplog.text
