"""What an answer is compared with over HTTP: a Flask route that says one word, and FTS5 behind Flask."""

from __future__ import annotations

import os
import sqlite3
import threading

from flask import Flask, Response, jsonify, request

from bench.answering import analysed
from bench.competitors import BEST, any_of
from kb_service.settings import Settings


def create_app(settings: Settings) -> Flask:
    """Return the application; BENCH_DATABASE names an SQLite file with a table `passages`."""
    app = Flask(__name__)
    local = threading.local()

    @app.get("/bare")
    def bare() -> Response:
        return jsonify(answer="yes")

    @app.get("/fts5")
    def fts5() -> Response:
        if not hasattr(local, "connection"):
            local.connection = sqlite3.connect(os.environ["BENCH_DATABASE"])
        best = f"SELECT text FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT {BEST}"
        words = any_of(analysed(request.args["q"]))
        return jsonify(passages=[text for (text,) in local.connection.execute(best, (words,))])

    return app
