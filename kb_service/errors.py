"""Every error the service raises on purpose, in one tree.

    KbError
    ├── CallerError                 the caller can fix it (exit code 1, HTTP 4xx)
    │   ├── BadRequest              a parameter is wrong; names every wrong field
    │   │   └── UnknownAnswer       what is named is no answer of this service
    │   ├── UnknownArticle          no such article for this audience
    │   ├── BadSetting              a setting is unknown or has a wrong value
    │   └── BadArticle              one article cannot be read (reported, never fatal for the others)
    └── DependencyFailed            something the service relies on failed (exit code 3, HTTP 503)
        ├── EngineUnavailable       the index cannot be read or searched
        │   └── EngineRefused       a cluster will not do what it was asked
        ├── IndexOutOfDate          the index is missing, half-built or of another version
        │   └── IndexOfAnotherVersion   the last of these: whole, but not for this version
        ├── IndexBusy               another build holds the lock
        └── NotDelivered            a message reached nobody; its writer is told so

Expected absences (no result, no answer, no live count) are values, not errors.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class KbError(Exception):
    """Base of all errors raised on purpose; its text is safe to show to the caller."""


class CallerError(KbError):
    """The caller can fix it."""


class BadRequest(CallerError):
    """One or more parameters are wrong: `fields` maps each name to what is wrong and what to do."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {message}" for name, message in fields.items()))
        self.fields = fields


class UnknownAnswer(BadRequest):
    """The field names an answer that this service did not give."""


class UnknownArticle(CallerError):
    """No article with this id is visible to this audience."""

    def __init__(self, article_id: str) -> None:
        super().__init__(f"There is no article {article_id!r}. See the list of articles for valid ids.")
        self.article_id = article_id


class BadSetting(CallerError):
    """A setting is unknown or wrong; the text lists all problems found, one a line."""


class BadArticle(CallerError):
    """An article cannot be used; `path` and `line` say where, the text says why and what to do."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


class DependencyFailed(KbError):
    """Something the service relies on failed; trying again later may help."""


class EngineUnavailable(DependencyFailed):
    """The index cannot be read or searched."""


class EngineRefused(EngineUnavailable):
    """A cluster answered that it will not do it; asking again would not help. `status` is that of HTTP."""

    def __init__(self, told: str, status: int = 400) -> None:
        super().__init__(told)
        self.status = status


class IndexOutOfDate(DependencyFailed):
    """The index is missing, half-built or written by another version: it must be rebuilt."""


class IndexOfAnotherVersion(IndexOutOfDate):
    """Nothing is damaged: the first start after an upgrade finds it so, and builds the index anew."""


class IndexBusy(DependencyFailed):
    """Another process is building the index."""


class NotDelivered(DependencyFailed):
    """A message to a person reached nobody: it has to be sent again, or another way."""


@contextmanager
def foreign_errors(failed: str) -> Iterator[None]:
    """Turn what a library raises into EngineUnavailable; OSError and our own errors pass.

    >>> with foreign_errors("Whoosh cannot write the index"):
    ...     writer.commit()
    """
    try:
        yield
    except (OSError, KbError):
        raise
    except Exception as error:
        raise EngineUnavailable(f"{failed}: {error!r}.") from error
