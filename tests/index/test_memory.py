"""The reference engine keeps the contract."""

from __future__ import annotations

import pytest

from tests.index.contract import EngineContract
from tests.index.contract_of_meaning import ENCODER
from tests.index.memory_engine import MemoryEngine


class TestMemoryEngine(EngineContract):
    @pytest.fixture
    def engine(self) -> MemoryEngine:
        return MemoryEngine()

    @pytest.fixture
    def comparing_engine(self) -> MemoryEngine:
        return MemoryEngine(encoder=ENCODER)
