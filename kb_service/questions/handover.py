"""Tell when a message asks for a person, in place of an answer: that is no question to the articles.

>>> asks_for_person("Can I please talk to a human?"), asks_for_person("How do agents talk to a customer?")
(True, False)
"""

from __future__ import annotations

import re
from typing import Final

from kb_service.analysis import STOP_WORDS, WEAK_WORDS
from kb_service.questions.message import COURTESY_WORDS

MOST_WORDS: Final = 40  # of a message: a longer one tells something that can be looked for
MOST_WORDS_ELSEWHERE: Final = 14  # in languages of which the words beside the request are not looked at

_WORD_OF_KIND: Final = (
    r"(?:real|live|actual|human|living|breathing|local|customer|client|support|service|billing|sales|help|care|account"
    r"|technical|tech|chat|phone)"
)
_KIND: Final = rf"(?:{_WORD_OF_KIND}\s+){{0,4}}"
_ONE: Final = (
    r"(?:human(?:\s+being)?|person|agent|representative|rep|operator|advis[eo]r|assistant|specialist|someone|somebody"
    r"|supervisor|manager)"
)
_ANY: Final = (
    rf"(?:humans?(?:\s+beings?)?|people|{_ONE}s?|anyone|anybody"
    r"|(?:support|service|care|sales|help\s?desk|team|staff)(?:\s+(?:team|staff|desk|department|member))?)"
)
_WHICH: Final = r"(?:an?|the|some|any|your|another|one\s+of\s+your|a\s+member\s+of(?:\s+your)?|this\s+to\s+an?)\s+"
_TALK: Final = (
    r"(?:(?:talk|speak|chat|communicate)(?:ing)?(?:\s+directly)?\s+(?:to|with)"
    r"|get\s+(?:in\s+(?:touch|contact)\s+with|(?:a\s+)?hold\s+of|through\s+to|connected\s+(?:to|with))"
    r"|(?:connect|transfer|put|forward|pass|hand|escalate|switch|refer|redirect)(?:\s+(?:me|us|this|it|my\s+\w+))?"
    r"(?:\s+(?:over|through|on))?\s+(?:to|with))"
)
_TALKS: Final = re.compile(
    rf"\b(?:{_TALK}\s+(?:{_WHICH})?{_KIND}{_ANY}"
    rf"|(?:contact|call|reach(?:\s+out\s+to)?)\s+(?:{_WHICH}{_KIND}{_ANY}|(?:some|any)(?:one|body)"
    r"|(?:your\s+|the\s+)?(?:customer\s+|client\s+)?(?:support|service)(?:\s+team)?)"
    rf"|(?:email|message|phone)\s+(?:{_WHICH}{_KIND}{_ONE}|some(?:one|body)))\b"
)
_WANTS: Final = re.compile(
    rf"\b(?:(?:need|want|like|get|give\s+me|have|help\s+from)\s+(?:me\s+)?(?:{_WHICH}{_KIND}|(?:real|live|human)\s+){_ONE}"
    r"|(?:need|want|like|get|have)\s+(?:some(?:one|body)|(?:human|live|real)\s+(?:help|support|assistance))"
    r"|(?:is|are)\s+(?:there\s+)?(?:any(?:one|body)|some(?:one|body)|a\s+(?:real\s+)?(?:person|human))"
    r"(?:\s+(?:i|we)\s+can\s+(?:talk|speak|chat)\s+(?:to|with))?"
    r"|(?:call|phone|ring)\s+me(?:\s+back)?|(?:request|want|need|like)\s+a\s+call\s?back)\b"
)
_ALONE: Final = re.compile(
    rf"(?:(?:hi|hello|hey|ok|no|just|please|pls|an?|the|{_WORD_OF_KIND})\s+){{0,6}}"
    r"(?:human(?:\s+being)?|real\s+person|live\s+(?:person|chat)|agent|representative|operator|customer\s+service)"
    r"(?:\s+(?:please|pls|now|asap|thanks|only|help|support|assistance))*"
)
# What is said beside the request that is no question of its own.
_BESIDE: Final = (
    STOP_WORDS
    | WEAK_WORDS
    | COURTESY_WORDS
    | frozenset(
        "ai anymore available bot bots chatbot computer directly else enough immediately instead machine possible real "
        "right robot robots stop there through trying understand unhelpful way work working yes".split()
    )
)
_TOPIC: Final = re.compile(r"\b(?:about|regarding|concerning|re|because|since|so\s+that)\b")
_TOPIC_OF_TALK: Final = re.compile(rf"{_TOPIC.pattern}|\b(?:who|that|which|in|from|at)\b")
_REFUSES: Final = re.compile(r"\b(?:do(?:n't| not) (?:want|need|have)|no need|without|instead of)\b")
_ASKS_HOW: Final = re.compile(r"\W*(?:how|where|what|when|which|who)\b", re.IGNORECASE)
_CLAUSE_END: Final = re.compile(r"[.,;:!?\n–—]+")
_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)?")

