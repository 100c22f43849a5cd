"""A small help centre about billing, each article there for one reason: as files, and as what they become."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kb_service.content.article import Article
from kb_service.content.markdown.rendering import Renderer
from kb_service.content.reading import read_article
from kb_service.index.guide import SynonymRule, Wording
from kb_service.index.port import Engine

SECRET: Final = "pelican"  # stands only in what agents may read
LOCKED: Final = "Staff count exceeded. (3 > 2). Please contact Kayako Support."

FILES: Final = {
    "remove-seats.md": """\
---
title: Remove seats
topics: [seats]
questions: [How can we pay for fewer users?, cut our plan from 25 agents to 20]
related: [refunds, payment-methods]
verified_at: 2026-11-20
reply: |
  You pay for {seats} seats at present, {name}. Disable the accounts that nobody needs, then lower the seat count.
live: staff_count
---
Disable the surplus staff accounts first. Then enter a lower seat count in the portal. Both halves are needed, because
disabled accounts alone do not lower what you pay.

## Steps to remove seats

To remove seats:

1. Open Manage Staff and choose Disable for each account that nobody needs any more.
2. Sign in to the portal with the registered billing email.
3. Enter the lower seat count and follow the screens to the end.

## What to do next

Ask Billing to apply your credit. Afterwards look at the next invoice that arrives and compare its amount with that of
the old one.
""",
    "staff-count-exceeded.md": """\
---
title: Staff count exceeded
topics: [seats, errors]
patterns: ["Staff count exceeded"]
---
The message means that more staff accounts are enabled than there are seats. The first number is the accounts, the
second the seats. The helpdesk is locked for everybody until they fit again.

## How to get back in

1. Sign in to the portal with the registered billing email, not to the helpdesk.
2. Raise the seat count to at least the first number and complete the checkout.
3. Wait up to 24 hours and open the helpdesk again in a new window.
""",
    "refunds.md": f"""\
---
title: Refunds and credit
topics: [money]
questions: [Can we get our money back?]
redirects_from: [money-back]
related: [remove-seats, goodwill]
---
A seat that is removed is not refunded. It leaves a prorated credit on the account. The credit is applied to the next
invoice within 10 days, once you ask for it.

<supportagent>
Agents may promise a {SECRET} refund.
</supportagent>
""",
    "payment-methods.md": """\
---
title: Payment methods
topics: [money]
questions: [Which cards do you take?]
---
You can pay by credit card or by bank transfer. Visa, Mastercard and American Express are accepted everywhere.
""",
    "invoices.md": """\
---
title: When are invoices sent?
topics: [money, papers]
questions: [Where is my invoice?, When does the bill arrive?]
verified_at: 2024-01-10
review_by: 2024-07-10
---
An invoice is sent by email on the first day of each month. Every organisation gets one invoice for all its seats.
""",
    "sign-in.md": """\
---
title: Sign in to the billing portal
topics: [portal]
---
Open the login page of the portal and enter the registered billing email. A forgotten password can be reset there.
""",
    "guides/own-server.md": """\
# Run the helpdesk on a server of your own

The download edition needs PHP 5.4 and a database. The cloud edition is hosted for you.
""",
    "goodwill.md": f"""\
---
title: Goodwill {SECRET} refunds
audience: agent
topics: [{SECRET}]
questions: [Who may give a {SECRET} refund?]
---
A {SECRET} refund needs the consent of the billing team.
""",
    "_synonyms.yml": "one_way:\n  - {from: wire, to: [bank transfer], weight: 0.9}\n",
    "_not_covered.yml": "tax:\n  - Where do we enter our VAT number?\n",
    "_phrasings.yml": "refunds:\n  - give the cash back\n",
}

WORDING: Final = Wording(
    synonyms=(SynonymRule(("wire",), ("bank", "transfer"), 0.9),),
    not_covered=("Where do we enter our VAT number?",),
    phrasings=(("give the cash back", "refunds"),),
)


def billing_articles() -> list[Article]:
    """The articles as they are read from their files."""
    renderer = Renderer()
    readings = [read_article(name, text.encode(), renderer) for name, text in FILES.items() if name.endswith(".md")]
    return [reading.article for reading in readings if reading.article]


def filled_with_billing(engine: Engine) -> Engine:
    """The same engine, serving the articles and their authors' wording."""
    engine.replace_all(billing_articles(), wording=WORDING)
    return engine


def write_billing_articles(folder: Path) -> Path:
    """The same folder, holding the files."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
