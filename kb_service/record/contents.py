"""What the record holds, in numbers."""

from __future__ import annotations

from sqlalchemy import func, inspect, select

from kb_service.record.database import Database
from kb_service.record.schema import metadata


def contents(database: Database) -> dict[str, int]:
    """Return how many rows each table has that is there: none may be yet, and those of an earlier version are fewer."""
    if not database.version():
        return {}
    with database.transaction(writes=False) as connection:
        there = set(inspect(connection).get_table_names())
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in sorted(metadata.tables.items())
            if name in there
        }
