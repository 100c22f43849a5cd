"""Whether an article is shown, and where, in the words of the generators: drafts, unlisted pages, dates to appear.

What is left out nobody gets. What is unlisted (kept out of a site's search, lists or sitemap) has its address and is
found nowhere. What concerns the menus of a site alone (`hideFromList`) or robots (`robots: noindex`) is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from kb_service.content.agents_only.words import Near, normalise
from kb_service.content.front_matter.strict_yaml import Field, Value

TRUE: Final = frozenset({"true", "yes", "on", "1", "y", "t", "ja", "oui", "si", "s\u00ed"})
FALSE: Final = frozenset({"false", "no", "off", "0", "n", "f", "", "nein", "non"})
_NAME_ENDINGS: Final = frozenset({"draft", "hidden", "unlisted", "unpublished", "wip"})  # `name.draft.md`
_DRAFT_FOLDERS: Final = frozenset({"draft", "drafts", "unpublished", "wip"})
# Keys without "_" and case. A value that is neither true nor false leaves the article out, as an error.
_LEFT_OUT_IF_TRUE: Final = frozenset(
    "draft drafts isdraft hidden ishidden archived isarchived unpublished deleted isdeleted wip workinprogress "
    "nopublish donotpublish entwurf brouillon borrador versteckt verborgen oculto".split()
)
_LEFT_OUT_IF_FALSE: Final = frozenset(
    "published ispublished publish dgpublish veroffentlicht veroeffentlicht publie publicado".split()
)
_UNLISTED_IF_TRUE: Final = frozenset(
    "unlisted isunlisted noindex nosearch searchexclude excludefromsearch searchhidden booksearchexclude bookhidden "
    "hidefromsearch".split()
)
_UNLISTED_IF_FALSE: Final = frozenset("searchable issearchable indexable".split())
# Keys that mean other things too (`search: {boost: 2}`, `hide: [toc]`): only what is plainly true or false counts.
_MAYBE_LEFT_OUT_IF_TRUE: Final = frozenset(
    "hide headless disabled archive trash ignore skip suppress suppressed embargoed".split()
)
_MAYBE_LEFT_OUT_IF_FALSE: Final = frozenset(
    "public ispublic visible isvisible enabled active show ready approved reviewed permalink offentlich oeffentlich "
    "publico".split()
)
_EXCLUDED: Final = frozenset({"exclude", "excluded"})  # from a site's search, inside of `search`
_MAYBE_UNLISTED_IF_FALSE: Final = frozenset(
    "search index indexed sitemap pagefind listed showinsearch algolia docsearch".split()
)
_PARENTS: Final = frozenset(
    "search seo meta metadata build sitemap page settings pagefind docsearch algolia params cascade".split()
)
NEVER: Final = frozenset({"never", "exclude", "excluded", "hidden", "none"})
_STATUS: Final = frozenset(
    "status publishstatus publicationstatus publishingstatus workflowstate articlestatus poststatus pagestatus "
    "contentstatus docstatus reviewstatus statut".split()
)
_STATES: Final = frozenset(
    "state workflow stage phase lifecycle publicationstate estado".split()
)  # keys of other things too
_NOT_SHOWN: Final = re.compile(
    r"draft|wip|progress|review|pending|unpubl|not|archiv|private|internal|hidden|schedul|delet|trash|retire|expire"
    r"|todo|outdated|obsolete|embargo|confidential|entwurf|brouillon|borrador|unlisted|withdr|reject|propos|planned|inactive|disabled|removed"
)
_SHOWN: Final = frozenset(
    "published publish public live final approved active current released release stable new updated beta alpha "
    "preview experimental ga deprecated legacy complete completed done ready reviewed verified enabled "
    "maintained supported accepted visible tutorial guide reference ok".split()
)


def _dates(verbs: str, ends: str, others: str) -> frozenset[str]:
    return frozenset([*(verb + end for verb in verbs.split() for end in ends.split()), *others.split()])


_PUBLISH_AT: Final = _dates(
    "publish published release visible available live show golive goeslive",
    "at on from after date",
    "publicationdate golive goeslive embargo embargountil",
)
_EXPIRES_AT: Final = _dates(
    "expires expire expiry unpublish hide remove archive retire delete sunset",
    "at on from after date",
    "expires expirationdate validuntil enddate sunset",
)
KEYS: Final = (
    _LEFT_OUT_IF_TRUE
    | _LEFT_OUT_IF_FALSE
    | _UNLISTED_IF_TRUE
    | _UNLISTED_IF_FALSE
    | _MAYBE_LEFT_OUT_IF_TRUE
    | _MAYBE_LEFT_OUT_IF_FALSE
    | _EXCLUDED
    | _MAYBE_UNLISTED_IF_FALSE
    | _STATUS
    | _PUBLISH_AT
    | _EXPIRES_AT
    | {"date"}
)
# Keys of which a slip is one of them too, where its value plainly leaves an article out.
_NEAR: Final = Near(
    _LEFT_OUT_IF_TRUE | _LEFT_OUT_IF_FALSE | _UNLISTED_IF_TRUE | _PUBLISH_AT | _EXPIRES_AT | {"status"},
    others="craft crafts graft raft drift delete publisher".split(),
)
# `hide_article`, `page_draft`: what a key has around it where it says of what it speaks.
_OF_ARTICLE: Final = re.compile(r"^(?:article|page|post|document)(?=\w{4})|(?<=\w{4})(?:article|page|post|document)$")
_FUTURE: Final = re.compile(r"\b(?:next|tomorrow|soon|tbd|tba|later|future|never)\b")
_TIGHT_PAIR: Final = re.compile(r"([\w-]+):(\S+)")
_DAY: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d\d):(\d\d).*)?")

_DAY_FORMS: Final = ("%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%Y/%m/%d")


class State(NamedTuple):
    """Why an article is left out or unlisted ("" when it is not), on which days it is shown, and its errors by line.

    It is shown from `publish_at` on and no longer on `expires_at`. `line` is that of the reason.
    """

    left_out: str = ""
    unlisted: str = ""
    line: int = 1
    publish_at: date | None = None
    expires_at: date | None = None
    errors: tuple[tuple[int, str], ...] = ()


class _Found(NamedTuple):
    """One reason to leave an article out, or to list it nowhere; `doubtful` when the value is not understood."""

    line: int
    reason: str
    doubtful: bool = False
    unlisted: bool = False


def read_state(fields: Mapping[str, Field], path: str) -> State:
    """Return what the front matter and the path of an article say of its state.

    >>> read_state({"draft": Field("true", 2)}, "a.md").left_out
    '`draft: true`'
    """
    found = [*_of_path(path), *(one for key, field in fields.items() for one in _of_field(key, field))]
    publish_at, wrong = _day(fields, _PUBLISH_AT, later=True)
    expires_at, wrong_end = _day(fields, _EXPIRES_AT, later=False)
    found += [*wrong, *wrong_end]
    by_date, other = _day(fields, frozenset({"date"}), later=True)  # Hugo and Jekyll wait for it
    found += [one for one in other if _FUTURE.search(one.reason)]  # it has many other forms
    days = [day for day in (publish_at, by_date) if day]
    errors = tuple(
        (one.line, f"{one.reason} is not understood: the article is left out.") for one in found if one.doubtful
    )
    left_out = next((one for one in found if one.doubtful or not one.unlisted), None)
    unlisted = None if left_out else next(iter(found), None)
    return State(
        left_out=left_out.reason if left_out else "",
        unlisted=unlisted.reason if unlisted else "",
        line=(left_out or unlisted or _Found(1, "")).line,
        publish_at=max(days, default=None),
        expires_at=expires_at,
        errors=errors,
    )


def reason_on(left_out: str, publish_at: date | None, expires_at: date | None, today: date) -> str:
    """Return why an article is not shown on a day, "" when it is."""
    if left_out:
        return left_out
    if publish_at and today < publish_at:
        return f"it is to appear on {publish_at}"
    return f"it expired on {expires_at}" if expires_at and today >= expires_at else ""


def next_change(publish_at: date | None, expires_at: date | None, today: date) -> date | None:
    """Return the next day on which an article appears or expires, None when there is none."""
    return min((day for day in (publish_at, expires_at) if day and day > today), default=None)


def is_date_key(key: str) -> bool:
    """Return whether a key says when an article is shown."""
    return squeezed(key) in _PUBLISH_AT | _EXPIRES_AT | {"date", "published"}


@lru_cache(1 << 12)
def meant_key(key: str) -> str:
    """Return the key of an article's state that a key is or nearly is, "" for any other."""
    name = squeezed(key)
    if name in KEYS:
        return name
    bare = _OF_ARTICLE.sub("", name)
    return bare if bare in KEYS else _NEAR.word(name)


