"""What must not be kept is taken out, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.record.masking import mask_personal

MASKED = [
    ("write to jo.doe+x@acme.example please", "write to [email] please"),
    ("<jo@acme.example>,ann@acme.example", "<[email]>,[email]"),
    ("call +44 20 7946 0958 now", "call [phone] now"),
    ("call (020) 7946-0958", "call [phone]"),
    ("0171/5551234", "[phone]"),
    ("00491715551234.", "[phone]."),
    ("my card 4111 1111 1111 1111 was charged", "my card [card] was charged"),
    ("4111-1111-1111-1111", "[card]"),
    ("378282246310005", "[card]"),
    ("both 4111111111111111 and jo@acme.example", "both [card] and [email]"),
    ("why is acme.kayako.com locked", "why is [helpdesk] locked"),
    ("see https://acme.kayako.com/staff/index.php?/a=1#x now", "see [address] now"),
    ("Support.Acme.co.uk:8443/staff is slow.", "[helpdesk] is slow."),
    ("our helpdesk acme-support.com, and others", "our helpdesk [helpdesk], and others"),
    ("from 203.0.113.7 and 2001:db8::17 I get 403", "from [ip] and [ip] I get 403"),
    ("IBAN DE89 3704 0044 0532 0130 00 please", "IBAN [iban] please"),
    ("my password is hunter2!", "my password is [secret]"),
    ("Authorization: Bearer abcdef0123456789abcdef", "Authorization: Bearer [secret]"),
    ("key AKIAIOSFODNN7EXAMPLE leaked", "key [secret] leaked"),
    ("Hello Maria, where is it?", "Hello [name], where is it?"),
    ("My name is Maria Gonzalez. Where is it?", "My name is [name]. Where is it?"),
    ("Where is it? Best regards, Jürgen O'Neill", "Where is it? Best regards, [name]"),
]
KEPT = [
    "we pay for 60 seats but only 48 people use it",
    "Staff count exceeded. (3 > 2)",
    "on 2026-11-20 and on 20.11.2026 or 11/20/2026",
    "version 4.98.9 costs $1,250.00",
    "1000000 seats",
    "@handle and a@ and a lone +",
    "3.5 seats at 1.2.3 of config.php and e.g. index.html",
    "hello there, thanks a lot. Hi! Where is it? Thanks.",
    "AB12 is a seat, 12:30 is noon, seat: a b c",
    "it is 10 a.m. No.5, see step 2.b",
    "",
]


@pytest.mark.parametrize(("text", "masked"), MASKED)
def test_what_tells_who_somebody_is_is_masked(text: str, masked: str) -> None:
    assert mask_personal(text) == masked


@pytest.mark.parametrize("text", KEPT)
def test_what_a_comment_is_about_stays(text: str) -> None:
    assert mask_personal(text) == text


@pytest.mark.slow
@given(st.text(alphabet="0123456789+-() ./@ab\n"))
def test_nothing_is_left_to_mask(text: str) -> None:
    masked = mask_personal(text)

    assert mask_personal(masked) == masked


@pytest.mark.slow
@given(st.text(), st.text())
def test_an_address_is_masked_wherever_it_stands(before: str, after: str) -> None:
    assert "jo@acme.example" not in mask_personal(f"{before} jo@acme.example {after}")


@pytest.mark.parametrize("text", ["1 " * 50_000, "a" * 100_000 + "@", "@" * 100_000, "(" * 100_000, "1-" * 50_000])
def test_no_input_takes_long(text: str) -> None:
    assert mask_personal(text) is not None
