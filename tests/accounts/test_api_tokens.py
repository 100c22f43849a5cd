"""API tokens (ASVS 5.0: 7.2.2, 8.2.1, 11.5.1, 13.3.4)."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from kb_service.accounts.api_tokens import ApiTokens
from kb_service.accounts.schema import api_token
from kb_service.accounts.storage import ReadyDatabase
from kb_service.errors import CallerError
from tests.accounts.builders import Clock


@pytest.fixture
def tokens(database: ReadyDatabase, clock: Clock) -> ApiTokens:
    return ApiTokens(database, now=clock)


def test_a_token_is_found_with_its_scopes(tokens: ApiTokens) -> None:
    made, text = tokens.add("panel", ["reports", "answers:agent"], days=30)

    assert re.fullmatch(r"kb_[0-9a-z]{12}_[\w-]{43}", text)
    found = tokens.find(text)
    assert found
    assert (found.token_id, found.name, found.scopes) == (made.token_id, "panel", ("answers:agent", "reports"))


def test_nothing_else_is_a_token(tokens: ApiTokens) -> None:
    made, text = tokens.add("panel", ["reports"], days=30)
    _, other = tokens.add("other", ["answers:agent"], days=30)
    mixed = text[:16] + other[16:]

    wrong = ["", "kb_", text[:-1], text + "x", text.upper(), f" {text}", mixed, made.token_id, f"kb_{made.token_id}_"]
    assert [tokens.find(each) for each in wrong] == [None] * len(wrong)


def test_the_database_holds_nothing_that_is_a_token(tokens: ApiTokens, database: ReadyDatabase) -> None:
    _, text = tokens.add("panel", ["reports"], days=30)
    with database.transaction() as connection:
        [row] = connection.execute(select(api_token)).all()

    assert text[16:] not in str(row)
    assert tokens.find(f"kb_{row.token_id}_{row.secret_hash[:43]}") is None


def test_a_token_ends(tokens: ApiTokens, clock: Clock) -> None:
    _, text = tokens.add("panel", ["reports"], days=1)
    clock.pass_seconds(86_399)
    assert tokens.find(text)
    clock.pass_seconds(1)
    assert tokens.find(text) is None


def test_a_token_is_revoked_at_once_and_stays_in_the_list(tokens: ApiTokens, clock: Clock) -> None:
    made, text = tokens.add("panel", ["reports"], days=1)
    revoked_at = tokens.revoke(made.token_id).revoked_at
    clock.pass_seconds(5)

    assert tokens.find(text) is None
    assert tokens.revoke(made.token_id).revoked_at == revoked_at
    assert [each.revoked_at for each in tokens.all()] == [revoked_at]
    with pytest.raises(CallerError, match="no token 'nope'"):
        tokens.revoke("nope")


def test_the_last_use_is_known_to_the_minute(tokens: ApiTokens, clock: Clock) -> None:
    _, text = tokens.add("panel", ["reports"], days=1)
    assert tokens.all()[0].used_at is None
    tokens.find(text)
    first = clock.now
    clock.pass_seconds(30)
    tokens.find(text)
    assert tokens.all()[0].used_at == first
    clock.pass_seconds(30)
    tokens.find(text)
    assert tokens.all()[0].used_at == clock.now
