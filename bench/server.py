"""`python -m bench.server FACTORY PORT`: serve an application exactly as `kb serve` serves its own."""

from __future__ import annotations

import os
import sys

from kb_service.commands.serve import run_server
from kb_service.server.port import claimed
from kb_service.settings import load_settings

if __name__ == "__main__":
    settings = load_settings(flags={"port": sys.argv[2], "metrics": "off"}, environ=os.environ, file=None)
    with claimed(settings.host, settings.port) as listener:
        run_server(settings, listener, factory=sys.argv[1])
