"""What an operator puts on the help centre: name, logo, colour, words and links, from one file, `site.toml`.

All mistakes of the file are reported together, each with its place. Files it names lie relative to it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from kb_service.errors import BadSetting
from kb_service.wording.languages import LANGUAGES, Language
from kb_service.wording.messages import N_, translated

SITE_FILE: Final = Path("site.toml")
MAX_FILE_BYTES: Final = 500_000
MOST_LINKS: Final = 12
MOST_PAGE_RULES: Final = 100
MOST_OFFERED: Final = 6  # articles, and questions, of a page
MOST_FONTS: Final = 12
FONTS: Final = (".woff2", ".woff", ".ttf", ".otf")
PICTURES: Final = (".svg", ".png", ".jpg", ".jpeg", ".webp", ".ico")
_COLOUR: Final = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_ORIGIN: Final = re.compile(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?")
_MAIL: Final = re.compile(r"[^@\s?&]+@[^@\s?&]+\.[^@\s?&]+")


class Link(msgspec.Struct, frozen=True):
    """A link of the footer."""

    label: str
    url: str


class SiteFile(msgspec.Struct, frozen=True):
    """A file that the site shows, with its content."""

    name: str
    content: bytes


class PageRule(msgspec.Struct, frozen=True):
    """What the widget offers first on pages whose address is like `match`: "*" stands for any characters.

    A `match` that begins with a slash is compared with the path alone.
    """

    match: str
    articles: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()

    def fits(self, address: str) -> bool:
        """Tell whether the rule is for the page at an address."""
        parts = urlsplit(address)
        given = parts.path or "/" if self.match.startswith("/") else f"{parts.scheme}://{parts.netloc}{parts.path}"
        return re.fullmatch(".*".join(map(re.escape, self.match.split("*"))), given) is not None


class WidgetText(msgspec.Struct, frozen=True, kw_only=True):
    """What the widget says and shows of itself: beside its button, at the top of its panel, and first by page."""

    greeting: str = ""
    title: str = ""
    icon: SiteFile | None = None
    pages: tuple[PageRule, ...] = ()


class SiteText(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the file. Colours are "#rrggbb"; "" and None are what was not given.

    `fonts` are files that the style sheet refers to by their names, `font_origins` hosts it may take others from.
    `contact_url` and `contact_mail` are where a person helps. `languages` are those that pages speak, the first one to
    whoever asks for none of them; `translations` have texts of the file in some of them.
    """

    name: str = N_("Help centre")
    title: str = N_("How can we help?")
    placeholder: str = N_("Ask a question")
    description: str = N_("Ask a question in your own words and get the sentence that answers it, with its article.")
    note: str = N_("Answers are quoted word for word from the articles.")
    accent: str = "#3452d1"
    accent_dark: str = ""
    links: tuple[Link, ...] = ()
    contact_url: str = ""
    contact_mail: str = ""
    logo: SiteFile | None = None
    logo_dark: SiteFile | None = None
    favicon: SiteFile | None = None
    social_image: SiteFile | None = None
    style: SiteFile | None = None
    fonts: tuple[SiteFile, ...] = ()
    font_origins: tuple[str, ...] = ()
    widget: WidgetText = WidgetText()
    languages: tuple[Language, ...] = LANGUAGES
    translations: Mapping[Language, Mapping[str, Any]] = msgspec.field(default_factory=dict)

    def in_language(self, language: Language) -> SiteText:
        """Return what is said in a language: what the operator wrote for it, or for all; else our own words in it."""
        own = {name: translated(language, value) for name, value in _DEFAULTS.items() if getattr(self, name) == value}
        return msgspec.structs.replace(self, **{**own, **self.translations.get(language, {})})


_LENGTHS: Final[Mapping[str, int]] = {"name": 60, "title": 120, "placeholder": 120, "description": 300, "note": 300}
_DEFAULTS: Final[Mapping[str, str]] = {name: getattr(SiteText(), name) for name in _LENGTHS}
_FILES: Final[Mapping[str, tuple[str, ...]]] = {
    "logo": PICTURES,
    "logo_dark": PICTURES,
    "favicon": (".svg", ".png", ".ico"),
    "social_image": (".png", ".jpg", ".jpeg"),
    "style": (".css",),
}
_COLOURS: Final = ("accent", "accent_dark")
_TABLES: Final = ("links", "contact", "widget", "translations")
KNOWN: Final = (*_LENGTHS, *_COLOURS, *_FILES, "fonts", "languages", *_TABLES)


def read_site(file: Path) -> SiteText:
    """Return what a site file says; what is not in it, or all where there is none at the default place, is as if unset.

    Raises BadSetting naming every mistake, with its line.
    """
    if file == SITE_FILE and not file.is_file():
        return SiteText()
    try:
        text = file.read_text(encoding="utf-8")
        tree = tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise BadSetting(f"{file}: the file cannot be read: {error}") from error
    reader = _Reader(file)
    values = reader.read(tree)
    if reader.problems:
        raise BadSetting("\n".join(f"{file}:{_line_of(problem, text)}: {problem}" for problem in reader.problems))
    return SiteText(**values)


