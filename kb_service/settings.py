"""Every setting of the service, in one frozen value, read from flags, `KB_*` variables and `kb.toml`.

Precedence: flags, then the environment, then the file, then the defaults. Everything works with no setting at all.
All problems are reported together, so a start fails once and not once a mistake.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple, get_args
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta
from msgspec.structs import FieldInfo

from kb_service.errors import BadSetting

PREFIX: Final = "KB_"
FILE_SUFFIX: Final = "_FILE"  # KB_STAFF_KEY_FILE=/run/secrets/key: the file's text is the value
SETTINGS_FILE: Final = Path("kb.toml")
SHORTEST_KEY_BYTES: Final = 32  # as long as the digest: a shorter one can be guessed from a single signature
FOLDERS: Final = ("articles", "index", "model", "data")
# What Kubernetes tells every container of a Service whose name begins with kb: no settings, whatever they are called.
_OF_KUBERNETES: Final = re.compile(
    r"KB_(\w+_)?(SERVICE_(HOST|PORT(_\w+)?)|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)|KB_(\w+_)?PORT=(tcp|udp|sctp)://.*"
)
SECRETS: Final = frozenset(
    {
        "staff_key",
        "metrics_token",
        "database_url",
        "oidc_client_secret",
        "proxy_secret",
        "mcp_token",
        "redis_url",
        "opensearch_password",
        "opensearch_token",
        "smtp_url",
        "contact_webhook",
        "contact_webhook_key",
    }
)  # never shown; each has a KB_<NAME>_FILE too

StaffCountMode = Literal["public", "signed", "agents", "off"]
SeatsMode = Literal["auto", "on", "off"]
MetricsMode = Literal["loopback", "public", "off"]
EngineName = Literal["whoosh", "opensearch"]
RecordMode = Literal["on", "votes", "off"]
LoginMode = Literal["password", "oidc", "proxy"]
LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["auto", "text", "json"]


# What paths of the service begin with: a base URL that does too could not be told from them.
OWN_PATHS: Final = frozenset(
    {
        "a",
        "api",
        "articles",
        "assets",
        "console",
        "contact",
        "feedback",
        "healthz",
        "metrics",
        "readyz",
        "search",
        "static",
        "widget",
    }
)
_BASE_PATH: Final = re.compile(r"(/(?!\.{1,2}(/|$))[A-Za-z0-9._~-]+)*")


def _takes(what: str, *, read: Callable[[str], Any] = str, **bounds: Any) -> Meta:
    """Describe what a setting takes: `what` completes "use ...", `read` makes of text what msgspec then checks."""
    return Meta(title=what, extra={"read": read}, **bounds)


def _takes_whole(low: int, high: int) -> Meta:
    return _takes(f"a whole number from {low} to {high}", ge=low, le=high)


def _takes_one_of(choices: Any) -> Meta:
    return _takes(" or ".join(get_args(choices)), read=str.lower)


def _keys(text: str) -> list[str] | None:
    keys = text.replace(",", " ").split()
    return keys if all(len(key.encode()) >= SHORTEST_KEY_BYTES for key in keys) else None


def _names(text: str) -> list[str]:
    return [] if text == "off" else [part.strip() for part in text.split(",") if part.strip()]


def _base_url(text: str) -> str | None:
    parts = urlsplit(text)
    path = parts.path.rstrip("/")
    is_usable = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
    is_usable = is_usable and "@" not in parts.netloc  # it is shown to everybody
    is_apart = path.split("/")[1:2] != [] and path.split("/")[1] in OWN_PATHS
    return text.rstrip("/") if is_usable and _BASE_PATH.fullmatch(path) and not is_apart else None


def _base_urls(text: str) -> list[str]:
    urls = [part.rstrip("/") for part in _names(text)]
    return [url if re.fullmatch(r"https?://[^/?#@\s]+(/[^?#@\s]*)?", url) else "" for url in urls]


def _issuer(text: str) -> str | None:
    parts = urlsplit(text)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    return text if is_safe and parts.netloc and not (parts.query or parts.fragment) else None


def _networks(text: str) -> list[str]:
    return [str(ipaddress.ip_network(part)) for part in _names(text)]


def _database_url(text: str) -> str | None:
    parts = urlsplit(text)
    is_whole = parts.scheme in ("postgresql", "postgres") and parts.path.strip("/")
    return text if is_whole else None


def _contact_url(text: str) -> str | None:
    parts = urlsplit(text)
    is_web = parts.scheme in ("http", "https") and parts.netloc
    is_local = not parts.scheme and not parts.netloc and text.startswith("/")
    return text if is_web or is_local or (parts.scheme == "mailto" and "@" in parts.path) else None


def _webhook(text: str) -> str | None:
    parts = urlsplit(text)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    return text if is_safe and parts.hostname and parts.port != 0 and "@" not in parts.netloc else None


def _smtp_url(text: str) -> str | None:
    parts = urlsplit(text)
    is_bare = not (parts.path.strip("/") or parts.query or parts.fragment)
    return text if parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0 and is_bare else None


_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_MAIL: Final = r"^([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+)?\Z"
_ORIGIN: Final = r"^(\*|https?://([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(:\d{1,5})?)$"
_HOST: Final = r"\s*(?![^,]*://)\w[\w-]*\.\w[^,]*"  # plainly a host; the staff count reads the entries itself
_FOLDER: Final = _takes("a path")
_SWITCH: Final = _takes("on or off", read=lambda text: {"on": True, "off": False}.get(text.lower()))
_KEYS: Final = _takes(f"keys of at least {SHORTEST_KEY_BYTES} bytes, the newest first, separated by spaces", read=_keys)
_GROUPS: Final = _takes("names of groups, or *, separated by commas", read=_names)
_CLAIM: Final = r"^[^\s]{1,200}$"
_HEADER: Final = r"^[A-Za-z0-9]{1,100}$"  # servers take X_User for X-User: whoever sends that would be somebody else
_LIMITED: Final = "answers|suggestions|reading|files|live|votes|contact|events|sign-ins"
_LIMIT: Final = rf"^({_LIMITED})=([1-9]\d*(\.\d+)?|0\.\d*[1-9])(/[1-9]\d*)?$"
Origin = Annotated[str, Meta(pattern=_ORIGIN)]
FramingOrigin = Annotated[
    str, Meta(pattern=r"^(https://[a-z0-9-]+(\.[a-z0-9-]+)*|http://(localhost|127\.0\.0\.1))(:\d{1,5})?$")
]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator can choose; each field is `KB_<NAME>` in the environment and `<name>` in `kb.toml`."""

    articles: Annotated[Path, _FOLDER, "Folder of Markdown articles."] = Path("articles")
    index: Annotated[Path, _FOLDER, "Folder of the built index; it can always be rebuilt."] = Path(".kb/index")
    engine: Annotated[
        EngineName,
        _takes_one_of(EngineName),
        "Where the index lies: whoosh (in KB_INDEX) or opensearch (in a cluster, KB_OPENSEARCH_URLS).",
    ] = "whoosh"
    model: Annotated[
        Path | None,
        _takes("a path", read=lambda text: None if text.lower() == "off" else text),
        "Folder of the model that compares meanings; off: words alone.",
    ] = Path(".kb/model")
    data: Annotated[
        Path, _FOLDER, "Folder of what cannot be rebuilt: accounts, the record of questions and votes, and its key."
    ] = Path("kb-data")
    host: Annotated[str, _takes("a host name or address"), "Address to listen on."] = "127.0.0.1"
    port: Annotated[int, _takes_whole(1, 65535), "Port to listen on."] = 8000
    workers: Annotated[int, _takes_whole(1, 64), "Server processes."] = 2
    base_url: Annotated[
        str,
        _takes(
            "the address people reach the service at, such as https://help.example.com or https://example.com/help; "
            f"its path has letters, digits, - . _ ~ and begins with none of {', '.join(sorted(OWN_PATHS))}",
            read=_base_url,
        ),
        "Address people reach the service at, for absolute links.",
    ] = ""
    allowed_origins: Annotated[
        tuple[Origin, ...],
        _takes("* or off, or origins such as https://www.example.com", read=_names),
        "Sites whose pages may call the API, separated by commas; * is any, off is none. Live counts are for pages of "
        "sites that are named here, and of this service: *,https://www.example.com.",
    ] = ("*",)
    site: Annotated[Path, _FOLDER, "File of the help centre's name, logo, colour, words and links."] = Path("site.toml")
    site_name: Annotated[
        str,
        _takes("a line of at most 60 characters", max_length=60),
        "Name of the help centre, before that in KB_SITE.",
    ] = ""
    seats: Annotated[
        SeatsMode,
        _takes_one_of(SeatsMode),
        "Whether seats and staff are compared: auto (where an article says live: staff_count), on or off.",
    ] = "auto"
    contact_url: Annotated[
        str,
        _takes("an https, http or mailto address, or a path such as /support", read=_contact_url),
        "Where a person is offered help when no article answers.",
    ] = ""
    smtp_url: Annotated[
        str,
        _takes("smtp://name:password@mail.example.com:587, or smtps://", read=_smtp_url),
        "Mail server that carries what is written on the contact form; smtp:// turns to TLS, but on this machine.",
    ] = ""
    contact_to: Annotated[
        str,
        _takes("an address such as help@example.com", pattern=_MAIL),
        "Who gets those mails, before `mail` of KB_SITE.",
    ] = ""
    contact_from: Annotated[
        str,
        _takes("an address such as help@example.com", pattern=_MAIL),
        "Whom they come from; without one, who gets them. A reply goes to the visitor.",
    ] = ""
    contact_webhook: Annotated[
        str,
        _takes("an https address, or an http one on this machine", read=_webhook),
        "Where what is written on the contact form is posted instead, as signed JSON.",
    ] = ""
    contact_webhook_key: Annotated[tuple[str, ...], _KEYS, "Keys for that; the first signs."] = ()
    no_answer_below: Annotated[
        float,
        _takes("a number from 0 to 1, such as 0.5", read=float, ge=0, le=1),
        "Confidence, 0 to 1, below which nothing is claimed to answer: what may help is shown, or nothing.",
    ] = 0.5
    canary_failures: Annotated[
        float,
        _takes("a number from 0 to 1, such as 0.1", read=float, ge=0, le=1),
        "Share of the answer tests that may come to fail before a new index is not served; with 1 none is asked.",
    ] = 0.1
    staff_count: Annotated[
        StaffCountMode,
        _takes_one_of(StaffCountMode),
        "Who gets the live number of active staff: public, signed, agents or off.",
    ] = "public"
    staff_hosts: Annotated[
        str,
        _takes("names such as helpdesk.acme.com, separated by commas", pattern=rf"^({_HOST}(,{_HOST})*,?\s*)?$"),
        "Further helpdesks that may be asked, separated by commas.",
    ] = ""
    staff_budget_ms: Annotated[int, _takes_whole(50, 10000), "Longest time an answer waits for the live number."] = 2500
    staff_key: Annotated[tuple[str, ...], _KEYS, "Keys that sign look-ups, for KB_STAFF_COUNT=signed."] = ()
    record: Annotated[
        RecordMode,
        _takes_one_of(RecordMode),
        "What is recorded: on (questions, what came of them, votes), votes alone, or off.",
    ] = "on"
    record_days: Annotated[int, _takes_whole(1, 3650), "Days after which what is recorded is deleted."] = 365
    record_counts: Annotated[
        bool, _SWITCH, "Keep the live staff counts of helpdesks by day, for the history in the console: on or off."
    ] = False
    receipt_days: Annotated[
        int,
        _takes_whole(1, 3650),
        "Days after which the receipt of an answer ends, or KB_RECORD_DAYS if that is less.",
    ] = 90
    database_url: Annotated[
        str,
        _takes("an address such as postgresql://kb@localhost/kb", read=_database_url),
        "PostgreSQL database of accounts and the record; without one it is a file in KB_DATA.",
    ] = ""
    rate_limit: Annotated[bool, _SWITCH, "Limit the requests of one client: on or off."] = True
    limits: Annotated[
        tuple[Annotated[str, Meta(pattern=_LIMIT)], ...],
        _takes("name=requests a minute, or name=requests a minute/burst, separated by commas", read=_names),
        "How many requests one client may send a minute, and at once: answers=240/60,votes=0.33/20.",
    ] = ()
    trusted_proxies: Annotated[
        tuple[str, ...],
        _takes("addresses or networks such as 10.1.2.3 or 10.1.2.0/24, separated by commas", read=_networks),
        "Addresses of the reverse proxies whose X-Forwarded-For is believed, separated by commas; off is none.",
    ] = ("127.0.0.0/8", "::1/128")
    redis_url: Annotated[
        str,
        _takes("an address such as redis://localhost:6379/0", pattern=r"^(rediss?|unix)://[^\s]+$"),
        "Redis in which several servers count clients together.",
    ] = ""
    metrics: Annotated[MetricsMode, _takes_one_of(MetricsMode), "Who may read /metrics: loopback, public or off."] = (
        "loopback"
    )
    metrics_token: Annotated[tuple[str, ...], _KEYS, "Bearer tokens; with any, /metrics wants one from everybody."] = ()
    console: Annotated[bool, _SWITCH, "The console for agents at /console, for people with an account: on or off."] = (
        True
    )
    panel_ancestors: Annotated[
        tuple[FramingOrigin, ...],
        _takes("off, or origins such as https://desk.example.com, separated by commas", read=_names),
        "Helpdesks whose pages may have /console/panel in a frame, separated by commas.",
    ] = ()
    login: Annotated[
        LoginMode,
        _takes_one_of(LoginMode),
        "Who says who somebody is: password (kb user add), oidc or proxy.",
    ] = "password"
    session_idle_minutes: Annotated[int, _takes_whole(1, 480), "Minutes after which an unused session ends."] = 30
    session_hours: Annotated[int, _takes_whole(1, 168), "Hours after which every session ends."] = 12
    agent_groups: Annotated[
        tuple[str, ...],
        _GROUPS,
        "With oidc or proxy, groups whose members are agents, separated by commas; * is everybody.",
    ] = ()
    lead_groups: Annotated[
        tuple[str, ...],
        _GROUPS,
        "With oidc or proxy, groups whose members are leads, separated by commas; * is everybody.",
    ] = ()
    oidc_issuer: Annotated[
        str,
        _takes("the issuer's https address, exactly as it calls itself", read=_issuer),
        "Identity provider, for KB_LOGIN=oidc.",
    ] = ""
    oidc_client_id: Annotated[str, _takes("a name"), "Name of this service at the identity provider."] = ""
    oidc_client_secret: Annotated[str, _takes("a secret"), "What proves that to the identity provider."] = ""
    oidc_scope: Annotated[
        str,
        _takes("scopes separated by blanks, openid among them", pattern=r"^(.* )?openid( .*)?$"),
        "What is asked for.",
    ] = "openid profile email"
    oidc_name_claim: Annotated[
        str, _takes("the name of a claim", pattern=_CLAIM), "Claim that holds somebody's name."
    ] = "preferred_username"
    oidc_groups_claim: Annotated[
        str, _takes("the name of a claim", pattern=_CLAIM), "Claim that holds their groups."
    ] = "groups"
    proxy_user_header: Annotated[
        str,
        _takes("the name of a header of letters and digits, such as KbUser", pattern=_HEADER),
        "Header in which the proxy names somebody it signed in, for KB_LOGIN=proxy.",
    ] = ""
    proxy_groups_header: Annotated[
        str,
        _takes("the name of a header of letters and digits, such as KbGroups", pattern=_HEADER),
        "Header with their groups.",
    ] = ""
    proxy_peers: Annotated[
        tuple[str, ...],
        _takes("addresses or networks such as 10.1.2.3 or 10.1.2.0/24, separated by commas", read=_networks),
        "Addresses from which that proxy connects.",
    ] = ()
    proxy_secret: Annotated[
        tuple[str, ...], _KEYS, "What that proxy sends as X-KB-Proxy-Secret to prove that it is it."
    ] = ()
    mcp_token: Annotated[
        str,
        _takes("a token of kb token add", pattern=r"^(kb_[0-9a-z]{12}_[A-Za-z0-9_-]{43})?$"),
        "API token of whoever asks through kb mcp over stdio; without one it answers as customers are answered.",
    ] = ""
    opensearch_urls: Annotated[
        tuple[Annotated[str, Meta(min_length=1)], ...],
        _takes("addresses such as https://search-1:9200, separated by commas", read=_base_urls),
        "Nodes of the cluster, separated by commas, for KB_ENGINE=opensearch.",
    ] = ()
    opensearch_ca_file: Annotated[
        Path | None,
        _takes("a path", read=lambda text: None if text.lower() == "off" else text),
        "File of the authority that vouches for the nodes; off: those that this machine trusts.",
    ] = None
    opensearch_user: Annotated[str, _takes("a name"), "Who this process is to the cluster."] = ""
    opensearch_password: Annotated[str, _takes("a password"), "What proves that."] = ""
    opensearch_token: Annotated[str, _takes("a token"), "Bearer token, instead of user and password."] = ""
    opensearch_prefix: Annotated[
        str,
        _takes("up to 40 small letters and digits, such as kb", pattern=r"^[a-z][a-z0-9_]{0,39}$"),
        "What names of indexes and aliases begin with.",
    ] = "kb"
    opensearch_shards: Annotated[int, _takes_whole(1, 64), "Parts of an index, each on a node."] = 1
    opensearch_replicas: Annotated[int, _takes_whole(0, 10), "Copies of each part on further nodes."] = 1
    log_level: Annotated[
        LogLevel,
        _takes_one_of(LogLevel),
        "Least important log line that is written: debug, info, warning or error.",
    ] = "info"
    access_log: Annotated[bool, _SWITCH, "Log every request, without what was asked: on or off."] = False
    log_format: Annotated[
        LogFormat,
        _takes_one_of(LogFormat),
        "Form of a log line: text, json, or auto: text on a terminal, json for whatever else collects the log.",
    ] = "auto"

    def __repr__(self) -> str:
        return f"Settings({', '.join(f'{name}={value}' for name, value in self.shown().items())})"

    def shown(self) -> dict[str, str]:
        """Return every setting, written as somebody would set it; of a secret only whether it is set."""
        return {name: _shown(name, getattr(self, name)) for name in FIELDS}

    def chosen(self) -> dict[str, str]:
        """Return of those the ones that are not as they are by default."""
        by_default = Settings().shown()
        return {name: value for name, value in self.shown().items() if value != by_default[name]}


