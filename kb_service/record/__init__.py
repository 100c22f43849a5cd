"""The record: what is asked, what came of it, and what follows for the articles.

    web, commands ─ events.py ─> recorder.py ─ one thread ─> writing.py ─> database.py ─> reports.py ─> patches.py
                                 bounded queue               masking.py     schema.py      clusters.py
                                                             intents.py     migrations/    text, CSV, SVG

An answer never waits for any of it. docs/record.md says what is kept, for how long and how to read it.
"""
