"""The ready signing examples make tokens that the service takes, whatever language a site is written in."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kb_service.app import create_app
from kb_service.settings import Settings, load_settings
from kb_service.staff.signing import LONGEST_LIFE_SECONDS, BadToken, DomainTokens
from tests.lacking import lacks
from tests.web.fakes import FixedKnowledgeBase

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parents[2] / "examples"
MAX_LINES = 40
ACME = "acme.kayako.com"
NEW_KEY = "new-key-" * 4
OLD_KEY = "old-key-" * 4
INTERPRETERS = {"sign_helpdesk.py": sys.executable, "sign-helpdesk.mjs": "node", "sign-helpdesk.php": "php"}


@pytest.fixture(params=INTERPRETERS)
def example(request: pytest.FixtureRequest) -> list[str]:
    """The command that runs an example; skipped where this machine has nothing to run it with."""
    name = str(request.param)
    program = shutil.which(INTERPRETERS[name])
    if program is None:
        lacks(f"{INTERPRETERS[name]}, which runs examples/{name}, is not on this machine")
    return [program, str(EXAMPLES / name)]


def run(example: list[str], key_file: Path, *, domain: str = ACME) -> str:
    done = subprocess.run([*example, domain, str(key_file)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def key_file(folder: Path, *keys: str) -> Path:
    file = folder / f"{len(list(folder.iterdir()))}.keys"
    file.write_text("\n".join(keys) + "\n", encoding="utf-8")
    return file


def tokens(*keys: str) -> DomainTokens:
    return DomainTokens(keys=[key.encode() for key in keys])


def count_with(token: str, keys_in_force: Path, *, domain: str = ACME) -> str:
    """Ask the service as the widget does; return the status."""
    environ = {"KB_STAFF_COUNT": "signed", "KB_STAFF_KEY_FILE": str(keys_in_force)}
    settings: Settings = load_settings(flags={}, environ=environ, file=None)
    client = create_app(settings, knowledge_base=FixedKnowledgeBase()).test_client()
    query = {"q": "why?", "domain": domain, "token": token}
    status: str = client.get("/api/v1/answer", query_string=query).get_json()["staff_count"]["status"]
    return status


def test_the_service_takes_the_token_for_that_helpdesk_alone(example: list[str], tmp_path: Path) -> None:
    keys = key_file(tmp_path, NEW_KEY)
    token = run(example, keys)

    assert count_with(token, keys) == "ok"
    assert count_with(token, keys, domain="other.kayako.com") == "not_allowed"
    assert count_with(token[:-2], keys) == "not_allowed"


def test_the_token_ends_within_two_hours(example: list[str], tmp_path: Path) -> None:
    token = run(example, key_file(tmp_path, NEW_KEY))
    now = time.time()

    assert tokens(NEW_KEY).verify(token, now=now) == ACME
    assert tokens(NEW_KEY).verify(token, now=now + LONGEST_LIFE_SECONDS) == BadToken("expired")


def test_keys_are_replaced_without_a_gap(example: list[str], tmp_path: Path) -> None:
    old, both, new = (key_file(tmp_path, *keys) for keys in ([OLD_KEY], [NEW_KEY, OLD_KEY], [NEW_KEY]))
    signed_before, signed_after = run(example, old), run(example, both)

    assert (count_with(signed_before, old), count_with(signed_before, both)) == ("ok", "ok")
    assert (count_with(signed_after, both), count_with(signed_after, new)) == ("ok", "ok")
    assert count_with(signed_before, new) == "not_allowed"


def test_names_of_other_alphabets_are_signed_as_they_are_asked(example: list[str], tmp_path: Path) -> None:
    keys = key_file(tmp_path, NEW_KEY)

    assert count_with(run(example, keys, domain="bücher.kayako.com"), keys, domain="BÜCHER.kayako.com") == "ok"


@pytest.mark.parametrize("name", INTERPRETERS)
def test_an_example_is_short_enough_to_be_read(name: str) -> None:
    assert len((EXAMPLES / name).read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_there_is_a_test_for_every_example() -> None:
    assert {file.name for file in EXAMPLES.iterdir() if file.is_file()} == {*INTERPRETERS, "helpdesk-panel.html"}