FIELDS: Final[Mapping[str, FieldInfo]] = {each.name: each for each in msgspec.structs.fields(Settings)}


class _Given(NamedTuple):
    """One value as somebody wrote it: `label` is the name they used."""

    name: str
    label: str
    text: str


def load_settings(*, flags: Mapping[str, str | None], environ: Mapping[str, str], file: Path | None) -> Settings:
    """Return the settings in force; raise BadSetting naming every unknown name and wrong value.

    `flags` are keyed by field name and None when not given; an empty `KB_*` variable counts as not given.

    >>> load_settings(flags={"port": "9000"}, environ={"KB_RATE_LIMIT": "off"}, file=None).port
    9000
    """
    problems: list[str] = []
    values: dict[str, Any] = {}
    sources = (_from_file(file, problems), _from_environment(environ, problems), _from_flags(flags, problems))
    for given in (each for source in sources for each in source):
        kind = FIELDS[given.name].type
        takes: Meta = get_args(kind)[1]
        read = (takes.extra or {})["read"]
        try:
            values[given.name] = msgspec.convert(read(given.text), kind, strict=False, dec_hook=_path)
        except ValueError:
            shown = given.label if given.name in SECRETS else f"{given.label}={given.text}"
            problems.append(f"{shown}: use {takes.title}")
    settings = Settings(**values)
    if settings.staff_count == "signed" and not settings.staff_key:
        problems.append("KB_STAFF_COUNT=signed: use it together with KB_STAFF_KEY or KB_STAFF_KEY_FILE")
    if settings.redis_url and find_spec("redis") is None:
        problems.append("KB_REDIS_URL: redis-py is missing: run pip install 'kb-service[redis]'")
    problems += _folder_problems(settings)
    problems += _engine_problems(settings)
    problems += _contact_problems(settings)
    if settings.console:
        problems += _login_problems(settings)
    if problems:
        raise BadSetting("\n".join(problems))
    return settings


