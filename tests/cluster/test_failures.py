"""What fails while questions are asked: nodes, builders, the whole cluster. No answer is wrong, mixed or partial."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from random import Random
from threading import Thread

import httpx
import pytest

from kb_service.errors import DependencyFailed, IndexBusy
from kb_service.index.opensearch.cluster import Cluster
from kb_service.index.opensearch.engine import OpenSearchEngine
from kb_service.index.opensearch.indexes import Deployment
from kb_service.knowledge_base import KnowledgeBase
from tests.cluster.asking import QUESTIONS, asking, edition, told, truth_of
from tests.cluster.engines import drop_all
from tests.cluster.nodes import Nodes
from tests.cluster.slow_link import slow_link
from tests.fakes import FixedStaffCounter

SWITCH_SECONDS = 2.0  # within which everybody serves another generation
SOON = 0.1  # seconds on average, in which a cluster that is gone is told of
LOCK_SECONDS = 4.0
FULL_SECONDS = 90.0
KILLS = int(os.environ.get("KILLS", "6"))
ANSWERS = 60  # right ones to see before going on
BUILD = """
import sys
from kb_service.index.opensearch.cluster import Cluster
from kb_service.index.opensearch.engine import OpenSearchEngine
from kb_service.index.opensearch.indexes import Deployment
from tests.cluster.asking import edition
urls, prefix, number, seconds = sys.argv[1].split(","), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
engine = OpenSearchEngine(Cluster(urls), deployment=Deployment(prefix, 1, 2), lock_seconds=seconds)
print("ready", flush=True)
print(engine.replace_all(edition(number)).generation)
"""


class Deployed:
    """A deployment on three nodes: one process that builds, and as many that answer as are wanted."""

    def __init__(self, nodes: Nodes) -> None:
        self.nodes, self.prefix = nodes, f"f{secrets.token_hex(4)}"
        self.builder = self.engine()

    def engine(self, urls: list[str] | None = None) -> OpenSearchEngine:
        deployment = Deployment(self.prefix, 1, 2)
        return OpenSearchEngine(Cluster(urls or self.nodes.urls), deployment=deployment, lock_seconds=LOCK_SECONDS)

    def knowledge(self, urls: list[str] | None = None) -> KnowledgeBase:
        return KnowledgeBase(self.engine(urls), staff_counter=FixedStaffCounter())


@pytest.fixture(scope="module")
def deployed(three_nodes: Nodes) -> Iterator[Deployed]:
    found = Deployed(three_nodes)
    found.builder.replace_all(edition(0))
    yield found
    found.builder.close()
    three_nodes.start()
    drop_all(three_nodes.urls, found.prefix)


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

    assert (tally.failed, *tally.bad()) == (0, 0, 0), tally


def test_a_node_that_hangs_fails_no_question(deployed: Deployed, server: KnowledgeBase) -> None:
    with asking(server, [0]) as asked:
        asked.wait_for(ANSWERS)
        deployed.nodes.all[1].signal(signal.SIGSTOP)
        try:
            asked.wait_for(5 * ANSWERS)
        finally:
            deployed.nodes.all[1].signal(signal.SIGCONT)
        tally = asked.wait_for(ANSWERS)

    assert (tally.failed, *tally.bad()) == (0, 0, 0), tally


def test_a_slow_node_changes_no_answer(deployed: Deployed, server: KnowledgeBase) -> None:
    first, *others = deployed.nodes.urls
    with slow_link(first, 0.2) as slow:
        knowledge = deployed.knowledge([slow, *others])
        with asking(knowledge, [0]) as asked:
            tally = asked.wait_for(2 * ANSWERS)
        knowledge.close()

    assert (tally.failed, *tally.bad()) == (0, 0, 0), tally


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

    assert (tally.failed, *tally.bad()) == (0, 0, 0), tally
    assert len(tally.editions) == len(editions)


def test_a_build_that_is_killed_leaves_what_is_served(deployed: Deployed, server: KnowledgeBase) -> None:
    chance = Random(5)
    with asking(server, [0, 1]) as asked:
        for _ in range(KILLS):
            builder = start_build(deployed, 1)
            time.sleep(chance.uniform(0.0, 1.5))
            builder.kill()
            builder.communicate()
            time.sleep(LOCK_SECONDS)
        tally = asked.wait_for(ANSWERS)
        assert (tally.failed, *tally.bad()) == (0, 0, 0), tally
        deployed.builder.replace_all(edition(1))
        tally = asked.wait_for(ANSWERS)

    assert (tally.failed, *tally.bad()) == (0, 0, 0), tally
    kept = deployed.builder.generations()
    assert deployed.builder.status().generation == max(kept)


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

    assert (tally.failed, *tally.bad()) == (0, 0, 0), tally
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

    assert failed
    assert (tally.failed, *tally.bad()) == (0, 0, 0), tally
    assert deployed.builder.generations() == before


def test_a_cluster_that_is_gone_is_told_at_once_and_found_again(deployed: Deployed, server: KnowledgeBase) -> None:
    with asking(server, [0]) as asked:
        asked.wait_for(ANSWERS)
        for node in deployed.nodes.all:
            node.kill()
        time.sleep(5)
        asked.begin()
        time.sleep(3)
        gone = asked.counted()
        not_ready = server.status()
        deployed.nodes.start()
        time.sleep(10)
        asked.begin()
        tally = asked.wait_for(ANSWERS)

    assert (gone.right, *gone.bad()) == (0, 0, 0), gone
    assert gone.failed > 0
    assert gone.failing_seconds / gone.failed < SOON, gone
    assert not not_ready.ready
    assert "does not answer" in not_ready.reason
    assert (tally.failed, *tally.bad()) == (0, 0, 0), tally
    assert tally.right >= ANSWERS
    assert server.status().ready


def start_build(deployed: Deployed, number: int) -> subprocess.Popen[str]:
    """Start a build in a process of its own, and return when it is about to begin."""
    arguments = [",".join(deployed.nodes.urls), deployed.prefix, str(number), str(LOCK_SECONDS)]
    builder = subprocess.Popen(
        [sys.executable, "-c", BUILD, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert builder.stdout
    builder.stdout.readline()
    return builder


def set_cluster(deployed: Deployed, settings: dict[str, object]) -> None:
    answer = httpx.put(f"{deployed.nodes.urls[0]}/_cluster/settings", json={"transient": settings}, timeout=30)
    assert answer.status_code == 200, answer.text


def test_the_truth_is_what_the_cluster_answers(server: KnowledgeBase) -> None:
    truth = truth_of(0)

    assert {question: told(server.search(question, limit=10)) for question in QUESTIONS} == truth
