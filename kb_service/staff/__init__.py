"""How many active staff does this helpdesk have right now?

An island: a helpdesk may be slow, hostile or dead, answers still come at full speed. Others use `counter` (the values
and the port), `messages.message`, `open_counter.open_staff_counter`, `host_name.parse_host_name` and, for
`KB_STAFF_COUNT=signed`, `signing.DomainTokens`; the rest is this package's own.
"""
