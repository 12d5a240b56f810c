"""Pages of the automatic rules."""
