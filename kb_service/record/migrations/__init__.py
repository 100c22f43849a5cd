"""Alembic's scripts; `database.py` runs them."""
