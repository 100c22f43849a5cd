"""What Alembic runs to migrate: on the connection that it was given, within the transaction of that."""

from __future__ import annotations

from alembic import context

from kb_service.record.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
