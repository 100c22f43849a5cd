"""The protections of the live staff count, each switched off once: `python -m tests.mutations.staff`."""

from __future__ import annotations

import sys
from typing import Final

from tests.mutations.runner import Mutation, run

MUTATIONS: Final = (
    Mutation(
        "invisible characters are refused by name",
        "host_name.py",
        "if unicodedata.category(character) in _INVISIBLE_CATEGORIES:",
        "if False:",
        ("host_name",),
    ),
    Mutation(
        "characters that turn into ASCII are refused",
        "host_name.py",
        "if not mapped or any(part.isascii() for part in mapped):",
        "if False:",
        ("host_name",),
    ),
    Mutation(
        "a name ends in letters, so no address is one",
        "host_name.py",
        '"[a-z]{2,63}|xn--',
        '"[a-z0-9]{1,63}|xn--',
        ("host_name",),
    ),
    Mutation(
        "labels are matched to their end",
        "host_name.py",
        " _LABEL.fullmatch(label)",
        " _LABEL.match(label)",
        ("host_name",),
    ),
    Mutation(
        "A-labels survive the round trip",
        "host_name.py",
        "return _survives_round_trip(label)",
        "return True",
        ("host_name",),
    ),
    Mutation(
        "reserved names are refused",
        "host_name.py",
        "if _is_reserved(name) and name not in configured:",
        "if False:",
        ("host_name",),
    ),
    Mutation(
        "only kayako.com itself has customers",
        "allowed_hosts.py",
        "return parent == KAYAKO and",
        "return name.endswith(KAYAKO) and",
        ("allowed_hosts",),
    ),
    Mutation(
        "Kayako's own machines are left alone",
        "allowed_hosts.py",
        "and label not in KAYAKO_OWN",
        "",
        ("allowed_hosts",),
    ),
    Mutation(
        "the service does not ask itself",
        "allowed_hosts.py",
        "if name in self.own_names:",
        "if False:",
        ("allowed_hosts",),
    ),
    Mutation(
        "networks of the operator are narrow",
        "allowed_hosts.py",
        "if network.prefixlen < _SHORTEST_PREFIX[network.version]:",
        "if False:",
        ("allowed_hosts",),
    ),
    Mutation(
        "the own table of IPv4 blocks",
        "addresses.py",
        "return address.is_global and not _is_in(address, _REFUSED_V4)",
        "return address.is_global",
        ("addresses",),
    ),
    Mutation(
        "NAT64 is decoded",
        "addresses.py",
        "return _is_public(IPv4Address(int(address) & 0xFFFF_FFFF))",
        "return True",
        ("addresses",),
    ),
    Mutation("only global unicast IPv6", "addresses.py", "address in _GLOBAL_UNICAST_V6\n", "True\n", ("addresses",)),
    Mutation(
        "metadata stays closed to the operator", "addresses.py", "and not _is_in(address, _NEVER) ", "", ("addresses",)
    ),
    Mutation(
        "addresses are checked at all",
        "http_counter.py",
        "            if reason:\n",
        "            if False:\n",
        ("http_counter",),
    ),
    Mutation(
        "every address is checked",
        "http_counter.py",
        "for address in addresses:",
        "for address in addresses[:1]:",
        ("http_counter",),
    ),
    Mutation(
        "the name is resolved once",
        "http_counter.py",
        "PinnedBackend(addresses=addresses,",
        "PinnedBackend(addresses=self.resolver.resolve(host.name, timeout_seconds=1),",
        ("http_counter",),
    ),
    Mutation(
        "the absolute name is resolved",
        "addresses.py",
        'getaddrinfo(f"{name}."',
        'getaddrinfo(f"{name}"',
        ("addresses",),
    ),
    Mutation(
        "few look-ups of names hang",
        "addresses.py",
        'Bulkhead(MAX_PENDING, "kb-staff-resolver")',
        'Bulkhead(99, "kb-staff-resolver")',
        ("addresses",),
    ),
    Mutation(
        "the certificate is for the name",
        "transport.py",
        "    context.verify_flags |=",
        "    context.check_hostname = False\n    context.verify_flags |=",
        ("hostile_helpdesks",),
    ),
    Mutation(
        "the certificate is from a trusted authority",
        "transport.py",
        "    context.verify_flags |=",
        "    context.check_hostname = False\n    context.verify_mode = ssl.CERT_NONE\n    context.verify_flags |=",
        ("hostile_helpdesks",),
    ),
    Mutation(
        "no key log",
        "transport.py",
        "ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)",
        "ssl.create_default_context()",
        ("transport",),
    ),
    Mutation("only https", "transport.py", 'if request.url.scheme != "https":', "if False:", ("transport",)),
    Mutation(
        "no connection to this machine", "transport.py", "if not self.allows_own and", "if False and", ("transport",)
    ),
    Mutation("two addresses at most", "transport.py", "[:MAX_ADDRESSES]", "", ("http_counter",)),
    Mutation(
        "one deadline for all steps",
        "transport.py",
        "return left if seconds is None else min(seconds, left)",
        "return seconds or 2.0",
        ("transport", "hostile_helpdesks"),
    ),
    Mutation(
        "a byte budget", "transport.py", "if self._bytes_left < 0:", "if False:", ("transport", "hostile_helpdesks")
    ),
    Mutation(
        "a compressed body is not read",
        "reply.py",
        'not in ("", "identity")',
        'in ("never",)',
        ("reply", "transport"),
    ),
    Mutation("a long body is cut", "transport.py", "if len(body) > MAX_BODY_BYTES:", "if False:", ("transport",)),
    Mutation(
        "a cut body has no number", "reply.py", "_COUNT_STATUSES or reply.truncated:", "_COUNT_STATUSES:", ("reply",)
    ),
    Mutation(
        "only a 200 has a number",
        "reply.py",
        "if reply.status not in _COUNT_STATUSES or reply.truncated:",
        "if reply.truncated:",
        ("reply",),
    ),
    Mutation("members given twice are refused", "reply.py", "if text.count(_MEMBER) != 1:", "if False:", ("reply",)),
    Mutation(
        "a value is digits, with or without quotes",
        "reply.py",
        "return _staff_number(value.removeprefix('\"').removesuffix('\"'))",
        "return int(float(value.strip('\"')))",
        ("reply",),
    ),
    Mutation(
        "deep JSON is refused",
        "reply.py",
        "except (msgspec.MsgspecError, RecursionError):",
        "except msgspec.MsgspecError:",
        ("reply",),
    ),
    Mutation(
        "a quoted count in the middle of a page is none",
        "reply.py",
        "and (at_an_edge or not _PAGE_TAG.search(text))",
        "",
        ("reply",),
    ),
    Mutation(
        "believable numbers only",
        "reply.py",
        "return number if number is not None and number <= MAX_STAFF else None",
        "return number",
        ("reply",),
    ),
    Mutation(
        "nothing of the answer is logged",
        "transport.py",
        "    except httpx.ProtocolError:  # its text may quote what the server sent\n"
        '        return NoReply("unreachable", "the answer is not proper HTTP or too long")\n',
        "",
        ("transport", "http_counter"),
    ),
    Mutation(
        "callers do not wait longer than they want",
        "cached_counter.py",
        "answer.result(min(wait_seconds, LONGEST_WAIT_SECONDS))",
        "answer.result(3.0)",
        ("cached_counter",),
    ),
    Mutation(
        "one look-up a host",
        "cached_counter.py",
        "or self._under_way.get(name)",
        "",
        ("cached_counter",),
    ),
    Mutation(
        "sixty look-ups a minute",
        "cached_counter.py",
        "if not self._rate_limit.allows(self._clock()) or not",
        "if not",
        ("cached_counter",),
    ),
    Mutation(
        "two look-ups at once",
        "limits.py",
        "if not self._free.acquire(blocking=False):",
        "if False:",
        ("limits", "cached_counter"),
    ),
    Mutation(
        "two callers wait at once",
        "cached_counter.py",
        "if not self._waiting.acquire(blocking=False):",
        "if not self._waiting.acquire(blocking=False) and False:",
        ("cached_counter",),
    ),
    Mutation(
        "threads that do not hold the end",
        "limits.py",
        "name=self._name, daemon=True",
        "name=self._name, daemon=False",
        ("limits",),
    ),
    Mutation(
        "a failing host is left alone", "limits.py", "return now >= self._opens_again_at", "return True", ("limits",)
    ),
    Mutation(
        "a definite answer drops the last good count",
        "cached_counter.py",
        'if answer.status == "ok" else (None, 0.0)',
        'if answer.status == "ok" else (self.good, self.good_at)',
        ("cached_counter",),
    ),
    Mutation(
        "an old count is not shown",
        "cached_counter.py",
        "if self.good is None or now - self.good_at > STALE_SECONDS:",
        "if self.good is None:",
        ("cached_counter",),
    ),
    Mutation("tokens are signed", "signing.py", "if not any(fits):", "if False:", ("signing",)),
    Mutation("tokens end", "signing.py", "if payload.exp <= now:", "if False:", ("signing",)),
    Mutation("tokens are for this", "signing.py", "if payload.aud != AUDIENCE:", "if False:", ("signing",)),
)

if __name__ == "__main__":
    sys.exit(run(MUTATIONS, package="kb_service/staff", tests="tests/staff"))
