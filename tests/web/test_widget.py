"""The widget's files: small, cacheable, readable by every site, free of what could run text as code."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient

from kb_service.web.widget import ENTRY, FOLDER, FURTHER, REST, WidgetFiles
from kb_service.web.widget_words import BOX, CARD, SEATS, WORDS
from kb_service.wording.languages import LANGUAGES
from kb_service.wording.messages import translated

FILES = WidgetFiles.read()
KILOBYTE = 1024
ENTRY_BYTES = 2 * KILOBYTE
FIRST_BYTES = 14_336  # to open it, ask, read an answer and vote
ALL_BYTES = 16_896  # with what comes when it is needed: articles, the card of seats, the form that reaches a person
SOURCES = sorted(FOLDER.glob("*.js"))
SCRIPTS = [*SOURCES, FOLDER.parent / "vote.js"]


def sent(client: FlaskClient, path: str) -> bytes:
    """What a browser gets over https, which takes brotli."""
    response = client.get(path, headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
    assert response.headers["Content-Encoding"] == "br"
    return response.data


def test_before_the_first_use_two_kilobytes_are_sent(client: FlaskClient) -> None:
    assert len(sent(client, f"/widget/v1/{ENTRY}")) <= ENTRY_BYTES


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_is_ever_sent_is_small(language: str, client: FlaskClient) -> None:
    prefix = f"/widget/v1/{FILES.fingerprint}"
    paths = [f"/widget/v1/{ENTRY}", f"{prefix}/{REST}", f"{prefix}/words-{language}.js"]
    first = sum(len(sent(client, path)) for path in paths)

    assert first <= FIRST_BYTES
    further = sum(len(sent(client, f"{prefix}/{name}")) for name in (FURTHER, f"seat-words-{language}.js"))
    assert first + further <= ALL_BYTES


def test_the_newest_entry_loads_the_rest_of_its_own_version(client: FlaskClient) -> None:
    text = client.get(f"/widget/v1/{ENTRY}").text

    assert f'import("./{FILES.fingerprint}/{REST}")' in text
    assert text.replace(f"{FILES.fingerprint}/", "").encode() == FILES.files[ENTRY].content


def test_a_version_is_kept_for_ever_and_the_newest_is_asked_for_again(client: FlaskClient) -> None:
    pinned = client.get(f"/widget/v1/{FILES.fingerprint}/{REST}")
    newest = client.get(f"/widget/v1/{ENTRY}")
    former = client.get(f"/widget/v1/000000000000/{REST}")

    assert pinned.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert newest.headers["Cache-Control"].startswith("public, max-age=300,")
    assert former.headers["Cache-Control"] == newest.headers["Cache-Control"]


def test_who_holds_the_current_file_is_told_so(client: FlaskClient) -> None:
    first = client.get(f"/widget/v1/{ENTRY}")

    again = client.get(f"/widget/v1/{ENTRY}", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"


def test_who_takes_gzip_or_nothing_gets_the_same(client: FlaskClient) -> None:
    path = f"/widget/v1/{FILES.fingerprint}/{REST}"
    plain, zipped = client.get(path), client.get(path, headers={"Accept-Encoding": "gzip, br;q=0"})

    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Vary"] == "Accept-Encoding"
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == brotli.decompress(sent(client, path)) == plain.data
    assert len({each.headers["ETag"] for each in (plain, zipped)}) == 2


def test_the_manifest_names_every_file_with_its_hash(client: FlaskClient) -> None:
    manifest = client.get("/widget/v1/manifest.json").get_json()

    assert manifest["entry"] == f"/widget/v1/{FILES.fingerprint}/{ENTRY}"
    assert len(manifest["integrity"]) == 3 + 2 * len(LANGUAGES)
    for path, integrity in manifest["integrity"].items():
        digest = hashlib.sha384(client.get(path).data).digest()
        assert integrity == "sha384-" + base64.b64encode(digest).decode()


def test_the_types_name_what_the_element_does_and_says(client: FlaskClient) -> None:
    types = client.get("/widget/v1/kb-widget.d.ts")
    code = "".join(path.read_text("utf-8") for path in SOURCES)

    assert types.headers["Access-Control-Allow-Origin"] == "*"
    methods = set(re.findall(r"^  (\w+)(?:<[^>]*>)?\(.*\): ", types.text, re.M))
    events = set(re.findall(r"^  (\w+): (?:Record|\{)", types.text, re.M))
    assert methods == {*re.findall(r'\["(open)", "(close)", "(toggle)", "(ask)", "(article)", "(contact)"\]', code)[0],
                       "identify", "on", "off"}  # fmt: skip
    assert {f"kb-{name}" for name in events} == set(re.findall(r'"(kb-[a-z]+)"', code)) - {"kb-widget"}


@pytest.mark.parametrize("name", ["style.js", "../app.py", "%2e%2e", "x", "kb-widget.js.map"])
def test_nothing_else_is_served(name: str, client: FlaskClient) -> None:
    assert client.get(f"/widget/v1/{FILES.fingerprint}/{name}").status_code == 404


def test_the_demo_shows_the_hashes_that_are_true(client: FlaskClient) -> None:
    page = client.get("/widget/demo").text

    assert all(file.integrity in page for file in FILES.files.values())
    assert f'<script type="module" src="/widget/v1/{FILES.fingerprint}/{ENTRY}"></script>' in page


SINKS = (
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|srcdoc|createContextualFragment"
    r"|DOMParser|setHTML|\.style\b|javascript:|localStorage|indexedDB|cookie|postMessage|sendBeacon"
)


@pytest.mark.parametrize("source", SCRIPTS, ids=lambda path: path.name)
def test_no_source_can_run_text_or_leave_a_trace(source: Path) -> None:
    assert re.findall(SINKS, source.read_text("utf-8")) == []


@pytest.mark.parametrize("source", SCRIPTS, ids=lambda path: path.name)
def test_sources_are_typed_and_short(source: Path) -> None:
    text = source.read_text("utf-8")

    assert text.startswith("// @ts-check\n/**")
    assert len(text.splitlines()) <= 300
    assert re.findall(r"https?://", text) == []


def test_the_parts_take_each_what_the_other_gives() -> None:
    rest, further = (FILES.files[name].content.decode() for name in (REST, FURTHER))

    assert re.findall(r"\bimport\b[^(]*?from\"([^\"]*)\"", rest + further) == ["./conversation.js"]
    [taken] = re.findall(r"^import\{([^}]*)\}", further)
    [given] = re.findall(r"^export const\{([^}]*)\}", rest)
    assert {*taken.split(","), "converse"} == {*given.split(",")}
    assert re.findall(r"^export const\{([^}]*)\}|;export const\{([^}]*)\}", further) == [("", "further")]


def test_only_what_keeps_a_visit_keeps_anything() -> None:
    keeping = [path.name for path in SOURCES if "sessionStorage" in path.read_text("utf-8")]

    assert keeping == ["kb-widget.js", "memory.js"]


def test_names_at_the_top_of_joined_modules_differ() -> None:
    joined = [path for path in SOURCES if path.name != ENTRY]
    declared = re.compile(r"^(?:export )?(?:const|class|function|async function) (\w+)", re.MULTILINE)
    names = [name for path in joined for name in declared.findall(path.read_text("utf-8"))]

    assert len(names) == len(set(names))


def test_every_word_is_said_somewhere_and_in_every_language() -> None:
    used = "".join(path.read_text("utf-8") for path in SOURCES)
    by_state = {"offlineHint", "exact", "possibleHint", "personHint"}

    assert {name for name in (*WORDS, *SEATS, *CARD) if not re.search(rf"\b{name}\b", used)} == by_state
    for language in LANGUAGES:
        text = FILES.files[f"words-{language}.js"].content.decode()
        of_seats = FILES.files[f"seat-words-{language}.js"].content.decode()
        assert all(translated(language, message) in text for message in WORDS.values())
        assert all(translated(language, message) in of_seats for message in SEATS.values())
        entry = FILES.entry.content.decode()
        assert "|".join(translated(language, message) for message in BOX.values()) in entry


def test_the_documentation_lists_what_there_is() -> None:
    documentation = (Path(__file__).parents[2] / "docs" / "widget.md").read_text("utf-8")
    code = "".join(path.read_text("utf-8") for path in SOURCES)
    attributes = set(re.findall(r'given\("([\w-]+)"\)', code)) | {"theme", "lang"}
    parts = {name for part in re.findall(r'\bpart: "([\w-]+)"', code) for name in part.split()}

    assert set(re.findall(r"^\| `([\w-]+)` \| ", documentation.partition("## Look")[0], re.M)) == attributes
    assert {name for name in parts if f"`{name}`" not in documentation} == set()
    for name in set(re.findall(r"--kb-[\w-]+|\bkb-(?:open|close|search|article|error|contact|sent)\b", code)):
        assert name in documentation
