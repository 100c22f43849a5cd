"""Experiments that break the service on purpose, on this machine alone, and count what came of it: `python -m faults`.

articles.py     a help centre in editions, each of which says which one it is
requests.py     what clients ask, and what is right
checking.py     asks, and knows the right answer of each edition and the generation that gives it
serving.py      `kb serve` and `kb index` as they are installed, in a folder of their own
machine.py      small disks, folders that nobody may write to, another clock, nginx
experiments/    what is broken, and what must hold
table.py        what was counted, in a file
"""
