"""Every dispatch to a network: waiting, ready, sending, sent, refused, unsure."""
