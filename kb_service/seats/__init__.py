"""How many seats are paid for, how many are in use, and what follows for capacity and the bill?

An island of pure functions: no network, no clock. Others use `reader.read_mentions`, `position.reconcile` and
the values they return; the rest is this package's own.
"""
