"""Read a whole ticket: who writes, each question of it, and the errors that were pasted into it.

>>> read_ticket("Hi,\\nHow do I add a seat? And do you take Visa?\\nThanks,\\nTom Reed").questions
('How do I add a seat?', 'And do you take Visa?')
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kb_service.questions.message import Sentence, sentences_of, without_quoted_mail
from kb_service.text import fold, tokens

MOST_QUESTIONS: Final = 8  # beyond that nobody reads the answers at once; `left_out` says how many there are more
MOST_ERRORS: Final = 4
LONGEST_ERROR: Final = 500
LONGEST_QUESTION: Final = 2000
FEW_WORDS: Final = 3  # content words: a question with fewer needs what was said before it

_HEADER: Final = re.compile(
    r"(?P<name>from|sender|requester|customer|contact|name|subject|to|cc|bcc|date|sent|received|reply-to|ticket(?: id)?"
    r"|priority|status|department|e-?mail|organi[sz]ation|company|brand|channel|assignee|tags?)"
    r"[ \t]*:[ \t]*(?P<value>.*)",
    re.IGNORECASE,
)
_OF_WHOM: Final = ("from", "sender", "requester", "customer", "contact", "name")
_ADDRESS: Final = re.compile(r"[<(\[]?[^\s<>()\[\]]{1,64}@[^\s<>()\[\]]{1,255}[>)\]]?")
_CALLED: Final = re.compile(
    r"\b(?:[Mm]y name is|[Mm]y name's|[Tt]his is|I am|I'm)\s+"
    r"(?P<name>[^\W\d_a-z][\w'’-]*(?: [^\W\d_a-z][\w'’-]*){0,3})(?=[\s,.;!]|$)"
)
_NAME: Final = re.compile(r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){0,3}")
_CLOSING: Final = re.compile(
    r"^[ \t]*(?:(?:with|many|kind|best|warm|warmest|kindest|my|and)[ \t]+){0,6}"
    r"(?:thanks|thank you|regards|wishes|cheers|sincerely|respectfully|faithfully"
    r"|yours (?:truly|faithfully|sincerely))\b[^\n?]{0,40}$",
    re.IGNORECASE | re.MULTILINE,
)
_FENCE: Final = re.compile(r"^[ \t]*(`{3,}|~{3,})[^\n]*\n(?P<code>.*?)^[ \t]*\1[ \t]*$", re.MULTILINE | re.DOTALL)
_QUOTED: Final = re.compile(r"[\"“„«](?P<said>[^\"“”„«»\n]{12,500})[\"”“»]")
_FAILS: Final = re.compile(
    r"\b(?:error|exception|traceback|fail(?:ed|ure)|denied|exceeded|invalid|fatal|forbidden|unauthori[sz]ed|timed? ?out"
    r"|not found|not allowed|unable to|could not|cannot be|has expired|contact \w+ support)\b",
    re.IGNORECASE,
)
_MACHINE: Final = re.compile(
    r"\(\d+ [<>=]+ \d+\)|\b(?:0x[0-9a-f]+|[A-Z]+[-_]\d+|[A-Z][a-zA-Z]+(?:Error|Exception))\b|\b[45]\d\d\b"
    r"|^[ \t]*(?:\[?(?:error|fatal|warning)\b|at [\w.$]+\(|File \"|\w+ error:)|[{}<>|=]{2}|:\s*$",
    re.IGNORECASE,
)
_WANTS_TO_KNOW: Final = re.compile(
    r"\b(?:(?:please|pls|kindly|could you|can you)\b.{0,40}\b(?:tell|explain|advise|confirm|let (?:me|us) know|help)"
    r"|(?:want|need|like|wonder(?:ing)?|love) to (?:know|understand|ask|find out)"
    r"|wonder(?:ing)? (?:if|whether|how|why|what)"
    r"|how (?:do|can|to)|tell (?:me|us) (?:how|what|why|where|when|whether|if))\b",
    re.IGNORECASE,
)
_POINTS_BACK: Final = re.compile(
    r"\b(?:it|its|that|this|they|them|those|these|he|she|so|else|then|instead)\b", re.IGNORECASE
)
_FOLLOWS: Final = re.compile(r"^\W*(?:and|or|also|but|so|if so|if not)\b", re.IGNORECASE)
_BLANK_LINE: Final = re.compile(r"\n[ \t]*\n")
_WRAPPED: Final = re.compile(r"(?<=[^\s.!?:;])[ \t]*\n(?=[a-z(])")
_ITEM: Final = re.compile(r"^[ \t]*(?:\d{1,2}[.)]|[-*•])[ \t]+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Ticket:
    """`asker` is "" where nobody says; `text` is what they wrote themselves, without headers and quoted mail.

    `errors` that stand in none of the questions are questions of their own: what do they mean? `left_out` is how many
    questions there are beyond MOST_QUESTIONS.
    """

    text: str
    asker: str
    questions: tuple[str, ...]
    errors: tuple[str, ...]
    left_out: int


def read_ticket(text: str) -> Ticket:
    """Return what a ticket holds; a text that asks nothing is one question as it stands. Raises nothing."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    headers, body = _headers(text)
    own = without_quoted_mail(body).strip() or body
    prose, errors = _errors(own)
    questions = list(_questions(prose, errors))
    subject = headers.get("subject", "")
    if not questions and subject and not errors:
        questions = [f"{subject}\n{own}" if sentences_of(own) else subject]
    asked = [*questions, *(error for error in errors if not any(error in question for question in questions))]
    if len(asked) < 2 and not errors:
        asked = [own if len(own) <= LONGEST_QUESTION and not headers else question for question in asked]
    asked = asked or [own or text]
    unique = list({" ".join(token.word for token in tokens(each)) or each: each for each in asked}.values())
    return Ticket(
        text=own,
        asker=_asker(headers, body),
        questions=tuple(each[:LONGEST_QUESTION] for each in unique[:MOST_QUESTIONS]),
        errors=tuple(errors),
        left_out=max(0, len(unique) - MOST_QUESTIONS),
    )


