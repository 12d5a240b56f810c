"""What holds of every text that is read."""

#: Characters of a text that are read while it is written.
LONGEST = 10_000