_ELSEWHERE: Final = re.compile(
    r"""
    # German
    \bmit\s+(?:\w+\s+){0,3}?(?:mensch(?:en)?|person|mitarbeiter(?:in|n)?|berater(?:in)?|kundendienst|kundenservice
        |support|agenten?|jemand(?:em)?)\s+(?:\w+\s+)?(?:sprechen|reden|verbinden|verbunden|chatten|telefonieren)\b
    |^\W*(?:bitte\s+)?(?:ein(?:en)?\s+)?(?:echten?r?\s+)?(?:menschen?|mitarbeiter)(?:\s+bitte)?\W*$
    # Spanish
    |\b(?:hablar|chatear|comunicar(?:me|nos)?|contactar|conect(?:ar|e)(?:me)?|p[aá]s[ae](?:me)?)\s+(?:con|a)\s+
        (?:\w+\s+){0,2}?(?:persona|humano|agente|representante|operadora?|asesora?|alguien|soporte)\b
    |^\W*(?:una?\s+)?(?:agente|humano|persona\s+real)(?:\s+por\s+favor)?\W*$
    # French
    |\b(?:parler|discuter|échanger|communiquer)\s+(?:directement\s+)?(?:à|a|avec)\s+(?:\w+\s+){0,3}?(?:humain|personne
        |conseill(?:er|ère)|agent|opérateur|quelqu['’]un|représentant|support|service\s+client)\b
    |\b(?:contacter|joindre)\s+(?:le|une?|votre)\s+(?:support|service\s+client|conseill(?:er|ère))\b
    |^\W*(?:un\s+)?(?:agent|humain|conseiller)(?:\s+s['’]il\s+(?:vous|te)\s+pla[iî]t|\s+svp)?\W*$
    # Portuguese
    |\b(?:falar|conversar)\s+com\s+(?:\w+\s+){0,2}?(?:pessoa|humano|atendente|agente|operadora?|representante
        |algu[eé]m|suporte)\b
    |^\W*(?:uma?\s+)?(?:atendente|humano|pessoa\s+real)(?:\s+por\s+favor)?\W*$
    # Japanese
    |(?:人間|担当者|担当の方|オペレーター?|スタッフ|サポート)(?:の方|の人)?(?:と|に)(?:直接)?
        (?:話|会話|チャット|つな|繋|連絡|電話|相談)
    # Arabic
    |(?:التحدث|أتحدث|اتحدث|نتحدث|التكلم|أتكلم|اتكلم|الكلام|التواصل|أتواصل|تحويلي|حولني)\s+(?:مع|إلى|الى)\s+
        (?:\w+\s+){0,2}?(?:شخص|إنسان|انسان|موظف|ممثل|وكيل|بشري|الدعم|خدمة)
    """,
    re.IGNORECASE | re.VERBOSE,
)


def asks_for_person(text: str) -> bool:
    """Tell whether a message asks for a person, and nothing else that articles could answer."""
    lowered = text.lower().replace("’", "'")
    count = len(_WORD.findall(lowered))
    if not 0 < count <= MOST_WORDS or _REFUSES.search(lowered):
        return False
    if count <= MOST_WORDS_ELSEWHERE and _ELSEWHERE.search(lowered):
        return True
    clauses = [clause for each in _CLAUSE_END.split(lowered) if (clause := each.strip())]
    kinds = [_is_request(clause) for clause in clauses]
    return any(kinds) and all(kind or _is_beside(clause) for kind, clause in zip(kinds, clauses, strict=True))


def asks_how(text: str) -> bool:
    """Tell whether a message asks how or where: what an article may say, also of reaching a person."""
    return bool(_ASKS_HOW.match(text))


def _is_request(clause: str) -> bool:
    if _ALONE.fullmatch(clause):
        return True
    for pattern, topics in ((_TALKS, _TOPIC_OF_TALK), (_WANTS, _TOPIC)):
        if found := pattern.search(clause):
            topic = topics.search(clause, found.end())
            behind = clause[found.end() : topic.start() if topic else None]
            return _is_beside(clause[: found.start()]) and _is_beside(behind)
    return False


def _is_beside(words: str) -> bool:
    return all(word in _BESIDE or word.partition("'")[0] in _BESIDE for word in _WORD.findall(words))
