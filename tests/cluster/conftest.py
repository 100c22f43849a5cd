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
def one_node() -> Iterator[Nodes]:
    """A cluster of one node, for all tests that only need some cluster."""
    assert FOLDER
    with running(Path(FOLDER).resolve(), 1) as nodes:
        yield nodes


@pytest.fixture(scope="module")
def three_nodes() -> Iterator[Nodes]:
    """A cluster of three nodes, for the tests of one file."""
    assert FOLDER
    with running(Path(FOLDER).resolve(), 3) as nodes:
        yield nodes
