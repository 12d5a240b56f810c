"""Every fact, append only: who, what, because, when; wakes the reactions."""
