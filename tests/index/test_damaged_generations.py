"""Whatever happens to the files of an index, it is noticed before they are served, and the last whole one is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from pathlib import Path

import pytest

from kb_service.content.article import Article
from kb_service.errors import EngineUnavailable, IndexOutOfDate
from kb_service.index.generations import Generations, Manifest
from kb_service.index.port import EngineStatus
from kb_service.index.whoosh.engine import POLL_SECONDS, RETRY_SECONDS, WhooshEngine
from kb_service.index.whoosh.segments import WHOOSH
from tests.builders import an_article
from tests.index.faulty_builds import FORMAT, build_two_files
from tests.index.questions import found, words
from tests.index.test_generations import Clock, publish


def flip_first(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:] if data else b"\1"


def flip_middle(data: bytes) -> bytes:
    at = len(data) // 2
    return data[:at] + flip_first(data[at:])


def cut(data: bytes) -> bytes | None:
    return data[: len(data) // 2] if data else None


def zero(data: bytes) -> bytes:
    return bytes(len(data)) or b"\0"


def remove(data: bytes) -> None:
    return None


DAMAGES = [flip_first, flip_middle, cut, zero, remove]
Damage = Callable[[bytes], bytes | None]


def damaged(folder: Path, damage: Damage) -> Iterator[Path]:
    """Damage each file that is served below the folder, one at a time, and mend it again."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole = path.read_bytes()
        data = damage(whole)
        path.unlink()
        if data is not None:
            path.write_bytes(data)
        yield path
        path.write_bytes(whole)


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_damage_to_any_file_is_noticed_before_it_is_served(tmp_path: Path, damage: Damage) -> None:
    article = an_article("a", "red", agent_texts=["blue"], questions=["Which colour?"], topics=["t"])
    name = WhooshEngine(tmp_path).replace_all([article], source="s").generation
    seen = 0
    for path in damaged(tmp_path / name, damage):
        status = WhooshEngine(tmp_path).status()
        seen += 1

        assert (status.generation, status.articles) == ("", 0), path
        assert name in status.reason
    assert seen > 10
    assert WhooshEngine(tmp_path).status().generation == name


def test_any_flipped_bit_of_a_manifest_is_noticed(tmp_path: Path) -> None:
    build_two_files(tmp_path)
    generations = Generations(tmp_path, format=FORMAT)
    name = generations.current() or ""
    manifest = tmp_path / name / "MANIFEST.json"
    whole = manifest.read_bytes()
    for at in range(len(whole)):
        manifest.write_bytes(whole[:at] + flip_first(whole[at:]))

        with pytest.raises(IndexOutOfDate):
            generations.verify(name, below=["part"])


def test_damage_to_the_agents_files_does_not_stop_a_process_for_the_public(tmp_path: Path) -> None:
    article = an_article("a", "red", agent_texts=["blue"])
    name = WhooshEngine(tmp_path).replace_all([article]).generation
    (tmp_path / name / "agent" / "catalogue.safetensors").write_bytes(b"")

    assert WhooshEngine(tmp_path, audiences=("public",)).status().generation == name
    assert WhooshEngine(tmp_path).status().generation == ""


def all_of_them(articles: Mapping[str, Article]) -> Set[str]:
    """Of nothing has changed."""
    return articles.keys()


def spoil(folder: Path, generation: str) -> None:
    path = folder / generation / "public" / "catalogue.safetensors"  # which no other generation shares
    path.write_bytes(flip_middle(path.read_bytes()))


def test_a_new_process_falls_back_to_the_generation_before_and_says_why(tmp_path: Path) -> None:
    first, second = (publish(tmp_path, text) for text in ("first", "second"))
    spoil(tmp_path, second.generation)
    engine = WhooshEngine(tmp_path, unchanged=all_of_them)

    assert found(engine.snapshot(audience="public"), words("first")) == ["a"]
    status = engine.status()
    assert (status.generation, status.source) == (first.generation, "first")
    assert second.generation in status.reason
    assert "damaged" in status.reason
    assert f"An earlier generation is served: {first.generation}" in status.reason


def test_a_running_process_keeps_what_it_serves_and_takes_the_next_whole_one(tmp_path: Path) -> None:
    clock = Clock()
    first = publish(tmp_path, "first")
    reader = WhooshEngine(tmp_path, monotonic=clock, unchanged=all_of_them)
    assert reader.status() == first
    held = reader.snapshot(audience="public")
    spoil(tmp_path, publish(tmp_path, "second").generation)

    clock.seconds += POLL_SECONDS
    assert reader.snapshot(audience="public") is held
    assert "damaged" in reader.status().reason
    third = publish(tmp_path, "third")
    clock.seconds += POLL_SECONDS
    assert reader.status() == third


POINTERS = {
    "missing generation": b"000009-00000000\n",
    "empty": b"",
    "no name": b"../../etc\n",
    "not ascii": b"\xff\xfe\n",
    "zeros": bytes(16),
}


@pytest.mark.parametrize("pointer", POINTERS.values(), ids=POINTERS.keys())
def test_a_wrong_pointer_leads_to_the_newest_whole_generation(tmp_path: Path, pointer: bytes) -> None:
    newest = [publish(tmp_path, text) for text in ("first", "second")][-1]
    (tmp_path / "CURRENT").write_bytes(pointer)

    status = WhooshEngine(tmp_path, unchanged=all_of_them).status()

    assert status.generation == newest.generation
    assert "An earlier generation is served" in status.reason


