"""What the documentation says is so: every setting, command and address is in it, and its own examples work."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from kb_service import __version__
from kb_service.app import create_app
from kb_service.commands import program
from kb_service.settings import Settings
from kb_service.web.operations import AGENT_OPERATIONS, OPERATIONS, PREFIX
from tests.reference_pages import DOCS, OTHER_ADDRESSES, PAGES
from tests.web.fakes import FixedKnowledgeBase

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PAGES_TO_READ = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    *(f"docs/{path.name}" for path in sorted(DOCS.glob("*.md"))),
]
FIRST_COMMAND_BY_LINE = 30
UNWRITTEN = ("/static/", "/widget/v1/<fingerprint>/")  # files whose names pages and the widget's manifest give

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]+)")


def commands_in(text: str) -> Iterator[list[str]]:
    """The commands of console examples, as words; those after "#" are root's."""
    for kind, block in _FENCE.findall(text):
        if kind == "console":
            for line in re.findall(r"^\$ (.+)$", block, re.MULTILINE):
                yield shlex.split(line.partition(" | ")[0], comments=True)


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(Settings(rate_limit=False), knowledge_base=FixedKnowledgeBase())


@pytest.mark.parametrize("name", PAGES)
def test_reference_pages_are_what_the_code_says(name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")

    assert written == PAGES[name](), "write them anew: python -m tests.reference_pages"


def test_every_address_is_written_down(app: Flask) -> None:
    served = {rule.rule.replace("<path:article_id>", "{id}") for rule in app.url_map.iter_rules()}
    served = {each.replace("<digest>", "{hash}").replace("<name>", "{name}") for each in served}
    served = {each.replace("<int:flag_id>", "{number}").replace("<receipt_id>", "{receipt}") for each in served}
    served = {each.replace("<section>", "{section}").replace("<key>", "{key}") for each in served}
    written = {PREFIX + each.path for each in (*OPERATIONS, *AGENT_OPERATIONS)} | {f"{PREFIX}/openapi.json"}
    written |= {address.partition("?")[0] for address in OTHER_ADDRESSES}

    assert {each for each in served if not each.startswith(UNWRITTEN)} == written


@pytest.mark.parametrize("page", PAGES_TO_READ)
def test_links_between_pages_lead_somewhere(page: str) -> None:
    path = ROOT / page
    targets = _LINK.findall(path.read_text(encoding="utf-8"))

    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_every_guide_can_be_reached_from_the_readme() -> None:
    linked = set(_LINK.findall(README))

    assert {f"docs/{path.name}" for path in DOCS.glob("*.md")} <= linked


def test_the_readme_is_short_and_begins_with_a_command() -> None:
    lines = README.splitlines()

    assert 60 <= len(lines) <= 150
    assert any(line.startswith("$ make run") for line in lines[:FIRST_COMMAND_BY_LINE])


@pytest.mark.parametrize("words", list(commands_in(README)), ids=" ".join)
def test_the_commands_of_the_readme_exist(words: list[str]) -> None:
    name, *arguments = words
    if name == "make":
        assert set(arguments) <= make_targets()
    elif name == "curl":
        assert arguments[-1].startswith("http://127.0.0.1:8000/")
    else:
        assert name == ".venv/bin/kb"
        command = command_named(arguments[0])
        with command.make_context(arguments[0], arguments[1:]):  # the words are parsed; nothing is run
            pass


@pytest.mark.parametrize("path", re.findall(r"http://127\.0\.0\.1:8000(/[^\s'`]*)", README))
def test_the_addresses_of_the_readme_answer(path: str, app: Flask) -> None:
    assert app.test_client().get(path).status_code == 200


@pytest.mark.parametrize("words", list(commands_in(CONTRIBUTING)), ids=" ".join)
def test_the_commands_for_contributors_exist(words: list[str], pytestconfig: pytest.Config) -> None:
    program, _, module, *arguments = words
    marks = [line.partition(":")[0] for line in pytestconfig.getini("markers")]

    assert program == ".venv/bin/python"
    assert importlib.util.find_spec(module)
    while arguments:
        option = arguments.pop(0) if arguments[0].startswith("-") else ""
        value = arguments.pop(0)
        if option == "-m":
            assert value.removeprefix("not ") in marks
        elif option != "-k":
            assert (ROOT / value).exists()


def test_files_named_for_contributors_exist() -> None:
    named = re.findall(r"`([\w./]+/[\w.]*)`", CONTRIBUTING)
    made = (".kb/",)  # by commands that the same page names

    assert named
    assert [each for each in named if not each.startswith(made) and not (ROOT / each).exists()] == []


def test_make_targets_named_in_prose_exist() -> None:
    texts = " ".join((ROOT / page).read_text(encoding="utf-8") for page in PAGES_TO_READ)

    assert set(re.findall(r"`make ([a-z]+)", texts)) <= make_targets()


def command_named(name: str) -> click.Command:
    command = program.get_command(click.Context(program), name)
    assert command, name
    return command


def test_commands_named_in_prose_exist() -> None:
    texts = " ".join((ROOT / page).read_text(encoding="utf-8") for page in PAGES_TO_READ)
    named = set(re.findall(r"`kb ([a-z-]+)(?: ([a-z]+))?", texts))

    for name, following in named:
        command = command_named(name)
        assert not (following and isinstance(command, click.Group)) or following in command.commands


def test_the_python_of_the_readme_compiles() -> None:
    blocks = [block for kind, block in _FENCE.findall(README) if kind == "python"]

    assert [compile(block, "README.md", "exec").co_name for block in blocks] == ["<module>"] * len(blocks)
    assert blocks


def test_the_changelog_says_what_is_not_released_first() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert headings[0] == "Unreleased"
    assert re.fullmatch(rf"{re.escape(__version__)} - \d{{4}}-\d\d-\d\d", headings[1])


def tracked_texts() -> Iterator[tuple[str, str]]:
    """Name and text of every text file under version control; of all files where there is no git."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    names = listed.stdout.decode().split("\0") if listed.returncode == 0 else []
    for name in filter(None, names or (path.relative_to(ROOT).as_posix() for path in (ROOT / "kb_service").rglob("*"))):
        try:
            yield name, (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, OSError):
            continue


def test_no_file_tells_of_the_machine_it_was_written_on() -> None:
    of_a_machine = re.compile(
        rf"(?<![\w.]){re.escape(str(ROOT))}/|/(?:home|Users)/\w+/|/root/|/usr/local/lib/python"
        r"|index-url\W+https?://(?![\w.-]+\.example/)"
        r"|https?://[\w.-]*(?:artifactory|nexus|pypi)[\w.-]*/"
    )
    allowed = re.compile(r"https://pypi\.org/")

    found = [
        (name, match.group())
        for name, text in tracked_texts()
        for match in of_a_machine.finditer(allowed.sub("", text))
        if name != "tests/test_docs.py"
    ]
    assert found == []
