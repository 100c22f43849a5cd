"""The reference engine keeps the contract."""

from __future__ import annotations

import pytest

from kb_service.engines.memory import MemoryEngine
from tests.engines.contract import EngineContract


class TestMemoryEngine(EngineContract):
    @pytest.fixture
    def engine(self) -> MemoryEngine:
        return MemoryEngine()
