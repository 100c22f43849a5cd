"""Signs a helpdesk for the widget: KB_STAFF_COUNT=signed. Python 3.9 or newer, nothing else.

    token = sign_helpdesk("acme.kayako.com", key)
    f'<kb-widget staff-count="acme.kayako.com" token="{token}">…</kb-widget>'

Sign only for visitors you know, with the helpdesk that is theirs. From a shell, with the key in a file:
    python sign_helpdesk.py acme.kayako.com /run/secrets/kb-staff-key
"""

import base64
import hashlib
import hmac
import json
import sys
import time
from pathlib import Path

LIFE_SECONDS = 3600  # at most 7200


def sign_helpdesk(domain: str, key: bytes) -> str:
    """Return a token that lets a page ask for the staff count of `domain`, for an hour."""
    payload = {"aud": "kb-staff-count", "domain": domain, "exp": int(time.time()) + LIFE_SECONDS}
    signed = _base64url(json.dumps(payload).encode())
    return signed + "." + _base64url(hmac.new(key, signed.encode(), hashlib.sha256).digest())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


if __name__ == "__main__":
    newest_key = Path(sys.argv[2]).read_bytes().split()[0]
    print(sign_helpdesk(sys.argv[1], newest_key))