def test_a_wrong_pointer_without_any_generation_is_reported(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_bytes(POINTERS["missing generation"])
    engine = WhooshEngine(tmp_path)

    assert "000009-00000000" in engine.status().reason
    with pytest.raises(IndexOutOfDate, match="000009-00000000"):
        engine.snapshot(audience="public")


@pytest.mark.parametrize("harm", ["pointer removed", "pointer unreadable", "folder removed"])
def test_a_running_process_goes_on_without_pointer_or_folder(tmp_path: Path, harm: str) -> None:
    clock, folder = Clock(), tmp_path / "index"
    reader = publish_and_open(folder, clock)
    if harm == "folder removed":
        folder.rename(tmp_path / "elsewhere")
    else:
        (folder / "CURRENT").unlink()
    if harm == "pointer unreadable":
        (folder / "CURRENT").mkdir()

    clock.seconds += POLL_SECONDS
    assert found(reader.snapshot(audience="public"), words("red")) == ["a"]
    assert reader.status().reason


def publish_and_open(folder: Path, clock: Clock) -> WhooshEngine:
    publish(folder, "red")
    reader = WhooshEngine(folder, monotonic=clock)
    assert reader.status().reason == ""
    return reader


def test_the_status_never_raises(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").mkdir()

    status: EngineStatus = WhooshEngine(tmp_path).status()

    assert (status.generation, status.articles, status.passages) == ("", 0, 0)
    assert "cannot be read" in status.reason


@pytest.mark.parametrize("audience", ["public", "agent"])
@pytest.mark.parametrize("damage", [flip_middle, remove], ids=["damaged", "gone"])
def test_without_the_index_of_whoosh_nothing_is_answered_until_it_is_built_again(
    tmp_path: Path, audience: str, damage: Damage
) -> None:
    engine = WhooshEngine(tmp_path)
    name = engine.replace_all([an_article("a", "red", agent_texts=["blue"])]).generation
    for path in (tmp_path / name / audience / WHOOSH).glob("*"):
        data = damage(path.read_bytes())
        path.unlink() if data is None else path.write_bytes(data)

    with pytest.raises(IndexOutOfDate, match="Rebuild"):
        WhooshEngine(tmp_path).snapshot(audience="public")
    after = engine.replace_all([an_article("a", "red")], source="after")
    assert (after.source, after.reason) == ("after", "")
    assert found(WhooshEngine(tmp_path).snapshot(audience="public"), words("red")) == ["a"]


def test_a_build_unpickles_nothing_of_a_generation_that_its_manifest_does_not_vouch_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = WhooshEngine(tmp_path)
    name = engine.replace_all([an_article("a", "red")]).generation
    for path in (tmp_path / name / "public" / WHOOSH).glob("*.toc"):
        path.write_bytes(b"cos\nsystem\n(S'touch pwned'\ntR." + path.read_bytes())
    monkeypatch.chdir(tmp_path)

    engine.replace_all([an_article("a", "red"), an_article("b", "blue")])

    assert not (tmp_path / "pwned").exists()
    assert found(engine.snapshot(audience="public"), words("blue")) == ["b"]


def test_a_build_that_cannot_be_read_back_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = WhooshEngine(tmp_path)
    first = engine.replace_all([an_article("a", "Before.")]).generation
    verify = Generations.verify

    def bad_disk(generations: Generations, name: str, *, below: Sequence[str]) -> Manifest:
        if name != first:
            raise IndexOutOfDate("Generation damaged by a bad disk.")
        return verify(generations, name, below=below)

    monkeypatch.setattr(Generations, "verify", bad_disk)
    with pytest.raises(EngineUnavailable, match="stays as it was: Generation damaged by a bad disk"):
        engine.replace_all([an_article("a", "After.")])
    assert (engine.status().generation, engine.generations()) == (first, [first])


def test_switches_and_damage_are_logged_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="kb_service")
    engine, clock = WhooshEngine(tmp_path), Clock()
    first = engine.replace_all([an_article("a", "One.")]).generation
    second = engine.replace_all([an_article("a", "Two.")]).generation
    (tmp_path / second / "MANIFEST.json").write_bytes(b"{}")
    reader = WhooshEngine(tmp_path, monotonic=clock, unchanged=all_of_them)
    for _ in range(5):
        reader.status()
        clock.seconds += RETRY_SECONDS + 1

    told = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert f"index generation {first} is served" in caplog.text
    assert [message.startswith("index damaged: ") for message in told] == [True, False]
    assert told[1] == f"index generation {first} is served"


def test_a_roll_back_serves_the_generation_before_everywhere(tmp_path: Path) -> None:
    engine, clock = WhooshEngine(tmp_path), Clock()
    first = engine.replace_all([an_article("a", "One.")]).generation
    engine.replace_all([an_article("a", "Two.")])
    reader = WhooshEngine(tmp_path, monotonic=clock)
    reader.status()

    assert engine.roll_back().generation == first
    clock.seconds += POLL_SECONDS + 1
    assert (reader.status().generation, reader.status().reason) == (first, "")
    with pytest.raises(IndexOutOfDate, match="no whole generation before"):
        engine.roll_back()