def _headers(text: str) -> tuple[dict[str, str], str]:
    """Split the lines of a mail or a helpdesk that stand before the message, by name, from the message."""
    found: dict[str, str] = {}
    lines = text.split("\n")
    for at, line in enumerate(lines):
        header = _HEADER.fullmatch(line.strip())
        if header:
            found.setdefault(header["name"].lower(), header["value"].strip())
        elif line.strip() or not found:
            return found, "\n".join(lines[at:]) if found else text
    return found, ""


def _errors(text: str) -> tuple[str, list[str]]:
    """Take what a program said out of a text: code, quotations and lines that fail and look like a machine's.

    A mark stays in its place: what is asked next may point back to it.
    """
    errors: list[str] = []

    def take(found: str) -> str:
        shown = " ".join(found.split())[:LONGEST_ERROR]
        if shown not in errors and len(errors) < MOST_ERRORS:
            errors.append(shown)
        return f"\n\n\0{errors.index(shown)}\n\n" if shown in errors else "\n\n"

    def fence(match: re.Match[str]) -> str:
        return take(match["code"]) if _FAILS.search(match["code"]) else match[0]

    text = _FENCE.sub(fence, text.replace("\0", " "))
    kept = []
    for line in text.split("\n"):
        quoted = [match["said"] for match in _QUOTED.finditer(line) if _FAILS.search(match["said"])]
        for said in quoted:
            take(said)
        is_error = not quoted and "?" not in line and _FAILS.search(line) and _MACHINE.search(line)
        kept.append(take(line) if is_error and not _is_told(line) else line)
    return "\n".join(kept), errors


def _is_told(line: str) -> bool:
    """Tell whether a person tells of a failure ("we get an error 500 when ..."), rather than a program."""
    return bool(re.search(r"\b(?:i|i'm|we|we're|my|our|us|me)\b", line, re.IGNORECASE))


def _questions(text: str, errors: Sequence[str]) -> Iterator[str]:
    """Yield each thing that is asked, with what was said before it where it points back to that."""
    found: list[list[Sentence]] = []
    before: list[Sentence] = []
    marked = "?" in text
    for paragraph in _BLANK_LINE.split(text):
        before = before[-1:]
        if paragraph.strip().startswith("\0"):
            before = [Sentence(errors[int(paragraph.strip()[1:])], (), asks=False)]
            continue
        for sentence in sentences_of(_ITEM.sub("", _WRAPPED.sub(" ", paragraph))):
            if not _is_question(sentence, marked=marked):
                before.append(sentence)
                continue
            alone = len(sentence.content) >= FEW_WORDS and not _points_back(sentence.text)
            if not alone and not before and found and len(sentence.content) < FEW_WORDS and _points_back(sentence.text):
                found[-1].append(sentence)
                continue
            found.append([*([] if alone else before[-1:]), sentence])
            before = []
    for sentences in found:
        yield " ".join(sentence.text.strip() for sentence in sentences)


def _is_question(sentence: Sentence, *, marked: bool) -> bool:
    """Tell whether a sentence asks; where the writer uses question marks, what has none must say that it asks."""
    text = sentence.text.rstrip()
    if text.rstrip("!.… )").endswith("?") or "?" in text:
        return bool(sentence.content) or bool(tokens(text))
    return bool(sentence.content) and (bool(_WANTS_TO_KNOW.search(text)) if marked else sentence.asks)


def _points_back(text: str) -> bool:
    return bool(_POINTS_BACK.search(text) or (_FOLLOWS.search(text) and len(tokens(text)) <= FEW_WORDS + 1))


def _asker(headers: dict[str, str], body: str) -> str:
    """Return the name of whoever writes: as the headers, the signature or they themselves give it."""
    for name in _OF_WHOM:
        if found := _as_name(_ADDRESS.sub("", headers.get(name, "")).strip(" \"'<>,;")):
            return found
    closings = list(_CLOSING.finditer(body))
    after = body[closings[-1].end() :].split("\n") if closings else []
    signed = next(filter(None, (line.strip(" ,.-–—*_") for line in after)), "")
    if found := _as_name(signed):
        return found
    called = _CALLED.search(body)
    return called["name"] if called else ""


def _as_name(text: str) -> str:
    """Return a text that can be a person's name, "" for any other."""
    words: Sequence[str] = text.split()
    is_name = bool(words) and bool(_NAME.fullmatch(text)) and all(word[0].isupper() for word in words)
    return text if is_name and fold(words[0]) not in _NO_NAMES else ""


_NO_NAMES: Final = frozenset("sent get the team support sales billing accounts accounting admin office it info".split())
