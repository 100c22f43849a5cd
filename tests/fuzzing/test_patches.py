"""A patch that a report makes changes what it says and nothing else, whatever people typed and authors wrote."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_service.content.front_matter.strict_yaml import load
from kb_service.errors import CallerError
from kb_service.indexing import NOT_COVERED_FILE, PHRASINGS_FILE, SYNONYMS_FILE, read_wording
from kb_service.record.patches import PatchKind, Target, make_patch
from kb_service.record.reports import OpenQuestion
from tests.fuzzing.parsers import text_of
from tests.fuzzing.test_texts import TALK, WORDING

FILES = (PHRASINGS_FILE, NOT_COVERED_FILE, SYNONYMS_FILE, "_tests/found.yml")
KINDS: tuple[PatchKind, ...] = ("ways", "test", "synonym", "not-covered", "article")


@pytest.mark.slow
@given(
    kind=st.sampled_from(KINDS),
    examples=st.lists(text_of(TALK, most=8), min_size=1, max_size=3),
    written=st.dictionaries(st.sampled_from(FILES[:3]), text_of(WORDING, most=10), max_size=2),
)
@settings(max_examples=80)
def test_a_patch_applies_and_leaves_files_that_can_be_read(
    kind: PatchKind, examples: list[str], written: dict[str, str]
) -> None:
    found = OpenQuestion(1, 3, len(examples), tuple(examples), ("seats",), "2026-11-01", "2026-11-02")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in written.items():
            (folder / file).write_bytes(text.encode("utf-8", "replace"))
        before = read_wording(folder)[1]
        try:
            patch = make_patch(found, kind, articles=folder, target=Target("seats", "Seats"))
        except CallerError:
            return
        applied = subprocess.run(
            ["git", "apply", "--whitespace=nowarn", "-"],
            cwd=folder,
            input=patch.diff.encode(),
            capture_output=True,
            check=False,
        )

        assert applied.returncode == 0, (patch.diff, applied.stderr)
        for changed in re.findall(r"^\+\+\+ b/(.+\.yml)$", patch.diff, re.MULTILINE):
            load((folder / changed).read_text(encoding="utf-8"))
        assert len(read_wording(folder)[1]) <= len(before)
