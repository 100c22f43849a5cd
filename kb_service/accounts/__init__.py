"""Who may see what is for agents: accounts, sessions and API tokens, in the service's database.

schema.py        the tables
storage.py       where they are: a database that is opened when it is needed
roles.py         agent and lead
random_secrets.py  secrets that nobody guesses, and their hashes
accounts.py      who there is, with a role
passwords.py     argon2id, and which passwords are refused
throttle.py      how often somebody may try, counted for all workers together
sign_in.py       a name and a password become an account, or not
sessions.py      a browser that signed in
api_tokens.py    a program that may ask
openid.py        an identity provider says who somebody is
proxy.py         a reverse proxy says who somebody is
access.py        all of these together

Knows no web framework. docs/security.md says what protects what.
"""
