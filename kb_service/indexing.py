"""Is the index right? Reads the articles, builds the next generation when they changed, and says what was wrong."""

from __future__ import annotations

import hashlib
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from kb_service.content.article import CONTENT_VERSION, Article, Audience, LeftOut, Problem, no_section
from kb_service.content.article_files import FoundFiles, find_articles
from kb_service.content.assets.asset_folder import AssetFolder, asset_files, read_asset
from kb_service.content.front_matter.strict_yaml import BadYaml, load
from kb_service.content.library import LibraryReader
from kb_service.content.snippets import snippet_files
from kb_service.errors import CallerError, IndexBusy, KbError
from kb_service.index.builds import Outcome, note_build
from kb_service.index.guide import Wording
from kb_service.index.port import Engine, EngineStatus, Examine, accept
from kb_service.index.question_classifier import left_unlearnt
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.meaning.installed_model import open_encoder
from kb_service.meaning.vectors import Encoder
from kb_service.questions.wording import make_rules, not_covered_by_topic, questions_by_key, topic_texts
from kb_service.settings import Settings

SYNONYMS_FILE: Final = "_synonyms.yml"
NOT_COVERED_FILE: Final = "_not_covered.yml"
PHRASINGS_FILE: Final = "_phrasings.yml"
TOPICS_FILE: Final = "_topics.yml"
WORDING_FILES: Final = (SYNONYMS_FILE, NOT_COVERED_FILE, PHRASINGS_FILE, TOPICS_FILE)
PREVIEW: Final = "-preview"  # of a fingerprint: what is not public is in the index too
LOOK_SECONDS: Final = 30.0
OLD_INDEX: Final = "The index is older than the articles: run kb index."
MOST_GONE: Final = 0.5  # of the articles or passages, in one step: more is rather a folder that is not there in full
FEW_ARTICLES: Final = 20  # fewer are changed by hand, all at once
FEW_PASSAGES: Final = 10
Progress = Callable[[str, int, int], None]


class Source(msgspec.Struct, frozen=True):
    """What a generation was made of, as it is kept with it.

    It is out of date when the fingerprint of the folder is another one, and from `next_change` on, the day on which an
    article appears or expires.
    """

    fingerprint: str
    next_change: date | None = None
    left_out: tuple[LeftOut, ...] = ()
    encoder_name: str | None = None  # of the model whose vectors are in it; None where nobody wrote it down


class IndexReport(NamedTuple):
    """What indexing did: `built` is False when the served generation was current already."""

    status: EngineStatus
    problems: tuple[Problem, ...]
    built: bool
    seconds: float


def source_of(status: EngineStatus) -> Source:
    """Return what the served generation was made of; without a fingerprint where nobody knows."""
    try:
        return msgspec.json.decode(status.source, type=Source)
    except msgspec.DecodeError:
        return Source("")


def is_due(status: EngineStatus, today: date) -> bool:
    """Return whether an article of the served generation has appeared or expired since."""
    next_change = source_of(status).next_change
    return next_change is not None and today >= next_change


class Freshness:
    """Whether the served index is older than the articles; it looks at the folder at most once in LOOK_SECONDS.

    `source` returns what the served generation was made of, as EngineStatus has it.
    """

    def __init__(
        self,
        folder: Path,
        source: Callable[[], str],
        *,
        clock: Callable[[], float] = time.monotonic,
        seconds: float = LOOK_SECONDS,
    ) -> None:
        self._folder = folder
        self._source = source
        self._clock = clock
        self._seconds = seconds
        self._looked: tuple[str, float, bool] = ("", -math.inf, False)

    def is_old(self) -> bool:
        """Return that; False where there is no such folder, or no index."""
        source, now = self._source(), self._clock()
        known, looked_at, is_old = self._looked
        if source != known or now - looked_at >= self._seconds:
            is_old = self._look(source)
            self._looked = (source, now, is_old)
        return is_old

    def reason(self) -> str:
        """Return what people are told when it is, "" when it is not."""
        return OLD_INDEX if self.is_old() else ""

    def _look(self, source: str) -> bool:
        try:
            made_of = msgspec.json.decode(source, type=Source)
            if made_of.encoder_name is None:
                return False
            return made_of.fingerprint.removesuffix(PREVIEW) != fingerprint(self._folder, made_of.encoder_name)
        except (msgspec.DecodeError, CallerError, OSError):
            return False


