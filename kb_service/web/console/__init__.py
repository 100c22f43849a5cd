"""The console for agents: sign-in, sessions, tickets and what only agents may read, all below /console.

place.py          is the browser where it believes to be, over TLS or on this machine?
forms.py          is a form ours, and sent by the page that we gave to this browser?
gate.py           who asks, and may they? Every route of the console stands behind it
kept_work.py      what was sent when the session had ended
sign_in_form.py   the page that asks who it is
sign_in_pages.py  sign in and out
openid_pages.py   the same at an identity provider
account_pages.py  one's own sessions and password
knowledge.py      what agents may read, opened when somebody asks for the first time
ticket_pages.py   the box, and what is known of each question of a ticket
copies.py         an answer as it is copied: reply, Markdown, plain text, HTML
seat_pages.py     the seat panel
panel_pages.py    the console in a frame of a helpdesk's page
receipts.py       what was answered, at an address of its own
work_pages.py     flags, and what solved a ticket
report_pages.py   what the record says about the articles, and patches from it
article_pages.py  articles and files for agents
agent_api.py      the same answers for programs with a token
reports_api.py    the reports for programs with a token
register.py       the routes of all of them

No cookie is read anywhere else. docs/security.md says what protects what.
"""
