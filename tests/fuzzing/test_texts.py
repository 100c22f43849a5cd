"""What authors write, what operators configure and what people type: no text raises what is not documented."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_service.answer_tests.asking import read_test_files
from kb_service.assembly import OIDC_RETURN_PATH
from kb_service.content.article_files import id_of_path, resolve_links, title_of_path
from kb_service.content.assets.file_types import Unusable
from kb_service.content.assets.svg import clean_svg, svg_dimensions
from kb_service.content.front_matter.block import split
from kb_service.content.front_matter.fields import MetadataReader
from kb_service.content.front_matter.strict_yaml import BadYaml, load
from kb_service.content.snippets import expand
from kb_service.content.source_text import decode
from kb_service.errors import BadArticle, BadSetting, CallerError
from kb_service.evaluation.judged_questions import read_questions
from kb_service.indexing import WORDING_FILES, read_wording
from kb_service.language import language_of
from kb_service.questions.message import extract_question, questions_of, without_quoted_mail
from kb_service.questions.ticket import read_ticket
from kb_service.record.masking import mask_personal
from kb_service.seats.reader import read_mentions
from kb_service.settings import FIELDS, load_settings
from kb_service.site import read_site
from kb_service.staff.allowed_hosts import parse_configured_hosts
from kb_service.staff.host_name import parse_helpdesk
from kb_service.staff.signing import DomainTokens
from kb_service.text import split_sentences
from kb_service.web.clients import TrustedProxies
from kb_service.web.console.forms import path_within
from kb_service.web.formatting import html_to_send, printable
from kb_service.web.palette import palette
from kb_service.web.way_on import way_on
from tests.fuzzing.parsers import Parser, long_text_of, text_of, within_bounds

# What means something to a parser; "·" stands between.
YAML = (
    "---\n·+++\n·title: ·topics: [·]\n·- ·  - ·questions:\n·audience: agent\n·draft: true\n·"
    "publish_at: 2026-02-30\n·2026-11-30·"
    "expires_at: ·&a ·*a·!!python/object:os.system ·|\n·>-\n·{·}: ·? ·: ·'·\"·# ·\t·null·~·1e999·0x1f·"
    "<<: ·key: key: ·[[·a = 1\n"
).split("·")
MARKDOWN = '# ·## ·```\n·~~~·<!--·-->·[a](b)·![·](·{% include · %}·--8<-- ·"·> ·|a|\n|-|\n'.split("·")
WORDING = (
    "same:\n·one_way:\n·- ·  - ·{from: ·to: [·]·weight: ·.inf·-1·}\n·tax:\n·ask: ·questions:\n·seats#·"
    "seats:\n·title: ·"
    "description: ·: ·\n·'·\"·&x ·*x"
).split("·")
TESTS = "tests:\n·  - question: ·\n    ·article: ·one_of: [a]·outcome: ·seats: {purchased: ·}·contains: ".split("·")
SITE = (
    "name = ·\"·'''·\n·logo = ·accent = ·#12g·#fff·[words]\n·[[footer]]\n·links = [·]·{text = ·, url = ·"
    "}·https://·javascript:·"
    "//·mailto:a@b·1979-05-27·true·nan·style = "
).split("·")
ADDRESSES = (
    "http://·https://·//·/·\\·@·:·:80·?·#·%2e·%2E·..·[::1]·[·]·127.0.0.1·localhost·acme·.kayako.com·xn--·"
    "xn--80ak6aa92e·"
    "mailto:·javascript:·0x7f.1·。·/console·%00"
).split("·")
TALK = (
    "we pay for ·60 ·seats ·but only ·48 ·agents ·use it·why?·. ·, · and ·not ·no ·add ·remove ·3 ·1,000·"
    "½ ·twenty-two ·"
    "Staff count exceeded. (3 > 2).·> ·On Mon, Jo wrote:\n·From: a@b.example\n·Subject: ·Hi,\n·-- \n·"
    "Wir zahlen für ·Plätze ·"
    "$5.00 ·5 days ·a@b.example·4111 1111 1111 1111·+49 170 1234567·DE89 3704 0044 0532 0130 00·10.1.2.3·"
    '"·(·)·%·/'
).split("·")
SVG = (
    "<svg xmlns='http://www.w3.org/2000/svg'· width='·1e9%·'·>·</svg>·<g>·</g>·<!DOCTYPE a [·<!ENTITY b 'c'>]>·&b;"
).split("·")
HTML = "<a href=·\"·/·>·<img ·src=·'·alt=".split("·")
TOKENS = "eyJhdWQiOiJrYi1z·.·=·-·_·e30·eyJleHAiOjFlOTk5fQ·{}·%".split("·")
FORWARDED = '1.2.3.4·, ·10.0.0.1·:80·[·]·::1·2001:db8::1·%eth0·unknown·"·for=·127.0.0.1'.split("·")


def in_a_file(name: str, read: Callable[[Path], Any]) -> Callable[[str], Any]:
    """Return what writes a text into a file of a folder and lets it be read."""

    def call(text: str) -> Any:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode("utf-8", "surrogatepass"))
            return read(file)

    return call


def knows(word: str) -> bool:
    return len(word) % 2 == 0


def every_setting(text: str) -> None:
    """Give the text to every setting; each is refused by itself."""
    for name in FIELDS:
        with suppress(BadSetting):
            load_settings(flags={name: text}, environ={}, file=None)


def contact(text: str) -> str:
    """Read the address where a person helps, and put a question into it."""
    address = load_settings(flags={"contact_url": text}, environ={}, file=None).contact_url
    return way_on(address, "https://help.example.com", text, read=(text,), seats=text)


def front_matter(text: str) -> Any:
    return MetadataReader(split(text, path="a.md"), path="a.md").read()


PARSERS = {
    "front matter": Parser(front_matter, [*YAML, *MARKDOWN], (BadArticle,)),
    "YAML": Parser(load, YAML, (BadYaml,)),
    "bytes of an article": Parser(lambda text: decode(text.encode("utf-16", "surrogatepass")), MARKDOWN),
    "snippets": Parser(lambda text: expand(text, "a.md", None), MARKDOWN),
    "links": Parser(lambda text: resolve_links(f'<a href="{text}">', "a/b.md"), ADDRESSES),
    "paths": Parser(lambda text: (id_of_path(f"{text}.md"), title_of_path(f"{text}.md")), ADDRESSES),
    **{name: Parser(in_a_file(name, lambda file: read_wording(file.parent)), WORDING) for name in WORDING_FILES},
    "answer tests": Parser(in_a_file("_tests/a.yml", lambda file: read_test_files(file.parents[1], {"a"})), TESTS),
    "questions to judge": Parser(in_a_file("q.txt", read_questions), TALK, (CallerError,)),
    "site.toml": Parser(in_a_file("site.toml", read_site), SITE, (BadSetting,)),
    "kb.toml": Parser(
        in_a_file("kb.toml", lambda file: load_settings(flags={}, environ={}, file=file)),
        [*SITE, *(f"{name} = " for name in FIELDS)],
        (BadSetting,),
    ),
    "settings": Parser(every_setting, [*ADDRESSES, "on", "off", "0", "1e400", "-1", "votes=", ",", "10.0.0.0/8"]),
    "staff hosts": Parser(parse_configured_hosts, [*ADDRESSES, "=", "10.1.2.0/24", ",", "/0"], (BadSetting,)),
    "helpdesks": Parser(parse_helpdesk, ADDRESSES),
    "ways back": Parser(path_within, [*ADDRESSES, OIDC_RETURN_PATH]),
    "contacts": Parser(contact, ADDRESSES, (BadSetting,)),
    "chains of proxies": Parser(
        lambda text: TrustedProxies(["127.0.0.0/8"]).client_of(
            {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": text}
        ),
        FORWARDED,
    ),
    "peers": Parser(lambda text: TrustedProxies(["::1/128"]).client_of({"REMOTE_ADDR": text}), FORWARDED),
    "signed tokens": Parser(lambda text: DomainTokens(keys=[b"k" * 32]).verify(text, now=0.0), TOKENS),
    "SVG": Parser(lambda text: svg_dimensions(clean_svg(text.encode("utf-8", "replace"))), SVG, (Unusable,)),
    "HTML to send": Parser(lambda text: html_to_send(text, base_url="/help"), HTML),
    "printable": Parser(printable, TALK),
    "questions": Parser(lambda text: extract_question(text, knows), TALK),
    "several questions": Parser(lambda text: questions_of(text, knows), TALK),
    "mail": Parser(without_quoted_mail, TALK),
    "tickets": Parser(read_ticket, TALK),
    "seats": Parser(read_mentions, TALK),
    "personal data": Parser(mask_personal, TALK),
    "languages": Parser(language_of, TALK),
    "sentences": Parser(split_sentences, TALK),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PARSERS)
@given(data=st.data())
@settings(max_examples=150)
def test_no_text_raises_what_is_not_documented(name: str, data: st.DataObject) -> None:
    parser = PARSERS[name]

    within_bounds(parser, data.draw(text_of(parser.words)))


@pytest.mark.slow
@pytest.mark.parametrize("name", PARSERS)
@given(data=st.data())
@settings(max_examples=25)
def test_a_long_text_that_repeats_itself_takes_no_longer_than_it_may(name: str, data: st.DataObject) -> None:
    parser = PARSERS[name]

    within_bounds(parser, data.draw(long_text_of(parser.words)))


TWICE: dict[str, tuple[Callable[[str], str], list[str]]] = {
    "printable": (printable, TALK),
    "masked": (mask_personal, TALK),
    "ways back": (path_within, ADDRESSES),
    "without quoted mail": (without_quoted_mail, TALK),
    "HTML to send": (html_to_send, HTML),
}


@pytest.mark.parametrize("name", TWICE)
@given(data=st.data())
def test_what_is_cleaned_stays_as_it_is(name: str, data: st.DataObject) -> None:
    clean, words = TWICE[name]
    once = clean(data.draw(text_of(words)))

    assert clean(once) == once


@given(text_of(["#", "0", "f", "abc", "123456", " "]))
def test_a_colour_is_read_or_refused(text: str) -> None:
    with suppress(ValueError):
        palette(text)


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), text_of(ADDRESSES, most=4), max_size=3))
def test_settings_as_they_are_shown_are_the_same_settings(given_values: dict[str, str]) -> None:
    try:
        found = load_settings(flags=given_values, environ={}, file=None)
    except BadSetting:
        return
    shown = {name: value for name, value in found.chosen().items() if value not in ("(set)", "(not set)")}
    again = load_settings(flags=shown, environ={}, file=None)

    assert {name: getattr(again, name) for name in shown} == {name: getattr(found, name) for name in shown}
