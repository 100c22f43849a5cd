"""The log: one line for each thing that happens, on stderr, for people or as JSON."""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import Processor

from kb_service.settings import LogFormat, LogLevel


def configure_logging(*, level: LogLevel, form: LogFormat) -> None:
    """Write on stderr what the loggers below `kb_service` say at `level` or above, for people or as JSON."""
    is_json = form == "json" or (form == "auto" and not sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer() if is_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    own = [structlog.stdlib.ExtraAdder()] if is_json else []
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, *own],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logger = logging.getLogger("kb_service")
    logger.handlers = [handler]
    logger.setLevel(level.upper())
    logger.propagate = False
