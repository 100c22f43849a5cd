"""What every engine must do: a test class inherits EngineContract and has an `engine` fixture, an empty engine."""

from __future__ import annotations

from tests.index.contract_of_audiences import AudienceContract
from tests.index.contract_of_finding import FindingContract
from tests.index.contract_of_generations import GenerationContract
from tests.index.contract_of_order import OrderContract


class EngineContract(FindingContract, OrderContract, AudienceContract, GenerationContract):
    """All of it, run for each engine."""