def open_engine(
    settings: Settings,
    *,
    audiences: Sequence[Audience] = ("public", "agent"),
    encoder: Encoder | None = None,
    progress: Progress | None = None,
    generation: str = "",
) -> Engine:
    """Return the engine of the settings, able to open only these audiences' indexes; `encoder` is for building.

    With the name of a `generation` it answers from that one, whatever is served. Where an earlier generation has to
    stand in for a damaged one, articles that are no longer in the folder as they were are not shown.
    """
    if settings.engine == "opensearch":
        return _open_opensearch(settings, audiences, encoder, progress, generation)
    return WhooshEngine(
        settings.index,
        audiences=audiences,
        encoder=encoder,
        progress=progress,
        generation=generation,
        unchanged=partial(unchanged_articles, settings.articles),
    )


def unchanged_articles(folder: Path, known: Mapping[str, Article]) -> frozenset[str]:
    """Return the paths of those of the `known` articles, by path, that a build would take from the folder as they are.

    Raises BadSetting without a folder.
    """
    read = LibraryReader(folder, known=known)
    return frozenset(article.path for article in read if known.get(article.path) == article and not article.hidden)


def kept_generations(settings: Settings) -> list[str]:
    """Return the names of the generations that are kept, oldest first: the one served, and some before."""
    return open_engine(settings).generations()


def _open_opensearch(
    settings: Settings,
    audiences: Sequence[Audience],
    encoder: Encoder | None,
    progress: Progress | None,
    generation: str,
) -> Engine:
    from kb_service.index.opensearch.cluster import Cluster, Credentials  # with httpx .3 s
    from kb_service.index.opensearch.engine import OpenSearchEngine
    from kb_service.index.opensearch.indexes import Deployment

    cluster = Cluster(
        settings.opensearch_urls,
        credentials=Credentials(settings.opensearch_user, settings.opensearch_password, settings.opensearch_token),
        ca_file=settings.opensearch_ca_file,
    )
    return OpenSearchEngine(
        cluster,
        deployment=Deployment(settings.opensearch_prefix, settings.opensearch_shards, settings.opensearch_replicas),
        audiences=audiences,
        folder=settings.index,
        encoder=encoder,
        progress=progress,
        generation=generation,
    )


def roll_back(settings: Settings) -> EngineStatus:
    """Serve the generation before the one that is served; raises CallerError where the index is in a cluster."""
    if settings.engine != "whoosh":
        raise CallerError("Only an index in a folder can be rolled back: index the earlier articles again.")
    return WhooshEngine(settings.index).roll_back()


def update_index(
    settings: Settings,
    *,
    full: bool = False,
    progress: Progress | None = None,
    preview: bool = False,
    force: bool = False,
    examine: Examine = accept,
) -> IndexReport:
    """Bring the index of the settings up to date with their articles, as build_index does.

    `progress` is told what is done, how much of it, and how much there is: ("reading articles", 3, 38). How it ended is
    noted beside the index.
    """
    started = time.perf_counter()
    encoder = open_encoder(settings.model, threads=os.cpu_count() or 1)
    try:
        report = build_index(
            settings.articles,
            open_engine(settings, encoder=encoder, progress=progress),
            encoder_name=encoder.name if encoder else "",
            full=full,
            progress=progress,
            preview=preview,
            force=force,
            examine=examine,
        )
    except IndexBusy:  # the other one notes what comes of it
        raise
    except KbError as error:
        outcome: Outcome = "refused" if isinstance(error, CallerError) else "failed"
        note_build(settings.index, outcome, time.perf_counter() - started, str(error))
        raise
    if report.built:
        note_build(settings.index, "served", report.seconds)
    return report


