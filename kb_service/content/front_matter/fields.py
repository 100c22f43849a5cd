"""Front matter as typed values: the fields of an article before its text is read."""

from __future__ import annotations

import re
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

import msgspec

from kb_service.content.agents_only.marks import separate
from kb_service.content.agents_only.words import is_agent_word
from kb_service.content.article import Article, Audience
from kb_service.content.front_matter.block import FrontMatter
from kb_service.content.front_matter.publication import flat, is_of_state, read_state
from kb_service.content.front_matter.readers import Said, place_for_agents, said_of_readers, words_of_value
from kb_service.content.front_matter.strict_yaml import Value
from kb_service.content.markdown import inline_markup
from kb_service.content.markdown.gaps import GAP_SHOWN, VARIABLE

_HOW_TO_NAME: Final = (
    "`audience: public` or `audience: agent`; for a foreign word that all may read: `audience: [public]`"
)
# Comments of a text, which are nobody's in a value too.
_COMMENT: Final = re.compile(
    r"<!--.*?(?:-->|\Z)|\{/\*.*?(?:\*/\}|\Z)|\[[^\]\n]{1,20}\]:\s*(?:#|<#?>)\s*[(\"'].*?(?:[)\"']|\Z)", re.DOTALL
)
_LIVE: Final = re.compile("staff_count")
_ID: Final = re.compile(r"[^\W_][\w.~-]*(?:/[^\W_][\w.~-]*)*")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_ALIASES: Final = {"redirect_from": "redirects_from", "slug": "id"}
_KNOWN: Final = frozenset(
    "id title topics audience visibility questions section_questions patterns verified_at review_by owner reply live "
    "redirects_from related sources lang translation_of hidden marks_in_code".split()
)


