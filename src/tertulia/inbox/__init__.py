"""Conversations addressed to us, our replies, the ledger of what is unanswered."""
