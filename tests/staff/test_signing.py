from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_service.errors import BadSetting
from kb_service.staff.signing import BadToken, DomainTokens
from tests.staff import tokens

NEW, OLD, OTHER = b"n" * 32, b"o" * 32, b"x" * 32
NOW = 1_800_000_000.0
TOKENS = DomainTokens(keys=[NEW, OLD])


def token_of(payload: object, key: bytes = NEW) -> str:
    return tokens.token_of(payload, key)


def payload(**changes: object) -> dict[str, object]:
    return {"aud": "kb-staff-count", "domain": "acme.kayako.com", "exp": int(NOW) + 600} | changes


def test_what_was_signed_is_verified_until_it_ends():
    token = token_of(payload(exp=int(NOW) + 7200))

    assert TOKENS.verify(token, now=NOW + 7199) == "acme.kayako.com"
    assert TOKENS.verify(token, now=NOW + 7200) == BadToken("expired")


@pytest.mark.parametrize("key", [NEW, OLD])
def test_both_keys_of_a_rotation_open(key):
    assert TOKENS.verify(token_of(payload(), key), now=NOW) == "acme.kayako.com"


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        pytest.param(token_of(payload(), OTHER), "bad_signature", id="a key nobody gave"),
        pytest.param(token_of(payload())[:-1], "bad_signature", id="cut"),
        pytest.param("x" + token_of(payload()), "bad_signature", id="changed"),
        pytest.param(token_of(payload()) + ".x", "bad_signature", id="three parts"),
        pytest.param("", "malformed", id="nothing"),
        pytest.param("nodot", "malformed", id="one part"),
        pytest.param("\u00e9.\u00e9", "malformed", id="not ASCII"),
        pytest.param("a" * 2000 + ".b", "malformed", id="too long"),
        pytest.param(token_of(b"no json"), "malformed", id="signed nonsense"),
        pytest.param(token_of([1]), "malformed", id="signed list"),
        pytest.param(token_of(payload(aud="session")), "wrong_audience", id="for something else"),
        pytest.param(token_of(payload(aud=None)), "wrong_audience", id="for nothing"),
        pytest.param(token_of(payload(exp=int(NOW))), "expired", id="expired now"),
        pytest.param(token_of(payload(exp=int(NOW) + 9999)), "lives_too_long", id="lives too long"),
        pytest.param(token_of(payload(exp="9")), "malformed", id="expiry is text"),
        pytest.param(token_of(payload(exp=True)), "malformed", id="expiry is true"),
        pytest.param(token_of(payload(exp=1e99)), "malformed", id="expiry is no whole number"),
        pytest.param(token_of(payload(domain="127.0.0.1")), "malformed", id="domain is an address"),
        pytest.param(token_of(payload(domain=7)), "malformed", id="domain is a number"),
    ],
)
def test_any_other_token_opens_nothing(token, reason):
    assert TOKENS.verify(token, now=NOW) == BadToken(reason)


@pytest.mark.parametrize("keys", [[], [b"short"], [NEW, b""]])
def test_guessable_keys_are_refused_at_the_start(keys):
    with pytest.raises(BadSetting, match="at least 32 bytes"):
        DomainTokens(keys=keys)


@settings(deadline=None)
@given(st.text(max_size=80))
def test_no_text_is_a_token_by_chance(text):
    assert isinstance(TOKENS.verify(text, now=NOW), BadToken)