def site_files(file: Path) -> tuple[Path, ...]:
    """Return a site file and all files that it names, as far as it can be read: one of them changes with the site."""
    try:
        tree = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return (file,)
    widget, fonts = tree.get("widget"), tree.get("fonts")
    named = [tree.get(name) for name in _FILES]
    named += [widget.get("icon")] if isinstance(widget, dict) else []
    named += fonts if isinstance(fonts, list) else []
    return (file, *(file.parent / each for each in named if isinstance(each, str) and "\0" not in each))


def _line_of(problem: str, text: str) -> int:
    """Return the line of the file that a problem is about: that of the key it begins with, or of its table."""
    place, lines = re.split(" = | is not known", problem)[0], text.splitlines()
    *tables, key = re.split(r": ", place) if place != problem else [*problem.split(": ")[:-1], ""]
    found = 0
    for table in tables:
        name, _, number = table.partition(", number ")
        heads = [
            line
            for line, each in enumerate(lines, start=1)
            if line > found and re.match(rf"\s*\[\[?\s*([\w.]*\.)?{re.escape(name)}\s*\]", each)
        ]
        found = heads[min(int(number or 1), len(heads)) - 1] if heads else found
    keys = (line for line, each in enumerate(lines, start=1) if re.match(rf"\s*{re.escape(key)}\s*=", each))
    named = next((line for line in keys if line > found), 0) if key else 0
    return named or found or 1


