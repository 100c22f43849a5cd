"""The short form of `python -m tests.load.hanging_helpdesk`: bounds that hold on any machine."""

from __future__ import annotations

import urllib.request
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.load.asking import Seen
from tests.load.hanging_helpdesk import Round, run_round
from tests.load.serving import serving

SECONDS = 3.0
HELPDESK_WAIT_SECONDS = 2.0  # a look-up gives up reading after that; whoever shares its thread would wait as long
BUDGET_SECONDS = 2.5
SLACK_SECONDS = 1.5  # for a busy machine


class Load(NamedTuple):
    """A round, what /metrics told after it, and what was left of the shared metrics when the server had ended."""

    round: Round
    metrics: str
    leftovers: list[Path]


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Load:
    folder = tmp_path_factory.mktemp("load")
    with serving(folder, workers=2) as port:
        measured = run_round(port, 0, seconds=SECONDS)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as response:
            metrics = response.read().decode()
    return Load(measured, metrics, list(folder.glob("kb-metrics-*")))


@pytest.fixture
def measured(load: Load) -> Round:
    return load.round


def test_no_request_is_lost_while_twenty_clients_ask_a_helpdesk_that_hangs(measured: Round) -> None:
    assert measured.lost == []
    assert len(measured.loaded.seconds) > 50


def test_no_ordinary_answer_waits_for_the_helpdesk(measured: Round) -> None:
    assert max(measured.loaded.seconds) < HELPDESK_WAIT_SECONDS * 0.9


def test_answers_with_a_domain_keep_their_budget(measured: Round) -> None:
    assert max(measured.hanging.seconds) < BUDGET_SECONDS + SLACK_SECONDS
    assert set(measured.hanging.statuses) <= {"timeout", "rate_limited"}
    assert "timeout" in measured.hanging.statuses


def test_metrics_are_those_of_both_workers_and_leave_nothing_behind(load: Load) -> None:
    asked = sum(len(seen.seconds) for seen in (load.round.quiet, load.round.loaded, load.round.hanging))
    told = f'kb_http_requests_total{{method="GET",route="/api/v1/answer",status="2xx"}} {asked}.0'

    assert told in load.metrics.splitlines()
    assert load.leftovers == []


def test_a_percentile_is_one_of_the_times_seen() -> None:
    seen = Seen(seconds=[number / 1000 for number in range(100, 0, -1)])

    assert (seen.percentile_ms(0.5), seen.percentile_ms(0.99), seen.percentile_ms(1.0)) == (51, 100, 100)
