"""The embedded engine: a Whoosh index, and the arrays compiled of it that answers are scored from."""
