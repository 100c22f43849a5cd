"""`python -m faults`: every experiment in turn, and a table of what was counted.

python -m faults                      the short form, some minutes
python -m faults --whole              everything, an hour
python -m faults killed_workers       these alone
python -m faults --whole --into FILE  write the rows into the table of this file too
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from faults import articles, table
from faults.experiments import EXPERIMENTS
from faults.experiments.sizes import SHORT, WHOLE, Experiment, Result, Size
from faults.machine import Lacking
from faults.serving import Installation


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="faults", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--whole", action="store_true", help="everything, in full numbers")
    parser.add_argument("--into", type=Path, metavar="FILE", help="a page whose table gets the rows")
    parser.add_argument("names", nargs="*", choices=[[], *(each.__name__ for each in EXPERIMENTS)])
    given = parser.parse_args(arguments)
    logging.disable()  # of what is opened here on purpose: the service has its own log
    all_hold = True
    print(table.HEAD, flush=True)
    for each in EXPERIMENTS:
        if not given.names or each.__name__ in given.names:
            row, holds = _row(each, WHOLE if given.whole else SHORT)
            all_hold = all_hold and holds
            print(row, flush=True)
            if given.into:
                table.write(given.into, row, order=[_what(each) for each in EXPERIMENTS])
    return 0 if all_hold else 1


def _row(experiment: Experiment, size: Size) -> tuple[str, bool]:
    """Run one in a folder of its own; return its row, and whether everything held."""
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
    counted = result.counted.replace(folder, "")
    return table.row(_what(experiment), counted, result.holds, time.monotonic() - started), result.holds


def _what(experiment: Experiment) -> str:
    return (experiment.__doc__ or "").partition("\n")[0]


if __name__ == "__main__":
    sys.exit(main())