class MetadataReader:
    """Reads one article's front matter; `warnings` collects what was not understood, by line.

    `errors` are what keeps the article from the public, `notes` why it is left out, `hints` the keys without a meaning.
    """

    def __init__(self, front_matter: FrontMatter, *, path: str) -> None:
        self.path = path
        fields = front_matter.fields
        aliases = {_ALIASES[key]: field for key, field in fields.items() if key in _ALIASES}
        self._line = 1
        self.fields = aliases | {key: field for key, field in fields.items() if key not in _ALIASES}
        self.cleaned = front_matter.cleaned
        self.warnings = list(front_matter.warnings)
        self.errors: list[tuple[int, str]] = list(front_matter.errors)
        self.notes: list[tuple[int, str]] = []
        self.hints: list[tuple[int, str]] = []
        self._about_readers: set[str] = set()
        self.audience: Audience = "public"
        self.audience = self._audience()
        if place := place_for_agents(path):
            self.audience = "agent"
            self.notes.append((1, f"The article is kept for agents: {place}."))

    def read(self) -> Article:
        """Return the article without its text, `id` and `title` "" where none is given or the id cannot be one."""
        if self.cleaned:
            self._warn(min(self.cleaned), "Unreadable characters were removed from this value.")
        state = read_state(self.fields, self.path)
        self.errors += state.errors
        if state.left_out:
            self.notes.append((state.line, f"The article is left out: {state.left_out}."))
        if state.unlisted:
            self.notes.append((state.line, f"The article has its address and is found nowhere: {state.unlisted}."))
        at_sections = self._section_questions()
        written_title = self._text("title") or ""
        title = inline_markup.plain(written_title)
        if GAP_SHOWN in title and GAP_SHOWN not in written_title:
            self._warn(self.fields["title"].line, VARIABLE)
        article = Article(
            id=self._id(),
            path=self.path,
            title=title,
            audience=self.audience,
            topics=self._texts("topics"),
            questions=tuple(dict.fromkeys((*self._texts("questions"), *at_sections))),
            question_sections=at_sections,
            patterns=self._texts("patterns"),
            verified_at=self._date("verified_at"),
            review_by=self._date("review_by"),
            owner=self._text("owner"),
            reply=self._reply(),
            live=self._matching("live", _LIVE, "is not known: use staff_count"),
            redirects_from=tuple(old.strip("/") for old in self._texts("redirects_from")),
            related=self._texts("related"),
            sources=self._texts("sources"),
            lang=self._matching("lang", _LANGUAGE, "is not a language tag such as `en` or `pt-BR`"),
            translation_of=(self._text("translation_of") or "").strip("/") or None,
            hidden=bool(state.left_out),
            left_out=state.left_out,
            unlisted=state.unlisted,
            publish_at=state.publish_at,
            expires_at=state.expires_at,
            marks_in_code=self._marks_in_code(),
        )
        self._hint_at_unknown_keys()
        return msgspec.structs.replace(article, audience=self.audience)  # a value may have changed it

    # Each kind of value

    def _audience(self) -> Audience:
        audience: Audience = "public"
        for key in self.fields:
            said = self._said(key)
            if said != "nothing":
                self._about_readers.add(key)
            match said:
                case "agents":
                    audience = "agent"
                case "doubtful":
                    audience = "agent"
                    self._error_of(key, f"is not understood: the article is kept for agents. Write {_HOW_TO_NAME}")
        return audience

    def _said(self, key: str) -> Said:
        field = self.fields[key]
        said = said_of_readers(key, field.value)
        other = self.fields.get("visibility") if key == "audience" else None
        if said == "doubtful" and other and said_of_readers("visibility", other.value) == "public":
            return "nothing" if not any(map(is_agent_word, words_of_value(field.value))) else said
        if said == "nothing" and isinstance(field.value, dict):  # `params: {audience: agent}`
            inside = (said_of_readers(one, value) for one, value in field.value.items())
            return "agents" if "agents" in inside else "nothing"
        return said

    def _marks_in_code(self) -> bool:
        field = self.fields.get("marks_in_code")
        if not field or field.value == "text":
            return field is not None
        self._warn_of("marks_in_code", "is not known: only `text` is, and marks in code count")
        return False

    def _id(self) -> str:
        field = self.fields.get("id")
        if not field or field.value == "":
            return ""
        value = field.value
        if not isinstance(value, str) or field.line in self.cleaned or not _ID.fullmatch(value) or ".." in value:
            reason = "use letters, digits and `-`, with `/` between parts; the path of the file is its id meanwhile"
            self._warn(field.line, f"The id {_short(value)!r} is not usable: {reason}.")
            return ""
        return value

    def _text(self, key: str) -> str | None:
        field = self.fields.get(key)
        if not field:
            return None
        if not isinstance(field.value, str):
            self._warn(field.line, f"`{key}` must be a single text: it is ignored.")
            return None
        return " ".join(self._readable(field.value, field.line).split()) or None

    def _texts(self, key: str) -> tuple[str, ...]:
        field = self.fields.get(key)
        if not field:
            return ()
        return self._texts_of(field.value, key, field.line)

    def _texts_of(self, value: Value, key: str, line: int) -> tuple[str, ...]:
        values = [value] if isinstance(value, str) else value
        texts = [one for one in values if isinstance(one, str)]
        if isinstance(values, dict) or len(texts) < len(values):
            self._warn(line, f"`{key}` must be a list of texts: anything else in it is ignored.")
        if len(texts) > 1 and any(separate(text).problems for text in texts):  # marks do not go from value to value
            self.audience = "agent"
        if not all(text.strip() for text in texts):
            self._warn(line, f"`{key}` has an empty entry: remove it.")
        readable = (" ".join(self._readable(text, line).split()) for text in texts)
        return tuple(dict.fromkeys(text for text in readable if text))

    def _section_questions(self) -> dict[str, str]:
        """Return the known questions that stand at a section, each with the anchor of that section."""
        field = self.fields.get("section_questions")
        if not field or field.value == "":
            return {}
        if not isinstance(field.value, dict):
            self._warn(
                field.line, "`section_questions` must have a list of questions below each section: it is ignored."
            )
            return {}
        found: dict[str, str] = {}
        for section, listed in field.value.items():
            for question in self._texts_of(listed, f"section_questions: {section}", field.line):
                found.setdefault(question, section.lstrip("#"))
        return found

    def _reply(self) -> str | None:
        """Return the reply with its line ends. Agents send it to customers, so it has no text for agents only."""
        field = self.fields.get("reply")
        if not field or not isinstance(field.value, str):
            return self._text("reply")
        separated = separate(field.value)
        return None if separated.doubtful else separated.public.strip() or None

    def _date(self, key: str) -> date | None:
        field = self.fields.get(key)
        if not field or field.value == "":
            return None
        found = _DAY.fullmatch(field.value) if isinstance(field.value, str) else None
        try:
            if found:
                return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            pass
        self._warn_of(key, "is not a date: write it as 2026-11-30")
        return None

    def _matching(self, key: str, pattern: re.Pattern[str], problem: str) -> str | None:
        text = self._text(key)
        if text is None or pattern.fullmatch(text):
            return text
        self._warn_of(key, problem, text)
        return None

    def _hint_at_unknown_keys(self) -> None:
        for key, field in self.fields.items():
            if key not in _KNOWN and key not in self._about_readers and not is_of_state(key):
                self.hints.append((field.line, key))

    def _readable(self, text: str, line: int) -> str:
        """Return what the readers of this article may read of a value; a mark not understood makes it the agents'."""
        separated = separate(text)
        self.errors += ((line, message) for _, message in separated.problems)
        if separated.doubtful:
            self.audience = "agent"
        return _COMMENT.sub("", separated.agent if self.audience == "agent" else separated.public)

    def _warn(self, line: int, message: str) -> None:
        self.warnings.append((line, message))

    def _error_of(self, key: str, what: str) -> None:
        field = self.fields[key]
        self.errors.append((field.line, f"`{key}: {_short(field.value)}` {what}."))

    def _warn_of(self, key: str, what: str, value: Value | None = None) -> None:
        field = self.fields[key]
        self._warn(field.line, f"`{key}: {_short(field.value if value is None else value)}` {what}.")


@lru_cache(maxsize=1_000)
def perhaps_meant(key: str) -> str:
    """Return a question for the key that an unknown one may be a slip of, "" where none is near.

    >>> perhaps_meant("tittle")
    ' Is `title` meant?'
    """
    near = get_close_matches(key, sorted(_KNOWN), 1, 0.85)
    return f" Is `{near[0]}` meant?" if near else ""


def _short(value: Value) -> str:
    """Return the beginning of a value for a message, nothing of one that has marks or comments."""
    text = flat(value)
    separated = separate(text)
    if separated.problems or separated.public != text or "<!--" in text:
        return "…"
    return text if len(text) <= 60 else text[:60] + "…"
