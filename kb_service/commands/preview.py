"""`kb preview`: the help centre as its author will see it, with what is not public yet."""

from __future__ import annotations

import tempfile
from pathlib import Path
from socket import socket
from typing import Final

import click
import msgspec
from flask import Flask, Response

from kb_service.app import create_app
from kb_service.commands.context import articles_option, progress_on_terminal, settings_in_force
from kb_service.commands.index import describe
from kb_service.commands.keeping import kept
from kb_service.commands.serve import address_of, run_server, tell_of_a_missing_model
from kb_service.errors import KbError
from kb_service.indexing import fingerprint, update_index
from kb_service.logs import configure_logging
from kb_service.server.port import claimed
from kb_service.settings import Settings

APPLICATION: Final = "kb_service.commands.preview:create_preview_app"
HOST: Final = "127.0.0.1"  # whatever KB_HOST says: the service may be public where an author previews
PORT: Final = "8001"
LOOK_SECONDS: Final = 1.0


@click.command()
@click.option("--host", default=HOST, show_default=True, help="Address to listen on.")
@click.option("--port", default=PORT, show_default=True, help="Port to listen on.")
@articles_option
def preview(host: str, port: str, articles: str | None) -> int:
    """Serve the articles with drafts, scheduled, expired and unlisted ones, each marked as not public.

    Its index is in a temporary folder and follows edits; that of `kb serve` is not touched.
    """
    with tempfile.TemporaryDirectory(prefix="kb-preview-") as folder:
        index = str(Path(folder) / "index")
        settings = settings_in_force(host=host, port=port, workers="1", articles=articles, index=index)
        configure_logging(level=settings.log_level, form=settings.log_format)
        with claimed(settings.host, settings.port) as listener:
            _preview(settings, listener)
    return 0


def _preview(settings: Settings, listener: socket) -> None:
    with progress_on_terminal() as progress:
        report = update_index(settings, progress=progress, preview=True)
    for problem in report.problems:
        click.echo(f"{settings.articles}/{problem}", err=True)
    click.echo(describe(report))
    tell_of_a_missing_model(settings)
    click.echo(f"Preview, with what is not public, on {address_of(settings.host, settings.port)}   (Ctrl+C stops)")
    edits = _Edits(settings)
    with kept(edits.are_there, edits.index, seconds=LOOK_SECONDS):
        run_server(settings, listener, factory=APPLICATION)


def create_preview_app(settings: Settings) -> Flask:
    """Return the application that previews: no page of another site may read it, there is no record and no console."""
    settings = msgspec.structs.replace(settings, allowed_origins=(), base_url="", metrics="off", console=False)
    app = create_app(settings)
    app.after_request(_not_for_robots)
    return app


def _not_for_robots(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex"
    return response


class _Edits:
    """Follows the edits of the articles."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen = self._now()

    def are_there(self) -> bool:
        """Return whether anything was edited since this was asked last."""
        before, self._seen = self._seen, self._now()
        return before != self._seen

    def index(self) -> bool:
        """Index the articles as they are; say so when that fails."""
        try:
            click.echo(describe(update_index(self._settings, preview=True)))
        except KbError as error:
            click.echo(f"The preview was not brought up to date: {error}", err=True)
        return True

    def _now(self) -> str:
        try:
            return fingerprint(self._settings.articles)
        except (KbError, OSError):  # a file that goes while it is looked at: the next look tells
            return ""
