"""Extract the question from a message: drop quoted mail, signatures, greetings, thanks and background; or several.

>>> extract_question("Hi all, hope you're well! How do I add a seat? Thanks so much, Tom", knows=lambda term: False)
'How do I add a seat?'
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from kb_service.analysis import STOP_WORDS, WEAK_WORDS, term_of
from kb_service.text import split_sentences, tokens

# A clause ends at a comma, dash, colon or sentence end; a full stop inside a word belongs to a name or a number.
_CLAUSE: Final = re.compile(r"[^,;:!?\n.–—]+(?:\.(?!\s)[^,;:!?\n.–—]*)*[,;:!?\n.–—]*")
_SENTENCE_END: Final = re.compile(r"[!?\n]|\.\s*$|\.\.")
_ASKS: Final = re.compile(
    r"\?|^\W*(?:(?:and|so|but|also|please|pls|then|now|ok) )*(?:how|what|where|when|why|who|which|whose|can|could|do"
    r"|does|did|is|are|am|was|will|would|may|must|shall|should|has|have|any way)\b"
    r"|\b(?:how (?:do|can|to|long|much|many)|where (?:do|can|is)|(?:need|want|like|trying|have|going|ask|asked|way) to"
    r"|(?:i|we)(?:'d| would)? (?:want|need|like)|can(?:'|no|)t|unable|won'?t|please|pls|tell me|explain|says|error)\b",
    re.IGNORECASE,
)
FEW_WORDS: Final = 12  # content words: a message this short has no background to drop
ENOUGH_WORDS: Final = 2  # content words in the sentences that ask: fewer need what was said before them
KNOWN: Final = 0.5  # share of a background sentence's content words that the index must have for it to be kept

# Politeness and moods: a sentence of nothing else asks nothing.
COURTESY_WORDS: Final = frozenset(
    """absolutely advance afternoon amazing angry annoyed annoying anyway anyways apologies appreciate appreciated
    asap ashamed awesome awful awkward bear beg begging bless bother bothering brilliant bunch bye chaps cheers
    christmas completely cool crazy dear desperate disappointed disgrace disgusted disgusting dumb evening everybody
    everyone excuse faithfully fed feel feeling fine folks forward friday friend friendly friends frustrated
    frustrating fun furious gents glad good goodbye grateful gratefully great greetings guys haha happy hate hear
    hearing heck hell help helpful holiday holidays honest honestly hope hopefully hoping horrible hugs idea idiot
    impossible insane joke kidding kind kindest kindly ladies laugh laughing lol look looking loser losing love
    lovely luck lucky mad madam mate mates mess million mind moment monday morning nice nightmare nightmares nuts
    omg outrageous pathetic patience patient people pleasant pleasure question questions quick quickly reading
    regard regards reply respectfully ridiculous rude sad saturday scam serious seriously shame shocking sick silly
    sincerely sir soon sort star stressed stupid sunday super support ta team terrible thankful thursday time tired
    today tonight totally truly trust tuesday unacceptable unbelievable upset urgent urgently useless wait waiting
    warm warmest wednesday week weekend wish wishes wishing wonderful worst wrong wtf xx xxx year yo yours""".split()
)

_LEADING: Final = r"(?:(?:and|so|well|again|once more|first of all|oh|ok|okay|then|with) ){0,4}"
_SALUTE: Final = re.compile(
    _LEADING
    + r"(?:hi|hello|hey|heya|hiya|howdy|yo|dear|greetings|good (?:morning|afternoon|evening|day)|morning|afternoon"
    r"|evening|bye|(?:a )?happy (?:new|mon|tues|wednes|thurs|fri|satur|sun|holi)\w*|to whom it may concern"
    r"|(?:just )?(?:a )?(?:quick|silly|stupid|dumb) (?:one|question|q))\b",
    re.IGNORECASE,
)
_THANKS: Final = re.compile(
    _LEADING
    + r"(?:(?:(?:many|kind|best|warm|warmest|kindest|my|big|huge|friendly) ){0,4}(?:thanks|thank (?:you|u)|thx|tia|ta"
    r"|cheers|regards|wishes|hugs|sincerely|respectfully)|yours (?:truly|faithfully|sincerely)|bless you|take care"
    r"|(?:speak|talk|chat) soon|have a (?:good|great|lovely|nice|wonderful|fantastic|pleasant|happy|safe)|wishing you"
    r"|(?:i |we )?look(?:ing)? forward|(?:i |we )?(?:do |really |just )?(?:hope|trust) "
    r"(?:the|you|u|your|all|this|that|it|every)\w*"
    r"|(?:(?:i'm|i am|im|we are|so|very|really) ){0,4}sorry (?:for|to|if|about|in)|(?:my )?apologies"
    r"|(?:i |we )?apologi[sz]e|(?:please|pls) (?:excuse|bear with|advise|help|consider)|excuse (?:me|my)"
    r"|any help|your help|much appreciated|bear with me|i remain|shame on you)\b",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W\d_][\w'’]*")
_NAME_WORDS: Final = 4
_MORE: Final = re.compile(
    r"\b(?:but|however|although|though|yet|because|how|what|where|when|why|who|which|can|could|do|does|did|is there"
    r"|need|want|would)\b",
    re.IGNORECASE,
)

_QUOTED_LINE: Final = re.compile(
    r"^[ \t]*(?:>.*|(?:on|am|le|el|op)\b.{4,120}\b(?:wrote|schrieb|écrit|escribió|schreef)\b.{0,60}:[ \t]*"
    r"|(?:sent (?:from|via)|get outlook for|gesendet|envoyé de|von meinem)\b.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_HISTORY: Final = re.compile(
    r"^[ \t]*(?:-{2,} ?(?:original|forwarded|ursprüngliche)\b.*|_{5,}|from:[^\n]+\n(?:sent|date|to):.*)$.*",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_SIGNATURE: Final = re.compile(r"^[ \t]*--[ \t]*$.*", re.MULTILINE | re.DOTALL)
_CLOSING: Final = re.compile(
    r"""^[ \t]*(?:(?:with|many|kind|best|warm|warmest|kindest|my|and)[ \t]+){0,6}
    (?:thanks|thank\ you|regards|wishes|cheers|sincerely|respectfully|faithfully|greetings
    |yours\ (?:truly|faithfully|sincerely))\b[^\n?]{0,40}$(?P<rest>.*)""",
    re.IGNORECASE | re.MULTILINE | re.DOTALL | re.VERBOSE,
)

MOST_QUESTIONS: Final = 5  # of one message: each is looked for by itself
_BEGINS_QUESTION: Final = (
    r"(?:how|what|when|where|why|who|which|whose|can|could|do|does|did|is|are|will|would|should|must|may)\b"
)
_AND_ASKS: Final = re.compile(
    rf"(?:[,;] ?|[ ])(?:and|also|plus)(?: also| then| if so,?)? (?={_BEGINS_QUESTION} \w)|[;,] (?={_BEGINS_QUESTION}"
    r" (?:i|we|you|it|they|is|are|do|does|can|will|the|my|our|much|many|long)\b)",
    re.IGNORECASE,
)
_IS_QUESTION: Final = re.compile(
    rf"\?\W*$|^\W*(?:(?:and|so|but|also|please|then|now|second(?:ly)?|first(?:ly)?),? ){{0,2}}{_BEGINS_QUESTION}",
    re.IGNORECASE,
)
_LIST_NUMBER: Final = re.compile(r"(?:^|(?<=[?!.] ))(?:\d{1,2}[.)]|[-*•]) ")
_REFERS: Final = re.compile(
    r"\b(?:it|its|they|them|their|that|this|these|those|there|then|one|ones|he|she|his|her|him|so|same|instead)\b",
    re.IGNORECASE,
)
# "Is that right?" belongs to what was said before.
_TAGS: Final = frozenset("advice correct help idea ideas normal possible right suggestions true understand".split())

# "Who do I ask?" says nothing of what it is about.
_BARE: Final = frozenset("ask begin contact cost costs happen happens long start take takes work works".split())


class Sentence(NamedTuple):
    """`content` are its words that carry a subject, each once."""

    text: str
    content: tuple[str, ...]
    asks: bool


def extract_question(text: str, knows: Callable[[str], bool]) -> str:
    """Return the sentences of `text` that ask, in order; the whole text where nothing tells them from the rest.

    `knows` tells whether the index has a term: background about what the articles say is kept.
    """
    own = without_quoted_mail(text)
    if len(_CLAUSE.findall(own)) < 2:
        return own if own.strip() else text
    said = sentences_of(own)
    if not said:
        return text
    return " ".join(sentence.text.strip() for sentence in _without_background(said, knows))


def sentences_of(text: str) -> list[Sentence]:
    """Return the sentences of a text that say something, without politeness and the names that sign it."""
    return [sentence for sentence in _sentences(_CLAUSE.findall(text)) if sentence.content or sentence.asks]


def questions_of(text: str, knows: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the questions of a message in order, each with what it refers to; none where it asks fewer than two.

    >>> questions_of("How do I add a seat? And when is it billed?", knows=lambda term: False)
    ('How do I add a seat?', 'How do I add a seat? And when is it billed?')
    """
    parts = _parts(_LIST_NUMBER.sub("", extract_question(text, knows)))
    if len(parts) < 2:
        return ()
    found: list[str] = []
    before = situation = last = ""
    for part in parts:
        content = _sentence(part).content
        if not _IS_QUESTION.search(part) or (not {*content} - _TAGS - COURTESY_WORDS and not before):
            before = f"{before} {part}".strip()
            continue
        if found and {*content} <= _TAGS:
            continue
        refers = {*content} <= _BARE or bool(_REFERS.search(part))
        situation = before or situation
        context = (situation or last) if refers else ""
        found.append(
            f"{context.rstrip('.,;: ')}{'' if context.endswith(('?', '!')) else '.'} {part}" if context else part
        )
        before, last = "", part
    distinct = tuple(dict.fromkeys(found))[:MOST_QUESTIONS]
    return distinct if len(distinct) > 1 else ()


