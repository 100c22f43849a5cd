"""What of a text asks: without the mail it answers, signatures, politeness, moods and the story around the question."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from kb_service.analysis import term_of
from kb_service.questions.courtesy import COURTESY_WORDS, is_name, is_polite, own_text
from kb_service.stop_words import STOP_WORDS, WEAK_WORDS
from kb_service.text import tokens

# Where somebody stops for breath; a full stop or an ellipsis before a small letter may belong to a name or a number.
_CLAUSE: Final = re.compile(r"[^,;:!?\n.–—]+(?:\.(?!\s)[^,;:!?\n.–—]*)*[,;:!?\n.–—]*")
_SENTENCE_END: Final = re.compile(r"[!?\n]|\.\s*$|\.\.")
_ASKS: Final = re.compile(
    r"\?|^\W*(?:(?:and|so|but|also|please|pls|then|now|ok) )*(?:how|what|where|when|why|who|which|whose|can|could|do"
    r"|does|did|is|are|am|was|will|would|may|must|shall|should|has|have|any way)\b"
    r"|\b(?:how (?:do|can|to|long|much|many)|where (?:do|can|is)|(?:need|want|like|trying|have|going|ask|asked|way) to"
    r"|(?:i|we)(?:'d| would)? (?:want|need|like)|can(?:'|no|)t|unable|won'?t|please|pls|tell me|explain|says|error)\b",
    re.IGNORECASE,
)
FEW_WORDS: Final = 12  # of content: so short a text tells no story
ENOUGH_WORDS: Final = 2  # of content in what asks: fewer only make sense with what was said before
KNOWN: Final = 0.5  # share of its content words that the index must have for a sentence of the story to count


class _Sentence(NamedTuple):
    text: str
    content: tuple[str, ...]
    asks: bool


def asked_part(text: str, knows: Callable[[str], bool]) -> str:
    """Return the sentences of `text` that ask, in order; all of it where nothing tells them from the rest.

    `knows` tells whether the index has a term.
    """
    own = own_text(text)
    clauses = _CLAUSE.findall(own)
    if len(clauses) < 2:
        return own if own.strip() else text
    said = [sentence for sentence in _sentences(clauses) if sentence.content or sentence.asks]
    if not said:
        return text
    kept = _relevant(said, knows)
    return " ".join(sentence.text.strip() for sentence in kept)


def _sentences(clauses: list[str]) -> list[_Sentence]:
    """Return sentences without polite clauses."""
    found: list[_Sentence] = []
    current, polite = "", False
    for clause in clauses:
        polite = is_polite(clause) or (polite and is_name(clause))
        if not polite:
            current += clause
        if _SENTENCE_END.search(clause) and current:
            found.append(_sentence(current))
            current = ""
    return [*found, _sentence(current)] if current else found


def _sentence(text: str) -> _Sentence:
    words = dict.fromkeys(token.word for token in tokens(text))
    content = tuple(word for word in words if word not in STOP_WORDS and word not in WEAK_WORDS)
    if content and all(word in COURTESY_WORDS for word in content):
        return _Sentence(text, (), asks=False)
    return _Sentence(text, content, bool(_ASKS.search(text)))


def _relevant(said: list[_Sentence], knows: Callable[[str], bool]) -> list[_Sentence]:
    """Leave the story out: what neither asks, nor stands before what asks, nor is about what the articles say."""
    if sum(len(sentence.content) for sentence in said) <= FEW_WORDS:
        return said
    asking = [at for at, sentence in enumerate(said) if sentence.asks]
    if sum(len(said[at].content) for at in asking) < ENOUGH_WORDS:
        return said
    near = {*asking, *(at - 1 for at in asking)}
    return [sentence for at, sentence in enumerate(said) if at in near or _known_share(sentence, knows) >= KNOWN]


def _known_share(sentence: _Sentence, knows: Callable[[str], bool]) -> float:
    return sum(knows(term_of(word)) for word in sentence.content) / max(len(sentence.content), 1)
