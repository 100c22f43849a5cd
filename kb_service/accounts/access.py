"""Everything that decides who may see what is for agents, put together once for a process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb_service.accounts.accounts import Accounts
from kb_service.accounts.api_tokens import ApiTokens
from kb_service.accounts.proxy import TrustedProxy
from kb_service.accounts.sessions import Sessions
from kb_service.accounts.sign_in import PasswordSignIn
from kb_service.accounts.storage import ReadyDatabase

if TYPE_CHECKING:
    from kb_service.accounts.openid import OpenIdProvider


@dataclass(frozen=True, slots=True)
class Access:
    """One of `sign_in`, `provider` and `proxy` says who somebody is, the others are None."""

    database: ReadyDatabase
    accounts: Accounts
    sessions: Sessions
    tokens: ApiTokens
    sign_in: PasswordSignIn | None = None
    provider: OpenIdProvider | None = None
    proxy: TrustedProxy | None = None
