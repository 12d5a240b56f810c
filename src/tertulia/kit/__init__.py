"""Jobs, database start, clock, paging, live updates, design system: knows nothing of community management."""
