"""Numbers of strings that shards have in common: only what new shards hold is looked up."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb_service.index.whoosh.numbering import NOTHING, Numbering, open_numbering

HELD = {"one": ["seat", "invoice", "pay"], "two": ["pay", "renew"], "three": ["seat", "zebra", "apple"]}


def number(*keys: str, before: Numbering = NOTHING) -> Numbering:
    return before.next(keys, HELD.__getitem__)


def held_by(numbering: Numbering) -> dict[str, list[str]]:
    return {key: [numbering.strings[at] for at in numbers] for key, numbers in numbering.shards.items()}


def test_every_shard_has_the_numbers_of_its_strings_in_their_order() -> None:
    assert held_by(number("one", "two", "three")) == HELD


def test_what_no_shard_holds_any_more_is_gone() -> None:
    assert number("two", before=number("one", "two")).strings == ["pay", "renew"]


@pytest.mark.parametrize("steps", [["one"], ["two", "three"], ["three", "one"]], ids=" ".join)
def test_numbers_do_not_depend_on_what_was_before(steps: list[str]) -> None:
    stepwise, at_once = number("one", "three", before=number(*steps)), number("one", "three")

    assert stepwise.strings == at_once.strings
    assert held_by(stepwise) == held_by(at_once)


def test_a_shard_that_is_known_is_not_asked_again() -> None:
    first = number("one", "two")

    assert set(first.next(["one", "two"], {}.__getitem__).shards) == {"one", "two"}


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    saved = number("one", "three")
    saved.save(tmp_path / "terms")
    opened = open_numbering(tmp_path / "terms")

    assert opened.strings == saved.strings
    assert held_by(opened) == held_by(saved)