def _parts(asked: str) -> list[str]:
    """Return the sentences of a text, and what of each asks for itself ("how do I add one and when is it billed?")."""
    found: list[str] = []
    for span in split_sentences(asked):
        sentence = asked[span.start : span.end]
        start = 0
        for join in _AND_ASKS.finditer(sentence):
            asks = sentence[start : join.start()]
            if _IS_QUESTION.search(asks) and len(_sentence(asks).content) and not asks.endswith(" if"):
                found.append(sentence[start : join.start()])
                start = join.end()
        found.append(sentence[start:])
    return [part.strip() for part in found if part.strip()]


def _sentences(clauses: list[str]) -> list[Sentence]:
    """Join clauses to sentences, without those that are politeness or a name that signs it."""
    found: list[Sentence] = []
    current, polite = "", False
    for clause in clauses:
        polite = _is_polite(clause) or (polite and _is_name(clause))
        if not polite:
            current += clause
        if _SENTENCE_END.search(clause) and current:
            found.append(_sentence(current))
            current = ""
    return [*found, _sentence(current)] if current else found


def _sentence(text: str) -> Sentence:
    words = dict.fromkeys(token.word for token in tokens(text))
    content = tuple(word for word in words if word not in STOP_WORDS and word not in WEAK_WORDS)
    if content and all(word in COURTESY_WORDS for word in content):
        return Sentence(text, (), asks=False)
    return Sentence(text, content, bool(_ASKS.search(text)))


