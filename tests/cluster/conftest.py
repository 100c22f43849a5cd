"""Clusters for tests; `make test-cluster` runs them. Without KB_TEST_CLUSTER, a folder to install into, none is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.nodes import Nodes, running

FOLDER = os.environ.get("KB_TEST_CLUSTER")
collect_ignore_glob = [] if FOLDER else ["test_*.py"]


@pytest.fixture(scope="session")
def cluster() -> Iterator[Nodes]:
    """A cluster of one node until more are wanted: an index of the tests has one copy, wherever it lies."""
    assert FOLDER
    with running(Path(FOLDER).resolve(), 1, most=3) as nodes:
        yield nodes


@pytest.fixture(scope="module")
def three_nodes(cluster: Nodes) -> Nodes:
    """The same cluster, grown to three nodes."""
    cluster.grow(3)
    return cluster
