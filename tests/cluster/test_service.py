"""The whole service on a cluster: indexed by one process, answered by servers that have no index and no articles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb_service.app import create_app
from kb_service.indexing import kept_generations, update_index
from kb_service.settings import Settings
from tests.cluster.engines import PREFIX, drop_all
from tests.cluster.nodes import Nodes
from tests.commands.conftest import Kb

QUESTION = "When is my invoice sent?"
TEXT = "The invoice is sent on the first day of each month."


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "invoices.md").write_text(f"# Invoices\n\n{TEXT}\n", encoding="utf-8")
    (folder / "macros.md").write_text("---\naudience: agent\n---\n# Macros\n\nSay zebra.\n", encoding="utf-8")
    return folder


@pytest.fixture
def settings(cluster: Nodes, tmp_path: Path, articles: Path) -> Iterator[Settings]:
    yield Settings(
        articles=articles,
        index=tmp_path / "index",
        model=None,
        record="off",
        engine="opensearch",
        opensearch_urls=tuple(cluster.urls),
        opensearch_prefix=PREFIX,
        opensearch_replicas=0,
        console=False,
        rate_limit=False,
    )
    drop_all(cluster.urls, PREFIX)


def test_a_server_without_articles_or_index_answers(settings: Settings, tmp_path: Path) -> None:
    built = update_index(settings)
    elsewhere = Settings(
        **{**{name: getattr(settings, name) for name in settings.__struct_fields__}, "index": tmp_path / "none"}
    )
    client = create_app(elsewhere).test_client()

    answer = client.get("/api/v1/answer", query_string={"q": QUESTION}).get_json()
    ready = client.get("/readyz").get_json()
    metrics = client.get("/metrics").get_data(as_text=True)

    assert answer["answer"]["text"] == TEXT
    assert ready["index"]["generation"] == built.status.generation == kept_generations(settings)[-1]
    assert "zebra" not in str(client.get("/api/v1/search?q=zebra").get_json()["passages"])
    assert "kb_cluster_failures 0.0" in metrics
    assert "kb_index_built_timestamp_seconds" in metrics
    assert not (tmp_path / "none").exists()


def test_nothing_is_built_where_nothing_changed(settings: Settings, articles: Path) -> None:
    assert update_index(settings).built
    assert not update_index(settings).built

    (articles / "invoices.md").write_text("# Invoices\n\nAnother text.\n", encoding="utf-8")
    assert update_index(settings).status.passages == 1


def test_commands_name_the_state_of_the_cluster(
    cluster: Nodes, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("articles", "index", "engine", "opensearch_prefix", "opensearch_replicas"):
        monkeypatch.setenv(f"KB_{name.upper()}", str(getattr(settings, name)))
    monkeypatch.setenv("KB_OPENSEARCH_URLS", ",".join(settings.opensearch_urls))
    monkeypatch.setenv("KB_MODEL", "off")
    monkeypatch.setenv("KB_STAFF_COUNT", "off")
    kb = Kb(capsys)

    before = kb("status")
    assert before.code == 3
    assert "There is no index" in before.out
    assert kb("index").code == 0
    told = f"cluster green, nodes {len(cluster.all)}, index {settings.opensearch_prefix}-public-000001-"
    assert told in kb("status").out
    assert TEXT in kb("ask", QUESTION).out
