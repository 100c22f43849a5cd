"""Puts together what answers, from the settings: the only place, with app.py and commands/, that sees all parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from ipaddress import ip_network
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from threadpoolctl import threadpool_limits

from kb_service.content.article import Audience
from kb_service.errors import BadSetting
from kb_service.indexing import open_engine
from kb_service.knowledge_base import KnowledgeBase
from kb_service.meaning.across_languages import open_multilingual
from kb_service.meaning.installed_model import open_encoder
from kb_service.meaning.vectors import Encoder
from kb_service.query_ids import QueryIds, shared_key
from kb_service.record.record import Record
from kb_service.record.recorder import RecorderObserver
from kb_service.settings import Settings
from kb_service.staff.counter import DisabledCounter, StaffCounter
from kb_service.staff.observer import LookupObserver

if TYPE_CHECKING:
    from kb_service.accounts.access import Access
    from kb_service.contact.delivery import Way
    from kb_service.record.database import Database

KEY_FILE: Final = "record.key"  # of query ids, and of the tags that tell askers apart for some minutes
OIDC_RETURN_PATH: Final = "/console/oidc/return"


def open_counter(settings: Settings, *, observer: LookupObserver | None = None) -> StaffCounter:
    """Return the live staff count as the settings allow it; `observer` is told about its look-ups."""
    from kb_service.staff.open_counter import open_staff_counter  # with httpx .3 s, which `kb ask` need not wait for

    own_name = urlsplit(settings.base_url).hostname
    return open_staff_counter(
        enabled=settings.staff_count != "off",
        extra_hosts=settings.staff_hosts,
        own_names=[own_name] if own_name else [],
        wait_seconds=settings.staff_budget_ms / 1000,
        observer=observer,
    )


def open_knowledge_base(
    settings: Settings,
    *,
    audiences: Sequence[Audience] = ("public",),
    offline: bool = False,
    observer: LookupObserver | None = None,
    generation: str = "",
    query_ids: QueryIds | None = None,
) -> KnowledgeBase:
    """Return the knowledge base; what serves the public opens the public index alone. `offline` asks no helpdesk.
    With the name of a `generation` it answers from that one.

    Without `query_ids` the names of its questions mean nothing to any other process.

    From here on this process multiplies on one thread: the products are small, and threads that wait for each other on
    busy cores take three times the CPU (1.8 ms a question, 6.5 without).
    """
    threadpool_limits(1, user_api="blas")
    return KnowledgeBase(
        open_engine(settings, audiences=audiences, generation=generation),
        encoder=open_encoder(settings.model),
        multilingual=open_multilingual() if settings.model is not None else None,
        staff_counter=DisabledCounter() if offline else open_counter(settings, observer=observer),
        no_answer_below=settings.no_answer_below,
        staff_budget_seconds=settings.staff_budget_ms / 1000,
        query_ids=query_ids,
        seats_mode=settings.seats,
    )


def open_query_ids(settings: Settings) -> QueryIds:
    """Return the names of questions that all processes of this service know."""
    return QueryIds(shared_key(settings.data / KEY_FILE))


def open_database(settings: Settings) -> Database:
    """Return the database of the record, as it is: not migrated."""
    from kb_service.record.database import Database, database_url  # .3 s that nobody waits for who does not need it
    from kb_service.record.old_votes import OLD_FILE

    return Database(database_url(settings.data, settings.database_url), old_votes=settings.index.parent / OLD_FILE)


def open_record(
    settings: Settings, *, encoder: Encoder | None = None, observer: RecorderObserver | None = None
) -> Record | None:
    """Return the record, writing; None where the settings want none. `observer` is told what becomes of events."""
    if settings.record == "off":
        return None
    return Record(
        lambda: open_database(settings),
        key=shared_key(settings.data / KEY_FILE),
        keep_days=settings.record_days,
        mode=settings.record,
        encoder=encoder,
        observer=observer,
    ).start()


def open_contact(settings: Settings, *, site_mail: str) -> Way | None:
    """Return how messages of visitors reach people: by mail, to `site_mail` unless the settings say to whom, or to a
    webhook; None where the settings name neither. Raises BadSetting for mails to nobody.
    """
    if settings.contact_webhook:
        from kb_service.contact.webhook import Webhook  # with httpcore, which `kb ask` need not wait for

        return Webhook(settings.contact_webhook, settings.contact_webhook_key[0].encode())
    if not settings.smtp_url:
        return None
    from kb_service.contact.mail import Mail

    to = settings.contact_to or site_mail
    if not to:
        raise BadSetting(
            f"KB_SMTP_URL: use it together with KB_CONTACT_TO, or with mail in [contact] of {settings.site}"
        )
    return Mail(settings.smtp_url, to=to, sender=settings.contact_from or to)


def open_agent_knowledge_base(settings: Settings, public: KnowledgeBase) -> KnowledgeBase:
    """Return what answers agents, from their index alone; it shares the model and the live counts of `public`."""
    return public.beside(open_engine(settings, audiences=("agent",)))


def open_access(settings: Settings) -> Access:
    """Return what decides who may see what is for agents; its database is opened when it is first used."""
    from kb_service.accounts.access import Access
    from kb_service.accounts.accounts import Accounts
    from kb_service.accounts.api_tokens import ApiTokens
    from kb_service.accounts.proxy import TrustedProxy
    from kb_service.accounts.roles import RoleRule
    from kb_service.accounts.sessions import Sessions
    from kb_service.accounts.sign_in import PasswordSignIn
    from kb_service.accounts.storage import ReadyDatabase
    from kb_service.accounts.throttle import SignInThrottle

    database = ReadyDatabase(lambda: open_database(settings))
    accounts = Accounts(database)
    roles = RoleRule(settings.agent_groups, settings.lead_groups)
    idle, longest = settings.session_idle_minutes * 60, settings.session_hours * 3600
    access = Access(
        database,
        accounts,
        Sessions(database, idle_seconds=idle, longest_seconds=longest),
        ApiTokens(database),
    )
    if settings.login == "password":
        return replace(access, sign_in=PasswordSignIn(accounts, SignInThrottle(database)))
    if settings.login == "proxy":
        proxy = TrustedProxy(
            settings.proxy_user_header,
            settings.proxy_groups_header,
            [ip_network(network) for network in settings.proxy_peers],
            settings.proxy_secret,
            roles,
        )
        return replace(access, proxy=proxy)
    from kb_service.accounts.openid import Client, OpenIdProvider  # needs the extra "oidc"

    client = Client(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        redirect_uri=f"{settings.base_url}{OIDC_RETURN_PATH}",
        name_claim=settings.oidc_name_claim,
        groups_claim=settings.oidc_groups_claim,
        scope=settings.oidc_scope,
    )
    return replace(access, provider=OpenIdProvider(database, client, roles))
