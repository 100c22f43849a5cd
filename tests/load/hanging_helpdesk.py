"""Does a helpdesk that hangs slow down everybody else? `python -m tests.load.hanging_helpdesk`

Twenty clients ask about helpdesks that take a question and never answer, ten of them all about the same one, while
four others ask ordinary questions. Quiet and loaded rounds take turns, so that whatever else the machine does falls on
both; the median of their ratios counts. Exit code 1 when it is above 2 or a request is lost.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.load.asking import Seen, median, start_asking
from tests.load.serving import HOSTS, host, serving

ORDINARY_CLIENTS: Final = 4
ORDINARY_PAUSE_SECONDS: Final = 0.01
HANGING_CLIENTS: Final = 20
HANGING_PAUSE_SECONDS: Final = 0.5
SHARED_SECONDS: Final = 4.0  # one look-up; then its helpdesk is known to hang, and the next one is asked about
ROUNDS: Final = 5
ROUND_SECONDS: Final = 6.0
MOST_TIMES_QUIET: Final = 2.0
P99: Final = 0.99


@dataclass(frozen=True, slots=True)
class Round:
    """The same ordinary questions alone, and beside clients whose helpdesk hangs."""

    quiet: Seen
    loaded: Seen
    hanging: Seen

    @property
    def ratio(self) -> float:
        """How many times the quiet p99 the loaded one is."""
        return self.loaded.percentile_ms(P99) / self.quiet.percentile_ms(P99)

    @property
    def lost(self) -> list[str]:
        """Requests of anybody that were not answered with 200."""
        return [*self.quiet.lost, *self.loaded.lost, *self.hanging.lost]


def run_round(port: int, number: int, *, seconds: float) -> Round:
    """Measure quiet, then loaded."""

    def hangs(client: int, now: float) -> str:
        fresh = number * HOSTS // ROUNDS + int(now / SHARED_SECONDS)
        return host(fresh if client % 2 else fresh + 2 + client // 2)

    quiet = _start_ordinary(port, seconds)()
    hanging = start_asking(
        port, clients=HANGING_CLIENTS, seconds=seconds, pause_seconds=HANGING_PAUSE_SECONDS, domain=hangs
    )
    return Round(quiet, _start_ordinary(port, seconds)(), hanging())


def _start_ordinary(port: int, seconds: float) -> Callable[[], Seen]:
    return start_asking(
        port,
        clients=ORDINARY_CLIENTS,
        seconds=seconds,
        pause_seconds=ORDINARY_PAUSE_SECONDS,
        domain=lambda client, now: None,
    )


def main() -> int:
    """Print a table; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=ROUND_SECONDS, help="length of each half of a round")
    parser.add_argument("--workers", type=int, default=2, help="server processes")
    options = parser.parse_args()
    print("| round | quiet p99 ms | loaded p99 ms | ratio | ordinary | beside a hanging helpdesk | slowest s | lost |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    rounds = []
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), workers=options.workers) as port:
        for number in range(options.rounds):
            rounds.append(run_round(port, number, seconds=options.seconds))
            print(_row(number, rounds[-1]), flush=True)
    ratio = median([each.ratio for each in rounds])
    lost = [request for each in rounds for request in each.lost]
    print(f"\nmedian ratio {ratio:.2f} (at most {MOST_TIMES_QUIET}), {len(lost)} lost {lost[:3] or ''}")
    return 1 if lost or ratio > MOST_TIMES_QUIET else 0


def _row(number: int, measured: Round) -> str:
    statuses = ", ".join(f"{count} {status}" for status, count in Counter(measured.hanging.statuses).most_common())
    return (
        f"| {number + 1} | {measured.quiet.percentile_ms(P99):.1f} | {measured.loaded.percentile_ms(P99):.1f} "
        f"| {measured.ratio:.2f} | {len(measured.loaded.seconds)} | {statuses} "
        f"| {max(measured.hanging.seconds, default=0.0):.2f} | {len(measured.lost)} |"
    )


if __name__ == "__main__":
    sys.exit(main())