def _folder_problems(settings: Settings) -> Iterator[str]:
    """Yield which folders are files: nothing that is written there later would say so as plainly."""
    for name in FOLDERS:
        path: Path | None = getattr(settings, name)
        try:
            if path is not None and path.is_file():
                yield f"{PREFIX}{name.upper()}={path}: this is a file: use the path of a folder"
        except OSError as error:
            yield f"{PREFIX}{name.upper()}={str(path)[:100]}: it cannot be used: {error.strerror}"


def _engine_problems(settings: Settings) -> Iterator[str]:
    """Yield what is missing for a cluster."""
    if settings.engine == "opensearch" and not settings.opensearch_urls:
        yield "KB_ENGINE=opensearch: use it together with KB_OPENSEARCH_URLS"
    if bool(settings.opensearch_user) != bool(settings.opensearch_password):
        yield "KB_OPENSEARCH_USER: use it together with KB_OPENSEARCH_PASSWORD or KB_OPENSEARCH_PASSWORD_FILE"
    if settings.opensearch_token and settings.opensearch_user:
        yield "KB_OPENSEARCH_TOKEN: use it without KB_OPENSEARCH_USER"


def _contact_problems(settings: Settings) -> Iterator[str]:
    """Yield what is missing for the contact form, or is too much."""
    if settings.contact_webhook and not settings.contact_webhook_key:
        yield "KB_CONTACT_WEBHOOK: use it together with KB_CONTACT_WEBHOOK_KEY or KB_CONTACT_WEBHOOK_KEY_FILE"
    if settings.contact_webhook and settings.smtp_url:
        yield "KB_CONTACT_WEBHOOK: use it without KB_SMTP_URL"