def build_index(
    folder: Path,
    engine: Engine,
    *,
    encoder_name: str = "",
    full: bool = False,
    progress: Progress | None = None,
    today: date | None = None,
    preview: bool = False,
    force: bool = False,
    examine: Examine = accept,
) -> IndexReport:
    """Bring the index up to date with the articles in `folder`; `full` reads and builds everything anew.

    `encoder_name` is that of the engine's encoder: another one makes the index out of date. `today` (in UTC) decides
    which articles have appeared and not expired. With `preview` what is not public is in the index too, and says so:
    such an index is for its author alone.

    Raises CallerError when there is no such folder or no article in it: an empty index is never published. Nor is one
    with less than half the articles or passages of the served one, unless it is `force`d, nor one at which `examine`
    raises, see Engine.replace_all.
    """
    started = time.perf_counter()
    found = _find(folder)
    fingerprint = _fingerprint(found, folder, encoder_name) + (PREVIEW if preview else "")
    today, served = today or datetime.now(UTC).date(), engine.status()
    is_current = source_of(served).fingerprint == fingerprint and not served.reason
    if is_current and not full and not is_due(served, today):
        return IndexReport(served, (), False, time.perf_counter() - started)
    known = {} if full or preview else engine.stored_articles()
    reader = LibraryReader(folder, found=found, known=known, progress=_reading(progress), today=today, preview=preview)
    wording, wrong = read_wording(folder)
    named = {key.partition("#")[0] for _, key in wording.phrasings}
    articles: dict[str, Article] = {}
    asked: list[int] = []  # of each article, how many known questions

    def source() -> str:
        return msgspec.json.encode(Source(fingerprint, reader.next_change, reader.left_out(), encoder_name)).decode()

    def examined(built: EngineStatus) -> None:
        if not (force or preview):
            _demand_most_passages(served, built)
        examine(built)

    status = engine.replace_all(
        _usable(reader, folder, articles, named, asked, least=0 if force or preview else _least(served)),
        wording=wording,
        source=source,
        anew=full,
        read_asset=partial(read_asset, AssetFolder(folder)),
        examine=examined,
    )
    told = (problem for problem in reader.problems() if problem.severity != "hint")
    problems = (*told, *wrong, *_phrasings_of_none(folder, wording, articles), *_unlearnt(wording, asked))
    return IndexReport(status, problems, True, time.perf_counter() - started)


def _least(served: EngineStatus) -> int:
    return math.ceil(served.articles * MOST_GONE) if served.articles >= FEW_ARTICLES else 0


def _demand_most_passages(served: EngineStatus, built: EngineStatus) -> None:
    if served.passages >= FEW_PASSAGES and built.passages < served.passages * MOST_GONE:
        raise CallerError(
            f"More than half of the passages are gone: {built.passages} are left of {served.passages}. The index stays "
            "as it was. If that is meant: kb index --force."
        )


def _usable(
    reader: LibraryReader, folder: Path, articles: dict[str, Article], named: Set[str], asked: list[int], *, least: int
) -> Iterator[Article]:
    """Pass on the articles, and those `named` to `articles` by id; raise CallerError where too few can be shown.

    How many known questions each has is appended to `asked`.
    """
    shown = 0
    for article in reader:
        asked.append(len(article.questions))
        shown += not (article.hidden or article.unlisted)
        if article.id in named:
            articles[article.id] = article
        yield article
    if not shown:
        problems = "\n".join(str(problem) for problem in reader.problems()[:10])
        raise CallerError(f"No article in {folder} can be used; the index stays as it was.\n{problems}".rstrip())
    if shown < least:
        raise CallerError(
            f"More than half of the articles are gone: {folder} has {shown} that can be shown. The index stays as it "
            "was. If that is meant: kb index --force."
        )


def fingerprint(folder: Path, encoder_name: str = "") -> str:
    """Return what changes with any article, picture or file, the synonyms, how they are read, or the model: a hash."""
    return _fingerprint(_find(folder), folder, encoder_name)


def _find(folder: Path) -> FoundFiles:
    if not folder.is_dir():
        raise CallerError(f"There is no folder {folder}. Name the folder of articles: --articles or KB_ARTICLES.")
    return find_articles(folder)


def _fingerprint(found: FoundFiles, folder: Path, encoder_name: str) -> str:
    digest = hashlib.sha256(f"{CONTENT_VERSION}\0{encoder_name}\0".encode())
    sources = {file.path: str(file.file) for file in found.files}
    sources |= {name: str(folder / name) for name in WORDING_FILES}
    sources |= dict(snippet_files(folder))
    sources |= {path: entry.path for path, entry in asset_files(folder)}
    for name, path in sorted(sources.items()):
        with suppress(FileNotFoundError):  # a link to nothing, or a file that is gone by now
            status = os.stat(path)  # noqa: PTH116 - thousands of them
            line = f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n"
            digest.update(line.encode(errors="surrogateescape"))
    return digest.hexdigest()


