"""Experiments that break the service on purpose, on this machine alone, and count what came of it: `python -m faults`.

articles.py     a help centre in editions, each of which says which one it is
checking.py     asks, and knows the right answer of each edition and the generation that gives it
serving.py      `kb serve` and `kb index` as they are installed, in a folder of their own
experiments.py  what is broken, and what must hold
"""
