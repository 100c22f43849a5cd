"""What a question names (an identifier, a version, a quoted phrase, a product, a script), and which passages have it.

A name decides what likeness cannot see: "v0.3.5" and "v0.3.6" are alike in every other way.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from kb_service.analysis import analyse, is_stop_word, term_of
from kb_service.answers.kinds import lacks_quantity
from kb_service.content.article import Passage
from kb_service.language import is_written_in_latin_letters, language_of
from kb_service.questions.spelling import common_words, product_names
from kb_service.questions.understanding import Understanding
from kb_service.ranking import Ranked

REMEMBERED: Final = 4096  # passages as they are searched for names
QUESTIONS_REMEMBERED: Final = 64  # what names a question: it is asked for twice
TURNS_ON: Final = 0.2  # of a question's weight: a name that has as much of it is what the question turns on
FEW_BESIDE: Final = 2  # words beside an unknown code: it is what the question turns on
FEWEST_HELD: Final = 0.1  # of a question's weight, in a script that the model cannot read
MOST_NAMED: Final = 8  # names of a question that are looked for

_APOSTROPHES: Final = str.maketrans(dict.fromkeys("’ʼ＇`´", "'"))
_VERSION: Final = re.compile(
    r"(?<![\w.])v?(\d+(?:\.\d+){1,5})(?![\w]|\.\d)|\b(?:version|release|v) ?(\d{1,4})\b(?!\.\d)"
)
_CODE: Final = re.compile(
    r"(?<![\w@./])(?=[\w-]*[a-z])(?=[\w-]*\d)[a-z0-9][\w-]*(?![\w@])"  # 2FA, 0x80070005, E-1042, OAuth2
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?:https?://)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}/[\w/#?=&.%-]*"
)
_QUANTITY: Final = re.compile(
    r"\d+(?:st|nd|rd|th|s|k|x|m|h|d|am|pm|[kmgt]i?b|min|mins|ms|sec|hrs?|days?|weeks?|months?|years?|seats?|users?|px"
    r"|usd|eur|gbp|pcs)|\d+-\w+|\w+-\d+-\w+"
)
_QUOTED: Final = re.compile(r'["“”„«]([^"“”„«»]{2,200})["“”»]')
_SIGNS: Final = re.compile(r"[^\w\s?!.,;:]|\d[.,]\d")
# A name of letters: in capitals within a sentence, or with capitals inside.
_NAME: Final = re.compile(r"(?<=[\w,;:)'] )[A-Z][a-z][\w+-]*|\b[A-Z]?[a-z]+[A-Z]\w*")
_CAPITALS_INSIDE: Final = re.compile(r"\b[A-Z]?[a-z]+[A-Z]\w*")
_CAPITAL_NOUNS: Final = frozenset({"de"})  # languages in which every noun has a capital
_FIRST: Final = re.compile(r"(?:^|[.!?:;]\s+|\n)([A-Z][a-z][\w+-]*)")  # a name, or a word that begins a sentence
_BEGUN_WITH: Final = re.compile(r"(?:^|[.!?:;]\s+|\n)(?:(?:hi|hello|hey|so|in|on|at|inside),? )*(\w+)", re.IGNORECASE)
_PLAN_OF: Final = re.compile(r"\b(\w+) (?:plan|licen[cs]es?|subscription|seats?|invoices?|bills?)\b", re.IGNORECASE)
# What one leaves, cancels, pays for or lists: "We are leaving HubSpot.", "One of them is Intercom."
_HAVING: Final = re.compile(
    r"\b(?:leav(?:e|ing)|quit(?:ting)?|cancel(?:l?ed|l?ing)?|renew(?:ed|ing)?|subscribed? to|unsubscribed? from"
    r"|pay(?:ing)? for|bought|(?:charged|billed) by|(?:refund|invoice|bill) from|(?:one|two) of (?:them|these) is) "
    r"(?:our |my |the )?(\w+)",
    re.IGNORECASE,
)
_PREFIX: Final = re.compile(r"^(?:un|re|de|dis|over|pre|non|mis|co)-?")
_SUFFIX: Final = re.compile(r"(?:ab(?:le|ility)|ers?|ors?|ments?|ness|ful|less|ly|ity|ions?|ations?|ing|ed|al|ish)$")
_CALENDAR: Final = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december christmas easter".split()
)
_PEOPLE: Final = frozenset(  # who stand in questions as examples
    (
        "aaron abdul ada adam ahmed aisha akira alan alex ali alice alicia amelia amir amy ana andrea andreas "
        "andrew angela anita anna anne anton antonio ben beth bill bob brian bruno camila carla carlos carol "
        "cathy cedric charles chen chris claire clara claudia dan dana daniel daniela dave david deepak diana "
        "diego dmitri dora doris ed elena elias elisa ella emily emma eric eva eve fatima felix fiona frank fred "
        "gary george gina giulia greg hannah hans harry hassan helen henry hugo ian igor ines irene ivan jack "
        "james jan jane jason jean jenny jess jessica jim joan joe johanna john jonas jordan jose josh juan julia "
        "julie kai karen karl kate katie kevin kim laila lars laura lee leila lena leo leon lewis liam lina linda "
        "lisa louis luca lucy luis luke maja marc marcel marco maria marie mark marta martin mary mateo matt max "
        "maya megan mei mia michael miguel mike mila mohamed mohammed mona monica nadia natalie nick nina noah "
        "nora olga oliver omar oscar pablo pat paul pedro peter petra philip pierre priya rachel rahul raj ravi "
        "ray rita rob robert robin roger rosa ruth ryan sam sandra sanjay sara sarah sean sergio simon sofia "
        "sonia stefan stella stephen steve sue susan sven tanya tara ted teresa thea theo thomas tim tina tobias "
        "tom toni tony ursula vera victor wei wendy will yuki yusuf zoe"
    ).split()
)
_ALONE: Final = re.compile(r"[A-Z][\w]*['’][A-Z]\w+|[A-Z]{2,5}|[A-Z]?[a-z]+[A-Z]\w*")


class Named(NamedTuple):
    """What a question names, as it is searched for.

    `versions` and `codes` stand in the passage that answers, `phrases` in the one that is meant. `alone` is all of the
    question, where that is nothing but an identifier, a number with its sign, or a quoted phrase. `language` is the
    one of a script of its own, "" for Latin letters.
    """

    versions: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    alone: str = ""
    language: str = ""

    def wanted_of(self, passage: Passage) -> int:
        """Return how much of what is named a passage, with its titles, has: what has most goes before others."""
        text = _searched(passage)
        found = sum(holds_version(text, version) for version in self.versions)
        found += sum(holds(text, each) for each in (*self.codes, *self.phrases, *filter(None, (self.alone,))))
        return found + bool(self.language and language_of(passage.text) == self.language)

    @property
    def decides(self) -> bool:
        """Whether any passage can have more of it than another."""
        return bool(self.versions or self.codes or self.phrases or self.alone or self.language)


def named_in(understood: Understanding) -> Named:
    """Return what a question names."""
    return _named_in(understood.meant.strip(), has_alternatives=any(word.alternatives for word in understood.words))


@lru_cache(maxsize=QUESTIONS_REMEMBERED)
def _named_in(asked: str, *, has_alternatives: bool) -> Named:
    plain = folded(asked)
    versions = tuple(dict.fromkeys("".join(each) for each in _VERSION.findall(plain)))[:MOST_NAMED]
    codes = [each for each in dict.fromkeys(_CODE.findall(plain)) if not _QUANTITY.fullmatch(each)]
    codes = [each for each in codes if not _VERSION.fullmatch(each)][:MOST_NAMED]
    phrases = tuple(folded(each).strip() for each in _QUOTED.findall(asked))[:MOST_NAMED]
    language = "" if asked.isascii() else language_of(asked)
    return Named(
        versions,
        tuple(codes),
        tuple(each for each in phrases if " " in each),
        _alone(asked, plain, has_alternatives=has_alternatives),
        "" if is_written_in_latin_letters(language) else language,
    )


def _alone(asked: str, plain: str, *, has_alternatives: bool) -> str:
    """Return a question that is an identifier and no more, as it is searched for; else ""."""
    whole = plain.strip(" ?!.,;:\"“”„«»'")
    quoted = _QUOTED.fullmatch(asked.strip(" ?!."))
    if quoted:
        return whole
    if len(whole) < 3:
        return ""
    if _VERSION.fullmatch(whole):
        return whole.lstrip("v")
    if _ALONE.fullmatch(asked.strip(" ?!.")):
        return "" if has_alternatives else whole
    if not any(map(str.isdigit, whole)) or " " in _joined(whole):
        return ""
    letters = [each for each in re.findall(r"[^\W\d_]{2,}", _CODE.sub(" ", plain)) if not is_stop_word(each)]
    has_sign = bool(_SIGNS.search(whole)) or bool(re.search(r"\d{3}", whole)) or bool(_CODE.fullmatch(whole))
    return whole if not letters and has_sign else ""


def _joined(whole: str) -> str:
    """Take the blanks out of a number in groups ("+49 (30) 1234-5678"): other blanks are between two things."""
    return re.sub(r"(?<=[\d)]) (?=[\d(])", "", whole)


def lacks_what_is_named(named: Named, understood: Understanding, ranked: Ranked) -> bool:
    """Tell whether a question turns on something that a passage, with its titles, does not have."""
    text = _searched(ranked.entry.passage)
    if named.alone and not holds(text, named.alone):
        return True
    if not all(holds_version(text, version) for version in named.versions):
        return True
    if not all(holds(text, code) for code in named.codes) and _told_beside(named, understood) <= FEW_BESIDE:
        return True
    if named.language and (
        language_of(ranked.entry.passage.text) != named.language or ranked.evidence.coverage < FEWEST_HELD
    ):
        return True
    return _is_about_another(understood, ranked, text) or lacks_quantity(understood.text, text)


def _told_beside(named: Named, understood: Understanding) -> int:
    """Return how many words of a question say something beside what it names."""
    names = " ".join((*named.codes, *named.versions))
    return sum(word.share == 1.0 and word.surface not in names for word in understood.words)


def is_titled(named: Named, understood: Understanding, ranked: Ranked) -> bool:
    """Tell whether all that a question says, a version or a code among it, stands in the titles above a passage."""
    if not (named.versions or named.codes):
        return False
    passage = ranked.entry.passage
    titles = "\n".join((passage.title, *passage.heading_path))
    text, terms = folded(titles), {term.term for term in analyse(titles)}
    return (
        all(holds_version(text, version) for version in named.versions)
        and all(holds(text, code) for code in named.codes)
        and all(word.term in terms or word.is_number for word in understood.words)
    )


def _is_about_another(understood: Understanding, ranked: Ranked, text: str) -> bool:
    """Tell whether a question turns on a name that a passage lacks.

    That is a name with a good share of the question's weight, products that have it together, and a product that a
    sentence begins with ("Jira says …", "In Notion, …"), that has the plan, licence, seats or bill ("the Jira plan"),
    or that one leaves, cancels, pays for or lists ("We are leaving HubSpot."). A name that other articles have may be
    lacking where the passage has another name of the question.
    """
    names = _names_of(understood)
    named = [word for word in understood.words if word.surface in names and not word.is_number]
    if not named:
        return False
    least = TURNS_ON * understood.weight
    unheard = [word for word in named if not (word.known or word.alternatives or holds(text, word.surface))]
    products = [word for word in unheard if word.surface in product_names()]
    if any(word.weight >= least for word in unheard) or sum(word.weight for word in products) >= least:
        return True
    patterns = (_BEGUN_WITH, _PLAN_OF, _HAVING)
    told_of = {folded(each) for pattern in patterns for each in pattern.findall(understood.text)}
    if any(word.surface in told_of for word in products):
        return True
    if not any(word.known and word.weight >= least for word in named):
        return False
    has = set(memoryview(ranked.entry.codes).cast("I"))
    return all(word.codes.isdisjoint(has) for word in named)


def _names_of(understood: Understanding) -> frozenset[str]:
    """Return the names of letters in a question, folded: those known as such, and what is written like one."""
    said = understood.text  # `meant` has a name as the word that it looks like: "Figma" as "sigma"
    known = frozenset(word.surface for word in understood.words) & product_names()
    if _mostly_capitals(said):
        return known
    pattern = _CAPITALS_INSIDE if understood.language in _CAPITAL_NOUNS else _NAME
    written = {folded(each) for each in pattern.findall(said)}
    if understood.language in ("", "en"):
        written |= {each for each in map(folded, _FIRST.findall(said)) if not _is_english(each)}
    return known | (written - _CALENDAR - _PEOPLE)


def _is_english(word: str) -> bool:
    """Tell whether a word, or what it is made from, is a common English one: "chargeable", "unoccupied"."""
    if word in common_words() or _is_form_of_english(word):
        return True
    base = _SUFFIX.sub("", _PREFIX.sub("", word))
    return len(base) > 2 and (_is_form_of_english(base) or _is_form_of_english(f"{base}e"))


def _is_form_of_english(word: str) -> bool:
    return term_of(word) in _common_terms(word[:2])


@lru_cache(maxsize=2_000)
def _common_terms(beginning: str) -> frozenset[str]:
    """Return the terms of the common words that begin so: those of all of them would take .2 s."""
    return frozenset(term_of(word) for word in common_words() if word.startswith(beginning))


def _mostly_capitals(text: str) -> bool:
    words = re.findall(r"[^\W\d_]{2,}", text)
    return sum(word[0].isupper() for word in words) > len(words) / 2 if len(words) > 3 else False


def holds(text: str, named: str) -> bool:
    """Tell whether a text has a name, and not as a part of a longer word or number."""
    at = text.find(named)
    while at >= 0:
        end = at + len(named)
        before, after = text[max(at - 2, 0) : at], text[end : end + 2]
        if named[0].isdigit() and before.endswith("v") and not before[:-1].isalnum():  # "v0.3.5"
            before = ""
        if not _goes_on(before[::-1], named[0]) and not _goes_on(after, named[-1]):
            return True
        at = text.find(named, at + 1)
    return False


def _goes_on(beside: str, last: str) -> bool:
    """Tell whether what stands beside the first or last character of a name makes a longer one of it."""
    if not last.isalnum() or not beside:
        return False
    return beside[0].isalnum() or (last.isdigit() and beside[0] in ".," and beside[1:].isdigit())


def holds_version(text: str, version: str) -> bool:
    """Tell whether a text has a version, or one of its parts: "2" has 2.0 and 2.4, "2.0" and "2" are the same."""
    begin, end = r"(?<![\d.])v?", r"(?!\d|\.\d)"
    if "." not in version:
        return bool(re.search(rf"{begin}{version}\.\d|\b(?:version|release|v) ?{version}{end}", text))
    whole = re.sub(r"(?:\.0)+$", "", version)
    if "." in whole:
        return bool(re.search(rf"{begin}{re.escape(whole)}(?:\.\d+)*{end}", text))
    return bool(re.search(rf"{begin}{re.escape(version)}(?:\.\d+)*{end}|\b(?:version|release|v) ?{whole}{end}", text))


@lru_cache(maxsize=REMEMBERED)
def _searched(passage: Passage) -> str:
    return folded("\n".join((passage.title, *passage.heading_path, passage.text)))


def folded(text: str) -> str:
    """Return a text as names are searched for in it."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
