"""`kb token`: tokens are shown once."""

from __future__ import annotations

import re

from kb_service.accounts.api_tokens import SCOPES
from kb_service.commands import token as command
from tests.commands.conftest import Kb


def test_a_token_is_made_listed_and_revoked(kb: Kb) -> None:
    assert "kb token add NAME" in kb("token", "list").out
    made = kb("token", "add", "side panel", "--scope", "answers:agent", "--scope", "reports", "--days", "7")
    text = made.out.strip()
    token_id = text.split("_")[1]

    assert re.fullmatch(r"kb_[0-9a-z]{12}_[\w-]{43}", text)
    listed = kb("token", "list")
    assert listed.out.startswith(f"{token_id}  side panel  answers:agent,reports  ends ")
    assert text[16:] not in listed.out + listed.err + made.err
    assert kb("token", "revoke", token_id).out.startswith(f"Revoked: {token_id}  side panel")
    [data] = kb("token", "list", "--json").data
    assert data["revoked_at"] > 0
    assert "secret_hash" not in data


def test_a_token_needs_a_scope_that_there_is(kb: Kb) -> None:
    assert kb("token", "add", "panel").code == 2
    assert kb("token", "add", "panel", "--scope", "everything").code == 2
    assert kb("token", "add", "panel", "--scope", "reports", "--days", "0").code == 2
    assert kb("token", "revoke", "nope").code == 1
    assert command.SCOPES == SCOPES
