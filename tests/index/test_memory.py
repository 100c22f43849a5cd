"""The reference engine keeps the contract."""

from __future__ import annotations

import pytest

from kb_service.index.memory import MemoryEngine
from tests.index.contract import EngineContract


class TestMemoryEngine(EngineContract):
    @pytest.fixture
    def engine(self) -> MemoryEngine:
        return MemoryEngine()