class _Reader:
    """Reads the parsed file; what is wrong becomes `problems`."""

    def __init__(self, file: Path) -> None:
        self._folder = file.parent
        self.problems: list[str] = []

    def read(self, tree: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, value in tree.items():
            if name in _LENGTHS:
                values[name] = self._text(name, value, _LENGTHS[name])
            elif name in _COLOURS:
                values[name] = self._colour(name, value)
            elif name in _FILES:
                values[name] = self._file(name, value, _FILES[name], f"site-{name.replace('_', '-')}")
            elif name == "links":
                values[name] = self._links("links", value)
            elif name == "contact":
                values |= self._contact(value)
            elif name == "fonts":
                values |= self._fonts(value)
            elif name == "languages":
                values[name] = self._languages(value)
            elif name == "translations":
                values[name] = self._translations(value)
            elif name == "widget":
                values[name] = self._widget(value)
            else:
                self.problems.append(_unknown(name, KNOWN))
        return values

    def _text(self, name: str, value: object, longest: int) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > longest or not value.isprintable():
            self.problems.append(f"{name} = {_shown(value)}: use a line of 1 to {longest} characters")
            return ""
        return value.strip()

    def _colour(self, name: str, value: object) -> str:
        if not isinstance(value, str) or not _COLOUR.fullmatch(value):
            self.problems.append(f"{name} = {_shown(value)}: use a colour such as #b3261e")
            return ""
        digits = value[1:].lower()
        return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))

    def _file(self, name: str, value: object, endings: tuple[str, ...], served: str) -> SiteFile | None:
        if not isinstance(value, str) or Path(value).suffix.lower() not in endings:
            self.problems.append(f"{name} = {_shown(value)}: use the path of a file that ends with {_or(endings)}")
            return None
        path = self._folder / value
        try:
            content = path.read_bytes()
        except (OSError, ValueError) as error:
            self.problems.append(f"{name} = {_shown(value)}: the file cannot be read: {error}")
            return None
        if len(content) > MAX_FILE_BYTES:
            self.problems.append(
                f"{name} = {_shown(value)}: the file has {len(content):,} bytes, use at most {MAX_FILE_BYTES:,}"
            )
        return SiteFile(served + path.suffix.lower(), content)

    def _fonts(self, value: object) -> dict[str, Any]:
        if not isinstance(value, list) or len(value) > MOST_FONTS:
            self.problems.append(f"fonts = {_shown(value)}: use a list of at most {MOST_FONTS} files or https origins")
            return {}
        origins = tuple(each for each in value if isinstance(each, str) and _ORIGIN.fullmatch(each))
        files = [
            self._file("fonts", each, FONTS, Path(each).stem if isinstance(each, str) else "")
            for each in value
            if each not in origins
        ]
        return {"fonts": tuple(each for each in files if each), "font_origins": origins}

    def _links(self, table: str, value: object) -> tuple[Link, ...]:
        if not isinstance(value, list) or len(value) > MOST_LINKS:
            self.problems.append(f"{table}: use at most {MOST_LINKS} tables [[{table}]] with label and url")
            return ()
        links = []
        for number, each in enumerate(value, start=1):
            place = f"{table}, number {number}"
            if not isinstance(each, dict) or each.keys() != {"label", "url"}:
                self.problems.append(f"{place}: use label = … and url = …, and nothing else")
                continue
            links.append(
                Link(self._text(f"{place}: label", each["label"], 60), self._url(f"{place}: url", each["url"]))
            )
        return tuple(links)

    def _contact(self, value: object) -> dict[str, str]:
        if not isinstance(value, dict):
            self.problems.append("contact: use a table [contact] with url or mail")
            return {}
        found = {}
        for name, each in value.items():
            if name == "url":
                found["contact_url"] = self._url("contact: url", each)
            elif name == "mail" and isinstance(each, str) and _MAIL.fullmatch(each):
                found["contact_mail"] = each
            elif name == "mail":
                self.problems.append(f"contact: mail = {_shown(each)}: use an address such as help@example.com")
            else:
                self.problems.append("contact: " + _unknown(name, ("url", "mail")))
        return found

    def _languages(self, value: object) -> tuple[Language, ...]:
        if not isinstance(value, list) or not value or not all(each in LANGUAGES for each in value):
            self.problems.append(f"languages = {_shown(value)}: use a list of {_or(LANGUAGES)}")
            return LANGUAGES
        return tuple(dict.fromkeys(value))

    def _translations(self, value: object) -> dict[Language, dict[str, Any]]:
        if not isinstance(value, dict) or not all(isinstance(texts, dict) for texts in value.values()):
            self.problems.append("translations: use tables such as [translations.de]")
            return {}
        known = (*_LENGTHS, "links")
        found: dict[Language, dict[str, Any]] = {}
        for language, texts in value.items():
            place = f"translations.{language}"
            if language not in LANGUAGES:
                self.problems.append("translations: " + _unknown(language, LANGUAGES))
                continue
            self.problems += [f"{place}: {_unknown(name, known)}" for name in texts if name not in known]
            found[language] = {
                name: self._text(f"{place}: {name}", text, _LENGTHS[name])
                for name, text in texts.items()
                if name in _LENGTHS
            }
            if "links" in texts:
                found[language]["links"] = self._links(f"{place}.links", texts["links"])
        return found

    def _widget(self, value: object) -> WidgetText:
        if not isinstance(value, dict):
            self.problems.append("widget: use a table [widget] with greeting, title, icon or [[widget.pages]]")
            return WidgetText()
        found: dict[str, Any] = {}
        for name, each in value.items():
            if name in ("greeting", "title"):
                found[name] = self._text(f"widget: {name}", each, 120)
            elif name == "icon":
                found[name] = self._file("widget: icon", each, PICTURES, "site-widget-icon")
            elif name == "pages":
                found[name] = self._page_rules(each)
            else:
                self.problems.append("widget: " + _unknown(name, ("greeting", "title", "icon", "pages")))
        return WidgetText(**found)

    def _page_rules(self, value: object) -> tuple[PageRule, ...]:
        if not isinstance(value, list) or len(value) > MOST_PAGE_RULES:
            self.problems.append(f"widget: pages: use at most {MOST_PAGE_RULES} tables [[widget.pages]]")
            return ()
        return tuple(self._page_rule(f"widget: pages, number {number}", each) for number, each in enumerate(value, 1))

    def _page_rule(self, place: str, value: object) -> PageRule:
        if not isinstance(value, dict) or not {"match"} < value.keys() <= {"match", "articles", "questions"}:
            self.problems.append(f"{place}: use match = …, and articles = […] or questions = […]")
            return PageRule("")
        match = self._text(f"{place}: match", value["match"], 500)
        if match and not re.match(r"/|https?://|\*", match):
            self.problems.append(f'{place}: match = "{match}": use a path such as /billing/*, or an address')
        offered = {name: self._texts(f"{place}: {name}", value.get(name, [])) for name in ("articles", "questions")}
        return PageRule(match, **offered)

    def _texts(self, place: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or len(value) > MOST_OFFERED:
            self.problems.append(f"{place}: use a list of at most {MOST_OFFERED}")
            return ()
        return tuple(self._text(place, each, 300) for each in value)

    def _url(self, place: str, value: object) -> str:
        parts = urlsplit(value) if isinstance(value, str) and value.isprintable() and " " not in value else None
        is_web = parts and parts.scheme in ("http", "https") and parts.netloc
        is_path = isinstance(value, str) and parts and re.match(r"/(?![/\\])", value)
        is_mail = parts and parts.scheme == "mailto" and _MAIL.fullmatch(parts.path)
        if not (is_web or is_path or is_mail):
            self.problems.append(f"{place} = {_shown(value)}: use an https, http or mailto address, or a path")
            return ""
        return str(value)


def _unknown(name: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"{name} is not known here" + (f": did you mean {near[0]}?" if near else f": use {_or(known)}")


def _or(names: tuple[str, ...]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _shown(value: object) -> str:
    text = repr(value) if not isinstance(value, str) else f'"{value}"'
    return text if len(text) <= 60 else text[:59] + "…"
