"""How alike do two texts mean?

An island: turns texts into vectors whose inner product says it. The model is optional; without it the service
answers by words alone. Others use `installation` (install, status, open), `encoder` (the port), `vectors` and
`vector_cache`; the rest is this package's own.
"""
