"""Whatever another machine answers, it is read or refused: helpdesks, nodes of a cluster, identity providers."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_service.errors import EngineUnavailable
from kb_service.index.opensearch.cluster import Cluster
from kb_service.index.opensearch.engine import OpenSearchEngine
from kb_service.index.opensearch.pieces import document, documents, extent_of, read_pieces
from tests.fuzzing.parsers import text_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
# Members that answers of OpenSearch have, with anything in them.
MEMBERS = (
    "hits total value relation docs found _id _source _index fields data aliases index creation.date "
    "status cluster_name "
    "number_of_nodes component took timed_out _shards failed errors items count number length sha256 digest pieces"
).split()
ANSWERS = st.recursive(
    JSON,
    lambda inner: (
        st.dictionaries(st.sampled_from([*MEMBERS, "kb-public-000001-aaaaaaaa", "kb-public"]), inner, max_size=4)
        | st.lists(inner, max_size=3)
    ),
    max_leaves=12,
)
BODIES = st.one_of(
    ANSWERS.map(lambda answer: msgspec.json.encode(answer)),
    text_of(["{", "}", "[", '"', ":", "null", "1e999", "\\ud800", "\ufeff"]).map(
        lambda text: text.encode("utf-8", "replace")
    ),
    st.binary(max_size=60),
)


class Saying(httpx.BaseTransport):
    """A node that says one thing after another."""

    def __init__(self, answers: list[tuple[int, bytes]]) -> None:
        self._answers = answers

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        status, body = self._answers.pop(0) if self._answers else (200, b"{}")
        return httpx.Response(status, content=body)


SAID = st.lists(st.tuples(st.sampled_from([200, 200, 200, 301, 400, 404, 429, 500]), BODIES), max_size=6)


@pytest.mark.slow
@given(said=SAID)
@settings(max_examples=150)
def test_an_engine_makes_of_whatever_nodes_answer_a_status_or_a_documented_error(said: list[tuple[int, bytes]]) -> None:
    engine = OpenSearchEngine(Cluster(["http://node:9200"], transport=Saying(said)))
    try:
        engine.look_again()
        assert engine.status().generation or engine.status().reason
        with suppress(EngineUnavailable):
            engine.storage()
    finally:
        engine.close()


def a_document(cluster: Cluster) -> Any:
    return document(cluster, "kb-public-000001-aaaaaaaa", "manifest")


def two_documents(cluster: Cluster) -> Any:
    return documents(cluster, "kb-public-000001-aaaaaaaa", ["a0", "a1"])


def pieces(cluster: Cluster) -> Any:
    return read_pieces(cluster, "kb-public-000001-aaaaaaaa", "catalogue", extent_of(b"catalogue"))


@pytest.mark.parametrize("read", [a_document, two_documents, pieces])
@given(said=SAID)
@settings(max_examples=100)
def test_what_was_stored_is_given_back_or_refused(read: Any, said: list[tuple[int, bytes]]) -> None:
    with suppress(EngineUnavailable):
        read(Cluster(["http://node:9200"], transport=Saying(said)))