def _login_problems(settings: Settings) -> Iterator[str]:
    """Yield what is missing for the way to sign in: a half-made one lets in nobody, or everybody."""
    needed = {
        "password": (),
        "oidc": ("oidc_issuer", "oidc_client_id", "oidc_client_secret", "base_url"),
        "proxy": ("proxy_user_header", "proxy_peers", "proxy_secret"),
    }[settings.login]
    named = f"KB_LOGIN={settings.login}"
    for name in needed:
        if not getattr(settings, name):
            yield f"{named}: use it together with {PREFIX}{name.upper()}"
    if settings.login != "password" and not (settings.agent_groups or settings.lead_groups):
        yield f"{named}: use it together with KB_AGENT_GROUPS or KB_LEAD_GROUPS: without them nobody has a role"
    asks_for_groups = {*settings.agent_groups, *settings.lead_groups} - {"*"}
    if settings.login == "proxy" and asks_for_groups and not settings.proxy_groups_header:
        yield f"{named}: use KB_AGENT_GROUPS and KB_LEAD_GROUPS together with KB_PROXY_GROUPS_HEADER"
    if settings.login == "oidc" and find_spec("authlib") is None:
        yield f"{named}: Authlib is missing: run pip install 'kb-service[oidc]'"


def _shown(name: str, value: object) -> str:
    return as_text(value) if name not in SECRETS else "(set)" if value else "(not set)"


