"""How a cluster is spoken to: the next node, a time to be left alone, who this process is, and whom it believes."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
import trustme

from kb_service.errors import EngineRefused, EngineUnavailable
from kb_service.index.opensearch.cluster import FIRST_PENALTY, Cluster, Credentials
from kb_service.index.opensearch.store import _wrong

URLS = ["http://one:9200", "http://two:9200", "http://three:9200"]
Answer = Callable[[httpx.Request], httpx.Response]


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Nodes(httpx.BaseTransport):
    """Nodes that answer, refuse connections (`down`) or say a status; they note who was asked."""

    def __init__(self) -> None:
        self.down: set[str] = set()
        self.status: dict[str, int] = {}
        self.asked: list[str] = []
        self.headers: list[httpx.Headers] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.host)
        self.headers.append(request.headers)
        if request.url.host in self.down:
            raise httpx.ConnectError("refused", request=request)
        return httpx.Response(self.status.get(request.url.host, 200), content=b'{"took": 1}')


@pytest.fixture
def nodes() -> Nodes:
    return Nodes()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cluster(nodes: Nodes, clock: Clock) -> Cluster:
    return Cluster(URLS, transport=nodes, monotonic=clock)


def test_nodes_are_asked_in_turn(cluster: Cluster, nodes: Nodes) -> None:
    for _ in range(6):
        cluster.raw("GET", "/")

    assert sorted(nodes.asked) == sorted(["one", "two", "three"] * 2)


def test_where_a_node_fails_the_next_is_asked_and_it_is_left_alone(cluster: Cluster, nodes: Nodes) -> None:
    nodes.down = {"two"}
    for _ in range(9):
        assert cluster.raw("GET", "/") == b'{"took": 1}'

    assert nodes.asked.count("two") == 1
    assert (cluster.counts.retries, cluster.counts.failures, cluster.failing()) == (1, 0, 1)


def test_a_node_is_tried_again_by_a_probe_and_then_takes_part(cluster: Cluster, nodes: Nodes, clock: Clock) -> None:
    nodes.down = {"two"}
    for _ in range(3):
        cluster.raw("GET", "/")
    cluster.probe()
    assert nodes.asked.count("two") == 1  # it is not due yet

    nodes.down, clock.now = set(), clock.now + FIRST_PENALTY
    cluster.probe()
    for _ in range(3):
        cluster.raw("GET", "/")

    assert nodes.asked.count("two") == 3
    assert cluster.failing() == 0


def test_while_all_nodes_are_left_alone_nobody_is_asked(cluster: Cluster, nodes: Nodes, clock: Clock) -> None:
    nodes.down = {"one", "two", "three"}
    for _ in range(5):
        with pytest.raises(EngineUnavailable, match="does not answer"):
            cluster.raw("GET", "/")
    assert len(nodes.asked) == 3
    assert "does not answer" in cluster.reachable()

    clock.now += FIRST_PENALTY
    nodes.down = set()
    assert cluster.raw("GET", "/")
    assert cluster.reachable() == ""


@pytest.mark.parametrize("status", [429, 503])
def test_a_node_that_is_overloaded_is_not_the_last_asked(cluster: Cluster, nodes: Nodes, status: int) -> None:
    nodes.status = {"one": status, "two": status}

    assert cluster.raw("GET", "/")
    nodes.status["three"] = status
    with pytest.raises(EngineUnavailable, match=str(status)):
        cluster.raw("GET", "/")


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_what_a_node_refuses_no_other_is_asked(cluster: Cluster, nodes: Nodes, status: int) -> None:
    nodes.status = dict.fromkeys(["one", "two", "three"], status)

    with pytest.raises(EngineRefused) as caught:
        cluster.raw("GET", "/")
    assert (caught.value.status, len(nodes.asked)) == (status, 1)


def test_an_answer_that_is_not_whole_is_none(cluster: Cluster, nodes: Nodes) -> None:
    with pytest.raises(EngineUnavailable, match="a part lacks"):
        cluster.raw("GET", "/", check=lambda data: "a part lacks")
    assert len(nodes.asked) == 3


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b'{"responses":[{"hits":{"total":{"value":0},"hits":[]},"_shards":{"failed":0}}]}', ""),
        (b'{"responses":[{"hits":{"total":{"value":0},"hits":[]},"_shards":{"failed":1}}]}', "a partial answer"),
        (b'{"responses":[{"hits":{"total":{"value":0},"hits":[]},"timed_out":true}]}', "a partial answer"),
        (b'{"responses":[{"error":{"type":"x"},"status":503}]}', "{'type': 'x'}"),
        (b"<html>", "what cannot be read"),
    ],
)
def test_partial_results_are_refused(answer: bytes, told: str) -> None:
    assert _wrong(answer).startswith(told)
    assert bool(_wrong(answer)) == bool(told)


@pytest.mark.parametrize(
    ("credentials", "sent"),
    [
        (Credentials(), None),
        (Credentials("kb", "secret"), "Basic a2I6c2VjcmV0"),
        (Credentials(token="t0ken"), "Bearer t0ken"),
    ],
)
def test_a_process_says_who_it_is(nodes: Nodes, credentials: Credentials, sent: str | None) -> None:
    Cluster(URLS, credentials=credentials, transport=nodes).raw("GET", "/")

    assert nodes.headers[0].get("Authorization") == sent


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def tls_node(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A node that speaks TLS, and the file of the authority that vouches for it."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}", tmp_path / "ca.pem"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_node_that_the_authority_vouches_for_is_believed(tls_node: tuple[str, Path]) -> None:
    url, ca_file = tls_node

    assert Cluster([url], ca_file=ca_file).raw("GET", "/") == b"{}"


def test_any_other_node_is_not(tls_node: tuple[str, Path]) -> None:
    url, _ = tls_node

    with pytest.raises(EngineUnavailable, match="does not answer"):
        Cluster([url]).raw("GET", "/")


def test_a_file_that_is_no_authority_is_told(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nonsense")

    with pytest.raises(EngineUnavailable, match=r"ca\.pem"):
        Cluster(["https://one:9200"], ca_file=tmp_path / "ca.pem")
