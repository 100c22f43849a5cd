"""What every engine must do: a test class inherits EngineContract and has two fixtures, both of empty engines.

`engine` compares by words alone, `comparing_engine` encodes with contract_of_meaning.ENCODER. Nothing here looks at
files, or into an engine: one over a network can be held to it as well.
"""

from __future__ import annotations

from tests.index.contract_of_assets import AssetContract
from tests.index.contract_of_audiences import AudienceContract
from tests.index.contract_of_finding import FindingContract
from tests.index.contract_of_generations import GenerationContract
from tests.index.contract_of_meaning import MeaningContract
from tests.index.contract_of_order import OrderContract


class EngineContract(
    FindingContract, OrderContract, AudienceContract, AssetContract, GenerationContract, MeaningContract
):
    """All of it, run for each engine."""
