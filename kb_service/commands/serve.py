"""`kb serve`: the production server; it builds the index first when there is none or it is out of date."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

import click
from granian import Granian
from granian.constants import Interfaces

from kb_service.commands import EXIT_CALLER
from kb_service.commands.context import articles_option, index_option, progress_on_terminal, settings_in_force
from kb_service.commands.index import describe
from kb_service.commands.keeping import kept
from kb_service.commands.model import described
from kb_service.errors import BadSetting, CallerError, DependencyFailed, IndexBusy
from kb_service.indexing import is_due, open_engine, update_index
from kb_service.meaning.installed_model import model_status
from kb_service.settings import Settings

APPLICATION: Final = "kb_service.app:create_app"
# New questions of 20,000 passages under wrk with 16 connections on two cores: 1, 2, 4 and 8 threads a worker carry the
# same, within what repeated runs differ by; 1, 3 and 4 workers carry 0.7, 0.9 and 0.8 of what 2 do. For questions asked
# before neither the threads, nor HTTP/1 alone, two runtime threads or a backpressure of 8 make a difference either. So:
# a worker for each core (KB_WORKERS), and threads only so that a live look-up of seconds does not hold up answers of
# milliseconds.
BLOCKING_THREADS: Final = 4
BACKLOG: Final = 1024  # connections that wait for a worker: of 1,000 at once none is refused
METRICS_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"  # prometheus-client reads it when it is imported
EXAMPLE: Final = "we pay for 60 seats but only 48 people use it, why?"


@click.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", help="Port to listen on.  [default: 8000]")
@click.option("--workers", help="Server processes.  [default: 2]")
@articles_option
@index_option
def serve(
    host: str | None, port: str | None, workers: str | None, articles: str | None, index_folder: str | None
) -> int:
    """Serve the API, the pages and the widget."""
    settings = settings_in_force(host=host, port=port, workers=workers, articles=articles, index=index_folder)
    check_free(settings.host, settings.port)
    here = settings.engine == "whoosh"  # a cluster serves many hosts: `kb index` fills it, on one of them
    if here:
        _prepare_index(settings)
    tell_of_a_missing_model(settings)
    for name, value in (("ARTICLES", settings.articles), ("INDEX", settings.index)):
        os.environ[f"KB_{name}"] = str(value)  # the workers are processes of their own: they read the environment
    address = address_of(settings.host, settings.port)
    click.echo(f"Serving on {address}   (Ctrl+C stops)")
    click.echo(f"Try it:  curl '{address}/api/v1/answer?q={EXAMPLE.replace(' ', '+')}'")
    served = open_engine(settings, audiences=("public",))
    with kept(lambda: here and is_due(served.status(), datetime.now(UTC).date()), _index_in_child):
        run_server(settings)
    return 0


def address_of(host: str, port: int) -> str:
    """Return the address to open in a browser; an IPv6 address stands in brackets."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run_server(settings: Settings, *, factory: str = APPLICATION) -> None:
    """Serve until a signal ends it; the workers make their application with `factory`, from the environment."""
    server = Granian(
        factory,
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=BLOCKING_THREADS,
        backlog=BACKLOG,
        log_enabled=settings.log_level == "debug",
        respawn_failed_workers=True,
    )
    with shared_metrics():
        server.serve()


@contextmanager
def shared_metrics() -> Iterator[None]:
    """Give workers that are started inside one private folder to count in; without it each tells of itself alone.

    A folder that the operator has named is left to the operator. Workers are forked, so this process must not have
    imported what counts before.
    """
    if METRICS_FOLDER in os.environ:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="kb-metrics-") as folder:
        os.environ[METRICS_FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[METRICS_FOLDER]


def _index_in_child() -> bool:
    """Run `kb index`, in a process of its own: what it needs of memory is given back."""
    click.echo("An article appears or expires today: the index is brought up to date.")
    code = subprocess.run([sys.executable, "-m", "kb_service", "index"], check=False).returncode
    return code in (0, EXIT_CALLER)


def tell_of_a_missing_model(settings: Settings) -> None:
    """Say so when the model is wanted and not there: answers by words alone are poorer, and nothing else shows it."""
    model = model_status(settings.model)
    if settings.model and not model.installed:
        click.echo(described(model), err=True)


def check_free(host: str, port: int) -> None:
    """Raise BadSetting now when nobody can listen there, not a panic of the server later."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        reason = f"Cannot listen on {host}:{port}: {error.strerror}."
        raise BadSetting(f"{reason} Choose another address: --host, --port.") from error


def _prepare_index(settings: Settings) -> None:
    """Bring the index up to date; serve what there is when that fails, and say so."""
    with progress_on_terminal() as progress:
        served = open_engine(settings).status()
        if not served.generation:
            click.echo(f"{served.reason} This is done now ...")
        try:
            report = update_index(settings, progress=progress)
        except (CallerError, DependencyFailed) as error:
            if not served.generation:
                raise
            reason = "another process builds it" if isinstance(error, IndexBusy) else str(error)
            click.echo(
                f"The index was not brought up to date ({reason}); serving generation {served.generation}.", err=True
            )
            return
    for problem in report.problems:
        click.echo(f"{settings.articles}/{problem}", err=True)
    click.echo(describe(report))
