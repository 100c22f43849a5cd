"""Which language is a text in? By its script, and for Latin letters by its little words; "" where nothing tells.

>>> language_of("Wie ändere ich die Adresse auf der Rechnung?"), language_of("VAT")
('de', '')
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from typing import Final

from kb_service.text import tokens

READ: Final = 600  # characters of a text: enough to tell
REMEMBERED: Final = 64  # texts: a question is asked about several times
FOREIGN_SHARE: Final = 0.3  # of the letters: names of products are written in Latin letters everywhere
LITTLE_WORDS: Final = 2  # different ones that a text must have,
LITTLE_SHARE: Final = 0.2  # and which share of its words
UNTOLD_SHARE: Final = 0.2  # of a collection's articles whose language nothing tells: then it may have any

_OF_SCRIPT: Final = {
    "ARABIC": "ar", "ARMENIAN": "hy", "BENGALI": "bn", "CJK": "zh", "CYRILLIC": "ru", "DEVANAGARI": "hi",
    "GEORGIAN": "ka", "GREEK": "el", "HANGUL": "ko", "HEBREW": "he", "HIRAGANA": "ja", "KATAKANA": "ja", "KHMER": "km",
    "MYANMAR": "my", "TAMIL": "ta", "THAI": "th",
}  # fmt: skip
# Words of grammar, without accents as tokens are; those that English has too tell nothing and are left out.
_LITTLE: Final = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the a an and of to is are i we you my our your it this that how what where when why who which can do "
        "does did for with from on be have has not if there will would should in was at or by",
        "de": "der das ein eine einen einem einer ist sind ich wir sie mein meine meinen unser unsere und oder nicht "
        "wie wo wann warum wer was welche kann konnen fur mit von auf zu zum zur den dem des wird werden es gibt wenn "
        "uns wurde wurden haben habe hatte kein keine keinen unserer unserem unseren ihr ihre ihren bei nach auch dass "
        "aber nur noch mehr muss mussen soll sollen darf als bis ab jetzt schon sich einmal diese dieser dieses im",
        "fr": "le la les un une des est sont je nous vous mon ma mes notre votre et ou ne pas comment quand pourquoi "
        "qui quel quelle peut puis pour avec de du sur dans il elle ce cette que au aux quels quelles pouvons pouvez "
        "peux avons avez ont par combien ces leur leurs apres avant encore deja meme vos nos",
        "es": "el la los las un una es son yo mi mis nuestro nuestra su y o no como donde cuando por que quien cual "
        "puedo podemos para con de del en se lo al esta nos han hay cuanto cuanta cuantos cuantas mas tambien este "
        "estos estas hemos tenemos tienen sin sobre desde hasta pero porque nuestros nuestras sus",
        "it": "il lo la gli le un una e sono io mio mia nostro nostra di non come dove quando perche chi quale posso "
        "possiamo per con del della dei nel che si al questo abbiamo quanti quante anche piu hanno dalla nella questa",
        "pt": "o os as um uma e sao eu meu minha nosso nossa nao como onde quando por que quem qual posso podemos para "
        "com de do da dos em no na se ao isso mais tambem quantos quantas nossos nossas voce voces pelo pela temos sem",
        "nl": "de het een is zijn ik wij mijn onze ons en niet hoe waar wanneer waarom wie welke kan kunnen voor met "
        "van op te naar wordt dat deze er je",
        "sv": "en ett ar jag vi mitt vart och eller inte hur var nar varfor vem vilken kan for med av pa till det den "
        "som att",
        "da": "en et er jeg vi mit vores og eller ikke hvordan hvor hvornar hvorfor hvem hvilken kan for med af pa til "
        "det den som at",
        "nb": "en et er jeg vi mitt var og eller ikke hvordan hvor nar hvorfor hvem hvilken kan for med av pa til det "
        "den som at",
        "fi": "on ovat mina me ja tai ei miten missa milloin miksi kuka voiko voin etta se tama kun jos",
        "pl": "jest sa moj nasz i lub nie jak gdzie kiedy dlaczego kto ktory moge mozemy dla z od na do w sie to czy",
        "tr": "bir ve veya nasil nerede ne zaman neden kim hangi icin ile bu mi mu olarak daha",
        "vi": "la va cua toi chung khong lam the nao o dau khi tai sao ai cho voi nhu duoc co cac trong",
    }.items()
}
LITTLE_LETTERS: Final = 2
_WRITTEN_IN: Final[dict[str, list[str]]] = {}  # of each little word the languages that have it
for _language, _words in _LITTLE.items():
    for _word in _words:
        _WRITTEN_IN.setdefault(_word, []).append(_language)
_ASCII_WORD: Final = re.compile(r"[a-z0-9']+")
# Letters that hardly any other language has: as many of them tell.
_LETTERS: Final = {
    "vi": frozenset("ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"),
    "tr": frozenset("ğıİ"),
    "pl": frozenset("łżźśćęąń"),
}


_SPANISH_SIGNS: Final = frozenset("¿¡")


@lru_cache(maxsize=REMEMBERED)
def language_of(text: str) -> str:
    """Return the code of the language that a text is written in; "" where nothing tells."""
    text = unicodedata.normalize("NFKC", text[:READ])
    plain = text.isascii()
    if not plain and (written := _by_script(text)):
        return written
    if _SPANISH_SIGNS & set(text):
        return "es"
    words = _ASCII_WORD.findall(text.lower()) if plain else [token.word for token in tokens(text)]
    found = Counter(chain.from_iterable(map(_WRITTEN_IN.__getitem__, _WRITTEN_IN.keys() & set(words))))
    most = max(found.values(), default=0)
    best = "en" if found["en"] == most else next(language for language in _LITTLE if found[language] == most)
    little = sum(map(_LITTLE[best].__contains__, words))
    if most >= LITTLE_WORDS and little >= LITTLE_SHARE * len(words):
        return best
    if plain:
        return ""
    return next((one for one, own in _LETTERS.items() if sum(letter in own for letter in text) >= LITTLE_LETTERS), "")


def _by_script(text: str) -> str:
    """Return the language that a script of its own tells; "" where most letters are Latin."""
    scripts = Counter(
        unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha() and not letter.isascii()
    )
    foreign = Counter[str]()
    for script, count in scripts.items():
        if script in _OF_SCRIPT:
            foreign[_OF_SCRIPT[script]] += count
    if foreign.total() <= FOREIGN_SHARE * sum(map(str.isalpha, text)):
        return ""
    return "ja" if foreign["ja"] and set(foreign) <= {"ja", "zh"} else foreign.most_common(1)[0][0]


def languages_of(told: Iterable[str]) -> tuple[str, ...]:
    """Return the languages of a collection whose articles have these; none where too many articles tell nothing."""
    counts = Counter(told)
    untold = counts.pop("", 0)
    return () if untold > UNTOLD_SHARE * (counts.total() + untold) else tuple(one for one, _ in counts.most_common())


def is_written_in_latin_letters(language: str) -> bool:
    """Tell whether a language is told by its little words, not by its script."""
    return language in _LITTLE