def is_of_state(key: str) -> bool:
    """Return whether a key says, or is near to one that says, whether an article is shown, or holds such keys."""
    return meant_key(key) != "" or squeezed(key) in _STATES | _PARENTS


@lru_cache(1 << 12)
def squeezed(key: str) -> str:
    """Return a key without case and separators: "search_exclude" and "searchExclude" are one."""
    return normalise(key).replace("_", "").replace("-", "").replace(" ", "")


def _of_path(path: str) -> Iterator[_Found]:
    *folders, name = path.lower().split("/")
    for folder in folders:
        if folder in _DRAFT_FOLDERS:
            yield _Found(1, f"the folder `{folder}`")
    stem = name.rsplit(".", 1)[0]
    ending = stem.rpartition(".")[2] if "." in stem else ""
    words = re.split(r"[-_. ]", path.rpartition("/")[2].rpartition(".")[0])
    if ending in _NAME_ENDINGS or {"DRAFT", "WIP"}.intersection((words[0], words[-1])):
        yield _Found(1, f"the name `{name}`", unlisted=ending == "unlisted")


def _of_field(key: str, field: Field) -> Iterator[_Found]:
    parent, _, child = key.rpartition(".")
    name, value = squeezed(child), field.value
    if isinstance(value, list) and len(value) == 1:  # `draft: [true]`
        value = value[0]
    shown = f"`{key}: {flat(value)[:60]}`"
    is_parent = squeezed(key) in _PARENTS
    if is_parent and isinstance(value, str) and (pair := _TIGHT_PAIR.fullmatch(value)):  # `render:never`
        value = {pair[1]: pair[2]}
    if isinstance(value, dict) and is_parent:
        for inner, one in value.items():
            yield from _of_field(f"{key}.{inner}", Field(one, field.line))
    if parent and squeezed(parent) not in _PARENTS:
        return
    if name not in KEYS and (meant := meant_key(name)):
        found = _of_field(meant, field)
        if _NEAR.word(name) != meant:  # `hide_article`
            yield from (one._replace(reason=shown) for one in found)
            return
        yield from (_Found(field.line, shown, True, one.unlisted) for one in found if not one.doubtful)
        return
    if name in _STATUS:
        yield from _of_status(shown, field)
    elif name in _STATES and _NOT_SHOWN.search(flat(value).lower()):
        yield _Found(field.line, shown)
    elif isinstance(value, str):
        yield from _of_flag(name, value.strip().lower(), shown, field.line, inside=bool(parent))
    elif value and name in _LEFT_OUT_IF_TRUE | _LEFT_OUT_IF_FALSE | _UNLISTED_IF_TRUE:  # `draft: {a: true}`
        yield _Found(field.line, shown, doubtful=True, unlisted=name in _UNLISTED_IF_TRUE)


