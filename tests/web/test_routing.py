"""Routing by path and method alone."""

from __future__ import annotations

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from kb_service.web.routing import PathRouted
from tests.web.fakes import ARTICLE_ID


@pytest.mark.parametrize("host", ["kb.example:8000", "[::1]", "kb/example", f"{'a' * 70}.example"])
def test_whatever_name_the_service_is_reached_by_the_answer_is_the_same(host: str, client: FlaskClient) -> None:
    assert client.get("/api/v1/articles", headers={"Host": host}).status_code == 200


def test_a_path_is_found_by_what_its_bytes_spell(client: FlaskClient) -> None:
    written = "".join(f"%{byte:02x}" for byte in ARTICLE_ID.encode())

    assert client.get(f"/api/v1/articles/{written}").status_code == 200


@pytest.mark.parametrize("path", ["/é", "/\ufffd", "/a b", "//a"])
def test_a_path_is_matched_as_flask_itself_matches_it(path: str) -> None:
    ours, other = _with_a_route(PathRouted("tests")), _with_a_route(Flask("tests"))

    assert _told(ours, path) == _told(other, path)


def _with_a_route(app: Flask) -> Flask:
    app.url_map.merge_slashes = False
    app.add_url_rule("/<path:rest>", "rest", lambda rest: f"{rest} {request.endpoint}")
    return app


def _told(app: Flask, path: str) -> tuple[int, str]:
    response = app.test_client().get("/", environ_overrides={"PATH_INFO": path.encode().decode("latin-1")})
    return response.status_code, response.text
