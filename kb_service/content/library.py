"""All articles of a folder. A broken one is a problem, never a reason to lose the others."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import accumulate, chain, count
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

import msgspec

from kb_service.content.article import Article, LeftOut, Library, Problem, Reading
from kb_service.content.article_files import ArticleFile, FoundFiles, find_articles, id_of_path
from kb_service.content.assets.asset_folder import AssetFolder, is_unchanged
from kb_service.content.front_matter.block import plain_key, split
from kb_service.content.front_matter.publication import next_change, read_state, reason_on
from kb_service.content.front_matter.readers import said_of_readers
from kb_service.content.front_matter.strict_yaml import BadYaml, Field, Value, load
from kb_service.content.reading import is_current, marked_as, renamed
from kb_service.content.source_lines import lines_of
from kb_service.content.source_text import decode
from kb_service.content.workers import read_in_workers
from kb_service.errors import BadArticle, BadSetting

Progress: TypeAlias = Callable[[int, int], None]
_CATEGORY_FILES: Final = ("_category_.json", "_category_.yml", "_category_.yaml")
_NONE_KNOWN: Final[Mapping[str, Article]] = MappingProxyType({})


def read_library(
    folder: Path,
    *,
    known: Mapping[str, Article] = _NONE_KNOWN,
    progress: Progress | None = None,
    today: date | None = None,
) -> Library:
    """Return the articles of a folder and all problems found while reading it; see LibraryReader."""
    reader = LibraryReader(folder, known=known, progress=progress, today=today)
    articles = sorted(reader, key=lambda article: article.path)
    return Library(tuple(articles), reader.problems(), reader.left_out())


class LibraryReader:
    """Reads the articles of a folder one after another, in the order of their paths.

    Those that nobody is to get come last, and are kept until then: the others have their ids before them. `found` are
    the folder's files where they are known. `known` are articles of an earlier run by path: those whose source has not
    changed are taken over. `progress` is called with the number of files read and of all. `today` decides which
    articles have appeared and not expired; once all are read, `next_change` is the day on which that is another
    matter. With `preview` everybody gets every article, and those that are not public say so in title and text.
    Raises BadSetting without a folder.
    """

    def __init__(
        self,
        folder: Path,
        *,
        found: FoundFiles | None = None,
        known: Mapping[str, Article] = _NONE_KNOWN,
        progress: Progress | None = None,
        today: date | None = None,
        preview: bool = False,
    ) -> None:
        if not folder.is_dir():
            raise BadSetting(f"The articles folder {folder} does not exist: create it, or give another one.")
        self._folder = folder
        self._found = found or find_articles(folder)
        self._known = known
        self._assets = AssetFolder(folder)
        self._progress = progress
        self._today = today or datetime.now(UTC).date()
        self._preview = preview
        self._problems = list(self._found.problems)
        self._left_out = [LeftOut(problem.path, problem.message) for problem in self._found.problems]
        self.next_change: date | None = None
        self._cascades = dict(_cascades(self._found.files, folder))
        self._path_of: dict[str, str] = {}  # by id as many disks know it: in any case

    def __iter__(self) -> Iterator[Article]:
        files = (_unchanged(file, self._known, self._assets) or file for file in self._found.files)
        hidden: list[tuple[Article, str]] = []
        for number, (file, reading) in enumerate(zip(self._found.files, read_in_workers(files), strict=True), 1):
            self._problems += reading.problems
            if article := reading.article:
                self._problems += article.problems
                reason = self._why_not_shown(article)
                if reason:
                    hidden.append((article, reason))
                else:
                    yield self._shown(self._with_free_id(article))
            else:
                self._left_out += [LeftOut(file.path, problem.message) for problem in reading.problems[-1:]]
            if self._progress:
                self._progress(number, len(self._found.files))
        for article, reason in hidden:
            article = self._with_free_id(article)
            yield marked_as(article, reason) if self._preview else msgspec.structs.replace(article, hidden=True)

    def problems(self) -> tuple[Problem, ...]:
        """Return all problems of what was read, in the order of their paths."""
        return tuple(sorted(self._problems, key=lambda problem: (problem.path, problem.line)))

    def left_out(self) -> tuple[LeftOut, ...]:
        """Return what of the folder nobody gets, or not everybody who should, or nobody finds, with the reasons."""
        return tuple(sorted(self._left_out))

    def _why_not_shown(self, article: Article) -> str:
        """Return why nobody is to get an article today, "" where somebody is, and note it."""
        if not article.left_out:
            change = next_change(article.publish_at, article.expires_at, self._today)
            self.next_change = min((day for day in (self.next_change, change) if day), default=None)
        reason = reason_on(article.left_out, article.publish_at, article.expires_at, self._today)
        if not reason and (reason := self._of_section(article)):
            self._problems.append(Problem(article.path, 1, "note", f"The article is left out: {reason}."))
        elif reason and not article.left_out:
            line = lines_of(self._folder, article.path).of_dates()
            self._problems.append(Problem(article.path, line, "note", f"The article is left out: {reason}."))
        if reason:
            self._left_out.append(LeftOut(article.path, f"Left out: {reason}."))
        elif article.unlisted:
            self._left_out.append(LeftOut(article.path, f"Found nowhere, but at its address: {article.unlisted}."))
        error = next((problem for problem in article.problems if problem.severity == "error"), None)
        if error and article.audience == "agent" and not reason:
            self._left_out.append(LeftOut(article.path, f"Kept for agents by an error in line {error.line}."))
        return reason

    def _of_section(self, article: Article) -> str:
        """Return why all below a folder of the article is not to be shown, "" where nothing says so."""
        folders = ["", *accumulate(article.path.split("/")[:-1], "{}/{}".format)]
        return next((self._cascades[folder] for folder in folders if folder in self._cascades), "")

    def _shown(self, article: Article) -> Article:
        if article.unlisted and self._preview:
            article = msgspec.structs.replace(marked_as(article, f"unlisted, {article.unlisted}"), unlisted="")
        return msgspec.structs.replace(article, hidden=False) if article.hidden else article

    def _with_free_id(self, article: Article) -> Article:
        """Return an article whose id no earlier one has: that of its path instead, with a number where need be.

        Ids that differ in case alone are one on many disks.
        """
        first = self._path_of.setdefault(_folded(article.id), article.path)
        if first == article.path:
            return article
        by_path = id_of_path(article.path)
        for free in chain([by_path], (f"{by_path}-{number}" for number in count(2))):
            if self._path_of.setdefault(_folded(free), article.path) == article.path:
                break
        message = (
            f"The id {article.id!r} is taken by {first}: this article has {free!r} until one of them has another `id`."
        )
        line = lines_of(self._folder, article.path).of_key("id", "slug")
        self._problems.append(Problem(article.path, line, "warning", message))
        return renamed(article, free)


def _cascades(files: Sequence[ArticleFile], root: Path) -> Iterator[tuple[str, str]]:
    """Yield folders below `root` of which a file says that all below is no public text, and the reason.

    That is Hugo's `cascade` in an `_index.md`, and Docusaurus' `_category_.json` or `.yml`.
    """
    for file in files:
        folder, _, name = file.path.rpartition("/")
        if name.lower().startswith("_index."):
            with suppress(OSError, BadArticle):
                decoded = decode(file.file.read_bytes())
                cascade = split(decoded.text, path=file.path).fields.get("cascade") if decoded else None
                said = cascade.value if cascade else []
                for one in said if isinstance(said, list) else [said]:
                    if isinstance(one, dict) and (key := _hiding_key(one)):
                        yield folder, f"`cascade` of {file.path} has `{key}`"
    holding = {file.path.rpartition("/")[0] for file in files}
    for folder in sorted({"", *chain.from_iterable(accumulate(each.split("/"), "{}/{}".format) for each in holding)}):
        for name in _CATEGORY_FILES:
            path = f"{folder}/{name}" if folder else name
            with suppress(OSError, BadYaml):
                decoded = decode((root / path).read_bytes())
                said_there = {key: field.value for key, field in load(decoded.text).fields.items()} if decoded else {}
                if key := _hiding_key(said_there):
                    yield folder, f"{path} has `{key}`"


def _hiding_key(values: Mapping[str, Value]) -> str:
    """Return the first key that keeps what it speaks of from the public or from lists, "" without one."""
    for key, value in values.items():
        state = read_state({plain_key(key): Field(value, 1)}, "")
        if state.left_out or state.unlisted or said_of_readers(plain_key(key), value) in {"agents", "doubtful"}:
            return key
    return ""


def _folded(article_id: str) -> str:
    return unicodedata.normalize("NFC", article_id).casefold()


def _unchanged(file: ArticleFile, known: Mapping[str, Article], assets: AssetFolder) -> Reading | None:
    """Return what is known of a file, unless it has to be read again."""
    before = known.get(file.path)
    try:
        if before and is_current(file, before.source_sha256) and is_unchanged(before, assets):
            return Reading(before)
    except OSError:
        pass  # the worker says why
    return None