def _without_background(said: list[Sentence], knows: Callable[[str], bool]) -> list[Sentence]:
    """Keep sentences that ask, those just before them, and those about what the articles say."""
    if sum(len(sentence.content) for sentence in said) <= FEW_WORDS:
        return said
    asking = [at for at, sentence in enumerate(said) if sentence.asks]
    if sum(len(said[at].content) for at in asking) < ENOUGH_WORDS:
        return said
    near = {*asking, *(at - 1 for at in asking)}
    return [sentence for at, sentence in enumerate(said) if at in near or _known_share(sentence, knows) >= KNOWN]


def _known_share(sentence: Sentence, knows: Callable[[str], bool]) -> float:
    return sum(knows(term_of(word)) for word in sentence.content) / max(len(sentence.content), 1)


def without_quoted_mail(text: str) -> str:
    """Drop quoted lines, the mails below, the signature and lines that a phone adds."""
    if "\n" not in text:
        return text
    text = _QUOTED_LINE.sub("", text)
    for ending in (_HISTORY, _SIGNATURE):
        text = ending.sub("", text)
    closing = _CLOSING.search(text)
    return text[: closing.start()] if closing and "?" not in closing["rest"] else text


def _is_polite(clause: str) -> bool:
    """Tell whether a clause is only a greeting, thanks or wishes."""
    clause = clause.strip()
    if _MORE.search(clause):
        return False
    salute = _SALUTE.match(clause)
    return all(map(_is_form_of_address, _WORD.findall(clause, salute.end()))) if salute else bool(_THANKS.match(clause))


def _is_name(clause: str) -> bool:
    """Tell whether a clause can be a signature: up to four words with capitals ("Ingrid Solheim", "Office Manager")."""
    words = _WORD.findall(clause)
    return 0 < len(words) <= _NAME_WORDS and all(word[0].isupper() for word in words)


def _is_form_of_address(word: str) -> bool:
    """Tell whether a word can stand in a greeting: a name, a title, how it is wished."""
    return word[0].isupper() or word.lower() in COURTESY_WORDS or word.lower() in STOP_WORDS
