"""`python -m faults`: every experiment in turn, and a table of what was counted.

python -m faults                    the short form, some minutes
python -m faults --whole            everything, an hour
python -m faults killed_workers     these alone
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from faults import articles
from faults.experiments import EXPERIMENTS
from faults.experiments.sizes import SHORT, WHOLE, Experiment, Result, Size
from faults.machine import Lacking
from faults.serving import Installation


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="faults", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--whole", action="store_true", help="everything, in full numbers")
    parser.add_argument("names", nargs="*", choices=[[], *(each.__name__ for each in EXPERIMENTS)])
    given = parser.parse_args(arguments)
    chosen = [each for each in EXPERIMENTS if not given.names or each.__name__ in given.names]
    print("| experiment | counted | holds | seconds |\n| --- | --- | --- | --- |")
    held = [_told(each, WHOLE if given.whole else SHORT) for each in chosen]
    return 0 if all(held) else 1


def _told(experiment: Experiment, size: Size) -> bool:
    """Run one in a folder of its own and print its row."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder:
        at = Installation(Path(folder))
        articles.write(at.articles, 0)
        try:
            at.build()
            result = experiment(at, size)
        except Lacking as what:
            result = Result(f"NOT DONE, as this machine lacks {what}", False)
        except Exception as error:
            result = Result(f"could not be done: {error!r}", False)
    what = (experiment.__doc__ or "").partition("\n")[0]
    counted = " ".join(result.counted.replace("|", "/").split())
    seconds = time.monotonic() - started
    print(f"| {what} | {counted} | {'yes' if result.holds else 'NO'} | {seconds:.0f} |", flush=True)
    return result.holds


if __name__ == "__main__":
    sys.exit(main())
