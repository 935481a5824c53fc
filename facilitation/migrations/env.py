"""Run migrations on the connection that the store hands over, inside the store's own transaction."""

from __future__ import annotations

from alembic import context

if hasattr(context, "config"):  # only Alembic sets it; imported by anything else, this file does nothing
    context.configure(connection=context.config.attributes["connection"], target_metadata=None)
    context.run_migrations()
