"""How often one client may ask."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from kb_service.app import create_app
from kb_service.settings import Settings
from kb_service.web.clients import TrustedProxies
from kb_service.web.rate_limits import Limit, OwnBuckets, RateLimiter
from kb_service.web.visitors import ANSWERS, LIVE
from tests.web.fakes import FixedKnowledgeBase

TWO_A_SECOND = Limit("test", per_minute=120, burst=3)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(clock: Clock) -> FlaskClient:
    return create_app(Settings(), knowledge_base=FixedKnowledgeBase(), clock=clock).test_client()


def test_a_burst_is_let_through_and_then_the_rate_holds(clock: Clock) -> None:
    limiter = RateLimiter(OwnBuckets(clock=clock))

    assert [limiter.wait_seconds("a", TWO_A_SECOND) for _ in range(4)] == [0, 0, 0, 0.5]
    clock.now += 0.5
    assert [limiter.wait_seconds("a", TWO_A_SECOND) for _ in range(2)] == [0, 0.5]


def test_clients_and_groups_have_buckets_of_their_own(clock: Clock) -> None:
    limiter = RateLimiter(OwnBuckets(clock=clock))
    one = Limit("one", per_minute=1, burst=1)

    assert limiter.wait_seconds("a", one) == 0
    assert limiter.wait_seconds("b", one) == 0
    assert limiter.wait_seconds("a", TWO_A_SECOND) == 0
    assert limiter.wait_seconds("a", one) == 60


def test_memory_is_bounded_and_full_buckets_are_forgotten_first(clock: Clock) -> None:
    buckets = OwnBuckets(clock=clock, max_clients=10)
    slow = Limit("slow", per_minute=1, burst=1)
    buckets.take(slow, "waiting")
    for number in range(9):
        buckets.take(TWO_A_SECOND, f"done {number}")
    clock.now += 1
    buckets.take(TWO_A_SECOND, "one more")

    assert buckets.take(slow, "waiting") == 59


def test_a_crowd_of_made_up_clients_takes_no_more_memory(clock: Clock) -> None:
    buckets = OwnBuckets(clock=clock, max_clients=10)
    for number in range(1000):
        buckets.take(TWO_A_SECOND, str(number))

    assert buckets.remembered() <= 11


PROXIES = TrustedProxies(["127.0.0.0/8", "::1/128", "10.1.0.0/16"])
CLIENTS = {
    "IPv4": ("203.0.113.7", None, "203.0.113.7"),
    "IPv6 counts by network": ("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::"),
    "IPv4 in IPv6": ("::ffff:203.0.113.7", None, "203.0.113.7"),
    "IPv6 with a zone": ("fe80::1%eth0", None, "fe80::"),
    "a stranger cannot rename itself": ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
    "behind a proxy here": ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
    "a private network is nobody to be trusted": ("172.18.0.2", "198.51.100.1", "172.18.0.2"),
    "behind a proxy of the settings": ("10.1.2.3", "198.51.100.1", "198.51.100.1"),
    "behind a proxy here, IPv4 in IPv6": ("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
    "only the proxy's own entry counts": ("127.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
    "behind two proxies": ("127.0.0.1", "1.1.1.1, 198.51.100.1, 10.1.0.9", "198.51.100.1"),
    "nobody but proxies": ("127.0.0.1", "10.1.0.8, 10.1.0.9", "10.1.0.8"),
    "with a port": ("127.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
    "IPv6 with a port": ("127.0.0.1", "[2001:db8:1:2::9]:4711", "2001:db8:1:2::"),
    "IPv6 in brackets and quotes": ("127.0.0.1", '"[2001:db8:1:2::9]"', "2001:db8:1:2::"),
    "behind a Unix socket": ("", "2001:db8::1", "2001:db8::"),
    "a peer without a real address": ("unix:", "198.51.100.1", "unix:"),
    "no address": (None, None, ""),
    "what is no address": ("127.0.0.1", "x" * 500, "127.0.0.1"),
    "what is no address, with colons": ("127.0.0.1", ":" * 500, "127.0.0.1"),
    "a hidden one": ("127.0.0.1", "198.51.100.1, unknown", "127.0.0.1"),
    "a chain without an end": ("127.0.0.1", "10.1.0.9, " * 5000, "127.0.0.1"),
}


@pytest.mark.parametrize(("peer", "forwarded", "expected"), CLIENTS.values(), ids=CLIENTS)
def test_whom_a_request_is_counted_for(peer: str | None, forwarded: str | None, expected: str) -> None:
    environ = {"REMOTE_ADDR": peer, **({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})}

    assert PROXIES.client_of(environ) == expected


def test_too_many_requests_are_told_when_to_come_back(client: FlaskClient, clock: Clock) -> None:
    for _ in range(ANSWERS.burst):
        assert client.get("/api/v1/answer?q=a").status_code == 200

    refused = client.get("/api/v1/answer?q=a", headers={"Origin": "https://shop.example"})

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert refused.content_type == "application/problem+json"
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/api/v1/articles").status_code == 200
    clock.now += 1
    assert client.get("/api/v1/answer?q=a").status_code == 200


@pytest.mark.slow
def test_search_results_and_the_api_share_one_bucket(client: FlaskClient) -> None:
    for _ in range(ANSWERS.burst):
        client.get("/search?q=a")

    assert client.get("/api/v1/search?q=a").status_code == 429
    assert client.get("/search?q=a").mimetype == "text/html"


@pytest.mark.slow
def test_wrong_addresses_count_too(client: FlaskClient) -> None:
    assert {client.get(f"/nope/{number}").status_code for number in range(200)} == {404, 429}


def test_too_many_live_counts_never_fail_an_answer(client: FlaskClient) -> None:
    answers = [
        client.get("/api/v1/answer", query_string={"q": "a", "domain": f"d{number}.kayako.com"}).get_json()
        for number in range(LIVE.burst + 1)
    ]

    statuses = [answer["staff_count"]["status"] for answer in answers]
    assert statuses == ["ok"] * LIVE.burst + ["rate_limited"]
    assert answers[-1]["outcome"] == "answered"
    assert client.get("/api/v1/staff-count?domain=d.kayako.com").status_code == 429


def test_the_limit_can_be_switched_off() -> None:
    client = create_app(Settings(rate_limit=False), knowledge_base=FixedKnowledgeBase()).test_client()

    assert {client.get("/api/v1/staff-count?domain=a.kayako.com").status_code for _ in range(50)} == {200}


def test_limits_can_be_chosen(clock: Clock) -> None:
    settings = Settings(limits=("answers=60/2",))
    client = create_app(settings, knowledge_base=FixedKnowledgeBase(), clock=clock).test_client()

    assert [client.get("/api/v1/answer?q=a").status_code for _ in range(3)] == [200, 200, 429]
    assert client.get("/api/v1/articles").status_code == 200
