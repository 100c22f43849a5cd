"""What Alembic runs to migrate: on the connection that it was given, within the transaction of that."""

from __future__ import annotations

from alembic import context

from kb_service.record.schema import metadata

config = getattr(context, "config", None)  # there is one while Alembic runs this, and none for whoever imports it
if config is not None:
    context.configure(connection=config.attributes["connection"], target_metadata=metadata)
    context.run_migrations()
