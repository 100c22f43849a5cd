"""Settings: where a value may come from, which wins, and how mistakes are told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest

from kb_service.errors import BadSetting
from kb_service.settings import FIELDS, Settings, load_settings


def load(
    environ: Mapping[str, str] | None = None, *, flags: Mapping[str, str | None] | None = None, file: Path | None = None
) -> Settings:
    return load_settings(flags=flags or {}, environ=environ or {}, file=file)


def test_nothing_given_is_the_defaults() -> None:
    assert load() == Settings()


def test_every_setting_explains_itself() -> None:
    assert all(get_args(field.type)[-1].endswith(".") for field in FIELDS.values())


def test_flags_win_over_environment_over_file_over_defaults(tmp_path: Path) -> None:
    file = tmp_path / "kb.toml"
    file.write_text('port = 1000\nworkers = 3\nhost = "::"\n', encoding="utf-8")

    settings = load({"KB_PORT": "2000", "KB_WORKERS": "4"}, flags={"port": "3000", "host": None}, file=file)

    assert (settings.port, settings.workers, settings.host, settings.log_level) == (3000, 4, "::", "info")


def test_the_file_takes_the_types_of_toml(tmp_path: Path) -> None:
    file = tmp_path / "kb.toml"
    file.write_text(
        'rate_limit = false\nno_answer_below = 0.25\nstaff_hosts = ["help.acme.org", "help.acme.com"]\n', "utf-8"
    )

    settings = load(file=file)

    assert (settings.rate_limit, settings.no_answer_below) == (False, 0.25)
    assert settings.staff_hosts == "help.acme.org,help.acme.com"


READ: dict[str, tuple[str, str, object]] = {
    "articles": ("KB_ARTICLES", "/srv/help", Path("/srv/help")),
    "index": ("KB_INDEX", "/var/kb", Path("/var/kb")),
    "model": ("KB_MODEL", "/var/model", Path("/var/model")),
    "no model": ("KB_MODEL", "off", None),
    "host": ("KB_HOST", "0.0.0.0", "0.0.0.0"),
    "port": ("KB_PORT", "80", 80),
    "workers": ("KB_WORKERS", "8", 8),
    "base url": ("KB_BASE_URL", "https://help.example.com/", "https://help.example.com"),
    "any origin": ("KB_ALLOWED_ORIGINS", "*", ("*",)),
    "no origin": ("KB_ALLOWED_ORIGINS", "off", ()),
    "two origins": (
        "KB_ALLOWED_ORIGINS",
        "https://a.example, http://[::1]:80",
        ("https://a.example", "http://[::1]:80"),
    ),
    "contact page": ("KB_CONTACT_URL", "/support", "/support"),
    "contact address": ("KB_CONTACT_URL", "mailto:billing@example.com", "mailto:billing@example.com"),
    "mail server": ("KB_SMTP_URL", "smtp://kb:p%40ss@mail.example.com:587", "smtp://kb:p%40ss@mail.example.com:587"),
    "who gets mails": ("KB_CONTACT_TO", "help@example.com", "help@example.com"),
    "threshold": ("KB_NO_ANSWER_BELOW", ".75", 0.75),
    "threshold of one": ("KB_NO_ANSWER_BELOW", "1", 1.0),
    "staff count for agents": ("KB_STAFF_COUNT", "agents", "agents"),
    "staff hosts": ("KB_STAFF_HOSTS", "help.acme.com/desk=10.1.2.0/24", "help.acme.com/desk=10.1.2.0/24"),
    "staff keys": ("KB_STAFF_KEY", "k" * 32 + ",\n" + "l" * 32, ("k" * 32, "l" * 32)),
    "staff budget": ("KB_STAFF_BUDGET_MS", "300", 300),
    "data": ("KB_DATA", "/srv/kb", Path("/srv/kb")),
    "database": ("KB_DATABASE_URL", "postgresql://kb:x@db/kb", "postgresql://kb:x@db/kb"),
    "votes alone": ("KB_RECORD", "votes", "votes"),
    "token of an assistant": ("KB_MCP_TOKEN", f"kb_{'0' * 12}_{'A' * 43}", f"kb_{'0' * 12}_{'A' * 43}"),
    "helpdesks": (
        "KB_PANEL_ANCESTORS",
        "https://desk.example.com, http://localhost:3000",
        ("https://desk.example.com", "http://localhost:3000"),
    ),
    "days of receipts": ("KB_RECEIPT_DAYS", "7", 7),
    "days": ("KB_RECORD_DAYS", "30", 30),
    "no rate limit": ("KB_RATE_LIMIT", "off", False),
    "rate limit": ("KB_RATE_LIMIT", "On", True),
    "level": ("KB_LOG_LEVEL", "DEBUG", "debug"),
    "format": ("KB_LOG_FORMAT", "json", "json"),
    "no console": ("KB_CONSOLE", "off", False),
    "sign-in elsewhere": ("KB_SESSION_IDLE_MINUTES", "15", 15),
    "groups": ("KB_AGENT_GROUPS", "support, second line,", ("support", "second line")),
    "everybody": ("KB_LEAD_GROUPS", "*", ("*",)),
    "issuer": ("KB_OIDC_ISSUER", "https://login.example.com/realms/a/", "https://login.example.com/realms/a/"),
    "issuer here": ("KB_OIDC_ISSUER", "http://127.0.0.1:9000", "http://127.0.0.1:9000"),
    "scope": ("KB_OIDC_SCOPE", "openid groups", "openid groups"),
    "proxies": ("KB_PROXY_PEERS", "10.1.2.3, fd00::/8", ("10.1.2.3/32", "fd00::/8")),
    "engine": ("KB_ENGINE", "whoosh", "whoosh"),
    "nodes": ("KB_OPENSEARCH_URLS", "http://a:9200/, https://b", ("http://a:9200", "https://b")),
    "authority": ("KB_OPENSEARCH_CA_FILE", "/etc/ca.pem", Path("/etc/ca.pem")),
    "copies": ("KB_OPENSEARCH_REPLICAS", "2", 2),
    "empty counts as not given": ("KB_PORT", "", 8000),
}


@pytest.mark.parametrize(("variable", "value", "expected"), READ.values(), ids=READ)
def test_a_variable_is_read(variable: str, value: str, expected: object) -> None:
    settings = load({variable: value})

    assert getattr(settings, variable.removeprefix("KB_").lower()) == expected


WRONG: dict[str, tuple[str, str]] = {
    "login is another way": ("KB_LOGIN", "ldap"),
    "session is endless": ("KB_SESSION_HOURS", "0"),
    "issuer without TLS": ("KB_OIDC_ISSUER", "http://login.example.com"),
    "issuer with a query": ("KB_OIDC_ISSUER", "https://login.example.com/?a=b"),
    "scope without openid": ("KB_OIDC_SCOPE", "profile"),
    "header with a blank": ("KB_PROXY_USER_HEADER", "Kb User"),
    "header that has a twin": ("KB_PROXY_USER_HEADER", "X-Forwarded-User"),
    "groups that have a twin": ("KB_PROXY_GROUPS_HEADER", "Kb_Groups"),
    "proxy is a name": ("KB_PROXY_PEERS", "proxy.example.com"),
    "proxy network with bits beyond it": ("KB_PROXY_PEERS", "10.1.2.3/24"),
    "proxy's secret is short": ("KB_PROXY_SECRET", "short"),
    "port is a word": ("KB_PORT", "http"),
    "port is too high": ("KB_PORT", "65536"),
    "port is huge": ("KB_PORT", "9" * 5000),
    "port has other digits": ("KB_PORT", "８０"),
    "no worker": ("KB_WORKERS", "0"),
    "threshold is a per cent": ("KB_NO_ANSWER_BELOW", "50"),
    "threshold is not a number": ("KB_NO_ANSWER_BELOW", "nan"),
    "switch is a number": ("KB_RATE_LIMIT", "1"),
    "base url without scheme": ("KB_BASE_URL", "help.example.com"),
    "contact runs a script": ("KB_CONTACT_URL", "javascript:alert(1)"),
    "contact without scheme": ("KB_CONTACT_URL", "//evil.example"),
    "mail server of the web": ("KB_SMTP_URL", "https://mail.example.com"),
    "mail server with a path": ("KB_SMTP_URL", "smtp://mail.example.com/inbox"),
    "port of a mail server": ("KB_SMTP_URL", "smtp://mail.example.com:99999"),
    "mails to two": ("KB_CONTACT_TO", "a@example.com,b@example.com"),
    "mails with a header": ("KB_CONTACT_FROM", "a@example.com Bcc: b@example.com"),
    "webhook without TLS": ("KB_CONTACT_WEBHOOK", "http://hooks.example.com/"),
    "webhook with a password": ("KB_CONTACT_WEBHOOK", "https://me:secret@hooks.example.com/"),
    "base URL with a password": ("KB_BASE_URL", "https://me:secret@help.example.com"),
    "base URL with a name": ("KB_BASE_URL", "https://me@help.example.com"),
    "limit of nothing": ("KB_LIMITS", "everything=1"),
    "limit of none": ("KB_LIMITS", "answers=0"),
    "proxy by name": ("KB_TRUSTED_PROXIES", "proxy.example.com"),
    "redis by name": ("KB_REDIS_URL", "localhost:6379"),
    "origin with a path": ("KB_ALLOWED_ORIGINS", "https://a.example/"),
    "origin in capitals": ("KB_ALLOWED_ORIGINS", "https://A.example"),
    "origin null": ("KB_ALLOWED_ORIGINS", "null"),
    "any subdomain": ("KB_ALLOWED_ORIGINS", "https://*.example"),
    "staff count": ("KB_STAFF_COUNT", "everybody"),
    "staff host is a url": ("KB_STAFF_HOSTS", "https://kayako.com"),
    "database of another kind": ("KB_DATABASE_URL", "mysql://kb@db/kb"),
    "server without a database": ("KB_DATABASE_URL", "postgresql://db"),
    "record": ("KB_RECORD", "some"),
    "no days": ("KB_RECORD_DAYS", "0"),
    "short key": ("KB_STAFF_KEY", "k" * 31),
    "path with NUL": ("KB_ARTICLES", "a\0b"),
    "engine": ("KB_ENGINE", "elastic"),
    "a node without scheme": ("KB_OPENSEARCH_URLS", "http://a:9200,b:9200"),
    "a node with a password": ("KB_OPENSEARCH_URLS", "https://kb:hunter2@a:9200"),
    "no shard": ("KB_OPENSEARCH_SHARDS", "0"),
    "prefix of an alias": ("KB_OPENSEARCH_PREFIX", "kb-public"),
    "level": ("KB_LOG_LEVEL", "loud"),
}


@pytest.mark.parametrize(("variable", "value"), WRONG.values(), ids=WRONG)
def test_a_wrong_value_is_refused_with_what_to_use_instead(variable: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"^{variable}.*: .*use "):
        load({variable: value})


def test_an_unknown_name_is_refused_with_the_nearest_known_one() -> None:
    with pytest.raises(BadSetting, match=r"^KB_ARTICLE is no setting: did you mean KB_ARTICLES\?$"):
        load({"KB_ARTICLE": "x"})


def test_a_name_like_no_other_is_refused_without_a_guess() -> None:
    with pytest.raises(BadSetting, match=r"^KB_XYZZY is no setting\.$"):
        load({"KB_XYZZY": "x"})


def test_variables_of_others_are_left_alone() -> None:
    assert load({"KBPORT": "x", "PATH": "/bin"}) == Settings()


OF_KUBERNETES = {
    "KB_SERVICE_HOST": "10.0.0.1",
    "KB_SERVICE_PORT": "8000",
    "KB_SERVICE_PORT_HTTP": "8000",
    "KB_PORT": "tcp://10.0.0.1:8000",
    "KB_PORT_8000_TCP": "tcp://10.0.0.1:8000",
    "KB_PORT_8000_TCP_ADDR": "10.0.0.1",
    "KB_REDIS_SERVICE_HOST": "10.0.0.2",
    "KB_REDIS_PORT": "tcp://10.0.0.2:6379",
    "KB_REDIS_PORT_6379_TCP_PROTO": "tcp",
}


def test_what_kubernetes_says_of_services_is_no_setting() -> None:
    assert load_settings(flags={}, environ=OF_KUBERNETES, file=None) == Settings()


@pytest.mark.parametrize("name", ["articles", "index", "model", "data"])
def test_a_folder_that_is_a_file_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(BadSetting, match="this is a file: use the path of a folder"):
        load_settings(flags={name: str(tmp_path / "file")}, environ={}, file=None)


def test_a_file_of_settings_that_is_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="this is a folder: remove it"):
        load_settings(flags={}, environ={}, file=tmp_path)


def test_all_problems_are_told_together(tmp_path: Path) -> None:
    file = tmp_path / "kb.toml"
    file.write_text("hots = 'x'\n[port]\nnumber = 1\n", encoding="utf-8")

    with pytest.raises(BadSetting) as caught:
        load({"KB_WORKERS": "many", "KB_PROT": "1"}, flags={"port": "0", "nothing": "x"}, file=file)

    told = str(caught.value)
    names = [f"{file}: hots is", f"{file}: port is", "KB_PROT is", "KB_WORKERS=many:", "--port=0:", "--nothing is"]
    assert [name for name in names if name not in told] == []


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"gone\.toml: the file cannot be read"):
        load(file=tmp_path / "gone.toml")


def test_a_file_that_is_no_toml_is_a_problem(tmp_path: Path) -> None:
    file = tmp_path / "kb.toml"
    file.write_bytes(b"port: 8000\xff")

    with pytest.raises(BadSetting, match="the file cannot be read"):
        load(file=file)


def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("k" * 32 + "\n", encoding="utf-8")

    settings = load({"KB_STAFF_KEY_FILE": str(secret), "KB_STAFF_COUNT": "signed"})

    assert settings.staff_key == ("k" * 32,)


def test_signed_counts_need_a_key() -> None:
    with pytest.raises(BadSetting, match="KB_STAFF_COUNT=signed: use it together with KB_STAFF_KEY"):
        load({"KB_STAFF_COUNT": "signed"})


def test_a_wrong_secret_is_not_shown() -> None:
    with pytest.raises(BadSetting) as caught:
        load({"KB_STAFF_KEY": "hunter2", "KB_METRICS_TOKEN": "hunter2"})

    assert "hunter2" not in str(caught.value)


def test_a_secret_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"^KB_STAFF_KEY_FILE=.*gone: the file cannot be read"):
        load({"KB_STAFF_KEY_FILE": str(tmp_path / "gone")})


def test_only_secrets_have_a_file_variable() -> None:
    with pytest.raises(BadSetting, match="KB_PORT_FILE is no setting"):
        load({"KB_PORT_FILE": "/port"})


def test_secrets_are_not_in_the_repr() -> None:
    assert "hunter2" not in repr(Settings(staff_key=("hunter2",), metrics_token=("hunter2",)))


PROXY = {
    "KB_LOGIN": "proxy",
    "KB_PROXY_USER_HEADER": "KbUser",
    "KB_PROXY_GROUPS_HEADER": "KbGroups",
    "KB_PROXY_PEERS": "10.0.0.1",
    "KB_PROXY_SECRET": "s" * 32,
    "KB_AGENT_GROUPS": "support",
}
OIDC = {
    "KB_LOGIN": "oidc",
    "KB_OIDC_ISSUER": "https://login.example.com",
    "KB_OIDC_CLIENT_ID": "kb",
    "KB_OIDC_CLIENT_SECRET": "secret",
    "KB_BASE_URL": "https://help.example.com",
    "KB_LEAD_GROUPS": "heads",
}


@pytest.mark.parametrize("whole", [PROXY, OIDC], ids=["proxy", "oidc"])
def test_a_way_to_sign_in_is_whole_or_refused(whole: Mapping[str, str]) -> None:
    assert load(whole).login == whole["KB_LOGIN"]
    for missing in whole.keys() - {"KB_LOGIN"}:
        half = {name: value for name, value in whole.items() if name != missing}
        with pytest.raises(BadSetting, match=f"KB_LOGIN={whole['KB_LOGIN']}: use") as refused:
            load(half)
        assert missing in str(refused.value)
        assert load({**half, "KB_CONSOLE": "off"}).console is False


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"KB_ENGINE": "opensearch"}, "KB_ENGINE=opensearch: use it together with KB_OPENSEARCH_URLS"),
        ({"KB_OPENSEARCH_USER": "kb"}, "use it together with KB_OPENSEARCH_PASSWORD"),
        (
            {"KB_OPENSEARCH_USER": "kb", "KB_OPENSEARCH_PASSWORD": "x", "KB_OPENSEARCH_TOKEN": "y"},
            "KB_OPENSEARCH_TOKEN: use it without",
        ),
    ],
)
def test_what_a_cluster_needs_is_whole_or_refused(given: Mapping[str, str], told: str) -> None:
    with pytest.raises(BadSetting, match=told):
        load(given)


def test_a_webhook_needs_a_key_and_no_mail_server() -> None:
    webhook = {"KB_CONTACT_WEBHOOK": "https://hooks.example.com/kb"}
    with pytest.raises(BadSetting, match="KB_CONTACT_WEBHOOK: use it together with KB_CONTACT_WEBHOOK_KEY"):
        load(webhook)
    keyed = {**webhook, "KB_CONTACT_WEBHOOK_KEY": "k" * 32}
    assert load(keyed).contact_webhook == webhook["KB_CONTACT_WEBHOOK"]
    with pytest.raises(BadSetting, match="KB_CONTACT_WEBHOOK: use it without KB_SMTP_URL"):
        load({**keyed, "KB_SMTP_URL": "smtp://mail.example.com"})


def test_a_proxy_that_names_no_groups_may_vouch_for_everybody() -> None:
    whole = {name: value for name, value in PROXY.items() if name != "KB_PROXY_GROUPS_HEADER"}

    assert load({**whole, "KB_AGENT_GROUPS": "*"}).agent_groups == ("*",)


def test_without_authlib_no_identity_provider_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb_service.settings.find_spec", lambda name: None)

    with pytest.raises(BadSetting, match=r"kb-service\[oidc\]"):
        load(OIDC)


def test_secrets_of_the_ways_to_sign_in_are_not_shown() -> None:
    for environ, secret in ((PROXY, "s" * 32), (OIDC, "secret")):
        shown = {value for name, value in load(environ).shown().items()}
        assert secret not in shown
        assert f"={secret}" not in repr(load(environ))
