import pytest

from kb_service.content.encoding import clean, decode


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param(b"\xef\xbb\xbftitle", "title", id="byte order mark"),
        pytest.param(b"a\r\nb\rc\n", "a\nb\nc\n", id="every kind of line end"),
        pytest.param("a\u2028b\u2029c".encode(), "a\nb\nc", id="Unicode line ends"),
        pytest.param(b"a\x00b\x1b[1m\x7fc\td", "ab[1mc\td", id="NUL and controls, but tabs stay"),
        pytest.param("in\u00advoice zero\u200bwidth".encode(), "invoice zerowidth", id="what splits words unseen"),
        pytest.param("a\u202egpj.exe\u2066b".encode(), "agpj.exeb", id="what reorders text"),
        pytest.param("12\u00a0000 seats".encode(), "12 000 seats", id="no-break space"),
        pytest.param("\U0001f600 Größe 日本".encode(), "\U0001f600 Größe 日本", id="ordinary Unicode"),
        pytest.param("\ue000\ue003 \ufffe".encode(), " ", id="our own marks and noncharacters"),
    ],
)
def test_text_is_cleaned(source, text):
    assert decode(source) == (text, 0)


def test_bytes_that_are_no_utf8_show_and_are_located():
    decoded = decode(b"first\nsmart \x93quotes\x94\n")

    assert decoded == ("first\nsmart \ufffdquotes\ufffd\n", 2)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_utf16_is_no_text(encoding):
    source = "title: x".encode(encoding)
    mark = b"" if encoding == "utf-16" else b"\xff\xfe"

    assert decode(mark + source) is None


def test_cleaning_twice_changes_nothing():
    once = clean("\u00ad\r\n\u2028x\x00")

    assert clean(once) == once == "\n\nx"
