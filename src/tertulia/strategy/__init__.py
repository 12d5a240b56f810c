"""Plan and voice: how the brand writes, and what it wants to be told before a text leaves."""
