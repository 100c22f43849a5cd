"""The production server: one process that keeps the workers, and workers that answer.

commands/serve.py ── port.py        nobody else listens there; the socket of all workers
                  └─ supervisor.py  starts the workers, replaces those that end, ends them all
                       └─ worker.py      a process: makes the application from the settings it is handed
                            └─ gateway.py   takes whole requests from the network to the application
"""
