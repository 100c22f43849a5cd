"""The distributed engine keeps the contract."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kb_service.index.opensearch.engine import OpenSearchEngine
from tests.cluster.engines import an_engine
from tests.cluster.nodes import Nodes
from tests.index.contract import EngineContract
from tests.index.contract_of_meaning import ENCODER


class TestOpenSearchEngine(EngineContract):
    @pytest.fixture
    def engine(self, one_node: Nodes) -> Iterator[OpenSearchEngine]:
        with an_engine(one_node.urls) as engine:
            yield engine

    @pytest.fixture
    def comparing_engine(self, one_node: Nodes) -> Iterator[OpenSearchEngine]:
        with an_engine(one_node.urls, encoder=ENCODER) as engine:
            yield engine
