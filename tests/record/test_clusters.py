"""What asks the same is put together: by meaning, or by words."""

from __future__ import annotations

import numpy as np
import pytest

from kb_service.record.clusters import IN_WORDS, Nearness, cluster, word_vectors

NEAR = Nearness(phrase=0.8, group=0.9)


def unit(*rows: tuple[float, ...]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    vectors = np.array(rows, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_the_group_asked_most_often_comes_first_and_in_it_its_commonest_phrase() -> None:
    vectors = unit((1, 0), (0, 1), (0.1, 1), (1, 0.1))

    assert cluster(vectors, [1, 2, 3, 1], NEAR) == [[2, 1], [0, 3]]


def test_what_is_not_near_stays_alone() -> None:
    assert cluster(unit((1, 0), (1, 1), (0, 1)), [3, 2, 1], NEAR) == [[0], [1], [2]]


def test_groups_that_came_near_each_other_are_joined() -> None:
    degrees = np.radians([0, 40, 20, 22])  # the first two lead, then the others draw both centres together
    vectors = np.stack([np.cos(degrees), np.sin(degrees)], axis=1).astype(np.float32)

    assert len(cluster(vectors, [5, 4, 3, 3], Nearness(phrase=0.9, group=0.8))) == 1
    assert len(cluster(vectors, [5, 4, 3, 3], Nearness(phrase=0.9, group=0.99))) == 2


@pytest.mark.parametrize("number", [1, 63, 64, 65, 300, 1500])
def test_every_phrase_is_in_one_group(number: int) -> None:
    vectors = np.random.default_rng(number).normal(size=(number, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    groups = cluster(vectors, [row % 7 + 1 for row in range(number)], Nearness(phrase=0.6, group=0.6))

    assert sorted(row for group in groups for row in group) == list(range(number))
    asked = [sum(row % 7 + 1 for row in group) for group in groups]
    assert asked == sorted(asked, reverse=True)


def test_phrases_with_the_same_rare_words_are_together() -> None:
    phrases = [
        "how do i merge two tickets",
        "merging tickets",
        "is there a dark mode",
        "dark mode for the staff area",
        "can i merge a ticket",
        "the of and",
    ]
    groups = cluster(word_vectors(phrases), [1] * len(phrases), IN_WORDS)

    assert sorted(sorted(group) for group in groups) == [[0, 1, 4], [2, 3], [5]]


def test_phrases_have_the_same_vectors_whatever_else_there_is_of_their_words() -> None:
    one, two = word_vectors(["merge tickets", "dark mode"])

    assert float(one @ one) == pytest.approx(1)
    assert abs(float(one @ two)) < 0.2
