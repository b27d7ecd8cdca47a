"""Claims judged again: one as it was (again), a year of them on draft rules (starting, drafts, running)."""
