"""From a group of open questions, a patch of the articles: a unified diff that `git apply` takes, ready to be read.

    ways          the group's wordings as ways to ask for the right article, and an answer test
    test          an answer test alone
    synonym       what people type for what the article says
    not-covered   the wordings as a topic that no article answers, and a test that says so
    article       the skeleton of a new article, as a draft

Files are changed as text: their comments and their order stay. What a file has already is not added again.
"""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple

from kb_service.analysis import STOP_WORDS, WEAK_WORDS, analyse
from kb_service.content.front_matter.strict_yaml import BadYaml, load
from kb_service.errors import CallerError
from kb_service.indexing import NOT_COVERED_FILE, PHRASINGS_FILE, SYNONYMS_FILE
from kb_service.record.intents import phrase_of
from kb_service.record.reports import OpenQuestion

PatchKind = Literal["ways", "test", "synonym", "not-covered", "article"]

TESTS_FILE: Final = "_tests/from-the-record.yml"
TESTS_HEAD: Final = "# Questions that the record showed to be open, and what has to come of them now.\n"
SYNONYM_WEIGHT: Final = 0.6
INDENT: Final = "  "
LONGEST_NAME: Final = 60

_MASKED: Final = re.compile(r"\[(?:email|phone|card|iban|ip|secret|address|helpdesk|name)\]")
_NOT_IN_YAML: Final = re.compile(r"[\0-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_PLAIN: Final = re.compile(r"[A-Za-z0-9][\w ,.?()'’/€$%-]*")
_NOT_TEXT: Final = re.compile(r"(?i:yes|no|on|off|true|false|null|~|[\d.,:+-]+)")


class Target(NamedTuple):
    """The article that should answer: its id and title."""

    article_id: str
    title: str


class Patch(NamedTuple):
    """A diff, and what it does in a sentence."""

    kind: PatchKind
    diff: str
    says: str


def make_patch(
    found: OpenQuestion, kind: PatchKind, *, articles: Path, target: Target | None = None, prefix: str = ""
) -> Patch:
    """Return the patch of this kind for the folder `articles`; its paths begin with `prefix`, such as "articles/".

    `target` is the article that should answer; ways and synonyms need one. Raises CallerError where there is nothing
    to add, or the files cannot be changed safely.
    """
    wordings = _usable(found.examples)
    if not wordings:
        raise CallerError("Every wording of this group held personal data that was masked: nothing can be made of it.")
    makers: Mapping[PatchKind, Callable[[], dict[str, str]]] = {
        "ways": lambda: {
            PHRASINGS_FILE: _with_phrasings(_read(articles, PHRASINGS_FILE), _needed(target).article_id, wordings),
            TESTS_FILE: _with_test(_read(articles, TESTS_FILE), wordings[0], target),
        },
        "test": lambda: {TESTS_FILE: _with_test(_read(articles, TESTS_FILE), wordings[0], target)},
        "synonym": lambda: {SYNONYMS_FILE: _with_synonym(_read(articles, SYNONYMS_FILE), wordings, _needed(target))},
        "not-covered": lambda: {
            NOT_COVERED_FILE: _with_topic(_read(articles, NOT_COVERED_FILE), wordings),
            TESTS_FILE: _with_test(_read(articles, TESTS_FILE), wordings[0], None),
        },
        "article": lambda: {_free_name(articles, wordings[0]): _skeleton(wordings)},
    }
    changed = makers[kind]()
    diff = "".join(
        _diff(prefix + name, _read(articles, name), text, is_new=not (articles / name).is_file())
        for name, text in changed.items()
    )
    if not diff:
        raise CallerError("All of it is in the files already.")
    about = target.article_id if target and kind not in ("not-covered", "article") else ", ".join(changed)
    return Patch(kind, diff, f"{kind}: {len(wordings)} wordings, asked {found.asked} times, for {about}")


def _usable(examples: Iterable[str]) -> list[str]:
    """Return the wordings without those that were masked, and without those that differ in punctuation alone.

    Characters that YAML cannot hold are spaces.
    """
    told = (_NOT_IN_YAML.sub(" ", text) for text in examples if not _MASKED.search(text))
    wordings = {phrase_of(text): " ".join(text.split()) for text in told}
    return [text for phrase, text in wordings.items() if phrase]


def _needed(target: Target | None) -> Target:
    if target is None:
        raise CallerError("Say for which article: --article ID.")
    return target


def _with_phrasings(text: str, article_id: str, wordings: Sequence[str]) -> str:
    """Return `_phrasings.yml` with more ways to ask; one stands under one article only."""
    tree = _tree(PHRASINGS_FILE, text)
    taken = {phrase_of(each) for ways in tree.values() for each in _texts(ways)}
    new = [wording for wording in wordings if phrase_of(wording) not in taken]
    return _with_items(text, article_id, new) if new else text


def _with_topic(text: str, wordings: Sequence[str]) -> str:
    """Return `_not_covered.yml` with one more topic, named after its first wording."""
    tree = _tree(NOT_COVERED_FILE, text)
    taken = {phrase_of(each) for topic in tree.values() for each in _texts(topic)}
    new = [wording for wording in wordings if phrase_of(wording) not in taken]
    name = _name(wordings[0], "_")
    while isinstance(tree.get(name), Mapping):  # a topic that says whom to ask: its questions stand deeper
        name += "_more"
    return _with_items(text, name, new) if new else text


def _with_items(text: str, key: str, items: Sequence[str]) -> str:
    """Return YAML with more texts in the list under a key of the top level."""
    return _with_lines(text, key, [f"- {_scalar(item)}\n" for item in items])


def _with_lines(text: str, key: str, added: Sequence[str]) -> str:
    """Return YAML with more lines at the end of a key's list, indented as that is; the key is added where it lacks."""
    lines = _ended(text).splitlines(keepends=True)
    head = re.compile(rf"[\"']?{re.escape(key)}[\"']?\s*:\s*(#.*)?\n")
    start = next((at for at, line in enumerate(lines) if head.fullmatch(line)), None)
    if start is None:
        return "".join([*lines, f"{_scalar(key)}:\n", *(INDENT + line for line in added)])
    of_key = [start]
    for at in range(start + 1, len(lines)):
        if lines[at].strip() and not lines[at].startswith((" ", "-", "#")):
            break  # the next key
        if lines[at].lstrip().startswith("- ") or (lines[at].startswith(" ") and lines[at].strip()):
            of_key.append(at)
    first = next((lines[at] for at in of_key[1:] if lines[at].lstrip().startswith("- ")), INDENT + "-")
    indent, end = first[: len(first) - len(first.lstrip())], of_key[-1] + 1
    return "".join([*lines[:end], *(indent + line for line in added), *lines[end:]])


def _with_test(text: str, wording: str, target: Target | None) -> str:
    """Return the tests from the record with one more: the article answers, or with no target none does."""
    tests = _tree(TESTS_FILE, text).get("tests")
    known = [each for each in tests if isinstance(each, dict)] if isinstance(tests, list) else []
    if phrase_of(wording) in {phrase_of(str(each.get("question", ""))) for each in known}:
        return text
    expected = f"article: {_scalar(target.article_id)}" if target else "outcome: no_answer"
    head = text if known else TESTS_HEAD
    return _with_lines(head, "tests", [f"- question: {_scalar(wording)}\n", f"  {expected}\n"])


def _with_synonym(text: str, wordings: Sequence[str], target: Target) -> str:
    """Return `_synonyms.yml` with what people type most, and the article's title lacks, for the title's own word."""
    _tree(SYNONYMS_FILE, text)
    typed = Counter(word for wording in wordings for word in dict.fromkeys(_words(wording)))
    said = _words(target.title)
    terms, asked = {_term(word) for word in said}, {_term(word) for word in typed}
    typed_word = next((word for word, _ in typed.most_common() if _term(word) not in terms), "")
    said_word = next((word for word in sorted(said, key=len, reverse=True) if _term(word) not in asked), "")
    if not typed_word or not said_word:
        raise CallerError("People type the words of the title already: a synonym would change nothing.")
    rule = f"{{from: {_scalar(typed_word)}, to: [{_scalar(said_word)}], weight: {SYNONYM_WEIGHT}}}"
    return text if rule in text else _with_lines(text, "one_way", [f"- {rule}\n"])


def _skeleton(wordings: Sequence[str]) -> str:
    """Return a draft: its title is the first wording, and the others are its questions."""
    title = wordings[0][:1].upper() + wordings[0][1:]
    questions = "".join(f"  - {_scalar(wording)}\n" for wording in wordings)
    return (
        f"---\ntitle: {_scalar(title)}\ndraft: true\nquestions:\n{questions}---\n"
        "Write the answer here, in one or two sentences that can be quoted alone.\n\n"
        "## Steps\n\n1. Write what to do, a step a line.\n\n"
        "## What to do next\n\nName the article that comes next, or whom to write to. Then delete `draft: true`.\n"
    )


def _free_name(articles: Path, wording: str) -> str:
    name = _name(wording, "-")
    names = (f"{name}.md", *(f"{name}-{number}.md" for number in range(2, 1000)))
    return next(each for each in names if not (articles / each).exists())


def _name(wording: str, separator: str) -> str:
    words = _words(wording) or ["question"]
    name = separator.join(words)[:LONGEST_NAME].rstrip("-_")
    return re.sub(r"[^\w-]", "", name) or "question"


def _words(text: str) -> list[str]:
    """Return the words of a text that say something, as they are written, without case."""
    found = [(term.term, text[term.start : term.end].casefold()) for term in analyse(text)]
    return [word for term, word in found if not {term, word} & (STOP_WORDS | WEAK_WORDS)]


def _term(word: str) -> str:
    return next((term.term for term in analyse(word)), word)


def _scalar(text: str) -> str:
    """Return a text as YAML, in quotes where it could be read as something else."""
    is_plain = _PLAIN.fullmatch(text) and text == text.strip() and not _NOT_TEXT.fullmatch(text)
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def _texts(value: object) -> list[str]:
    """Return the texts of a list, or of the questions of a topic that says whom to ask."""
    if isinstance(value, Mapping):
        value = value.get("questions")
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _tree(name: str, text: str) -> Mapping[str, object]:
    try:
        return {key: field.value for key, field in load(text).fields.items()} if text.strip() else {}
    except BadYaml as error:
        raise CallerError(f"{name}:{error.line}: {error.reason}. Mend it first.") from error


def _read(articles: Path, name: str) -> str:
    file = articles / name
    try:
        return file.read_text(encoding="utf-8") if file.is_file() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise CallerError(f"{file} cannot be read: {error}.") from error


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"


def _diff(path: str, before: str, after: str, *, is_new: bool) -> str:
    """Return a unified diff as Git writes it, "" where nothing changes."""
    if before == after:
        return ""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        "/dev/null" if is_new else f"a/{path}",
        f"b/{path}",
    )
    shown = [line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines]
    return f"diff --git a/{path} b/{path}\n" + ("new file mode 100644\n" if is_new else "") + "".join(shown)
