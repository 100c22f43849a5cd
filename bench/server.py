"""`python -m bench.server FACTORY PORT`: serve an application exactly as `kb serve` serves its own."""

from __future__ import annotations

import sys

from kb_service.commands.serve import run_server
from kb_service.settings import Settings

if __name__ == "__main__":
    run_server(Settings(port=int(sys.argv[2]), metrics="off"), factory=sys.argv[1])
