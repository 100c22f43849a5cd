"""What fails while questions are asked: nodes, builders, the whole cluster. No answer is wrong, mixed or partial."""

from __future__ import annotations

import signal
import statistics
import time
from collections.abc import Iterator
from random import Random
from threading import Thread

import httpx
import pytest
from flask.testing import FlaskClient

from kb_service.app import create_app
from kb_service.errors import DependencyFailed, IndexBusy
from kb_service.index.opensearch.cluster import Cluster
from kb_service.index.opensearch.engine import OpenSearchEngine
from kb_service.index.opensearch.indexes import Deployment
from kb_service.knowledge_base import KnowledgeBase
from kb_service.settings import Settings
from tests.cluster.asking import QUESTIONS, asking, edition, told, truth_of
from tests.cluster.building import seconds_of_build, start_build
from tests.cluster.engines import drop_all
from tests.cluster.nodes import Nodes
from tests.cluster.slow_link import slow_link
from tests.fakes import FixedStaffCounter

SWITCH_SECONDS = 2.0  # within which everybody serves another generation
SOON = 0.1  # seconds on average, in which a cluster that is gone is told of
LOCK_SECONDS = 2.0
FULL_SECONDS = 90.0
KILLS = 20
ANSWERS = 60  # right ones to see before going on
NONE = (0, 0, 0, 0)  # failed, wrong, mixed, partial


class Deployed:
    """A deployment on three nodes: one process that builds, and as many that answer as are wanted."""

    def __init__(self, nodes: Nodes) -> None:
        self.nodes, self.layout = nodes, Deployment("failures", 1, 2)
        self.builder = self.engine()

    def engine(self, urls: list[str] | None = None) -> OpenSearchEngine:
        return OpenSearchEngine(Cluster(urls or self.nodes.urls), deployment=self.layout, lock_seconds=LOCK_SECONDS)

    def knowledge(self, urls: list[str] | None = None) -> KnowledgeBase:
        return KnowledgeBase(self.engine(urls), staff_counter=FixedStaffCounter())


@pytest.fixture(scope="module")
def deployed(three_nodes: Nodes) -> Iterator[Deployed]:
    found = Deployed(three_nodes)
    found.builder.replace_all(edition(0))
    yield found
    found.builder.close()
    three_nodes.start()
    drop_all(three_nodes.urls, found.layout.prefix)


@pytest.fixture
def server(deployed: Deployed) -> Iterator[KnowledgeBase]:
    """What answers, of edition 0; every node takes part again when the test is over."""
    deployed.nodes.start()
    if served(deployed.knowledge()) != "edition0":
        deployed.builder.replace_all(edition(0))
    knowledge = deployed.knowledge()
    yield knowledge
    knowledge.close()


def served(knowledge: KnowledgeBase) -> str:
    """The edition that a knowledge base answers from."""
    try:
        return knowledge.search(QUESTIONS[0]).passages[0].text.split()[-1]
    finally:
        knowledge.close()


def test_a_node_that_dies_fails_no_question(deployed: Deployed, server: KnowledgeBase) -> None:
    with asking(server, [0]) as asked:
        for node in deployed.nodes.all:
            asked.wait_for(ANSWERS)
            node.kill()
            asked.wait_for(3 * ANSWERS)
            deployed.nodes.start()
        tally = asked.wait_for(ANSWERS)

    assert (tally.failed, *tally.bad()) == NONE, tally


def test_a_node_that_hangs_fails_no_question(deployed: Deployed, server: KnowledgeBase) -> None:
    with asking(server, [0]) as asked:
        for node in deployed.nodes.all:
            asked.wait_for(ANSWERS)
            node.signal(signal.SIGSTOP)
            try:
                asked.wait_for(5 * ANSWERS)
            finally:
                node.signal(signal.SIGCONT)
        tally = asked.wait_for(ANSWERS)

    assert (tally.failed, *tally.bad()) == NONE, tally


def test_a_slow_node_changes_no_answer(deployed: Deployed, server: KnowledgeBase) -> None:
    first, *others = deployed.nodes.urls
    with slow_link(first, 0.2) as slow:
        knowledge = deployed.knowledge([slow, *others])
        with asking(knowledge, [0]) as asked:
            tally = asked.wait_for(2 * ANSWERS)
        knowledge.close()

    assert (tally.failed, *tally.bad()) == NONE, tally


def test_generations_switch_everywhere_at_once(deployed: Deployed, server: KnowledgeBase) -> None:
    others = [deployed.knowledge([url]) for url in deployed.nodes.urls]
    editions = range(11)
    with asking(server, editions) as asked:
        for number in editions[1:]:
            deployed.builder.replace_all(edition(number))
            switched = time.monotonic()
            late = set(map(id, (server, *others)))
            while late:
                for each in (server, *others):
                    found = each.search(QUESTIONS[0])
                    if found.passages[0].text.endswith(f"edition{number}"):
                        late.discard(id(each))
                assert time.monotonic() - switched < SWITCH_SECONDS
                time.sleep(0.02)
        tally = asked.wait_for(ANSWERS)
    for each in others:
        each.close()

    assert (tally.failed, *tally.bad()) == NONE, tally
    assert len(tally.editions) == len(editions)


