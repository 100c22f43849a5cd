"""GET /metrics: what is counted, and that several processes count together."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from kb_service.app import create_app
from kb_service.index.builds import Builds, note_build, read_builds
from kb_service.knowledge_base import KnowledgeBase
from kb_service.settings import Settings
from kb_service.web.metrics import FOLDER, MEASURES, REASONS, Metrics, ServedFacts
from kb_service.web.worker_processes import WorkerProcesses, note_worker
from tests.billing_articles import filled_with_billing
from tests.fakes import FixedStaffCounter
from tests.index.memory_engine import MemoryEngine
from tests.web.fakes import ARTICLE_ID, FixedKnowledgeBase


def application(knowledge_base: FixedKnowledgeBase | None = None) -> Flask:
    return create_app(Settings(rate_limit=False), knowledge_base=knowledge_base or FixedKnowledgeBase())


@pytest.fixture
def fresh() -> FlaskClient:
    return application().test_client()


def samples(client: FlaskClient) -> dict[str, float]:
    """Every sample by its name and labels, as Prometheus would write it."""
    response = client.get("/metrics")
    assert response.status_code == 200
    found = {}
    for family in text_string_to_metric_families(response.get_data(as_text=True)):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


def test_requests_are_counted_by_template_method_and_class_of_status(fresh: FlaskClient) -> None:
    for article_id in (ARTICLE_ID, "former", "unknown"):
        fresh.get(f"/api/v1/articles/{article_id}")
    fresh.post("/api/v1/answer", json={})

    seen = samples(fresh)

    article = 'kb_http_requests_total{method="GET",route="/api/v1/articles/<path:article_id>",status="%s"}'
    assert (seen[article % "2xx"], seen[article % "4xx"]) == (2, 1)
    assert seen['kb_http_requests_total{method="POST",route="/api/v1/answer",status="4xx"}'] == 1
    assert seen['kb_http_request_duration_seconds_count{route="/api/v1/answer"}'] == 1


def test_whatever_strangers_ask_for_is_one_series(fresh: FlaskClient) -> None:
    for number in range(50):
        fresh.open(f"/wp-login-{number}.php", method=f"BREW{number}")
        fresh.get("/api/v1/answer", query_string={"q": f"q{number}", "domain": f"d{number}.kayako.com"})

    seen = samples(fresh)

    assert seen['kb_http_requests_total{method="other",route="unknown",status="4xx"}'] == 50
    assert len([name for name in seen if name.startswith("kb_http_requests_total")]) == 2
    assert not [name for name in seen if "kayako" in name or "wp-login" in name]


def test_questions_are_counted_by_what_came_of_them(fresh: FlaskClient) -> None:
    for question in ("why?", "uncovered", ""):
        fresh.get("/api/v1/answer", query_string={"q": question})
    fresh.get("/search", query_string={"q": "why?"})

    seen = samples(fresh)

    assert [seen[f'kb_search_outcomes_total{{outcome="{each}"}}'] for each in ("answered", "no_answer")] == [2, 1]


def test_questions_are_counted_by_whether_their_answer_was_at_hand() -> None:
    engine = filled_with_billing(MemoryEngine())
    knowledge_base = KnowledgeBase(engine, staff_counter=FixedStaffCounter())
    client = create_app(Settings(rate_limit=False), knowledge_base=knowledge_base).test_client()
    for question in ("when is my invoice sent?", " when  is my invoice sent? ", "can we pay by wire?"):
        client.get("/api/v1/answer", query_string={"q": question})
    engine.replace_all(list(engine.stored_articles().values())[:1])
    client.get("/api/v1/answer", query_string={"q": "when is my invoice sent?"})

    seen = samples(client)

    assert [seen[f'kb_answers_remembered_total{{remembered="{each}"}}'] for each in ("yes", "no")] == [1, 3]


def test_look_ups_are_counted_by_how_they_ended() -> None:
    metrics = Metrics()
    metrics.lookups.started()
    metrics.lookups.finished("kayako", "timeout", 4.0)
    metrics.lookups.started()
    metrics.lookups.turned_away()
    metrics.lookups.refused("not_public")

    text = metrics.text(ServedFacts(FixedKnowledgeBase())).decode()

    assert 'kb_lookup_total{status="timeout"} 1.0' in text
    assert 'kb_lookup_total{status="rate_limited"} 1.0' in text
    assert 'kb_lookup_total{status="ok"} 0.0' in text
    assert 'kb_lookup_duration_seconds_count{host_kind="kayako"} 1.0' in text
    assert "kb_lookup_in_flight 1.0" in text
    assert 'kb_ssrf_refused_total{reason="not_public"} 1.0' in text


def test_the_look_ups_of_an_application_are_those_it_counts(tmp_path: Path) -> None:
    client = create_app(Settings(index=tmp_path, model=None)).test_client()
    for domain in ("my.kayako.com", "169.254.169.254"):
        client.get("/api/v1/staff-count", query_string={"domain": domain})

    seen = samples(client)

    assert seen['kb_ssrf_refused_total{reason="not_allowed"}'] == 1
    assert seen['kb_ssrf_refused_total{reason="invalid_domain"}'] == 1


def test_the_index_the_model_and_the_program_are_told(fresh: FlaskClient) -> None:
    seen = samples(fresh)

    assert seen["kb_ready{}"] == 1
    assert (seen["kb_index_articles{}"], seen["kb_index_passages{}"]) == (31, 214)
    assert seen['kb_index_generation_info{generation="gen-7"}'] == 1
    assert seen['kb_model_info{model="off"}'] == 1
    assert [name for name in seen if re.fullmatch(r'kb_build_info\{python="3[.\d]+",version="[.\d]+"\}', name)]


def test_without_an_index_it_says_so() -> None:
    seen = samples(application(FixedKnowledgeBase(is_ready=False)).test_client())

    assert seen["kb_ready{}"] == 0
    assert "kb_index_articles{}" not in seen


COUNTS_ONE_QUESTION = """
from kb_service.app import create_app
from kb_service.settings import Settings
from kb_service.web.metrics import MEASURES, ServedFacts
from tests.billing_articles import filled_with_billing
from tests.fakes import FixedStaffCounter
from tests.web.fakes import ARTICLE_ID, FixedKnowledgeBase
app = create_app(Settings(), knowledge_base=FixedKnowledgeBase())
app.test_client().get("/api/v1/answer?q=why")
from kb_service.web.metrics import MEASURES, REASONS
from kb_service.web.metrics import MEASURES, Metrics
Metrics(folder=None).lookups.started()
"""


def in_a_process_of_its_own(code: str, folder: Path) -> str:
    environ = {**os.environ, FOLDER: str(folder)}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.slow
def test_processes_count_together_and_the_dead_have_nothing_under_way(tmp_path: Path) -> None:
    for _ in range(2):
        in_a_process_of_its_own(COUNTS_ONE_QUESTION, tmp_path)
    scrape = COUNTS_ONE_QUESTION + 'print(app.test_client().get("/metrics").get_data(as_text=True))'

    text = in_a_process_of_its_own(scrape, tmp_path)

    assert 'kb_search_outcomes_total{outcome="answered"} 3.0' in text
    assert 'kb_http_request_duration_seconds_count{route="/api/v1/answer"} 3.0' in text
    assert "kb_lookup_in_flight 1.0" in text
    assert text.count("# TYPE kb_index_articles gauge") == 1


def test_every_metric_and_every_reason_is_written_down(fresh: FlaskClient) -> None:
    page = (Path(__file__).parents[2] / "docs/metrics.md").read_text(encoding="utf-8")
    text = fresh.get("/metrics").get_data(as_text=True)
    families = set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE))
    told = {name for name in families if name.startswith("kb_") and not name.endswith("_created")}
    told |= {f"kb_{name}" for name in MEASURES} | {"kb_index_generation_number"}

    written, _, _ = page.partition("## Alerts")
    assert told == set(re.findall(r"`(kb_\w+)`", written))
    assert "process_resident_memory_bytes" in families
    assert [reason for reason in REASONS if f"`{reason}`" not in page] == []


def test_what_is_to_be_copied_is_yaml() -> None:
    page = (Path(__file__).parents[2] / "docs/metrics.md").read_text(encoding="utf-8")
    scrape, _ = (yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL))

    assert scrape["scrape_configs"][0]["static_configs"] == [{"targets": ["127.0.0.1:8000"]}]


def test_each_worker_is_told_apart_and_one_that_is_gone_is_missed(tmp_path: Path) -> None:
    note_worker(tmp_path, 1, os.getpid(), of=3)
    note_worker(tmp_path, 2, os.getppid(), of=3)
    note_worker(tmp_path, 3, 4_194_999, of=3)  # beyond any process of this machine
    told = generate_latest_of(WorkerProcesses(tmp_path))

    for name in ("process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds"):
        assert re.findall(rf'^{name}{{worker="(.)"}} [\d.e+]+$', told, re.MULTILINE) == ["1", "2"]
    assert "\nkb_workers 2.0\n" in told
    assert "\nkb_workers_configured 3.0\n" in told


@pytest.mark.parametrize("noted", ["", "x", "1"])
def test_without_notes_of_workers_this_process_tells_of_itself(tmp_path: Path, noted: str) -> None:
    (tmp_path / "worker1.process").write_text(noted)
    told = generate_latest_of(WorkerProcesses(tmp_path))

    assert re.search(r"^process_resident_memory_bytes [\d.e+]+$", told, re.MULTILINE)
    assert "\nkb_workers 1.0\n" in told


def test_builds_are_counted_by_how_they_ended_whoever_builds(tmp_path: Path) -> None:
    for outcome in ("served", "refused", "served"):
        note_build(tmp_path, outcome, 1.5, "why")
    told = generate_latest_of(ServedFacts(FixedKnowledgeBase(), builds=lambda: read_builds(tmp_path)))

    assert 'kb_index_builds_total{outcome="served"} 2.0' in told
    assert 'kb_index_builds_total{outcome="refused"} 1.0' in told
    assert 'kb_index_builds_total{outcome="failed"} 0.0' in told
    assert "kb_index_build_seconds 1.5" in told
    assert [path.name for path in tmp_path.iterdir()] == ["BUILDS.json"]


def test_a_note_of_builds_that_cannot_be_used_is_none(tmp_path: Path) -> None:
    (tmp_path / "BUILDS.json").write_text('{"counts": 7')

    assert read_builds(tmp_path) == read_builds(tmp_path / "nowhere") == Builds()
    note_build(tmp_path / "nowhere", "failed", 1.0)
    assert not (tmp_path / "nowhere").exists()


def generate_latest_of(collector: Collector) -> str:
    registry = CollectorRegistry()
    registry.register(collector)
    return generate_latest(registry).decode()
