"""Claims, failed parts, recovery, statements."""
