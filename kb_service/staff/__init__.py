"""The live number of active staff of a helpdesk.

A room of its own: a helpdesk may be slow, hostile or dead, answers still come at full speed. Others use `counter` (the
port and its values), `messages`, `open_counter.open_staff_counter`, `observer.LookupObserver` for metrics,
`host_name.parse_helpdesk` and, for `KB_STAFF_COUNT=signed`, `signing.DomainTokens`.

    open_counter → cached_counter (cache, limits) → http_counter → allowed_hosts → host_name
                                                                 → addresses (resolve once, check every address)
                                                                 → transport (HTTPS to the checked address)
                                                                 → reply (what the answer means)
"""
