"""One person behind many profiles."""