def test_a_build_that_is_killed_leaves_what_is_served(deployed: Deployed, server: KnowledgeBase) -> None:
    chance, of_one = Random(5), (deployed.nodes.urls, deployed.layout, 1, LOCK_SECONDS)
    with asking(server, [0, 1]) as asked:
        whole, killed = seconds_of_build(*of_one), 0
        while killed < KILLS:
            began, builder = time.monotonic(), start_build(*of_one)
            builder.join(chance.uniform(0.0, whole))
            if builder.is_alive():
                killed += 1
            else:  # it was done sooner than the one before
                whole = time.monotonic() - began
            builder.kill()
            builder.join()
            time.sleep(LOCK_SECONDS)
        deployed.builder.replace_all(edition(1))
        tally = asked.wait_for(ANSWERS)

    assert (tally.failed, *tally.bad()) == NONE, tally
    assert deployed.builder.status().generation == max(deployed.builder.generations())


def test_of_two_builders_one_waits_for_the_other(deployed: Deployed, server: KnowledgeBase) -> None:
    outcomes: list[str] = []

    def build(number: int) -> None:
        engine = deployed.engine()
        try:
            outcomes.append(engine.replace_all(edition(number)).generation)
        except IndexBusy:
            outcomes.append("busy")
        finally:
            engine.close()

    with asking(server, [0, 2, 3]) as asked:
        for _ in range(3):
            threads = [Thread(target=build, args=(number,)) for number in (2, 3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        tally = asked.wait_for(ANSWERS)

    assert (tally.failed, *tally.bad()) == NONE, tally
    assert len(outcomes) == 6
    built = [each for each in outcomes if each != "busy"]
    assert built
    assert len(set(built)) == len(built)


def test_a_full_disk_stops_a_build_and_no_question(deployed: Deployed, server: KnowledgeBase) -> None:
    names = [f"cluster.routing.allocation.disk.watermark.{each}" for each in ("low", "high", "flood_stage")]
    enabled = "cluster.routing.allocation.disk.threshold_enabled"
    failed, end = False, time.monotonic() + FULL_SECONDS
    with asking(server, [0]) as asked:
        set_cluster(deployed, {enabled: True, **dict.fromkeys(names, "999999gb")})
        try:
            while not failed and time.monotonic() < end:  # the cluster looks at its disks now and then
                before = deployed.builder.generations()
                try:
                    deployed.builder.replace_all(edition(0))
                except DependencyFailed:
                    failed = True
            tally = asked.wait_for(ANSWERS)
        finally:
            set_cluster(deployed, {enabled: None, **dict.fromkeys(names)})
            free_indexes(deployed)

    assert failed
    assert (tally.failed, *tally.bad()) == NONE, tally
    assert deployed.builder.generations() == before


def test_a_cluster_that_is_gone_is_told_at_once_and_found_again(deployed: Deployed, server: KnowledgeBase) -> None:
    web = web_of(deployed)
    assert web.get("/api/v1/search?q=first").status_code == 200
    with asking(server, [0]) as asked:
        asked.wait_for(ANSWERS)
        for node in deployed.nodes.all:
            node.kill()
        time.sleep(5)
        asked.begin()
        told = [refused(web, f"/api/v1/search?q=question{number}") for number in range(30)]
        not_ready, gone = server.status(), asked.wait_for_failures(len(told))
        assert web.get("/readyz").status_code == 503
        deployed.nodes.start()
        time.sleep(10)
        asked.begin()
        tally = asked.wait_for(ANSWERS)

    assert gone.failed >= len(told)
    assert (gone.right, *gone.bad()) == NONE, gone
    assert gone.failing_seconds / gone.failed < SOON, gone
    assert statistics.median(told) < SOON, told
    assert not not_ready.ready
    assert "does not answer" in not_ready.reason
    assert (tally.failed, *tally.bad()) == NONE, tally
    assert tally.right >= ANSWERS
    assert server.status().ready
    assert web.get("/api/v1/search?q=again").status_code == 200


def web_of(deployed: Deployed) -> FlaskClient:
    """What answers over HTTP, from the same cluster."""
    settings = Settings(
        model=None,
        record="off",
        engine="opensearch",
        opensearch_urls=tuple(deployed.nodes.urls),
        opensearch_prefix=deployed.layout.prefix,
        console=False,
        rate_limit=False,
    )
    return create_app(settings).test_client()


def refused(web: FlaskClient, address: str) -> float:
    """Ask what cannot be answered; return after how many seconds that was said, and when to come back."""
    started = time.monotonic()
    answer = web.get(address)
    seconds = time.monotonic() - started
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "Try again" in answer.get_json()["detail"]
    return seconds


def set_cluster(deployed: Deployed, settings: dict[str, object]) -> None:
    answer = httpx.put(f"{deployed.nodes.urls[0]}/_cluster/settings", json={"transient": settings}, timeout=30)
    assert answer.status_code == 200, answer.text


def free_indexes(deployed: Deployed) -> None:
    """Let all indexes be written to again: a cluster that no longer looks at its disks does not do so by itself."""
    free = {"index.blocks.read_only_allow_delete": None}
    answer = httpx.put(f"{deployed.nodes.urls[0]}/_all/_settings", json=free, timeout=30)
    assert answer.status_code == 200, answer.text


def test_the_truth_is_what_the_cluster_answers(server: KnowledgeBase) -> None:
    truth = truth_of(0)

    assert {question: told(server.search(question, limit=10)) for question in QUESTIONS} == truth
