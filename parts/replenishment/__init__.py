"""Planning runs on the ledger, what is decided about their suggestions, levels set by hand. The rules are in planning."""