def as_text(value: object) -> str:
    """Return the value of a setting as somebody would write it in the environment."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if value is None or value == ():
        return "off"
    return ",".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


def _from_flags(flags: Mapping[str, str | None], problems: list[str]) -> Iterator[_Given]:
    for name, value in flags.items():
        if name not in FIELDS:
            problems.append(_unknown("--" + name, FIELDS, prefix="--"))
        elif value is not None:
            yield _Given(name, "--" + name.replace("_", "-"), value)


def _from_environment(environ: Mapping[str, str], problems: list[str]) -> Iterator[_Given]:
    variables = {PREFIX + name.upper(): name for name in FIELDS}
    files = {PREFIX + name.upper() + FILE_SUFFIX: name for name in SECRETS}
    for variable, value in sorted(environ.items()):
        if not variable.startswith(PREFIX) or (variable in (variables | files) and not value):
            continue
        if _OF_KUBERNETES.fullmatch(variable) or _OF_KUBERNETES.fullmatch(f"{variable}={value}"):
            continue
        if variable in variables:
            yield _Given(variables[variable], variable, value)
        elif variable not in files:
            problems.append(_unknown(variable, variables | files))
        else:
            try:
                yield _Given(files[variable], variable, Path(value).read_text(encoding="utf-8").strip())
            except (OSError, ValueError) as error:
                problems.append(f"{variable}={value}: the file cannot be read: {error}")


def _from_file(file: Path | None, problems: list[str]) -> Iterator[_Given]:
    if file and file.is_dir():  # a container makes one where it is to mount a file that is not there
        problems.append(f"{file}: this is a folder: remove it, or put a file of settings in its place")
        return
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8")) if file else {}
    except (OSError, ValueError) as error:
        problems.append(f"{file}: the file cannot be read: {error}")
        return
    for name, value in table.items():
        if name not in FIELDS:
            problems.append(f"{file}: " + _unknown(name, FIELDS))
        elif isinstance(value, dict):
            problems.append(f"{file}: {name} is a table: write {name} = ...")
        else:
            yield _Given(name, f"{file}: {name}", as_text(value))


def _unknown(name: str, known: Mapping[str, object], *, prefix: str = "") -> str:
    near = difflib.get_close_matches(name.removeprefix(prefix), known, n=1, cutoff=0.7)
    return f"{name} is no setting" + (f": did you mean {prefix}{near[0]}?" if near else ".")


def _path(kind: type, text: Any) -> Path:
    if not isinstance(text, str) or "\0" in text:
        raise ValueError("not a path")
    return Path(text)
