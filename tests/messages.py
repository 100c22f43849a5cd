"""Writes the messages that the code and the templates mark into the catalogues: python -m tests.messages.

What is new stands there without a translation until somebody writes one, what nothing says any more is gone.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import kb_service
from kb_service.wording.languages import LANGUAGES, Language
from kb_service.wording.messages import SOURCE

PACKAGE: Final = Path(kb_service.__file__).parent
FOLDER: Final = PACKAGE / "wording" / "po"
TRANSLATED: Final[tuple[Language, ...]] = tuple(each for each in LANGUAGES if each != SOURCE)
METHODS: Final = [("**/*.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
MARKS: Final = {"_": None, "N_": None, "Message": None, "ngettext": (1, 2)}
HEADER: Final = r"""msgid ""
msgstr ""
"Language: {language}\n"
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: {plurals}\n"

"""

MessageId = str | tuple[str, ...]


@cache
def marked() -> dict[MessageId, str]:
    """Every message with the file that says it first."""
    found: dict[MessageId, str] = {}
    for file, _, message, *_ in sorted(
        extract_from_dir(PACKAGE, method_map=METHODS, options_map={}, keywords=MARKS), key=lambda each: each[0]
    ):
        found.setdefault(message, file)
    return found


def catalogue(language: Language) -> Catalog:
    """The translations of a language as they stand in its file."""
    file = FOLDER / f"{language}.po"
    return read_po(io.StringIO(file.read_text(encoding="utf-8") if file.exists() else ""), locale=language)


def write(language: Language) -> None:
    """Write the file of a language anew: what is marked, with what it has of it."""
    known, made = catalogue(language), Catalog(locale=language)
    for message in marked():
        found = known.get(message if isinstance(message, str) else message[0])
        made.add(message, found.string if found else None)
    text = io.BytesIO()
    write_po(text, made, omit_header=True, no_location=True, width=0)
    header = HEADER.format(language=language, plurals=made.plural_forms)
    (FOLDER / f"{language}.po").write_text(header + text.getvalue().decode(), encoding="utf-8")


if __name__ == "__main__":
    for each in TRANSLATED:
        write(each)
