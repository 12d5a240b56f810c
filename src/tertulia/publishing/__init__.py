"""Ideas, drafts, variants, checks, approvals, calendar."""