def read_wording(folder: Path, articles: Sequence[Article] | None = None) -> tuple[Wording, list[Problem]]:
    """Return what the folder's files of WORDING_FILES say, and what is wrong.

    Phrasings and topics of none of `articles` are wrong; None where they are not known yet.
    """
    problems: list[Problem] = []
    rules, wrong = make_rules(_read(folder, SYNONYMS_FILE, problems))
    problems += [_warning(SYNONYMS_FILE, text) for text in wrong]
    refused, wrong = not_covered_by_topic(_read(folder, NOT_COVERED_FILE, problems))
    problems += [_warning(NOT_COVERED_FILE, text) for text in wrong]
    phrasings, wrong = questions_by_key(_read(folder, PHRASINGS_FILE, problems))
    problems += [_warning(PHRASINGS_FILE, text) for text in wrong]
    topics, wrong = topic_texts(_read(folder, TOPICS_FILE, problems))
    problems += [_warning(TOPICS_FILE, text) for text in wrong]
    wording = Wording(
        synonyms=tuple(rules),
        not_covered=tuple(question for question, _ in refused),
        phrasings=tuple(phrasings),
        whom_to_ask=tuple((question, whom) for question, whom in refused if whom),
        topics=tuple(topics),
    )
    if articles is not None:
        used = {name for article in articles for name in article.topics}
        unused = [each.name for each in topics if each.name not in used]
        problems += [_warning(TOPICS_FILE, f"no article has the topic `{name}`") for name in unused]
        problems += _phrasings_of_none(folder, wording, {article.id: article for article in articles})
        problems += _unlearnt(wording, [len(article.questions) for article in articles])
    return wording, problems


def _unlearnt(wording: Wording, asked: Sequence[int]) -> list[Problem]:
    """Return that more questions are known than are learnt from; articles have `asked` of them by themselves."""
    message = left_unlearnt(len(asked), sum(asked) + len(wording.phrasings), len(wording.not_covered))
    return [_warning(PHRASINGS_FILE, message)] if message else []


def _phrasings_of_none(folder: Path, wording: Wording, articles: Mapping[str, Article]) -> list[Problem]:
    """Return what is wrong with the keys of phrasings: no such article, which has no use, or no such section."""
    problems: list[Problem] = []
    for key in dict.fromkeys(key for _, key in wording.phrasings):
        article_id, _, anchor = key.partition("#")
        article = articles.get(article_id)
        if article is None:
            problems.append(_warning(PHRASINGS_FILE, f"there is no article `{article_id}`", line=_line(folder, key)))
        elif anchor and (fault := no_section(article, anchor)):
            message = f"{fault} Until then its questions are not used."
            problems.append(Problem(PHRASINGS_FILE, _line(folder, key), "error", message))
    return problems


def _line(folder: Path, key: str) -> int:
    """Return the line of a key of `_phrasings.yml`, which could be read a moment ago."""
    with suppress(BadYaml, UnicodeDecodeError, OSError):
        return load((folder / PHRASINGS_FILE).read_text(encoding="utf-8")).fields[key].line
    return 1


def _read(folder: Path, name: str, problems: list[Problem]) -> dict[str, object]:
    path = folder / name
    if not path.is_file():
        return {}
    try:
        return {key: entry.value for key, entry in load(path.read_text(encoding="utf-8")).fields.items()}
    except BadYaml as error:
        problems.append(_warning(name, f"the file is not used: {error.reason}", line=error.line))
    except (UnicodeDecodeError, OSError) as error:
        problems.append(_warning(name, f"the file is not used: {error}"))
    return {}


def _warning(path: str, message: str, *, line: int = 1) -> Problem:
    return Problem(path=path, line=line, severity="warning", message=message)


def _reading(progress: Progress | None) -> Callable[[int, int], None] | None:
    return None if progress is None else lambda done, total: progress("reading articles", done, total)