def _of_flag(name: str, value: str, shown: str, line: int, *, inside: bool) -> Iterator[_Found]:
    if name in _LEFT_OUT_IF_TRUE | _UNLISTED_IF_TRUE and value not in FALSE:
        yield _Found(line, shown, value not in TRUE, name in _UNLISTED_IF_TRUE)
    elif name in _LEFT_OUT_IF_FALSE | _UNLISTED_IF_FALSE and value and value not in TRUE and not _DAY.fullmatch(value):
        yield _Found(line, shown, value not in FALSE, name in _UNLISTED_IF_FALSE)
    elif name in _MAYBE_LEFT_OUT_IF_TRUE | _EXCLUDED and value in TRUE:
        yield _Found(line, shown, unlisted=inside and name in _EXCLUDED)
    elif value and value in FALSE | NEVER:
        if name in _MAYBE_LEFT_OUT_IF_FALSE or (inside and name == "render"):
            yield _Found(line, shown)
        elif name in _MAYBE_UNLISTED_IF_FALSE or (inside and name == "list"):
            yield _Found(line, shown, unlisted=True)


def _of_status(shown: str, field: Field) -> Iterator[_Found]:
    values = [field.value] if isinstance(field.value, str) else field.value
    for value in values:
        word = flat(value).strip().lower()
        if word and word not in _SHOWN:
            yield _Found(field.line, shown, not _NOT_SHOWN.search(word), word == "unlisted")


def _day(fields: Mapping[str, Field], names: frozenset[str], *, later: bool) -> tuple[date | None, list[_Found]]:
    """Return the latest (or earliest) day that keys give, and those that are not a day.

    A time of day counts for the next day where an article is to appear, so that it never does too early.
    """
    days: list[date] = []
    wrong: list[_Found] = []
    for key, field in fields.items():
        name, text = squeezed(key), flat(field.value).strip().strip("\"'")
        is_date = meant_key(name) in names or (later and name == "published" and _DAY.fullmatch(text))
        if not is_date or not text:
            continue
        found = _DAY.match(text)
        day = _one_day(int(found[1]), int(found[2]), int(found[3])) if found else _written_day(text, later=later)
        if day is None:
            wrong.append(_Found(field.line, f"`{key}: {text[:60]}`", doubtful=True))
        elif later and found and found[4] and (found[4], found[5]) != ("00", "00"):
            days.append(min(day, date.max - timedelta(1)) + timedelta(1))
        else:
            days.append(day)
    return (max(days) if later else min(days)) if days else None, wrong


def _one_day(year: int, month: int, day: int) -> date | None:
    with suppress(ValueError):
        return date(year, month, day)
    return None


def _written_day(text: str, *, later: bool) -> date | None:
    """Return the day that another form than ours means, the later (or earlier) one where it may mean two."""
    days = []
    for form in _DAY_FORMS:
        with suppress(ValueError):
            days.append(datetime.strptime(text, form).date())
    return (max(days) if later else min(days)) if days else None


def flat(value: Value) -> str:
    """Return a value as one text."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return ", ".join(f"{key}: {flat(one)}" for key, one in value.items())
    return ", ".join(map(flat, value))
