"""Carries what a visitor writes to the people who help: by mail, or to a webhook of the operator.

A message is delivered or the visitor is told that it is not: nothing is kept here, so nothing can be lost here unseen.
`message.py` says what a message is, `mail.py` and `webhook.py` deliver it, `delivery.py` chooses and counts.
"""
