"""What is broken, and what must hold. Each experiment returns what it counted, and whether that is as it must be.

builds.py      the index: killed, damaged, deleted from, without room, read-only
processes.py   workers and the process that keeps them
clients.py     slow ones, many, very many requests
machine.py     temporary files, open files, the clock
record.py      the database of the record
"""

from __future__ import annotations

from typing import Final

from faults.experiments import builds, clients, machine, processes, record
from faults.experiments.sizes import Experiment

EXPERIMENTS: Final[tuple[Experiment, ...]] = (
    builds.killed_builds,
    builds.damaged_copies,
    builds.deleted_text,
    builds.full_disk,
    builds.read_only_folders,
    builds.missing_articles,
    builds.rebuilds_under_load,
    processes.killed_workers,
    processes.killed_workers_behind_nginx,
    processes.main_process_killed,
    processes.stopped_with_slow_clients,
    clients.slow_clients_and_good_ones,
    clients.many_clients,
    clients.mixed_requests,
    machine.temporary_folder_full,
    machine.temporary_folder_cleaned,
    machine.few_files,
    machine.clock_jumps,
    record.sqlite_gone,
    record.postgresql_gone,
)
