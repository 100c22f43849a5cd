"""How people write around what they ask: greetings, thanks, moods, signatures, and the mail they answer."""

from __future__ import annotations

import re
from typing import Final

from kb_service.stop_words import STOP_WORDS

# Words that say how somebody feels or is polite. A sentence of nothing else asks nothing.
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


def own_text(text: str) -> str:
    """Return a mail without what it answers, its signature and what a phone adds."""
    if "\n" not in text:
        return text
    text = _QUOTED_LINE.sub("", text)
    for ending in (_HISTORY, _SIGNATURE):
        text = ending.sub("", text)
    closing = _CLOSING.search(text)
    return text[: closing.start()] if closing and "?" not in closing["rest"] else text


def is_polite(clause: str) -> bool:
    """Tell whether a clause is politeness alone: it opens so and does not turn to something else."""
    clause = clause.strip()
    if _MORE.search(clause):
        return False
    salute = _SALUTE.match(clause)
    return all(map(_is_address, _WORD.findall(clause, salute.end()))) if salute else bool(_THANKS.match(clause))


def is_name(clause: str) -> bool:
    """Tell whether a clause can be who signs: up to four words with capitals ("Ingrid Solheim", "Office Manager")."""
    words = _WORD.findall(clause)
    return 0 < len(words) <= _NAME_WORDS and all(word[0].isupper() for word in words)


def _is_address(word: str) -> bool:
    """Tell whether a word can stand in a greeting: a name, a title, how it is wished."""
    return word[0].isupper() or word.lower() in COURTESY_WORDS or word.lower() in STOP_WORDS
