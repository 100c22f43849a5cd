"""What the record holds, in numbers."""

from __future__ import annotations

from sqlalchemy import func, select

from kb_service.record.database import Database
from kb_service.record.schema import metadata


def contents(database: Database) -> dict[str, int]:
    """Return how many rows each table has; nothing where there are no tables yet."""
    if not database.version():
        return {}
    with database.transaction(writes=False) as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in sorted(metadata.tables.items())
        }
